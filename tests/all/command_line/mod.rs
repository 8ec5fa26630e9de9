//! The program as its users type it: mostly one file per command.

mod arpa;
mod check;
mod cluster;
mod compare;
mod compressed;
mod counts;
mod evaluate;
mod explain;
mod fill;
mod help;
mod html;
mod inspect;
mod jsonl;
mod manners;
mod means;
mod naming;
mod net;
mod piped;
mod predict;
mod query;
mod repair;
mod skip;
mod small_models;
mod texts;
mod train;
mod tune;
