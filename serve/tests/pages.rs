//! The pages of a running service, as a browser without a script uses them: over HTTP, with forms and redirects.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A service with a data file of its own; it ends with the test.
struct Service {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What was answered.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| {
            line.split(':').next().is_some_and(|found| found.eq_ignore_ascii_case(name))
        });
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }
}

impl Service {
    fn start(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(assert_cmd::cargo::cargo_bin!("impute-serve"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data.sqlite"))
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "the service does not start");
            if let Some((_, address)) = line.trim_end().split_once("http://") {
                break address.to_owned();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Service { process, address, _folder: folder }
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        let Service { address, .. } = self;
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        ))
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        let Service { address, .. } = self;
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
            form.len()
        ))
    }

    /// The page of a request once it is finished.
    fn finished(&self, path: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let page = self.get(path).body;
            if page.contains(" data-final") {
                assert!(!page.contains("http-equiv=\"refresh\""), "{page}");
                return page;
            }
            assert!(page.contains("http-equiv=\"refresh\" content=\"1\""), "{page}");
            assert!(Instant::now() < end, "{page}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_sentence_is_asked_answered_reported_and_removed_by_plain_forms() {
    let service = Service::start(&[]);
    let text = "The+president+said+on+Tuesday+that+he+not+going+to+the+%3Cb%3E+meeting+.%0D%0A";
    let sent = service.post("/", &format!("text={text}&task=impute"));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let path = sent.header("location").unwrap().to_owned();
    assert!(path.starts_with("/requests/"), "{path}");
    let page = service.finished(&path);
    for part in ["<ins title=\"put in\">", "&lt;b&gt;", "version 1", "English (en)", "id=\"gaps\""]
    {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("<b>"), "{page}");
    let part = service.get(&format!("{path}?part=answer")).body;
    assert!(part.starts_with("<div id=\"request\"") && page.contains(&part), "{part}");
    assert!(service.get(&format!("{path}?part=line")).body.starts_with("<li>"));

    let reported = service.post(&format!("{path}/feedback"), "verdict=wrong&word=%3Cis%3E&gap=7");
    assert_eq!(
        (reported.status, reported.header("location")),
        (303, Some(&*format!("{path}#feedback")))
    );
    let page = service.get(&path).body;
    assert!(page.contains("wrong; the word was “<bdi>&lt;is&gt;</bdi>”"), "{page}");
    assert_eq!(service.post(&format!("{path}/feedback"), "verdict=wrong&gap=99").status, 422);
    assert_eq!(service.post(&format!("{path}/feedback"), "word=x").status, 422);

    let removed = service.post(&format!("{path}/delete"), "");
    assert_eq!((removed.status, removed.header("location")), (303, Some("/")));
    let page = service.get(&path).body;
    assert!(page.contains("data-state=\"deleted\"") && !page.contains("president"), "{page}");
    assert_eq!(service.post(&format!("{path}/feedback"), "verdict=right").status, 409);
}

#[test]
fn refusals_are_pages_and_the_form_keeps_its_text() {
    let service = Service::start(&["--max-text", "40"]);
    let long = "x".repeat(41);
    for (form, status, says) in [
        (format!("text={long}&task=repair"), 413, long.as_str()),
        ("text=a%0D%0Ab&task=impute".to_owned(), 422, ">\na\nb</textarea>"),
        ("text=+&task=language".to_owned(), 422, "value=\"language\" checked"),
        ("text=a&task=nothing".to_owned(), 422, "Choose what to do"),
        ("task=impute".to_owned(), 400, "load the page again"),
        (format!("text={}&task=repair", "y".repeat(1 << 18)), 413, "send it in parts"),
    ] {
        let answer = service.post("/", &form);
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{}", answer.head);
        assert!(
            answer.body.contains(says) && answer.body.contains("role=\"alert\""),
            "{}",
            answer.body
        );
    }
    for path in ["/requests/x", "/batches/x", "/nothing", "/static/page.css", "/static/..%2f..%2fx"]
    {
        let answer = service.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.starts_with("<!DOCTYPE html>"), "{path}: {}", answer.body);
    }
    assert_eq!(service.post("/status", "").status, 405);
    assert_eq!(service.get("/requests/00000000-0000-4000-8000-000000000000").status, 404);
}

#[test]
fn pages_load_nothing_but_their_own_files_which_are_kept_for_ever() {
    let service = Service::start(&[]);
    for path in ["/", "/?example=repair", "/status", "/help"] {
        let page = service.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!page.body.contains(" style=") && !page.body.contains("<style"), "{path}");
        let mut files = 0;
        for link in page.body.split(['"']).filter(|part| part.starts_with("/static/")) {
            let file = service.get(link);
            assert_eq!(file.status, 200, "{link}");
            assert_eq!(
                file.header("cache-control"),
                Some("public, max-age=31536000, immutable"),
                "{link}"
            );
            files += 1;
        }
        assert_eq!(files, 2, "{path}");
        assert_eq!(page.body.matches("<script").count(), 1, "{path}");
    }
    let help = service.get("/help").body;
    assert!(help.contains(&format!("http://{}/v1/impute", service.address)), "{help}");
    assert!(service.get("/?example=repair").body.contains("Mrs. Carter"));
    assert!(service.get("/status?part=figures").body.starts_with("<section id=\"now\""));
}
