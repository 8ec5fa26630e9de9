//! The words of a model in memory: ids are ranks by frequency, after three special words.

/// The id of `<unk>`, which stands for every unknown word.
pub const UNK: u32 = 0;
/// The id of `<s>`, the beginning of a sentence; it is only ever a context.
pub const BOS: u32 = 1;
/// The id of `</s>`, the end of a sentence.
pub const EOS: u32 = 2;
/// How many ids are special.
pub const SPECIAL: usize = 3;

/// Words by id, end to end in one buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList {
    bytes: Vec<u8>,
    /// (words + 1) where each word begins.
    offsets: Vec<u64>,
}

impl Default for WordList {
    fn default() -> Self {
        Self::new()
    }
}

impl WordList {
    /// The three special words alone.
    pub fn new() -> Self {
        let mut words = WordList { bytes: Vec::new(), offsets: vec![0] };
        for special in [&b"<unk>"[..], b"<s>", b"</s>"] {
            words.push(special);
        }
        words
    }

    /// Adds a word and returns its id.
    pub fn push(&mut self, word: &[u8]) -> u32 {
        self.bytes.extend_from_slice(word);
        self.offsets.push(self.bytes.len() as u64);
        self.offsets.len() as u32 - 2
    }

    /// The word with this id.
    ///
    /// # Panics
    /// There is no such id.
    pub fn get(&self, id: u32) -> &[u8] {
        let id = id as usize;
        &self.bytes[self.offsets[id] as usize..self.offsets[id + 1] as usize]
    }

    /// Number of words, the special ones included.
    #[expect(clippy::len_without_is_empty, reason = "the special words are always there")]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// All words in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len() as u32).map(|id| self.get(id))
    }

    /// The first `len` words.
    pub fn truncate(mut self, len: usize) -> Self {
        self.offsets.truncate(len + 1);
        self.bytes.truncate(self.offsets.last().map_or(0, |&end| end as usize));
        self
    }

    /// All bytes, and the (words + 1) offsets into them.
    pub fn parts(&self) -> (&[u8], &[u64]) {
        (&self.bytes, &self.offsets)
    }
}
