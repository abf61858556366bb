//! Who is asked and until when, where bare words say it: `@ada/@bob by 2026-12-01`.
//!
//! Nothing here is sure for itself: a handle may be a package's, a small word between brackets a
//! topic. So each reading has the words that speak against it in the vocabulary.

use std::ops::Range;

use super::dated::within;
use crate::model::date::{self, Day};
use crate::text::Spanned;
use crate::vocabulary;

/// So many words lead to a date: "no later than".
const MOST_WORDS: usize = 3;

/// A bare name is short; in bytes.
const LONGEST_NAME: usize = 40;

/// A day with which a text ends.
pub(super) struct DayAtEnd {
    /// Where the words for it begin.
    pub start: usize,
    /// Whether a word says that it is the last day for something.
    pub is_due: bool,
    pub day: Day,
}

/// `… by 2026-12-01`, `… 2026-12-01`.
pub(super) fn day_at_end(text: &str) -> Option<DayAtEnd> {
    let end = text.trim_end_matches(['.', ' ', '。']).len();
    let found = date::dates(text).pop()?;
    if found.range.end > end || !is_time_of_day(&text[found.range.end..end]) {
        return None;
    }
    let before = text[..found.range.start].trim_end_matches([' ', ':']);
    let mut at = DayAtEnd {
        start: found.range.start,
        is_due: false,
        day: found.day,
    };
    let mut start = before.len();
    for _ in 0..MOST_WORDS {
        start = before[..start].trim_end_matches(' ').len();
        start = before[..start]
            .rfind([' ', ',', ';', '(', '，'])
            .map_or(0, |space| space + first_length(&before[space..]));
        let words = vocabulary::normalise(&before[start..]);
        if vocabulary::names("items", "until", &words) {
            (at.start, at.is_due) = (start, true);
        } else if words == "on" && !at.is_due {
            at.start = start;
        }
    }
    Some(at)
}

/// Whether nothing but a time stands behind a day: ` 17:00 UTC`, `T17:00Z`.
fn is_time_of_day(text: &str) -> bool {
    /// `Europe/Berlin` and longer names are not written behind a time.
    const LONGEST_ZONE: usize = 6;
    let time = text.trim_start_matches([' ', ',', 'T', '@']);
    let Some((length, _)) = date::time_at_start(time) else {
        return text.is_empty();
    };
    let zone = time[length..].trim();
    zone.len() <= LONGEST_ZONE
        && zone
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-:".contains(c))
}

/// The words that a text writes without a capital behind other words, sorted: `owner: ada` and
/// `@ada` are none.
pub(super) fn small_words(text: &str) -> Vec<Box<str>> {
    let mut words = Vec::new();
    let mut is_behind_word = false;
    for piece in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        if is_behind_word && word.starts_with(char::is_lowercase) {
            words.push(word);
        }
        let is_plain = piece.ends_with(char::is_whitespace);
        is_behind_word = is_plain && (is_behind_word || !word.is_empty());
    }
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(Box::from).collect()
}

/// The owner behind a word for one without a colon: `owner ada`, `assigned to @ada`.
pub(super) fn behind_key(value: &Spanned<String>) -> Option<Spanned<String>> {
    let text = value.value.as_str();
    for (at, _) in text.match_indices(' ').take(2) {
        let name = text[at..].trim();
        let words = vocabulary::normalise(&text[..at]);
        let is_key = vocabulary::names("items", "key-owner", &words);
        let is_name = is_bare_name(name) || handle(name) == Some(name.len());
        if is_key
            && (is_name || vocabulary::names("items", "no-owner", &vocabulary::normalise(name)))
        {
            let start = text.len() - text[at..].trim_start().len();
            let span = within(value, start, name.len());
            return Some(Spanned::new(name.to_owned(), span));
        }
    }
    None
}

/// A word in small letters or up to three with capitals, that are no words for anything in lists of
/// actions.
pub(super) fn is_bare_name(text: &str) -> bool {
    if text.len() < 2 || text.len() > LONGEST_NAME {
        return false;
    }
    let is_letters = |word: &str| {
        word.starts_with(char::is_alphabetic)
            && word
                .chars()
                .all(|c| c.is_alphabetic() || ".-'’".contains(c))
    };
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    let has_small = |word: &str| word.contains(char::is_lowercase);
    let is_one = !text.contains(' ');
    let mut words = text.split(' ');
    let are_names = words.clone().count() <= 3
        && words.all(|word| {
            is_letters(word)
                && has_small(word)
                && (is_one || is_capital(word))
                && !is_compound(word)
        });
    let normal = vocabulary::normalise(text);
    are_names
        && !super::item::is_category(text)
        && vocabulary::concepts("items", &normal).is_empty()
        && !normal
            .split(' ')
            .any(|word| vocabulary::names("items", "no-name", word) || word.ends_with("ed"))
}

