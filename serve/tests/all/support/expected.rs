//! What the library says of a text, to compare an answer with.

use impute::kinds::language::Classifier;
use serde_json::Value;

/// A language and its probability.
pub struct Language {
    label: String,
    probability: f32,
}

impl Language {
    /// Whether a result is this one, to the last digit.
    pub fn is_in(&self, result: &Value) -> bool {
        result["label"] == self.label.as_str()
            && result["probability"].as_f64() == Some(f64::from(self.probability))
    }
}

/// The languages of texts, by the model that is shipped.
pub fn languages_of(texts: &[String]) -> Vec<Language> {
    let classifier = Classifier::shipped().unwrap();
    let mut reader = classifier.reader();
    let mut read = |text: &String| {
        let guess = reader.read(text).guess();
        let label = guess.label.map(|label| classifier.labels()[label].clone());
        let label = label.unwrap_or("unknown".to_owned());
        Language { label, probability: guess.probability }
    };
    texts.iter().map(&mut read).collect()
}
