//! What net and pairs of words learn from beside counts: `impute train --counts … --net-on TEXT`.

use super::counts::{parts, small_and_large, trained};
use crate::common::{refused, said, succeed};

const COUNTS: &str = "--counts a.counts b.counts c.counts";

#[test]
fn beside_counts_of_a_text_as_much_is_learned_from_it_as_without_counts() {
    for (text, net) in small_and_large().iter().zip(["--net 300 --net-size small", "--net none"]) {
        let folder = parts(text, "");
        for options in [format!("{net} --skip"), "--net none --skip --min-count 4".to_owned()] {
            let whole = trained(&folder, &format!("whole {options}"));
            for learned in ["whole", "c a b --threads 1"] {
                let joined = trained(&folder, &format!("{COUNTS} {options} --net-on {learned}"));
                assert!(joined == whole, "{options}, {learned}");
            }
        }
    }
}

#[test]
fn a_part_is_learned_from_but_for_the_lines_held_out_and_the_model_says_so() {
    let folder = parts(&small_and_large()[0], "");
    let options = "--net 300 --net-size small -o m --net-on a";
    let (_, notes) = succeed(&mut folder.impute(&format!("train {COUNTS} {options}")));
    assert!(notes.contains(" of the text to learn from are held out of the counts"), "{notes}");
    assert!(!notes.contains("never counted"), "{notes}");
    let told = said(&mut folder.impute("inspect m"));
    assert!(told.contains(" --net-on text ") && told.contains("net "), "{told}");
    // The n-grams are those of the whole, and the calibration is fitted.
    let query = "query whole -m m --summary";
    let own = said(&mut folder.impute(query));
    trained(&folder, &format!("{COUNTS} --net none"));
    assert_eq!(said(&mut folder.impute(query)), own);
}

#[test]
fn a_text_that_was_not_counted_is_told_by_its_words_and_hashes() {
    let text = &small_and_large()[0];
    let folder = parts(text, "");
    let train = |text: &str| {
        let args =
            format!("train --counts a.counts b.counts --skip --net none -o m --net-on {text}");
        succeed(&mut folder.impute(&args)).1
    };
    assert!(!train("a b").contains("never counted"));
    let others = train("c");
    assert!(others.contains("not a part of what was counted: "), "{others}");
    folder.write("d", "the zygote sat on the mat .\n".repeat(3));
    assert!(train("d").contains(" were never counted"), "{}", train("d"));
}

#[test]
fn what_makes_no_sense_is_refused_at_once() {
    let folder = parts(&small_and_large()[1], "");
    for args in
        ["whole --net-on a", "whole --counts a.counts --net-on a", "--counts a.counts --skip"]
    {
        let output = folder.impute(&format!("train -o m {args}")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains("--net-on"), "{args}: {said}");
    }
    for (args, what) in [
        ("--net-on missing", "missing"),
        ("--net-on b.counts", "a file of counts, not a text"),
        ("--net 1k", "--net-on"),
    ] {
        refused(&mut folder.impute(&format!("train -o m --counts a.counts {args}")), &[what]);
    }
    assert!(!folder.path("m").exists());
}
