//! `impute cluster` as users type it.

use crate::common::{
    Folder, json_of, misused, refused, repository, said, stdout, succeed, toy_model_with, toy_text,
};

/// Lines of three kinds in turn, an empty one among them.
fn mixed() -> String {
    let kinds = [
        ["the cat saw a mouse", "a mouse fears the cat", "cats chase every mouse"],
        ["der Hund bellt laut", "ein Hund hat laut gebellt", "laute Hunde bellen"],
        ["le chien mange du pain", "du pain pour le chien", "les chiens mangent le pain"],
    ];
    let lines = (0..90).map(|i| format!("{} {i}\n", kinds[i % 3][i / 3 % 3]));
    lines.chain(["\n".to_owned()]).collect()
}

fn folder() -> Folder {
    Folder::with([("text", mixed().as_bytes()), ("toy.txt", &toy_text())])
}

#[test]
fn a_line_for_every_line_with_cluster_and_distance() {
    let folder = folder();
    let (out, notes) = succeed(&mut folder.impute("cluster text -k 3 --by form"));
    let out = String::from_utf8(out).unwrap();
    let rows: Vec<(&str, &str)> = out.lines().map(|line| line.split_once('\t').unwrap()).collect();
    assert_eq!((rows.len(), rows[90]), (91, ("-", "-")));
    for (i, (cluster, distance)) in rows[..90].iter().enumerate() {
        assert_eq!(*cluster, rows[i % 3].0, "line {i}");
        assert!((0.0..1.0).contains(&distance.parse::<f64>().unwrap()), "{distance}");
    }
    assert!(rows[0].0 != rows[1].0 && rows[1].0 != rows[2].0 && rows[0].0 != rows[2].0);
    assert!(notes.contains("91 sentences in 3 clusters by form"), "{notes}");
    assert!(notes.contains("1 without a known word"), "{notes}");
    // By meaning, with the net that ships.
    let (other, notes) = succeed(&mut folder.shipped("cluster toy.txt -k 5"));
    assert_eq!(other.iter().filter(|&&b| b == b'\n').count(), 4000);
    assert!(notes.contains("5 clusters by meaning"), "{notes}");
}

#[test]
fn threads_pipes_and_packing_change_no_byte() {
    let folder = folder();
    for by in ["form", "meaning"] {
        let line = format!("-k 7 --sample 1000 --by {by} -q");
        let right = stdout(&mut folder.shipped(&format!("cluster toy.txt {line}")));
        for threads in [1, 3] {
            let command = format!("cluster toy.txt {line} --threads {threads}");
            assert!(stdout(&mut folder.shipped(&command)) == right, "{by}, {threads} threads");
        }
        let mut piped = folder.shipped(&format!("cluster {line}"));
        assert!(stdout(piped.write_stdin(toy_text())) == right, "{by}, piped");
        stdout(&mut folder.shipped(&format!("cluster toy.txt {line} -o out.gz")));
        let mut unpacked = Vec::new();
        let packed = folder.read("out.gz");
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut unpacked)
            .unwrap();
        assert!(unpacked == right);
        let other = stdout(&mut folder.shipped(&format!("cluster toy.txt {line} --seed 2")));
        assert!(other != right);
    }
}

#[test]
fn the_summary_says_what_is_in_a_cluster() {
    let folder = folder();
    let out = said(&mut folder.impute("cluster text -k 3 --by form --summary"));
    let heads: Vec<&str> = out.lines().filter(|line| line.contains('\t')).collect();
    assert_eq!((heads.len(), out.lines().count()), (3, 3 + 9 + 2), "{out}");
    for word in ["cat", "hund", "pain"] {
        assert!(heads.iter().any(|head| head.contains(word)), "{word}: {out}");
    }
    assert!(heads.iter().all(|head| head.split('\t').nth(1) == Some("30")), "{out}");
    let summary = json_of(&mut folder.impute("cluster text -k 3 --by form --summary --json"));
    assert_eq!((&summary["lines"], &summary["without"]), (&91.into(), &1.into()));
    assert_eq!(summary["clusters"][2]["central"].as_array().unwrap().len(), 3);
    let all = said(&mut folder.impute("cluster text -k 3 --by form --json"));
    let lines: Vec<serde_json::Value> =
        all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[91]), (92, &summary));
    assert_eq!(lines[0]["cluster"], lines[3]["cluster"]);
    assert!(lines[90]["cluster"].is_null());
}

