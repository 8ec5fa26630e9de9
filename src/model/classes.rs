//! Word classes and the class model: their sections of a model file.
//!
//! Every word belongs to one class. The class model says how likely a class is after two others, and a word
//! in its class:
//!
//! ```text
//! P(w|v u) = P(w|c(w)) P(c(w)|c(v) c(u))
//! P(c|a b) = share(a b c) + gamma(a b) P(c|b)      share: what is stored, else 0
//! P(c|b)   = (max(n(b c) - D, 0) + D types(b) P(c)) / n(b)
//! ```
//!
//! with the classes a b before c: absolute discounting, interpolated (Ney, Essen & Kneser 1994). In the
//! file, K classes in all:
//!
//! ```text
//! classes.of_words  u16  (words) class of each
//! classes.words     f32  (words) ln P(w|c(w))
//! classes.bigrams   f32  (K, K) P(c|b), by b
//! classes.gammas    f32  (K, K) gamma(a b), by a
//! classes.starts    u32  (K² + 1) where the trigrams after a b begin
//! classes.lasts     u16  (trigrams) their c, rising for every a b
//! classes.shares    u8   (trigrams) their shares: level i stands for exp(-i STEP)
//! ```

use std::io::{self, Seek, Write};

use super::arrays::Arrays;
use super::format::{Writer, damaged};
use super::header::ClassesHeader;
use crate::error::Result;

/// The most classes there can be, fixed ones included.
pub const MOST_CLASSES: usize = 2048;
/// The step between two levels of the shares: the 255th is a ten-millionth.
const STEP: f64 = 0.063_21;

/// Classes as they are stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassData {
    /// What the model file says of them.
    pub header: ClassesHeader,
    /// (words) class of each word.
    pub of_words: Vec<u16>,
    /// (words) ln P(w|c(w)), in nats.
    pub words: Vec<f32>,
    /// (K, K) P(c|b), by b.
    pub bigrams: Vec<f32>,
    /// (K, K) gamma(a b), by a.
    pub gammas: Vec<f32>,
    /// (K² + 1) where the trigrams after a b begin.
    pub starts: Vec<u32>,
    /// (trigrams) last classes.
    pub lasts: Vec<u16>,
    /// (trigrams) levels of the shares.
    pub shares: Vec<u8>,
}

impl ClassData {
    /// How the names of its sections begin.
    pub const SECTIONS: &str = "classes.";

    /// The level of a share in 0..=1, rounded down so that shares never add up to more than they did,
    /// and the share that it stands for.
    pub fn level(share: f64) -> (u8, f64) {
        let level = (-libm::log(share.max(1e-30)) / STEP).ceil().clamp(0.0, 255.0) as u8;
        (level, decoded(level))
    }

    pub(super) fn write<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        file.section("classes.of_words", &self.of_words)?;
        file.section("classes.words", &self.words)?;
        file.section("classes.bigrams", &self.bigrams)?;
        file.section("classes.gammas", &self.gammas)?;
        file.section("classes.starts", &self.starts)?;
        file.section("classes.lasts", &self.lasts)?;
        file.section("classes.shares", &self.shares)
    }

    /// The classes, borrowed.
    pub fn view(&self) -> Classes<'_> {
        Classes {
            header: &self.header,
            of_words: &self.of_words,
            words: &self.words,
            bigrams: &self.bigrams,
            gammas: &self.gammas,
            starts: &self.starts,
            lasts: &self.lasts,
            shares: &self.shares,
        }
    }
}

fn decoded(level: u8) -> f64 {
    libm::exp(-f64::from(level) * STEP)
}

/// The classes of a model. Whatever a damaged file holds, nothing panics.
#[derive(Debug, Clone, Copy)]
pub struct Classes<'a> {
    /// What the model file says of them.
    pub header: &'a ClassesHeader,
    /// (words) class of each word.
    pub of_words: &'a [u16],
    words: &'a [f32],
    bigrams: &'a [f32],
    gammas: &'a [f32],
    starts: &'a [u32],
    lasts: &'a [u16],
    shares: &'a [u8],
}

/// The least probability of anything; those of a sound model are far above.
const LEAST: f64 = 1e-12;

