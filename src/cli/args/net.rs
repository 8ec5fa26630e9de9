//! How long to train a net, as people write it.

use std::str::FromStr;
use std::time::Duration;

/// What `--net` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetLength {
    /// No net.
    None,
    /// This many sentences.
    Sentences(u64),
    /// About this long.
    Time(Duration),
}

/// The largest number of sentences: years of training.
const MOST: f64 = 1e12;

impl FromStr for NetLength {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text}: write sentences as 2M, 500k or 20000, a time as 30m, 2h or 90s, or none"
            )
        };
        if text == "none" {
            return Ok(NetLength::None);
        }
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let number: f64 = digits.parse().map_err(|_| wrong())?;
        let (sentences, seconds) = match &text[digits.len()..] {
            "" => (number, 0.0),
            "k" | "K" => (number * 1e3, 0.0),
            "M" => (number * 1e6, 0.0),
            "s" => (0.0, number),
            "m" => (0.0, number * 60.0),
            "h" => (0.0, number * 3600.0),
            _ => return Err(wrong()),
        };
        match (sentences, seconds) {
            (sentences, 0.0) if (1.0..=MOST).contains(&sentences) => {
                Ok(NetLength::Sentences(sentences as u64))
            }
            (0.0, seconds) if (1.0..=MOST / 1e3).contains(&seconds) => {
                Ok(NetLength::Time(Duration::from_secs_f64(seconds)))
            }
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<NetLength>().ok();
        assert_eq!(read("none"), Some(NetLength::None));
        assert_eq!(read("2M"), Some(NetLength::Sentences(2_000_000)));
        assert_eq!(read("1.5k"), Some(NetLength::Sentences(1500)));
        assert_eq!(read("700"), Some(NetLength::Sentences(700)));
        assert_eq!(read("30m"), Some(NetLength::Time(Duration::from_secs(1800))));
        assert_eq!(read("1h"), Some(NetLength::Time(Duration::from_secs(3600))));
        for wrong in ["", "m", "0", "0m", "-1h", "1d", "1e300", "nanm", "infh", "1 h"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
