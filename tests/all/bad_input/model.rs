//! Damaged and forged models: an error or the right answer, never a panic, and never a part of a file.

use crate::common::{
    Folder, bare, forged, header_of, open, random, refused, repository, stdout, toy_model,
    toy_model_with,
};
use impute::model::{Model, format};
use impute::solve::{Method, Solver};

const TEXT: &[u8] = b"Two banks closed the .\nA river sold Ms. Novak again , and the train .\n";

/// A folder with a text, an old output and a model.
fn folder(model: &[u8]) -> Folder {
    Folder::with([("in", TEXT), ("out", b"old"), ("m", model)])
}

fn mapped() -> Vec<u8> {
    std::fs::read(toy_model()).unwrap()
}

fn compact() -> Vec<u8> {
    std::fs::read(toy_model_with("--compact")).unwrap()
}

/// The model is refused with all `parts`, and the folder stays as it was.
#[track_caller]
fn not_a_model(model: &[u8], parts: &[&str]) {
    let folder = folder(model);
    let before = folder.content();
    for args in ["in -m m -o out", "evaluate in -m m --rows out"] {
        refused(&mut folder.impute(args), &[&["m: "], parts].concat());
    }
    assert!(folder.content() == before);
}

/// Each model is refused with an error, or gives the same answers as the `intact` one.
fn an_error_or_the_right_answer(intact: &[u8], damaged: impl Iterator<Item = Vec<u8>>) {
    let folder = folder(intact);
    let right = stdout(&mut folder.impute("in -m m --method min-likelihood"));
    assert_ne!(right, TEXT);
    let mut refusals = 0;
    for (i, model) in damaged.enumerate() {
        folder.write("m", model);
        let mut command = folder.impute("in -m m --method min-likelihood");
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        assert!(!stderr.contains("panicked"), "model {i}: {stderr}");
        if output.status.code() == Some(0) {
            assert!(output.stdout == right, "model {i}: a wrong answer");
        } else {
            refused(&mut command, &["m: "]);
            assert!(output.stdout.is_empty(), "model {i}");
            refusals += 1;
        }
    }
    assert!(refusals > 0);
}

#[test]
fn no_section_full_of_nonsense_makes_a_command_panic() {
    let intact = mapped();
    let sections = open(toy_model()).directory().sections.clone();
    assert!(sections.iter().any(|section| section.name == "middle.pair_starts"));
    let folder = folder(&intact);
    for section in sections {
        let half = section.length as usize / 2;
        for (from, byte) in [(0, 0xff), (half, 0), (half, 0xff)] {
            folder.write("m", forged(&intact, &section.name, |content| content[from..].fill(byte)));
            for args in ["in -m m --exact", "in -m m", "query m in --summary"] {
                let output = folder.impute(args).output().unwrap();
                let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
                let code = output.status.code();
                assert!([Some(0), Some(1)].contains(&code), "{}, {args}: {stderr}", section.name);
            }
        }
    }
}

#[test]
fn no_section_full_of_nonsense_makes_the_making_of_lists_panic() {
    let folder = folder(b"");
    for order in [2, 3, 5] {
        let options = format!("--no-lists --held-out 0 --order {order}");
        let intact = std::fs::read(toy_model_with(&options)).unwrap();
        let sections = Model::from_bytes(intact.clone()).unwrap().directory().sections.clone();
        let mut random = random();
        for section in sections {
            let length = section.length as usize;
            for i in 0..6 {
                let from = random(length.max(1)).min(length);
                let byte = [0, 1, 0x55, 0x7f, 0xff][random(5)];
                let bad = forged(&intact, &section.name, |content| match i % 2 {
                    0 => content[from..].fill(byte),
                    _ => content.truncate(from / 8 * 8),
                });
                folder.write("bad", bad);
                // What it answers does not matter.
                if let Ok(model) = Model::open(&folder.path("bad")) {
                    let solver = Solver::new(model).unwrap();
                    solver.answer(b"Two banks closed the .", Method::Posterior);
                }
            }
        }
    }
}

/// A model of the toy text with a net.
fn with_net() -> Folder {
    folder(&std::fs::read(toy_model_with("--net 256 --net-size small")).unwrap())
}

