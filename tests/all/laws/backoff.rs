//! Laws of models that are made of models, against a slow reference: n-grams in hash maps, every formula as it is
//! written in the paper.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Folder, model_of, options, train_text};
use impute::backoff::{self, Estimate, Histories};
use impute::make;
use impute::model::Model;
use impute::model::arpa::{self, Arpa, Source};
use impute::model::view::View;
use impute::progress::Silent;
use impute::query::Scorer;
use impute::text::input::decompress;
use impute::train::{Config, HeldOut, Vocabulary};
use proptest::prelude::*;
use std::sync::Arc;

/// A backoff model: n-gram → p and backoff weight. `<s>` has p 0.
#[derive(Debug, Default)]
struct Slow(BTreeMap<Vec<String>, (f64, f64)>);

impl Slow {
    fn of(source: &impl Source) -> Self {
        let mut slow = Slow::default();
        for n in 1..=source.order() {
            let mut take = |ids: &[u32], log10_p: f32, log10_backoff: f32| -> Result<(), ()> {
                let word = |&id: &u32| String::from_utf8(source.word(id).to_vec()).unwrap();
                let ngram: Vec<String> = ids.iter().map(word).collect();
                let p = if ngram == ["<s>"] { 0.0 } else { 10f64.powf(log10_p.into()) };
                slow.0.insert(ngram, (p, 10f64.powf(log10_backoff.into())));
                Ok(())
            };
            source.visit(n, &mut take).unwrap();
        }
        slow
    }

    fn knows(&self, word: &str) -> bool {
        self.0.contains_key(std::slice::from_ref(&word.to_owned()))
    }

    /// P(w | h) by backing off; 0 for a word that the model lacks, and nothing of a history up to one counts.
    fn p(&self, history: &[String], word: &str) -> f64 {
        let known = history.iter().rposition(|word| !self.knows(word)).map_or(0, |at| at + 1);
        let history = &history[known..];
        let ngram = [history, &[word.to_owned()]].concat();
        match (self.0.get(&ngram), history.split_first()) {
            (Some((p, _)), _) => *p,
            (None, None) => 0.0,
            (None, Some((_, shorter))) => {
                self.0.get(history).map_or(1.0, |context| context.1) * self.p(shorter, word)
            }
        }
    }

    /// All but `<s>`, which is never predicted.
    fn words(&self) -> Vec<String> {
        let single = self.0.keys().filter(|ngram| ngram.len() == 1);
        single.map(|ngram| ngram[0].clone()).filter(|word| word != "<s>").collect()
    }

    /// The words that are stored after a history.
    fn after(&self, history: &[String]) -> Vec<String> {
        let longer = self.0.keys().filter(|ngram| ngram.len() == history.len() + 1);
        longer
            .filter(|ngram| ngram.starts_with(history))
            .map(|g| g.last().unwrap().clone())
            .collect()
    }

    /// 1 less the mass of the words after a history, by the model with the history and without its first word.
    fn left(&self, history: &[String]) -> [f64; 2] {
        let after = self.after(history);
        let sum = |history: &[String]| after.iter().map(|word| self.p(history, word)).sum::<f64>();
        [1.0 - sum(history), 1.0 - sum(&history[1..])]
    }

    fn order(&self) -> usize {
        self.0.keys().map(Vec::len).max().unwrap()
    }

    /// Gives every context the weight that makes it sum to 1.
    fn normalise(&mut self) {
        for n in 1..self.order() {
            let contexts: Vec<Vec<String>> =
                self.0.keys().filter(|g| g.len() == n).cloned().collect();
            for context in contexts {
                let [own, lower] = self.left(&context);
                let weight = if self.after(&context).is_empty() { 1.0 } else { own / lower };
                self.0.get_mut(&context).unwrap().1 = weight;
            }
        }
    }

    /// The mixture, as SRILM's `ngram -mix-lm` makes it of two.
    fn mixture(models: &[Slow], weights: &[f64]) -> Slow {
        let all: BTreeSet<&Vec<String>> = models.iter().flat_map(|model| model.0.keys()).collect();
        let mut mixed = Slow::default();
        for ngram in all {
            let (word, history) = ngram.split_last().unwrap();
            let p =
                models.iter().zip(weights).map(|(model, weight)| weight * model.p(history, word));
            mixed.0.insert(ngram.clone(), (p.sum(), 1.0));
        }
        mixed.normalise();
        mixed
    }

