//! The language of a text, with its runners-up.

use maud::{Markup, html};

use super::likely::share;
use super::spell::{clip, percent, points};
use crate::task::Language;

/// The longest label that is shown, in characters.
const LONGEST: usize = 60;
/// What a classifier says where none of its labels fits.
const UNKNOWN: &str = "unknown";

/// The language in a sentence, and a table of the likeliest.
pub fn language(language: &Language) -> Markup {
    html! {
        p.said { (said(language)) }
        @if !language.top.is_empty() {
            div.scroll tabindex="0" role="group" aria-label="Likeliest languages" {
                table.words {
                    caption { "The likeliest, in %" }
                    thead { tr { th scope="col" { "language" } th scope="col" colspan="2" { "probability" } } }
                    tbody {
                        @for one in &language.top {
                            tr {
                                th scope="row" { bdi { (label(&one.label)) } }
                                td.share { (share(one.probability)) }
                                td { (points(one.probability)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The language in a sentence.
pub fn said(language: &Language) -> String {
    match language.label.as_str() {
        UNKNOWN => "No language that the model knows is likely enough.".to_owned(),
        known => {
            format!("The language is {}, with {}.", label(known), percent(language.probability))
        }
    }
}

fn label(label: &str) -> String {
    let code = clip(label, LONGEST);
    match name(label) {
        Some(name) => format!("{name} ({code})"),
        None => code,
    }
}

/// The English name of a language of the shipped classifier; other classifiers have labels of their own.
fn name(label: &str) -> Option<&'static str> {
    Some(match label {
        "ar" => "Arabic",
        "bg" => "Bulgarian",
        "ca" => "Catalan",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "en" => "English",
        "es" => "Spanish",
        "et" => "Estonian",
        "eu" => "Basque",
        "fa" => "Persian",
        "fi" => "Finnish",
        "fr" => "French",
        "he" => "Hebrew",
        "hi" => "Hindi",
        "hr" => "Croatian",
        "hu" => "Hungarian",
        "id" => "Indonesian",
        "it" => "Italian",
        "ja" => "Japanese",
        "kk" => "Kazakh",
        "ko" => "Korean",
        "lt" => "Lithuanian",
        "ms" => "Malay",
        "nb" => "Norwegian",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "ru" => "Russian",
        "sk" => "Slovak",
        "sl" => "Slovene",
        "sr" => "Serbian",
        "sv" => "Swedish",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "vi" => "Vietnamese",
        "war" => "Waray",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::LabelProbability;

    #[test]
    fn languages_have_names_and_other_labels_stay_as_they_are() {
        let top = vec![
            LabelProbability { label: "en".into(), probability: 0.9 },
            LabelProbability { label: "<spam>".into(), probability: 0.1 },
        ];
        let html = language(&Language { label: "en".into(), probability: 0.9, top }).into_string();
        assert!(html.contains("The language is English (en), with 90.0\u{a0}%."), "{html}");
        assert!(html.contains("<bdi>&lt;spam&gt;</bdi>"), "{html}");
        let unknown = Language { label: "unknown".into(), probability: 0.2, top: Vec::new() };
        assert!(said(&unknown).starts_with("No language"));
    }
}
