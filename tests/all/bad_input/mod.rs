//! What is wrong with an input: an error that names it and a remedy, never a panic, and no output touched.

mod arpa;
mod counts;
mod damage;
mod damaged_commands;
mod model;
mod sorted_counts;
mod terminal;
mod text;
