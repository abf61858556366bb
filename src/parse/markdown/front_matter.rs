//! Front matter: what stands between two marks at the very start of a document.

use crate::parse::markdown::{Problem, ProblemKind};
use crate::text::Source;

pub(super) struct FrontMatter<'t> {
    pub yaml: Option<Source<'t>>,
    /// Where the Markdown begins, in bytes of the source.
    pub end: usize,
    pub problem: Option<Problem>,
}

/// Finds front matter, and where the document proper begins, behind a byte-order mark if any.
///
/// A blank line below the first `---` makes it a rule. Without that, documents that begin with a
/// rule and have another further down would lose everything between.
pub(super) fn find(source: Source<'_>) -> FrontMatter<'_> {
    let start = if source.text.starts_with('\u{feff}') {
        3
    } else {
        0
    };
    let mut found = FrontMatter {
        yaml: None,
        end: start,
        problem: None,
    };
    let first = line(source.text, start);
    let (mark, ends): (&str, &[&str]) = match first.text.trim_end() {
        "---" => ("---", &["---", "..."]),
        "+++" => ("+++", &["+++"]),
        _ => return found,
    };
    let second = line(source.text, first.next);
    let Some(end) = closing(source.text, first.next, ends) else {
        let looks_meant = mark == "+++" || is_key(second.text);
        let kind = ProblemKind::UnclosedFrontMatter;
        let span = source.span(start..start + mark.len());
        found.problem = looks_meant.then_some(Problem { kind, span });
        return found;
    };
    if second.text.trim().is_empty() {
        return found;
    }
    found.end = end.next;
    if mark == "+++" {
        let kind = ProblemKind::TomlFrontMatter;
        let span = source.span(start..start + mark.len());
        found.problem = Some(Problem { kind, span });
    } else {
        found.yaml = Some(source.part(first.next..end.start));
    }
    found
}

struct Line<'t> {
    text: &'t str,
    start: usize,
    /// Where the next line begins.
    next: usize,
}

fn line(text: &str, start: usize) -> Line<'_> {
    let rest = &text[start..];
    let length = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
    let end = &rest[length..];
    let break_length = if end.starts_with("\r\n") {
        2
    } else {
        end.len().min(1)
    };
    Line {
        text: &rest[..length],
        start,
        next: start + length + break_length,
    }
}

fn closing<'t>(text: &'t str, from: usize, ends: &[&str]) -> Option<Line<'t>> {
    let mut next = from;
    while next < text.len() {
        let line = line(text, next);
        if ends.contains(&line.text.trim_end()) {
            return Some(line);
        }
        next = line.next;
    }
    None
}

/// Whether a line looks like `key: value`.
fn is_key(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else {
        return false;
    };
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let ends = value.is_empty() || value.starts_with([' ', '\t']);
    !key.is_empty() && key.bytes().all(named) && ends
}
