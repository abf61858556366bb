//! The anchors of a page: what may follow `#` in a link to it.
//!
//! Headings get the names that GitHub gives them: lower case, without punctuation, `-` for each
//! blank, and a running number behind the second of equal ones. HTML names its own, and so does
//! `{#name}` at a heading's end. Letters that GitHub keeps and others drop, such as the variation
//! selector behind an emoji, are dropped here on both sides of a comparison; and since other
//! generators write one `-` where GitHub writes two, a link in their form is right as well.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;

use super::link::attributes;
use crate::binary::binary;
use crate::parse::markdown::Markdown;
use crate::text::{Source, Span};

/// A sorted set of names in one string.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    text: Box<str>,
    /// Where each name ends, in bytes.
    ends: Box<[u32]>,
    /// Names without the number that they begin with, sorted.
    numberless: Box<[Box<str>]>,
    /// All of them are known: the page was read, and nothing else writes a part of it.
    is_whole: bool,
}

binary!(struct Anchors { text, ends, numberless, is_whole });

impl Anchors {
    pub(super) fn read(markdown: &Markdown<'_>) -> Anchors {
        let mut names = Vec::new();
        let mut given: BTreeMap<String, u32> = BTreeMap::new();
        for heading in markdown.headings() {
            let slug = slug(&heading.text);
            let before = given.entry(slug.clone()).or_default();
            names.push(match before {
                0 => slug,
                _ => format!("{slug}-{before}"),
            });
            *before += 1;
            names.extend(heading.anchor.map(|anchor| anchor.value.to_lowercase()));
        }
        names.extend(html_names(markdown));
        let squeezed = names.iter().filter_map(|name| squeezed(name));
        let squeezed: Vec<String> = squeezed.collect();
        names.extend(squeezed);
        Anchors::new(names, !has_includes(markdown.source.text))
    }

    fn new(mut names: Vec<String>, is_whole: bool) -> Anchors {
        names.sort_unstable();
        names.dedup();
        let numberless = names.iter().filter_map(|name| {
            let rest = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
            (rest.len() < name.len() && !rest.is_empty()).then(|| rest.into())
        });
        let mut numberless: Vec<Box<str>> = numberless.collect();
        numberless.sort_unstable();
        let mut ends = Vec::with_capacity(names.len());
        let mut length = 0;
        for name in &names {
            length += name.len();
            ends.push(u32::try_from(length).unwrap_or(u32::MAX));
        }
        Anchors {
            text: names.concat().into(),
            ends: ends.into(),
            numberless: numberless.into(),
            is_whole,
        }
    }

    /// Whether a link with this fragment, written without the `#`, finds its place. The top of a
    /// page is always there. Names are in lower case, and GitHub finds them in any.
    pub fn has(&self, fragment: &str) -> bool {
        let fragment = decoded(fragment).to_lowercase();
        let is_top = matches!(fragment.as_str(), "" | "top");
        is_top || self.contains(&fragment) || self.contains(&plain(&fragment))
    }

    /// Whether a link with this fragment may find its place by any of the ways in which hosts and
    /// generators name headings, lines and words.
    pub fn may_have(&self, fragment: &str) -> bool {
        let is_line = fragment.strip_prefix('L');
        let is_line = is_line.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let named = fragment.strip_prefix("user-content-").unwrap_or(fragment);
        let is_built = ["fn", ":~:", "/", "!"]
            .iter()
            .any(|start| named.starts_with(start));
        !self.is_whole || is_line || is_built || self.has(named) || self.has_loosely(named)
    }

    /// As some generators write names: without the number of a heading, with `_1` for the second of
    /// equal ones.
    fn has_loosely(&self, fragment: &str) -> bool {
        let lower = plain(&decoded(fragment).to_lowercase());
        let numbered = lower.rsplit_once('_');
        let numbered = numbered.filter(|(_, number)| number.parse::<u32>().is_ok());
        let other = numbered.map(|(name, number)| format!("{name}-{number}"));
        other.is_some_and(|other| self.contains(&other))
            || self
                .numberless
                .binary_search_by(|name| (**name).cmp(&lower))
                .is_ok()
    }

