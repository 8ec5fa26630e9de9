//! An answer, read from a connection as HTTP/1.1 frames it.

use std::io::{self, BufRead, Read};

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads one, with its body.
    pub fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut answer = loop {
            let answer = Self::read_head(from)?;
            if answer.status != 100 {
                break answer;
            }
        };
        answer.body = answer.read_body(from)?;
        Ok(answer)
    }

    /// Reads its head.
    pub fn read_head(from: &mut impl BufRead) -> io::Result<Self> {
        let first = line(from)?;
        let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5));
        let status = status.and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| wrong(&first))?;
        let mut headers = Vec::new();
        loop {
            let next = line(from)?;
            match next.split_once(':') {
                Some((name, value)) => {
                    headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                }
                None if next.is_empty() => break,
                None => return Err(wrong(&next)),
            }
        }
        Ok(Answer { status, headers, body: Vec::new() })
    }

    fn read_body(&self, from: &mut impl BufRead) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if let Some(length) = self.header("content-length") {
            let length = length.parse().map_err(|_| wrong(length))?;
            from.take(length).read_to_end(&mut body)?;
            if body.len() as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        } else if self.header("transfer-encoding").is_some() {
            while let Some(chunk) = chunk(from)? {
                body.extend(chunk);
            }
        } else if self.status != 204 {
            from.read_to_end(&mut body)?;
        }
        Ok(body)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the connection is closed after it.
    pub fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        let read = serde_json::from_slice(&self.body);
        read.unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The code of a refusal; nothing if it is none.
    pub fn code(&self) -> String {
        match self.status {
            400.. => self.json()["code"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        }
    }

    /// Its status, which is this one; else all of it is told.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Its status and code, which are these; else all of it is told.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.code(), code, "{}", answer.text());
        answer
    }
}

/// The next chunk of a body, or nothing at its end.
pub fn chunk(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let first = line(from)?;
    let length = u64::from_str_radix(first.split(';').next().unwrap_or_default().trim(), 16);
    let length = length.map_err(|_| wrong(&first))?;
    let mut chunk = Vec::new();
    from.take(length).read_to_end(&mut chunk)?;
    if chunk.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line(from)?;
    Ok((length > 0).then_some(chunk))
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    from.take(1 << 16).read_until(b'\n', &mut line)?;
    match line.pop() {
        Some(b'\n') => {}
        _ => return Err(io::ErrorKind::UnexpectedEof.into()),
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData.into())
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not HTTP: {what:?}"))
}
