//! Figures on texts that are not part of this repository; `IMPUTE_CORPUS` names their folder.

mod benchmark;
mod drift;
mod foreign;
mod ordinary;
