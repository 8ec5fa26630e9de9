//! The commands that go to the database without being part of the service.

use std::path::Path;

use anyhow::bail;

use crate::settings::{self, Flags, Server};

/// A model that is to be published.
#[derive(Debug)]
#[cfg_attr(not(feature = "scale-out"), expect(dead_code, reason = "there is nowhere to publish"))]
pub struct New<'a> {
    /// Its file.
    pub file: &'a Path,
    /// Its name.
    pub name: &'a str,
    /// What changed.
    pub change: &'a str,
    /// Where the figures of a comparison with the version before are.
    pub compare: Option<&'a Path>,
}

/// The database that is meant.
///
/// # Errors
/// None is named, or the program was built without its client.
pub fn database(flags: &Flags) -> anyhow::Result<Server> {
    match settings::database(flags)? {
        Some(server) => Ok(server),
        None => bail!("no database is named; give --database postgres://USER@HOST/DATABASE"),
    }
}

#[cfg(feature = "scale-out")]
mod there {
    use std::future::Future;
    use std::time::Duration;

    use anyhow::{Context, bail};

    use super::New;
    use crate::models::{CLASSIFIER, Wanted, check_change, read_figures};
    use crate::predict::{Model, Source};
    use crate::scale::{Beat, Load};
    use crate::settings::{Server, values};
    use crate::store::postgres::{Postgres, Publishing, Waiting, Working};
    use crate::store::{Limits, Versions};
    use crate::task::Task;

    fn run<T>(what: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(what)
    }

    /// How much there is to do, and who does it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn load(server: &Server) -> anyhow::Result<Load> {
        let (Waiting { open, arrived, over_ms }, working) = run(async {
            let store = Postgres::look_into(server.url()).await.context("--database")?;
            Ok((store.waiting().await?, store.working().await?))
        })?;
        let beat = |working: Working| Beat {
            threads: working.threads,
            texts: working.texts,
            predicting_ms: working.predicting_ms,
        };
        let beats: Vec<Beat> = working.into_iter().map(beat).collect();
        Ok(Load::of(open, arrived, Duration::from_millis(over_ms), &beats))
    }

    /// Publishes a model, and says which version it is.
    ///
    /// # Errors
    /// The file is no model, or the newest version; what is said of it is not enough; the database does not take it.
    pub fn publish(server: &Server, new: &New<'_>) -> anyhow::Result<()> {
        let New { file, name, change, compare } = *new;
        if !values::is_name(name) {
            bail!("--name {name:?}: write at most 64 letters of English, digits, '-', '_' and '.'");
        }
        check_change(change)?;
        let (classifier, source) = (name == CLASSIFIER, Source::File(file.to_owned()));
        let model = Wanted { name: name.to_owned(), source, classifier, version: None }.open()?;
        model.warm();
        let compare = compare.map(|path| {
            let text = std::fs::read_to_string(path);
            let text = text.with_context(|| format!("--compare {}", path.display()))?;
            read_figures(&text).with_context(|| {
                format!(
                    "--compare {}: it is not what `impute compare --json` printed",
                    path.display()
                )
            })
        });
        let compare = compare.transpose()?;
        warn(&model, compare.as_ref());
        let version = run(async {
            let open = Postgres::open(server.url(), Limits { jobs: 0, rows: 0 });
            let store = open.await.context("--database")?;
            let history = store.versions(name.to_owned()).await?;
            if !history.is_empty() && compare.is_none() {
                bail!(
                    "version {} of {name} is there: give the figures of a comparison with it, \
                     --compare FILE, as `impute compare BEFORE AFTER SOLUTION --json` prints them",
                    history.len()
                );
            }
            let (hash, change, compare) =
                (&model.hash, change.trim(), compare.map(|figures| figures.to_string()));
            let new = Publishing { model: name, hash, change, compare, file };
            Ok(store.publish(&new).await?)
        })?;
        eprintln!("impute-serve: {name} is published as version {version}");
        Ok(())
    }

    /// Says what whoever publishes may not have noticed.
    fn warn(model: &Model, compare: Option<&serde_json::Value>) {
        if !model.is_classifier() && model.can(Task::Repair).is_err() {
            eprintln!(
                "impute-serve: warning: it does not know when nothing is missing, so that jobs of the task repair fail; \
                 `impute tune` fits that"
            );
        }
        let more = compare.and_then(|compare| compare.pointer("/difference/mean")?.as_f64());
        if let Some(more) = more.filter(|more| *more > 0.0) {
            eprintln!("impute-serve: warning: its answers are {more:.4} farther away than before");
        }
    }
}

/// Not reached: the settings refuse a server.
#[cfg(not(feature = "scale-out"))]
mod there {
    use anyhow::bail;

    use super::New;
    use crate::scale::Load;
    use crate::settings::Server;

    const WITHOUT: &str = "this program was built without the client of the database";

    pub fn load(_: &Server) -> anyhow::Result<Load> {
        bail!(WITHOUT)
    }

    pub fn publish(_: &Server, _: &New<'_>) -> anyhow::Result<()> {
        bail!(WITHOUT)
    }
}

pub use there::{load, publish};