    /// The model without what hardly matters, as Stolcke (1998) and SRILM's `ngram -prune` have it, but for n-grams
    /// that others end with, which stay.
    fn pruned(&self, threshold: f64, history: &dyn Fn(&[String]) -> f64) -> Slow {
        let mut kept = Slow(self.0.clone());
        for n in (2..=self.order()).rev() {
            let ngrams: Vec<Vec<String>> =
                self.0.keys().filter(|g| g.len() == n).cloned().collect();
            for ngram in ngrams {
                let needed = kept.0.keys().any(|longer| {
                    longer.len() == n + 1 && (longer[..n] == ngram[..] || longer[1..] == ngram[..])
                });
                if !needed && self.rise(&ngram, history) < threshold {
                    kept.0.remove(&ngram);
                }
            }
        }
        kept.normalise();
        kept
    }

    /// By which share the perplexity rises without an n-gram, given the probability of its history.
    fn rise(&self, ngram: &[String], of_history: &dyn Fn(&[String]) -> f64) -> f64 {
        let (word, history) = ngram.split_last().unwrap();
        let [own, lower] = self.left(history);
        let (p, lower_p) = (self.p(history, word), self.p(&history[1..], word));
        let (before, after) = (self.0[history].1, (own + p) / (lower + lower_p));
        let change = p * (after.ln() + lower_p.ln() - p.ln()) + own * (after.ln() - before.ln());
        (-of_history(history) * change).exp() - 1.0
    }

    /// The probability of a history, by the model.
    fn joint(&self, history: &[String]) -> f64 {
        let of = |i: usize| match (i, history[i].as_str()) {
            (0, "<s>") => self.p(&[], "</s>"),
            (_, word) => self.p(&history[..i], word),
        };
        (0..history.len()).map(of).product()
    }
}

/// Lines of words from `first` on, some of them much more frequent than others.
fn random_text(first: usize) -> impl Strategy<Value = String> {
    let word = (0usize..64).prop_map(move |i| format!("w{}", first + i * i / 400));
    let sentence = proptest::collection::vec(word, 1..8).prop_map(|words| words.join(" "));
    proptest::collection::vec(sentence, 4..30).prop_map(|lines| lines.join("\n"))
}

/// Models of random text, of any order.
fn random_model(first: usize) -> impl Strategy<Value = Arc<Model>> {
    let vocabulary = prop_oneof![Just(Vocabulary::MinCount(1)), Just(Vocabulary::MinCount(2))];
    let all = (random_text(first), 2usize..=4, vocabulary, any::<bool>());
    all.prop_map(|(text, order, vocabulary, tables)| {
        let held_out = HeldOut::NONE;
        let config = options!(Config { order, vocabulary, held_out, ..Config::default() });
        let trained = train_text(&text, &config);
        if tables { Arc::new(super::batch::fast(&trained)) } else { model_of(&trained) }
    })
}

/// Whether both have the same n-grams with the same figures.
fn assert_same(fast: &Slow, slow: &Slow) {
    assert_eq!(fast.0.keys().collect::<Vec<_>>(), slow.0.keys().collect::<Vec<_>>());
    for (ngram, (p, _)) in &slow.0 {
        let fast = fast.0[ngram].0;
        assert!((fast - p).abs() <= 2e-6 * p + 1e-30, "{ngram:?}: {fast}, not {p}");
    }
    // A weight counts by what it gives to others.
    for ngram in slow.0.keys().filter(|ngram| ngram.len() < slow.order()) {
        for word in slow.words() {
            let [fast, slow] = [fast, slow].map(|model| model.p(ngram, &word));
            assert!((fast - slow).abs() < 1e-5, "{word} after {ngram:?}: {fast}, not {slow}");
        }
    }
}

