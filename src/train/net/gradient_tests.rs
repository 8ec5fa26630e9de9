//! The gradient against finite differences of a net spelled out in double precision.

use super::gradient::Gradient;
use super::weights::{Factors, Weights};
use crate::net::rows::{EMPTY, Rows};
use crate::net::shape::Shape;
use crate::random::Random;

fn shape() -> Shape {
    Shape { words: 6, buckets: 2, width: 32, dilations: vec![1, 2], hidden: 32 }
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

/// The logits of all rows, as the formula in [`crate::net`] says.
fn reference(weights: &Weights, rows: &Rows) -> Vec<f64> {
    let width = weights.shape.width;
    let embedding = |&id: &u32| match id {
        EMPTY => vec![0.0; width],
        id => {
            weights.embeddings[id as usize * width..][..width].iter().map(|&x| x.into()).collect()
        }
    };
    let mut x: Vec<Vec<f64>> = rows.ids.iter().map(embedding).collect();
    for (i, conv) in weights.convs.iter().enumerate() {
        let [gain, bias, out_bias] = weights.places.norms[i].clone();
        let dense = &weights.dense;
        let seen: Vec<Vec<f64>> = (x.iter().zip(&rows.ids))
            .map(|(x, &id)| match id {
                EMPTY => vec![0.0; width],
                _ => norm(x, &dense[gain.clone()], &dense[bias.clone()]),
            })
            .collect();
        let output = |row: usize| -> Vec<f64> {
            let mut sums: Vec<f64> = dense[out_bias.clone()].iter().map(|&b| b.into()).collect();
            for (tap, &shift) in conv.taps.iter().enumerate() {
                let Some(seen) = row.checked_add_signed(shift).and_then(|row| seen.get(row)) else {
                    continue;
                };
                for (k, &s) in seen.iter().enumerate() {
                    let from = &weights.conv(i)[(tap * width + k) * conv.outputs..];
                    sums.iter_mut().zip(from).for_each(|(sum, &w)| *sum += s * f64::from(w));
                }
            }
            sums
        };
        if i + 1 == weights.convs.len() {
            let out = &dense[weights.places.out.clone()];
            let logit = |row| {
                let hidden = output(row).into_iter().zip(out);
                hidden.map(|(h, &w)| h * sigmoid(h) * f64::from(w)).sum()
            };
            return (0..x.len()).map(logit).collect();
        }
        let added: Vec<Vec<f64>> = (0..x.len()).map(output).collect();
        for ((x, &id), both) in x.iter_mut().zip(&rows.ids).zip(added) {
            for j in 0..width {
                x[j] += if id == EMPTY { 0.0 } else { both[j] * sigmoid(both[width + j]) };
            }
        }
    }
    unreachable!("the head is the last convolution")
}

fn loss(weights: &Weights, rows: &Rows, truths: &[usize]) -> f64 {
    let logits = reference(weights, rows);
    let one = |(gaps, &truth): (&std::ops::Range<usize>, &usize)| {
        let sum: f64 = logits[gaps.clone()].iter().map(|l| l.exp()).sum();
        sum.ln() - logits[gaps.start + truth]
    };
    rows.gaps.iter().zip(truths).map(one).sum()
}

#[test]
fn gradient_and_loss_are_those_of_the_formula() {
    let mut weights = Weights::new(&shape(), &mut Random::new(5));
    // Gains and biases that are not 1 and 0, and larger embeddings.
    let mut random = Random::new(6);
    let mut noise = || random.below(1000) as f32 / 1000.0 - 0.5;
    let vectors = weights.places.out.end;
    weights.dense[..vectors].iter_mut().for_each(|x| *x += 0.5 * noise());
    weights.embeddings.iter_mut().for_each(|x| *x *= 5.0);
    let mut factors = Factors::default();
    factors.forward.resize_with(3, Default::default);
    factors.backward.resize_with(3, Default::default);
    for i in 0..3 {
        weights.factors(i, &mut factors.forward[i], &mut factors.backward[i]);
    }
    let mut rows = Rows::new(&weights.shape);
    rows.push(&[0, 5, 2, 7, 1], &weights.shape);
    rows.push(&[3, 3, 6], &weights.shape);
    rows.push(&[4, 0, 1, 2, 3, 4, 5, 6, 7], &weights.shape);
    rows.finish();
    let truths = [2, 0, 5];
    let mut gradient = Gradient::default();
    gradient.clear(&weights);
    gradient.add(&weights, &factors, &weights.net(&factors), &rows, &truths, 1.0);
    let expected = loss(&weights, &rows, &truths);
    assert!((gradient.nats / expected - 1.0).abs() < 0.01, "{} {expected}", gradient.nats);

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
            loss(&moved, &rows, &truths)
        };
        (at(1e-3) - at(-1e-3)) / 2e-3
    };
    let mut random = Random::new(7);
    let norms = weights.places.norms.iter().flatten();
    let mut groups: Vec<(String, std::ops::Range<usize>)> =
        norms.enumerate().map(|(i, range)| (format!("vector {i}"), range.clone())).collect();
    groups.push(("logit".to_owned(), weights.places.out.clone()));
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
