//! `impute generate` as users type it: a seed is a promise, a novel sentence is new, and every wrong
//! option is named.

use crate::common::{Folder, misused, refused, stdout, succeed, toy_text};

fn folder() -> Folder {
    Folder::with([("toy.txt", &toy_text())])
}

#[test]
fn any_number_of_threads_and_any_count_give_the_same_sentences() {
    let folder = folder();
    for more in ["", " --temperature 0.8", " --top-k 20 --order 2", " --novel toy.txt"] {
        let run = |args: &str| stdout(&mut folder.impute(&format!("generate -q{more}{args}")));
        let one = run(" -n 5000 --threads 1");
        assert_eq!(one.iter().filter(|&&b| b == b'\n').count(), 5000);
        assert!(one == run(" -n 5000 --threads 4"), "{more}");
        let fewer = run(" -n 777 --threads 3");
        assert_eq!(fewer.iter().filter(|&&b| b == b'\n').count(), 777);
        assert!(one.starts_with(&fewer), "{more}");
    }
}

#[test]
fn a_seed_gives_the_same_sentences_and_another_seed_others() {
    let folder = folder();
    let run = |args: &str| stdout(&mut folder.impute(args));
    let default = run("generate -n 50");
    assert_eq!(default, run("generate --count 50 --seed 1"));
    assert_ne!(default, run("generate -n 50 --seed 2"));
    succeed(&mut folder.impute("generate -n 50 -o out.txt"));
    assert_eq!(folder.read("out.txt"), default);
    assert_eq!(run("generate -n 0"), b"");
}

#[test]
fn a_novel_sentence_is_not_a_line_of_the_text() {
    let folder = folder();
    let text = toy_text();
    let known: std::collections::HashSet<&[u8]> = text.split(|&b| b == b'\n').collect();
    let lines = |args: &str| stdout(&mut folder.impute(args));
    let all = lines("generate -n 3000 -q --temperature 0.5");
    let copies = |text: &[u8]| text.split(|&b| b == b'\n').filter(|l| known.contains(l)).count();
    assert!(copies(&all) > 10, "{}", copies(&all));
    let args = "generate -n 3000 --temperature 0.5 --novel toy.txt";
    let (novel, stderr) = succeed(&mut folder.impute(args));
    assert_eq!(copies(&novel), 1); // what follows the last line is empty, as in the text
    assert_eq!(novel.iter().filter(|&&b| b == b'\n').count(), 3000);
    assert!(stderr.contains("left out as lines of the text"), "{stderr}");
    // The others come in the same order.
    let mut rest = all.split(|&b| b == b'\n').filter(|line| !known.contains(line));
    let kept: Vec<&[u8]> = novel.split(|&b| b == b'\n').collect();
    assert!(rest.all(|line| kept.contains(&line)));
}

#[test]
fn where_nothing_is_novel_the_search_ends() {
    let folder = folder();
    let args = "generate -n 1 -q --temperature 0.001 --max-words 5";
    let best = stdout(&mut folder.impute(args));
    folder.write("known.txt", [b" ".to_vec(), best].concat());
    let error = refused(
        &mut folder.impute(&format!("{args} --novel known.txt")),
        &["are in the text already"],
    );
    assert!(error.contains("after 0 new ones"), "{error}");
}

#[test]
fn a_prompt_is_printed_and_continued() {
    let folder = folder();
    let first = String::from_utf8(toy_text()).unwrap();
    let word = first.split(' ').next().unwrap();
    let mut command = folder.impute("generate -n 200 --prompt");
    let (out, stderr) = succeed(command.arg(format!(" Zyzzyva  {word} ")));
    assert!(stderr.contains("Zyzzyva: the model does not know this word"), "{stderr}");
    assert!(!stderr.contains(&format!("{word}: ")), "{stderr}");
    let text = String::from_utf8(out).unwrap();
    let prompt = format!("Zyzzyva {word} ");
    assert!(text.lines().all(|line| line.strip_prefix(&prompt).is_some_and(|s| !s.is_empty())));
    assert!(text.lines().count() == 200 && !text.contains("  ") && !text.contains(" \n"));
}

#[test]
fn sentences_end_after_the_most_words() {
    let folder = folder();
    let text = stdout(&mut folder.impute("generate -n 300 -q --max-words 3"));
    let text = String::from_utf8(text).unwrap();
    let lengths: Vec<usize> = text.lines().map(|line| line.split(' ').count()).collect();
    assert_eq!(lengths.iter().max(), Some(&3));
    assert_eq!((lengths.len(), lengths.contains(&0)), (300, false));
}

#[test]
fn the_command_line_names_what_is_wrong() {
    let folder = folder();
    let run = |args: &str| folder.impute(&format!("generate {args}"));
    for value in ["0", "-1", "nan", "inf", "warm"] {
        misused(&mut run(&format!("--temperature {value}")), "--temperature");
    }
    misused(&mut run("--top-k 0"), "--top-k");
    misused(&mut run("--order 0"), "--order");
    misused(&mut run("--max-words 0"), "--max-words");
    misused(&mut run("-n many"), "--count");
    refused(&mut run("--order 4"), &["order 4 of a model of order 3"]);
    refused(&mut run("--novel absent.txt"), &["absent.txt: open failed"]);
    refused(&mut run("--novel toy.txt -o ./toy.txt"), &["toy.txt: the output would replace"]);
    refused(&mut run("-o no/such/folder/out"), &["no/such/folder/out"]);
    misused(&mut folder.impute("-o x generate"), "belongs to `impute INPUT`");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_work_at_once() {
    let folder = folder();
    let line = "{ \"$0\" generate -n 1000000000; echo code $? >&2; } | head -n 2";
    let mut command = folder.shell(line);
    let (out, stderr) = succeed(command.timeout(std::time::Duration::from_secs(30)));
    assert_eq!(out.iter().filter(|&&b| b == b'\n').count(), 2);
    assert_eq!(stderr, "code 0\n");
}
