//! `impute prune` as users type it.

use crate::common::{
    Folder, held_out_text, json_lines, json_of, misused, number, refused, said, stdout, succeed,
    toy_model, toy_model_with, toy_text,
};

/// A model small enough for pruning by hand. After a: N = 1 - 0.76 = 0.24 and D = 1 - 0.625 = 0.375, so that bow(a)
/// is 0.64; after <s>: N = 0.25, D = 0.5.
fn by_hand() -> Folder {
    let log10 = |p: f64| p.log10();
    let text = format!(
        "\\data\\\nngram 1=5\nngram 2=3\n\n\\1-grams:\n{}\t<unk>\n-99\t<s>\t{}\n{}\t</s>\n{}\ta\t{}\n{}\tb\n\n\
         \\2-grams:\n{}\t<s> a\n{}\ta a\n{}\ta b\n\n\\end\\\n",
        log10(0.125),
        log10(0.5),
        log10(0.25),
        log10(0.5),
        log10(0.64),
        log10(0.125),
        log10(0.75),
        log10(0.26),
        log10(0.5),
    );
    let folder = Folder::with([("arpa", text.as_bytes()), ("text", b"a a b\n")]);
    succeed(&mut folder.impute("train --arpa arpa -o m -q"));
    folder
}

/// The probability of `a a b </s>`.
fn p(folder: &Folder, model: &str) -> f64 {
    let lines = json_lines(&mut folder.impute(&format!("query {model} text --json")));
    10f64.powf(number(&lines[0], "log10_total"))
}

#[test]
fn a_small_model_is_pruned_as_it_is_by_hand() {
    let folder = by_hand();
    assert!((p(&folder, "m") / (0.75 * 0.26 * 0.5 * 0.25) - 1.0).abs() < 1e-5);
    // Without `a a`, bow'(a) = (0.24 + 0.26) / (0.375 + 0.5) = 4/7, and the loss is -0.5 (0.26 (ln 0.5 + ln 4/7 - ln
    // 0.26) + 0.24 (ln 4/7 - ln 0.64)) = 0.00133915 nats; without `<s> a`, bow' = 1 and -0.25 (0.75 (ln 0.5 - ln
    // 0.75) + 0.25 (ln 1 - ln 0.5)) = 0.0327030, p(<s>) being that of </s>; without `a b`, bow'(a) = 0.74 / 0.5 and
    // -0.5 (0.5 (ln 0.125 + ln 1.48 - ln 0.5) + 0.24 (ln 1.48 - ln 0.64)) = 0.147964.
    for (threshold, kept, expected) in [
        ("0.00133", 3, 0.75 * 0.26 * 0.5 * 0.25),
        ("0.00135", 2, 0.75 * (4.0 / 7.0 * 0.5) * 0.5 * 0.25),
        ("0.0332", 2, 0.75 * (4.0 / 7.0 * 0.5) * 0.5 * 0.25),
        ("0.0333", 1, 0.5 * (4.0 / 7.0 * 0.5) * 0.5 * 0.25),
        ("0.159", 1, 0.5 * (4.0 / 7.0 * 0.5) * 0.5 * 0.25),
        ("0.160", 0, 0.5 * 0.5 * 0.125 * 0.25),
    ] {
        let (_, notes) =
            succeed(&mut folder.impute(&format!("prune m --threshold {threshold} -o s")));
        assert!(notes.contains(&format!("order 2: {kept} of 3 n-grams\n")), "{threshold}: {notes}");
        let p = p(&folder, "s");
        assert!((p / expected - 1.0).abs() < 1e-5, "{threshold}: {p}, not {expected}");
        let text = said(&mut folder.impute("export --arpa -m s"));
        assert!(text.contains(&format!("ngram 2={kept}\n")), "{text}");
    }
}

