//! What templates leave open, and where.
//!
//! A placeholder is told from a value by its form or by the words of `vocabulary/blanks.txt` and
//! `placeholders.txt`; what is not plainly one is left as it is.

use std::ops::Range;

use crate::vocabulary::{self, normalise};

/// Whether a value is what a template leaves to fill in.
pub(super) fn is_open(value: &str) -> bool {
    let value = value.trim_matches(['*', '_', '`']).trim();
    let is_dotted = value
        .chars()
        .all(|c| matches!(c, '-' | '_' | '.' | '…' | '?'));
    is_dotted || is_bracketed(value) || vocabulary::is_placeholder(value)
}

/// Whether brackets stand around the whole text; a link is none.
pub(super) fn is_bracketed(text: &str) -> bool {
    let pairs = [('[', ']'), ('<', '>'), ('{', '}')];
    let mut pairs = pairs.iter();
    pairs.any(|(open, close)| {
        let inside = text
            .strip_prefix(*open)
            .and_then(|t| t.strip_suffix(*close));
        inside.is_some_and(|inside| {
            let inside = inside.trim_start_matches(*open).trim_end_matches(*close);
            !inside.contains([*open, *close])
        })
    })
}

/// A date in place of `YYYY-MM-DD`, or of the whole value.
pub(super) fn dated(value: &str, date: &str) -> String {
    match date_place(value) {
        Some(place) if !is_bracketed(value) => {
            let mut value = value.to_owned();
            value.replace_range(place, date);
            value
        }
        _ => date.to_owned(),
    }
}

/// Where `YYYY-MM-DD` or another order of it stands.
pub(super) fn date_place(text: &str) -> Option<Range<usize>> {
    const OF_DATE: &[char] = &['Y', 'y', 'M', 'm', 'D', 'd', '-', '/', '.', '_'];
    let upper = text.to_ascii_uppercase();
    let year = upper.find("YYYY")?;
    let before = text[..year].trim_end_matches(OF_DATE).len();
    let rest = &text[year..];
    let after = year + (rest.len() - rest.trim_start_matches(OF_DATE).len());
    let letters = &upper[before..after];
    (letters.contains("MM") && letters.contains("DD")).then_some(before..after)
}

/// The first brackets around what stands for a date or a title, with the brackets.
pub(super) fn bracketed(text: &str, concept: &str) -> Option<Range<usize>> {
    const OPEN: &[char] = &['[', '<', '{'];
    const CLOSE: &[char] = &[']', '>', '}'];
    let mut from = 0;
    while let Some(open) = text[from..].find(OPEN).map(|at| from + at) {
        let start = open + (text[open..].len() - text[open..].trim_start_matches(OPEN).len());
        let end = start + text[start..].find(CLOSE)?;
        let after = end + (text[end..].len() - text[end..].trim_start_matches(CLOSE).len());
        if vocabulary::names("blanks", concept, &normalise(&text[start..end])) {
            return Some(open..after);
        }
        from = after;
    }
    None
}

/// `2026-01-05: Title` and `Incident title - 2026-01-05`, where a part of a heading stands for the
/// title without brackets.
pub(super) fn title_words(text: &str) -> Option<Range<usize>> {
    const BETWEEN: &[&str] = &[": ", " - ", " – ", " — "];
    let separators = BETWEEN.iter();
    let separators = separators.filter_map(|words| Some((text.find(words)?, words.len())));
    let (at, length) = separators.min()?;
    let is_title =
        |part: &Range<usize>| vocabulary::names("blanks", "title", &normalise(&text[part.clone()]));
    [0..at, at + length..text.len()].into_iter().find(is_title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for open in ["", "...", "[name]", "<sev>", "{{ title }}", "TBD", "*TODO*"] {
            assert!(is_open(open), "{open}");
        }
        for value in ["SEV-2", "[a](b) and [c](d)", "minor or major", "2026-01-05"] {
            assert!(!is_open(value), "{value}");
        }
    }

    #[test]
    fn dates_are_found_in_any_order() {
        assert_eq!(date_place("on YYYY-MM-DD HH:MM"), Some(3..13));
        assert_eq!(date_place("DD/MM/YYYY"), Some(0..10));
        assert_eq!(date_place("PMyyyy-nnn"), None);
        assert_eq!(dated("[YYYY-MM-DD]", "2026-11-23"), "2026-11-23");
    }

    #[test]
    fn titles_are_found_in_headings() {
        assert_eq!(title_words("2026-11-23: Title"), Some(12..17));
        assert_eq!(title_words("Incident title - 2026-11-23"), Some(0..14));
        assert_eq!(title_words("Checkout - 2026-11-23"), None);
        assert_eq!(bracketed("Report: [Incident name]", "title"), Some(8..23));
        assert_eq!(bracketed("[a](b) <title", "title"), None);
    }
}
