//! What can be typed: every command and option, in one place.

mod backoff;
mod cluster;
mod color;
mod drift;
mod filter;
mod form;
mod generate;
mod html;
mod jsonl;
mod language;
mod measure;
mod memory;
mod model;
mod models;
mod net;
mod numbers;
mod predict;
mod program;
mod repair;
mod resident;
mod submission;
#[cfg(test)]
mod tests;
mod tools;
mod train;
mod usage;

pub use backoff::{Mix, Prune};
pub use cluster::{ByArg, Cluster};
pub use drift::Drift;
pub use filter::LanguageArg;
pub use form::{FormatArg, InsertArg};
pub use generate::Generate;
pub use language::{By, Identify, Language, LanguageCommand, LanguageEvaluate, LanguageTrain};
pub use measure::{Evaluate, Score, Split};
pub use memory::Memory;
pub use model::ModelArg;
pub use models::{Classes, Explain, Export, Fill, Inspect, Query, Tune};
pub use net::NetLength;
pub use predict::{MethodArg, Predict};
pub use program::{Cli, Command, definitions};
pub use repair::{Form, Repair};
pub use resident::{ResidentArg, When};
pub use submission::{Check, Compare};
pub use tools::{Completions, Man};
pub use train::{Count, Means, Merge, Train};
