//! `prepcheck: allow[…]` comments: exceptions that stand beside what they except.
//!
//! In YAML they are comments, in Markdown HTML comments:
//!
//! ```text
//! # prepcheck: allow[oncall/gap] until=2026-12-31 reason="office closed"
//! <!-- prepcheck: allow-file[runbooks/stale] reason="kept for the record" -->
//! ```
//!
//! A comment on a line of its own covers the next line that holds something else, in Markdown all of
//! a block of code that begins there; behind a value it covers its own line; `allow-file` covers the file. What is written wrongly still becomes an
//! [`Allow`], with what is wrong about it, so that nobody believes in an exception that is none.

use jiff::civil::Date;

use crate::binary::binary;
use crate::text::{LineIndex, Source, Span, Spanned};

/// Lines of comments and blanks that are looked past, so that a file of nothing else takes no
/// quadratic time.
const LONGEST_RUN: u32 = 32;

/// Which lines an exception covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    File,
    /// One line, from 1.
    Line(u32),
    /// A block of code, by its lines from 1.
    Lines {
        first: u32,
        last: u32,
    },
}

binary!(
    enum Reach {
        File,
        Line(line),
        Lines { first, last },
    }
);

/// One exception, for one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The rule as written.
    pub rule: Spanned<String>,
    pub reach: Reach,
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
    /// What could not be read, if anything; such an exception does not hold.
    pub fault: Option<Spanned<String>>,
    /// The whole comment.
    pub span: Span,
    /// Whether the comment names other rules too.
    pub is_shared: bool,
    /// What to take away to be rid of it: its part of the brackets, or the whole comment, with its
    /// line if nothing else stands there.
    pub removal: Span,
}

binary!(struct Allow { rule, reach, reason, until, fault, span, is_shared, removal });

/// A comment that may hold exceptions.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'t> {
    /// What stands inside its marks.
    pub inside: Source<'t>,
    /// The comment with its marks.
    pub span: Span,
    /// The document it stands in.
    pub whole: Source<'t>,
    pub lines: &'t LineIndex,
}

impl Comment<'_> {
    /// The exceptions it holds; none if it is not addressed to prepcheck.
    ///
    /// `reach` is what a plain `allow` covers.
    pub fn allows(self, reach: Reach) -> Vec<Allow> {
        let mut allows = read(self.inside, self.span, reach);
        if let [only] = allows.as_mut_slice() {
            only.removal = self.removal();
        }
        allows
    }

    /// The comment and the blanks before it; in lines of its own, those lines. Of a comment between
    /// two blank lines one of them goes too. Between two lines of Markdown its line stays, blank,
    /// for it kept them apart.
    fn removal(self) -> Span {
        let first = self.lines.line(self.span.start);
        let last = self.lines.line(self.span.end.saturating_sub(1));
        let before = Span {
            start: self.line(first).start,
            end: self.span.start,
            ..self.span
        };
        let after = Span {
            start: self.span.end,
            end: self.line(last).end,
            ..self.span
        };
        let (left, right) = (self.whole.slice(before), self.whole.slice(after));
        if !left.trim().is_empty() || !right.trim().is_empty() {
            return Span {
                start: before.end - blanks_between(left, right),
                ..self.span
            };
        }
        let is_followed = last < self.lines.lines();
        let is_blank = |line| self.whole.slice(self.line(line)).trim().is_empty();
        let is_blank_before = first == 1 || is_blank(first - 1);
        let is_blank_after = !is_followed || is_blank(last + 1);
        let is_markdown = self.whole.slice(self.span).starts_with('<');
        let end = match (is_blank_before, is_blank_after) {
            (true, true) if is_followed => self.line(last + 1).end,
            (false, false) if is_markdown => self.span.end,
            _ => after.end,
        };
        Span { end, ..before }
    }

    fn line(self, line: u32) -> Span {
        Span::new(self.span.file, self.lines.range(line))
    }
}

