//! Copying a model to memory before a long run.

use impute::model::Model;
use impute::progress::Progress;

use super::args::{ResidentArg, When};
use super::progress::Ui;
use super::resources::free_memory;

/// The model, or a copy of its words and n-grams in memory for an input of so many bytes (`None` where that is not
/// known).
pub fn resident(
    model: Model,
    arg: ResidentArg,
    input: Option<u64>,
    ui: &Ui,
) -> anyhow::Result<Model> {
    let bytes = model.bytes_to_copy();
    let copied = match arg.resident {
        When::No => None,
        When::Yes => model.resident(ui)?,
        // Tables are read a line at a time: it would take ten times as much text to pay.
        When::Auto if model.has_tables() => None,
        When::Auto if !pays(bytes, input) || bytes > free_memory() / 2 => None,
        // What cannot be copied is read where it is, if it can be read at all.
        When::Auto => model.resident(ui).or_else(|_| ui.go_on().map(|()| None))?,
    };
    Ok(copied.unwrap_or(model))
}

/// Whether look-ups for so much text save more than copying takes: about 0.4 ms a megabyte of model, against tens of
/// milliseconds a megabyte of text. A short run is short anyway.
fn pays(bytes: u64, input: Option<u64>) -> bool {
    input.is_some_and(|input| input >= bytes / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_input_and_one_of_unknown_length_are_not_worth_a_copy() {
        assert!(pays(80 << 20, Some(10 << 20)));
        assert!(!pays(80 << 20, Some(9 << 20)));
        assert!(!pays(80 << 20, None));
    }
}
