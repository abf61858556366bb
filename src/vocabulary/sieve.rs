//! Telling text that surely names none of some concepts, as it is written.
//!
//! Most running text says nothing of what it is asked for, and normalising it only to see that
//! costs many times what this does: one pass that looks each word up by its hash.

use super::normal::{ByteKind, KINDS, begins_camel_word};
use super::{FILES, entries};

/// Sets of concepts, of which each text may name some.
#[derive(Debug)]
pub struct Sieve {
    /// By the last bits of a word's hash: the hash, and the sets that the word stands for. A power
    /// of two of them, of which at most half are taken.
    table: Vec<(u64, u64)>,
    all: u64,
}

impl Sieve {
    /// For some concepts of a group, or for all of it if none is named.
    pub fn new(group: &str, names: &[&str]) -> Sieve {
        let is_asked = |name: &str| names.is_empty() || names.contains(&name);
        Sieve::of_words(
            terms_of(group)
                .filter(|(name, _)| is_asked(name))
                .map(|(_, line)| (telling_word(line), 1)),
        )
    }

    /// For some words, in lower case.
    pub fn of(words: &[&str]) -> Sieve {
        Sieve::of_words(words.iter().map(|word| (*word, 1)))
    }

    /// For concepts of a group that are told apart: the set of each, by its place among the names.
    ///
    /// At most 64 of them.
    pub fn told_apart(group: &str, names: &[String]) -> Sieve {
        let place = |name: &str| names.iter().position(|other| other == name);
        Sieve::of_words(
            terms_of(group)
                .filter_map(|(name, line)| Some((telling_word(line), 1 << place(name)?))),
        )
    }

    /// The sets of which a text may name something, a bit each. Text with letters other than
    /// those of ASCII always may.
    pub fn find(&self, text: &str) -> u64 {
        let mut found = 0;
        self.scan(text, &NO_SIGNS, |event| {
            if let Event::Sets(sets) = event {
                found |= sets;
            }
            found == self.all
        });
        found
    }

    /// The parts of a text between some signs that may name something, with the sets.
    pub fn parts<'t>(&self, text: &'t str, signs: &Signs, mut each: impl FnMut(&'t str, u64)) {
        let (mut found, mut start) = (0, 0);
        self.scan(text, signs, |event| {
            match event {
                Event::Sets(sets) => found |= sets,
                Event::End(end) => {
                    if found != 0 {
                        each(&text[start..end], found);
                    }
                    (found, start) = (0, end + 1);
                }
            }
            false
        });
    }

    /// Whether a text may name anything at all.
    pub fn may_match(&self, text: &str) -> bool {
        let mut is_found = false;
        self.scan(text, &NO_SIGNS, |event| {
            is_found |= matches!(event, Event::Sets(_));
            is_found
        });
        is_found
    }

    pub(super) fn of_words<'w>(words: impl Iterator<Item = (&'w str, u64)>) -> Sieve {
        let words: Vec<(u64, u64)> = words.map(|(word, sets)| (hash_of(word), sets)).collect();
        let size = (words.len() * 2).next_power_of_two().max(2);
        let mut sieve = Sieve {
            table: vec![(0, 0); size],
            all: words.iter().fold(0, |all, (_, sets)| all | sets),
        };
        for (hash, sets) in words {
            let slot = sieve.slot(hash);
            let (_, before) = sieve.table[slot];
            sieve.table[slot] = (hash, before | sets);
        }
        sieve
    }

    /// Where a hash stands, or would.
    fn slot(&self, hash: u64) -> usize {
        let last = self.table.len() - 1;
        // The high bits of a product depend on all of the word.
        let mut slot = (hash >> 32) as usize & last;
        while self.table[slot].1 != 0 && self.table[slot].0 != hash {
            slot = (slot + 1) & last;
        }
        slot
    }

    /// Calls back with the sets of each word that has some, and where parts end, until it is told
    /// to stop.
    fn scan(&self, text: &str, signs: &Signs, mut found: impl FnMut(Event) -> bool) {
        let text = text.as_bytes();
        let mut hash = START;
        let mut at = 0;
        while let Some(byte) = text.get(at).copied() {
            match KINDS[usize::from(byte)] {
                ByteKind::Letter => {
                    let is_start = byte.is_ascii_uppercase() && begins_word(text, at);
                    if is_start && self.ends(&mut hash, &mut found) {
                        return;
                    }
                    hash = mixed(hash, byte);
                    at += 1;
                    // Nearly all of a text is small letters, and they need no more than this.
                    while let Some(byte) = text.get(at).filter(|byte| is_small(**byte)) {
                        hash = mixed(hash, *byte);
                        at += 1;
                    }
                    continue;
                }
                ByteKind::LeftOut => {}
                ByteKind::Foreign if text[at..].starts_with("’".as_bytes()) => at += 2,
                ByteKind::Foreign if !is_sign(&text[at..]) => {
                    if found(Event::Sets(self.all)) {
                        return;
                    }
                }
                ByteKind::Blank | ByteKind::Foreign => {
                    if hash != START && self.ends(&mut hash, &mut found) {
                        return;
                    }
                    if signs.0[usize::from(byte)] && found(Event::End(at)) {
                        return;
                    }
                }
            }
            at += 1;
        }
        if !self.ends(&mut hash, &mut found) {
            found(Event::End(text.len()));
        }
    }

    /// Looks up the word that ends here, if one does; whether that ends the search.
    fn ends(&self, hash: &mut u64, found: &mut impl FnMut(Event) -> bool) -> bool {
        let word = std::mem::replace(hash, START);
        if word == START {
            return false;
        }
        let (_, sets) = self.table[self.slot(word)];
        sets != 0 && found(Event::Sets(sets))
    }
}