#[test]
fn the_page_has_a_map_and_escapes_what_it_quotes() {
    let folder = folder();
    folder.write("evil", format!("{}<script> \u{202e} x\n", mixed()).repeat(2));
    let command = "cluster evil -k 4 --by form --html page.html -q";
    let out = stdout(&mut folder.impute(command));
    assert_eq!(out.iter().filter(|&&b| b == b'\n').count(), 184);
    let page = String::from_utf8(folder.read("page.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{page}");
    assert_eq!(page.matches("class=\"area").count(), 4);
    assert!(page.contains("impute cluster evil -k 4 --by form --sample 50000 --seed 1"));
    stdout(&mut folder.impute(command));
    assert!(page.as_bytes() == folder.read("page.html"));
}

#[test]
fn the_silhouette_is_best_at_the_number_that_there_is() {
    let kinds = ["the cat saw a mouse", "der Hund bellt laut", "le chien mange du pain"];
    let text: String = (0..90).map(|i| format!("{} {i}\n", kinds[i % 3])).collect();
    let folder = Folder::with([("text", text.as_bytes())]);
    let out = said(&mut folder.impute("cluster text --by form --silhouette 2,3,8"));
    let rows: Vec<Vec<f64>> = out
        .lines()
        .map(|line| line.split('\t').map(|field| field.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), [2.0, 3.0, 8.0]);
    assert!(rows[1][1] > rows[0][1] && rows[1][1] > rows[2][1], "{out}");
    assert!(rows[2][2] > rows[0][2], "{out}");
}

#[test]
fn what_evaluate_got_wrong_is_grouped_by_id() {
    let folder = folder();
    folder.write("sample", repository("data/sample.txt"));
    stdout(&mut folder.shipped("evaluate sample --rows rows.csv -q"));
    let rows = String::from_utf8(folder.read("rows.csv")).unwrap();
    assert!(rows.lines().next().unwrap().ends_with(",sentence"), "{rows}");
    let (out, notes) = succeed(&mut folder.shipped("cluster --rows rows.csv -k 3"));
    let out = String::from_utf8(out).unwrap();
    let ids: Vec<&str> = out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert!(notes.contains(&format!("{} of 200 rows were answered wrongly", ids.len())), "{notes}");
    assert!(ids.len() > 50 && ids.len() < 200 && ids.is_sorted_by_key(|id| id.parse::<u32>().ok()));
    let mut csv = csv::Reader::from_reader(rows.as_bytes());
    let wrong = csv.records().map(Result::unwrap).filter(|row| &row[5] != "0");
    assert_eq!(wrong.map(|row| row[0].to_owned()).collect::<Vec<_>>(), ids);
    folder.write("other.csv", "id,word\n1,a\n");
    refused(&mut folder.impute("cluster --rows other.csv --by form"), &["no column \"sentence\""]);
    folder.write("right.csv", "id,posterior_distance,sentence\n1,0,a b\n");
    refused(
        &mut folder.impute("cluster --rows right.csv --by form"),
        &["none of them answered wrongly"],
    );
    misused(&mut folder.impute("cluster text --rows rows.csv"), "--rows");
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = folder();
    folder.write("m", std::fs::read(toy_model_with("--net none")).unwrap());
    folder.write("empty", "");
    folder.write("blank", "\n\n");
    folder.write("bad", b"a b\n\xff\n");
    folder.write("kaggle", "\"id\",\"sentence\"\n1,\"a b\"\n");
    for (line, parts) in [
        ("cluster text --by meaning -m m", &["m: a model without a net", "--by form"][..]),
        ("cluster missing --by form", &["missing: open failed"]),
        ("cluster empty --by form", &["empty: empty file"]),
        ("cluster blank --by form", &["blank: no line with a word"]),
        ("cluster bad --by form", &["bad: line 2: not UTF-8", "--lossy"]),
        ("cluster kaggle --by form", &["a CSV file"]),
        (
            "cluster text --by form -S 20M",
            &["21 MB of memory is too little", "--memory, --clusters"],
        ),
        ("cluster text --by form -o text", &["text: the output would replace"]),
        ("cluster text --by form --html text", &["text: the output would replace"]),
        ("cluster text --by form --html -", &["--html -"]),
        ("cluster text --by form --html x -o x", &["two files"]),
    ] {
        refused(&mut folder.impute(line), parts);
    }
    for (line, part) in [
        ("cluster text -k 0", "1..=16384"),
        ("cluster text --silhouette 1", "2..=16384"),
        ("cluster text --by size", "form, meaning"),
    ] {
        misused(&mut folder.impute(line), part);
    }
    // A model without a net groups by form, and there are no more clusters than different sentences.
    let (_, notes) = succeed(&mut folder.impute("cluster text -m m -k 90"));
    assert!(notes.contains("by form"), "{notes}");
    folder.write("few", "a b\nc d\na b\n");
    let (out, notes) = succeed(&mut folder.impute("cluster few -k 9 --by form"));
    assert_eq!(out, b"0\t0.0000\n1\t0.0000\n0\t0.0000\n");
    assert!(notes.contains("2 clusters instead of 9"), "{notes}");
    succeed(&mut folder.impute("cluster bad --by form --lossy"));
}
