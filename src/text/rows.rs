//! Rows of sentences: the competition's CSV or plain text, told apart by content.

use std::io;

use super::ids::IdSet;
use super::input::Input;
use super::kaggle;
use super::lines::Lines;
use super::output::Output;
use super::passed_over::PassedOver;
use super::printable::printable;
use crate::error::{Error, Remedy, Result, Setting};
use crate::progress::{Progress, Silent};

/// How sentences are laid out in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One sentence per line.
    Text,
    /// The competition's CSV.
    Kaggle,
}

impl Format {
    /// What a file begins with: the header of a CSV, or the byte-order mark of a text.
    pub fn head(self, mark: &[u8]) -> Vec<u8> {
        match self {
            Format::Text => mark.to_vec(),
            Format::Kaggle => [kaggle::HEADER, b"\n"].concat(),
        }
    }

    /// Adds `row` with `sentence` in place of its own to `out`.
    ///
    /// # Errors
    /// None: memory takes everything.
    pub fn write_row(self, out: &mut Vec<u8>, row: &Row, sentence: &[u8]) -> io::Result<()> {
        match self {
            Format::Text => {
                out.extend_from_slice(sentence);
                out.extend_from_slice(row.ending);
                Ok(())
            }
            Format::Kaggle => kaggle::write(out, &row.id, sentence),
        }
    }
}

/// One sentence and where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The id as written in the file; the line number for plain text.
    pub id: Vec<u8>,
    /// The sentence, without quotes.
    pub sentence: Vec<u8>,
    /// The line's number, counted from 1.
    pub line: u64,
    /// What ended the line: nothing (end of file), `\n` or `\r\n`.
    pub ending: &'static [u8],
}

/// Reads rows.
pub struct RowReader {
    lines: Lines,
    format: Format,
    ids: IdSet,
    /// The first line, if it was read to find the format but has not been returned yet.
    first: Option<Vec<u8>>,
    buffer: Vec<u8>,
    /// What has been passed over, if the sentences are to be counted or scored.
    passed_over: Option<PassedOver>,
}

impl RowReader {
    /// Reads the first line and decides the format, unless `format` forces it.
    ///
    /// [`Format::Kaggle`] still reads plain text if the first line does not look like CSV.
    ///
    /// # Errors
    /// The file is empty, cannot be read, or is CSV with another header.
    pub fn new(input: Input, format: Option<Format>, lossy: bool) -> Result<Self> {
        let mut lines = Lines::new(input, lossy);
        let mut first = Vec::new();
        if !lines.next_into(&mut first)? {
            return Err(Error::file(lines.name(), "empty file", "give it at least one sentence"));
        }
        let mut reader = RowReader {
            lines,
            format: Format::Text,
            ids: IdSet::default(),
            first: None,
            buffer: Vec::new(),
            passed_over: None,
        };
        if format == Some(Format::Text) {
            reader.first = Some(first);
        } else if looks_like_object(&first) {
            return Err(reader.lines.error(
                "a JSON object",
                Remedy::by(
                    "give it plain text, one sentence per line, or the competition's CSV: jsonl is only an output \
                     format; read as text, the line is a sentence",
                    &[Setting::Format],
                ),
            ));
        } else if kaggle::is_header(&first) {
            reader.format = Format::Kaggle;
        } else if kaggle::looks_like_csv(&first) {
            let start = String::from_utf8_lossy(&first).chars().take(40).collect::<String>();
            return Err(reader.lines.error(
                format!("a CSV file whose header is not \"id\",\"sentence\": {start}"),
                Remedy::by(
                    "fix the header, or, if these are sentences, read them as text",
                    &[Setting::Format],
                ),
            ));
        } else {
            reader.first = Some(first);
        }
        Ok(reader)
    }

    /// The same for plain text that is counted or scored: blank lines are no rows, and the marks of a
    /// sentence's beginning and end no words.
    pub fn passing_over(self) -> Self {
        RowReader { passed_over: Some(PassedOver::default()), ..self }
    }

    /// What has been passed over so far.
    pub fn passed_over(&self) -> PassedOver {
        self.passed_over.unwrap_or_default()
    }

    /// The format that was found.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The name of the input, for messages.
    pub fn name(&self) -> &str {
        self.lines.name()
    }

