//! A file on its way in: from the connection to a temporary file, row by row into pieces, into the store.
//!
//! Nothing is accepted before all of it has been read: a row that is no row is answered by its line. Memory does not
//! grow with the file.

use std::fs::File;
use std::hash::Hasher;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use impute::solve::PIECE;
use impute::text::input;
use impute::text::rows::{Format, Row, RowReader};
use tempfile::NamedTempFile;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use twox_hash::XxHash3_64;

use crate::refusal::{Code, Refusal};
use crate::service::{Service, ending};
use crate::settings::Settings;
use crate::store::{NewBatch, NewPiece, StoreError};
use crate::task::rows;
use uuid::Uuid;

/// A file from which nothing comes for so long is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many bytes a second have to come after that, on the whole.
const SLOWEST: u64 = 16 << 10;
/// A piece that has so many bytes of sentences gets no more.
const PIECE_BYTES: usize = 1 << 13;
/// How many pieces are written at once.
const WRITTEN: usize = 256;
/// After how many rows it is asked whether the service is ending.
const OFTEN: u64 = 10_000;
/// How often larger than its compressed form a file may be, beyond the limit of an upload.
const UNPACKED: u64 = 16;

/// Where files on their way in are kept, and how their names begin: beside the database, and after it.
fn place(data: &Path) -> (PathBuf, String) {
    let folder = data.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = data.file_name().unwrap_or(data.as_os_str()).to_string_lossy();
    (folder.unwrap_or(Path::new(".")).to_owned(), format!(".{name}-upload-"))
}

/// Where they are if the database is on a server: they are named after this.
fn beside_servers(settings: &Settings) -> PathBuf {
    let folder = settings.cache.clone().unwrap_or_else(std::env::temp_dir);
    folder.join(format!("impute-serve-{}", std::process::id()))
}

/// Removes files that were on their way in when the process was killed.
pub fn remove_unfinished(data: &Path) {
    let (folder, prefix) = place(data);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = std::fs::remove_file(entry.path()); // it is tried again at the next start
        }
    }
}

/// Writes a body to a temporary file next to the database, as it comes.
///
/// # Errors
/// It is too large, comes too slowly or ends too early; the disk does not take it.
pub async fn receive(service: &Service, mut body: Body) -> Result<NamedTempFile, Refusal> {
    let (folder, prefix) = match service.settings.servers {
        Some(_) => place(&beside_servers(&service.settings)),
        None => place(&service.settings.data),
    };
    let most = service.settings.max_upload;
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<axum::body::Bytes>(8);
    let writing = tokio::task::spawn_blocking(move || -> std::io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder)?;
        while let Some(bytes) = receiver.blocking_recv() {
            file.write_all(&bytes)?;
        }
        file.rewind()?;
        Ok(file)
    });
    let mut size = 0;
    let (began, mut closing) = (Instant::now(), service.closing());
    loop {
        // One that trickles would keep its place from others for ever.
        let due = began + PATIENCE + Duration::from_secs(size / SLOWEST);
        let frame = tokio::select! {
            frame = timeout_at(due.min(Instant::now() + PATIENCE), body.frame()) => frame,
            _ = closing.wait_for(|closing| *closing) => return Err(ending()),
        };
        let slow = "The file stopped coming, or comes too slowly; send it again.";
        let frame = frame.map_err(|_| Refusal::new(Code::TimedOut, slow))?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|_| {
            Refusal::new(Code::BadRequest, "The file ended before its end; send it again.")
        })?;
        let Ok(bytes) = frame.into_data() else { continue };
        size += bytes.len() as u64;
        if size > most {
            return Err(too_large(most));
        }
        if sender.send(bytes).await.is_err() {
            break; // the writer tells why
        }
    }
    drop(sender);
    let written = writing.await.map_err(|_| Refusal::internal())?;
    written.map_err(|error| {
        tracing::error!(%error, "an uploaded file could not be stored");
        Refusal::internal()
    })
}

/// The refusal of a file with more bytes than one may have.
pub fn too_large(most: u64) -> Refusal {
    Refusal::new(Code::TooLarge, format!("A file has at most {most} bytes; send it in parts."))
}

/// A hash of a file.
///
/// # Errors
/// It cannot be read.
pub fn hash(path: &Path) -> Result<u64, Refusal> {
    let mut hasher = XxHash3_64::new();
    let mut read = || -> std::io::Result<u64> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(hasher.finish()),
                read => hasher.write(&buffer[..read]),
            }
        }
    };
    read().map_err(|error| unread(&error))
}

