//! Laws of generating: the words come as often as the model says, whatever the path.
//!
//! The slow reference computes P(w|h) of every word by plain look-ups, then its power, then its rank.

use std::collections::HashMap;
use std::sync::Arc;

use crate::common::{Folder, model_of, options, succeed, train_text};
use impute::generate::{Generator, Settings};
use impute::model::Model;
use impute::model::words::{BOS, EOS, UNK};
use impute::train::{Config, HeldOut, Vocabulary};

fn model_from(text: &str, config: Config) -> Arc<Model> {
    let config = options!(Config { held_out: HeldOut::NONE, ..config });
    model_of(&train_text(text, &config))
}

fn tiny_text() -> String {
    let (mut text, mut state) = (String::new(), 1u32);
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for _ in 0..400 {
        let mut word = random(5);
        for _ in 0..1 + random(7) {
            text += &format!("w{word} ");
            word = if random(3) == 0 { random(40) * random(40) / 40 } else { (word * 2 + 1) % 13 };
        }
        text += "\n";
    }
    text
}

/// The probability of every next word after a prompt, `</s>` included, by the slow way.
fn slow(model: &Model, settings: &Settings, first: bool) -> HashMap<u32, f64> {
    let view = model.view();
    let mut history = vec![BOS];
    history.extend(settings.prompt.split_whitespace().map(|w| view.vocabulary.id(w.as_bytes())));
    let order = settings.order.unwrap_or(view.order);
    let history = &history[history.len().saturating_sub(order - 1)..];
    let mut all: Vec<(f64, u32)> = (0..view.vocabulary.len() as u32)
        .filter(|&word| word != BOS && word != UNK && !(first && word == EOS))
        .map(|word| (view.ln_probability(history, word), word))
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    all.truncate(settings.top_k.unwrap_or(usize::MAX));
    let weights = all.iter().map(|&(ln, word)| (word, (ln / settings.temperature).exp()));
    let weights: HashMap<u32, f64> = weights.collect();
    let sum: f64 = weights.values().sum();
    weights.into_iter().map(|(word, weight)| (word, weight / sum)).collect()
}

/// The chi-square of draws of the first word after the prompt against the slow reference is not above what
/// one in a million correct samplers reach.
#[track_caller]
fn assert_first_words_as_expected(model: &Model, settings: Settings) {
    const DRAWS: u64 = 25_000;
    let settings = options!(Settings { max_words: 1, ..settings });
    let expected = slow(model, &settings, true);
    let generator = Generator::new(model, settings.clone()).unwrap();
    let (mut worker, mut counts) = (generator.worker(), HashMap::new());
    for index in 0..DRAWS {
        let word = worker.sentence(index).rsplit(|&b| b == b' ').next().unwrap().to_vec();
        *counts.entry(model.view().vocabulary.id(&word)).or_insert(0u64) += 1;
    }
    for word in counts.keys() {
        assert!(expected.contains_key(word), "{settings:?}: word {word} may not come");
    }
    let (mut chi_square, mut freedom, mut rest) = (0.0, -1.0, (0.0, 0.0));
    for (word, p) in &expected {
        let (count, mean) = (*counts.get(word).unwrap_or(&0) as f64, p * DRAWS as f64);
        if mean < 10.0 {
            rest = (rest.0 + count, rest.1 + mean);
        } else {
            chi_square += (count - mean).powi(2) / mean;
            freedom += 1.0;
        }
    }
    if rest.1 > 1.0 {
        chi_square += (rest.0 - rest.1).powi(2) / rest.1;
        freedom += 1.0;
    }
    let limit = freedom + 5.0 * (2.0f64 * freedom).sqrt() + 15.0;
    assert!(chi_square <= limit, "{settings:?}: chi-square {chi_square} of {freedom}");
}

fn every_path(settings: &Settings) -> Vec<Settings> {
    let with = |temperature, top_k, order| {
        options!(Settings { temperature, top_k, order, ..settings.clone() })
    };
    let mut all = Vec::new();
    for order in [None, Some(1), Some(2)] {
        for temperature in [1.0, 0.5, 2.0] {
            all.extend([None, Some(3)].map(|top_k| with(temperature, top_k, order)));
        }
    }
    all.extend([with(1.0, Some(1000), None), with(100.0, None, None), with(1.0, Some(1), None)]);
    all
}

