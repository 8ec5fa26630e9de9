//! Operations on single numbers and rows, compiled for several kinds of processors; only plain sums,
//! products and quotients in a fixed order, so that all of them give the same bits.

use multiversion::multiversion;

use super::product::bf16;

/// Sums run over this many lanes, which are added up pairwise at the end.
const LANES: usize = 16;
/// How many numbers of a row [`scale_and_shift`] takes together.
pub const STRETCH: usize = 4 * LANES;
/// Added to a variance.
const EPSILON: f32 = 1e-5;

/// e^x to about one part in ten million, for x within ±87.
#[inline(always)]
#[allow(clippy::manual_clamp)] // which would let NaN through
fn exp(x: f32) -> f32 {
    // x = n ln 2 + r; adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.max(-87.0).min(87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let p = 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let p = p * r + 1.0;
    let p = p * r + 1.0;
    p * f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000))
}

/// 1 / (1 + e^-x)
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Numbers in lanes; a row's length is a multiple of [`LANES`].
#[inline(always)]
fn lanes(row: &[f32]) -> &[[f32; LANES]] {
    row.as_chunks().0
}

/// The sum of all lanes, pairwise.
#[inline(always)]
fn sum(mut lanes: [f32; LANES]) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// Layer norm (Ba, Kiros & Hinton 2016): `normed` = (x - mean) / deviation, `out` = gain normed + bias
/// in 16 bits. Gives 1 / deviation.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn norm(x: &[f32], gain: &[f32], bias: &[f32], normed: &mut [f32], out: &mut [u16]) -> f32 {
    let size = x.len();
    let (gain, bias, normed, out) =
        (&gain[..size], &bias[..size], &mut normed[..size], &mut out[..size]);
    let (mut total, mut squares) = ([0.0f32; LANES], [0.0f32; LANES]);
    for x in lanes(x) {
        for i in 0..LANES {
            total[i] += x[i];
        }
    }
    let mean = sum(total) / size as f32;
    for x in lanes(x) {
        for i in 0..LANES {
            squares[i] += (x[i] - mean) * (x[i] - mean);
        }
    }
    let variance = sum(squares) / size as f32;
    let scale = 1.0 / (variance + EPSILON).sqrt();
    for i in 0..size {
        normed[i] = (x[i] - mean) * scale;
        out[i] = bf16::round(gain[i] * normed[i] + bias[i]);
    }
    scale
}

/// Adds to `dx` the gradient of [`norm`]'s input, from that of its output, and to `gain` and `bias`
/// theirs. `scale` is what [`norm`] gave.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn norm_backward(
    dout: &[f32],
    normed: &[f32],
    scale: f32,
    gain: &[f32],
    [dgain, dbias]: [&mut [f32]; 2],
    dx: &mut [f32],
) {
    let size = dout.len();
    let (normed, gain, dx) = (&normed[..size], &gain[..size], &mut dx[..size]);
    let (dgain, dbias) = (&mut dgain[..size], &mut dbias[..size]);
    let (mut total, mut products) = ([0.0f32; LANES], [0.0f32; LANES]);
    for ((dout, gain), normed) in lanes(dout).iter().zip(lanes(gain)).zip(lanes(normed)) {
        for i in 0..LANES {
            let d = dout[i] * gain[i];
            total[i] += d;
            products[i] += d * normed[i];
        }
    }
    let (mean, slope) = (sum(total) / size as f32, sum(products) / size as f32);
    for i in 0..size {
        dx[i] += scale * (dout[i] * gain[i] - mean - normed[i] * slope);
        dgain[i] += dout[i] * normed[i];
        dbias[i] += dout[i];
    }
}

/// Gated linear unit (Dauphin et al. 2017): `both` holds values and gates; adds the biases to both, puts
/// σ(gate) in the gate's place, and adds value σ(gate) to x.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn glu(both: &mut [f32], bias: &[f32], x: &mut [f32]) {
    let size = x.len();
    let bias = &bias[..2 * size];
    let (values, gates) = both.split_at_mut(size);
    let gates = &mut gates[..size];
    for i in 0..size {
        values[i] += bias[i];
        gates[i] = sigmoid(gates[i] + bias[size + i]);
        x[i] += values[i] * gates[i];
    }
}

/// The gradient of [`glu`]'s values and gates in 16 bits, from that of x; adds to `dbias`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn glu_backward(both: &[f32], dx: &[f32], out: &mut [u16], dbias: &mut [f32]) {
    let size = dx.len();
    let (values, gates) = both.split_at(size);
    let gates = &gates[..size];
    let (dvalues, dgates) = out.split_at_mut(size);
    let dgates = &mut dgates[..size];
    let (bias_values, bias_gates) = dbias.split_at_mut(size);
    let bias_gates = &mut bias_gates[..size];
    for i in 0..size {
        let dvalue = dx[i] * gates[i];
        let dgate = dx[i] * values[i] * gates[i] * (1.0 - gates[i]);
        bias_values[i] += dvalue;
        bias_gates[i] += dgate;
        dvalues[i] = bf16::round(dvalue);
        dgates[i] = bf16::round(dgate);
    }
}

