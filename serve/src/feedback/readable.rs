//! Which lines the program `impute` reads.

use impute::text::lines::{MAX_LINE, MAX_WORD};
use impute::text::tokens;

/// Whether a line can stand in a file of sentences: not binary, and neither it nor a word is too long. Half the room
/// is left for what a CSV adds.
pub fn readable(line: &str) -> bool {
    line.len() < MAX_LINE / 2
        && !line.contains(['\0', '\n', '\r'])
        && tokens::split(line.as_bytes()).all(|token| token.len() < MAX_WORD / 2)
}

#[cfg(test)]
mod tests {
    use impute::text::input::decompress;
    use impute::text::rows::{Format, RowReader};

    use super::*;

    #[test]
    fn what_is_called_readable_is_read() {
        let long = "x".repeat(MAX_WORD / 2 - 1);
        let quotes = "\" ".repeat(MAX_LINE / 4 - 1);
        for line in ["a b .", "\u{1b}[0m é \u{2028}", &long, &quotes] {
            assert!(readable(line));
            let mut csv = Format::Kaggle.head(b"");
            let row = impute::text::rows::Row { id: b"1".to_vec(), ..Default::default() };
            Format::Kaggle.write_row(&mut csv, &row, line.as_bytes()).unwrap();
            let input = decompress(Box::new(std::io::Cursor::new(csv)), "in".into(), None).unwrap();
            let rows = RowReader::new(input, None, false).unwrap().read_all().unwrap();
            assert_eq!(rows[0].sentence, line.as_bytes());
        }
        let long = "x".repeat(MAX_WORD);
        assert!(["a\0b", "a\nb", &long].iter().all(|line| !readable(line)));
    }
}