#[test]
fn all_else_stays_as_it_was_and_the_model_goes_on_following_from_counts() {
    let folder = Folder::with([("text", &held_out_text())]);
    folder.write("m", std::fs::read(toy_model_with("--net 64 --net-size small --skip")).unwrap());
    let whole = json_of(&mut folder.impute("inspect m --json"));
    let perplexity = |model: &str| {
        let told = json_lines(&mut folder.impute(&format!("query {model} text --summary --json")));
        number(&told[0], "perplexity_including_oovs")
    };
    let (mut before, mut size, mut last) = (perplexity("m"), folder.read("m").len(), whole.clone());
    for threshold in ["1e-6", "1e-5", "1/10000"] {
        succeed(&mut folder.impute(&format!("prune m --threshold {threshold} -o s -q")));
        let pruned = json_of(&mut folder.impute("inspect s --verify --json"));
        for same in ["order", "discounts", "net", "calibration", "repair"] {
            assert_eq!(pruned[same], whole[same], "{same}");
        }
        let sections = |told: &serde_json::Value| -> Vec<String> {
            let all = told["sections"].as_array().unwrap().iter();
            all.map(|section| section["name"].as_str().unwrap().to_owned()).collect()
        };
        let mut names = [sections(&pruned), sections(&whole)];
        names.iter_mut().for_each(|names| names.sort());
        assert_eq!(names[0], names[1]);
        assert_eq!(pruned["ngrams"][0], whole["ngrams"][0]);
        assert!(pruned["ngrams"][2].as_u64() < last["ngrams"][2].as_u64());
        assert!(pruned["ngrams"][2].as_u64().unwrap() > 0);
        let command = pruned["provenance"]["command"].as_str().unwrap();
        assert!(command.ends_with(&format!(", then prune --threshold {threshold}")), "{command}");
        let (now, bytes) = (perplexity("s"), folder.read("s").len());
        assert!(bytes < size, "{bytes} {size}");
        assert!(now > 0.97 * before && now < 2.0 * before, "{now} {before}");
        (before, size, last) = (now, bytes, pruned);
        // It answers.
        stdout(folder.impute("fill - -m s").write_stdin("Two _ closed .\n"));
    }
    let few = last["ngrams"][2].as_u64();
    succeed(&mut folder.impute("prune s --threshold 1e-3 -o t -q"));
    assert!(json_of(&mut folder.impute("inspect t --json"))["ngrams"][2].as_u64() < few);
    assert!(perplexity("t") > before);
}

#[test]
fn the_form_stays_and_threads_leave_no_trace() {
    let folder = Folder::with([("text", &held_out_text())]);
    let mut answers = Vec::new();
    for form in ["", "--no-lists", "--compact", "--no-lists --fast"] {
        let model = toy_model_with(form);
        folder.write("m", std::fs::read(model).unwrap());
        succeed(&mut folder.impute("prune m --threshold 1e-5 -o s -q"));
        succeed(&mut folder.impute("prune m --threshold 1e-5 -o again -q --threads 1"));
        assert!(folder.read("s") == folder.read("again"), "{form}");
        let [lists, packed] = ["m", "s"].map(|name| {
            let told = said(&mut folder.impute(&format!("inspect {name}")));
            (
                ["lists.middle", "ngrams.2.table"].map(|part| told.contains(part)),
                folder.read(name).starts_with(b"\x28\xb5\x2f\xfd"),
            )
        });
        assert_eq!(lists, packed, "{form}");
        answers.push(stdout(&mut folder.impute("query s text")));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn what_cannot_be_pruned_is_told_at_once() {
    let folder = Folder::with([("toy.txt", &toy_text()), ("out", b"old")]);
    folder.write("m", std::fs::read(toy_model()).unwrap());
    let before = folder.content();
    for (args, parts) in [
        ("prune toy.txt --threshold 1e-8 -o out", ["toy.txt: not a model file", "name a model"]),
        ("prune gone --threshold 1e-8 -o out", ["gone: open failed", "check the spelling"]),
        ("prune - --threshold 1e-8 -o out", ["-: a model is mapped", "name one"]),
        ("prune m --threshold 1e-8 -o -", ["-o -: a model is mapped", "name one"]),
        ("prune m --threshold 1e-8 -o m", ["m: the output would replace this input", "another"]),
        ("prune m --threshold 1e-8 -o out.gz", ["out.gz: a model is mapped", "leave this ending"]),
        ("prune m --threshold 1e-8 -o no/out", ["no/out", "folder"]),
    ] {
        refused(&mut folder.impute(args), &parts);
    }
    for wrong in ["0", "-1", "1", "much", "nan"] {
        let args = format!("prune m --threshold {wrong} -o out");
        misused(&mut folder.impute(&args), "a number between 0 and 1");
    }
    misused(&mut folder.impute("prune m -o out"), "--threshold");
    misused(&mut folder.impute("prune m --threshold 1e-8"), "--output");
    assert!(folder.content() == before);
}
