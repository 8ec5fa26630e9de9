//! The net's sections of a model file.
//!
//! ```text
//! net.embeddings  i8   (embeddings, width) codes
//! net.scales      f32  (embeddings) what the codes are multiplied by
//! net.tiles       u16  weights of one convolution after the other, 16 bits, in the tiles of
//!                      [`crate::net::product`]
//! net.vectors     f32  gains, biases, weights of the gap's logit, biases of the words
//! ```

use std::borrow::Cow;
use std::io::{self, Seek, Write};

use super::arrays::Arrays;
use super::format::{Writer, damaged};
use super::header::NetHeader;
use super::vocabulary::Vocabulary;
use super::words::SPECIAL;
use crate::error::Result;
use crate::net::product::Right;
use crate::net::shape::Shape;
use crate::net::words::embedding;
use crate::net::{Embeddings, Net};

/// A net as it is stored.
#[derive(Debug, Clone)]
pub struct NetData {
    /// What the model file says of it.
    pub header: NetHeader,
    /// (embeddings, width)
    pub codes: Vec<i8>,
    /// (embeddings)
    pub scales: Vec<f32>,
    /// The weights of all convolutions.
    pub tiles: Vec<u16>,
    /// All vectors.
    pub vectors: Vec<f32>,
}

impl NetData {
    /// Embeddings (embeddings, width) in 8 bits, each row scaled so that its largest number is ±127.
    pub fn quantise(embeddings: &[f32], width: usize) -> (Vec<i8>, Vec<f32>) {
        let (mut codes, mut scales) = (Vec::with_capacity(embeddings.len()), Vec::new());
        for row in embeddings.chunks_exact(width) {
            let scale = row.iter().fold(0.0f32, |most, x| most.max(x.abs())) / 127.0;
            scales.push(scale);
            let code = |&x: &f32| if scale > 0.0 { (x / scale).round_ties_even() as i8 } else { 0 };
            codes.extend(row.iter().map(code));
        }
        (codes, scales)
    }

    /// Bytes in a model file.
    pub fn size(&self) -> usize {
        self.codes.len() + 4 * self.scales.len() + 2 * self.tiles.len() + 4 * self.vectors.len()
    }

    /// How the names of its sections begin.
    pub(super) const SECTIONS: &str = "net.";

    pub(super) fn write<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        file.section("net.embeddings", &self.codes)?;
        file.section("net.scales", &self.scales)?;
        file.section("net.tiles", &self.tiles)?;
        file.section("net.vectors", &self.vectors)
    }

    /// The net.
    pub fn net(&self) -> Option<Net<'_>> {
        net(
            &self.header.shape,
            Embeddings::Bytes(&self.codes, &self.scales),
            &self.tiles,
            &self.vectors,
        )
    }
}

/// The net of a file, if it has one.
pub(super) fn read<'a>(
    file: &Arrays<'a, '_>,
    header: &'a Option<NetHeader>,
) -> Result<Option<Net<'a>>> {
    let Some(NetHeader { shape, .. }) = header else {
        return Ok(None);
    };
    if !shape.is_possible() {
        return Err(damaged(file.name, "the header"));
    }
    let rows = shape.embeddings();
    let embeddings = Embeddings::Bytes(
        file.array("net.embeddings", Some(rows * shape.width))?,
        file.array("net.scales", Some(rows))?,
    );
    let tiles = file.array("net.tiles", None)?;
    let vectors = file.array("net.vectors", Some(shape.vectors().1))?;
    net(shape, embeddings, tiles, vectors).map(Some).ok_or_else(|| damaged(file.name, "net.tiles"))
}

fn net<'a>(
    shape: &'a Shape,
    embeddings: Embeddings<'a>,
    mut tiles: &'a [u16],
    vectors: &'a [f32],
) -> Option<Net<'a>> {
    let mut convs = Vec::new();
    let shapes = shape.convs();
    for conv in &shapes {
        let (own, rest) = tiles.split_at_checked(conv.weights())?;
        convs.push(Right::from_tiles(own, conv.taps.len() * conv.inputs, conv.outputs)?);
        tiles = rest;
    }
    let places = shape.vectors().0;
    let (shape, vectors, shapes) =
        (Cow::Borrowed(shape), Cow::Borrowed(vectors), Cow::Owned(shapes));
    tiles.is_empty().then_some(Net { shape, embeddings, convs, vectors, places, shapes })
}

/// The embedding of a word, given a vocabulary.
pub fn embedding_of(shape: &Shape, vocabulary: &Vocabulary<'_>, word: &[u8]) -> u32 {
    embedding(shape, (vocabulary.id(word) as usize).checked_sub(SPECIAL), word)
}
