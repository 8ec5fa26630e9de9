//! The words that tell most: those that are much more frequent in the lines of a cluster than elsewhere.
//!
//! With a of the n lines of a cluster and b of all N lines having the word, what a word tells is the main term of
//! the log-likelihood ratio, a ln(a N / (n b)) (Dunning, *Accurate
//! Methods for the Statistics of Surprise and Coincidence*, 1993). Words in lower case, by the lines of the sample.

use hashbrown::{HashMap, HashSet};

use super::sample::Sample;
use crate::kinds::features::{row, tokens};
use crate::text::tokens::words;

/// Lines that have a word are counted in a table of so many places by its hash.
const PLACES: usize = 1 << 20;
/// A word counts as one of a cluster from so many of its lines on.
const FEWEST: u32 = 3;

/// (clusters) the words that tell most, the best first, `most` at most. `clusters` says where each line of the
/// sample belongs.
pub fn telling(
    sample: &Sample,
    clusters: &[Option<u32>],
    k: usize,
    most: usize,
) -> Vec<Vec<String>> {
    let mut everywhere = vec![0u32; PLACES];
    let mut of = vec![Vec::new(); k];
    for (line, &cluster) in sample.lines().zip(clusters) {
        each(line, |hash, _| everywhere[row(hash, PLACES)] += 1);
        if let Some(own) = cluster.and_then(|cluster| of.get_mut(cluster as usize)) {
            own.push(line);
        }
    }
    let all = sample.len() as f64;
    of.into_iter().map(|lines| best(&lines, &everywhere, all, most)).collect()
}

fn best(lines: &[&[u8]], everywhere: &[u32], all: f64, most: usize) -> Vec<String> {
    let mut counts: HashMap<u64, (u32, &[u8])> = HashMap::new();
    for line in lines {
        each(line, |hash, word| counts.entry(hash).or_insert((0, word)).0 += 1);
    }
    let n = lines.len() as f64;
    let score = |(hash, (count, word)): (u64, (u32, &'_ [u8]))| {
        let (a, b) = (f64::from(count), f64::from(everywhere[row(hash, PLACES)]));
        (a * libm::log(a * all / (n * b)), lower(word))
    };
    let few = FEWEST.min(lines.len() as u32);
    let mut scored: Vec<(f64, String)> =
        counts.into_iter().filter(|(_, (count, _))| *count >= few).map(score).collect();
    scored.retain(|(score, _)| *score > 0.0);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(most).map(|(_, word)| word).collect()
}

/// Visits every word with a letter once, with the hash of its lower case.
fn each<'a>(line: &'a [u8], mut see: impl FnMut(u64, &'a [u8])) {
    let mut seen = HashSet::new();
    for word in words(line) {
        let text = lower(word);
        let hash = tokens([text.as_bytes()]);
        if text.chars().any(char::is_alphabetic) && seen.insert(hash) {
            see(hash, word);
        }
    }
}

fn lower(word: &[u8]) -> String {
    String::from_utf8_lossy(word).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::cluster::Settings;

    #[test]
    fn words_that_tell_are_frequent_here_and_rare_elsewhere() {
        let mut sample = Sample::new(&Settings::default(), 1);
        let lines = ["The cat saw 1 mouse", "the Cat ate a mouse", "a cat sleeps", "the sun , 1"];
        let others = ["the moon rises", "the moon sets", "a moon is round"];
        lines.iter().chain(&others).for_each(|line| sample.see(line.as_bytes()).unwrap());
        let clusters = [Some(0), Some(0), Some(0), None, Some(1), Some(1), Some(1)];
        let found = telling(&sample, &clusters, 3, 5);
        assert_eq!(found, [vec!["cat"], vec!["moon"], vec![]]);
    }
}
