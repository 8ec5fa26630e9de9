//! The program with a damaged model: every command says so and completes no output.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::sync::OnceLock;

use crate::common::{Folder, bare, refused, stdout, succeed, topic_classifier, topics, toy_text};
use impute::model::Model;
use impute::model::format::{Section, Writer};

/// Commands that use the model `m`, and whether they write `out`.
const COMMANDS: [(&str, bool); 28] = [
    ("in -m m -q", false),
    ("in -m m -q -o out", true),
    ("in -m m -q --format jsonl", false),
    ("in -m m -q --format jsonl -o out", true),
    ("repair in -m m -q", false),
    ("repair in -m m -q -o out", true),
    ("repair in -m m -q --suggest", false),
    ("repair in -m m -q --measure", false),
    ("query m in", false),
    ("fill a|_|b --model m", false),
    ("explain a|bank|closed --model m", false),
    ("explain - -m m -q", false),
    ("evaluate in -m m -q", false),
    ("evaluate in -m m -q --rows out", true),
    ("evaluate in -m m -q --html out", true),
    ("drift toy.txt text -m m -q", false),
    ("drift toy.txt text -m m -q --html out", true),
    ("generate -n 3 -m m -q -o out", true),
    ("export --arpa -m m -o out", true),
    ("classes m", false),
    ("cluster in -k 2 -m m -q --summary", true),
    ("cluster in -k 2 -m m -q -o out", true),
    ("tune m --on toy.txt --lines 300 -q -o out", true),
    ("train toy.txt --resume m --net 64 --net-size small -q -o out", true),
    ("mix m m --on toy.txt --lines 300 -q -o out", true),
    ("prune m --threshold 1e-6 -q -o out", true),
    ("inspect m --verify", false),
    ("inspect m --words", false),
];

/// What is damaged: words, n-grams, lists, net and near words.
const SECTIONS: [&str; 7] = [
    "vocabulary.bytes",
    "ngrams.2.positions",
    "ngrams.3.counts",
    "predecessors.words",
    "right.impact_starts",
    "net.embeddings",
    "skip.levels",
];

/// The command line in which `|` stands for a space inside an argument; it reads `in` from its standard
/// input.
fn command(folder: &Folder, line: &str) -> crate::common::Command {
    let mut command = bare();
    let args = line.split(' ').map(|arg| arg.replace('|', " "));
    command.current_dir(folder.path(".")).args(args).write_stdin(folder.read("in"));
    command
}

/// A folder with texts, an old output, and a model with near words and a net, that can repair.
fn folder() -> Folder {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    let text = toy_text();
    let lines: Vec<&[u8]> = text.split_inclusive(|&b| b == b'\n').collect();
    let other: Vec<u8> = lines[2000..].concat();
    let folder = Folder::with([
        ("in", b"Two banks closed the .\nA river sold Ms. Novak again .\n"),
        ("toy.txt", &other),
        ("text", &lines[..2000].concat()),
        ("out", b"old"),
    ]);
    let model = MODEL.get_or_init(|| {
        let options = "--skip --net 64 --net-size small -q -o m";
        stdout(&mut folder.impute(&format!("train text {options}")));
        stdout(&mut folder.impute("tune m --on toy.txt --lines 300 -q"));
        folder.read("m")
    });
    folder.write("m", model);
    folder
}

fn sections(folder: &Folder) -> Vec<Section> {
    Model::open_without_lists(&folder.path("m")).unwrap().directory().sections.clone()
}

/// Changes one bit of the model in the middle of a section.
fn flip(folder: &Folder, section: &Section) {
    let mut model = folder.read("m");
    model[(section.offset + section.length / 2) as usize] ^= 4;
    folder.write("m", model);
}

#[test]
fn every_command_refuses_a_model_with_one_bit_changed() {
    let folder = folder();
    for (line, _) in COMMANDS {
        succeed(&mut command(&folder, line));
    }
    folder.write("out", "old");
    let whole = folder.read("m");
    let all = sections(&folder);
    let wanted = |section: &&Section| SECTIONS.contains(&section.name.as_str());
    let mut damaged: Vec<&Section> = all.iter().filter(wanted).collect();
    assert_eq!(damaged.len(), SECTIONS.len(), "{all:?}");
    damaged.extend(all.iter().rfind(|section| section.length > 0));
    for section in damaged {
        assert!(section.length > 0, "{section:?}");
        flip(&folder, section);
        let before = folder.content();
        for (line, _) in COMMANDS {
            refused(&mut command(&folder, line), &["m: a damaged model: ", &section.name]);
            assert!(folder.content() == before, "{line}");
        }
        folder.write("m", &whole);
    }
    // What a damaged model says about itself has its own checksum.
    succeed(&mut command(&folder, "inspect m"));
}

#[test]
fn every_command_refuses_a_classifier_with_one_bit_changed() {
    let folder = Folder::with([("in", b"the bank paid the coach\n"), ("out", b"old")]);
    folder.write("topics.tsv", topics(0, 20));
    let whole = topic_classifier();
    for at in [20, 24, 40, whole.len() / 2, whole.len() - 1] {
        let mut damaged = whole.to_vec();
        damaged[at] ^= 4;
        folder.write("m", damaged);
        let before = folder.content();
        for line in [
            "language in -c m",
            "language - -c m --whole",
            "language in -c m --json --only sport",
            "language evaluate m topics.tsv",
            "language evaluate m topics.tsv --json",
        ] {
            refused(&mut command(&folder, line), &["m: ", "copy or train it again"]);
            assert!(folder.content() == before, "{line}");
        }
    }
}

/// Adds a section to the model that no command needs and that makes it too large to be read at once.
fn enlarge(folder: &Folder) {
    let model = std::fs::read(folder.path("m")).unwrap();
    let model = Model::from_bytes(model).unwrap();
    let file = File::create(folder.path("m")).unwrap();
    let mut out = Writer::new(BufWriter::new(file)).unwrap();
    for section in &model.directory().sections {
        let [start, end] = [section.offset, section.offset + section.length].map(|at| at as usize);
        out.section(section.name.as_str(), &model.bytes()[start..end]).unwrap();
    }
    let piece = vec![0u8; 1 << 20];
    let ballast = out.reserve::<u8>("ballast", 160 << 20);
    (0..160).for_each(|_| out.fill(ballast, &piece).unwrap());
    out.finish(model.header().clone()).unwrap().into_inner().unwrap();
}

#[test]
fn a_large_model_is_checked_while_it_is_used_and_no_output_is_completed() {
    let folder = folder();
    let answers = stdout(&mut command(&folder, "in -m m -q"));
    enlarge(&folder);
    assert!(stdout(&mut command(&folder, "in -m m -q")) == answers);
    let ballast = sections(&folder).pop().unwrap();
    assert_eq!(ballast.name, "ballast");
    // In place: the file is too large to be copied for every test.
    let mut file = File::options().write(true).open(folder.path("m")).unwrap();
    file.seek(SeekFrom::Start(ballast.offset + ballast.length - 1)).unwrap();
    file.write_all(b"x").unwrap();
    drop(file);
    for (line, writes) in COMMANDS {
        let output = command(&folder, line).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {stderr}");
        assert!(
            stderr.contains("m: a damaged model: ballast is not what was written; copy"),
            "{stderr}"
        );
        assert!(!writes || output.stdout.is_empty(), "{line}");
        assert_eq!(folder.read("out"), b"old", "{line}");
    }
    assert_eq!(folder.content().len(), 5);
}