/// Whether a word is written as products are: `PayHub`; `McDonald` is a name.
pub(super) fn is_compound(word: &str) -> bool {
    const BEFORE_NAMES: &[&str] = &[
        "Mc", "Mac", "De", "Del", "Della", "Di", "Du", "La", "Le", "Van", "Von", "Fitz", "Ben",
        "Jo", "Mary",
    ];
    let mut before = ' ';
    let inner = word.char_indices().find(|(_, c)| {
        let is_inner = before.is_lowercase() && c.is_uppercase();
        before = *c;
        is_inner
    });
    inner.is_some_and(|(at, _)| !BEFORE_NAMES.contains(&&word[..at]))
}

/// The handles and teams with which a text begins: `@ada and @acme/sre`.
pub(super) fn handles_at_start(text: &str) -> Vec<Range<usize>> {
    const JOINTS: &[&str] = &[" and ", " & ", ", ", "/", " + ", " und ", " y ", " et "];
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(length) = handle_or_label(&text[at..]) {
        names.push(at..at + length);
        at += length;
        let rest = &text[at..];
        let joint = JOINTS.iter().find(|joint| rest.starts_with(**joint));
        let Some(joint) = joint.filter(|joint| rest[joint.len()..].starts_with('@')) else {
            break;
        };
        at += joint.len();
    }
    names
}

/// A team only where a colon says that it is asked: else it may be a package.
fn handle_or_label(text: &str) -> Option<usize> {
    let is_label = |length: &usize| {
        text[*length..]
            .trim_start_matches(['`', ' '])
            .starts_with([':', '：'])
    };
    handle(text).or_else(|| team(text).filter(is_label))
}

/// Whether a handle behind these words is asked; `is_ahead` if a day to come stands behind it.
pub(super) fn may_be_asked(before: &str, handle: &str, is_ahead: bool) -> bool {
    let mut words = before.split_whitespace().rev().map(vocabulary::normalise);
    let last = words.next().unwrap_or_default();
    if handle.contains('/')
        && !handle.contains("/@")
        && (!is_ahead || words.clone().next().is_none())
    {
        return false;
    }
    if last == "by" && is_ahead {
        // "made by @ada" tells of the past.
        let verb = words.next().unwrap_or_default();
        return !verb.ends_with("ed") && !vocabulary::names("items", "made", &verb);
    }
    !vocabulary::names("items", "not-asked", &last)
}

/// The parts of a list of names with where each begins.
pub(super) fn split_names(text: &str) -> Vec<(usize, &str)> {
    const WORDS: &[&str] = &[" and ", " y ", " e ", " und ", " or "];
    const SIGNS: &[char] = &[',', '&', '+', ';', '、', '，', '\n', '|', '/'];
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let word = WORDS.iter().find(|word| rest.starts_with(*word));
        let sign = rest.chars().next().filter(|c| SIGNS.contains(c));
        // `@acme/platform` is one team.
        let is_team = sign == Some('/')
            && text[start..at].trim_start().starts_with('@')
            && !rest[1..].trim_start().starts_with('@');
        let is_not_applicable = sign == Some('/')
            && text[start..at].trim().eq_ignore_ascii_case("n")
            && rest[1..].trim_start().starts_with(['a', 'A']);
        let length = match (word, sign) {
            (Some(word), _) => word.len(),
            (None, Some(sign)) if !is_team && !is_not_applicable => sign.len_utf8(),
            _ => {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
        };
        parts.push((start, &text[start..at]));
        at += length;
        start = at;
    }
    parts.push((start, &text[start..]));
    parts
}

/// The bytes of a handle at the start of a text: `@ada`, also in backticks. Names of packages and
/// words of programs are none.
pub(super) fn handle(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('@')?;
    let name = account(inner);
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let behind = &inner[name.len()..];
    let is_package =
        (behind.starts_with('/') && !behind.starts_with("/@")) || behind.starts_with('(');
    let is_word = vocabulary::names("items", "not-handle", &name.to_ascii_lowercase());
    let is_version =
        name.starts_with(|c: char| c.is_ascii_digit()) && !name.contains(char::is_alphabetic);
    (starts && !is_package && !is_word && !is_version).then_some(1 + name.len())
}

/// The bytes of a team at the start of a text: `@acme/sre`; known packages are none.
pub(super) fn team(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('@')?;
    let group = account(inner);
    let name = account(inner[group.len()..].strip_prefix('/')?);
    let is_package = vocabulary::names("items", "package-scope", &vocabulary::normalise(group));
    (!group.is_empty() && !name.is_empty() && !is_package).then_some(2 + group.len() + name.len())
}

fn account(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_' && c != '.')
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-', '_'])
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}
