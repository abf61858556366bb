//! Which terms stand in a text.
//!
//! Text in ASCII is read word by word: a term can only begin where one of its first words does,
//! and most words begin none. Other text goes through an automaton over all terms, for there are
//! scripts without blanks between words.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Concept, entries};

/// What belongs to words of the vocabulary; in no order.
pub(super) type ByWord<W, V> = HashMap<W, V, BuildHasherDefault<WordHasher>>;

/// The terms of some files.
pub(super) struct Terms {
    /// Those in ASCII, side by side if they begin with the same word.
    terms: Vec<Term>,
    /// By their first word, where they stand.
    by_first: ByWord<&'static [u8], (u32, u32)>,
    /// By the first byte of a word, the lengths of the words that begin with it, a bit each.
    lengths: [u64; 256],
    /// All of them in all languages, as they stand in the files.
    lines: Vec<(Concept, &'static str)>,
    automaton: OnceLock<Automaton>,
}

#[derive(Clone, Copy, Debug)]
struct Term {
    concept: Concept,
    /// All of its words.
    words: &'static str,
    /// The length of the first.
    first: usize,
    /// The term must begin where the text begins.
    from_start: bool,
    /// The term must end where the text ends.
    to_end: bool,
}

struct Automaton {
    automaton: AhoCorasick,
    /// By the automaton's pattern, the terms that share these words.
    terms: Vec<Vec<Term>>,
}

impl Terms {
    pub fn of(files: impl Iterator<Item = &'static (&'static str, &'static str)>) -> Terms {
        let lines = files.flat_map(|(group, file)| {
            entries(file).map(|(name, line)| (Concept { group, name }, line))
        });
        Terms::new(lines.collect())
    }

    fn new(lines: Vec<(Concept, &'static str)>) -> Terms {
        let terms = lines
            .iter()
            .map(|(concept, line)| Term::new(*concept, line));
        let mut terms: Vec<Term> = terms.filter(|term| term.words.is_ascii()).collect();
        terms.sort_by_key(|term| term.first_word());
        let mut by_first = ByWord::default();
        let mut lengths = [0; 256];
        let mut end = 0;
        for same in terms.chunk_by(|a, b| a.first_word() == b.first_word()) {
            let word = same[0].first_word();
            by_first.insert(word, (end, end + same.len() as u32));
            end += same.len() as u32;
            lengths[usize::from(word[0])] |= length_bit(word);
        }
        Terms {
            terms,
            by_first,
            lengths,
            lines,
            automaton: OnceLock::new(),
        }
    }

    /// Calls back for each term that stands in a normalised text; not in any order.
    pub fn each(&self, text: &str, mut found: impl FnMut(Concept)) {
        if !text.is_ascii() {
            let automaton = self.automaton.get_or_init(|| Automaton::new(&self.lines));
            return automaton.each(text, found);
        }
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let mut end = start;
            while end < bytes.len() && bytes[end] != b' ' {
                end += 1;
            }
            for term in self.beginning_with(&bytes[start..end]) {
                if term.fits(bytes, start) {
                    found(term.concept);
                }
            }
            start = end + 1;
        }
    }

    fn beginning_with(&self, word: &[u8]) -> &[Term] {
        let Some(first) = word.first() else {
            return &[];
        };
        if self.lengths[usize::from(*first)] & length_bit(word) == 0 {
            return &[];
        }
        match self.by_first.get(word) {
            Some((start, end)) => &self.terms[*start as usize..*end as usize],
            None => &[],
        }
    }
}

impl Term {
    fn new(concept: Concept, line: &'static str) -> Term {
        let after_start = line.strip_prefix("* ");
        let rest = after_start.unwrap_or(line);
        let before_end = rest.strip_suffix(" *");
        let words = before_end.unwrap_or(rest);
        Term {
            concept,
            words,
            first: words.find(' ').unwrap_or(words.len()),
            from_start: after_start.is_none(),
            to_end: before_end.is_none(),
        }
    }

    fn first_word(&self) -> &'static [u8] {
        &self.words.as_bytes()[..self.first]
    }

    /// Whether it stands where its first word does, in a text in ASCII.
    fn fits(&self, text: &[u8], start: usize) -> bool {
        if self.from_start && start > 0 {
            return false;
        }
        let rest = &self.words.as_bytes()[self.first..];
        let behind = &text[start + self.first..];
        behind.starts_with(rest)
            && match behind.get(rest.len()) {
                None => true,
                Some(next) => *next == b' ' && !self.to_end,
            }
    }
}

/// Words of 63 bytes and more share one bit.
fn length_bit(word: &[u8]) -> u64 {
    1 << word.len().min(63)
}

impl Automaton {
    fn new(lines: &[(Concept, &'static str)]) -> Automaton {
        let mut by_words: BTreeMap<&str, Vec<Term>> = BTreeMap::new();
        for (concept, line) in lines {
            let term = Term::new(*concept, line);
            by_words.entry(term.words).or_default().push(term);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(by_words.keys())
            .expect("the vocabulary is small enough for an automaton");
        Automaton {
            automaton,
            terms: by_words.into_values().collect(),
        }
    }

    fn each(&self, text: &str, mut found: impl FnMut(Concept)) {
        for at in self.automaton.find_overlapping_iter(text) {
            if !is_word(text, at.start(), at.end()) {
                continue;
            }
            let (is_start, is_end) = (at.start() == 0, at.end() == text.len());
            for term in &self.terms[at.pattern().as_usize()] {
                if (is_start || !term.from_start) && (is_end || !term.to_end) {
                    found(term.concept);
                }
            }
        }
    }
}

/// Whether the range is bounded by the ends of words; scripts without blanks have no such bounds.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => is_spaced(a) && is_spaced(b),
        _ => false,
    };
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let inside = &text[start..end];
    !joins(before, inside.chars().next()) && !joins(inside.chars().next_back(), after)
}

/// Letters of scripts that put blanks between words.
fn is_spaced(character: char) -> bool {
    character.is_alphanumeric()
        && !matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}')
}

/// For words of the vocabulary, which nobody chooses who would want them to collide: what is
/// looked up may be anything, what is stored is ours.
#[derive(Default)]
pub(super) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let eight = chunk.try_into().unwrap_or_default();
            self.write_u64(u64::from_le_bytes(eight));
        }
        let mut rest = 0;
        for byte in chunks.remainder() {
            rest = rest << 8 | u64::from(*byte);
        }
        self.write_u64(rest);
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u64(&mut self, number: u64) {
        // The odd constant of Fibonacci hashing: 2^64 divided by the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        // The map takes its bits from both ends, and a product's low bits know little.
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{FILES, normalise};

    #[test]
    fn words_and_automaton_agree() {
        let terms = Terms::of(FILES.iter());
        let texts = FILES.iter().flat_map(|(_, file)| entries(file));
        let texts = texts.map(|(_, line)| normalise(line));
        for text in texts.filter(|text| text.is_ascii()) {
            for text in [format!("{text} then"), format!("the {text}"), text] {
                let (mut by_words, mut by_automaton) = (Vec::new(), Vec::new());
                terms.each(&text, |concept| by_words.push(concept));
                let automaton = terms.automaton.get_or_init(|| Automaton::new(&terms.lines));
                automaton.each(&text, |concept| by_automaton.push(concept));
                by_words.sort_unstable();
                by_automaton.sort_unstable();
                assert_eq!(by_words, by_automaton, "{text}");
            }
        }
    }
}
