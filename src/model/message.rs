//! Messages to customers that are kept ready: what is left to fill in, and where they apologise.
//!
//! There is no one way to mark a blank, so every usual one is recognised: a mark too many only
//! means that a message passes for one that can be filled in. Comments are read by nobody and do not
//! count. HTML is told from `<service>` by what makes a tag: attributes, an end, or a void name.

use std::collections::BTreeSet;

use super::outline::blocks;
use crate::binary::binary;
use crate::parse::markdown::{BlockKind, LinkKind, Markdown};
use crate::text::{Source, Span};
use crate::vocabulary;

/// What stands between brackets is a placeholder up to this length; in bytes.
const LONGEST_PLACEHOLDER: usize = 80;

/// Tags that need no end in HTML.
const VOID_TAGS: &[&str] = &["br", "hr", "img", "wbr", "p", "li", "input", "col"];

/// Characters of which two in a row stand for words to come in Japanese and Chinese.
const BLANK_MARKS: &[char] = &['○', '〇', '◯', '●', '×', '＊', '＿'];

/// A message that is kept ready, or several on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// What is left to fill in, in document order.
    pub placeholders: Vec<Span>,
    /// Sentences that apologise, in document order, a list for each heading: a page may hold a
    /// message below each of them.
    pub apologies: Vec<Vec<Span>>,
}

binary!(struct Message { placeholders, apologies });

impl Message {
    pub(super) fn read(markdown: &Markdown<'_>) -> Message {
        let mut message = Message::default();
        let scan = Scan::new(markdown);
        let mut apologies = Vec::new();
        for (_, block) in blocks(markdown) {
            let part = part(markdown.source, block.content);
            match block.kind {
                BlockKind::Heading { .. } => {
                    message.close_section(&mut apologies);
                    scan.placeholders(part, &mut message.placeholders);
                }
                BlockKind::Paragraph | BlockKind::Cell { .. } | BlockKind::Code { .. } => {
                    scan.placeholders(part, &mut message.placeholders);
                    apologies.extend(apologies_in(part));
                }
                BlockKind::Html => scan.placeholders(part, &mut message.placeholders),
                _ => {}
            }
        }
        message.close_section(&mut apologies);
        message
    }

    fn close_section(&mut self, apologies: &mut Vec<Span>) {
        if !apologies.is_empty() {
            self.apologies.push(std::mem::take(apologies));
        }
    }
}

fn part<'t>(source: Source<'t>, span: Span) -> Source<'t> {
    Source {
        file: source.file,
        text: source.slice(span),
        base: span.range().start,
    }
}

/// The sentences of a text that apologise.
fn apologies_in(part: Source<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for sentence in part.text.split_inclusive(is_sentence_end) {
        let end = start + sentence.len();
        let words = vocabulary::normalise(sentence);
        if vocabulary::names("message", "apology", &words) {
            let before = sentence.len() - sentence.trim_start().len();
            let after = sentence.len() - sentence.trim_end().len();
            found.push(part.span(start + before..end - after));
        }
        start = end;
    }
    found
}

fn is_sentence_end(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '。' | '！' | '？')
}

/// What of a document decides whether brackets are a placeholder.
struct Scan {
    /// Links by brackets or angle brackets, with what people read of them; sorted.
    links: Vec<(Span, Span)>,
    comments: Vec<Span>,
    /// Names of HTML elements that end somewhere.
    ended: BTreeSet<String>,
}

impl Scan {
    fn new(markdown: &Markdown<'_>) -> Scan {
        let links = markdown.links.iter();
        let links = links.filter(|link| link.kind != LinkKind::Bare);
        let mut links: Vec<(Span, Span)> = links.map(|link| (link.span, link.text_span)).collect();
        links.sort_unstable();
        let text = markdown.source.text;
        let ends = text.match_indices("</");
        Scan {
            links,
            comments: markdown
                .comments
                .iter()
                .map(|comment| comment.span)
                .collect(),
            ended: ends
                .map(|(at, mark)| tag_name(&text[at + mark.len()..]))
                .collect(),
        }
    }

    fn placeholders(&self, part: Source<'_>, found: &mut Vec<Span>) {
        let mut from = 0;
        let mut before = ' ';
        while let Some(character) = part.text[from..].chars().next() {
            let rest = &part.text[from..];
            let length = self.length(part, from, before).unwrap_or(0);
            if length > 0 && !self.is_comment(part.span(from..from + length)) {
                found.push(part.span(from..from + length));
            }
            let step = length.max(character.len_utf8());
            before = rest[..step].chars().next_back().unwrap_or(' ');
            from += step;
        }
    }

