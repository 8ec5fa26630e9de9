//! The classifier that was named, or the one that ships.

use std::path::Path;

use impute::kinds::language::Classifier;

pub fn open(named: &Path) -> anyhow::Result<Classifier> {
    if named == Path::new("shipped") {
        #[cfg(feature = "shipped")]
        return Ok(Classifier::shipped()?);
        #[cfg(not(feature = "shipped"))]
        anyhow::bail!(
            "no classifier ships with this build; name one, as `impute language train` writes it"
        );
    }
    Ok(Classifier::open(named)?)
}