impl Classes<'_> {
    /// The class of a word, below [`ClassesHeader::all`]; 0 for a word that does not exist.
    pub fn class(&self, word: u32) -> usize {
        let class = self.of_words.get(word as usize).copied().unwrap_or(0);
        usize::from(class).min(self.header.all().saturating_sub(1))
    }

    /// ln P(w|c(w)) of a word, in nats.
    pub fn ln_word(&self, word: u32) -> f64 {
        let ln = self.words.get(word as usize).copied().map_or(-30.0, f64::from);
        if (-50.0..=0.0).contains(&ln) { ln } else { -50.0 }
    }

    /// P(c|b), for classes below [`ClassesHeader::all`].
    pub fn bigram(&self, b: usize, c: usize) -> f64 {
        let p = self.bigrams.get(b * self.header.all() + c).copied().map_or(LEAST, f64::from);
        if (LEAST..=1.0).contains(&p) { p } else { LEAST }
    }

    /// P(c|a b), for classes below [`ClassesHeader::all`].
    ///
    /// # Complexity
    /// A binary search among the classes that followed a b.
    pub fn trigram(&self, a: usize, b: usize, c: usize) -> f64 {
        let context = a * self.header.all() + b;
        let gamma = self.gammas.get(context).copied().map_or(1.0, f64::from);
        let gamma = if (0.0..=1.0).contains(&gamma) { gamma } else { 1.0 };
        (self.share(context, c) + gamma * self.bigram(b, c)).max(LEAST)
    }

    fn share(&self, context: usize, c: usize) -> f64 {
        let at = |i: usize| self.starts.get(i).map(|&start| start as usize);
        let (Some(start), Some(end)) = (at(context), at(context + 1)) else {
            return 0.0;
        };
        let found =
            self.lasts.get(start..end).and_then(|lasts| lasts.binary_search(&(c as u16)).ok());
        found.and_then(|i| self.shares.get(start + i)).map_or(0.0, |&level| decoded(level))
    }

    /// (classes) the words of every class by rising id, which is falling frequency.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.header.all()];
        for word in 0..self.of_words.len() as u32 {
            if let Some(members) = members.get_mut(self.class(word)) {
                members.push(word);
            }
        }
        members
    }

    /// The name of a class that was fixed beforehand.
    pub fn name(&self, class: usize) -> Option<&str> {
        let fixed = class.checked_sub(self.header.found)?;
        self.header.fixed.get(fixed).map(String::as_str)
    }
}

/// The classes of a file with `words` words, if it has any.
pub(super) fn read<'a>(
    file: &Arrays<'a, '_>,
    header: &'a Option<ClassesHeader>,
    words: usize,
) -> Result<Option<Classes<'a>>> {
    let Some(header) = header else {
        return Ok(None);
    };
    let all = header.all();
    if !(1..=MOST_CLASSES).contains(&all) {
        return Err(damaged(file.name, "the header"));
    }
    let lasts: &[u16] = file.array("classes.lasts", None)?;
    Ok(Some(Classes {
        header,
        of_words: file.array("classes.of_words", Some(words))?,
        words: file.array("classes.words", Some(words))?,
        bigrams: file.array("classes.bigrams", Some(all * all))?,
        gammas: file.array("classes.gammas", Some(all * all))?,
        starts: file.array("classes.starts", Some(all * all + 1))?,
        lasts,
        shares: file.array("classes.shares", Some(lasts.len()))?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_close_and_never_above() {
        for i in 1..1000 {
            let share = f64::from(i) / 1000.0;
            let (_, decoded) = ClassData::level(share);
            assert!(decoded <= share + 1e-12 && decoded > 0.93 * share, "{share} {decoded}");
        }
        assert_eq!(ClassData::level(1.0), (0, 1.0));
        assert_eq!(ClassData::level(0.0).0, 255);
    }

    #[test]
    fn nonsense_gives_numbers() {
        let header = ClassesHeader { found: 3, fixed: vec!["x".into()], words: 9 };
        let data = ClassData {
            header,
            of_words: vec![u16::MAX, 2],
            words: vec![f32::NAN, 7.0],
            bigrams: vec![f32::NAN; 16],
            gammas: vec![f32::INFINITY; 16],
            starts: vec![u32::MAX, 0, 9, 1],
            lasts: vec![9, 1],
            shares: vec![0],
        };
        let view = data.view();
        assert_eq!((view.class(0), view.class(1), view.class(9)), (3, 2, 0));
        let sound = |x: f64| x.is_finite() && x <= 2.0;
        for a in 0..4 {
            assert!(sound(view.ln_word(a as u32)));
            assert!((0..4).all(|b| (0..4).all(|c| sound(view.trigram(a, b, c)))));
        }
        assert_eq!(view.members().iter().map(Vec::len).sum::<usize>(), 2);
        assert_eq!((view.name(3), view.name(2), view.name(4)), (Some("x"), None, None));
    }
}
