//! What `--version` says: the commit that the program was built from, and what formats it reads.

use std::sync::LazyLock;

/// Version, commit and its day, for `-V`. A model's header keeps the version alone: its bytes do not
/// depend on the commit.
pub const SHORT: &str = env!("IMPUTE_VERSION");

/// The same and what else helps to understand a report, for `--version`.
pub static LONG: LazyLock<String> = LazyLock::new(|| {
    let means = impute::net::product::means();
    format!(
        "{SHORT}\nmodel format {}, counts format {}\nproducts of the net by {means}",
        impute::model::format::VERSION,
        impute::train::parts::VERSION,
    )
});