/// Blanks before a comment that would be too many without it, in bytes: those behind the last word
/// of a line, or one of two gaps between words.
fn blanks_between(left: &str, right: &str) -> u32 {
    let words = left.trim_end();
    let is_gap = right.trim().is_empty() || right.starts_with([' ', '\t']);
    match is_gap && !words.is_empty() {
        true => u32::try_from(left.len() - words.len()).unwrap_or_default(),
        false => 0,
    }
}

fn read(comment: Source<'_>, span: Span, reach: Reach) -> Vec<Allow> {
    let Some(at) = comment.text.find("prepcheck:") else {
        return Vec::new();
    };
    if !comment.text[..at].trim().is_empty() {
        return Vec::new();
    }
    let body = comment.part(at + "prepcheck:".len()..comment.text.len());
    let words = body.text.trim_start();
    let (reach, open) = if words.starts_with("allow-file") {
        (Reach::File, "allow-file")
    } else {
        (reach, "allow")
    };
    let Some((list, rest)) = bracketed(words, open) else {
        let fault = "expected `allow[rule]` or `allow-file[rule]` after `prepcheck:`".to_owned();
        return vec![faulty(body, span, reach, fault)];
    };
    let settings = settings(rest);
    let names: Vec<&str> = rules(list).collect();
    if names.is_empty() {
        let fault = format!("`{open}[…]` names no rule");
        return vec![faulty(body, span, reach, fault)];
    }
    let is_shared = names.len() > 1;
    names
        .into_iter()
        .map(|rule| Allow {
            is_shared,
            removal: from_list(body, list, rule),
            ..one(body, rule, span, reach, &settings)
        })
        .collect()
}

/// The line that a comment standing alone covers: the next one that is neither blank nor comment.
///
/// `is_comment` says whether a line's text is one.
pub fn next_line(
    source: Source<'_>,
    lines: &LineIndex,
    end: u32,
    is_comment: impl Fn(&str) -> bool,
) -> u32 {
    let first = lines.line(end) + 1;
    let mut line = first;
    while line <= lines.lines() && line < first + LONGEST_RUN {
        let content = source
            .slice(Span::new(source.file, lines.range(line)))
            .trim();
        if !content.is_empty() && !is_comment(content) {
            break;
        }
        line += 1;
    }
    line
}

#[derive(Default)]
struct Settings<'t> {
    reason: Option<String>,
    until: Option<&'t str>,
    unknown: Option<&'t str>,
}

fn bracketed<'t>(words: &'t str, open: &str) -> Option<(&'t str, &'t str)> {
    let rest = words.strip_prefix(open)?.strip_prefix('[')?;
    let (list, rest) = rest.split_once(']')?;
    Some((list, rest))
}

fn rules(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|rule| !rule.is_empty())
}

/// One of several names with what separates it from the next one, or the last one from the one
/// before it.
fn from_list(body: Source<'_>, list: &str, rule: &str) -> Span {
    let offset = |part: &str| part.as_ptr() as usize - body.text.as_ptr() as usize;
    let (start, end) = (offset(rule), offset(rule) + rule.len());
    let rest = &body.text[end..offset(list) + list.len()];
    let next = rest.find(|c: char| c != ',' && !c.is_whitespace());
    if let Some(next) = next {
        return body.span(start..end + next);
    }
    let before = &body.text[offset(list)..start];
    let kept = before.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
    body.span(start - (before.len() - kept.len())..end)
}

/// `key=value` pairs; a value may stand in double quotes.
fn settings(text: &str) -> Settings<'_> {
    let mut settings = Settings::default();
    let mut rest = text.trim();
    while let Some((key, after)) = rest.split_once('=') {
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => match quoted.split_once('"') {
                Some(parts) => parts,
                None => {
                    settings.unknown = Some(after);
                    break;
                }
            },
            None => after.split_once(' ').unwrap_or((after, "")),
        };
        match key.trim() {
            "reason" => settings.reason = Some(value.trim().to_owned()).filter(|r| !r.is_empty()),
            "until" => settings.until = Some(value),
            _ => settings.unknown = Some(key),
        }
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        settings.unknown = Some(rest);
    }
    settings
}

