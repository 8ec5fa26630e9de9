//! What is in force: flags before the environment, before a TOML file, before what holds by itself.
//!
//! ```text
//! flags ───────┐
//! environment ─┤ given (text, and where it stands) ──► read and checked ──► Settings ──► the service
//! file ────────┤                                                       └──► `impute-serve config`
//! defaults ────┘
//! ```

pub mod checked;
pub mod duration;
pub mod environment;
pub mod file;
pub mod flags;
pub mod given;
pub mod in_force;
pub mod key;
pub mod log_form;
pub mod logging;
pub mod print;
pub mod read;
pub mod server;
pub mod tokens;
pub mod values;
pub mod wrong;

pub use checked::{Servers, Settings};
pub use flags::Flags;
pub use in_force::{InForce, database};
pub use log_form::LogForm;
pub use server::Server;
pub use tokens::Tokens;
pub use wrong::Wrong;
