//! Clients that misbehave, each kind for itself, while a good client asks without a pause: it is answered, every time
//! and soon, and when they are gone the process is as it was before.

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Running, connect, descriptors, english, head, kilobytes, post, until,
};

/// How long each kind of client goes on.
const WHILE: Duration = Duration::from_millis(1000);
/// The good client is answered within this, at p99: far more than it takes, far less than a service that stands still.
const P99: Duration = Duration::from_secs(2);

/// How long each request of the good client took.
struct Latencies(Vec<Duration>);

impl Latencies {
    fn at(&self, share: f64) -> Duration {
        self.0[((self.0.len() - 1) as f64 * share).ceil() as usize]
    }

    fn tell(&self, during: &str) {
        let [half, most, all] = [0.5, 0.99, 1.0].map(|share| self.at(share).as_secs_f64() * 1000.0);
        let requests = self.0.len();
        println!(
            "{during:<32} {requests:>5} requests, p50 {half:>6.1} p99 {most:>6.1} max {all:>6.1} ms"
        );
    }
}

/// Asks, now a job and now at once, until `stop`; everything has to be answered well.
fn ask_well(address: SocketAddr, stop: &AtomicBool) -> Latencies {
    let mut client = Client::new(address);
    let mut latencies = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let text = "Ich weiß nicht, was soll es bedeuten.";
        let since = Instant::now();
        let job = json!({"task": "language", "text": text});
        let job = client.post("/v1/jobs", &job).expect(202).json();
        let path = format!("/v1/jobs/{}?wait=30", job["tracking_id"].as_str().unwrap());
        let view = client.get(&path).expect(200).json();
        assert_eq!(view["result"]["label"], "de", "{view}");
        latencies.push(since.elapsed());
        let since = Instant::now();
        let answer = client.post("/v1/language", &json!({"texts": [text]})).expect(200).json();
        assert_eq!(answer["results"][0]["label"], "de", "{answer}");
        latencies.push(since.elapsed());
        std::thread::sleep(Duration::from_millis(5));
    }
    latencies.sort_unstable();
    Latencies(latencies)
}

/// Lets the good client ask while `others` do what they do.
fn meanwhile(running: &Running, during: &str, others: impl FnOnce(SocketAddr)) {
    let (stop, address) = (AtomicBool::new(false), running.address);
    let latencies = std::thread::scope(|scope| {
        let good = scope.spawn(|| ask_well(address, &stop));
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| others(address)));
        stop.store(true, Ordering::SeqCst);
        let latencies = good.join().expect("the good client is answered");
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
        latencies
    });
    latencies.tell(during);
    assert!(latencies.at(0.99) < P99, "{during}");
}

/// Sends the same again and again, on a new connection each time, and reads what comes.
fn again_and_again(address: SocketAddr, bytes: &[u8], check: impl Fn(Option<Answer>)) {
    let since = Instant::now();
    while since.elapsed() < WHILE {
        let mut stream = connect(address);
        let _ = stream.write_all(bytes); // it may have had enough before all is sent
        let _ = stream.shutdown(Shutdown::Write);
        check(Answer::read(&mut BufReader::new(stream)).ok());
    }
}

/// A refusal of this status, or the end of the connection.
fn refuses(statuses: &[u16]) -> impl Fn(Option<Answer>) {
    let statuses = statuses.to_vec();
    move |answer| {
        let status = answer.map_or(0, |answer| answer.status);
        assert!(status == 0 || statuses.contains(&status), "answered {status}");
    }
}

