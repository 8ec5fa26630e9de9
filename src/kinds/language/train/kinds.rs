//! Labels and kinds: a label whose texts are in two scripts has a kind for each.

use std::collections::BTreeMap;

use crate::kinds::language::texts::is_foreign;

/// A second script is a kind of its own from this share of a label's texts on, one in ..., and this many texts.
const ONE_IN: u64 = 20;
const TEXTS: u64 = 20;

/// A group of scripts that have no letters in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Other,
}

impl Script {
    /// The one of most letters of a text.
    pub fn of(text: &str) -> Script {
        let mut counts = [0u32; 4];
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            let script = match c {
                'a'..='z' | 'A'..='Z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                    Script::Latin
                }
                '\u{400}'..='\u{52f}' => Script::Cyrillic,
                '\u{600}'..='\u{6ff}' => Script::Arabic,
                _ => Script::Other,
            };
            counts[script as usize] += 1;
        }
        let all = [Script::Latin, Script::Cyrillic, Script::Arabic, Script::Other];
        let most = *counts.iter().max().expect("there are four");
        all[counts.iter().position(|&count| count == most).expect("one has most")]
    }
}

/// How many texts each label has in each script.
#[derive(Debug, Default)]
pub struct Counts(BTreeMap<String, [u64; 4]>);

impl Counts {
    pub fn add(&mut self, label: &str, script: Script) {
        if !self.0.contains_key(label) {
            self.0.insert(label.to_owned(), [0; 4]);
        }
        self.0.get_mut(label).expect("it is there")[script as usize] += 1;
    }

    /// Whether there is any text of a label.
    pub fn has(&self, label: &str) -> bool {
        self.0.contains_key(label)
    }

    /// Labels in order, and their kinds: those of labels first, then the foreign ones.
    pub fn kinds(&self) -> Kinds {
        let own = self.0.iter().filter(|(label, _)| !is_foreign(label));
        let (mut labels, mut kinds, mut by_script) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (label, counts) in own {
            let texts: u64 = counts.iter().sum();
            let main =
                (0..4).max_by_key(|&script| (counts[script], 4 - script)).expect("there are four");
            let apart = |script: usize| counts[script] >= TEXTS && counts[script] * ONE_IN >= texts;
            let first = kinds.len();
            kinds.push(Some(labels.len()));
            let mut of = [first; 4];
            for script in (0..4).filter(|&script| script != main && apart(script)) {
                of[script] = kinds.len();
                kinds.push(Some(labels.len()));
            }
            labels.push(label.clone());
            by_script.insert(label.clone(), of);
        }
        for (label, _) in self.0.iter().filter(|(label, _)| is_foreign(label)) {
            by_script.insert(label.clone(), [kinds.len(); 4]);
            kinds.push(None);
        }
        Kinds { labels, kinds, by_script }
    }
}

/// The kinds of text that are told apart.
#[derive(Debug)]
pub struct Kinds {
    pub labels: Vec<String>,
    /// The label of each kind; none for foreign ones, which come last.
    pub kinds: Vec<Option<usize>>,
    by_script: BTreeMap<String, [usize; 4]>,
}

impl Kinds {
    /// The kind of a text with this label.
    pub fn of(&self, label: &str, script: Script) -> Option<usize> {
        Some(self.by_script.get(label)?[script as usize])
    }

    /// The place of a label.
    pub fn label(&self, name: &str) -> Option<usize> {
        self.labels.binary_search_by(|label| label.as_str().cmp(name)).ok()
    }

    /// How many kinds have a label.
    pub fn own(&self) -> usize {
        self.kinds.iter().flatten().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_that_of_most_letters() {
        for (text, script) in [
            ("Дворац je лeп", Script::Cyrillic),
            ("L'été, 12345 πππ", Script::Latin),
            ("شكرا ok", Script::Arabic),
            ("猫が好き", Script::Other),
        ] {
            assert_eq!(Script::of(text), script, "{text}");
        }
    }

    #[test]
    fn a_second_script_is_a_kind_if_it_is_no_accident_and_foreign_kinds_come_last() {
        let mut counts = Counts::default();
        let mut add = |label, script, n| (0..n).for_each(|_| counts.add(label, script));
        add("other:x", Script::Latin, 50);
        add("sr", Script::Cyrillic, 100);
        add("sr", Script::Latin, 30);
        add("ru", Script::Cyrillic, 100);
        add("ru", Script::Latin, 3);
        add("otherwise", Script::Latin, 10);
        let kinds = counts.kinds();
        assert_eq!(kinds.labels, ["otherwise", "ru", "sr"]);
        assert_eq!(kinds.kinds, [Some(0), Some(1), Some(2), Some(2), None]);
        assert_eq!(kinds.own(), 4);
        assert_eq!(kinds.of("ru", Script::Latin), Some(1));
        assert_eq!(
            (kinds.of("sr", Script::Cyrillic), kinds.of("sr", Script::Latin)),
            (Some(2), Some(3))
        );
        assert_eq!(
            (kinds.of("sr", Script::Other), kinds.of("other:x", Script::Other)),
            (Some(2), Some(4))
        );
        assert_eq!(kinds.of("tlh", Script::Latin), None);
    }
}
