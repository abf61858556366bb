//! A template with the known facts filled in.
//!
//! Only where a place is plainly left open for a fact: a placeholder in the title, in a labelled
//! line, in the cell beside a label, below a heading, or in front matter. Everything else stays as
//! its authors wrote it, byte for byte.

use std::ops::Range;

use jiff::civil::Date;

use super::open::{bracketed, date_place, dated, is_bracketed, is_open, title_words};
use crate::model::{Parsed, PathFacts, SKELETON, Text, read};
use crate::parse::markdown::{Block, BlockId, BlockKind, Heading, Markdown};
use crate::text::{FileId, LineIndex};
use crate::vocabulary::{self, normalise};

/// A label is not longer, in bytes.
const LONGEST_LABEL: usize = 60;

/// Behind these sections a label belongs to an event or an action item.
const LATE_SECTIONS: &[&str] = &["timeline", "root-cause", "action-items"];

/// What is known when a document is begun.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Values<'v> {
    pub title: Option<&'v str>,
    pub date: Option<Date>,
    pub severity: Option<&'v str>,
    pub incident: Option<&'v str>,
    pub fix: Option<&'v str>,
}

/// A text made from a template.
#[derive(Debug)]
pub(super) struct Filled {
    pub text: String,
    /// For each fact that found no place a sentence.
    pub no_place_for: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Title,
    Date,
    Severity,
    Incident,
    Fix,
}

impl Field {
    const ALL: [Field; 5] = [
        Field::Title,
        Field::Date,
        Field::Severity,
        Field::Incident,
        Field::Fix,
    ];

    fn name(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Date => "date",
            Field::Severity => "severity",
            Field::Incident => "incident type",
            Field::Fix => "fix",
        }
    }

    /// Whether a value is what a template leaves to fill in.
    fn is_open(self, value: &str) -> bool {
        let is_own = match self {
            Field::Title => vocabulary::names("blanks", "title", &normalise(value)),
            Field::Date => date_place(value).is_some(),
            Field::Severity | Field::Incident | Field::Fix => false,
        };
        is_own || is_open(value)
    }

    /// The field that a label or key is for.
    fn of(label: &str) -> Option<Field> {
        let words = normalise(label);
        let is = |group, concept| vocabulary::names(group, concept, &words);
        match () {
            () if is("postmortem", "title") => Some(Field::Title),
            () if is("blanks", "incident") => Some(Field::Incident),
            () if is("blanks", "fix") => Some(Field::Fix),
            () if is("postmortem", "date") => Some(Field::Date),
            () if is("postmortem", "severity") => Some(Field::Severity),
            () => None,
        }
    }
}

impl Values<'_> {
    fn get(&self, field: Field) -> Option<String> {
        match field {
            Field::Title => self.title.map(str::to_owned),
            Field::Date => self.date.map(|date| date.to_string()),
            Field::Severity => self.severity.map(str::to_owned),
            Field::Incident => self.incident.map(str::to_owned),
            Field::Fix => self.fix.map(str::to_owned),
        }
    }
}

/// Fills in a template; nothing if it is no Markdown, or not UTF-8.
pub(super) fn fill(bytes: Vec<u8>, facts: &PathFacts, values: &Values<'_>) -> Option<Filled> {
    let raw = String::from_utf8(bytes).ok()?;
    let lines = LineIndex::new(raw.as_bytes());
    let text = Text::decode(raw.clone().into_bytes(), facts.format);
    let reading = read(FileId(0), facts, &text, &lines);
    let Parsed::Markdown { markdown, .. } = &reading.parsed else {
        return None;
    };
    let mut filler = Filler {
        raw: &raw,
        values,
        edits: Vec::new(),
        in_front: Vec::new(),
        in_title: Vec::new(),
        in_body: Vec::new(),
    };
    filler.fill_front_matter(markdown);
    filler.fill_title(markdown);
    filler.fill_body(markdown);
    Some(filler.finish())
}

/// A text that counts as no answer until somebody has looked through it.
pub(super) fn marked(text: String, facts: &PathFacts) -> String {
    if text.contains(SKELETON) {
        return text;
    }
    let mark = format!("{SKELETON}: replace what the template leaves open, then delete this line");
    let at = below_title(&text, facts);
    let (before, after) = text.split_at(at);
    let end = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let blank = if before.is_empty() { "" } else { "\n" };
    let rest = if after.starts_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    format!("{before}{end}{blank}{mark}{rest}{after}")
}

/// A value as YAML that is a text whatever is in it.
pub(super) fn yaml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A value in a line of Markdown, where it must not begin a comment or a tag.
pub(super) fn markdown_text(text: &str) -> String {
    text.replace('<', "\\<")
}

struct Filler<'f> {
    raw: &'f str,
    values: &'f Values<'f>,
    edits: Vec<(Range<usize>, String)>,
    in_front: Vec<Field>,
    in_title: Vec<Field>,
    in_body: Vec<Field>,
}

