//! The net alongside the n-grams, as its users train it.

use std::path::PathBuf;

use crate::common::{
    Folder, header_of, json_of, open, random, refused, said, solver_of, stdout, succeed,
    trained_once,
};

/// Lines in which words of two kinds take turns: whatever is removed, two of a kind meet. The words are
/// so few that a thousand lines teach a net that.
fn turns(lines: usize) -> String {
    let mut random = random();
    let mut text = String::new();
    for _ in 0..lines {
        let (first, length) = (random(2), 5 + random(6));
        let words: Vec<String> = (first..first + length)
            .map(|at| format!("{}{}", if at % 2 == 0 { "a" } else { "b" }, random(5)))
            .collect();
        text += &(words.join(" ") + "\n");
    }
    text
}

/// A folder with `text`, `test.csv` and `solution.csv`, of other lines.
fn folder() -> Folder {
    let text = turns(21_000);
    let lines: Vec<&str> = text.lines().collect();
    let folder = Folder::with([
        ("text", lines[..20_500].join("\n").as_bytes()),
        ("held", lines[20_500..].join("\n").as_bytes()),
    ]);
    succeed(
        &mut folder.impute("split held --test-out test.csv --solution-out solution.csv --seed 1"),
    );
    folder
}

/// A net that has learned a little, and is fitted on few lines: most of the time goes there.
const NET: &str = "--net 256 --net-size small --held-out 210";

/// The model of `text` with [`NET`].
fn with_net(folder: &Folder) -> PathBuf {
    trained_once("turns", || folder.read("text"), NET)
}

#[test]
fn a_net_joins_the_model_and_learns() {
    let folder = folder();
    let (_, talk) = succeed(&mut folder.impute("train text -o m --net 1000 --net-size small"));
    for part in [
        "net: ",
        "of 100 held-out ones", // of 410: looking at all would take longer than learning
        "of the words, or their kinds",
        "nats",
        "net: 1000 sentences seen",
    ] {
        assert!(talk.contains(part), "{part} is not in {talk}");
    }
    let told = said(&mut folder.impute("inspect m"));
    for part in ["--net 1000", "--net-size small", "\nnet ", "\n  net "] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    succeed(&mut folder.impute("inspect m --verify"));
    let line = "evaluate test.csv solution.csv -m m --json";
    let report: serde_json::Value = json_of(&mut folder.impute(line));
    let net = &report["experts"][1];
    assert_eq!(net["name"], "net alone");
    assert!(net["gap_top"][0].as_f64().unwrap() > 0.8, "{net}");
    let text = said(&mut folder.impute(&line.replace(" --json", "")));
    assert!(text.contains("\nnet alone  ") && text.contains("\nn-grams alone "), "{text}");
}

#[test]
fn neither_threads_nor_the_order_of_lines_nor_memory_change_the_net() {
    let folder = folder();
    let one = std::fs::read(with_net(&folder)).unwrap();
    let text = String::from_utf8(folder.read("text")).unwrap();
    let mut reversed: Vec<&str> = text.lines().collect();
    reversed.reverse();
    folder.write("back", reversed[..9000].join("\n"));
    folder.write("front", reversed[9000..].join("\n"));
    let trained = |args: &str| {
        succeed(&mut folder.impute(&format!("train {args} {NET} -q -o m")));
        folder.read("m")
    };
    assert!(trained("front back --threads 3") == one);
    assert!(trained("text --threads 1 -S 600M") == one);
    assert!(trained("text --seed 2") != one);
}

#[test]
fn training_goes_on_from_any_form_of_a_model() {
    let folder = folder();
    succeed(&mut folder.impute("train text -q --net none --held-out 210 -o without"));
    let resume = |from: &str, to: &str, net: &str| {
        let line = format!(
            "train text --resume {from} --net {net} --net-size small --held-out 210 -o {to}"
        );
        succeed(&mut folder.impute(&line)).1
    };
    let first = resume("without", "first", "256");
    assert!(!first.contains("not the text"), "{first}");
    // The same as if it had been there from the beginning, except for what the file says about itself.
    folder.write("direct", std::fs::read(with_net(&folder)).unwrap());
    let answers = |model: &str| stdout(&mut folder.impute(&format!("test.csv -m {model}")));
    assert!(answers("first") == answers("direct"));
    let second = resume("first", "second", "256");
    assert!(second.contains("net: 512 sentences seen"), "{second}");
    // A compact model stays compact, and one without lists without.
    for form in ["--compact", "--no-lists"] {
        succeed(&mut folder.impute(&format!("train text {form} {NET} -q -o small")));
        assert!(answers("small") == answers("first"), "{form}");
        resume("small", "smaller", "256");
        assert!(answers("smaller") == answers("second"), "{form}");
        let size = |name: &str| folder.read(name).len() as f64;
        assert!((size("smaller") / size("small") - 1.0).abs() < 0.05, "{form}");
    }
    let mut wrong = folder.impute("train text --resume first --net 256 --net-size medium -o x");
    refused(&mut wrong, &["first: its net has another size", "keeps its size"]);
    // In place.
    resume("second", "second", "256");
    succeed(&mut folder.impute("inspect second --verify"));
    folder.write("other", turns(20_400));
    let (_, talk) = succeed(&mut folder.impute("train other --resume first --net 256 -o third"));
    assert!(talk.contains("not the text"), "{talk}");
}