#[test]
fn no_net_of_nonsense_makes_a_command_panic() {
    let folder = with_net();
    let intact = folder.read("m");
    let model = open(folder.path("m"));
    let nets = model.directory().sections.iter().filter(|s| s.name.starts_with("net."));
    let mut count = 0;
    for section in nets {
        for byte in [0xff, 0x7f, 0x80, 0] {
            folder.write("bad", forged(&intact, &section.name, |content| content.fill(byte)));
            stdout(&mut folder.impute("in -m bad"));
        }
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn a_header_that_describes_another_net_is_refused() {
    let folder = with_net();
    let header = header_of(folder.path("m"));
    let shape = header.net.clone().unwrap().shape;
    let mut shapes = vec![shape.clone(); 11];
    shapes[0].width = 31;
    shapes[1].width = 0;
    shapes[2].words = usize::MAX / 2;
    shapes[3].dilations = vec![1000; 4];
    shapes[4].dilations.push(1);
    shapes[5].hidden = 1 << 40;
    shapes[6].buckets = 0;
    shapes[7].buckets += 1;
    shapes[8].dilations = vec![0; 4];
    shapes[9].towers.pop();
    shapes[10].towers = vec![100; 2];
    for other in shapes {
        folder.write("bad", folder.read("m"));
        let file =
            std::fs::File::options().read(true).write(true).open(folder.path("bad")).unwrap();
        let mut header = header.clone();
        header.net.as_mut().unwrap().shape = other.clone();
        format::replace_header(&file, "bad", header).unwrap();
        for args in ["in -m bad", "query bad in", "inspect bad"] {
            refused(&mut folder.impute(args), &["bad: a damaged model"]);
        }
    }
}

/// Copies of `model` with one to three bytes changed, many of them near its ends.
fn flipped(model: &[u8], copies: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut random = random();
    (0..copies).map(move |i| {
        let mut copy = model.to_vec();
        for _ in 0..=i % 3 {
            let at = match i % 4 {
                0 => random(64),
                1 => copy.len() - 1 - random(2000),
                _ => random(copy.len()),
            };
            copy[at] ^= 1 + random(255) as u8;
        }
        copy
    })
}

#[test]
fn a_missing_model_is_named() {
    let folder = folder(b"");
    refused(&mut folder.impute("in -m missing"), &["missing: open failed"]);
    let mut command = folder.impute("evaluate in");
    refused(command.env("IMPUTE_MODEL", "gone"), &["gone: open failed"]);
    refused(&mut folder.impute("in -m ."), &[".: ", "not a folder"]);
}

#[test]
fn something_else_is_not_a_model() {
    for bytes in [b"".as_slice(), b"x", TEXT, &[0; 500], &repository("data/sample.txt")] {
        not_a_model(bytes, &["not a model file", "name a model file that impute wrote"]);
    }
    not_a_model(&zstd::encode_all(TEXT, 1).unwrap(), &["not a model file"]);
}

#[test]
fn a_model_of_another_version_is_refused() {
    let mut model = mapped();
    for version in [0u32, 2, u32::MAX] {
        model[8..12].copy_from_slice(&version.to_le_bytes());
        let versions = [&format!("version {version}"), "version 1", "train the model"];
        not_a_model(&model, &versions);
    }
}

#[test]
fn a_truncated_model_is_refused_whatever_its_length() {
    let whole = mapped();
    let lengths = (0..80).chain((80..whole.len()).step_by(whole.len() / 60));
    for length in lengths.chain([whole.len() - 1]) {
        let folder = folder(&whole[..length]);
        refused(&mut folder.impute("in -m m -o out"), &["m: "]);
        assert_eq!((folder.read("out"), folder.content().len()), (b"old".to_vec(), 3));
    }
    not_a_model(&whole[..40], &["truncated"]);
    not_a_model(&whole[..whole.len() / 2], &["truncated"]);
}

#[test]
fn a_truncated_compact_model_is_refused_whatever_its_length() {
    let whole = compact();
    let lengths = (0..40).chain((40..whole.len()).step_by(whole.len() / 60));
    for length in lengths.chain([whole.len() - 1]) {
        refused(&mut folder(&whole[..length]).impute("in -m m"), &["m: "]);
    }
}

#[test]
fn a_model_with_changed_bytes_is_refused_or_gives_the_right_answers() {
    let model = mapped();
    an_error_or_the_right_answer(&model, flipped(&model, 300));
}

#[test]
fn a_compact_model_with_changed_bytes_is_refused_or_gives_the_right_answers() {
    let model = compact();
    an_error_or_the_right_answer(&model, flipped(&model, 200));
}

#[test]
fn a_compact_model_with_changed_bytes_inside_the_frame_is_refused_or_gives_the_right_answers() {
    let model = compact();
    let inside = zstd::decode_all(&model[..]).unwrap();
    let frames = flipped(&inside, 120).map(|bytes| zstd::encode_all(&bytes[..], 1).unwrap());
    an_error_or_the_right_answer(&model, frames);
}

#[test]
fn an_output_that_cannot_be_written_fails_before_the_work() {
    let folder = folder(b"");
    std::fs::create_dir(folder.path("folder")).unwrap();
    let before = folder.content();
    for (bad, why) in [("missing/out", "No such file"), ("folder", "not a folder")] {
        for args in [
            format!("in -o {bad}"),
            format!("train in -o {bad}"),
            format!("train in --compact -o {bad}"),
            format!("split in --test-out {bad} --solution-out out"),
            format!("split in --test-out out --solution-out {bad}"),
            format!("evaluate in --rows {bad}"),
        ] {
            refused(&mut folder.impute(&args), &[&format!("{bad}: write failed"), why]);
            assert!(folder.content() == before, "{args}");
        }
    }
}

#[test]
fn the_shipped_model_is_intact() {
    let folder = folder(impute_english::MODEL);
    let mut named = bare();
    named.current_dir(folder.path(".")).args(["in", "-m", "m"]);
    assert_eq!(stdout(&mut named), stdout(&mut folder.shipped("in")));
}
