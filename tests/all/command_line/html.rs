//! `impute evaluate --html`, as users type it.

use crate::common::{Folder, held_out_text, misused, refused, rows, said, stdout, succeed};
use serde_json::Value;

const CURVE: &[u8] = b"text_tokens\tscore\tlow\thigh\tgap1\tword1\torder\n\
    1\t5.4\t5.3\t5.5\t30\t25\t3\n10\t5.2\t5.1\t5.3\t42\t30\t3\n10\t5.1\t5.0\t5.2\t43\t31\t5\n";

fn whole() -> Folder {
    let folder = Folder::with([("whole.txt", &held_out_text())]);
    folder.write("curve.tsv", CURVE);
    folder
}

fn page(folder: &Folder, args: &str) -> String {
    succeed(&mut folder.impute(&format!("evaluate {args} --html page.html")));
    String::from_utf8(folder.read("page.html")).unwrap()
}

/// What is between two strings, every time.
fn between<'p>(page: &'p str, from: &str, to: &str) -> Vec<&'p str> {
    page.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

/// Whether every element is closed where it must be.
#[track_caller]
fn balanced(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = page.split("</style>").nth(1).unwrap();
    for tag in between(body, "<", ">") {
        match tag.strip_prefix('/') {
            Some("html" | "head") => {}
            Some(name) => assert_eq!(open.pop(), Some(name), "</{name}>"),
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_page_has_every_section_and_needs_nothing_else() {
    let folder = whole();
    let page = page(&folder, "whole.txt --seed 3 --learning-curve curve.tsv");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>\n"));
    balanced(&page);
    let sections =
        ["scores", "calibration", "confidence", "length", "learning", "worst", "best", "signature"];
    assert_eq!(between(&page, "<section id=\"", "\""), sections);
    for id in sections {
        assert!(page.contains(&format!("<a href=\"#{id}\">")), "{id}");
    }
    for outside in ["http:", "https:", "//", "<script", "@import", "url(", "<img"] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Neither where it was made nor how fast.
    let place = folder.path("");
    assert!(!page.contains(place.to_str().unwrap()) && !page.contains("a second"));
    assert!(!page.contains("NaN") && !page.contains("inf,"));
    let command = "impute evaluate whole.txt --seed 3 --model toy-all.impute \
        --learning-curve curve.tsv --html report.html";
    assert!(page.contains(command), "{:?}", between(&page, "<code>", "</code>"));
}

#[test]
fn the_same_measurement_gives_the_same_bytes_whatever_else_is_asked_for() {
    let folder = whole();
    let one = page(&folder, "whole.txt --threads 1");
    assert_eq!(page(&folder, "whole.txt --threads 3 --json --rows rows.csv"), one);
    assert_ne!(page(&folder, "whole.txt --seed 2"), one);
}

#[test]
fn the_report_on_standard_output_is_as_without_a_page() {
    let folder = whole();
    let report = |args: &str| {
        let text = said(&mut folder.impute(args));
        let lines = text.lines().filter(|line| !line.contains("a second"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(report("evaluate whole.txt --html page.html"), report("evaluate whole.txt"));
}

#[test]
fn the_figures_are_those_of_the_json_report() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --test-out t --solution-out s"));
    let json = stdout(&mut folder.impute("evaluate t s --json --html page.html"));
    let report: Value = serde_json::from_slice(&json).unwrap();
    let page = String::from_utf8(folder.read("page.html")).unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    for (i, method) in ["posterior", "min-likelihood"].into_iter().enumerate() {
        let score = &report["methods"][i]["score"];
        let [mean, low, high] = ["mean", "low", "high"].map(|name| number(&score[name]));
        let row = format!(
            "<th scope=\"row\">{method}</th><td>{mean:.3}</td><td>{low:.3} to {high:.3}</td>"
        );
        assert!(page.contains(&row), "{row}");
    }
    for kind in ["gap", "word"] {
        let side = &report["calibration"][kind];
        let bins = side["bins"].as_array().unwrap();
        for bin in bins {
            let says = format!(
                "stated {:.1}\u{a0}%, right {:.1}\u{a0}% of {}<",
                100.0 * number(&bin["confidence"]),
                100.0 * number(&bin["right"]),
                bin["claims"]
            );
            assert!(page.contains(&says), "{says}");
            let [low, high] = [0, 1].map(|i| number(&bin["interval"][i]));
            assert!(low <= number(&bin["right"]) && number(&bin["right"]) <= high);
        }
        let coverage = side["coverage"].as_array().unwrap();
        let (first, last) = (&coverage[0], &coverage[coverage.len() - 1]);
        assert_eq!(last["claims"], side["claims"]);
        let share = &report["methods"][0][format!("{kind}_top")][0];
        assert!((number(&last["right"]) - number(share)).abs() < 1e-9);
        let most = format!(
            "the {} most confident: {:.1}\u{a0}% right",
            first["claims"],
            100.0 * number(&first["right"])
        );
        assert!(page.contains(&most), "{most}");
    }
}

#[test]
fn sentences_are_ordered_by_gain_with_the_gaps_that_explain_has() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --test-out t --solution-out s"));
    let page = page(&folder, "t s");
    let mut shown = 0;
    for (id, sign) in [("worst", -1), ("best", 1)] {
        let section = between(&page, &format!("<section id=\"{id}\""), "</section>")[0];
        let gains: Vec<i64> = between(section, "<p class=\"facts\"><b>", "</b>")
            .iter()
            .map(|gain| gain.replace('−', "-").parse::<i64>().unwrap())
            .collect();
        assert!(gains.is_sorted_by_key(|gain| -sign * gain), "{gains:?}");
        assert!(gains.len() <= 10 && gains.iter().all(|gain| sign * gain > 0), "{gains:?}");
        shown += gains.len();
    }
    assert!(shown > 5, "{shown}");
    // The first of the worst or best, with the probabilities that `explain` gives.
    let tests = String::from_utf8(folder.read("t")).unwrap();
    let id: usize = between(&page, "<span class=\"id\">id ", "<")[0].parse().unwrap();
    let heat = between(&page, "<p class=\"heat\">", "</p>")[0];
    let titles = between(heat, "title=\"", "\"");
    let told: Vec<&&str> = titles.iter().filter(|title| title.contains('%')).collect();
    let mut explain = folder.impute("explain --json");
    let explained = stdout(explain.arg(sentence(&tests, id)));
    let explained: Value = serde_json::from_slice(&explained).unwrap();
    let gaps = explained["gaps"].as_array().unwrap();
    let percent =
        |gap: &Value| format!("{:.1}\u{a0}%", 100.0 * gap["probability"].as_f64().unwrap());
    assert_eq!(told, gaps.iter().map(percent).collect::<Vec<_>>().iter().collect::<Vec<_>>());
}

/// The sentence with this id in a file of plain lines or of the competition.
fn sentence(tests: &str, id: usize) -> String {
    if !tests.starts_with("\"id\"") {
        return tests.lines().nth(id - 1).unwrap().to_owned();
    }
    let rows = rows(tests.as_bytes());
    rows.into_iter().find(|row| row.0 == id.to_string()).unwrap().1
}

#[test]
fn foreign_text_stays_text() {
    let folder = Folder::with([
        ("a<b>&.txt", b"the <script>alert(1)</script> dog & \"cat\" 'x' &amp; ran <!-- .\n"),
        (
            "two.txt",
            "the \u{1}dog \u{202e}saw \u{7f}the \u{85}cat here .\nשלום the dog ran \u{fffe} home\n"
                .as_bytes(),
        ),
    ]);
    // This method always inserts something.
    let first = page(&folder, "a<b>&.txt --method min-likelihood");
    balanced(&first);
    assert!(!first.contains("<script") && !first.contains("<!--") && !first.contains("a<b>"));
    assert!(first.contains("a&lt;b&gt;&amp;.txt"));
    // All but the word that is missing is shown, and that one as the missing word.
    for word in ["&lt;script&gt;alert(1)&lt;/script&gt;", "&quot;cat&quot;", "&amp;amp;", "&lt;!--"]
    {
        assert!(first.contains(&format!("<bdi>{word}</bdi>")), "{word}");
    }
    let second = page(&folder, "two.txt --method min-likelihood");
    balanced(&second);
    let control = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert_eq!(second.chars().find(|c| control(*c) || *c == '\u{fffe}'), None);
    assert!(second.contains("␁dog") && second.contains("␡the"));
    assert_eq!(second.matches("<p class=\"heat\" dir=\"rtl\">").count(), 1);
    // It states no probabilities, so that there is nothing to calibrate and no gap is coloured.
    assert!(!second.contains("id=\"calibration\"") && !second.contains("id=\"confidence\""));
    assert!(!between(&second, "<section id=\"worst\"", "</ol>")[0].contains("%\""));
}

#[test]
fn a_sentence_of_a_thousand_words_is_shown_around_its_gaps() {
    let long = "the dog saw the cat . ".repeat(200);
    let folder = Folder::with([("long.txt", format!("{}\n", long.trim()).as_bytes())]);
    let page = page(&folder, "long.txt --method min-likelihood");
    assert!(page.contains("<span class=\"cut\"> … </span>"));
    let heat = between(&page, "<p class=\"heat\">", "</p>")[0];
    assert!((20..140).contains(&heat.matches("<bdi>").count()), "{heat}");
    assert!(page.contains("<mark title=\"missing\">") || page.contains("<ins class=\"right\""));
}

#[test]
fn what_cannot_be_a_page_is_refused_before_the_work() {
    let folder = whole();
    folder.write("bad.tsv", "text_tokens\tscore\n1\t5\n2\tfive\n");
    let before = folder.content();
    let page = |args: &str| folder.impute(&format!("evaluate whole.txt {args}"));
    refused(&mut page("--html -"), &["--html -", "name a file"]);
    refused(&mut page("--html whole.txt"), &["whole.txt", "would replace this input"]);
    refused(
        &mut page("--html curve.tsv --learning-curve curve.tsv"),
        &["curve.tsv", "would replace this input"],
    );
    let mut own = page("--html own.impute");
    refused(own.env("IMPUTE_MODEL", folder.path("own.impute")), &["would replace this input"]);
    refused(&mut page("--html no/page.html"), &["no/page.html", "check the spelling"]);
    refused(&mut page("--html x --rows x"), &["--rows and --html", "name two files"]);
    refused(
        &mut page("--html page.html --learning-curve bad.tsv"),
        &["bad.tsv: line 3: `score` is not a number from 0: `five`"],
    );
    refused(
        &mut folder.impute("evaluate - --html page.html --learning-curve -"),
        &["standard input can be read only once"],
    );
    misused(&mut page("--learning-curve curve.tsv"), "--html");
    // The model, too, is opened after the page; nothing remains of it.
    refused(&mut page("--html page.html --model no.impute"), &["no.impute"]);
    assert_eq!(folder.content(), before);
}
