//! A package of its own, because its licence is not the program's and the registry takes 10 MB a package.
#![doc = include_str!("../README.md")]
#![no_std]

/// The file of a classifier, aligned in no way.
pub static MODEL: &[u8] = include_bytes!("../languages.kinds");
