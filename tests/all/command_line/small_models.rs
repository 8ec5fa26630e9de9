//! Models without posting lists, plain and compact, and models with tables: other sizes, and the same answers as the
//! full model.

use crate::common::{Folder, held_out_text, misused, stdout, succeed, toy_model_with, toy_text};
use impute::model::Model;

const FORMS: [(&str, &str); 5] = [
    ("full", ""),
    ("small", "--no-lists"),
    ("compact", "--compact"),
    ("fast", "--fast"),
    ("fast-small", "--fast --no-lists"),
];

/// A folder with the full model of the toy text in all forms.
fn forms(options: &str) -> Folder {
    let folder = Folder::with([("test.txt", &held_out_text())]);
    for (name, form) in FORMS {
        let model = toy_model_with(&format!("{form}{options}"));
        folder.write(name, std::fs::read(model).unwrap());
    }
    folder
}

#[test]
fn every_form_of_a_model_gives_the_same_answers() {
    for options in ["", " --order 5", " --order 2 --min-count 3", " --prune 0 0 1 --order 4"] {
        let folder = forms(options);
        for command in [
            "predict test.txt",
            "predict test.txt --method min-likelihood --threads 1",
            "query MODEL test.txt",
            "generate --count 200 --seed 7",
            "generate --count 50 --seed 7 --temperature 0.7 --top-k 40",
            "export --arpa",
        ] {
            let answer = |model: &str| {
                let mut command = folder.impute(&command.replace("MODEL", model));
                stdout(command.env("IMPUTE_MODEL", model))
            };
            let full = answer("full");
            assert!(!full.is_empty(), "{command}");
            assert!(answer("small") == full, "{command} of a model without lists,{options}");
            assert!(answer("compact") == full, "{command} of a compact model,{options}");
            assert!(answer("fast") == full, "{command} of a model with tables,{options}");
            assert!(answer("fast-small") == full, "{command} with tables and no lists,{options}");
        }
    }
}

#[test]
fn smaller_forms_are_smaller_and_reproducible() {
    let folder = forms("");
    folder.write("toy.txt", toy_text());
    let sizes = ["full", "small", "compact"].map(|name| folder.read(name).len());
    assert!(sizes[1] * 2 < sizes[0] && sizes[2] < sizes[1], "{sizes:?}");
    let [fast, fast_small] = ["fast", "fast-small"].map(|name| folder.read(name).len());
    // Tables take as much beside lists as without; only the directory names other places.
    assert!(
        (fast - sizes[0]).abs_diff(fast_small - sizes[1]) < 500,
        "{fast} {fast_small} {sizes:?}"
    );
    assert!(fast_small > 2 * sizes[1], "{fast_small} {sizes:?}");
    for (name, args) in [
        ("small", "--no-lists --threads 1"),
        ("compact", "--compact -S 260M"),
        ("fast", "--fast --threads 1 -S 2G"),
        ("fast-small", "--fast --no-lists"),
    ] {
        succeed(&mut folder.impute(&format!("train toy.txt -q -o again {args}")));
        assert!(folder.read("again") == folder.read(name), "{name}");
    }
}

#[test]
fn a_smaller_form_is_calibrated_like_the_full_one() {
    // Long enough that lines are held out.
    let toy = String::from_utf8(toy_text()).unwrap();
    let line = |i: usize| format!("{} {}\n", toy.lines().nth(i % 4000).unwrap_or_default(), i / 4);
    let text: String = (0..12_000).map(line).collect();
    let test = held_out_text();
    let folder = Folder::with([("text", text.as_bytes()), ("test", &test)]);
    let calibration = |form: &str| {
        let (_, notes) = succeed(&mut folder.impute(&format!("train text -o m{form}")));
        let told = notes.lines().find(|line| line.starts_with("calibration on "));
        let told = told.unwrap_or_default().to_owned();
        assert!(!told.starts_with("calibration on 0 "), "{notes}");
        (told, stdout(&mut folder.impute("predict test -m m")))
    };
    let full = calibration("");
    assert!(calibration(" --no-lists") == full);
    assert!(calibration(" --compact") == full);
}

#[test]
fn a_compact_model_has_no_tables_and_a_net_trained_further_keeps_them() {
    let folder = Folder::with([("toy.txt", &toy_text())]);
    misused(&mut folder.impute("train toy.txt -o m --fast --compact"), "--compact");
    misused(&mut folder.impute("train toy.txt -o m --resume m --net 100 --fast"), "--fast");
    succeed(&mut folder.impute("train toy.txt -q -o m --fast --no-lists --held-out 0"));
    succeed(
        &mut folder
            .impute("train toy.txt -q -o n --resume m --net 100 --net-size small --held-out 0"),
    );
    let sections = |name: &str| -> Vec<(String, u64)> {
        let model = Model::open_without_lists(&folder.path(name)).unwrap();
        let sections = &model.directory().sections;
        sections.iter().map(|section| (section.name.clone(), section.length)).collect()
    };
    let (before, after) = (sections("m"), sections("n"));
    assert!(before.iter().any(|(name, _)| name == "ngrams.3.table"), "{before:?}");
    assert!(before.iter().all(|section| after.contains(section)), "{after:?}");
}
