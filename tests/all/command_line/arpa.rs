//! `impute export` and `impute train --arpa` as users type them.

use std::io::Read;

use crate::common::{Folder, held_out_text, misused, refused, said, stdout, succeed, toy_model};

fn unpacked(bytes: Vec<u8>) -> Vec<u8> {
    let source = Box::new(std::io::Cursor::new(bytes));
    let input = impute::text::input::decompress(source, "x".into(), None).unwrap();
    let mut text = Vec::new();
    { input }.reader.read_to_end(&mut text).unwrap();
    text
}

#[test]
fn the_name_of_the_output_says_how_it_is_compressed() {
    let folder = Folder::with([]);
    let text = stdout(&mut folder.impute("export --arpa"));
    assert!(text.starts_with(b"\\data\\\nngram 1="));
    assert!(text.ends_with(b"\n\n\\end\\\n"));
    for (name, magic) in [("a.arpa", &b"\\dat"[..]), ("a.gz", b"\x1f\x8b"), ("a.zst", b"\x28\xb5")]
    {
        let (data, talk) = succeed(&mut folder.impute(&format!("export --arpa -o {name}")));
        assert!(data.is_empty());
        assert!(talk.contains("n-grams of orders 1 to 3"), "{talk}");
        assert!(folder.read(name).starts_with(magic), "{name}");
        assert!(unpacked(folder.read(name)) == text, "{name}");
    }
    assert!(stdout(&mut folder.impute("export --arpa -o - -q")) == text);
}

#[test]
fn an_exported_model_comes_back_from_any_compression_and_from_standard_input() {
    let folder = Folder::with([("text", &held_out_text())]);
    let scores = |model: &str| stdout(&mut folder.impute(&format!("query {model} text --summary")));
    for name in ["a.arpa", "a.gz", "a.zst"] {
        succeed(&mut folder.impute(&format!("export --arpa -o {name}")));
        succeed(&mut folder.impute(&format!("train --arpa {name} -o {name}.impute -q")));
    }
    let arpa = folder.read("a.arpa");
    succeed(folder.impute("train --arpa - -o stdin.impute").write_stdin(arpa));
    let original = String::from_utf8(scores(toy_model().to_str().unwrap())).unwrap();
    for model in ["a.arpa.impute", "a.gz.impute", "a.zst.impute", "stdin.impute"] {
        let imported = String::from_utf8(scores(model)).unwrap();
        for (a, b) in original.lines().zip(imported.lines()) {
            let number = |line: &str| line.split('\t').nth(1).unwrap().parse::<f64>().unwrap();
            assert!((number(a) - number(b)).abs() < 1e-4, "{model}: {b}, not {a}");
        }
    }
}

#[test]
fn an_imported_model_answers_sentences() {
    let folder = Folder::with([("text", &held_out_text())]);
    succeed(&mut folder.impute("export --arpa -o a.arpa.zst"));
    succeed(&mut folder.impute("train --arpa a.arpa.zst -o a.impute --license CC0"));
    let ours = stdout(&mut folder.impute("text --method min-likelihood"));
    let theirs = stdout(&mut folder.impute("text --method min-likelihood -m a.impute"));
    let same = ours.split(|&b| b == b'\n').zip(theirs.split(|&b| b == b'\n'));
    let (same, different): (Vec<_>, Vec<_>) = same.partition(|(a, b)| a == b);
    assert!(same.len() > 20 * different.len(), "{} lines differ", different.len());
    let told = said(&mut folder.impute("inspect a.impute"));
    for part in ["impute train --arpa a.arpa.zst", "CC0", "2001-09-09", "by default"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

#[test]
fn what_is_imported_depends_on_no_thread_and_no_order_of_lines() {
    let folder = Folder::with([]);
    succeed(&mut folder.impute("export --arpa -o a"));
    let text = String::from_utf8(folder.read("a")).unwrap();
    let mut sections: Vec<Vec<&str>> = text.split("\n\n").map(|s| s.lines().collect()).collect();
    let last = sections.len() - 1;
    for section in &mut sections[1..last] {
        section[1..].reverse();
    }
    let sections: Vec<String> = sections.iter().map(|lines| lines.join("\n")).collect();
    folder.write("b", sections.join("\n\n"));
    assert_ne!(folder.read("a"), folder.read("b"));
    let export = |from: &str, threads: u8| {
        succeed(&mut folder.impute(&format!("train --arpa {from} -o m --threads {threads}")));
        stdout(&mut folder.impute("export --arpa -m m"))
    };
    let expected = export("a", 1);
    assert!(export("a", 3) == expected);
    assert!(export("b", 2) == expected);
}

#[test]
fn export_asks_for_a_format_and_a_model_and_keeps_its_input() {
    let folder = Folder::with([("text", b"no model")]);
    misused(&mut folder.impute("export"), "--arpa");
    refused(&mut folder.impute("export --arpa -m missing"), &["missing: open failed"]);
    refused(&mut folder.impute("export --arpa -m text -o a"), &["text: not a model file"]);
    refused(&mut folder.impute("export --arpa -m text -o text"), &["would replace this input"]);
    refused(&mut folder.impute("export --arpa -o none/a.gz"), &["none/a.gz: write failed"]);
    assert_eq!(folder.content().len(), 1);
}

#[test]
fn the_smaller_forms_of_an_imported_model_answer_alike() {
    let folder = Folder::with([("text", &held_out_text())]);
    succeed(&mut folder.impute("export --arpa -o a.arpa"));
    succeed(&mut folder.impute("train --arpa a.arpa -o full -q"));
    let full = stdout(&mut folder.impute("text -m full"));
    for (name, option) in [("small", "--no-lists"), ("compact", "--compact")] {
        succeed(&mut folder.impute(&format!("train --arpa a.arpa -o {name} -q {option}")));
        assert!(folder.read(name).len() * 10 < folder.read("full").len() * 9, "{name}");
        assert!(stdout(&mut folder.impute(&format!("text -m {name}"))) == full, "{name}");
    }
}

#[test]
fn the_longest_words_go_out_and_come_in() {
    let text = format!("{0} b {1} c\nb {0} c d\n", "y".repeat(4090), "z".repeat(4096));
    let folder = Folder::with([("text", text.as_bytes())]);
    succeed(&mut folder.impute("train text -o m -q"));
    succeed(&mut folder.impute("export --arpa -m m -o a.arpa"));
    succeed(&mut folder.impute("train --arpa a.arpa -o again -q"));
    // Words this long are never taken apart for something cheaper: that would take minutes.
    succeed(&mut folder.impute("evaluate text -m m"));
}