fn unread(error: &std::io::Error) -> Refusal {
    tracing::error!(%error, "an uploaded file could not be read");
    Refusal::internal()
}

/// What a file holds.
#[derive(Debug, Clone)]
pub struct Checked {
    /// How its rows are laid out.
    pub format: Format,
    /// The byte-order mark it began with, if any.
    pub mark: &'static [u8],
    /// How many rows.
    pub rows: u64,
}

/// Reads all rows of a file.
///
/// # Errors
/// One is no row: it is named by its line.
pub fn check(service: &Service, path: &Path) -> Result<Checked, Refusal> {
    let Settings { max_upload: most, max_text, max_rows, .. } = service.settings;
    let mut reader = open(path)?;
    let (mut rows, mut bytes) = (0, 0);
    while let Some(row) = reader.next_row().map_err(|error| bad_row(&error))? {
        rows += 1;
        bytes += (row.id.len() + row.sentence.len() + row.ending.len()) as u64;
        if rows > max_rows {
            let message = format!("A file has at most {max_rows} rows; send it in parts.");
            return Err(Refusal::new(Code::TooLarge, message));
        }
        if rows % OFTEN == 0 {
            service.accepts()?; // the end waits for nobody's file
        }
        if row.sentence.len() > max_text {
            let message = format!(
                "the file: line {}: a sentence has at most {max_text} bytes; put one on a line",
                row.line
            );
            return Err(Refusal::new(Code::BadRow, message).at_line(row.line));
        }
        if bytes > most.saturating_mul(UNPACKED) {
            return Err(too_large(most));
        }
    }
    Ok(Checked { format: reader.format(), mark: reader.mark(), rows })
}

fn open(path: &Path) -> Result<RowReader, Refusal> {
    let file = File::open(path).map_err(|error| unread(&error))?;
    let input = input::decompress(Box::new(file), "the file".to_owned(), None);
    let opened = input.and_then(|input| RowReader::new(input, None, false));
    opened.map_err(|error| bad_row(&error))
}

/// The library's message names the file, which is called "the file", the line, the cause and the remedy.
fn bad_row(error: &impute::Error) -> Refusal {
    let message = error.to_string();
    match error.line() {
        Some(line) => Refusal::new(Code::BadRow, message).at_line(line),
        None => Refusal::new(Code::Unprocessable, message),
    }
}

/// Stores a file that has been checked, and gives its id and whether it is new; of a repeated request that of the first.
///
/// # Errors
/// The database does not do it.
pub fn store(service: &Service, path: &Path, batch: NewBatch) -> Result<(Uuid, bool), Refusal> {
    let (now, store) = (Handle::current(), &service.store);
    let (id, rows, model) = (batch.id, batch.rows, batch.model.clone());
    let permit = store.shared().rows.take(rows).ok_or(StoreError::Full)?;
    let seq = match now.block_on(store.begin_batch(batch))? {
        Ok(seq) => seq,
        Err(known) => return Ok((known, false)),
    };
    let stored = pieces(service, path, seq, &model)
        .and_then(|()| Ok(now.block_on(store.accept_batch(seq, model))?));
    match stored {
        Ok(()) => {
            permit.keep();
            Ok((id, true))
        }
        Err(refusal) => {
            store.forget_batch(seq);
            Err(refusal)
        }
    }
}

fn pieces(service: &Service, path: &Path, batch: i64, model: &str) -> Result<(), Refusal> {
    let (now, mut reader) = (Handle::current(), open(path)?);
    let (mut first, mut bytes, mut some) = (0, 0, Vec::new());
    let mut piece: Vec<Row> = Vec::with_capacity(PIECE);
    loop {
        let row = reader.next_row().map_err(|error| bad_row(&error))?;
        let ended = row.is_none();
        bytes += row.as_ref().map_or(0, |row| row.sentence.len());
        piece.extend(row);
        if piece.len() == PIECE || bytes >= PIECE_BYTES || ended && !piece.is_empty() {
            bytes = 0;
            let rows = i64::try_from(piece.len()).unwrap_or(i64::MAX);
            some.push(NewPiece { first, rows, text: rows::keep(&piece) });
            first += rows;
            piece.clear();
        }
        if some.len() == WRITTEN || ended && !some.is_empty() {
            service.accepts()?;
            let some = std::mem::take(&mut some);
            now.block_on(service.store.add_pieces(batch, model.to_owned(), some))?;
        }
        if ended {
            return Ok(());
        }
    }
}