    /// The byte-order mark that the file began with, if any.
    pub fn mark(&self) -> &'static [u8] {
        self.lines.mark()
    }

    /// See [`Input::advanced`](super::input::Input::advanced).
    pub fn advanced(&mut self) -> u64 {
        self.lines.advanced()
    }

    /// The next row, or `None` at the end of the file.
    ///
    /// # Errors
    /// What [`Lines::next_into`] reports; a line that is not a row; an id that occurred before.
    pub fn next_row(&mut self) -> Result<Option<Row>> {
        loop {
            match self.first.take() {
                Some(first) => self.buffer = first,
                None if !self.lines.next_into(&mut self.buffer)? => return Ok(None),
                None => {}
            }
            let (line, ending) = (self.lines.number(), self.lines.ending());
            if self.format == Format::Text {
                if let Some(passed_over) = &mut self.passed_over
                    && !passed_over.take(&mut self.buffer)
                {
                    continue;
                }
                let id = line.to_string().into_bytes();
                return Ok(Some(Row { id, sentence: self.buffer.clone(), line, ending }));
            }
            if self.buffer.is_empty() {
                continue;
            }
            if kaggle::is_header(&self.buffer) {
                return Err(self.lines.error("a second header", "leave it out"));
            }
            let mut sentence = Vec::new();
            let id = kaggle::parse(&self.buffer, &mut sentence)
                .map_err(|(what, remedy)| self.lines.error(what, remedy))?;
            if !self.ids.insert(kaggle::unquoted(id)) {
                let id = printable(&String::from_utf8_lossy(id));
                return Err(self.lines.error(
                    format!("the id {id} occurs a second time"),
                    "give every row an id of its own",
                ));
            }
            return Ok(Some(Row { id: id.to_vec(), sentence, line, ending }));
        }
    }

    /// All remaining rows.
    ///
    /// # Errors
    /// As [`RowReader::next_row`].
    pub fn read_all(&mut self) -> Result<Vec<Row>> {
        self.read_while(&Silent)
    }

    /// The same, unless `progress` says to stop.
    ///
    /// # Errors
    /// As [`RowReader::next_row`], and [`ErrorKind::Stopped`](crate::ErrorKind::Stopped).
    pub fn read_while(&mut self, progress: &dyn Progress) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next_row()? {
            progress.go_on()?;
            rows.push(row);
        }
        Ok(rows)
    }
}

/// Whether a line is an object rather than a tokenised sentence.
fn looks_like_object(line: &[u8]) -> bool {
    line.starts_with(b"{\"") && line.trim_ascii_end().ends_with(b"}")
}

/// Writes rows in one format.
pub struct RowWriter {
    output: Output,
    format: Format,
    buffer: Vec<u8>,
}

impl RowWriter {
    /// Begins to write: the header of a CSV, or the byte-order mark of the text.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn new(mut output: Output, format: Format, mark: &[u8]) -> Result<Self> {
        output.write(&format.head(mark))?;
        Ok(RowWriter { output, format, buffer: Vec::new() })
    }

    /// Writes `row` with `sentence` in place of its own.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn write(&mut self, row: &Row, sentence: &[u8]) -> Result<()> {
        self.buffer.clear();
        self.format
            .write_row(&mut self.buffer, row, sentence)
            .map_err(|e| Error::io(self.output.name(), "write", e))?;
        self.output.write(&self.buffer)
    }

    /// Hands on what is buffered; see [`Output::flush`].
    ///
    /// # Errors
    /// The bytes cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        self.output.flush()
    }

    /// Writes all that is left; see [`Output::complete`].
    ///
    /// # Errors
    /// The last bytes cannot be written.
    pub fn complete(&mut self) -> Result<()> {
        self.output.complete()
    }

    /// Completes the output.
    ///
    /// # Errors
    /// As [`Output::finish`].
    pub fn finish(self) -> Result<()> {
        self.output.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::tests::Stopped;
    use crate::text::input::decompress;

    fn read(text: &str, format: Option<Format>) -> Result<(Format, Vec<Row>)> {
        let bytes = text.as_bytes().to_vec();
        let input = decompress(Box::new(std::io::Cursor::new(bytes)), "in".into(), None)?;
        let mut reader = RowReader::new(input, format, false)?;
        Ok((reader.format(), reader.read_all()?))
    }

    #[test]
    fn rows_are_read_until_somebody_says_to_stop() {
        let input = Box::new(std::io::Cursor::new(b"a b\nc d\n".to_vec()));
        let input = decompress(input, "in".into(), None).unwrap();
        let error = RowReader::new(input, None, false).unwrap().read_while(&Stopped).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Stopped);
    }

    #[test]
    fn finds_the_format_by_content() {
        let (format, rows) =
            read("\"id\",\"sentence\"\n7,\"a \"\"b\"\"\"\n9,\"\"\n", None).unwrap();
        assert_eq!(format, Format::Kaggle);
        assert_eq!((&rows[0].id[..], &rows[0].sentence[..]), (&b"7"[..], &b"a \"b\""[..]));
        assert_eq!((&rows[1].id[..], &rows[1].sentence[..]), (&b"9"[..], &b""[..]));
        let (format, rows) = read("one two\n\nthree", None).unwrap();
        assert_eq!((format, rows.len()), (Format::Text, 3));
        let (format, rows) = read("\"id\",\"sentence\"\n", Some(Format::Text)).unwrap();
        assert_eq!((format, rows.len()), (Format::Text, 1));
        assert_eq!(read("{ the } dog }\n", None).unwrap().0, Format::Text);
        assert_eq!(read("{\"a\": 1}\n", Some(Format::Text)).unwrap().1.len(), 1);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, line, what) in [
            ("\"id\",\"text\"\n", 1, "header"),
            ("\"id\",\"sentence\"\n1,\"a\"\n2,\"b\n", 3, "never closed"),
            ("\"id\",\"sentence\"\n1,\"a\"\n1,\"b\"\n", 3, "second time"),
            ("{\"sentence\": \"the dog the cat .\"}\n", 1, "a JSON object"),
        ] {
            let error = read(text, None).unwrap_err().to_string();
            assert!(error.starts_with(&format!("in: line {line}: ")), "{error}");
            assert!(error.contains(what), "{error}");
        }
        assert!(read("", None).unwrap_err().to_string().contains("empty file"));
    }
}
