//! A package of its own, because its licence is not the program's and the registry takes 10 MB a package.
#![doc = include_str!("../README.md")]
#![no_std]

/// A compact model file, aligned in no way: `impute::model::Model::shipped` unpacks it into memory.
pub static MODEL: &[u8] = include_bytes!("../open.impute");