/// Many connections, on each of which a little is sent now and then.
fn trickle(address: SocketAddr, many: usize, begin: &str, each: &[u8]) {
    let mut streams: Vec<TcpStream> = (0..many).map(|_| connect(address)).collect();
    streams.iter_mut().for_each(|stream| stream.write_all(begin.as_bytes()).unwrap());
    for _ in 0..WHILE.as_millis() / 500 {
        for stream in &mut streams {
            let _ = stream.write_all(each); // it may have been closed for its slowness
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn compressed(name: &str, bytes: u64) -> Vec<u8> {
    let zeros = std::io::repeat(b'a').take(bytes);
    let mut zeros = zeros.chain(&b"\n"[..]);
    match name {
        "gzip" => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::copy(&mut zeros, &mut encoder).unwrap();
            encoder.finish().unwrap()
        }
        _ => zstd::encode_all(zeros, 19).unwrap(),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn nobody_takes_the_service_away() {
    let running = Running::start(&["--max-upload", "8388608", "--log-level", "error"]);
    let address = running.address;
    running.client().post("/v1/impute", &json!({"texts": [english(1)[0]]})).expect(200);
    meanwhile(&running, "nobody", |_| std::thread::sleep(WHILE));
    let before = (descriptors(running.id()), kilobytes(running.id(), "VmRSS"));

    slow(&running);
    malformed(&running);
    large(&running);
    gone(&running);

    // It is as it was before: connections, memory, files.
    until("connections are closed", || descriptors(running.id()) <= before.0 + 8);
    let after = (descriptors(running.id()), kilobytes(running.id(), "VmRSS"));
    let highest = kilobytes(running.id(), "VmHWM");
    println!(
        "descriptors {} then {}, memory {} then {} kB, at most {highest} kB",
        before.0, after.0, before.1, after.1
    );
    assert!(after.1 < before.1 + 80_000, "{} kB then {} kB", before.1, after.1);
    let mut client = Client::new(address);
    client.get("/readyz").expect(200);
    until("no upload is left", || {
        let kept = std::fs::read_dir(running.folder.path()).unwrap();
        !kept.flatten().any(|entry| entry.file_name().to_string_lossy().contains("upload"))
    });
}

/// Heads and bodies that come byte by byte, and answers that nobody reads.
fn slow(running: &Running) {
    let job = head("POST", "/v1/jobs");
    meanwhile(running, "300 heads, byte by byte", |address| {
        trickle(address, 300, "GET /healthz HT", b"T");
    });
    meanwhile(running, "50 bodies without end", |address| {
        trickle(address, 50, &format!("{job}Content-Length: 1000\r\n\r\n"), b" ");
    });
    meanwhile(running, "50 chunked bodies without end", |address| {
        trickle(address, 50, &format!("{job}Transfer-Encoding: chunked\r\n\r\n"), b"1\r\n \r\n");
    });
    meanwhile(running, "50 files without end", |address| {
        let begin = format!("{}Transfer-Encoding: chunked\r\n\r\n", head("POST", "/v1/batches"));
        trickle(address, 50, &begin, b"6\r\na b c\n\r\n");
    });
    meanwhile(running, "answers that are not read", |address| {
        let ask = format!("{}\r\n", head("GET", "/openapi.json")).repeat(200);
        trickle(address, 20, "", ask.as_bytes());
    });
    meanwhile(running, "streams that are not read", |address| {
        let job = Client::new(address)
            .post("/v1/jobs", &json!({"task": "repair", "text": english(3).join(" ")}));
        let path =
            format!("/v1/jobs/{}/events", job.expect(202).json()["tracking_id"].as_str().unwrap());
        trickle(address, 100, &format!("{}\r\n", head("GET", &path)), b"");
    });
}

/// What is no request.
fn malformed(running: &Running) {
    let chunked = format!("{}Transfer-Encoding: chunked\r\n\r\n", head("POST", "/v1/jobs"));
    for (what, rest) in [
        ("a length that is none", "zz\r\n{}\r\n0\r\n\r\n"),
        ("a chunk longer than said", "2\r\n{}{}{}\r\n0\r\n\r\n"),
        ("a length beyond all", "ffffffffffffffffff\r\n{}\r\n"),
        ("an end that is missing", "2\r\n{}\r\n"),
    ] {
        let bytes = format!("{chunked}{rest}");
        meanwhile(running, what, |address| {
            again_and_again(address, bytes.as_bytes(), refuses(&[400, 413, 415]));
        });
    }
    let with = |body: &[u8]| {
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        [head("POST", "/v1/jobs").as_bytes(), length.as_bytes(), body].concat()
    };
    let deep = ["[".repeat(100_000), "{\"text\":".repeat(7_000)];
    let [first, second] = deep.map(|deep| with(deep.as_bytes()));
    let utf8 = with(b"{\"task\":\"language\",\"text\":\"\xff\xfe\xc3\x28\"}");
    let smuggled = format!(
        "{}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head("POST", "/v1/jobs")
    );
    let twice =
        format!("{}Content-Length: 4\r\nContent-Length: 9\r\n\r\n{{}}  ", head("POST", "/v1/jobs"));
    let large = format!("{}X: {}\r\n\r\n", head("GET", "/healthz"), "x".repeat(200_000));
    let many = format!("{}{}\r\n", head("GET", "/healthz"), "X-Y: z\r\n".repeat(5_000));
    for (what, bytes, statuses) in [
        ("JSON 100,000 deep", first, &[400, 422][..]),
        ("objects 7,000 deep", second, &[400, 422]),
        ("invalid UTF-8", utf8, &[400]),
        ("two kinds of length", smuggled.into_bytes(), &[400]),
        ("two lengths", twice.into_bytes(), &[400]),
        ("a huge header", large.into_bytes(), &[400, 431]),
        ("5,000 headers", many.into_bytes(), &[400, 431]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(), &[400, 505]),
        ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".repeat(20), &[400]),
        ("a head without host", b"GET /v1/models HTTP/1.1\r\n\r\n".to_vec(), &[400, 403]),
        (
            "an id that is none",
            format!("{}\r\n", head("GET", "/v1/jobs/%00%ff/events")).into_bytes(),
            &[404],
        ),
        (
            "an endless path",
            format!("{}\r\n", head("GET", &"/a".repeat(20_000))).into_bytes(),
            &[400, 404, 414],
        ),
    ] {
        meanwhile(running, what, |address| again_and_again(address, &bytes, refuses(statuses)));
    }
    // What follows a good request on the same connection does not harm its answer.
    let good = post("/v1/language", &json!({"texts": ["What is it?"]}));
    let piped = [&good[..], b"\r\n\0\xffgarbage\r\n\r\n"].concat();
    meanwhile(running, "garbage after a request", |address| {
        again_and_again(address, &piped, |answer| drop(answer.unwrap().expect(200)));
    });
}

/// More than is taken: files without end, and files that unpack to no end.
fn large(running: &Running) {
    meanwhile(running, "rows without end", |address| {
        let since = Instant::now();
        while since.elapsed() < WHILE {
            let mut stream = connect(address);
            let begin =
                format!("{}Transfer-Encoding: chunked\r\n\r\n", head("POST", "/v1/batches"));
            stream.write_all(begin.as_bytes()).unwrap();
            let chunk = format!("{:x}\r\n{}\r\n", 6 << 12, "a b c\n".repeat(1 << 12));
            while stream.write_all(chunk.as_bytes()).is_ok() {}
        }
    });
    for name in ["gzip", "zstd"] {
        let bomb = compressed(name, 1 << 28);
        assert!(bomb.len() < 1 << 20, "{name}: {} bytes", bomb.len());
        meanwhile(running, &format!("a {name} bomb"), |address| {
            let refused = Client::new(address).upload("/v1/batches", &bomb);
            assert!(matches!(refused.status, 413 | 422), "{} {}", refused.status, refused.text());
        });
        let lines = bomb_of_lines(name);
        meanwhile(running, &format!("a {name} bomb of lines"), |address| {
            let refused = Client::new(address).upload("/v1/batches", &lines);
            assert_eq!(refused.status, 413, "{}", refused.text());
        });
        let cut = &lines[..lines.len() / 20 * 3 / 2]; // one and a half
        let refused = running.client().upload("/v1/batches", cut);
        assert_eq!(refused.status, 422, "{}", refused.text());
    }
    // One bad row among good ones: said by its line, and nothing of the file is accepted.
    let mut file = "id,sentence\n".replace("id,sentence", "\"id\",\"sentence\"");
    (1..=3000).for_each(|id| file += &format!("{id},\"the dog the cat .\"\n"));
    let file = file.replace("\n1500,\"the dog", "\n1500,the dog");
    let batches = || -> i64 {
        let connection = crate::support::read_only(&running.data());
        connection.query_row("SELECT count(*) FROM batches", [], |row| row.get(0)).unwrap()
    };
    let before = batches();
    meanwhile(running, "a bad row", |address| {
        let since = Instant::now();
        while since.elapsed() < WHILE {
            let answer = Client::new(address).upload("/v1/batches", file.as_bytes());
            let refusal: Value = answer.refused(422, "bad_row").json();
            assert_eq!(refusal["line"], 1501, "{refusal}");
            assert!(refusal["message"].as_str().unwrap().contains("line 1501"), "{refusal}");
        }
    });
    assert_eq!(batches(), before);
}

/// Twenty million lines, ten times as many as a batch may have.
fn bomb_of_lines(name: &str) -> Vec<u8> {
    // Members one after the other are one file, in both formats.
    let line = b"a b c d e f g h .\n".repeat(1 << 20);
    let member = match name {
        "gzip" => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&line).unwrap();
            encoder.finish().unwrap()
        }
        _ => zstd::encode_all(&line[..], 3).unwrap(),
    };
    member.repeat(20)
}

/// Connections that end in the middle of everything.
fn gone(running: &Running) {
    let whole = post("/v1/jobs", &json!({"task": "language", "text": "Where has it gone?"}));
    let file =
        b"POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600\r\n\r\na b c\n";
    let events = {
        let mut client = running.client();
        let job = client.post("/v1/jobs", &json!({"task": "repair", "text": english(2).join(" ")}));
        let id = job.expect(202).json()["tracking_id"].as_str().unwrap().to_owned();
        format!("{}\r\n", head("GET", &format!("/v1/jobs/{id}/events")))
    };
    let calls = post("/v1/repair", &json!({"texts": vec![english(1).join(" "); 2]}));
    meanwhile(running, "connections that end", |address| {
        let since = Instant::now();
        let mut cut = 0;
        while since.elapsed() < WHILE {
            cut += 7;
            for bytes in [&whole[..], &file[..], events.as_bytes(), &calls[..]] {
                let mut stream = connect(address);
                let _ = stream.write_all(&bytes[..bytes.len().min(cut % (bytes.len() + 20) + 1)]);
                if cut % 2 == 0 {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            }
        }
    });
}