    /// All names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| &self.text[self.range(index)])
    }

    fn contains(&self, name: &str) -> bool {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.text[self.range(middle)].cmp(name) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        false
    }

    fn range(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[index] as usize
    }
}

/// Whether some line is nothing but a tag that another program replaces.
fn has_includes(text: &str) -> bool {
    const MARKS: &[&str] = &[
        "{{", "{%", "<%", "--8<--", "!include", "import ", ":::", "!!!",
    ];
    let is_mark = |line: &str| MARKS.iter().any(|mark| line.starts_with(mark));
    let mut marks = MARKS.iter();
    // Most pages hold none of them anywhere.
    marks.any(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
        && text.lines().any(|line| is_mark(line.trim_start()))
}

/// The names that HTML gives.
fn html_names(markdown: &Markdown<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for span in markdown.html() {
        let html = Source {
            file: span.file,
            text: markdown.source.slice(span),
            base: span.range().start,
        };
        let name = |(_, at): (&str, Span)| html.slice(at).to_lowercase();
        names.extend(attributes(html, &["id", "name"]).into_iter().map(name));
    }
    names
}

/// The name of a heading.
fn slug(text: &str) -> String {
    plain(&text.trim().to_lowercase())
}

fn plain(lower: &str) -> String {
    let mut slug = String::with_capacity(lower.len());
    for character in lower.chars() {
        match character {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(character),
            _ if character.is_alphanumeric() => slug.push(character),
            _ => {}
        }
    }
    slug
}

/// The name with single hyphens and none at its ends, if that is another one.
fn squeezed(name: &str) -> Option<String> {
    let is_loose = name.contains("--") || name.starts_with('-') || name.ends_with('-');
    let words = name.split('-').filter(|word| !word.is_empty());
    is_loose.then(|| words.collect::<Vec<_>>().join("-"))
}

/// A fragment or path with `%20` and its like resolved.
pub fn decoded(fragment: &str) -> Cow<'_, str> {
    if !fragment.contains('%') {
        return Cow::Borrowed(fragment);
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, more @ ..] = rest {
        let code = more.get(..2).and_then(|code| str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::FileId;

    fn anchors(text: &str) -> Anchors {
        Anchors::read(&markdown::parse(Source::new(FileId(0), text)))
    }

    #[test]
    fn headings_are_named_as_github_names_them() {
        let text = "# Roll back, then *check*\n## What's `next`?\n## A & B\n## A & B\n\
                    ## ⚠️ Danger zone\n## 1. Über uns\n## snake_case-kept\n## Named {#short}\n\
                    <a id=\"by-hand\"></a>\n\n<h2 name='Also'>x</h2>\n";
        let anchors = anchors(text);
        let names: Vec<&str> = anchors.iter().collect();
        let expected = [
            "-danger-zone",
            "1-über-uns",
            "a--b",
            "a--b-1",
            "a-b",
            "a-b-1",
            "also",
            "by-hand",
            "danger-zone",
            "named",
            "roll-back-then-check",
            "short",
            "snake_case-kept",
            "whats-next",
        ];
        assert_eq!(names, expected);
        for fragment in [
            "%EF%B8%8F-danger-zone",
            "1-%C3%BCber-uns",
            "A--B-1",
            "top",
            "",
        ] {
            assert!(anchors.has(fragment), "{fragment}");
        }
        for fragment in ["a--b-2", "danger", "über", "%", "%e"] {
            assert!(!anchors.has(fragment), "{fragment}");
        }
    }

    #[test]
    fn a_hundred_thousand_equal_headings() {
        let anchors = anchors(&"# a\n".repeat(100_000));
        assert_eq!(anchors.iter().count(), 100_000);
        assert!(anchors.has("a-99999") && !anchors.has("a-100000"));
        for _ in 0..10_000 {
            assert!(anchors.has("a-50000"));
        }
    }
}
