//! A classifier of any bytes: it is refused, or texts have probabilities and it is written as it was read.
//!
//! The first byte chooses between a file as it is given and a small one whose parts are changed, with right checksums.

#![no_main]

use std::sync::OnceLock;

use impute::kinds::language::train::{Train, train};
use impute::kinds::language::{Classifier, Posterior};
use impute::progress::Silent;
use impute_fuzz::edits::{self, Bytes};
use impute_fuzz::models;
use libfuzzer_sys::fuzz_target;
use twox_hash::XxHash3_64;

/// Magic, version, zero, the length of the payload and the checksum.
const PREAMBLE: usize = 32;
/// The numbers of keys in all buckets, in bytes.
const SIZES: usize = 2 << 16;
/// A part more than this would take long to compress.
const MOST: usize = 1 << 20;

const TEXTS: [&str; 5] = ["", "12", "the banks closed", "нет, конечно", "猫が好き"];

/// A small file: its preamble, header, sizes of buckets, lower bits of keys, and weights.
struct Base {
    preamble: Vec<u8>,
    parts: [Vec<u8>; 4],
}

fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let texts = folder.path().join("texts");
        let mut lines = String::new();
        for line in models::text().lines() {
            let backwards: String = line.chars().rev().collect();
            let other = line.replace(['a', 'e', 'o'], "ж");
            lines += &format!("forwards\t{line}\nbackwards\t{backwards}\nother\t{other}\n");
        }
        std::fs::write(&texts, lines).expect("a temporary file");
        let mut wanted = Train::new(vec![texts]);
        (wanted.ngrams, wanted.steps) = (200, 1000);
        let classifier = train(&wanted, &Silent).expect("there are texts");
        let file = classifier.to_bytes().expect("memory takes all");
        let (preamble, frame) = file.split_at(PREAMBLE);
        let payload = zstd::bulk::decompress(frame, MOST).expect("a frame");
        let (length, rest) = payload.split_first_chunk().expect("a length");
        let (header, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        let (sizes, rest) = rest.split_at(SIZES);
        let (keys, weights) = rest.split_at(classifier.ngrams());
        let parts = [header, sizes, keys, weights].map(<[u8]>::to_vec);
        Base { preamble: preamble.to_vec(), parts }
    })
}

fn file(base: &Base, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut payload = (parts[0].len() as u32).to_le_bytes().to_vec();
    payload.extend(parts.concat());
    let frame = zstd::bulk::compress(&payload, 1).expect("memory takes all");
    let mut file = base.preamble[..16].to_vec();
    file.extend((payload.len() as u64).to_le_bytes());
    file.extend(XxHash3_64::oneshot(&frame).to_le_bytes());
    file.extend(frame);
    file
}

fn check(posterior: &Posterior, labels: usize) {
    let all = || posterior.labels.iter().chain([&posterior.foreign]);
    assert_eq!(posterior.labels.len(), labels);
    assert!(all().all(|p| (0.0..=1.0001).contains(p)), "{posterior:?}");
    assert!((all().sum::<f32>() - 1.0).abs() < 1e-3, "{posterior:?}");
    let guess = posterior.guess();
    assert!(guess.label.is_none_or(|label| label < labels));
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    let Some(mode) = bytes.byte() else { return };
    let file = if mode & 0x80 != 0 {
        bytes.0.to_vec()
    } else {
        let base = base();
        let mut parts = base.parts.to_vec();
        edits::apply(&mut parts, &mut bytes);
        file(base, &parts)
    };
    match Classifier::from_bytes(&file, "in") {
        Ok(classifier) => {
            let labels = classifier.labels().len();
            let text = String::from_utf8_lossy(data);
            for text in TEXTS.into_iter().chain([&*text]) {
                check(&classifier.reader().read(text), labels);
                check(&classifier.reader_of(&[usize::from(mode) % labels]).read(text), labels);
            }
            let again = classifier.to_bytes().expect("memory takes all");
            let again = Classifier::from_bytes(&again, "in").expect("what was written");
            assert_eq!(again.guess(&text), classifier.guess(&text));
        }
        Err(error) => {
            let told = error.to_string();
            assert!(
                told.starts_with("in: ") && told.contains("; "),
                "no place or no remedy: {told}"
            );
        }
    }
});
