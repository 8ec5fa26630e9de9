//! Which full stop belongs to a word.
//!
//! The lists follow counts of the training text: does it write `Sept. 5` or `Sept . 5`? A full stop that is
//! wrongly cut off costs no more than a wrong context.

/// Before a name: a sentence never ends here.
const TITLES: &[&str] = &[
    "Mr", "Mrs", "Ms", "Dr", "St", "Sen", "Sens", "Rep", "Reps", "Gov", "Govs", "Gen", "Lt", "Col",
    "Capt", "Sgt", "Maj", "Adm", "Rev", "Prof", "Hon", "Pres", "Pvt", "Cpl", "Cmdr", "Messrs",
    "Mme", "Mlle", "Ft", "Mt", "Fr", "Brig", "Msgr", "Atty", "Supt", "Det", "v", "vs",
];

/// Before a number.
const BEFORE_NUMBERS: &[&str] = &[
    "No", "Nos", "no", "nos", "Jan", "Feb", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec", "p", "pp",
    "Art", "art", "Vol", "vol", "Fig", "fig", "Sec", "sec", "c", "ca",
];

/// After a name, or anywhere: a sentence may end here.
const OTHERS: &[&str] = &[
    "Jr", "Sr", "Inc", "Corp", "Co", "Cos", "Ltd", "Bros", "Fla", "Calif", "Va", "Pa", "Conn",
    "Ind", "Wis", "Ala", "Md", "Mich", "Ill", "Ariz", "Colo", "Ky", "Ore", "Minn", "Ga", "Tenn",
    "Tex", "Wash", "Okla", "Mo", "Miss", "Neb", "Nev", "Kan", "Ark", "Mass", "La", "Del", "Vt",
    "Mont", "Wyo", "al", "Ph",
];

/// Measures and the like: part of the word if the sentence goes on in lower case.
const SMALL: &[&str] =
    &["etc", "approx", "dept", "est", "ft", "lb", "lbs", "oz", "sq", "hr", "hrs", "min"];

/// Words with which sentences begin more often than names.
const STARTERS: &[&str] = &[
    "A",
    "After",
    "Also",
    "Although",
    "An",
    "And",
    "As",
    "At",
    "Because",
    "But",
    "By",
    "During",
    "For",
    "From",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "It",
    "Its",
    "Many",
    "Meanwhile",
    "More",
    "My",
    "No",
    "Now",
    "On",
    "One",
    "Other",
    "Our",
    "She",
    "Since",
    "So",
    "Some",
    "Still",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "To",
    "Under",
    "Until",
    "We",
    "What",
    "When",
    "Where",
    "While",
    "Who",
    "Why",
    "With",
    "Yet",
    "You",
];

/// What the full stop at the end of a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Part of the word, which cannot end a sentence: `Mr.`
    Inner,
    /// Part of the word before a number: `No.`
    BeforeNumber,
    /// Part of the word, and perhaps also the end of the sentence: `Inc.`
    Either,
    /// The same, and part of the word even at the end of a sentence: `U.S.`
    Acronym,
    /// Part of the word if the sentence goes on: `etc.`
    Small,
    /// The end of a sentence, unless the next word says otherwise.
    End,
}

/// What the full stop after `stem` is.
pub fn stop(stem: &str) -> Stop {
    let mut letters = stem.chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && letter.is_uppercase()
        && letter != 'I'
    {
        return Stop::Inner;
    }
    match stem {
        _ if TITLES.contains(&stem) => Stop::Inner,
        _ if BEFORE_NUMBERS.contains(&stem) => Stop::BeforeNumber,
        _ if OTHERS.contains(&stem) => Stop::Either,
        _ if SMALL.contains(&stem) => Stop::Small,
        _ if is_acronym(stem) => Stop::Acronym,
        _ => Stop::End,
    }
}

/// `U.S`, `p.m`, `D-N.Y`, `Ph.D`: parts of at most three letters, two or more of them.
fn is_acronym(stem: &str) -> bool {
    let stem = stem.rsplit('-').next().unwrap_or(stem);
    let short = |part: &str| {
        !part.is_empty() && part.chars().count() <= 3 && part.chars().all(char::is_alphabetic)
    };
    stem.contains('.') && stem.split('.').all(short)
}

/// Whether a sentence is likely to begin with this word.
pub fn starts_sentences(word: &str) -> bool {
    STARTERS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_stops_are_told_apart() {
        for (stem, expected) in [
            ("Mr", Stop::Inner),
            ("J", Stop::Inner),
            ("I", Stop::End),
            ("No", Stop::BeforeNumber),
            ("Inc", Stop::Either),
            ("U.S", Stop::Acronym),
            ("D-N.Y", Stop::Acronym),
            ("example.com", Stop::End),
            ("house", Stop::End),
            ("3.5", Stop::End),
            ("", Stop::End),
        ] {
            assert_eq!(stop(stem), expected, "{stem}");
        }
        assert!(STARTERS.is_sorted() && starts_sentences("The") && !starts_sentences("Smith"));
    }
}
