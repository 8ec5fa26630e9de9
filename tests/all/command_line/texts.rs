//! Texts as other tools write and pack them.

use std::io::Write;

use crate::common::{
    Folder, held_out_text, misused, refused, repository, said, stdout, succeed, toy_model,
};

/// A zip archive with one file, `the hen the goat the hen`.
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\xb0D\xb2\xdb\xfe9\x15\0\0\0\x19\0\0\0\x08\0\0\0test.txt\
    +\xc9HU\xc8H\xcdS(\x01\xd2\xe9\xf9\x89%`\x06P\x80\x0b\0PK\x01\x02\x14\x03\x14\0\0\0\x08\0\0\0\xb0D\xb2\
    \xdb\xfe9\x15\0\0\0\x19\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\x80\x01\0\0\0\0test.txtPK\x05\x06\0\0\0\0\x01\0\
    \x01\x006\0\0\0;\0\0\0\0\0";

/// The text with every line marked and a blank line after it, as `marked`, and as it is, as `plain`.
fn marked() -> Folder {
    let plain = String::from_utf8(held_out_text()).unwrap();
    let marked: String = plain.lines().map(|line| format!("<s> {line} </s>\n \n")).collect();
    let folder = Folder::with([("plain", plain.as_bytes()), ("marked", marked.as_bytes())]);
    folder.write("m", std::fs::read(toy_model()).unwrap());
    folder
}

/// What a command prints and says with each of the two texts in the place of `TEXT`.
fn both(folder: &Folder, args: &str) -> [(Vec<u8>, String); 2] {
    ["plain", "marked"].map(|text| succeed(&mut folder.impute(&args.replace("TEXT", text))))
}

#[test]
fn markers_and_blank_lines_are_no_text_for_any_command_and_counted_once() {
    let folder = marked();
    for args in [
        "train TEXT -o TEXT.out --held-out 50",
        "count TEXT -o TEXT.out",
        "query m TEXT",
        "tune m --on TEXT -o TEXT.out",
        "mix m m --on TEXT -o TEXT.out",
        "split TEXT --test-out TEXT.out --solution-out TEXT.solution",
        "evaluate TEXT --method min-likelihood --rows TEXT.out -m m",
    ] {
        let [plain, marked] = both(&folder, args);
        let note = "passed over: 408 sentence markers (<s>, </s>) and 204 blank lines\n";
        assert_eq!(marked.1.matches(note).count(), 1, "{args}: {}", marked.1);
        assert!(!plain.1.contains("passed over"), "{args}: {}", plain.1);
        if args.starts_with("query") {
            assert!(plain.0 == marked.0);
            continue;
        }
        let [plain, marked] = ["plain.out", "marked.out"].map(|name| folder.read(name));
        if args.starts_with("evaluate") {
            // The number of a line is its id.
            let rows = |csv: &[u8]| -> Vec<String> {
                let csv = String::from_utf8(csv.to_vec()).unwrap();
                csv.lines().map(|row| row.split_once(',').unwrap().1.to_owned()).collect()
            };
            assert_eq!(rows(&plain), rows(&marked));
        } else {
            assert!(plain == marked, "{args}");
        }
    }
    assert!(folder.read("plain.solution") == folder.read("marked.solution"));
}

#[test]
fn a_text_with_markers_is_scored_as_it_was_trained() {
    let text = "<s> the hen sat on the box </s>\n<s> a goat ran </s>\n<s> the hen ran </s>\n";
    let folder = Folder::with([("markers", text.as_bytes())]);
    succeed(&mut folder.impute("train markers --order 2 --no-lists -o m -q"));
    let told = said(&mut folder.impute("query m markers --summary"));
    assert!(told.starts_with("Perplexity including OOVs:\t2.425"), "{told}");
    assert!(told.contains("OOVs:\t0\n"), "{told}");
    folder.write("blank", "\n<s> </s>\n \t\n");
    for args in ["train blank -o out", "count blank -o out", "query m blank"] {
        refused(&mut folder.impute(args), &["blank: no sentence in it"]);
    }
}

#[test]
fn any_run_of_blanks_and_tabs_separates_words_and_prediction_keeps_them() {
    let folder = Folder::with([
        ("tabs", b"the\then \t sat\n\tthe goat\x0b ran\na hen  ran \n".as_slice()),
        ("spaces", b"the hen sat\nthe goat ran\na hen ran\n"),
    ]);
    for text in ["tabs", "spaces"] {
        succeed(&mut folder.impute(&format!("train {text} --no-lists -o {text}.m -q")));
    }
    let [tabs, spaces] = ["tabs", "spaces"]
        .map(|text| said(&mut folder.impute(&format!("export --arpa -m {text}.m -q"))));
    assert_eq!(tabs, spaces);
    let [tabs, spaces] = ["tabs", "spaces"]
        .map(|text| said(&mut folder.impute(&format!("query spaces.m {text} -q"))));
    assert_eq!(tabs, spaces);

    let sentence = "A  film\tin Lima \t praised  a\tminister Oslo .";
    folder.write("in", format!("{sentence}\n"));
    let answer = said(&mut folder.impute("in -q"));
    let (before, after) = (sentence.as_bytes(), answer.trim_end_matches('\n').as_bytes());
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    assert!(after.ends_with(&before[same..]), "{answer:?}");
}

#[test]
#[cfg(unix)]
fn many_files_are_opened_one_after_the_other() {
    let text = String::from_utf8(held_out_text()).unwrap();
    let folder = Folder::with([("whole", text.as_bytes())]);
    folder.write("m", std::fs::read(toy_model()).unwrap());
    std::fs::create_dir(folder.path("many")).unwrap();
    for (i, line) in text.lines().enumerate() {
        folder.write(&format!("many/{i}"), format!("{line}\n"));
    }
    for command in [
        "train TEXT -o OUT -q -T . --no-lists",
        "count TEXT -o OUT -q",
        "tune m --on TEXT -o OUT -q",
        "mix m m --on TEXT -o OUT -q",
    ] {
        // Both without the date that other tests fix.
        let run = |limit: &str, text: &str, out: &str| {
            let args = command.replace("TEXT", text).replace("OUT", out);
            let told = succeed(&mut folder.shell(&format!("{limit} exec \"$0\" {args}"))).1;
            assert_eq!(told, "");
        };
        run("ulimit -n 60 &&", "many/*", "many.out");
        run("", "whole", "whole.out");
        assert!(folder.read("many.out") == folder.read("whole.out"), "{command}");
    }
    std::fs::create_dir(folder.path("empty")).unwrap();
    (0..50).for_each(|i| folder.write(&format!("empty/{i}"), "\n"));
    let told = folder.shell("exec \"$0\" count empty/* -o out").output().unwrap().stderr;
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("and 47 more: no sentence"), "{told}");
    assert!(told.len() < 200, "{told}");
}

#[test]
fn a_file_that_is_missing_is_told_before_the_others_are_read() {
    let folder = Folder::with([("bad", b"\xff\n".as_slice())]);
    for args in ["train bad gone -o m", "count bad gone -o m", "train bad . -o m"] {
        refused(&mut folder.impute(args), &["open failed"]);
    }
}

#[test]
fn a_zip_of_one_file_is_read_from_a_file_and_from_a_pipe() {
    let folder = Folder::with([("in.zip", ZIP), ("in", b"the hen the goat the hen\n")]);
    let expected = stdout(&mut folder.impute("in -q"));
    assert!(stdout(&mut folder.impute("in.zip -q")) == expected);
    assert!(stdout(folder.impute("- -q").write_stdin(ZIP)) == expected);
    for text in ["in", "in.zip"] {
        succeed(&mut folder.impute(&format!("train {text} --no-lists -o {text}.m -q")));
    }
    assert!(folder.read("in.m") == folder.read("in.zip.m"));

    let mut damaged = ZIP.to_vec();
    damaged[45] ^= 1;
    folder.write("damaged.zip", damaged);
    refused(&mut folder.impute("damaged.zip"), &["damaged.zip: read failed", "fetch it again"]);
    folder.write("cut.zip", &ZIP[..60]);
    refused(&mut folder.impute("cut.zip"), &["cut.zip: read failed", "cut short"]);
    // Two entries and their directory.
    let several = [&ZIP[..59], &ZIP[..59], &ZIP[59..]].concat();
    let parts = ["a zip archive of several files (test.txt, test.txt)", "unpack it"];
    refused(folder.impute("-").write_stdin(several), &parts);
    let empty = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    folder.write("empty.zip", &empty);
    let parts = ["empty.zip: an empty zip archive", "give the text itself"];
    refused(&mut folder.impute("empty.zip"), &parts);
    refused(folder.impute("-").write_stdin(empty), &["standard input: an empty zip archive"]);
    // A file that is stored, and its size behind it.
    let stored =
        b"PK\x03\x04\x14\0\x08\0\0\0\xe7\xbc}]\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0t.txtone two\n\
        PK\x07\x08C<\xcb\x99\x08\0\0\0\x08\0\0\0PK\x01\x02";
    let parts = ["t.txt in it is stored without its size before it", "unpack it"];
    refused(folder.impute("-").write_stdin(&stored[..]), &parts);
}

#[test]
fn what_another_program_unpacks_is_named_with_the_command() {
    let folder = Folder::with([
        ("bz2", b"BZh91AY&SY and so on".as_slice()),
        ("xz", b"\xfd7zXZ\0\0\x04 and so on"),
        ("kenlm", b"mmap lm http://kheafield.com/code format version 5\n\0"),
    ]);
    for command in
        ["predict FILE", "train FILE -o m", "query FILE", "repair FILE", "train --arpa FILE -o m"]
    {
        let command = match command {
            "query FILE" => format!("query {} FILE", toy_model().display()),
            other => other.to_owned(),
        };
        let refused =
            |file: &str, parts| refused(&mut folder.impute(&command.replace("FILE", file)), parts);
        refused("bz2", &["bz2: compressed with bzip2", "`bzcat FILE | impute COMMAND -`"]);
        refused("xz", &["xz: compressed with xz", "`xzcat FILE | impute COMMAND -`"]);
        refused("kenlm", &["kenlm: a binary model of KenLM", "(impute train --arpa)"]);
    }
}

#[test]
fn a_damaged_gzip_text_is_not_taken_for_another_encoding() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&held_out_text()).unwrap();
    let whole = gzip.finish().unwrap();
    let folder = Folder::with([]);
    for at in (30..whole.len()).step_by(whole.len() / 25) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        folder.write("in.gz", damaged);
        for args in ["count in.gz -o out", "count in.gz -o out --lossy"] {
            refused(&mut folder.impute(args), &["in.gz: read failed: ", "damaged"]);
        }
    }
    refused(&mut folder.shipped("repair in.gz -o out"), &["in.gz: read failed: ", "damaged"]);
    let mut begin = whole.clone();
    begin[..4].fill(0);
    folder.write("in.gz", begin);
    let parts = ["in.gz: line ", "the name ends in .gz", "fetch it again"];
    for args in ["count in.gz -o out", "in.gz -o out", "repair in.gz -o out"] {
        refused(&mut folder.shipped(args), &parts);
    }
    // Or the name is wrong.
    folder.write("in.gz", "one two three\n\nfour \0 six\n");
    let parts = ["in.gz: line 3: a NUL byte (the name ends in .gz", "convert it to UTF-8"];
    for args in ["count in.gz -o out", "in.gz -o out", "repair in.gz -o out"] {
        refused(&mut folder.shipped(args), &parts);
    }
}

#[test]
fn what_is_no_model_is_named_with_the_command_that_helps() {
    let model = std::fs::read(toy_model()).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&model).unwrap();
    let arpa = repository("tests/golden/toy.2.arpa.gz");
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&arpa[..]), &mut text).unwrap();
    let folder = Folder::with([
        ("m.impute.gz", &gzip.finish().unwrap()),
        ("m.arpa.gz", &arpa),
        ("m.arpa", &text),
        ("m.arpa.zst", &zstd::encode_all(&text[..], 1).unwrap()),
        ("m.zip", ZIP),
        ("m.bz2", b"BZh91AY&SY and so on"),
        ("m.xz", b"\xfd7zXZ\0\0\x04 and so on"),
        ("m.binary", b"mmap lm http://kheafield.com/code format version 5\n\0"),
    ]);
    for (file, parts) in [
        ("m.impute.gz", ["a compressed file", "gunzip"]),
        ("m.zip", ["a compressed file", "unzip"]),
        ("m.bz2", ["a compressed file", "bunzip2"]),
        ("m.xz", ["a compressed file", "unxz"]),
        ("m.arpa", ["ARPA text", "(impute train --arpa)"]),
        ("m.arpa.gz", ["ARPA text", "(impute train --arpa)"]),
        ("m.arpa.zst", ["ARPA text", "(impute train --arpa)"]),
        ("m.binary", ["a binary model of KenLM", "(impute train --arpa)"]),
    ] {
        for args in [format!("inspect {file}"), format!("query {file} m.arpa")] {
            let told = refused(&mut folder.impute(&args), &parts);
            assert!(told.starts_with(&format!("error: {file}: ")), "{told}");
        }
    }
}

#[test]
fn every_mixture_of_quoted_and_unquoted_names_is_a_header() {
    let rows = "1,\"A film in Lima praised a minister Oslo .\"\n";
    let folder = Folder::with([]);
    folder.write("whole.csv", format!("\"id\",\"sentence\"\n{rows}"));
    let expected = stdout(&mut folder.impute("whole.csv -q"));
    for header in ["id,\"sentence\"", "\"id\",sentence", "id,sentence"] {
        folder.write("in.csv", format!("{header}\n{rows}"));
        assert!(stdout(&mut folder.impute("in.csv -q")) == expected, "{header}");
        let checked = folder.impute("check in.csv --against whole.csv").output().unwrap();
        let told = String::from_utf8(checked.stdout).unwrap();
        assert!(told.starts_with("in.csv:1: a header without quotes"), "{told}");
    }
    for command in ["train in.csv -o m", "count in.csv -o m", "query in.csv"] {
        refused(&mut folder.impute(command), &["in.csv: line 1: a CSV file", "plain text"]);
    }
    misused(&mut folder.impute("train -o m"), "<TEXT>");
}

#[test]
fn the_log_of_nothing_in_arpa_text_is_the_lowest_probability() {
    let text = "\\data\\\nngram 1=5\nngram 2=3\n\n\\1-grams:\n-inf\t<s>\t-0.3\n-0.7\t</s>\n-0.1\tone\t-0.2\n\
                -inf\tnever\n-1.5\t<unk>\n\n\\2-grams:\n-0.2\t<s> one\n-0.5\tone </s>\n-inf\tone one\n\n\\end\\\n";
    let folder = Folder::with([("in", text.as_bytes()), ("text", b"one\nnever\n")]);
    succeed(&mut folder.impute("train --arpa in -o m -q"));
    let arpa = said(&mut folder.impute("export --arpa -m m"));
    for line in ["\n0\t<s>\t-0.3\n", "\n-1000000\tnever\t0\n", "\n-1000000\tone one\n"] {
        assert!(arpa.contains(line), "{arpa}");
    }
    let told = said(&mut folder.impute("query m text"));
    assert!(told.starts_with("one=3 2 -0.200000\t</s>=2 2 -0.500000\tTotal: -0.7"), "{told}");
    assert!(stdout(folder.impute("- -m m -q").write_stdin("one never one\n")).ends_with(b"\n"));
}