/// Some signs of ASCII.
#[derive(Debug)]
pub struct Signs([bool; 256]);

impl Signs {
    pub const fn of(signs: &[u8]) -> Signs {
        let mut table = [false; 256];
        let mut at = 0;
        while at < signs.len() {
            table[signs[at] as usize] = true;
            at += 1;
        }
        Signs(table)
    }
}

static NO_SIGNS: Signs = Signs::of(&[]);

/// What a pass over a text meets.
enum Event {
    /// A word, and the sets that it stands for.
    Sets(u64),
    /// The byte behind a part.
    End(usize),
}

/// The hash of no letters at all. This and what follows is FNV-1a with 64 bits.
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// With a letter, which counts as a small one, or a digit, which has the same bit.
fn mixed(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte | 0x20)).wrapping_mul(0x0100_0000_01b3)
}

fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether a capital letter begins a word.
fn begins_word(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
    let next_is_lower = text.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    begins_camel_word(before.into(), next_is_lower)
}

fn hash_of(word: &str) -> u64 {
    word.bytes().fold(START, mixed)
}

/// The terms of a group in ASCII; other text may always match.
fn terms_of(group: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let file = FILES.iter().find(|(name, _)| *name == group);
    let terms = file.into_iter().flat_map(|(_, text)| entries(text));
    terms.filter(|(_, line)| line.is_ascii())
}

/// The longest word of a term: the rarest, as a rule.
fn telling_word(line: &'static str) -> &'static str {
    let words = line.split([' ', '*']);
    words.max_by_key(|word| word.len()).unwrap_or_default()
}

/// Whether text that begins with a byte beyond ASCII begins with a dash, quotation mark, arrow,
/// frame or emoji, or goes on within one; none of them is a letter.
fn is_sign(text: &[u8]) -> bool {
    match text {
        [0x80..=0xbf, ..] | [0xc2, 0xa0..=0xbf, ..] => true,
        [0xe2, second, ..] => {
            matches!(second, 0x80 | 0x86 | 0x87 | 0x94 | 0x95 | 0x9a..=0x9d)
        }
        [0xef, 0xb8, 0x8f, ..] | [0xf0, 0x9f, 0x8c..=0xab, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{concepts, normalise};

    #[test]
    fn whatever_is_named_is_let_through() {
        for (group, file) in FILES {
            let sieve = Sieve::new(group, &[]);
            for (_, line) in entries(file) {
                let words = line.trim_start_matches("* ").trim_end_matches(" *");
                let camel: String = words.split(' ').map(capital).collect();
                for text in [words.to_uppercase(), camel, format!("— {words}: 3 × “x”")] {
                    let is_named = !concepts(group, &normalise(&text)).is_empty();
                    assert!(!is_named || sieve.may_match(&text), "{group}: {text}");
                }
            }
        }
    }

    #[test]
    fn other_text_is_held_back() {
        let sieve = Sieve::new("incidents", &[]);
        for text in [
            "",
            "the cat sat on the mat",
            "It’s a — “cat” → 🐈",
            "catDisk2x",
        ] {
            assert_eq!(sieve.find(text), 0, "{text}");
        }
        assert!(sieve.may_match("le café"));
    }

    #[test]
    fn parts_of_a_text() {
        let sieve = Sieve::new("incidents", &[]);
        let mut parts = Vec::new();
        let text = "Fine. The disk is full, I say; it’s the Disk!";
        sieve.parts(text, &Signs::of(b".,;"), |part, _| parts.push(part));
        assert_eq!(parts, [" The disk is full", " it’s the Disk!"]);
    }

    fn capital(word: &str) -> String {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    }
}
