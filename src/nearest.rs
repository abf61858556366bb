//! The name that was probably meant.

/// The candidate closest to `word` by edits, if it is close enough to be a slip of the fingers:
/// one edit for each three characters, and at least one. Of equally close ones the first.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    closest(word, candidates).map(|(candidate, _)| candidate)
}

/// As [`nearest`], but nothing if two candidates are equally close.
pub fn only_nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let (candidate, is_only) = closest(word, candidates)?;
    is_only.then_some(candidate)
}

/// The closest candidate, and whether no other one is as close.
fn closest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<(&'c str, bool)> {
    // A longer word is no slip, and comparing costs the product of the lengths.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    let own = letters(word);
    let mut least = allowed + 1;
    let mut best = None;
    for candidate in candidates {
        // Each character too many or too few is an edit.
        if candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        // And so is each letter that only one of them has; most pairs are told apart by that.
        let other = letters(candidate);
        let missing = (own & !other).count_ones().max((other & !own).count_ones());
        if missing as usize > allowed {
            continue;
        }
        let distance = distance(word, candidate);
        if distance < least {
            least = distance;
            best = Some((candidate, true));
        } else if let Some((_, is_only)) = best.as_mut().filter(|_| distance == least) {
            *is_only = false;
        }
    }
    best
}

/// The letters of a word, a bit for each, of which letters far apart share some.
fn letters(word: &str) -> u64 {
    let letters = word.chars().flat_map(char::to_lowercase);
    letters.fold(0, |set, letter| set | 1 << (u32::from(letter) % 64))
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let keys = ["monitoring", "metrics", "customer_reports"];
        assert_eq!(nearest("monitorng", keys), Some("monitoring"));
        assert_eq!(nearest("moinitoring", keys), Some("monitoring"));
        assert_eq!(nearest("customer-reports", keys), Some("customer_reports"));
        assert_eq!(nearest("support", keys), None);
        assert_eq!(nearest("ab", ["ba"]), Some("ba"));
        assert_eq!(nearest("abd", ["abc", "abe"]), Some("abc"));
        assert_eq!(only_nearest("abd", ["abc", "abe"]), None);
        assert_eq!(only_nearest("abd", ["xyz", "abe"]), Some("abe"));
    }
}