/// The logit of a gap: out · silu(hidden + bias), silu(x) = x σ(x). Leaves hidden + bias behind.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn logit(hidden: &mut [f32], bias: &[f32], out: &[f32]) -> f32 {
    let size = hidden.len();
    let (bias, out) = (&bias[..size], &out[..size]);
    for i in 0..size {
        hidden[i] += bias[i];
    }
    let mut total = [0.0f32; LANES];
    for (hidden, out) in lanes(hidden).iter().zip(lanes(out)) {
        for i in 0..LANES {
            total[i] += hidden[i] * sigmoid(hidden[i]) * out[i];
        }
    }
    sum(total)
}

/// The gradient of what [`logit`] left behind, in 16 bits; adds to `dbias` and `dout`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn logit_backward(
    hidden: &[f32],
    dlogit: f32,
    out: &[f32],
    dhidden: &mut [u16],
    [dbias, dout]: [&mut [f32]; 2],
) {
    let size = hidden.len();
    let (out, dhidden) = (&out[..size], &mut dhidden[..size]);
    let (dbias, dout) = (&mut dbias[..size], &mut dout[..size]);
    for i in 0..size {
        let s = sigmoid(hidden[i]);
        dout[i] += dlogit * hidden[i] * s;
        let d = dlogit * out[i] * (s + hidden[i] * s * (1.0 - s));
        dbias[i] += d;
        dhidden[i] = bf16::round(d);
    }
}

/// Adds `bias` to a row of logits and puts e^(logit - highest) in their place. Gives the highest logit,
/// which is at least `least`, and the sum of the row.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn soften(row: &mut [f32], bias: &[f32], least: f32) -> (f32, f32) {
    let size = row.len();
    let bias = &bias[..size];
    let mut most = [least; LANES];
    for (row, bias) in row.as_chunks_mut::<LANES>().0.iter_mut().zip(lanes(bias)) {
        for i in 0..LANES {
            row[i] += bias[i];
            most[i] = most[i].max(row[i]);
        }
    }
    let most = most.iter().fold(least, |most, x| most.max(*x));
    let mut total = [0.0f32; LANES];
    for row in row.as_chunks_mut::<LANES>().0 {
        for i in 0..LANES {
            row[i] = exp(row[i] - most);
            total[i] += row[i];
        }
    }
    (most, sum(total))
}

/// The sum of e^(number - most) over a row, where `most` is the highest number.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn sum_exp(row: &[f32], most: f32) -> f32 {
    let mut total = [0.0f32; LANES];
    for row in lanes(row) {
        for i in 0..LANES {
            total[i] += exp(row[i] - most);
        }
    }
    sum(total)
}

/// `out` = scales row + biases, within ±`bound`; what is no number becomes -`bound`. Puts the highest number of each
/// stretch of `out` into `highest` (row / [`STRETCH`], rounded up).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn scale_and_shift(
    row: &[f32],
    [scales, biases]: [&[f32]; 2],
    bound: f32,
    out: &mut [f32],
    highest: &mut [f32],
) {
    let (row, scales, biases) = (lanes(row), lanes(scales), lanes(biases));
    let out = out.as_chunks_mut::<LANES>().0;
    let count = row.len();
    let (scales, biases, out) = (&scales[..count], &biases[..count], &mut out[..count]);
    for (stretch, highest) in highest.iter_mut().enumerate() {
        let mut most = [-bound; LANES];
        for j in 4 * stretch..(4 * stretch + 4).min(count) {
            for i in 0..LANES {
                let x = row[j][i] * scales[j][i] + biases[j][i];
                let x = if x.is_finite() { x.clamp(-bound, bound) } else { -bound };
                out[j][i] = x;
                most[i] = if x > most[i] { x } else { most[i] };
            }
        }
        *highest = most.iter().fold(-bound, |most, &x| if x > most { x } else { most });
    }
}

/// Multiplies a row, adds it to `total`, and puts it in 16 bits into `out`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn scale_into(row: &[f32], factor: f32, total: &mut [f32], out: &mut [u16]) {
    let size = row.len();
    let (total, out) = (&mut total[..size], &mut out[..size]);
    for i in 0..size {
        let x = factor * row[i];
        total[i] += x;
        out[i] = bf16::round(x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exp() {
        for i in -8600..8600 {
            let x = i as f32 / 100.0;
            let (found, expected) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((found / expected - 1.0).abs() < 4e-7, "{x}: {found} {expected}");
        }
        assert!(exp(f32::NAN).is_finite() && exp(f32::INFINITY).is_finite() && exp(-1e9) > 0.0);
    }

    #[test]
    fn a_normed_row_has_mean_0_and_deviation_1() {
        let x: Vec<f32> = (0..64).map(|i| (i * i % 17) as f32 + 3.0).collect();
        let (mut normed, mut out) = (vec![0.0; 64], vec![0; 64]);
        let scale = norm(&x, &[2.0; 64], &[1.0; 64], &mut normed, &mut out);
        let mean: f32 = normed.iter().sum::<f32>() / 64.0;
        let variance: f32 = normed.iter().map(|n| n * n).sum::<f32>() / 64.0;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5 && scale > 0.0);
        let expected: Vec<u16> = normed.iter().map(|n| bf16::round(2.0 * n + 1.0)).collect();
        assert_eq!(out, expected);
    }
}