    /// The bytes of the placeholder that begins here, if one does.
    fn length(&self, part: Source<'_>, from: usize, before: char) -> Option<usize> {
        let rest = &part.text[from..];
        let opened = rest.chars().next()?;
        let starts_word = !before.is_alphanumeric();
        match opened {
            '{' => braces(rest),
            '[' if before != '!' && !self.is_link(part.span(from..from).start) => square(rest),
            '<' if !self.is_link(part.span(from..from).start) => self.angle(rest),
            '(' | '（' => bracketed(rest)
                .filter(|(inner, _)| is_shouted(inner))
                .map(|(_, n)| n),
            '［' | '〔' | '｛' | '＜' => bracketed(rest).map(|(_, n)| n),
            '%' => percent(rest),
            '_' if starts_word && before != '_' => run(rest, '_', 3),
            'X' if starts_word => run(rest, 'X', 2),
            'x' | 'H' | 'h' | 'Y' if starts_word => clock_or_date(rest),
            _ if BLANK_MARKS.contains(&opened) => doubled(rest, opened),
            _ => None,
        }
    }

    /// `<service>`, but not `<div>…</div>`, `<br>`, `<a href="…">` or `</div>`.
    fn angle(&self, rest: &str) -> Option<usize> {
        let (inner, length) = bracketed(rest)?;
        let is_named = inner.starts_with(char::is_alphabetic) && !inner.ends_with('/');
        let is_address = inner.contains(['=', '@']) || inner.contains("://");
        let name = tag_name(inner);
        let is_tag = VOID_TAGS.contains(&name.as_str()) || self.ended.contains(&name);
        (is_named && !is_address && !is_tag).then_some(length)
    }

    /// Whether a bracket opens a link, or stands in what leads away from its text.
    fn is_link(&self, start: u32) -> bool {
        let after = self.links.partition_point(|(link, _)| link.start <= start);
        let last = after.checked_sub(1).map(|index| self.links[index]);
        last.is_some_and(|(link, text)| {
            link.start == start || (text.end <= start && start < link.end)
        })
    }

    fn is_comment(&self, span: Span) -> bool {
        let after = self.comments.partition_point(|c| c.start <= span.start);
        let last = after.checked_sub(1).map(|index| self.comments[index]);
        last.is_some_and(|comment| comment.contains(span))
    }
}

/// What stands between a bracket and its other half on the same line, and the bytes of it all.
fn bracketed(rest: &str) -> Option<(&str, usize)> {
    const PAIRS: &[(char, char)] = &[
        ('{', '}'),
        ('[', ']'),
        ('<', '>'),
        ('(', ')'),
        ('（', '）'),
        ('［', '］'),
        ('〔', '〕'),
        ('｛', '｝'),
        ('＜', '＞'),
    ];
    let opened = rest.chars().next()?;
    let (_, close) = PAIRS.iter().find(|(open, _)| *open == opened)?;
    let inner = &rest[opened.len_utf8()..];
    for (at, character) in inner.char_indices() {
        let is_too_far = at > LONGEST_PLACEHOLDER || character == '\n' || character == opened;
        if is_too_far {
            return None;
        }
        if character == *close {
            let length = opened.len_utf8() + at + close.len_utf8();
            return (!inner[..at].trim().is_empty()).then_some((&inner[..at], length));
        }
    }
    None
}

/// `{x}` and `{{x}}`, but no anchor of a heading and no JSON.
fn braces(rest: &str) -> Option<usize> {
    if let Some(inner) = rest
        .strip_prefix('{')
        .filter(|inner| inner.starts_with('{'))
    {
        let (_, length) = bracketed(inner)?;
        return inner[length..].starts_with('}').then_some(length + 2);
    }
    let (inner, length) = bracketed(rest)?;
    let starts_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '%' | '…');
    inner
        .trim_start()
        .starts_with(starts_name)
        .then_some(length)
}

/// `[x]`, but no check box, footnote, reference, number or `[!NOTE]`.
fn square(rest: &str) -> Option<usize> {
    let (inner, length) = bracketed(rest)?;
    let inner = inner.trim();
    let is_box = inner.eq_ignore_ascii_case("x");
    let is_number = inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_note = inner.starts_with(['^', '!']);
    let leads_on = rest[length..].starts_with('(');
    (!is_box && !is_number && !is_note && !leads_on).then_some(length)
}

/// Whether it is words in capitals, such as `TIME` or `NAME OF SERVICE`; short ones are names such
/// as `UTC`.
fn is_shouted(inner: &str) -> bool {
    let is_fitting = |c: char| c.is_uppercase() || matches!(c, ' ' | '_' | '-' | '/');
    inner.chars().filter(|c| c.is_uppercase()).count() >= 4 && inner.chars().all(is_fitting)
}