#[test]
fn the_first_word_comes_as_often_as_the_model_says() {
    let model = model_from(&tiny_text(), Config::default());
    for prompt in ["", "w3 w7"] {
        for settings in
            every_path(&options!(Settings { prompt: prompt.into(), ..Settings::default() }))
        {
            assert_first_words_as_expected(&model, settings);
        }
    }
}

#[test]
fn words_come_as_often_as_the_model_says_where_n_grams_and_words_are_cut() {
    let config = options!(Config {
        prune: vec![0, 1, 2],
        vocabulary: Vocabulary::MinCount(30),
        ..Config::default()
    });
    let model = model_from(&tiny_text(), config);
    let unk = model.view().ln_probability(&[], UNK).exp();
    assert!((0.05..0.9).contains(&unk), "{unk}");
    for prompt in ["absent w3", "w1 absent"] {
        for settings in
            every_path(&options!(Settings { prompt: prompt.into(), ..Settings::default() }))
        {
            assert_first_words_as_expected(&model, settings);
        }
    }
}

#[test]
fn words_after_generated_words_come_as_often_as_the_model_says() {
    let model = model_from(&tiny_text(), Config::default());
    for (temperature, top_k) in [(1.0, None), (0.5, None), (1.0, Some(5))] {
        let settings = options!(Settings { temperature, top_k, ..Settings::default() });
        let generator = Generator::new(&model, settings.clone()).unwrap();
        let (mut worker, mut seen) = (generator.worker(), HashMap::new());
        for index in 0..100_000 {
            let text = String::from_utf8(worker.sentence(index).to_vec()).unwrap();
            let words: Vec<&str> = text.split(' ').chain([""]).collect();
            for at in 2..words.len() {
                let [a, b, word] = [at - 2, at - 1, at].map(|at| words[at].to_owned());
                *seen
                    .entry((at == 2, a, b))
                    .or_insert_with(HashMap::new)
                    .entry(word)
                    .or_insert(0) += 1;
            }
        }
        let mut checked = 0;
        for ((_, a, b), next) in &seen {
            let draws: u64 = next.values().sum();
            if draws < 2000 {
                continue;
            }
            let settings = options!(Settings { prompt: format!("{a} {b}"), ..settings.clone() });
            for (word, p) in slow(&model, &settings, false) {
                let word = if word == EOS { b"" } else { model.view().vocabulary.word(word) };
                let word = std::str::from_utf8(word).unwrap();
                let (count, mean) = (*next.get(word).unwrap_or(&0) as f64, p * draws as f64);
                let limit = 6.0 * mean.sqrt() + 6.0;
                assert!((count - mean).abs() <= limit, "{a} {b} {word}: {count} {mean}");
                checked += 1;
            }
        }
        assert!(checked > 80, "{checked}");
    }
}

#[test]
fn extreme_temperatures_are_the_best_word_and_any_word() {
    let model = model_from(&tiny_text(), Config::default());
    let best = |prompt: &str| {
        let settings = options!(Settings { prompt: prompt.into(), ..Settings::default() });
        let all = slow(&model, &settings, true);
        let best = all.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
        model.view().vocabulary.word(best).to_vec()
    };
    for prompt in ["w1", "w3 w7", "w5"] {
        for temperature in [1e-3, 1e-300, f64::MIN_POSITIVE] {
            let settings = options!(Settings {
                temperature,
                prompt: prompt.into(),
                max_words: 1,
                ..Settings::default()
            });
            let generator = Generator::new(&model, settings).unwrap();
            let expected = [prompt.as_bytes(), b" ", &best(prompt)].concat();
            assert_eq!(generator.worker().sentence(5), expected, "{temperature}");
        }
    }
    let settings = options!(Settings { temperature: 1e300, max_words: 1, ..Settings::default() });
    let generator = Generator::new(&model, settings).unwrap();
    let (mut worker, mut seen) = (generator.worker(), std::collections::HashSet::new());
    seen.extend((0..2000).map(|index| worker.sentence(index).to_vec()));
    assert_eq!(seen.len(), model.view().vocabulary.len() - 3);
}

