//! Labels with a value: `**Date:** 2026-01-05`, `| Severity | SEV-2 |`, `date: 2026-01-05`.
//!
//! Several may stand in one paragraph, line by line or with bars between, and a table holds them
//! row by row, two pairs in a row, or under its headings.

use std::ops::Range;

use super::prose::{Prose, trimmed};
use super::{Input, SectionForm};
use crate::parse::markdown::{BlockId, BlockKind, Markdown};
use crate::parse::yaml::Tree;
use crate::text::{Span, Spanned};
use crate::vocabulary;

/// A key longer than this is a sentence; in bytes.
const LONGEST_KEY: usize = 60;

/// What a field may say. Other sections have texts below them and are no fields.
const CONCEPTS: &[&str] = &[
    "author", "date", "duration", "end", "severity", "start", "status", "title",
];

/// A key with its value.
#[derive(Debug)]
pub(super) struct Field {
    pub concepts: Vec<&'static str>,
    pub key: Span,
    pub value: Option<Spanned<String>>,
    pub form: SectionForm,
}

/// All fields, those of the text first.
pub(super) fn read(input: &Input<'_, '_>) -> Vec<Field> {
    let markdown = input.markdown;
    let outside = Outside::read(markdown, input);
    let mut fields = Vec::new();
    for (id, block) in super::super::outline::blocks(markdown) {
        if outside.holds(id) {
            continue;
        }
        match block.kind {
            BlockKind::Paragraph => of_paragraph(&mut fields, markdown, id),
            BlockKind::Table => of_table(&mut fields, markdown, id),
            _ => {}
        }
    }
    of_headings(&mut fields, input);
    of_front_matter(&mut fields, input);
    fields
}

impl Field {
    pub fn says(&self, concept: &str) -> bool {
        self.concepts.contains(&concept)
    }
}

/// Where labels belong to something else: quotes, the time line and the actions.
struct Outside(Vec<Range<usize>>);

impl Outside {
    fn read(markdown: &Markdown<'_>, input: &Input<'_, '_>) -> Outside {
        let mut ranges = Vec::new();
        for entry in &input.outline.entries {
            let is_other = entry
                .named("postmortem")
                .any(|name| matches!(name, "timeline" | "action-items"));
            let is_heading = matches!(markdown.block(entry.block).kind, BlockKind::Heading { .. });
            if is_other && is_heading {
                ranges.push(markdown.section(entry.block));
            }
        }
        for (id, block) in super::super::outline::blocks(markdown) {
            if block.kind == BlockKind::Quote {
                ranges.push(markdown.within(id));
            }
        }
        Outside(super::section::merged(ranges))
    }

    fn holds(&self, id: BlockId) -> bool {
        let at = self.0.partition_point(|range| range.end <= id.index());
        self.0
            .get(at)
            .is_some_and(|range| range.contains(&id.index()))
    }
}

fn of_paragraph(fields: &mut Vec<Field>, markdown: &Markdown<'_>, id: BlockId) {
    for line in markdown.lines(id) {
        // A key is short, so its colon or its bold end comes soon.
        if !line.first().is_some_and(|run| may_begin(markdown, run)) {
            continue;
        }
        let prose = Prose::of(markdown, line);
        let bold = prose.strong_lead();
        let mut start = 0;
        for part in prose.text.split('|') {
            let range = start..start + part.len();
            let bold = if start == 0 { bold } else { 0 };
            start = range.end + 1;
            if let Some((key, value)) = key_and_value(&prose.text, range, bold) {
                push(fields, &prose, key, value);
            }
        }
    }
}

/// Whether a line may begin with a key.
fn may_begin(markdown: &Markdown<'_>, run: &crate::parse::markdown::Run) -> bool {
    let text = markdown.run_text(run);
    let head = text.get(..text.len().min(LONGEST_KEY)).unwrap_or(&text);
    run.strong || head.contains([':', '：', '|'])
}

/// A key before a colon, or in bold.
fn key_and_value(
    text: &str,
    range: Range<usize>,
    bold: usize,
) -> Option<(Range<usize>, Range<usize>)> {
    let range = trimmed(text, range);
    let part = text.get(range.clone())?;
    let colon = part
        .char_indices()
        .take(LONGEST_KEY)
        .find(|(_, c)| matches!(c, ':' | '：'));
    let bold_end = bold
        .checked_sub(range.start)
        .filter(|end| *end > 0 && *end <= LONGEST_KEY);
    match (colon, bold_end) {
        (Some((at, colon)), _) => {
            let end = range.start + at;
            Some((range.start..end, end + colon.len_utf8()..range.end))
        }
        (None, Some(end)) => {
            let end = range.start + end;
            Some((range.start..end, end..range.end))
        }
        _ => None,
    }
}