fn one(body: Source<'_>, rule: &str, span: Span, reach: Reach, settings: &Settings<'_>) -> Allow {
    let place = |part: &str| {
        let at = part.as_ptr() as usize - body.text.as_ptr() as usize;
        body.span(at..at + part.len())
    };
    let until = settings.until.map(|text| (text, text.parse::<Date>()));
    let fault = match (&until, settings.unknown) {
        (Some((text, Err(_))), _) => Some(Spanned::new(
            format!("`{text}` is not a date; write it as `YYYY-MM-DD`"),
            place(text),
        )),
        (_, Some(word)) => Some(Spanned::new(
            format!("`{word}` is not understood; `until=` and `reason=` are"),
            place(word),
        )),
        _ => None,
    };
    Allow {
        rule: Spanned::new(rule.to_owned(), place(rule)),
        reach,
        reason: settings.reason.clone(),
        until: until.and_then(|(text, date)| Some(Spanned::new(date.ok()?, place(text)))),
        fault,
        span,
        is_shared: false,
        removal: span,
    }
}

fn faulty(body: Source<'_>, span: Span, reach: Reach, fault: String) -> Allow {
    let place = body.span(0..body.text.len());
    Allow {
        rule: Spanned::new(String::new(), place),
        reach,
        reason: None,
        until: None,
        fault: Some(Spanned::new(fault, place)),
        span,
        is_shared: false,
        removal: span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn read_text(text: &str) -> Vec<Allow> {
        let source = Source::new(FileId(0), text);
        read(source, source.span(0..text.len()), Reach::Line(3))
    }

    #[test]
    fn a_comment_names_rules_reason_and_end() {
        let text = r#" prepcheck: allow[a/b, c/d] until=2026-12-31 reason="office = closed" "#;
        let allows = read_text(text);
        assert_eq!(allows.len(), 2);
        assert_eq!(allows[1].rule.value, "c/d");
        assert_eq!(&text[allows[1].rule.span.range()], "c/d");
        assert_eq!(allows[0].reason.as_deref(), Some("office = closed"));
        assert_eq!(allows[0].reach, Reach::Line(3));
        assert!(allows[0].until.is_some() && allows[0].fault.is_none());
    }

    /// What is left of a list when the exception for one of its rules is taken away.
    fn without(text: &str, rule: usize) -> String {
        let mut left = text.to_owned();
        left.replace_range(read_text(text)[rule].removal.range(), "");
        left
    }

    #[test]
    fn one_rule_can_be_taken_from_a_list() {
        let text = "prepcheck: allow[ a/b, c/d ,e/f ] reason=x";
        assert_eq!(without(text, 0), "prepcheck: allow[ c/d ,e/f ] reason=x");
        assert_eq!(without(text, 1), "prepcheck: allow[ a/b, e/f ] reason=x");
        assert_eq!(without(text, 2), "prepcheck: allow[ a/b, c/d ] reason=x");
        let text = "prepcheck: allow[a/b,a/b,] reason=x";
        assert_eq!(without(text, 1), "prepcheck: allow[a/b,] reason=x");
    }

    #[test]
    fn what_is_wrong_is_kept() {
        let fault = |text| read_text(text)[0].fault.clone().map(|fault| fault.value);
        assert_eq!(
            fault("prepcheck: allow[a/b] until=tomorrow reason=x").as_deref(),
            Some("`tomorrow` is not a date; write it as `YYYY-MM-DD`")
        );
        assert_eq!(
            fault("prepcheck: allow[a/b] because").as_deref(),
            Some("`because` is not understood; `until=` and `reason=` are")
        );
        assert_eq!(
            fault("prepcheck: ignore[a/b]").as_deref(),
            Some("expected `allow[rule]` or `allow-file[rule]` after `prepcheck:`")
        );
        assert!(read_text("see prepcheck: allow[a/b]").is_empty());
    }
}
