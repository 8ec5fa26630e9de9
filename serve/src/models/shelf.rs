//! Models that are published in the database: fetched at the start, and again whenever there is a newer one.
//!
//! A newer version is fetched, compared with its checksum, opened and warmed beside the one in use; then new work goes
//! to it, and nobody has waited.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Handle;

use super::open::{CLASSIFIER, SHIPPED, Wanted};
use super::registry::Registry;
use crate::predict::{Model, Source};
use crate::store::StoreError;
use crate::store::postgres::{Postgres, Published, is_what};

/// How often newer versions are looked for.
const OFTEN: Duration = Duration::from_secs(5);

/// The models that are published, and the folder that they are fetched into.
#[derive(Debug)]
pub struct Shelf {
    store: Postgres,
    folder: PathBuf,
    /// Goes with the process, if nobody named a folder.
    _temporary: Option<tempfile::TempDir>,
}

impl Shelf {
    /// Nothing has been fetched yet.
    ///
    /// # Errors
    /// There is no place for a folder.
    pub fn new(store: &Postgres, cache: Option<&Path>) -> anyhow::Result<Self> {
        let (folder, temporary) = match cache {
            Some(cache) => {
                std::fs::create_dir_all(cache).with_context(|| {
                    format!("--cache {}: the folder cannot be made; name another", cache.display())
                })?;
                (cache.to_owned(), None)
            }
            None => {
                let folder = tempfile::Builder::new().prefix("impute-serve-models-").tempdir();
                let folder =
                    folder.context("no folder for models can be made; name one: --cache")?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        Ok(Shelf { store: store.clone(), folder, _temporary: temporary })
    }

    /// The models that are to be served: those that are published, and the shipped ones where no others have their
    /// names.
    ///
    /// # Errors
    /// One cannot be fetched.
    pub async fn sources(&self) -> anyhow::Result<Vec<Wanted>> {
        let mut all = Vec::new();
        for published in self.store.published().await? {
            all.push(self.wanted(&published).await?);
        }
        for (name, classifier) in [(SHIPPED, false), (CLASSIFIER, true)] {
            if !all.iter().any(|wanted: &Wanted| wanted.name == name) {
                let (name, source, version) = (name.to_owned(), Source::Shipped, None);
                all.push(Wanted { name, source, classifier, version });
            }
        }
        all.sort_by_key(|wanted| (wanted.classifier, wanted.name != SHIPPED));
        Ok(all)
    }

    async fn wanted(&self, published: &Published) -> anyhow::Result<Wanted> {
        let Published { model, version, .. } = published;
        let path = self.folder.join(format!("{model}-{version}.impute"));
        let (what, into, store, now) =
            (published.clone(), path.clone(), self.store.clone(), Handle::current());
        // Files are read and written where nobody else waits.
        let fetching = tokio::task::spawn_blocking(move || {
            let there = is_what(&what, &into);
            if there { Ok(false) } else { now.block_on(store.fetch(&what, &into)).map(|()| true) }
        });
        if fetching.await.context("the program is ending")?? {
            tracing::info!(model, version, "fetched");
        }
        let classifier = model == CLASSIFIER;
        let source = Source::File(path);
        Ok(Wanted { name: model.clone(), source, classifier, version: Some(*version) })
    }

    /// Puts newer versions in the places of those in use, from time to time.
    pub async fn keep_up(self: Arc<Self>, models: Arc<Registry>) {
        let mut unusable = Vec::new();
        loop {
            tokio::time::sleep(OFTEN).await;
            let published = match self.store.published().await {
                Ok(published) => published,
                Err(error) => {
                    tracing::warn!(%error, "newer models cannot be looked for");
                    continue;
                }
            };
            for published in published {
                if unusable.contains(&published) {
                    continue; // said once; the next version may be better
                }
                if let Err(error) = self.renew(&models, &published).await {
                    let Published { model, version, .. } = &published;
                    tracing::error!(model, version, "a newer version cannot be used: {error:#}");
                    unusable
                        .extend(error.downcast_ref::<StoreError>().is_none().then_some(published));
                }
            }
        }
    }

    async fn renew(&self, models: &Registry, published: &Published) -> anyhow::Result<()> {
        let Some(named) = models.get(&published.model) else { return Ok(()) }; // served after a restart
        let before = named.current.load().version;
        if before >= published.version {
            return Ok(());
        }
        let before = self.folder.join(format!("{}-{before}.impute", published.model));
        let wanted = self.wanted(published).await?;
        let opened = tokio::task::spawn_blocking(move || {
            let model = wanted.open()?;
            model.warm();
            Ok::<Model, anyhow::Error>(model)
        });
        named.current.store(Arc::new(opened.await.context("the program is ending")??));
        let _ = std::fs::remove_file(before); // mapped as long as it is in use
        tracing::info!(
            model = published.model,
            version = published.version,
            "a new version is in use"
        );
        Ok(())
    }
}
