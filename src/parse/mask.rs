//! Hides template tags from parsers.
//!
//! A tag becomes blanks of the same number of bytes, and line breaks inside it stay, so every
//! offset after it still means the same byte of the file. Nothing is evaluated: what a tag would
//! print is unknown, and a caller that needs the tag itself reads it from the unmasked text.
//!
//! Tags that do not end, or that another tag begins in, are left alone. Markdown as a rule keeps
//! its `{{ placeholders }}`, so which tags to hide is the caller's choice.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem::{Finder, FinderRev};

/// Hides ERB tags: `<% … %>`, `<%= … %>`, `<%# … %>` and `<%- … -%>`. `<%%` is ERB's way to write
/// `<%` and stays.
pub fn erb_tags(text: &str) -> Cow<'_, str> {
    blank(text, erb_ranges(text))
}

/// Hides the tags of Helm, Go, Jinja and Liquid: `{{ … }}`, `{{- … -}}`, `{% … %}` and comments
/// such as `{{/* … */}}`, which may hold further tags.
pub fn brace_tags(text: &str) -> Cow<'_, str> {
    blank(text, brace_ranges(text))
}

fn erb_ranges(text: &str) -> Vec<Range<usize>> {
    let mut tag = Tag::new("<%", "%>");
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(opened) = tag.next_opening(text, from) {
        if text[opened..].starts_with("<%%") {
            from = opened + 3;
            continue;
        }
        let Some(range) = tag.range(text, opened) else {
            break;
        };
        from = range.end;
        ranges.push(range);
    }
    ranges
}

fn brace_ranges(text: &str) -> Vec<Range<usize>> {
    let mut value = Tag::new("{{", "}}");
    let mut statement = Tag::new("{%", "%}");
    let mut comment = Tag::new("{{", "*/");
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(offset) = memchr::memchr(b'{', text.as_bytes().get(from..).unwrap_or(&[])) {
        let opened = from + offset;
        let range = match text.as_bytes().get(opened + 1) {
            Some(b'{') => {
                comment_range(&mut comment, text, opened).or_else(|| value.range(text, opened))
            }
            Some(b'%') => statement.range(text, opened),
            _ => None,
        };
        let Some(range) = range else {
            from = opened + 1;
            continue;
        };
        from = range.end;
        ranges.push(range);
    }
    ranges
}

/// `{{/* … */}}` or `{{- /* … */ -}}`.
fn comment_range(comment: &mut Tag, text: &str, opened: usize) -> Option<Range<usize>> {
    let inside = text[opened + 2..].trim_start_matches('-').trim_start();
    if !inside.starts_with("/*") {
        return None;
    }
    let body = text.len() - inside.len() + 2;
    let closed = body + comment.next_closing(text, body)?;
    let rest = text[closed..].trim_start();
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let rest = rest.strip_prefix("}}")?;
    Some(opened..text.len() - rest.len())
}

/// One kind of tag, and whether the rest of the text is known not to close it.
///
/// The latter keeps the search linear: a text full of openings is searched for a closing once.
struct Tag {
    open: Finder<'static>,
    last_open: FinderRev<'static>,
    close: Finder<'static>,
    never_closed: bool,
}

impl Tag {
    fn new(open: &'static str, close: &'static str) -> Tag {
        Tag {
            open: Finder::new(open),
            last_open: FinderRev::new(open),
            close: Finder::new(close),
            never_closed: false,
        }
    }

    fn next_opening(&self, text: &str, from: usize) -> Option<usize> {
        let offset = self.open.find(&text.as_bytes()[from..])?;
        Some(from + offset)
    }

    /// The end of the next closing, from `from`.
    fn next_closing(&mut self, text: &str, from: usize) -> Option<usize> {
        if self.never_closed {
            return None;
        }
        let offset = self.close.find(&text.as_bytes()[from..]);
        self.never_closed = offset.is_none();
        Some(offset? + self.close.needle().len())
    }

    /// The tag that closes first after `opened`: one that is opened later, if there is one, since
    /// the earlier opening then has no end of its own.
    fn range(&mut self, text: &str, opened: usize) -> Option<Range<usize>> {
        let body = opened + self.open.needle().len();
        let close = self.next_closing(text, body)?;
        let inside = &text.as_bytes()[body..body + close];
        let start = match self.last_open.rfind(inside) {
            Some(later) => body + later,
            None => opened,
        };
        Some(start..body + close)
    }
}

fn blank(text: &str, ranges: Vec<Range<usize>>) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for range in ranges {
        out.push_str(&text[kept..range.start]);
        kept = range.end;
        for byte in text[range].bytes() {
            out.push(match byte {
                b'\n' | b'\r' => char::from(byte),
                _ => ' ',
            });
        }
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erb_becomes_blanks() {
        assert_eq!(
            erb_tags("# <%= title %> é\n<%# ü\r\n -%>x"),
            "#              é\n      \r\n    x"
        );
        assert_eq!(erb_tags("a <%% b %> c"), "a <%% b %> c");
        assert_eq!(erb_tags("a {{ b }}"), "a {{ b }}");
    }

    #[test]
    fn braces_become_blanks() {
        assert_eq!(
            brace_tags("a: {{ .Values.a }}\n{{- if b -}}\n{% c %}d"),
            "a:                \n            \n       d"
        );
        assert_eq!(brace_tags("{a: {b: <% c %>}}"), "{a: {b: <% c %>}}");
    }

    #[test]
    fn comments_hide_what_they_hold() {
        assert_eq!(
            brace_tags("a{{- /* {{ b }} */ -}}c"),
            format!("a{}c", " ".repeat(21))
        );
        assert_eq!(brace_tags("a{{/* b }}c"), "a         c");
    }

    #[test]
    fn what_does_not_end_stays() {
        assert_eq!(brace_tags("{{ a {{ b }} c"), "{{ a         c");
        assert_eq!(brace_tags("{{ a"), "{{ a");
        assert_eq!(erb_tags("<% a <%= b %>c<% d"), "<% a         c<% d");
        assert!(matches!(brace_tags("a } { b"), Cow::Borrowed(_)));
    }
}
