//! Tickets of a tracker in the text of items.
//!
//! `RHEL-8` is written as `SHOP-8`. A key counts where it is put for itself, at the start or end of
//! a text or in brackets, or where the document names several of its project; numbers of the items
//! themselves (`AI-1`) and known names of technology never do.

use std::ops::Range;

use super::item::Around;
use super::prose::Prose;
use crate::text::Spanned;
use crate::vocabulary;

/// The ticket that an item's own words name.
pub(super) fn in_text(
    prose: &Prose,
    item: &Range<usize>,
    around: &Around<'_>,
) -> Option<Spanned<String>> {
    let mut start = 0;
    for word in prose.text.split_inclusive(char::is_whitespace) {
        let range = start..start + word.len();
        start = range.end;
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
        if !inner.contains(['#', '-']) || !is_ticket(inner) {
            continue;
        }
        let at = range.start + word.find(inner).unwrap_or(0);
        let own = at..at + inner.len();
        let is_known = project(inner).is_none_or(|key| around.has_tickets_of(key));
        if is_known || stands_apart(&prose.text, &own, item) {
            return prose.spanned(own);
        }
    }
    None
}

/// Whether a key is in brackets, or the first or last word of an item or of all its text.
fn stands_apart(text: &str, key: &Range<usize>, item: &Range<usize>) -> bool {
    let is_said = |part: &str| part.contains(char::is_alphanumeric);
    let before = &text[..key.start];
    let behind = &text[key.end..];
    let in_item = |from: usize, to: usize| text.get(from..to).is_some_and(is_said);
    before.ends_with(['(', '[', '（'])
        || behind.starts_with([')', ']', '）'])
        || !is_said(before)
        || !is_said(behind)
        || !in_item(item.start, key.start)
        || !in_item(key.end, item.end)
}

/// The projects of which a text names more than one ticket, sorted.
pub(super) fn projects(text: &str) -> Vec<Box<str>> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let mut keys: Vec<&str> = words
        .filter(|word| word.contains('-') && is_ticket(word))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    // `-` sorts before digits and letters, so the keys of one project lie side by side.
    let projects: Vec<&str> = keys.into_iter().filter_map(project).collect();
    let pairs = projects.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut repeated: Vec<&str> = pairs.map(|pair| pair[0]).collect();
    repeated.dedup();
    repeated.into_iter().map(Box::from).collect()
}

fn project(ticket: &str) -> Option<&str> {
    ticket
        .split_once('-')
        .map(|(key, _)| key)
        .filter(|key| !key.contains('#'))
}

/// `#123`, `ABC-123`.
pub(super) fn is_ticket(text: &str) -> bool {
    let digits = |text: &str| {
        !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some((repository, number)) = text.split_once('#') {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        return digits(number) && repository.chars().all(is_name);
    }
    let Some((key, number)) = text.split_once('-') else {
        return false;
    };
    let is_key = (2..=10).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_key && digits(number) && !vocabulary::names("items", "not-ticket", &key.to_ascii_lowercase())
}
