//! Ends the program soon after another one has written to the model in use: a search in what is there then may
//! never end, and what it finds is wrong. (A model that is cut ends it at once: see `interrupt`.)

use std::time::Duration;

use impute::model::Model;
use impute::text::output::remove_unfinished;

use super::{options, progress};

/// How often the file is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// Begins to look at the file of a mapped model, on a thread of its own.
///
/// # Errors
/// The file cannot be opened a second time.
pub fn watch(model: &Model) -> impute::Result<()> {
    let Some(watch) = model.watch()? else {
        return Ok(());
    };
    let name = model.name().to_owned();
    let look = move || loop {
        std::thread::sleep(PAUSE);
        if let Err(error) = watch.check(&name) {
            remove_unfinished();
            progress::tell_error(&options::told(&error.into()));
            std::process::exit(1);
        }
    };
    // Without a thread, the file is looked at when the work is done.
    let _ = std::thread::Builder::new().spawn(look);
    Ok(())
}
