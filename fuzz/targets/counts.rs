//! Counts of any bytes: refused, or trained on, with next to no memory.
//!
//! The first byte chooses between a file as it is given and one with right checksums whose blocks
//! are changed; another says how long a block claims to be.

#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use impute::progress::Silent;
use impute::train::memory::Plan;
use impute::train::{self, Config, HeldOut, Resources, Sources};
use impute_fuzz::edits::{self, Bytes};
use impute_fuzz::models;
use libfuzzer_sys::fuzz_target;
use twox_hash::XxHash3_64;

/// A file of counts begins with its magic and its version.
const HEAD: usize = 12;
/// So does a block, with kind, lengths and checksum.
const BLOCK: usize = 20;
/// What stands for it where blocks are added.
const KINDS: &[u8] = b"HWGAE";

struct Folder {
    /// The folder, removed at the end.
    _folder: tempfile::TempDir,
    counts: PathBuf,
    /// The start of a valid file, its blocks' kinds, and what is in them.
    head: Vec<u8>,
    kinds: Vec<u8>,
    contents: Vec<Vec<u8>>,
}

fn folder() -> &'static Folder {
    static FOLDER: OnceLock<Folder> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let text = folder.path().join("text");
        std::fs::write(&text, models::text()).expect("a temporary file");
        let mut config = Config::default();
        config.held_out = held_out();
        let mut file = Vec::new();
        let mut write = |piece: &[u8]| {
            file.extend_from_slice(piece);
            Ok(())
        };
        let texts = [text];
        let sources = Sources::new(&texts, &[]);
        train::count(sources, &config, &Resources::default(), &Silent, &mut write)
            .expect("the text can be counted");
        let (mut kinds, mut contents, mut rest) = (Vec::new(), Vec::new(), &file[HEAD..]);
        while let Some((head, after)) = rest.split_first_chunk::<BLOCK>() {
            let length =
                |at| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
            let (frame, after) = after.split_at(length(8) as usize);
            kinds.push(head[0]);
            let unpacked = zstd::bulk::decompress(frame, length(4) as usize);
            contents.push(match length(4) == length(8) {
                true => frame.to_vec(),
                false => unpacked.expect("a frame"),
            });
            rest = after;
        }
        let (counts, head) = (folder.path().join("counts"), file[..HEAD].to_vec());
        Folder { counts, _folder: folder, head, kinds, contents }
    })
}

/// So that some lines are put aside.
fn held_out() -> HeldOut {
    HeldOut::new(0.1, 6, 2)
}

/// A block whose checksum is right; `claimed` is added to the length of its content.
fn block(kind: u8, content: &[u8], claimed: u32, file: &mut Vec<u8>) {
    let frame = zstd::bulk::compress(content, 1).expect("memory takes all");
    let mut head = vec![kind, 0, 0, 0];
    head.extend((content.len() as u32).wrapping_add(claimed).to_le_bytes());
    head.extend((frame.len() as u32).to_le_bytes());
    let checksum = XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(&head), &frame);
    file.extend(head);
    file.extend(checksum.to_le_bytes());
    file.extend(frame);
}

fuzz_target!(|data: &[u8]| {
    let folder = folder();
    let mut bytes = Bytes(data);
    let (Some(mode), Some(claimed)) = (bytes.byte(), bytes.byte()) else { return };
    let mut file = Vec::new();
    if mode & 0x80 != 0 {
        file.extend_from_slice(bytes.0);
    } else {
        file.extend_from_slice(&folder.head);
        // The last part is the list of kinds, so that blocks come twice, too late or not at all.
        let mut parts = folder.contents.clone();
        parts.push(folder.kinds.clone());
        edits::apply(&mut parts, &mut bytes);
        let kinds = parts.pop().unwrap_or_default();
        for (i, &kind) in kinds.iter().take(64).enumerate() {
            let same = folder.kinds.iter().position(|&k| k == kind);
            let content = parts.get(i).or(same.and_then(|at| parts.get(at)));
            let lie = if claimed as usize == i + 1 { u32::from(mode) << 22 } else { 0 };
            block(kind, content.unwrap_or(&parts[0]), lie, &mut file);
        }
        debug_assert!(folder.kinds.iter().all(|kind| KINDS.contains(kind)));
    }
    std::fs::write(&folder.counts, file).expect("a temporary file");
    let order = 2 + usize::from(mode & 1);
    let mut config = Config::default();
    config.order = order;
    config.held_out = if mode & 2 == 0 { held_out() } else { HeldOut::NONE };
    let counts = [folder.counts.clone()];
    let both = [folder.counts.clone(), folder.counts.clone()];
    let counts: &[PathBuf] = if mode & 4 == 0 { &counts } else { &both };
    let sources = Sources::new(&[], counts);
    let plan = Plan {
        total: 1 << 30,
        stream: 600,
        chunk: 80,
        keys: 900,
        run: 400,
        block: 50,
        program: 0,
        threads: 1,
    };
    let mut resources = Resources::default();
    resources.lists = false;
    match train::train_by(sources, &config, &plan, &resources, &Silent) {
        Ok(trained) => assert_eq!(trained.header.ngrams.len(), order),
        Err(error) => assert!(error.to_string().contains("; "), "no remedy: {error}"),
    }
});
