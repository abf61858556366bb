//! Which of some new texts are which of some old ones, by the words that they share.
//!
//! A text that was moved and reflowed, or moved and mended, is still the same one; two that were
//! filled in from one template are not.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The part of the runs of words that must be shared.
const ALIKE: f64 = 0.5;

/// Words that make a run.
const RUN: usize = 3;

/// A run that more texts have says nothing of which is which.
const SHARED_BY: usize = 8;

/// The runs of words of a text, as numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs(BTreeSet<u64>);

impl Runs {
    pub fn of(bytes: &[u8]) -> Runs {
        let words = bytes.split(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii());
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        let number = |run: &[&[u8]]| {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish()
        };
        Runs(words.windows(RUN).map(number).collect())
    }
}

/// The places of new and old texts that are the same, the most alike first; each is in one pair at
/// most.
pub fn pairs(news: &[Runs], olds: &[Runs]) -> Vec<(usize, usize)> {
    let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, old) in olds.iter().enumerate() {
        for run in &old.0 {
            holders.entry(*run).or_default().push(index);
        }
    }
    let mut alike = Vec::new();
    for (new, Runs(runs)) in news.iter().enumerate() {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        let holders = runs.iter().filter_map(|run| holders.get(run));
        for old in holders.filter(|list| list.len() <= SHARED_BY).flatten() {
            *shared.entry(*old).or_default() += 1;
        }
        for (old, count) in shared {
            let part = 2.0 * count as f64 / (runs.len() + olds[old].0.len()) as f64;
            if part >= ALIKE {
                alike.push((part, new, old));
            }
        }
    }
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let (mut paired, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let pairs = alike.into_iter().map(|(_, new, old)| (new, old));
    pairs
        .filter(|(new, old)| !paired.contains(new) && taken.insert(*old) && paired.insert(*new))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_pair_by_most_of_their_words() {
        let runs = |texts: &[&str]| -> Vec<Runs> {
            texts.iter().map(|text| Runs::of(text.as_bytes())).collect()
        };
        let olds = runs(&[
            "the disk of the queue was full for an hour",
            "the certificate of the shop expired at noon",
        ]);
        let news = runs(&[
            "a new page about something else altogether",
            "the certificate of the shop\nexpired at night",
            "the disk of the queue was full for an hour",
            "the disk of the queue was full for two hours",
        ]);
        assert_eq!(pairs(&news, &olds), [(2, 0), (1, 1)]);
        assert_eq!(pairs(&runs(&["full"]), &runs(&["full"])), []);
    }
}
