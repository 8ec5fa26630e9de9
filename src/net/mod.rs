//! The net: judging by the sentence as a whole, where is a word missing, and which one?
//!
//! N-grams see three to five words; this sees all of them, roughly. Residual layers of gated convolutions
//! over the tokens of a sentence (Dauphin et al., *Language Modeling with Gated Convolutional Networks*,
//! 2017; layer norm before each convolution):
//!
//! ```text
//! layer    x_t += a σ(g)     with (a, g) = W [norm x_(t-d); norm x_t; norm x_(t+d)] + b
//! l_t  = embedding of token t, through the layers of the left tower, which see t - d and t
//! r_t  = embedding of token t, through the layers of the right tower, which see t and t + d
//! x_t  = l_t + r_t, through the layers above them, which see all three
//!
//! h_t  = silu(V [norm x_t; norm x_(t+1)] + c)
//! logit of the gap after t = out · h_t,                   P(gap) = softmax over the gaps
//!
//! z    = norm (l_s + r_t + a σ(g))     with (a, g) = U [norm l_s; norm r_t] + e
//! logit of word v between s and t = z · embedding of v + bias of v,    P(word) = softmax over the words
//! ```
//!
//! Because the left tower never looks to the right, nor the right one to the left, l_s and r_t do not
//! depend on what stands between s and t: every word of a sentence is an example of a missing one (as in
//! *context2vec*, Melamud et al. 2016), and what is learned from them helps with the gaps too.
//!
//! * [`shape`] – how large it is.
//! * [`trained`] – its numbers.
//! * [`words`] – which embedding a word has.
//! * [`rows`] – sentences side by side.
//! * [`aligned`] – vectors that begin with a cache line.
//! * [`product`] – the matrix products, the same bits on every machine; [`functions`] – everything else.
//! * [`pass`] – from rows to states and logits of gaps; [`holes`] – from the states of both towers to that
//!   of a missing word; [`choice`] – which word it is.
//! * [`scorer`] – for sentences of any length.
//!
//! It is trained in [`crate::train::net`].

pub(crate) mod aligned;
pub(crate) mod choice;
pub(crate) mod functions;
pub(crate) mod holes;
pub(crate) mod pass;
pub mod product;
pub(crate) mod rows;
pub mod scorer;
pub mod shape;
pub(crate) mod trained;
pub(crate) mod words;

pub use trained::{Embeddings, Net};