impl Filler<'_> {
    /// Line by line: what a template holds need not be YAML.
    fn fill_front_matter(&mut self, markdown: &Markdown<'_>) {
        let Some(front) = &markdown.front_matter else {
            return;
        };
        let mut at = front.base;
        let mut lines = front.text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let goes_on = lines
                .peek()
                .is_some_and(|next| next.starts_with([' ', '\t', '-']));
            if !goes_on {
                self.fill_key(line, at);
            }
            at += line.len();
        }
    }

    fn fill_key(&mut self, line: &str, at: usize) {
        let Some((key, rest)) = line.split_once(':') else {
            return;
        };
        let Some(field) = Field::of(key).filter(|_| !key.starts_with([' ', '\t', '#', '-'])) else {
            return;
        };
        let comment = match rest.trim_start().starts_with('#') {
            true => rest.find('#'),
            false => rest.find(" #"),
        };
        let value = &rest[..comment.unwrap_or(rest.len())];
        let written = value.trim();
        let unquoted = written.trim_matches(['"', '\'']);
        if self.in_front.contains(&field) || !field.is_open(unquoted) {
            return;
        }
        let Some(known) = self.values.get(field) else {
            return;
        };
        let start = at + key.len() + 1 + (value.len() - value.trim_start().len());
        let range = match written.is_empty() {
            true => at + key.len() + 1..at + key.len() + 1,
            false => start..start + written.len(),
        };
        let known = match field {
            Field::Date => dated(unquoted, &known),
            Field::Incident | Field::Fix => listed(key, &known),
            Field::Severity => plain(&known),
            Field::Title => yaml_text(&known),
        };
        let blank = if written.is_empty() { " " } else { "" };
        self.edits.push((range, format!("{blank}{known}")));
        self.in_front.push(field);
    }

    fn fill_title(&mut self, markdown: &Markdown<'_>) {
        let Some(heading) = markdown.title() else {
            return;
        };
        let range = heading.text_span.range();
        let Some(text) = self.raw.get(range.clone()) else {
            return;
        };
        if let Some(filled) = self.filled_heading(text) {
            self.edits.push((range, filled));
        }
    }

    fn filled_heading(&mut self, text: &str) -> Option<String> {
        let mut filled = text.to_owned();
        let date = self.values.date.map(|date| date.to_string());
        let place = date_place(text).or_else(|| bracketed(text, "date"));
        if let (Some(date), Some(place)) = (date, place) {
            filled.replace_range(place, &date);
            self.in_title.push(Field::Date);
        }
        let title = self.values.title.map(markdown_text);
        if let (Some(title), Some(place)) = (title, place_of_title(text, &filled)) {
            let is_behind_colon = filled[..place.start].ends_with(':');
            let blank = if is_behind_colon { " " } else { "" };
            filled.replace_range(place, &format!("{blank}{title}"));
            self.in_title.push(Field::Title);
        }
        (filled != text).then_some(filled)
    }

    fn fill_body(&mut self, markdown: &Markdown<'_>) {
        let title = markdown.title().map(|heading| heading.block);
        let blocks = (0..).map(BlockId).zip(&markdown.blocks);
        for (id, block) in blocks {
            match block.kind {
                BlockKind::Heading { .. } if Some(id) != title => {
                    let heading = markdown.heading(id);
                    if is_late(&heading) {
                        return;
                    }
                    self.fill_below(markdown, &heading);
                }
                BlockKind::Paragraph => self.fill_lines(block),
                BlockKind::Cell { column: 0 } => self.fill_cell(markdown, id, block),
                _ => {}
            }
        }
    }

    /// `## Date`, and a placeholder below it.
    fn fill_below(&mut self, markdown: &Markdown<'_>, heading: &Heading<'_>) {
        let below = BlockId(heading.block.0 + 1);
        let Some(block) = markdown.blocks.get(below.index()) else {
            return;
        };
        if let Some(field) = Field::of(&heading.text)
            && block.kind == BlockKind::Paragraph
        {
            self.fill_place(field, block.content.range(), false);
        }
    }

    /// `**Date:** YYYY-MM-DD`, a line each.
    fn fill_lines(&mut self, block: &Block) {
        let range = block.content.range();
        let Some(text) = self.raw.get(range.clone()) else {
            return;
        };
        let mut at = range.start;
        for line in text.split_inclusive('\n') {
            self.fill_line(line, at);
            at += line.len();
        }
    }

    fn fill_line(&mut self, line: &str, at: usize) {
        let colon = line.find(':').filter(|colon| *colon <= LONGEST_LABEL);
        let Some(colon) = colon else {
            return;
        };
        let Some(field) = Field::of(&line[..colon]) else {
            return;
        };
        let rest = &line[colon + 1..];
        let value = rest.trim_start_matches(['*', '_']);
        let start = at + colon + 1 + (rest.len() - value.len());
        self.fill_place(field, start..start + value.len(), false);
    }

    /// `| Date | YYYY-MM-DD |`
    fn fill_cell(&mut self, markdown: &Markdown<'_>, id: BlockId, block: &Block) {
        let Some(row) = block.parent.map(|row| markdown.block(row)) else {
            return;
        };
        let cells: Vec<&Block> = markdown.blocks[id.index()..row.after.index()]
            .iter()
            .filter(|block| matches!(block.kind, BlockKind::Cell { .. }))
            .collect();
        let [_, value] = cells[..] else {
            return;
        };
        let Some(field) = Field::of(&markdown.text(id)) else {
            return;
        };
        let range = value.content.range();
        let is_header = row.kind == BlockKind::Row { header: true };
        let text = self.raw.get(range.clone()).unwrap_or_default();
        // The head of a table of events reads "Date" and "Description".
        let is_value = !is_header || date_place(text).is_some() || is_bracketed(text.trim());
        if is_value {
            self.fill_place(field, range, true);
        }
    }

    /// Puts a value where the text of a range is left open.
    fn fill_place(&mut self, field: Field, range: Range<usize>, in_cell: bool) {
        let (Some(known), Some(text)) = (self.values.get(field), self.raw.get(range.clone()))
        else {
            return;
        };
        let text = without_end(text);
        let written = text.trim();
        if self.in_body.contains(&field) || !field.is_open(written) {
            return;
        }
        self.in_body.push(field);
        let known = match (field, in_cell) {
            (Field::Date, _) => dated(written, &known),
            (_, true) => markdown_text(&known).replace('|', "\\|"),
            (_, false) => markdown_text(&known),
        };
        let start = range.start + (text.len() - text.trim_start().len());
        let place = start..start + written.len();
        let joins = |c: char| !c.is_whitespace();
        let before = self.raw[..place.start].ends_with(joins) && written.is_empty();
        let after = self.raw[place.end..].starts_with(joins) && written.is_empty();
        let blank = |is_needed| if is_needed { " " } else { "" };
        let known = format!("{}{known}{}", blank(before), blank(after));
        self.edits.push((place, known));
    }

    fn finish(mut self) -> Filled {
        self.edits.sort_by_key(|(range, _)| range.start);
        let (mut text, mut at) = (String::new(), 0);
        for (range, known) in &self.edits {
            if range.start < at {
                continue;
            }
            text.push_str(&self.raw[at..range.start]);
            text.push_str(known);
            at = range.end;
        }
        text.push_str(&self.raw[at..]);
        Filled {
            text,
            no_place_for: self.no_place_for(),
        }
    }

    fn no_place_for(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for field in Field::ALL {
            let mut places = [&self.in_front, &self.in_title, &self.in_body].into_iter();
            let is_filled = places.any(|filled| filled.contains(&field));
            if let Some(value) = self.values.get(field).filter(|_| !is_filled) {
                let name = field.name();
                notes.push(format!(
                    "it has no place left open for the {name} `{value}`"
                ));
            }
        }
        notes
    }
}

