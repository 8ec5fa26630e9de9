//! `impute drift` as users type it.

use std::collections::BTreeSet;

use crate::common::{
    Folder, held_out_text, json_of, misused, number, refused, rows, said, stdout, succeed, toy_text,
};
use serde_json::Value;

/// 600 old lines and 600 new ones of the same kind, no two of them alike, and the new ones in capitals.
fn texts() -> Folder {
    let text = String::from_utf8(toy_text()).unwrap();
    let mut seen = BTreeSet::new();
    let alone = |line: &&str| seen.insert(line.to_lowercase().replace([' ', '.', '"', '\''], ""));
    let lines: Vec<&str> = text.lines().filter(alone).take(1200).collect();
    let [old, new] = [0, 1].map(|side| {
        lines.iter().skip(side).step_by(2).map(|line| format!("{line}\n")).collect::<String>()
    });
    assert_eq!(old.lines().count(), 600);
    let folder = Folder::with([("old", old.as_bytes()), ("new", new.as_bytes())]);
    folder.write("capitals", new.to_uppercase());
    folder
}

fn verdict(report: &Value) -> &str {
    report["verdict"].as_str().unwrap()
}

#[test]
fn text_of_one_kind_has_not_drifted_and_capitals_have() {
    let folder = texts();
    let same = said(&mut folder.impute("drift old new"));
    assert!(same.starts_with("old  600 of 600 sentences  old\nnew  600 of 600 sentences  new\n\n"));
    assert!(same.contains("\nverdict: none, known to 2.8 points up or down\n"), "{same}");
    assert!(same.contains("\nwords that tell most: none\n"), "{same}");
    let drifted = said(&mut folder.impute("drift old capitals -n 2"));
    assert!(drifted.contains("\nverdict: strong, "), "{drifted}");
    assert!(drifted.contains("prepare the new text as the old one was"), "{drifted}");
    let line = |name: &str| drifted.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("as it is ").ends_with("strong"), "{drifted}");
    assert!(line("without case ").ends_with("none"), "{drifted}");
    assert!(drifted.contains("  \"SAID\"  ") && drifted.contains("  \"said\"  "), "{drifted}");
    assert!(drifted.lines().all(|line| line.chars().count() <= 100), "{drifted}");
}

#[test]
fn an_alarm_is_an_exit_code_of_its_own_and_costs_no_report() {
    let folder = texts();
    let report = stdout(&mut folder.impute("drift old capitals"));
    let output = folder.impute("drift old capitals --alarm").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(output.stdout, report);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    succeed(&mut folder.impute("drift old new --alarm"));
    // Nor does a reader that goes away cost the alarm.
    let line = "{ \"$0\" drift old capitals --alarm; echo $? > code; } | true; cat code";
    assert_eq!(said(&mut folder.shell(line)), "3\n");
    let line = "\"$0\" drift old capitals --alarm > /dev/full";
    if cfg!(target_os = "linux") {
        refused(&mut folder.shell(line), &["standard output: write failed"]);
    }
}

