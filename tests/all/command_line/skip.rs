//! Pairs of words with others between them (`train --skip`), as users type it.

use crate::common::{Folder, forged, open, said, stdout, succeed, toy_model_with, toy_text};

fn folder() -> Folder {
    let model = std::fs::read(toy_model_with("--net none --skip")).unwrap();
    Folder::with([("text", &toy_text()[..]), ("m", &model)])
}

#[test]
fn neither_threads_nor_the_order_of_lines_change_the_pairs() {
    let folder = folder();
    let text = String::from_utf8(toy_text()).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    folder.write("back", lines.join("\n"));
    for threads in [1, 3] {
        let train = format!("train back --net none --skip -o two --threads {threads}");
        succeed(&mut folder.impute(&train));
        assert!(folder.read("m") == folder.read("two"), "{threads}");
    }
    let without = std::fs::metadata(toy_model_with("--net none")).unwrap().len();
    assert!(folder.read("m").len() as u64 > without);
}

#[test]
fn every_form_of_a_model_keeps_its_pairs() {
    let folder = folder();
    let told = |model: &str| said(&mut folder.impute(&format!("inspect {model}")));
    assert!(told("m").contains("\nskip ") && told("m").contains(" --skip"), "{}", told("m"));
    for form in ["--compact", "--no-lists"] {
        let small = toy_model_with(&format!("--net none --skip {form}"));
        folder.write("small", std::fs::read(small).unwrap());
        assert!(told("small").contains("\nskip "), "{form}");
        folder.write("in", "the banks closed minister .\n");
        assert_eq!(
            stdout(&mut folder.impute("in -m small")),
            stdout(&mut folder.impute("in -m m"))
        );
    }
}

#[test]
fn counts_have_no_pairs() {
    let folder = folder();
    succeed(&mut folder.impute("count text -o c"));
    let output = folder.impute("train --counts c --skip -o other").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path("other").exists());
}

#[test]
fn damaged_pairs_make_no_command_panic() {
    let folder = folder();
    let intact = folder.read("m");
    let model = open(folder.path("m"));
    let sections = &model.directory().sections;
    let mut count = 0;
    for section in sections.iter().filter(|section| section.name.starts_with("skip.")) {
        for byte in [0xff, 0x7f, 0x80, 0] {
            let damaged = forged(&intact, &section.name, |content| content.fill(byte));
            if damaged == intact {
                continue;
            }
            folder.write("bad", damaged);
            folder.write("in", "the banks closed minister .\n");
            let output = folder.impute("in -m bad").output().unwrap();
            assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        }
        count += 1;
    }
    assert_eq!(count, 6);
}
