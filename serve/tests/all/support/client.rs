//! A client that blocks, keeps its connection, and can send what no good client would.

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;

/// Nothing is waited for longer than this.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client with a connection.
pub struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    /// Headers of every request, each with its line end.
    pub headers: String,
}

/// A connection on which anything can be sent.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// The head of a request up to the headers that say how long the body is.
pub fn head(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
}

/// A whole request with JSON.
pub fn post(path: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let head = head("POST", path);
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Client { address, stream: None, headers: String::new() }
    }

    /// The same, with one more header in every request.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    /// Sends a request and reads the answer.
    pub fn try_ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let length = body.len();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{}{headers}", self.headers);
        request += &format!("Content-Length: {length}\r\n\r\n");
        let request = [request.as_bytes(), body].concat();
        stream.get_mut().write_all(&request)?;
        let answer = Answer::read(&mut stream)?;
        if !answer.closes() {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    #[track_caller]
    pub fn get(&mut self, path: &str) -> Answer {
        self.try_ask("GET", path, "", b"").unwrap()
    }

    #[track_caller]
    pub fn delete(&mut self, path: &str) -> Answer {
        self.try_ask("DELETE", path, "", b"").unwrap()
    }

    #[track_caller]
    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.try_post(path, "", body).unwrap()
    }

    /// Posts JSON, with more headers, each with its line end.
    pub fn try_post(&mut self, path: &str, headers: &str, body: &Value) -> io::Result<Answer> {
        let headers = format!("Content-Type: application/json\r\n{headers}");
        self.try_ask("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Posts a file.
    #[track_caller]
    pub fn upload(&mut self, path: &str, file: &[u8]) -> Answer {
        self.try_ask("POST", path, "Content-Type: text/plain\r\n", file).unwrap()
    }
}
