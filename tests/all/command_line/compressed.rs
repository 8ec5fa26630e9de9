//! Outputs whose name ends with `.gz` or `.zst`.

use std::io::Read;

use crate::common::{Folder, stdout, succeed};

fn folder() -> Folder {
    Folder::with([(
        "in.txt",
        b"The banks closed minister said .\nA river sold Ms. Novak again , and the train .\n",
    )])
}

/// The text of a file that is compressed as its name says.
fn unpacked(folder: &Folder, name: &str) -> Vec<u8> {
    let (bytes, mut text) = (folder.read(name), Vec::new());
    match name.ends_with(".gz") {
        true => flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap(),
        false => {
            zstd::stream::read::Decoder::new(&bytes[..]).unwrap().read_to_end(&mut text).unwrap()
        }
    };
    text
}

#[test]
fn every_output_is_compressed_by_its_name() {
    let folder = folder();
    for (command, name) in [
        ("in.txt -o", "answers.txt.gz"),
        ("in.txt --format kaggle -o", "answers.csv.zst"),
        ("in.txt --format jsonl -o", "answers.jsonl.gz"),
        ("generate -n 5 -o", "invented.zst"),
        ("count in.txt -o", "in.counts.gz"),
        ("export --arpa -o", "toy.arpa.zst"),
        ("evaluate in.txt --html page.html --rows", "rows.csv.gz"),
        ("split in.txt --test-out a --solution-out", "solution.csv.zst"),
        ("split in.txt --solution-out a --test-out", "test.csv.gz"),
    ] {
        let plain = name.rsplit_once('.').unwrap().0;
        succeed(&mut folder.impute(&format!("{command} {name}")));
        succeed(&mut folder.impute(&format!("{command} {plain}")));
        assert!(unpacked(&folder, name) == folder.read(plain), "{command} {name}");
    }
    succeed(&mut folder.shipped("repair in.txt -o repaired.gz"));
    assert!(unpacked(&folder, "repaired.gz") == stdout(&mut folder.shipped("repair in.txt")));
}

#[test]
fn what_was_compressed_is_read_again() {
    let folder = folder();
    succeed(&mut folder.impute("in.txt -o in.txt.gz"));
    // In place.
    succeed(&mut folder.impute("in.txt.gz -o in.txt.gz"));
    succeed(&mut folder.impute("in.txt.gz -o plain"));
    assert_eq!(folder.read("plain").split(|&b| b == b'\n').count(), 3);
    succeed(&mut folder.impute("count in.txt -o part.counts.zst"));
    succeed(&mut folder.impute("train --counts part.counts.zst -o m --net none"));
}
