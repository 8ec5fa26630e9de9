//! Counting in parts: `impute count`, and `impute train --counts`, which gives the model of the whole
//! text byte for byte.

use std::io::Write;

use crate::common::{Folder, random, random_text, refused, said, stdout, succeed, toy_text};

/// The model that `train` writes to `m` in `folder`.
#[track_caller]
pub(super) fn trained(folder: &Folder, args: &str) -> Vec<u8> {
    succeed(&mut folder.impute(&format!("train -o m -q {args}")));
    folder.read("m")
}

/// A folder with the text as `whole`, its lines dealt out to `a`, `b` and `c`, and their counts.
pub(super) fn parts(text: &str, options: &str) -> Folder {
    let folder = Folder::with([("whole", text.as_bytes())]);
    let mut random = random();
    let mut parts = [String::new(), String::new(), String::new()];
    for line in text.lines() {
        let part = &mut parts[random(3)];
        part.push_str(line);
        part.push('\n');
    }
    for (name, part) in ["a", "b", "c"].into_iter().zip(parts) {
        folder.write(name, part);
        let args = format!("count {name} -q -o {name}.counts{options}");
        assert!(stdout(&mut folder.impute(&args)).is_empty());
    }
    folder
}

/// Texts of which no line is held out, and some are.
pub(super) fn small_and_large() -> [String; 2] {
    let small = String::from_utf8(toy_text()).unwrap();
    // 12,000 different lines, some of them twice, so that 2 % are more than 200.
    let numbered = (0..12_000).map(|i| {
        let line = small.lines().nth(i % 4000).unwrap_or_default();
        format!("{line} {}\n", i / 4).repeat(1 + usize::from(i % 7 == 0))
    });
    [numbered.collect(), small]
}

#[test]
fn the_counts_of_parts_give_the_model_of_the_whole_text() {
    for (text, lines_held_out) in small_and_large().iter().zip([true, false]) {
        let folder = parts(text, "");
        let (_, notes) = succeed(&mut folder.impute("train whole -o m"));
        assert_eq!(!notes.contains(" 0 lines held out"), lines_held_out, "{notes}");
        let whole = folder.read("m");
        for sources in [
            "--counts a.counts b.counts c.counts",
            "--counts c.counts --counts a.counts b.counts --threads 1",
            "a --counts c.counts b.counts",
            "c b --counts a.counts --threads 4",
        ] {
            assert!(trained(&folder, sources) == whole, "{sources}");
        }
        assert!(trained(&folder, "--counts a.counts b.counts") != whole, "a part is missing");
    }
}

#[test]
fn fewer_lines_may_be_held_out_than_were_put_aside() {
    let folder = parts(&small_and_large()[0], " --held-out 4000");
    for held_out in [0, 210, 230, 4000] {
        let option = format!("--held-out {held_out}");
        let whole = trained(&folder, &format!("whole {option}"));
        let joined = trained(&folder, &format!("--counts a.counts b.counts c.counts {option}"));
        assert!(joined == whole, "{option}");
    }
}

#[test]
fn counts_of_a_high_order_serve_for_every_lower_one() {
    let folder = parts(&random_text(3000, 9, 300), " --order 5");
    for order in 2..=5 {
        for options in ["", " --prune 0 1", " --min-count 4", " --vocab-limit 100"] {
            let whole = trained(&folder, &format!("whole --order {order}{options}"));
            let counts = "--counts b.counts c.counts a.counts";
            let joined = trained(&folder, &format!("{counts} --order {order}{options}"));
            assert!(joined == whole, "order {order}{options}");
        }
    }
}

#[test]
fn counts_do_not_depend_on_memory_threads_or_the_order_of_the_lines() {
    let text = random_text(42_000, 20, 200);
    let folder = Folder::with([("text", text.as_bytes())]);
    let mut lines: Vec<_> = text.lines().collect();
    lines.reverse();
    folder.write("reversed", lines.join("\n"));
    let ample = stdout(&mut folder.impute("count text -q"));
    for args in ["text -S 34M --threads 1", "reversed -S 60M --threads 4", "reversed -S 1G"] {
        assert!(stdout(&mut folder.impute(&format!("count -q {args}"))) == ample, "{args}");
    }
    assert!(ample.len() < text.len());
}

#[test]
fn counts_pass_through_pipes_and_compressors() {
    let folder = parts(&String::from_utf8(toy_text()).unwrap(), "");
    let whole = trained(&folder, "whole");
    let shell = |line: &str| stdout(folder.shell(line).env("SOURCE_DATE_EPOCH", "1000000000"));
    shell("cat a | $0 count - -q > a.counts");
    assert!(trained(&folder, "--counts a.counts b.counts c.counts") == whole);

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&folder.read("a.counts")).unwrap();
    folder.write("packed-a", gzip.finish().unwrap());
    folder.write("packed-b", zstd::encode_all(&folder.read("b.counts")[..], 1).unwrap());
    assert!(trained(&folder, "--counts packed-a c.counts packed-b") == whole);

    let pipe = "$0 count a b c -q | $0 train --counts - -q -o m";
    assert!(shell(pipe).is_empty());
    assert!(folder.read("m") == whole);
    shell("cat packed-a | $0 train b c --counts - -q -o m");
    assert!(folder.read("m") == whole);
    shell("cat c | $0 train - --counts a.counts b.counts -q -o m");
    assert!(folder.read("m") == whole);
}

#[test]
fn standard_input_is_read_once() {
    let folder = Folder::with([]);
    for args in ["train - --counts - -o m", "train - - -o m", "count - -"] {
        refused(&mut folder.impute(args), &["standard input", "once"]);
    }
    assert!(!folder.path("m").exists());
}

#[test]
fn counting_says_what_it_counted_and_leaves_nothing_else() {
    let folder = Folder::with([("t", b"the dog barks\n\nthe cat\n".as_slice())]);
    let (out, notes) = succeed(&mut folder.impute("count t"));
    assert!(out.starts_with(b"impcnt\r\n"));
    assert!(notes.contains("2 sentences, 5 tokens"), "{notes}");
    succeed(&mut folder.impute("count t -o t.counts"));
    assert!(folder.read("t.counts") == out);
    assert_eq!(folder.content().len(), 2);
}

#[test]
fn tabs_and_returns_separate_words_in_counts_too() {
    let folder = Folder::with([("t", b"one\ttwo three\rfour five\none\ttwo five\n")]);
    succeed(&mut folder.impute("train t -o whole -q"));
    succeed(&mut folder.impute("count t -o t.counts -q"));
    succeed(&mut folder.impute("train --counts t.counts -o joined -q"));
    assert!(folder.read("joined") == folder.read("whole"));
    let arpa = said(&mut folder.impute("export --arpa -m joined"));
    assert!(arpa.starts_with("\\data\\\nngram 1=8\n"), "{arpa}"); // five words and three marks
}

#[test]
fn counting_needs_no_memory_for_tables() {
    let folder = Folder::with([]);
    // As large as the competition's text, and empty: refused when it is read, not before.
    let file = std::fs::File::create(folder.path("large")).unwrap();
    file.set_len(4_000_000_000).unwrap();
    let told = refused(&mut folder.impute("count large --order 5 -S 3G -q"), &["large"]);
    assert!(!told.contains("--memory"), "{told}");
    refused(&mut folder.impute("train large --order 5 -S 3G -o m -q"), &["--memory"]);
}
