//! `impute merge`: counts of parts become counts of the whole.

use crate::common::{
    Folder, misused, random, random_text, refused, repository, said, stdout, succeed, toy_text,
};

/// A folder with the text as `whole`, its counts, and those of its lines dealt out to `a`, `b` and `c`.
fn parts(text: &str, options: &str) -> Folder {
    let folder = Folder::with([("whole", text.as_bytes())]);
    let mut random = random();
    let mut parts = [String::new(), String::new(), String::new()];
    for (i, line) in text.lines().enumerate() {
        // None without a line.
        let part = &mut parts[if i < 3 { i } else { random(3) }];
        part.push_str(line);
        part.push('\n');
    }
    for (name, part) in ["a.txt", "b.txt", "c.txt"].into_iter().zip(parts) {
        folder.write(name, part);
    }
    for (name, text) in [("a", "a.txt"), ("b", "b.txt"), ("c", "c.txt"), ("all", "whole")] {
        succeed(&mut folder.impute(&format!("count {text} -q -o {name}{options}")));
    }
    folder
}

/// 12,000 different lines, some of them more than once, so that 2 % are more than 200.
fn long_text() -> String {
    let small = String::from_utf8(toy_text()).unwrap();
    let numbered = (0..12_000).map(|i| {
        let line = small.lines().nth(i % 4000).unwrap_or_default();
        format!("{line} {}\n", i / 4).repeat(1 + usize::from(i % 7 == 0))
    });
    numbered.collect()
}

#[test]
fn counts_of_parts_become_those_of_the_whole_in_any_order_and_tree() {
    for (text, options) in [
        (long_text(), ""),
        (long_text(), " --held-out 50"),
        (long_text(), " --held-out 0 --order 5"),
        (random_text(3000, 9, 300), " --order 2"),
        (random_text(3000, 9, 300), " --order 4"),
    ] {
        let folder = parts(&text, options);
        let whole = folder.read("all");
        for line in [
            "$0 merge a b c -o m -q",
            "$0 merge c a b -o m -q --threads 1",
            "$0 merge a b -o ab -q; $0 merge c ab -o m -q",
            "$0 merge b c -q | $0 merge - a -o m -q",
            "$0 merge a -o m -q; $0 merge c m -o - -q > mc; $0 merge b mc -q > m",
            "zstd -q a -o a.zst; $0 merge b a.zst c -o m.gz -q; gzip -dc m.gz > m",
        ] {
            said(&mut folder.shell(line));
            assert!(folder.read("m") == whole, "{line}{options}");
            std::fs::remove_file(folder.path("m")).unwrap();
        }
    }
}

#[test]
fn merged_counts_give_the_model_of_the_whole() {
    let folder = parts(&long_text(), "");
    let train = |sources: &str| {
        succeed(&mut folder.impute(&format!("train -q -o model {sources} --net none")));
        folder.read("model")
    };
    let whole = train("whole");
    succeed(&mut folder.impute("merge c b -o cb -q"));
    for sources in ["--counts all", "--counts cb a", "--counts c b a", "a.txt --counts cb"] {
        assert!(train(sources) == whole, "{sources}");
    }
}

#[test]
fn merging_says_what_it_merged_and_leaves_nothing_else() {
    let folder = parts("the dog barks\nthe cat\na dog\n", "");
    let before = folder.content().len();
    let (out, notes) = succeed(&mut folder.impute("merge a b c"));
    assert!(out == folder.read("all"));
    assert!(notes.contains("3 sentences, 7 tokens"), "{notes}");
    let (_, notes) = succeed(&mut folder.impute("merge a all -o m -q"));
    assert_eq!((notes.as_str(), folder.content().len()), ("", before + 1));
}

#[test]
fn parts_that_do_not_go_together_are_refused() {
    let folder = parts("the dog barks\nthe cat\na dog\n", "");
    succeed(&mut folder.impute("count a.txt --order 4 -o four -q"));
    succeed(&mut folder.impute("count a.txt --held-out 10 -o ten -q"));
    folder.write("old", "old");
    refused(
        &mut folder.impute("merge a four -o old"),
        &["four: counts of order 4", "a has order 3", "--order"],
    );
    refused(
        &mut folder.impute("merge a ten -o old"),
        &["ten: ", "10 lines", "3000 lines", "in a", "--held-out"],
    );
    refused(&mut folder.impute("merge a a.txt -o old"), &["a.txt: not a file of counts"]);
    refused(&mut folder.impute("merge a missing -o old"), &["missing: "]);
    refused(&mut folder.impute("merge a b -o a"), &["a: the output would replace this input"]);
    refused(&mut folder.impute("merge - a - -o old"), &["standard input", "once"]);
    misused(&mut folder.impute("merge -o old"), "<COUNTS>");
    assert_eq!(folder.read("old"), b"old");
    let (_, notes) = succeed(&mut folder.impute("merge a ./a -o m"));
    assert!(notes.contains("named more than once"), "{notes}");
}

#[test]
#[cfg(unix)]
fn more_files_than_can_be_open_are_refused_with_a_remedy() {
    let folder = parts("the dog barks\nthe cat\na dog\n", "");
    let many = "a ".repeat(40);
    let mut command = folder.shell(&format!("ulimit -n 30; $0 merge {many} -o m -q"));
    refused(&mut command, &["a: cannot be opened beside", "merge fewer at a time"]);
    assert!(!folder.path("m").exists());
}

#[test]
fn counts_of_the_first_version_are_trained_on_and_not_merged() {
    let old = repository("tests/formats/v1.counts");
    let folder = Folder::with([("old", &*old)]);
    refused(
        &mut folder.impute("merge old -o m"),
        &["old: counts of format version 1", "count the text again"],
    );
    succeed(&mut folder.impute("train --counts old -o m -q"));
}

#[test]
fn counts_go_beyond_32_bits() {
    let folder = parts(&random_text(400, 6, 30), "");
    // Lines put aside to be held out are no sentences yet.
    let sentences = |notes: &str| -> u64 {
        let told = notes.lines().find_map(|line| line.split_once(" sentences, "));
        told.and_then(|(number, _)| number.parse().ok()).unwrap_or_else(|| panic!("{notes}"))
    };
    let once = sentences(&succeed(&mut folder.impute("merge a b c -o n")).1);
    assert!((1..=400).contains(&once));
    // Doubled 33 times, a tree of 2^33 parts.
    for _ in 0..33 {
        stdout(&mut folder.impute("merge n n -o twice -q"));
        std::fs::rename(folder.path("twice"), folder.path("n")).unwrap();
    }
    let beyond = (once << 33)..=(400 << 33) + 400;
    let (_, notes) = succeed(&mut folder.impute("merge n a -o m"));
    assert!(beyond.contains(&sentences(&notes)), "{notes}");
    let (_, notes) = succeed(&mut folder.impute("train --counts n -o model"));
    assert!(beyond.contains(&sentences(&notes)), "{notes}");
    assert!(notes.contains("more often than 4,294,967,295 times"), "{notes}");
    // All counts at once would pass 64 bits.
    for _ in 0..40 {
        let merged = folder.impute("merge n n -o twice -q").output().unwrap();
        if !merged.status.success() {
            let told = String::from_utf8(merged.stderr).unwrap();
            assert!(told.contains("18,446,744,073,709,551,615"), "{told}");
            return;
        }
        std::fs::rename(folder.path("twice"), folder.path("n")).unwrap();
    }
    panic!("2^73 parts cannot be counted");
}