#[test]
fn neither_order_nor_form_nor_threads_change_a_byte() {
    let folder = texts();
    let report = |args: &str| {
        let mut report = json_of(&mut folder.impute(args));
        report["new"]["name"] = Value::Null;
        report["new"]["sentences"] = Value::Null;
        report
    };
    let one = report("drift old capitals --json --threads 1");
    assert_eq!(report("drift old capitals --json --threads 3"), one);
    let text = String::from_utf8(folder.read("capitals")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    lines.extend(text.lines().take(100)); // doubles
    folder.write("other", lines.join("\n\n"));
    assert_eq!(report("drift old other --json"), one);
    let csv: Vec<String> = (1..).zip(&lines[..600]).map(|(id, line)| csv_row(id, line)).collect();
    folder.write("csv", format!("\"id\",\"sentence\"\n{}", csv.concat()));
    assert_eq!(rows(&folder.read("csv")).len(), 600);
    assert_eq!(report("drift old csv --json"), one);
    let mut piped = folder.impute("drift old - --json");
    let mut piped = json_of(piped.write_stdin(text));
    assert_eq!(piped["new"]["name"], "standard input");
    (piped["new"]["name"], piped["new"]["sentences"]) = (Value::Null, Value::Null);
    assert_eq!(piped, one);
}

fn csv_row(id: usize, line: &str) -> String {
    format!("{id},\"{}\"\n", line.replace('"', "\"\""))
}

#[test]
fn json_has_every_figure_and_no_more_lines_than_asked_for() {
    let folder = texts();
    let report = json_of(&mut folder.impute("drift old capitals --json --lines 250 -n 3"));
    assert_eq!((report["lines"].as_u64(), report["old"]["drawn"].as_u64()), (Some(250), Some(250)));
    let levels: Vec<&str> = report["measures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["nothing", "case", "tokenisation", "length", "all"]);
    let first = &report["measures"][0];
    assert!(number(first, "accuracy") > 0.9 && number(first, "auc") > 0.9);
    assert!(first["interval"][0].as_f64().unwrap() < number(first, "accuracy"));
    assert_eq!(report["newest"].as_array().unwrap().len(), 3);
    assert!(report["model"].is_null());
    for found in report["words"].as_array().unwrap() {
        let new = found["is_new"].as_bool().unwrap();
        let [old_lines, new_lines] = [0, 1].map(|i| found["lines"][i].as_f64().unwrap());
        assert_eq!(new_lines > old_lines, new, "{found}");
    }
}

#[test]
fn a_model_is_asked_how_well_it_knows_both() {
    let folder = texts();
    let report = json_of(&mut folder.impute("drift old capitals --json --model shipped"));
    let model = &report["model"];
    for (side, name) in [("old", "old"), ("new", "capitals")] {
        // All lines are drawn, so that the figures are those of `query`.
        let totals = json_of(&mut folder.shipped(&format!("query {name} --json --summary")));
        let known = number(&totals, "perplexity_excluding_oovs");
        assert!((number(&model["perplexity"], side) / known - 1.0).abs() < 1e-9);
        let words = number(&totals, "tokens") - number(&totals, "sentences");
        let unknown = number(&totals, "oovs") / words;
        assert!((number(&model["unknown"], side) - unknown).abs() < 1e-9);
    }
    assert_eq!(model["unknown"]["rose"], true);
    assert_eq!(report["advice"], "prepare");
    // Other words in the same form: only training helps.
    let new = String::from_utf8(folder.read("new")).unwrap();
    folder.write("foreign", new.replace("said", "zagte").replace("the ", "het "));
    let told = said(&mut folder.impute("drift old foreign --model shipped"));
    assert!(told.contains("\nTrain the model anew: "), "{told}");
    assert!(told.contains("\nunknown words, % ") && told.contains(", rose\n"), "{told}");
    // What is known as well as before needs no training.
    folder.write("short", new.replace(" said", "").replace("the ", "").replace("The ", ""));
    let told = said(&mut folder.impute("drift foreign short --model shipped"));
    assert!(told.contains("\nThe model need not be trained anew: "), "{told}");
    assert_eq!(verdict(&json_of(&mut folder.impute("drift foreign short --json"))), "strong");
}

#[test]
fn the_page_holds_the_figures_and_needs_nothing_else() {
    let folder = texts();
    let hostile = String::from_utf8(folder.read("capitals")).unwrap();
    folder.write("<b>&", hostile.replace("THE", "<script>THE</script>"));
    let report = json_of(&mut folder.impute("drift old <b>& --json --html page.html -m shipped"));
    let page = String::from_utf8(folder.read("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>\n"));
    for id in ["apart", "model", "words", "old", "new", "signature"] {
        assert!(page.contains(&format!("<section id=\"{id}\"")), "{id}");
    }
    for outside in ["http:", "https:", "//", "<script", "@import", "url(", "<img", "<b>&"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for m in report["measures"].as_array().unwrap() {
        let accuracy = format!("<td>{:.1}</td>", 100.0 * number(m, "accuracy"));
        assert!(page.contains(&accuracy), "{accuracy}");
    }
    assert!(page.contains("&lt;script&gt;"));
    let command = "impute drift old '&lt;b&gt;&amp;' --model shipped --lines 10000 -n 5 --html";
    assert!(page.contains(command), "{}", page.rsplit("<code>").next().unwrap());
    let place = folder.path("");
    assert!(!page.contains(place.to_str().unwrap()));
    stdout(&mut folder.impute("drift old <b>& --html again.html -m shipped --threads 1"));
    assert!(folder.read("again.html") == page.as_bytes());
    stdout(&mut folder.impute("drift old new -n 0 --html page.html"));
    assert!(!String::from_utf8(folder.read("page.html")).unwrap().contains("id=\"model\""));
}

#[test]
fn too_few_lines_and_wrong_options_are_refused() {
    let folder = texts();
    let few: Vec<u8> =
        held_out_text().split_inclusive(|&b| b == b'\n').take(120).collect::<Vec<_>>().concat();
    folder.write("few", few.repeat(3));
    folder.write("latin", b"caf\xe9\n".repeat(300));
    let before = folder.content();
    for (args, parts) in [
        (
            "drift old few",
            &["few: ", " lines without doubles, fewer than 200", "points up or down"][..],
        ),
        ("drift few old --html page.html", &["few: "]),
        ("drift missing old", &["missing: open failed"]),
        ("drift old missing", &["missing: open failed"]),
        ("drift old new --model old", &["old: not a model file"]),
        ("drift old latin", &["latin: line 1: not UTF-8", "--lossy"]),
        ("drift old new --html old", &["old: the output would replace"]),
        ("drift old latin --lossy", &["1 line without doubles"]),
    ] {
        refused(&mut folder.impute(args), parts);
        assert!(folder.content() == before, "{args}");
    }
    misused(&mut folder.impute("drift old new --lines 199"), "--lines");
    misused(&mut folder.impute("drift old"), "NEW");
}
