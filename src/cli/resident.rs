//! Copying a model to memory before a long run.

use impute::model::Model;
use impute::progress::Progress;

use super::args::{ResidentArg, When};
use super::progress::Ui;
use super::resources::free_memory;

/// The model, or a copy in memory for an input of so many bytes (`None` where that is not known), which reads words
/// and n-grams, and with `lists` all the rest.
pub fn resident(
    model: Model,
    arg: ResidentArg,
    input: Option<u64>,
    lists: bool,
    ui: &Ui,
) -> anyhow::Result<Model> {
    let bytes = model.bytes_to_copy(lists);
    let copied = match arg.resident {
        When::No => None,
        When::Yes => model.resident(lists, ui)?,
        When::Auto if !pays(bytes, input, lists) || bytes > free_memory() / 2 => None,
        // What cannot be copied is read where it is, if it can be read at all.
        When::Auto => model.resident(lists, ui).or_else(|_| ui.go_on().map(|()| None))?,
    };
    Ok(copied.unwrap_or(model))
}

/// Whether look-ups for so much text save more than copying takes: about 0.4 ms a megabyte of model, against tens of
/// milliseconds a megabyte of text, and a second where gaps are filled. A short run is short anyway.
fn pays(bytes: u64, input: Option<u64>, lists: bool) -> bool {
    let share = if lists { 512 } else { 8 };
    input.is_some_and(|input| input >= bytes / share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_input_and_one_of_unknown_length_are_not_worth_a_copy() {
        assert!(pays(80 << 20, Some(10 << 20), false));
        assert!(!pays(80 << 20, Some(9 << 20), false));
        assert!(pays(80 << 20, Some(9 << 20), true));
        assert!(!pays(80 << 20, None, true));
    }
}
