//! The law of merging: counts of parts, merged in any order and any tree, are byte for byte those of the whole.

use std::path::PathBuf;

use crate::common::{Folder, options};
use impute::make::{self, Count};
use impute::progress::Silent;
use impute::train::{Config, HeldOut};
use proptest::prelude::*;

fn counted(folder: &Folder, name: &str, lines: &[&str], config: &Config) -> PathBuf {
    folder.write("text", lines.join("\n"));
    let wanted =
        options!(Count { config: config.clone(), ..Count::new(vec![folder.path("text")]) });
    let path = folder.path(name);
    make::count(&wanted, Some(&path), &Silent).unwrap();
    path
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn merging_any_split_in_any_tree_equals_counting_the_whole(
        sentences in proptest::collection::vec((proptest::collection::vec(0u32..14, 1..8), 1usize..3), 1..80),
        places in proptest::collection::vec(0usize..6, 160),
        joins in proptest::collection::vec((any::<prop::sample::Index>(), 1usize..5), 1..6),
        order in 2usize..=5,
        held_out in prop_oneof![
            Just(HeldOut::NONE), Just(HeldOut::new(0.3, 4, 2)), Just(HeldOut::new(0.5, 50, 3)), Just(HeldOut::new(1.0, 500, 0)),
        ],
    ) {
        let spell = |words: &Vec<u32>| {
            let word = |&w: &u32| if w == 0 { "<unk>".into() } else { format!("w{}", w * w % 23) };
            words.iter().map(word).collect::<Vec<String>>().join(" ")
        };
        let lines: Vec<String> =
            sentences.iter().flat_map(|(words, copies)| vec![spell(words); *copies]).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let config = options!(Config { order, held_out, ..Config::default() });
        let folder = Folder::with([]);
        let whole = counted(&folder, "whole", &lines, &config);
        let mut parts = Vec::new();
        for part in 0..6 {
            let own = lines.iter().zip(&places).filter(|(_, place)| **place == part);
            let own: Vec<&str> = own.map(|(line, _)| *line).collect();
            if !own.is_empty() {
                parts.push(counted(&folder, &format!("part{part}"), &own, &config));
            }
        }
        // Some parts at a time become one, until a last merge of what is left.
        for (i, (first, number)) in joins.iter().enumerate() {
            let first = first.index(parts.len());
            parts.rotate_left(first);
            let joined: Vec<PathBuf> = parts.drain(..(*number).min(parts.len())).collect();
            let path = folder.path(&format!("joined{i}"));
            make::merge(&joined, Some(&path), &Silent).unwrap();
            parts.push(path);
        }
        let merged = folder.path("merged");
        make::merge(&parts, Some(&merged), &Silent).unwrap();
        prop_assert!(std::fs::read(merged).unwrap() == std::fs::read(whole).unwrap());
    }
}