#[test]
fn only_lines_that_no_ngram_has_counted_say_how_far_the_net_is_trusted() {
    let folder = folder();
    let header = |model: &str| header_of(folder.path(model));
    // Nothing held out: nothing is fitted, but the net gets a weight.
    succeed(&mut folder.impute("train text -q --held-out 0 -o none"));
    let resume = "--net 512 --net-size small";
    let line = format!("train text --resume none {resume} -o first");
    let (_, talk) = succeed(&mut folder.impute(&line));
    assert!(talk.contains("how far to trust the net") && talk.contains("impute tune"), "{talk}");
    assert_eq!(header("first").calibration.sentences, 0);
    assert!(header("first").calibration.net_weight > 0.0);
    // No more lines than were held out before.
    succeed(&mut folder.impute("train text -q --net none --held-out 250 -o some"));
    succeed(&mut folder.impute("tune some --on held --lines 300"));
    assert!(header("some").provenance.tuned.is_some());
    let resume = "--net 1000 --net-size small"; // enough to learn something
    let line = format!("train text --resume some {resume} --held-out 3000 -q -o second");
    succeed(&mut folder.impute(&line));
    let second = header("second");
    assert_eq!(second.calibration.sentences, 250);
    assert!(second.provenance.tuned.is_none());
    assert!(second.provenance.command.contains("--net-size small"), "{second:?}");
    // Tuning fits the weight of the net, too.
    succeed(&mut folder.impute("tune second --on held -o third"));
    let third = header("third");
    assert_ne!(third.calibration.net_weight, second.calibration.net_weight);
    assert!(third.calibration.net_weight > 0.0, "{third:?}");
    assert_eq!(third.net, second.net);
}

#[test]
fn a_net_that_nobody_asked_for_is_left_out_where_memory_is_short() {
    let folder = folder();
    let (_, talk) = succeed(&mut folder.impute("train text -o m -S 300M"));
    assert!(talk.contains("no net is trained: ") && talk.contains("--net-size small"), "{talk}");
}

#[test]
fn a_small_text_gets_no_net_unless_one_is_wanted() {
    let folder = Folder::with([("text", turns(300).as_bytes())]);
    let (_, talk) = succeed(&mut folder.impute("train text -o m"));
    assert!(!talk.contains("net: "), "{talk}");
    let told: Vec<&str> = talk.lines().filter(|line| line.contains("no net")).collect();
    let [line] = told[..] else { panic!("{talk}") };
    for part in ["no net is trained: the text has 300 of the 20000 sentences", "(--net 30m)"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let (_, talk) = succeed(&mut folder.impute("train text -o m --net none"));
    assert!(!talk.contains("no net"), "{talk}");
    succeed(&mut folder.impute("train text -q --net 300 --net-size small -o n"));
    let told = said(&mut folder.impute("inspect n"));
    assert!(told.contains("\nnet "), "{told}");
}

#[test]
fn a_time_becomes_a_number_of_sentences() {
    let folder = Folder::with([("text", turns(3000).as_bytes())]);
    let (_, talk) = succeed(&mut folder.impute("train text -o m --net 1s --net-size small"));
    let line = talk.lines().find(|line| line.contains("the time that was asked for")).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let at = words.iter().position(|&word| word == "sees").unwrap();
    let sentences: u64 = words[at + 1].parse().unwrap();
    assert!(talk.contains(&format!("net: {sentences} sentences seen")), "{talk}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = Folder::with([("text", turns(300).as_bytes()), ("short", b"a b\nc d\n")]);
    for (args, parts) in [
        ("train text -o m --resume text --net 1M", &["text: ", "not a model file"][..]),
        ("train text -o m --resume gone --net 1M", &["gone: open failed"]),
        ("train short -o m --net 1000", &["no sentence of 3 to 100 words", "--net none"]),
        (
            "train text -o m --net 1000 -S 100M --no-lists --held-out 0",
            &["105 MB of memory", "training the net", "do without a net"],
        ),
    ] {
        refused(&mut folder.impute(args), parts);
    }
    for (args, parts) in [
        ("train text -o m --net 1x", &["1x", "30m", "none"][..]),
        ("train text -o m --net 0", &["write sentences as"]),
        ("train text -o m --net-size huge", &["huge", "medium"]),
        ("train text -o m --resume text", &["--net"]),
        ("train text -o m --resume text --net 1M --order 5", &["--resume", "--order"]),
    ] {
        let output = folder.impute(args).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        parts.iter().for_each(|part| assert!(stderr.contains(part), "{part}: {stderr}"));
    }
    succeed(&mut folder.impute("count text -o counts"));
    let args = "train --counts counts -o m --net 1000";
    refused(&mut folder.impute(args), &["counts have no sentences", "do without a net"]);
    succeed(&mut folder.impute("train --counts counts -o n"));
    assert!(!folder.path("m").exists());
}

/// What the net says about all words of a gap is a distribution, whatever the gap.
#[test]
fn the_words_of_the_net_are_a_distribution() {
    let folder = folder();
    let model = open(with_net(&folder));
    let solver = solver_of(&model);
    let text = String::from_utf8(folder.read("held")).unwrap();
    let mut worker = solver.worker();
    for line in text.lines().take(5) {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        for hole in [0, 1, words.len() / 2, words.len()] {
            let found = worker.fill(&words[..hole], &words[hole..], 100_000);
            let known = model.view().vocabulary.len() - 3; // all but <unk>, <s> and </s>
            assert_eq!(found.words.len(), known);
            let sum: f64 = found.words.iter().filter_map(|word| word.net).sum();
            // The buckets of words that the text does not have keep the rest.
            assert!(sum > 0.5 && sum < 1.0001, "{line} {hole}: {sum}");
        }
    }
}
