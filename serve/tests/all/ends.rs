//! SIGTERM: nothing more is accepted, what runs is finished, whoever is connected does not hold the end up.

use std::io::{BufReader, Read, Write};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, Running, Setup, connect, finished, head, posted, read_only, until};

#[test]
#[cfg(debug_assertions)]
fn what_runs_is_finished_and_nothing_more_is_taken() {
    let setup = Setup::flags(&["--threads", "2", "--drain", "20s"]);
    let mut running = Running::with(setup.fault("slow:snail"));
    let mut client = running.client();
    let mut idle: Vec<_> = (0..8).map(|_| running.client()).collect();
    idle.iter_mut().for_each(|client| drop(client.get("/healthz").expect(200)));
    let text = |at| format!("The snail number {at} is slow.");
    let ids = (0..300).map(|at| posted(&mut client, "language", &text(at)));
    let ids: Vec<String> = ids.collect();
    let state =
        |id: &String| running.client().get(&format!("/v1/jobs/{id}")).json()["state"].clone();
    until("jobs are done", || state(&ids[0]) == "done");

    // Streams of the last job, and one that waits for it.
    let last = ids.last().unwrap();
    let ask = |path: &str| {
        let mut stream = connect(running.address);
        write!(stream, "{}\r\n", head("GET", path)).unwrap();
        BufReader::new(stream)
    };
    let mut streams: Vec<_> = (0..4).map(|_| ask(&format!("/v1/jobs/{last}/events"))).collect();
    for stream in &mut streams {
        assert_eq!(Answer::read_head(stream).unwrap().status, 200);
    }
    let mut waiting = ask(&format!("/v1/jobs/{last}?wait=60"));
    // Requests whose bodies never end, and a head that does not: they have no claim to be waited for.
    let mut unended: Vec<_> = (0..3).map(|_| connect(running.address)).collect();
    for stream in &mut unended[..2] {
        let head = head("POST", "/v1/jobs");
        write!(stream, "{head}Content-Length: 100\r\n\r\n{{").unwrap();
    }
    write!(unended[2], "GET /heal").unwrap();
    std::thread::sleep(Duration::from_millis(200));

    let since = Instant::now();
    running.signal(libc::SIGTERM);
    // On a connection that was open: refused in words, or closed; on a new one: refused.
    let mut refusals = 0;
    while since.elapsed() < Duration::from_secs(10) {
        match client.try_post("/v1/jobs", "", &json!({"task": "language", "text": "a b c"})) {
            Ok(answer) if answer.status == 202 => std::thread::sleep(Duration::from_millis(1)),
            Ok(answer) => {
                assert!(answer.header("retry-after").is_some());
                drop(answer.refused(503, "shutting_down"));
                refusals += 1;
            }
            Err(_) => break,
        }
    }
    for stream in &mut streams {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!(rest.contains("event: state"), "{rest}");
    }
    let view = Answer::read(&mut waiting).unwrap().expect(200).json();
    assert_eq!(view["tracking_id"], last.as_str());
    let status = running.wait(Duration::from_secs(30));
    let took = since.elapsed();
    println!("ended in {took:?}; {refusals} refusals on an open connection");
    assert_eq!(status.code(), Some(0), "{}", running.said());

    // What ran is done: nothing has to be tried a second time.
    let count = |what: &str| {
        let count = format!("SELECT count(*) FROM jobs WHERE {what}");
        read_only(&running.data()).query_row(&count, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(count("state = 1"), 0, "something still ran");
    assert!(count("state = 2") > 0);
    assert!(count("state = 0") > 0, "all was done before it ended; the test shows nothing");
    assert_eq!(count("state = 0 AND tries > 0"), 0);
    let wal = running.folder.path().join("jobs.sqlite-wal");
    assert_eq!(std::fs::metadata(wal).map_or(0, |wal| wal.len()), 0, "the log is in the file");
    drop(client);

    running.start_again();
    let mut client = running.client();
    // All of them would take as long as they are slow: those at the ends will do.
    for id in ids[..20].iter().chain(&ids[60..70]) {
        let view = finished(&mut client, &format!("jobs/{id}"));
        assert_eq!((view["state"].as_str(), view["tries"].as_u64()), (Some("done"), Some(1)));
    }
}

#[test]
fn it_is_not_ready_before_it_has_ended() {
    let mut running = Running::start(&["--threads", "2"]);
    let mut client = running.client();
    // An upload under way keeps it from ending, and a connection with it.
    let mut upload = connect(running.address);
    let chunked =
        "POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    write!(upload, "{chunked}6\r\na b c\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    // A connection on which a request is under way when the signal comes.
    let mut open = connect(running.address);
    write!(open, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    client.get("/readyz").expect(200);
    std::thread::sleep(Duration::from_millis(100));
    running.signal(libc::SIGTERM);
    until("new connections are refused", || std::net::TcpStream::connect(running.address).is_err());
    // It is cut, or told that the service is ending; never that it is ready.
    let told = write!(open, "\r\n")
        .map_err(drop)
        .and_then(|()| Answer::read(&mut BufReader::new(&mut open)).map_err(drop));
    if let Ok(answer) = told {
        answer.refused(503, "shutting_down");
    }
    // The file that was on its way may still come, or is refused; nothing of it stays half.
    drop(upload);
    assert_eq!(running.wait(Duration::from_secs(30)).code(), Some(0));
    let connection = read_only(&running.data());
    let batches = connection.query_row("SELECT count(*) FROM batches", [], |row| row.get(0));
    assert_eq!(batches, Ok(0));
    let kept = std::fs::read_dir(running.folder.path()).unwrap();
    let names: Vec<_> = kept.map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("upload")), "{names:?}");
}

#[test]
fn one_database_is_for_one_process() {
    let first = Running::start(&[]);
    let said = first.folder.path().join("said");
    let mut second = crate::support::program();
    second.args(["--listen", "127.0.0.1:0", "--data"]).arg(first.data());
    let second = second.stderr(std::fs::File::create(&said).unwrap()).status().unwrap();
    let said = std::fs::read_to_string(said).unwrap();
    assert_eq!(second.code(), Some(1), "{said}");
    assert!(said.contains("another impute-serve uses it"), "{said}");
    first.client().get("/readyz").expect(200);
}

#[test]
fn an_address_that_is_taken_is_said() {
    let first = Running::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let mut second = crate::support::program();
    second.args(["--listen", &first.address.to_string(), "--data"]).arg(folder.path().join("x"));
    let output = second.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("choose another port"), "{said}");
}
