//! Matrix products of 16-bit numbers, summed up in 32 bits.
//!
//! The arithmetic is fixed, so that every machine gives the same bits. For blocks of 32 terms in a
//! row, from the first to the last,
//!
//! ```text
//! even = sum over k = 0, 2, ..., 30 of a[k] b[k], each step one fused multiply-add, from 0
//! odd  = the same over k = 1, 3, ..., 31
//! c    = c + (even + odd)
//! ```
//!
//! This is what the instruction TDPBF16PS of newer x86 processors does (Intel, *Architecture
//! Instruction Set Extensions Programming Reference*); `amx` uses it, `dot` does the same with the instruction
//! VDPBF16PS, and `portable` spells it out. (For numbers that [`bf16::round`] yields. Those that only a damaged
//! file can hold, denormals and infinities, may come out differently.)
//!
//! * [`factors`] – what is multiplied; [`mod@multiply`] – the product.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod amx;
pub mod bf16;
mod block;
#[cfg(target_arch = "x86_64")]
mod dot;
pub(crate) mod factors;
pub mod multiply;
pub mod portable;

pub use factors::{BLOCK, Left, Right, TILE};
pub use multiply::{means, multiply, whole_rows};
