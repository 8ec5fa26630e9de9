//! Stage 6, index: n-grams → the five posting lists, which score every word of the vocabulary in a
//! gap.
//!
//! A word x in the gap of a1 a0 _ b0 b1 scores, in logs (ARCHITECTURE.md derives it),
//!
//! ```text
//! S(x) = K(gap) + g[x] + F[a0,x] + R[x,b0] + A[a1 a0,x] + B[a0,x,b0] + C[x,b0 b1]
//! ```
//!
//! F and R are the same number of a bigram u v, and A, B and C the same number of a trigram u v w:
//!
//! ```text
//! phi(u,v)     = p(v|u) - bow(u) - p(v) + bow(u v)
//! delta(u,v,w) = p(w|u v) - [bow(u v) + P(w|v)]
//! ```
//!
//! They differ in which word is the candidate: the last (F, A), the middle one (B) or the first (R,
//! C). The file keeps the exponentials of the terms, factors, in eight bits each. Of longer n-grams the
//! lists know nothing.
//!
//! * F – the bigrams of the core, as they lie there, with an impact each;
//! * R – the same bigrams by their last words ([`neighbours`]);
//! * A – the trigrams of the core, whose factors follow from their probabilities; the long lists have
//!   impacts too ([`a`]);
//! * B, C – positions in F and R with an impact each ([`grouped`]; made by the private modules
//!   `trigrams` and `c`);
//! * [`pairs`] – which pairs a0 _ b0 have a list B;
//! * [`summaries`] – the sums and the best words of the long lists;
//! * [`codebook`] – factors in eight bits; the private module `survey` – the first walk, which finds their
//!   range; `write` – all of it, in order.

mod a;
mod c;
pub mod codebook;
pub mod grouped;
mod neighbours;
pub mod pairs;
mod source;
pub mod summaries;
mod survey;
mod trigrams;
pub mod view;
pub(crate) mod weights;
pub mod write;
