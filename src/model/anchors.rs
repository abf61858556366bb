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

use super::link::attributes;
use crate::parse::markdown::{BlockKind, Markdown, RunKind};
use crate::text::{Source, Span};

/// A sorted set of names in one string.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    text: Box<str>,
    /// Where each name ends, in bytes.
    ends: Box<[u32]>,
}

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
        Anchors::new(names)
    }

    fn new(mut names: Vec<String>) -> Anchors {
        names.sort_unstable();
        names.dedup();
        let mut ends = Vec::with_capacity(names.len());
        let mut length = 0;
        for name in &names {
            length += name.len();
            ends.push(u32::try_from(length).unwrap_or(u32::MAX));
        }
        Anchors {
            text: names.concat().into(),
            ends: ends.into(),
        }
    }

    /// Whether a link with this fragment, written without the `#`, finds its place. The top of a
    /// page is always there.
    pub fn has(&self, fragment: &str) -> bool {
        let fragment = decoded(fragment).to_lowercase();
        let is_top = matches!(fragment.as_str(), "" | "top");
        is_top || self.contains(&fragment) || self.contains(&plain(&fragment))
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

/// The names that HTML gives.
fn html_names(markdown: &Markdown<'_>) -> Vec<String> {
    let in_text = markdown
        .runs
        .iter()
        .filter(|run| run.kind == RunKind::Html)
        .map(|run| run.span);
    let blocks = markdown
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Html)
        .map(|block| block.span);
    let mut names = Vec::new();
    for span in in_text.chain(blocks) {
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

/// A fragment with `%20` and its like resolved.
fn decoded(fragment: &str) -> Cow<'_, str> {
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