/// The end of the title's line; the start of the text, if it has none.
fn below_title(text: &str, facts: &PathFacts) -> usize {
    let bytes = text.as_bytes().to_vec();
    let (lines, decoded) = (LineIndex::new(&bytes), Text::decode(bytes, facts.format));
    let reading = read(FileId(0), facts, &decoded, &lines);
    let Parsed::Markdown { markdown, .. } = &reading.parsed else {
        return text.len();
    };
    let front = markdown.front_matter.as_ref();
    let front = front.map(|front| front.base + front.text.len());
    let title = markdown.title().map(|title| title.span.range().end);
    let Some(end) = title.or(front) else {
        return 0;
    };
    let line = text[end..].find('\n');
    line.map_or(text.len(), |line| end + line + 1)
}

/// Where the title goes in a heading; `text` is the heading before its date was filled in.
fn place_of_title(text: &str, filled: &str) -> Option<Range<usize>> {
    if vocabulary::names("blanks", "heading", &normalise(text)) {
        return Some(0..filled.len());
    }
    let end = filled.trim_end().len();
    let behind_colon = filled
        .trim_end()
        .ends_with(':')
        .then_some(end..filled.len());
    let place = bracketed(filled, "title").or(behind_colon);
    place.or_else(|| title_words(filled))
}

/// A value without the comment or the mark of a line break behind it.
fn without_end(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches('\\');
    let text = text.trim_end_matches("<br>").trim_end_matches("<br/>");
    match text.find("<!--") {
        Some(comment) if text.ends_with("-->") => &text[..comment],
        _ => text,
    }
}

fn is_late(heading: &Heading<'_>) -> bool {
    let words = normalise(&heading.text);
    let concepts = vocabulary::concepts("postmortem", &words);
    let mut late = LATE_SECTIONS.iter();
    late.any(|section| concepts.contains(section))
}

/// A key in the plural takes a list.
fn listed(key: &str, value: &str) -> String {
    let value = plain(value);
    match key.trim_end().ends_with('s') {
        true => format!("[{value}]"),
        false => value,
    }
}

/// A value as YAML, without quotes if it is a plain word.
fn plain(value: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let begins = value
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    match begins && value.bytes().all(is_word) {
        true => value.to_owned(),
        false => yaml_text(value),
    }
}
