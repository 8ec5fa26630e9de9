//! Laws of training: the model of a text depends on nothing but its lines and the configuration,
//! however little memory there is and however the text is cut into files and counts.

use std::path::PathBuf;
use std::sync::Arc;

use crate::common::{Folder, model_of, options, random_text};
use impute::model::Model;
use impute::model::build::{self, Extras, Lists};
use impute::progress::Silent;
use impute::train::memory::Plan;
use impute::train::{self, Config, HeldOut, Resources, Sources, Trained, Vocabulary};
use proptest::prelude::*;

/// The model file without posting lists; they are made from what is in it.
pub(super) fn bytes(trained: &Trained) -> Vec<u8> {
    let Trained { words, core, header, .. } = trained;
    let out = std::io::Cursor::new(Vec::new());
    let file =
        build::write(words, core, Extras::default(), header.clone(), Lists::Without, out, &Silent);
    file.unwrap().into_inner()
}

/// Trains with this many threads.
fn train_with(threads: usize, sources: Sources<'_>, config: &Config, memory: u64) -> Trained {
    let pool = rayon_pool(threads);
    let resources = options!(Resources { memory, lists: memory > 1 << 28, ..Resources::default() });
    pool.install(|| train::train(sources, config, &resources, &Silent)).unwrap()
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

#[test]
fn a_text_that_does_not_fit_into_memory_gives_the_same_model() {
    // So few words that the tables of the lower orders are small and the highest order is large.
    for (order, vocabulary) in [(2, 20_000), (3, 200), (4, 34), (5, 14)] {
        let folder = Folder::with([("text", random_text(42_000, 20, vocabulary).as_bytes())]);
        let texts = [folder.path("text")];
        let sources = Sources::new(&texts, &[]);
        let config = options!(Config { order, ..Config::default() });
        let ample = train_with(2, sources, &config, 2 << 30);
        let scarce = train_with(1, sources, &config, 19 << 20);
        assert_eq!(ample.spilled, 0, "order {order}");
        assert!(scarce.spilled > 50_000, "order {order}: {} bytes spilled", scarce.spilled);
        assert!(scarce.held_out.len() > 500 && scarce.held_out == ample.held_out);
        assert!(bytes(&scarce) == bytes(&ample), "order {order}");
    }
}

#[test]
fn the_memory_for_posting_lists_leaves_no_trace() {
    let folder = Folder::with([("text", random_text(3000, 12, 300).as_bytes())]);
    let texts = [folder.path("text")];
    let sources = Sources::new(&texts, &[]);
    for order in 2..=5 {
        let config = options!(Config { order, ..Config::default() });
        let trained = train_with(2, sources, &config, 1 << 30);
        let usual = model_of(&trained);
        for memory in [0, 4096, 1 << 30] {
            let Trained { words, core, header, .. } = &trained;
            let out = std::io::Cursor::new(Vec::new());
            let lists = Lists::With { memory };
            let file =
                build::write(words, core, Extras::default(), header.clone(), lists, out, &Silent)
                    .unwrap();
            let model = Model::from_bytes(file.into_inner()).unwrap();
            assert!(model.bytes() == usual.bytes(), "order {order}, {memory} bytes");
        }
    }
}

/// How a random text is cut and trained.
#[derive(Debug)]
struct Way {
    /// For every line, the file it goes to.
    files: Vec<usize>,
    /// (files) whether it is counted apart, and at which order above that of the model.
    counted: [Option<usize>; 3],
    plan: Plan,
    threads: usize,
    reversed: bool,
}

fn ways() -> impl Strategy<Value = Way> {
    let plan =
        (0u64..600, 1usize..80, 1u64..900, 0u64..400).prop_map(|(stream, chunk, keys, run)| Plan {
            total: 1 << 30,
            stream,
            chunk,
            keys,
            run,
            block: run as usize / 8,
            program: 0,
            threads: 1,
        });
    let files = proptest::collection::vec(0usize..3, 120);
    let counted = proptest::array::uniform3(proptest::option::of(0usize..3));
    (files, counted, plan, 1usize..=4, any::<bool>()).prop_map(
        |(files, counted, plan, threads, reversed)| Way { files, counted, plan, threads, reversed },
    )
}

fn configs() -> impl Strategy<Value = Config> {
    let prune =
        prop_oneof![Just(vec![]), Just(vec![0, 1]), Just(vec![0, 0, 1]), Just(vec![0, 1, 1, 2]),];
    let vocabulary = prop_oneof![
        (1u64..4).prop_map(Vocabulary::MinCount),
        (0u64..20).prop_map(Vocabulary::Limit),
        // Some word is always there.
        proptest::collection::vec(0u32..34, 0..20).prop_map(|words| {
            let words = words.iter().map(|word| format!("w{word}"));
            Vocabulary::Listed(Arc::new(words.chain(["line".to_owned()]).collect()))
        }),
    ];
    let held_out = prop_oneof![
        Just(HeldOut::NONE),
        Just(HeldOut::new(0.3, 4, 2)),
        Just(HeldOut::new(0.3, 50, 3)),
        Just(HeldOut::new(0.1, 50, 10)),
    ];
    (2usize..=5, prune, vocabulary, held_out).prop_map(
        |(order, mut prune, vocabulary, held_out)| {
            prune.truncate(order);
            options!(Config { order, prune, vocabulary, held_out, ..Config::default() })
        },
    )
}

/// Cuts the lines into files and trains as `way` says.
fn train_in(way: &Way, lines: &[String], config: &Config) -> Trained {
    let folder = Folder::with([]);
    let (mut texts, mut counts): (Vec<PathBuf>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for (file, counted) in way.counted.iter().enumerate() {
        let here = lines.iter().zip(way.files.iter().cycle()).filter(|(_, f)| **f == file);
        let mut here: Vec<&str> = here.map(|(line, _)| line.as_str()).collect();
        if here.is_empty() {
            continue;
        }
        if way.reversed {
            here.reverse();
        }
        let path = folder.path(&format!("text{file}"));
        std::fs::write(&path, here.join("\n")).unwrap();
        match counted {
            None => texts.push(path),
            Some(higher) => {
                let order = (config.order + higher).min(5);
                let config = options!(Config { order, ..config.clone() });
                let part = [path];
                let sources = Sources::new(&part, &[]);
                let mut written = Vec::new();
                let mut write = |piece: &[u8]| {
                    written.extend_from_slice(piece);
                    Ok(())
                };
                train::count(sources, &config, &Resources::default(), &Silent, &mut write).unwrap();
                let path = folder.path(&format!("counts{file}"));
                std::fs::write(&path, written).unwrap();
                counts.push(path);
            }
        }
    }
    if way.reversed {
        counts.reverse();
        texts.reverse();
    }
    let sources = Sources::new(&texts, &counts);
    let resources = Resources::default();
    rayon_pool(way.threads)
        .install(|| train::train_by(sources, config, &way.plan, &resources, &Silent))
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn a_model_depends_on_its_lines_alone(
        sentences in proptest::collection::vec(proptest::collection::vec(0u32..12, 1..8), 5..100),
        copies in 1usize..3, way in ways(), config in configs(),
    ) {
        let line = |words: &Vec<u32>| {
            let words: Vec<String> = words.iter().map(|w| format!("w{}", w * w / 4)).collect();
            words.join(" ")
        };
        let mut lines: Vec<String> = sentences.iter().map(line).collect();
        // Enough different lines that some are always counted.
        lines.extend((0..40).map(|i| format!("another line {}", i % 30)));
        let lines: Vec<String> = (0..copies).flat_map(|_| lines.clone()).collect();
        let folder = Folder::with([("text", lines.join("\n").as_bytes())]);
        let texts = [folder.path("text")];
        let sources = Sources::new(&texts, &[]);
        let whole = train::train(sources, &config, &Resources::default(), &Silent).unwrap();
        let parts = train_in(&way, &lines, &config);
        prop_assert_eq!(&parts.held_out, &whole.held_out);
        prop_assert!(bytes(&parts) == bytes(&whole));
    }
}
