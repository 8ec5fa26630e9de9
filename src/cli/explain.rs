//! `impute explain SENTENCE`: where the program looks for a missing word, and why.

use std::collections::BTreeSet;
use std::fmt::Write;

use impute::model::words::UNK;
use impute::progress::Progress;
use impute::softmax::softmax;
use impute::solve::posterior::{Features, PARTS, Posterior};
use impute::solve::sentence::{Analysis, BestGap};
use impute::solve::{Answer, Method, Solver};
use impute::text::output::Output;
use impute::text::tokens;
use serde_json::{Value, json};

use super::args::Explain;
use super::progress::Ui;
use super::{Need, effort, open_model};

/// Gaps of less probability are not shown.
const SHOWN: f64 = 0.005;
/// But as many of the likeliest as this are.
const FEWEST: usize = 3;
/// How many words of a gap are shown.
const WORDS: usize = 5;

/// What is known of one sentence.
struct Explained<'a> {
    solver: &'a Solver<'a>,
    words: Vec<String>,
    analysis: Analysis,
    posterior: Posterior,
    answer: Answer,
}

pub fn run(args: &Explain, ui: &Ui) -> anyhow::Result<()> {
    let sentence = args.sentence.as_bytes();
    let words: Vec<String> =
        tokens::split(sentence).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    if words.len() < 3 {
        anyhow::bail!(
            "{:?}: under three words; give it a sentence, quoted, as 'the dog the cat .'",
            args.sentence
        );
    }
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let solver = Solver::new(&model)?.with_effort(effort(args.exact));
    let mut worker = solver.worker();
    let (ids, analysis) = worker.analyse_all(&[sentence]).pop().unwrap_or_default();
    let unknown = words.iter().zip(&ids).filter(|(_, id)| **id == UNK).map(|(word, _)| word);
    for word in unknown.collect::<BTreeSet<_>>() {
        ui.note(&format!("the model does not know {word:?}"));
    }
    if words.iter().any(|word| word == "_") {
        ui.note("`_` is taken for a word; for a hole that you know there is `impute fill`");
    }
    let posterior = Posterior::new(&analysis, &solver.calibration(), &solver.view());
    let answer = worker.answer_analysed(sentence, &ids, &analysis, Method::Posterior);
    let explained = Explained { solver: &solver, words, analysis, posterior, answer };
    let text = match args.json {
        true => format!("{}\n", explained.json()),
        false => explained.text()?,
    };
    let mut out = Output::create(None)?;
    out.write(text.as_bytes())?;
    whole.confirm(ui)?;
    Ok(out.finish()?)
}

impl Explained<'_> {
    /// (gaps) the probability of each by the n-grams alone and by the net alone, each to the power that it
    /// has in the mixture.
    fn alone(&self) -> [Vec<f64>; 2] {
        let c = self.solver.calibration();
        let gaps = 0..self.analysis.gaps.len();
        [(0, c.gap_temperature), (1, c.net_weight)].map(|(i, weight)| {
            let features = |gap| self.analysis.features(gap)[i] * weight;
            softmax(gaps.clone().map(features))
        })
    }

    /// The best words of a gap: text, probability, and what each part adds, in nats more than in the mean
    /// over the words that are shown.
    fn words(&self, found: &BestGap) -> Vec<(String, f64, [f64; PARTS.len()])> {
        let features = Features::new(found, &self.solver.view());
        let parts = features.contributions(&self.solver.calibration());
        let posterior = self.solver.words(found);
        let mut shown: Vec<_> = (posterior.words.iter().take(WORDS))
            .filter_map(|&(word, p, _)| {
                let at = found.words.iter().position(|candidate| candidate.word == word)?;
                let text = String::from_utf8_lossy(self.solver.word(word)).into_owned();
                Some((text, p, parts[at]))
            })
            .collect();
        let count = shown.len().max(1) as f64;
        let mean: [f64; PARTS.len()] =
            std::array::from_fn(|i| shown.iter().map(|word| word.2[i]).sum::<f64>() / count);
        for (_, _, parts) in &mut shown {
            parts.iter_mut().zip(mean).for_each(|(part, mean)| *part -= mean);
        }
        shown
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        let [ngrams, net] = self.alone();
        let has_net = self.solver.net().is_some();
        let percent = |p: f64| format!("{:.1} %", 100.0 * p);
        writeln!(
            text,
            "{:<40}{:>10}{:>10}{:>10}",
            "a word is missing", "posterior", "n-grams", "net"
        )?;
        let best: Vec<usize> = self.analysis.ranking().into_iter().take(FEWEST).collect();
        let gaps = self.posterior.gaps.iter().enumerate();
        for (gap, &p) in gaps.filter(|(gap, p)| **p >= SHOWN || best.contains(gap)) {
            let place = format!("{} _ {}", self.words[gap], self.words[gap + 1]);
            let net = if has_net { percent(net[gap]) } else { "-".into() };
            writeln!(text, "{place:<40}{:>10}{:>10}{net:>10}", percent(p), percent(ngrams[gap]))?;
        }
        for found in &self.analysis.best {
            let [left, right] = [0, 1].map(|i| &self.words[found.gap + i]);
            writeln!(
                text,
                "\n{left} _ {right}: the likeliest words, and what speaks for each (nats)"
            )?;
            let words = self.words(found);
            // What says nothing here is not shown.
            let said = |i: &usize| words.iter().any(|(_, _, parts)| parts[*i].abs() >= 0.005);
            let shown: Vec<usize> = (0..PARTS.len()).filter(said).collect();
            let heads: String = shown.iter().map(|&i| format!("{:>8.7}", PARTS[i])).collect();
            writeln!(text, "{:<14}{:>8}{heads}", "", "P")?;
            for (word, p, parts) in &words {
                let parts: String = shown.iter().map(|&i| format!("{:>+8.2}", parts[i])).collect();
                writeln!(text, "{word:<14}{:>8}{parts}", percent(*p))?;
            }
        }
        writeln!(text)?;
        let as_it_stands = self.posterior.unchanged;
        let expected = self.answer.expected.unwrap_or(as_it_stands);
        writeln!(text, "{}", String::from_utf8_lossy(&self.answer.sentence))?;
        writeln!(text, "expected distance {expected:.2} characters, as it stands {as_it_stands:.2}")
            .map(|()| text)
    }

    fn json(&self) -> Value {
        let [ngrams, net] = self.alone();
        let gaps = self.posterior.gaps.iter().enumerate().map(|(gap, p)| {
            let net = self.solver.net().map(|_| net[gap]);
            json!({
                "left": self.words[gap], "right": self.words[gap + 1],
                "probability": p, "ngrams": ngrams[gap], "net": net,
            })
        });
        let likely = self.analysis.best.iter().map(|found| {
            let words = self.words(found).into_iter().map(|(word, p, parts)| {
                let parts = PARTS.iter().zip(parts);
                let parts: serde_json::Map<String, Value> =
                    parts.map(|(name, nats)| (name.to_string(), nats.into())).collect();
                json!({ "word": word, "probability": p, "nats": parts })
            });
            json!({ "gap": found.gap, "words": words.collect::<Vec<_>>() })
        });
        json!({
            "gaps": gaps.collect::<Vec<_>>(),
            "likely": likely.collect::<Vec<_>>(),
            "answer": String::from_utf8_lossy(&self.answer.sentence),
            "inserted": self.answer.insert.as_ref().map(|(_, text)| text),
            "expected": self.answer.expected,
            "unchanged": self.posterior.unchanged,
        })
    }
}