#[test]
fn impossible_settings_are_named() {
    let model = model_from(&tiny_text(), options!(Config { order: 2, ..Config::default() }));
    let refusal = |settings| Generator::new(&model, settings).unwrap_err().to_string();
    let default = Settings::default;
    for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            refusal(options!(Settings { temperature, ..default() })).starts_with("temperature ")
        );
    }
    assert!(
        refusal(options!(Settings { order: Some(3), ..default() }))
            .starts_with("order 3 of a model of")
    );
    assert!(refusal(options!(Settings { order: Some(0), ..default() })).starts_with("order 0; "));
    assert!(refusal(options!(Settings { top_k: Some(0), ..default() })).starts_with("top k 0; "));
    assert!(refusal(options!(Settings { max_words: 0, ..default() })).contains("0 words"));
    assert!(
        refusal(options!(Settings { prompt: "a\nb".into(), ..default() }))
            .contains("several lines")
    );
    let nothing = model_from(
        "a b c\nd e f\n",
        options!(Config { vocabulary: Vocabulary::MinCount(9), ..Config::default() }),
    );
    let error = Generator::new(&nothing, default()).unwrap_err().to_string();
    assert!(error.contains("no words but <unk>; train"), "{error}");
}

#[test]
fn no_byte_of_a_damaged_model_makes_the_generator_panic() {
    let model = model_from(&tiny_text(), Config::default());
    let sections = &model.directory().sections;
    let mut opened = 0;
    let arrays = sections.iter().filter(|section| section.name.starts_with("ngrams."));
    for (section, byte) in arrays.flat_map(|section| [0x00, 0x7f, 0xff].map(|b| (section, b))) {
        let mut bytes = model.bytes().to_vec();
        let range = section.offset as usize..(section.offset + section.length) as usize;
        bytes[range].iter_mut().skip(40).step_by(5).for_each(|old| *old = byte);
        // Some lengths are checked on opening.
        let Ok(damaged) = Model::from_bytes(bytes) else { continue };
        opened += 1;
        for settings in every_path(&options!(Settings { max_words: 30, ..Settings::default() })) {
            // If no word is left, that is an error.
            let Ok(generator) = Generator::new(&damaged, settings) else { continue };
            let mut worker = generator.worker();
            (0..5).for_each(|index| assert!(worker.sentence(index).len() < 1000));
        }
    }
    assert!(opened > 10, "{opened}");
}

/// A model from ARPA text, opened without lists.
fn imported(arpa: &str) -> Model {
    let folder = Folder::with([("a.arpa", arpa.as_bytes())]);
    succeed(&mut folder.impute("train --arpa a.arpa --no-lists -o m -q"));
    Model::open_without_lists(&folder.path("m")).unwrap()
}

#[test]
fn a_model_that_is_not_a_mixture_gives_what_it_says() {
    let arpa = |p: &str| {
        format!(
            "\\data\\\nngram 1=4\nngram 2=1\n\n\\1-grams:\n-99 <unk>\n0 <s> 0\n-0.3 </s>\n-0.3 a -0.1\n\n\
             \\2-grams:\n{p} <s> a\n\n\\end\\\n"
        )
    };
    // `a` is all but impossible after <s>, but the only word that may come: it is found.
    let model = imported(&arpa("-13"));
    let generator =
        Generator::new(&model, options!(Settings { max_words: 3, ..Settings::default() })).unwrap();
    assert!(generator.worker().sentence(0).starts_with(b"a"));
    // Impossible after <s> but likely elsewhere: it never comes first while another word may.
    let model = imported(&arpa("-99").replace("1=4", "1=5").replace("-0.3 a", "-0.9 b\n-0.3 a"));
    let generator = Generator::new(&model, Settings::default()).unwrap();
    let mut worker = generator.worker();
    let first = |sentence: &[u8]| sentence.split(|&b| b == b' ').next().map(<[u8]>::to_vec);
    assert!((0..500).all(|i| first(worker.sentence(i)).as_deref() == Some(b"b")));
    let again = (0..500).filter(|&i| worker.sentence(i).windows(3).any(|w| w == b"b a")).count();
    assert!(again > 50, "{again}");
}
