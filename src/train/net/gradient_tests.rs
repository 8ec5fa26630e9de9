//! The gradient against finite differences of a net written out in double precision.

use super::examples::Example;
use super::gradient::{Gradient, WORDS};
use super::lesson::Lesson;
use super::point::Point;
use super::sample::{Odds, Sample};
use super::weights::{Factors, Weights};
use crate::net::holes::Hole;
use crate::net::rows::{EMPTY, Rows};
use crate::net::shape::Shape;
use crate::random::Random;

fn shape() -> Shape {
    Shape { words: 6, buckets: 2, width: 32, towers: vec![1, 2], dilations: vec![1, 2], hidden: 32 }
}

fn norm(x: &[f64], gain: &[f32], bias: &[f32]) -> Vec<f64> {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / x.len() as f64;
    let scale = 1.0 / (variance + 1e-5).sqrt();
    let both = gain.iter().zip(bias);
    x.iter()
        .zip(both)
        .map(|(v, (&g, &b))| f64::from(g) * (v - mean) * scale + f64::from(b))
        .collect()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The output of a layer or of the gap head for every row, given its norm's input.
fn outputs(weights: &Weights, rows: &Rows, i: usize, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let [gain, bias, out_bias] = weights.places.norms[i].clone();
    let (conv, dense) = (&weights.convs[i], &weights.dense);
    let seen: Vec<Vec<f64>> = (x.iter().zip(&rows.ids))
        .map(|(x, &id)| match id {
            EMPTY => vec![0.0; weights.shape.width],
            _ => norm(x, &dense[gain.clone()], &dense[bias.clone()]),
        })
        .collect();
    let output = |row: usize| -> Vec<f64> {
        let mut sums: Vec<f64> = dense[out_bias.clone()].iter().map(|&b| b.into()).collect();
        for (tap, &shift) in conv.taps.iter().enumerate() {
            let seen = row.checked_add_signed(shift).and_then(|row| seen.get(row));
            if let Some(seen) = seen {
                add_product(seen, &weights.conv(i)[tap * conv.inputs * conv.outputs..], &mut sums);
            }
        }
        sums
    };
    (0..x.len()).map(output).collect()
}

/// Adds the product of a vector and a matrix (inputs, outputs).
fn add_product(x: &[f64], matrix: &[f32], sums: &mut [f64]) {
    for (x, row) in x.iter().zip(matrix.chunks(sums.len())) {
        sums.iter_mut().zip(row).for_each(|(sum, &w)| *sum += x * f64::from(w));
    }
}

/// Adds values times σ(gates).
fn add_glu(x: &mut [f64], both: &[f64]) {
    let width = x.len();
    for j in 0..width {
        x[j] += both[j] * sigmoid(both[width + j]);
    }
}

/// The states of both towers, and the logits of all rows, as the formula in [`crate::net`] says.
fn reference(weights: &Weights, rows: &Rows) -> ([Vec<Vec<f64>>; 2], Vec<f64>) {
    let width = weights.shape.width;
    let embedding = |&id: &u32| match id {
        EMPTY => vec![0.0; width],
        id => {
            weights.embeddings[id as usize * width..][..width].iter().map(|&x| x.into()).collect()
        }
    };
    let embedded: Vec<Vec<f64>> = rows.ids.iter().map(embedding).collect();
    let order = weights.shape.order();
    let through = |layers: std::ops::Range<usize>, mut x: Vec<Vec<f64>>| {
        for i in layers {
            let added = outputs(weights, rows, i, &x);
            for ((x, &id), both) in x.iter_mut().zip(&rows.ids).zip(added) {
                if id != EMPTY {
                    add_glu(x, &both);
                }
            }
        }
        x
    };
    let left = through(order.left, embedded.clone());
    let right = through(order.right, embedded);
    let both = left.iter().zip(&right).map(|(l, r)| l.iter().zip(r).map(|(l, r)| l + r).collect());
    let x = through(order.both, both.collect());
    let out = &weights.dense[weights.places.out.clone()];
    let logit = |hidden: Vec<f64>| {
        hidden.into_iter().zip(out).map(|(h, &w)| h * sigmoid(h) * f64::from(w)).sum()
    };
    let logits = outputs(weights, rows, order.gap, &x).into_iter().map(logit).collect();
    ([left, right], logits)
}

/// The loss of one hole, as the formulas in [`crate::net::holes`] and [`super::sample`] say.
fn word_loss(weights: &Weights, sample: &Sample, [left, right]: [&[f64]; 2], truth: u32) -> f64 {
    let (places, dense, i) = (&weights.places, &weights.dense, weights.shape.order().word);
    let [gain, bias, out_bias] = places.norms[i].clone();
    let mut u = norm(left, &dense[gain], &dense[bias]);
    u.extend(norm(right, &dense[places.right[0].clone()], &dense[places.right[1].clone()]));
    let mut both: Vec<f64> = dense[out_bias].iter().map(|&b| b.into()).collect();
    add_product(&u, weights.conv(i), &mut both);
    let mut h: Vec<f64> = left.iter().zip(right).map(|(l, r)| l + r).collect();
    add_glu(&mut h, &both);
    let z = norm(&h, &dense[places.word[0].clone()], &dense[places.word[1].clone()]);
    let logit = |word: u32| {
        let embedding = &weights.embeddings[word as usize * z.len()..];
        let bias = dense[places.biases.start + word as usize];
        z.iter().zip(embedding).map(|(z, &e)| z * f64::from(e)).sum::<f64>() + f64::from(bias)
    };
    let others = sample.words.iter().zip(&sample.chances).filter(|(word, _)| **word != truth);
    let sum: f64 = others.map(|(&word, &chance)| logit(word).exp() / f64::from(chance)).sum();
    (sum + logit(truth).exp()).ln() - logit(truth)
}

fn loss(weights: &Weights, sample: &Sample, lesson: &Lesson) -> f64 {
    let ([left, right], logits) = reference(weights, &lesson.rows);
    let one = |(gaps, &truth): (&std::ops::Range<usize>, &usize)| {
        let sum: f64 = logits[gaps.clone()].iter().map(|l| l.exp()).sum();
        sum.ln() - logits[gaps.start + truth]
    };
    let gaps: f64 = lesson.rows.gaps.iter().zip(&lesson.gaps).map(one).sum();
    let word = |(hole, &truth): (&Hole, &u32)| {
        word_loss(weights, sample, [&left[hole.left], &right[hole.right]], truth)
    };
    let words: f64 = lesson.holes.iter().zip(&lesson.words).map(word).sum();
    gaps + f64::from(WORDS) * words
}

#[test]
fn gradient_and_loss_are_those_of_the_formula() {
    let mut weights = Weights::new(&shape(), &mut Random::new(5));
    // Gains and biases that are not 1 and 0, and larger embeddings.
    let mut random = Random::new(6);
    let mut noise = || random.below(1000) as f32 / 1000.0 - 0.5;
    let vectors = weights.places.biases.end;
    weights.dense[..vectors].iter_mut().for_each(|x| *x += 0.5 * noise());
    weights.embeddings.iter_mut().for_each(|x| *x *= 5.0);
    let mut factors = Factors::default();
    factors.renew(&weights);
    let sentences: [&[u16]; 3] = [&[0, 5, 2, 6, 7, 1], &[3, 3, 6, 1], &[4, 0, 1, 2, 3, 4, 5, 6, 7]];
    let examples: Vec<Example<'_>> =
        sentences.iter().map(|sentence| Example::new(sentence, &mut random)).collect();
    let mut lesson = Lesson::new(&weights.shape);
    lesson.fill(&examples, &weights.shape, true);
    assert!(lesson.holes.len() >= 8, "{:?}", lesson.holes);
    // Some words are always in the sample, some by chance, and some not.
    let odds = Odds { chances: vec![1.0, 1.0, 0.6, 0.7, 0.5, 0.4, 1.0, 0.2] };
    let mut sample = Sample::default();
    let biases = weights.dense[weights.places.biases.clone()].to_vec();
    sample.draw(&odds, &weights.embeddings, &biases, weights.shape.width, &mut random);
    let seen = |word: &&u32| sample.words.contains(word);
    assert!((4..8).contains(&sample.words.len()) && !lesson.words.iter().all(|w| seen(&w)));
    let mut gradient = Gradient::default();
    gradient.clear(&weights, &sample);
    let net = weights.net(&factors);
    let point = Point { weights: &weights, factors: &factors, net: &net, sample: &sample };
    gradient.add(point, &lesson, 1.0);
    gradient.finish(&weights, &sample);
    let expected = loss(&weights, &sample, &lesson);
    let nats = gradient.nats + f64::from(WORDS) * gradient.words.nats;
    assert!((nats / expected - 1.0).abs() < 0.01, "{nats} {expected}");

    // The embeddings' gradients by id.
    let width = weights.shape.width;
    let mut embeddings = vec![0.0f32; weights.embeddings.len()];
    for (&id, row) in gradient.ids.iter().zip(gradient.embeddings.chunks_exact(width)) {
        let sum = &mut embeddings[id as usize * width..][..width];
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    let difference = |change: &dyn Fn(&mut Weights, f32)| {
        let at = |by: f32| {
            let mut moved = weights.clone();
            change(&mut moved, by);
            loss(&moved, &sample, &lesson)
        };
        (at(1e-3) - at(-1e-3)) / 2e-3
    };
    let mut random = Random::new(7);
    let norms = weights.places.norms.iter().flatten();
    let mut groups: Vec<(String, std::ops::Range<usize>)> =
        norms.enumerate().map(|(i, range)| (format!("vector {i}"), range.clone())).collect();
    groups.push(("logit".to_owned(), weights.places.out.clone()));
    let vectors = weights.places.right.iter().chain(&weights.places.word);
    groups.extend(vectors.map(|range| ("vector of the word".to_owned(), range.clone())));
    groups.push(("biases".to_owned(), weights.places.biases.clone()));
    for (i, &start) in weights.starts.iter().enumerate() {
        groups.push((format!("convolution {i}"), start..start + weights.convs[i].weights()));
    }
    let check = |name: &str, pairs: Vec<(f64, f64)>| {
        let size: f64 = pairs.iter().map(|(_, expected)| expected * expected).sum();
        let error: f64 = pairs.iter().map(|(found, expected)| (found - expected).powi(2)).sum();
        assert!(size > 0.0 && error.sqrt() < 0.02 * size.sqrt(), "{name}: {error} of {size}");
    };
    for (name, range) in groups {
        let sample: Vec<usize> = (0..24).map(|_| range.start + random.below(range.len())).collect();
        let pair = |&at: &usize| {
            (gradient.dense[at].into(), difference(&|w: &mut Weights, by| w.dense[at] += by))
        };
        check(&name, sample.iter().map(pair).collect());
    }
    let sample: Vec<usize> = (0..60).map(|_| random.below(embeddings.len())).collect();
    let pair = |&at: &usize| {
        (embeddings[at].into(), difference(&|w: &mut Weights, by| w.embeddings[at] += by))
    };
    check("embeddings", sample.iter().map(pair).collect());
}

#[test]
fn a_gradient_that_was_used_before_is_as_good_as_a_new_one() {
    let mut random = Random::new(8);
    let weights = Weights::new(&shape(), &mut random);
    let mut factors = Factors::default();
    factors.renew(&weights);
    let mut sample = Sample::default();
    let biases = weights.dense[weights.places.biases.clone()].to_vec();
    let odds = Odds { chances: vec![1.0; 8] };
    sample.draw(&odds, &weights.embeddings, &biases, weights.shape.width, &mut random);
    let net = weights.net(&factors);
    let point = Point { weights: &weights, factors: &factors, net: &net, sample: &sample };
    let sentences: [&[u16]; 2] = [&[0, 5, 2, 6, 7, 1], &[4, 0, 1, 2, 3, 4, 5, 6, 7]];
    let lessons = sentences.map(|sentence| {
        let mut lesson = Lesson::new(&weights.shape);
        lesson.fill(&[Example::new(sentence, &mut random)], &weights.shape, true);
        lesson
    });
    let sum = |gradient: &mut Gradient, lessons: &[Lesson]| {
        gradient.clear(&weights, &sample);
        lessons.iter().for_each(|lesson| gradient.add(point, lesson, 1.0));
        gradient.finish(&weights, &sample);
        gradient.dense.clone()
    };
    let [first, second] =
        [0, 1].map(|i| sum(&mut Gradient::default(), std::slice::from_ref(&lessons[i])));
    let used = &mut Gradient::default();
    let both = sum(used, &lessons);
    for (at, &found) in both.iter().enumerate() {
        let expected = first[at] + second[at];
        assert!(
            (found - expected).abs() <= 1e-5 + 1e-4 * expected.abs(),
            "{at}: {found} {expected}"
        );
    }
    assert_eq!(sum(used, &lessons[..1]), first);
    assert!(first.iter().any(|&x| x != 0.0) && sum(used, &[]).iter().all(|&x| x == 0.0));
}
