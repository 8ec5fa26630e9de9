//! What is learned from a text beside counts of it is what is learned from the text itself.

use crate::common::{Folder, options};
use impute::progress::Silent;
use impute::train::memory::Plan;
use impute::train::net::{Lessons, NetConfig, Size};
use impute::train::{self, Config, HeldOut, Resources, Sources, Trained};
use proptest::prelude::*;

/// The sentences to learn from and those held out.
fn sentences(trained: &Trained) -> [Vec<Vec<u16>>; 2] {
    let Lessons { sentences, held_out, .. } = trained.lessons.as_ref().unwrap();
    [sentences, held_out].map(|all| (0..all.len()).map(|at| all.get(at).to_vec()).collect())
}

fn train(sources: Sources<'_>, config: &Config, plan: &Plan) -> Trained {
    train::train_by(sources, config, plan, &Resources::default(), &Silent).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn beside_counts_the_same_is_learned(
        numbers in proptest::collection::vec(proptest::collection::vec(0u32..14, 3..9), 30..90),
        held_out in prop_oneof![
            Just(HeldOut::NONE), Just(HeldOut::new(0.4, 6, 2)), Just(HeldOut::new(0.2, 90, 8)),
        ],
        order in 2usize..=5, cut in 0usize..30, (stream, chunk) in (0u64..900, 1usize..90),
    ) {
        let line = |numbers: &Vec<u32>| {
            let words: Vec<String> = numbers.iter().map(|n| format!("w{}", n * n / 5)).collect();
            words.join(" ")
        };
        let lines: Vec<String> = numbers.iter().map(line).collect();
        let (first, second) = lines.split_at(cut);
        let folder = Folder::with([
            ("whole", lines.join("\n").as_bytes()),
            ("one", second.join("\n").as_bytes()),
            ("two", first.join("\n").as_bytes()),
        ]);
        let [whole, one, two, counts] =
            ["whole", "one", "two", "counts"].map(|name| folder.path(name));
        let net = options!(NetConfig { size: Size::Small, sentences: Some(40), ..NetConfig::default() });
        let config =
            options!(Config { order, held_out, skip: true, net: Some(net), ..Config::default() });
        let mut written = Vec::new();
        let mut write = |piece: &[u8]| {
            written.extend_from_slice(piece);
            Ok(())
        };
        let (resources, texts) = (Resources::default(), [whole]);
        let sources = Sources::new(&texts, &[]);
        train::count(sources, &config, &resources, &Silent, &mut write).unwrap();
        std::fs::write(&counts, written).unwrap();
        let plan =
            Plan { total: 1 << 30, stream, chunk, keys: 999, run: 99, block: 9, program: 0, threads: 1 };
        let direct = train(sources, &config, &plan);
        let (counts, parts) = ([counts], [one, two]);
        let parts = &parts[usize::from(cut == lines.len())..][..1 + usize::from(cut > 0)];
        let beside = train(Sources::new(&[], &counts).with_learned(parts), &config, &plan);
        prop_assert_eq!(sentences(&beside), sentences(&direct));
        prop_assert_eq!(&beside.held_out, &direct.held_out);
        prop_assert!(beside.core.skip.as_ref().is_some());
        prop_assert!(super::train::bytes(&beside) == super::train::bytes(&direct));
        prop_assert!(beside.learned.is_none());
        // A part, too, is learned from without the lines held out.
        let counted = |line: &&str| !direct.held_out.iter().any(|held| held == line.as_bytes());
        let text = std::fs::read_to_string(&parts[0]).unwrap();
        let learned = text.lines().filter(counted).count();
        prop_assume!(learned > 0);
        let part = train(Sources::new(&[], &counts).with_learned(&parts[..1]), &config, &plan);
        prop_assert_eq!(sentences(&part)[0].len(), learned);
        prop_assert_eq!(part.learned.is_some(), parts.len() > 1);
    }
}
