//! A map of the centres: classical scaling of their distances to two dimensions.
//!
//! The cosines of the centres, centred by row and column, are a matrix whose two largest eigenvectors, each times the
//! root of its eigenvalue, are places that keep distances as well as two dimensions can (Torgerson, *Multidimensional
//! Scaling: I*, 1952). They are found by powers of the matrix.

use super::centres::Centres;

/// The largest clusters that are drawn.
pub const MOST: usize = 200;
/// How often a vector is multiplied by the matrix.
const POWERS: usize = 200;

/// (the largest clusters, [`MOST`] at most) where each is.
pub fn places(centres: &Centres) -> Vec<[f64; 2]> {
    let k = centres.k().min(MOST);
    let mut matrix = vec![0.0f64; k * k];
    for row in centres.table_rows() {
        for (i, &x) in row[..k].iter().enumerate().filter(|(_, x)| **x != 0.0) {
            for (sum, &y) in matrix[i * k..][..k].iter_mut().zip(row) {
                *sum += f64::from(x) * f64::from(y);
            }
        }
    }
    centre(&mut matrix, k);
    let mut axis = |number: usize| -> Vec<f64> {
        let (value, vector) = largest(&matrix, k, number);
        for i in 0..k {
            for j in 0..k {
                matrix[i * k + j] -= value * vector[i] * vector[j];
            }
        }
        vector.iter().map(|x| x * value.max(0.0).sqrt()).collect()
    };
    let (first, second) = (axis(0), axis(1));
    first.into_iter().zip(second).map(|(x, y)| [x, y]).collect()
}

/// Takes the means of rows and columns away.
fn centre(matrix: &mut [f64], k: usize) {
    let n = k.max(1) as f64;
    let means: Vec<f64> = matrix.chunks(k.max(1)).map(|row| row.iter().sum::<f64>() / n).collect();
    let mean = means.iter().sum::<f64>() / n;
    for i in 0..k {
        for j in 0..k {
            matrix[i * k + j] += mean - means[i] - means[j];
        }
    }
}

/// The largest eigenvalue and its vector, of length one.
fn largest(matrix: &[f64], k: usize, axis: usize) -> (f64, Vec<f64>) {
    // Begins with numbers that are no eigenvector of anything.
    let mut vector: Vec<f64> = (0..k).map(|i| libm::cos((1 + i * (axis + 2)) as f64)).collect();
    let mut value = 0.0;
    for _ in 0..POWERS {
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length < 1e-12 {
            return (0.0, vec![0.0; k]);
        }
        vector.iter_mut().for_each(|x| *x /= length);
        let product: Vec<f64> = matrix
            .chunks(k.max(1))
            .map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum())
            .collect();
        value = product.iter().zip(&vector).map(|(a, b)| a * b).sum();
        vector = product;
    }
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-300);
    vector.iter_mut().for_each(|x| *x /= length);
    (value, vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_centres_are_near_on_the_map() {
        let mut centres = Centres::new(4, 3);
        centres.add(0, &[(0, 1.0)]);
        centres.add(1, &[(0, 0.8), (1, 0.6)]);
        centres.add(2, &[(3, 1.0)]);
        centres.finish();
        let [a, b, c] = places(&centres)[..] else { panic!("three places") };
        let distance =
            |a: [f64; 2], b: [f64; 2]| ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt();
        // Three points lie in a plane, so that the distances are the true ones, the root of 2 - 2 cos.
        for (a, b, cos) in [(a, b, 0.8), (a, c, 0.0), (b, c, 0.0)] {
            assert!((distance(a, b) - f64::sqrt(2.0 - 2.0 * cos)).abs() < 1e-3, "{a:?} {b:?}");
        }
        assert_eq!(places(&Centres::new(4, 0)), [[0.0; 2]; 0]);
    }
}
