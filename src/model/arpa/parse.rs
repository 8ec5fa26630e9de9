//! One line of a section: `log10p  w1 … wn  [log10bow]`, separated by tabs or spaces.

use crate::model::core::MAX_ORDER;

/// What is wrong with a line, and what to do about it.
pub(super) type Problem = (String, &'static str);

/// The n-gram of a line.
pub(super) struct Entry<'a> {
    pub log10_p: f32,
    /// Words; those beyond the order are empty.
    pub words: [&'a [u8]; MAX_ORDER],
    /// 0 where the line has none.
    pub log10_backoff: f32,
}

const WRITE_AGAIN: &str = "write the file again with the tool that made it";
const SHAPE: &str = "a line has log10 p, the words, and below the highest order log10 of the \
                     backoff weight";
const IMPOSSIBLE: &str = "estimate the model again with smoothing: after these words, it holds everything \
                          that they were not seen with for impossible";
/// Logs beyond this are not probabilities; the bound keeps sums of them finite.
const LARGEST: f32 = 1e6;

/// Parses a line of the section of `n`-grams; at the `highest` order there is no backoff weight.
pub(super) fn entry(line: &[u8], n: usize, highest: bool) -> Result<Entry<'_>, Problem> {
    let mut fields =
        line.split(|byte| matches!(byte, b'\t' | b' ')).filter(|field| !field.is_empty());
    let field = fields.next().unwrap_or_default();
    let log10_p = if is_minus_infinity(field) { -LARGEST } else { number(field)? };
    if log10_p > 0.0 {
        return Err((format!("log10 p {log10_p} is above 0"), WRITE_AGAIN));
    }
    let mut words = [&b""[..]; MAX_ORDER];
    let mut found = 0;
    for (slot, word) in words[..n].iter_mut().zip(fields.by_ref()) {
        *slot = word;
        found += 1;
    }
    let backoff = fields.next();
    let surplus = fields.count() + usize::from(backoff.is_some());
    let log10_backoff = match backoff {
        None => Ok(0.0),
        Some(field) if surplus == 1 && is_minus_infinity(field) => {
            Err(("a backoff weight of 0 (`-inf`)".to_owned(), IMPOSSIBLE))
        }
        Some(field) if surplus == 1 => number(field),
        Some(_) => Ok(0.0),
    };
    if found < n || surplus > 1 || (highest && log10_backoff.as_ref().ok() != Some(&0.0)) {
        let all = found + surplus;
        return Err((
            format!("{all} words or numbers after log10 p in a line of {n}-grams"),
            SHAPE,
        ));
    }
    Ok(Entry { log10_p, words, log10_backoff: log10_backoff? })
}

/// The log of 0, as C prints it.
fn is_minus_infinity(field: &[u8]) -> bool {
    field.eq_ignore_ascii_case(b"-inf") || field.eq_ignore_ascii_case(b"-infinity")
}

fn number(field: &[u8]) -> Result<f32, Problem> {
    let text = String::from_utf8_lossy(field);
    match text.parse::<f32>() {
        Ok(number) if number.abs() <= LARGEST => Ok(number),
        Ok(_) => Err((format!("`{text}` is not a finite logarithm"), WRITE_AGAIN)),
        Err(_) => Err((format!("`{}` is not a number", short(&text)), SHAPE)),
    }
}

/// The beginning of a text that may be long.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str, n: usize, highest: bool) -> Result<(f32, Vec<String>, f32), String> {
        let e = entry(line.as_bytes(), n, highest).map_err(|problem| problem.0)?;
        let words = e.words[..n].iter().map(|word| String::from_utf8_lossy(word).into_owned());
        Ok((e.log10_p, words.collect(), e.log10_backoff))
    }

    #[test]
    fn tabs_and_runs_of_spaces_separate_alike() {
        let expected = Ok((-1.5, vec!["a".to_owned(), "b".to_owned()], -0.25));
        for line in ["-1.5\ta b\t-0.25", "-1.5  a  b   -0.25", "-1.5\ta\tb\t-0.25"] {
            assert_eq!(parsed(line, 2, false), expected);
        }
        assert_eq!(parsed("-1.5\ta b", 2, false).unwrap().2, 0.0);
        assert_eq!(parsed("-1.5\ta b\t0", 2, true).unwrap().2, 0.0);
        assert_eq!(parsed("-99\t1 2\t3", 2, false).unwrap().1, ["1", "2"]);
    }

    #[test]
    fn the_log_of_nothing_is_the_lowest_that_is_read() {
        for infinity in ["-inf", "-INF", "-Infinity"] {
            let (log10_p, words, _) = parsed(&format!("{infinity}\ta b\t-1"), 2, false).unwrap();
            assert_eq!((log10_p, &words[0][..]), (-LARGEST, "a"));
        }
        assert!(parsed("-1000001 a b", 2, false).is_err());
    }

    #[test]
    fn other_lines_are_refused() {
        for (line, part) in [
            ("-1 a", "1 words"),
            ("-1 a b c d", "4 words"),
            ("-1", "0 words"),
            ("x a b", "`x` is not a number"),
            ("0.5 a b", "0.5 is above 0"),
            ("nan a b", "not a finite"),
            ("inf a b", "not a finite"),
            ("-1 a b -inf", "a backoff weight of 0"),
            ("-1 a b inf", "not a finite"),
            ("-1 a b c", "`c` is not a number"),
        ] {
            let error = parsed(line, 2, false).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
        assert!(parsed("-1 a b -0.5", 2, true).unwrap_err().contains("3 words"));
    }
}
