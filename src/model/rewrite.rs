//! A model written again, in the form that it was opened in, with something else in it.

use std::io::{self, Cursor, Seek, Write};

use super::build::{add_lists, add_tables, copy_sections};
use super::core::data::CoreData;
use super::format::{self, Writer};
use super::header::Header;
use super::net::NetData;
use super::skip::SkipData;
use super::{Model, pack};
use crate::progress::Progress;

/// A file, or memory.
trait Out: Write + Seek {}

impl<W: Write + Seek> Out for W {}

impl Model {
    /// Writes the model in the form that it was opened in, compact or not, with another header.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write_with_header(&self, header: Header, out: impl Write + Seek) -> io::Result<()> {
        self.write_in_form(out, |out| {
            format::rewrite(self.bytes(), self.directory(), header, out).map(drop)
        })
    }

    /// The same with another net.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write_with_net(
        &self,
        net: &NetData,
        mut header: Header,
        out: impl Write + Seek,
    ) -> io::Result<()> {
        self.write_in_form(out, |out| {
            let mut file = Writer::new(out)?;
            let others = |name: &str| !name.starts_with(NetData::SECTIONS);
            copy_sections(self.bytes(), self.directory(), &mut file, others)?;
            net.write(&mut file)?;
            header.net = Some(net.header.clone());
            file.finish(header).map(drop)
        })
    }

    /// The same with other n-grams of the same words, and the lists and tables that belong to them where the model has
    /// any; making lists takes about `memory` bytes ([`Lists`](super::build::Lists)).
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write_with_ngrams(
        &self,
        core: &CoreData,
        header: Header,
        memory: u64,
        out: impl Write + Seek,
        progress: &dyn Progress,
    ) -> io::Result<()> {
        self.write_in_form(out, |out| {
            let mut file = Writer::new(out)?;
            let kept = ["vocabulary.", SkipData::SECTIONS, NetData::SECTIONS];
            let is_kept = |name: &str| kept.iter().any(|kind| name.starts_with(kind));
            copy_sections(self.bytes(), self.directory(), &mut file, is_kept)?;
            core.write(&mut file)?;
            if self.has_tables() {
                add_tables(&mut file, &core.view(), progress)?;
            }
            if self.view().has_lists {
                add_lists(&mut file, &core.view(), self.lengths(), memory, progress)?;
            }
            file.finish(header).map(drop)
        })
    }

    /// Writes a file as it is, or packed where the model is compact.
    fn write_in_form(
        &self,
        mut out: impl Write + Seek,
        write: impl FnOnce(&mut dyn Out) -> io::Result<()>,
    ) -> io::Result<()> {
        if !self.is_compact() {
            return write(&mut out);
        }
        let mut plain = Cursor::new(Vec::with_capacity(self.size()));
        write(&mut plain)?;
        pack::pack(plain.get_ref(), out)
    }
}
