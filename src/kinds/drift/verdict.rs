//! What an accuracy is called, and what to do.
//!
//! All bounds are for the lower end of the interval: a verdict says what is sure at the number of lines given, and
//! more lines can only make a true difference surer. Two texts of one kind are called `different` in one run of
//! twenty-five rather than of forty, since the models of the folds share lines, which the interval does not know.

use serde::Serialize;

/// How different two texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// New lines cannot be told from old ones: the interval includes 0.5 (or lies below it).
    None,
    /// They can, but hardly: the lower end is above 0.5.
    Different,
    /// The lower end is above 0.55.
    Drift,
    /// The lower end is above 0.6.
    Strong,
}

impl Verdict {
    /// The verdict on an accuracy, by the lower end of its interval.
    pub fn of(low: f64) -> Self {
        match low {
            0.6.. if low > 0.6 => Verdict::Strong,
            0.55.. if low > 0.55 => Verdict::Drift,
            0.5.. if low > 0.5 => Verdict::Different,
            _ => Verdict::None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::None => "none",
            Verdict::Different => "different",
            Verdict::Drift => "drift",
            Verdict::Strong => "strong",
        }
    }

    /// Whether that is drift, strong or not: what an alarm is for.
    pub fn is_drift(self) -> bool {
        self >= Verdict::Drift
    }
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Advice {
    /// Nothing: there is no drift.
    Nothing,
    /// Prepare new text as the old was: without case, tokenisation and length there is no drift.
    Prepare,
    /// Ask a model: whether it should be trained anew is not known without one.
    AskModel,
    /// Keep the model: it knows the new text as well as the old.
    Keep,
    /// Train the model anew: it knows the new text less well.
    Retrain,
}

impl Advice {
    /// From the verdicts on the lines as they are and with all levelled, and whether a model knows the new text less
    /// well, if one was asked.
    pub fn of(as_is: Verdict, levelled: Verdict, less_familiar: Option<bool>) -> Self {
        match (as_is.is_drift(), levelled.is_drift(), less_familiar) {
            (false, _, _) => Advice::Nothing,
            (true, false, _) => Advice::Prepare,
            (true, true, None) => Advice::AskModel,
            (true, true, Some(false)) => Advice::Keep,
            (true, true, Some(true)) => Advice::Retrain,
        }
    }

    /// The same in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Advice::Nothing => "Nothing needs to be done.",
            Advice::Prepare => {
                "The drift is one of case, tokenisation or length: prepare the new text as the old one was."
            }
            Advice::AskModel => {
                "Whether a model should be trained anew depends on how well it knows both texts: ask it."
            }
            Advice::Keep => {
                "The model need not be trained anew: it knows the new text as well as the old."
            }
            Advice::Retrain => {
                "Train the model anew: it knows the new text less well than the old."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_end_decides() {
        let named =
            [0.3, 0.5, 0.501, 0.55, 0.551, 0.6, 0.601, 1.0].map(|low| Verdict::of(low).name());
        let expected =
            ["none", "none", "different", "different", "drift", "drift", "strong", "strong"];
        assert_eq!(named, expected);
        assert_eq!(Verdict::of(f64::NAN), Verdict::None);
        let alarms = [0.5, 0.52, 0.57, 0.7].map(|low| Verdict::of(low).is_drift());
        assert_eq!(alarms, [false, false, true, true]);
    }

    #[test]
    fn training_anew_takes_drift_beyond_form_and_a_model_that_knows_less() {
        use Verdict::{Different, Drift, Strong};
        assert_eq!(Advice::of(Different, Different, Some(true)), Advice::Nothing);
        assert_eq!(Advice::of(Strong, Different, Some(true)), Advice::Prepare);
        assert_eq!(Advice::of(Strong, Drift, None), Advice::AskModel);
        assert_eq!(Advice::of(Drift, Drift, Some(false)), Advice::Keep);
        assert_eq!(Advice::of(Drift, Strong, Some(true)), Advice::Retrain);
    }
}