fn assert_sums(slow: &Slow) {
    for ngram in slow.0.keys().filter(|ngram| ngram.len() < slow.order()) {
        let sum: f64 = slow.words().iter().map(|word| slow.p(ngram, word)).sum();
        assert!((sum - 1.0).abs() < 1e-4, "after {ngram:?}: {sum}");
    }
}

/// ARPA text, read.
fn imported(model: &Model) -> Arpa {
    let mut text = Vec::new();
    arpa::write(model.view(), "text", &mut text).unwrap();
    let source = Box::new(std::io::Cursor::new(text));
    arpa::read(decompress(source, "a.arpa".into(), None).unwrap(), &Silent).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_mixture_is_what_the_formula_says(
        (a, b, c) in (random_model(0), random_model(3), random_model(7)), share in 0.02f64..0.9,
    ) {
        let weights = [share, 0.06, 0.94 - share];
        let models = [&a, &b, &c];
        let views: Vec<&View<'_>> = models.iter().map(|model| model.view()).collect();
        let mixed = Slow::of(&backoff::mix(&views, &weights, &Silent).unwrap());
        let slow = Slow::mixture(&models.map(|model| Slow::of(model.view())), &weights);
        assert_same(&mixed, &slow);
        assert_sums(&mixed);
    }

    #[test]
    fn a_model_mixed_with_itself_stays_what_it_is(model in random_model(0)) {
        let views = [model.view(), model.view()];
        let mixed = Slow::of(&backoff::mix(&views, &[0.3, 0.7], &Silent).unwrap());
        assert_same(&mixed, &Slow::of(model.view()));
    }

    #[test]
    fn what_is_pruned_is_what_the_formula_says(model in random_model(0), digits in 1.0f64..6.0) {
        let threshold = 10f64.powf(-digits);
        let whole = imported(&model);
        let histories = Histories::by_model(&whole.levels);
        let pruned = backoff::prune(&whole.levels, &histories, threshold, &Silent).unwrap();
        let pruned = Arpa { levels: pruned.levels, ..whole.clone() };
        let slow = Slow::of(&whole);
        let slow = slow.pruned(threshold, &|history| slow.joint(history));
        assert_same(&Slow::of(&pruned), &slow);
        assert_sums(&slow);
    }

    #[test]
    fn a_model_of_counts_keeps_the_same_ngrams_and_sums_to_one(
        text in random_text(0), order in 2usize..=5, digits in 1.0f64..6.0,
    ) {
        let config = options!(Config { order, held_out: HeldOut::NONE, ..Config::default() });
        let model = model_of(&train_text(&text, &config));
        let threshold = 10f64.powf(-digits);
        // How often a history was seen in the text, as a share of all words and ends.
        let line = |line: &str| -> Vec<String> {
            ["<s>"].into_iter().chain(line.split(' ')).chain(["</s>"]).map(str::to_owned).collect()
        };
        let lines: Vec<Vec<String>> = text.lines().map(line).collect();
        let all: usize = lines.iter().map(|line| line.len() - 1).sum();
        let seen = |history: &[String]| {
            let windows = lines.iter().flat_map(|line| line[..line.len() - 1].windows(history.len()));
            windows.filter(|window| *window == history).count() as f64 / all as f64
        };
        let folder = Folder::with([("m", model.bytes())]);
        let wanted = make::Prune::new(folder.path("m"), threshold);
        let made = make::prune(&wanted, &folder.path("s"), &Silent).unwrap();
        prop_assert_eq!(made.before, model.header().ngrams.clone());
        let pruned = Model::open(&folder.path("s")).unwrap();
        prop_assert!(!pruned.view().core.logs);
        prop_assert_eq!(&made.made.header.ngrams, &pruned.header().ngrams);
        let (whole, pruned) = (Slow::of(model.view()), Slow::of(pruned.view()));
        prop_assert!(pruned.0.keys().eq(whole.pruned(threshold, &seen).0.keys()));
        assert_sums(&pruned);
        // What stays gains from what goes: all of it by the counts, as in `train --prune`.
        let (mut gained, mut lost) = (0, 0);
        for (ngram, (p, _)) in pruned.0.iter().filter(|(ngram, _)| ngram.len() == 2) {
            gained += usize::from(*p > whole.0[ngram].0 * (1.0 + 1e-6));
            lost += usize::from(*p < whole.0[ngram].0 * (1.0 - 1e-6));
        }
        prop_assert!(lost == 0, "{gained} gained and {lost} lost");
    }

    #[test]
    fn no_other_weights_make_the_text_more_probable(
        (a, b) in (random_model(0), random_model(4)),
        text in proptest::collection::vec(proptest::collection::vec(0usize..14, 1..7), 2..9),
    ) {
        let views = [a.view(), b.view()];
        let slow = [&a, &b].map(|model| Slow::of(model.view()));
        let mut estimate = Estimate::new(&views);
        // (tokens) what either says of each that one of them has
        let mut tokens: Vec<[f64; 2]> = Vec::new();
        for sentence in &text {
            let words: Vec<String> = sentence.iter().map(|i| format!("w{i}")).collect();
            estimate.add(words.join(" ").as_bytes());
            let mut history = vec!["<s>".to_owned()];
            for word in words.iter().map(String::as_str).chain(["</s>"]) {
                let known = slow.iter().any(|model| model.knows(word));
                if known {
                    tokens.push([0, 1].map(|m| slow[m].p(&history, word)));
                }
                history.push(if known { word } else { "<unk>" }.to_owned());
            }
        }
        let found = match estimate.weights(&Silent) {
            Ok(found) => found,
            Err(error) => {
                prop_assert!(error.to_string().starts_with("no word in it"));
                return Ok(());
            }
        };
        prop_assert_eq!(found.tokens as usize, tokens.len());
        let perplexity = |weight: f64| {
            let ln = |p: &[f64; 2]| (weight * p[0] + (1.0 - weight) * p[1]).ln();
            (-tokens.iter().map(ln).sum::<f64>() / tokens.len() as f64).exp()
        };
        let own = perplexity(found.weights[0]);
        prop_assert!((own / found.perplexity - 1.0).abs() < 1e-4, "{} {}", own, found.perplexity);
        for step in 0..=100 {
            let other = perplexity(f64::from(step) / 100.0);
            prop_assert!(other.is_nan() || other > own * (1.0 - 1e-4), "{} {}", other, own);
        }
    }

    #[test]
    fn a_batch_scores_in_any_frame_as_one_by_one(
        model in random_model(0), bos in any::<bool>(), eos in any::<bool>(),
        before in proptest::collection::vec(0usize..12, 0..4),
        text in proptest::collection::vec(proptest::collection::vec(0usize..12, 0..6), 1..9),
    ) {
        let line = |words: &[usize]| {
            let words: Vec<String> = words.iter().map(|i| format!("w{i}")).collect();
            words.join(" ").into_bytes()
        };
        let before = line(&before);
        let lines: Vec<Vec<u8>> = text.iter().map(|words| line(words)).collect();
        let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        let frame = impute::query::Frame { bos, before: &before, eos };
        let scorer = Scorer::new(&model);
        let mut batch = scorer.batch_in(&frame);
        let scores = batch.score(&lines);
        let mut sums = impute::query::Totals::default();
        for (scored, sentence) in scores.iter().zip(&lines) {
            sums.add(scored);
            prop_assert_eq!(scored, &scorer.score_in(&frame, sentence));
            // Word by word.
            let start = if bos { scorer.begin() } else { impute::query::State::default() };
            let context = before.split(|&b| b == b' ').filter(|word| !word.is_empty());
            let mut state = context.fold(start, |state, word| scorer.after(&state, word).1);
            let words = sentence.split(|&b| b == b' ').filter(|word| !word.is_empty());
            let words = words.chain(eos.then_some(&b"</s>"[..]));
            for (word, scored) in words.zip(&scored.words) {
                let (own, next) = scorer.after(&state, word);
                prop_assert!((own.log10_p - scored.log10_p).abs() < 1e-9);
                prop_assert_eq!(own.matched, scored.matched);
                state = next;
            }
        }
        let mut totals = impute::query::Totals::default();
        batch.add(&lines, &mut totals);
        prop_assert_eq!(totals, sums);
    }
}
