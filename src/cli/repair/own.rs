//! The sentences of a block that are in the language asked for.

use impute::kinds::language::Sieve;
use impute::repair::foreign::foreign;
use impute::text::ordinary::Sentence;
use impute::text::ordinary::blocks::Block;

/// The sentences of a block, and how many more there are in other languages.
pub fn own(block: &Block, sieve: Option<&mut Sieve>) -> (Vec<Sentence>, usize) {
    let mut sentences = block.sentences();
    let Some(sieve) = sieve else {
        return (sentences, 0);
    };
    let count = sentences.len();
    let mut foreign = foreign(sieve, &sentences).into_iter();
    sentences.retain(|_| foreign.next() == Some(false));
    let left_alone = count - sentences.len();
    (sentences, left_alone)
}