fn push(fields: &mut Vec<Field>, prose: &Prose, key: Range<usize>, value: Range<usize>) {
    let key = trimmed(&prose.text, key);
    let Some(concepts) = prose.text.get(key.clone()).and_then(concepts) else {
        return;
    };
    let Some(key) = prose.span(key) else {
        return;
    };
    fields.push(Field {
        concepts,
        key,
        value: prose.spanned(value),
        form: SectionForm::Field,
    });
}

/// What a key means, if a field may say it.
fn concepts(key: &str) -> Option<Vec<&'static str>> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        return None;
    }
    let mut concepts = vocabulary::concepts("postmortem", &vocabulary::normalise(key));
    concepts.retain(|name| CONCEPTS.contains(name));
    (!concepts.is_empty()).then_some(concepts)
}

fn of_table(fields: &mut Vec<Field>, markdown: &Markdown<'_>, id: BlockId) {
    let rows: Vec<BlockId> = markdown.children(id).take(MOST_ROWS + 1).collect();
    let width = rows
        .first()
        .map_or(0, |row| markdown.children(*row).count());
    if rows.len() > MOST_ROWS || width > MOST_COLUMNS {
        return;
    }
    if width > 2 && rows.len() == 2 {
        let before = fields.len();
        let cells = markdown.children(rows[0]).zip(markdown.children(rows[1]));
        for (key, value) in cells {
            of_cells(fields, markdown, key, value);
        }
        // One column alone may be that of another kind of table.
        if fields.len() > before + 1 {
            return;
        }
        fields.truncate(before);
    }
    if width % 2 == 1 {
        return;
    }
    for row in rows {
        let cells: Vec<BlockId> = markdown.children(row).collect();
        for pair in cells.chunks_exact(2) {
            of_cells(fields, markdown, pair[0], pair[1]);
        }
    }
}

/// A table of more rows or columns is no form.
const MOST_ROWS: usize = 40;
const MOST_COLUMNS: usize = 8;

fn of_cells(fields: &mut Vec<Field>, markdown: &Markdown<'_>, key: BlockId, value: BlockId) {
    let text = markdown.text(key);
    let Some(concepts) = concepts(text.trim()) else {
        return;
    };
    let prose = Prose::of_block(markdown, value);
    fields.push(Field {
        concepts,
        key: markdown.block(key).content,
        value: prose.spanned(0..prose.text.len()),
        form: SectionForm::Field,
    });
}

/// `### Date` above a paragraph.
fn of_headings(fields: &mut Vec<Field>, input: &Input<'_, '_>) {
    let markdown = input.markdown;
    for entry in &input.outline.entries {
        let is_heading = matches!(markdown.block(entry.block).kind, BlockKind::Heading { .. });
        let mut concepts: Vec<&'static str> = entry.named("postmortem").collect();
        concepts.retain(|name| CONCEPTS.contains(name));
        let next = entry.block.index() + 1;
        let Some(below) = markdown.blocks.get(next).filter(|_| is_heading) else {
            continue;
        };
        if concepts.is_empty() || below.kind != BlockKind::Paragraph {
            continue;
        }
        let below = BlockId(entry.block.0 + 1);
        let prose = Prose::of_block(markdown, below);
        let end = prose.text.find('\n').unwrap_or(prose.text.len());
        fields.push(Field {
            concepts,
            key: entry.span,
            value: prose.spanned(0..end),
            form: SectionForm::Heading,
        });
    }
}

fn of_front_matter(fields: &mut Vec<Field>, input: &Input<'_, '_>) {
    let Some(root) = input.front_matter.and_then(Tree::root) else {
        return;
    };
    for entry in root.entries() {
        let Some(concepts) = entry.key.as_str().and_then(concepts) else {
            continue;
        };
        let first = entry.value.items().next().unwrap_or(entry.value);
        let value = first.as_str().filter(|text| !text.trim().is_empty());
        fields.push(Field {
            concepts,
            key: entry.key.span(),
            value: value.map(|text| Spanned::new(text.to_owned(), first.span())),
            form: SectionForm::FrontMatter,
        });
    }
}