/// `%s`, `%d`, `%1$s` and `%(name)s`.
fn percent(rest: &str) -> Option<usize> {
    let inner = &rest[1..];
    let named = match inner.starts_with('(') {
        true => bracketed(inner)?.1,
        false => {
            let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
            let is_place = digits > 0 && inner[digits..].starts_with('$');
            if is_place { digits + 1 } else { 0 }
        }
    };
    let mut characters = inner[named..].chars();
    let is_kind = matches!(characters.next(), Some('s' | 'd' | '@'));
    let ends = characters.next().is_none_or(|next| !next.is_alphanumeric());
    (is_kind && ends).then_some(1 + named + 1)
}

/// So many of one character, and no letter behind them.
fn run(rest: &str, character: char, least: usize) -> Option<usize> {
    let length = rest.len() - rest.trim_start_matches(character).len();
    let ends = rest[length..]
        .chars()
        .next()
        .is_none_or(|next| !next.is_alphanumeric());
    (length >= least && ends).then_some(length)
}

/// `xx:xx`, `HH:MM` and `YYYY-MM-DD`.
fn clock_or_date(rest: &str) -> Option<usize> {
    const FORMS: &[&str] = &["xx:xx", "HH:MM", "hh:mm", "YYYY"];
    let form = FORMS.iter().find(|form| rest.starts_with(**form))?;
    Some(form.len())
}

/// `○○`, with all that follow.
fn doubled(rest: &str, mark: char) -> Option<usize> {
    let length = rest.len() - rest.trim_start_matches(mark).len();
    (length >= 2 * mark.len_utf8()).then_some(length)
}

/// The name at the start of a tag, in lower case.
fn tag_name(text: &str) -> String {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(text.len());
    text[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::FileId;

    fn read(text: &str) -> Message {
        Message::read(&markdown::parse(Source::new(FileId(0), text)))
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let message = read(text);
        let spans = message.placeholders.iter();
        spans.map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn every_usual_mark_is_a_placeholder() {
        for (text, found) in [
            ("Hello {{ name }}.", "{{ name }}"),
            ("Hello {name}.", "{name}"),
            ("Hello ${name}.", "{name}"),
            ("Since <time> it fails.", "<time>"),
            ("Since [time in UTC] it fails.", "[time in UTC]"),
            ("[SERVICE] fails.", "[SERVICE]"),
            ("Down: [SERVICE]: [time][zone]", "[SERVICE]"),
            (
                "[[service] is down](https://status.acme.example)",
                "[service]",
            ),
            ("# [Service] fails", "[Service]"),
            ("%s fails.", "%s"),
            ("%(service)s fails.", "%(service)s"),
            ("%1$s fails.", "%1$s"),
            ("Since ___ it fails.", "___"),
            ("Since (TIME) it fails.", "(TIME)"),
            ("Since YYYY-MM-DD it fails.", "YYYY"),
            ("○○の障害が発生しています。", "○○"),
            ("［サービス名］の障害", "［サービス名］"),
            ("```\n[SERVICE] fails\n```", "[SERVICE]"),
            ("<SERVICE>", "<SERVICE>"),
            ("[details]({{url}})", "{{url}}"),
        ] {
            assert_eq!(placeholders(text).first(), Some(&found), "{text}");
        }
        assert_eq!(placeholders("From XX:XX to xx:xx"), ["XX", "XX", "xx:xx"]);
    }

    #[test]
    fn links_boxes_and_tags_are_no_placeholders() {
        for text in [
            "See [our status page](https://status.acme.example).",
            "See ![a picture](a.png) and [a page][page].\n\n[page]: a.md",
            "See <https://status.acme.example> or <support@acme.example>.",
            "- [ ] posted\n- [x] checked",
            "It works again.[^1]\n\n[^1]: Since noon.",
            "First<br>second <em>third</em>.",
            "<div class=\"a\">It fails.</div>",
            "# Hello {#hello}",
            "It fails (UTC).",
            "It fails for 5%, not 50%.",
            "It is ___very___ slow, in a snake_case_name.",
            "<!-- {{name}} -->\n\nIt fails.",
            "```json\n{\"text\": \"It fails\"}\n```",
            "---\n\n___\n\nIt fails.",
            "XL, Xavier and a box of 4x4",
        ] {
            assert_eq!(placeholders(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn sentences_that_apologise_are_found_by_heading() {
        let text = "# A\n\nWe are **sorry**. It fails.\nOur apologies! お詫びします。\n\n# B\n\nWe apologise";
        let message = read(text);
        let words = |spans: &Vec<Span>| -> Vec<&str> {
            spans.iter().map(|span| &text[span.range()]).collect()
        };
        let found: Vec<Vec<&str>> = message.apologies.iter().map(words).collect();
        assert_eq!(
            found,
            [
                vec!["We are **sorry**.", "Our apologies!", "お詫びします。"],
                vec!["We apologise"]
            ]
        );
    }

    #[test]
    fn a_megabyte_of_brackets_is_read() {
        for text in ["[", "{{", "<a", "</a", "(A", "%(", "_ ", "sorry. ", "XX"] {
            read(&text.repeat(50_000));
        }
    }
}
