//! Pairs of words with others between them (`train --skip`), as users type it.

mod common;

use common::{Folder, stdout, succeed, toy_text};

fn folder() -> Folder {
    let folder = Folder::with([("text", &toy_text()[..])]);
    succeed(&mut folder.impute("train text --net none --skip -o m --threads 1"));
    folder
}

#[test]
fn neither_threads_nor_the_order_of_lines_change_the_pairs() {
    let folder = folder();
    let text = String::from_utf8(toy_text()).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    folder.write("back", lines.join("\n"));
    succeed(&mut folder.impute("train back --net none --skip -o two --threads 3"));
    assert!(folder.read("m") == folder.read("two"));
    succeed(&mut folder.impute("train text --net none -o without"));
    assert!(folder.read("m").len() > folder.read("without").len());
}

#[test]
fn every_form_of_a_model_keeps_its_pairs() {
    let folder = folder();
    let told = |model: &str| {
        String::from_utf8(stdout(&mut folder.impute(&format!("inspect {model}")))).unwrap()
    };
    assert!(told("m").contains("\nskip ") && told("m").contains(" --skip"), "{}", told("m"));
    for form in ["--compact", "--no-lists"] {
        succeed(&mut folder.impute(&format!("train text --net none --skip {form} -o small")));
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
    let model = impute::model::Model::open(&folder.path("m")).unwrap();
    let sections = &model.directory().sections;
    let mut count = 0;
    for section in sections.iter().filter(|section| section.name.starts_with("skip.")) {
        for byte in [0xff, 0x7f, 0x80, 0] {
            let damaged = common::forged(&intact, &section.name, |content| content.fill(byte));
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
