//! The five posting lists, and the score of every word of the vocabulary in a gap that they add up to. Making
//! them is stage 6 of training, index: n-grams → lists.
//!
//! # The score of a word in a gap
//!
//! For left words a1 a0, right words b0 b1 and a candidate x, a backoff trigram model gives, in natural logs,
//!
//! ```text
//! S(x) = P(x|a1 a0) + P(b0|a0 x) + P(b1|x b0)
//!      = K + g[x] + F[a0,x] + R[x,b0] + A[a1 a0,x] + B[a0,x,b0] + C[x,b0 b1]
//!
//! K = bow(a1 a0) + bow(a0) + p(b0) + P(b1|b0)    a constant of the gap
//! g = p(x) + bow(x)                              a constant of the word
//! F = p(x|a0) - bow(a0) - p(x) + bow(a0 x)       if the bigram a0 x is stored, else 0
//! R = p(b0|x) - bow(x) - p(b0) + bow(x b0)       if the bigram x b0 is stored, else 0
//! A = p(x|a1 a0) - [bow(a1 a0) + P(x|a0)]        if the trigram a1 a0 x is stored, else 0
//! B = p(b0|a0 x) - [bow(a0 x) + P(b0|x)]         if the trigram a0 x b0 is stored, else 0
//! C = p(b1|x b0) - [bow(x b0) + P(b1|b0)]        if the trigram x b0 b1 is stored, else 0
//! ```
//!
//! p is a stored n-gram's probability, P the model's with backoff, and bow a backoff weight, all of them
//! logs; bow is 0 where no weight is stored. A model of bigrams has g, F and R alone, and K = bow(a0) +
//! p(b0). Longer n-grams are not part of S: they score the best candidates again (`solve::gap::rescore`).
//!
//! # The lists
//!
//! F and R are the same number of a bigram u v, and A, B and C the same number of a trigram u v w:
//!
//! ```text
//! phi(u,v)     = p(v|u) - bow(u) - p(v) + bow(u v)
//! delta(u,v,w) = p(w|u v) - [bow(u v) + P(w|v)]
//! ```
//!
//! They differ in which word is the candidate: the last (F, A), the middle one (B) or the first (R, C). So
//! each number is computed once and filed under every slot:
//!
//! | list | its words | where they are |
//! |---|---|---|
//! | F | x after a0 | the bigrams of the core, as they lie there, with an impact each (`neighbours`) |
//! | R | x before b0 | the same bigrams by their last words (`neighbours`) |
//! | A | x after a1 a0 | the trigrams of the core, whose factors follow from their probabilities; the long lists have impacts too (`a`) |
//! | B | x between a0 and b0 | positions in F with an impact each ([`grouped`], made by `trigrams`); [`pairs`]: which a0 _ b0 have a list |
//! | C | x before b0 b1 | positions in R with an impact each ([`grouped`], made by `c`) |
//!
//! The file keeps the exponentials of the terms, factors, in eight bits each ([`codebook`]), so that exp S is
//! a product. [`summaries`] has the sums and the best words of long lists, `survey` is the first walk,
//! which finds the range of the factors. In the file the sections of F, R, A, B and C are called `successors`,
//! `predecessors`, `right`, `middle` and `left`. The sections that have no file of their own:
//!
//! ```text
//! lists.factors    2 × 256 f32  the factors of the levels, of bigrams and of trigrams
//! words.weights    f32          (words) exp g
//! words.chars      u8           (words) lengths in characters, at most 255
//! words.by_weight  u32          (words but the special ones) ids by falling exp g
//! ```

mod a;
mod c;
pub(crate) mod codebook;
pub(crate) mod grouped;
mod neighbours;
pub(crate) mod pairs;
mod source;
pub(crate) mod summaries;
mod survey;
mod trigrams;
pub(crate) mod view;
pub(crate) mod weights;
pub(crate) mod write;

pub use view::Lists;
