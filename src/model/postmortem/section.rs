//! The parts of a post-mortem by what they are about, with what stands below each.

use std::ops::Range;

use super::field::Field;
use super::prose::Prose;
use super::{Content, Section, SectionForm};
use crate::limits::MARKDOWN_DEPTH;
use crate::model::outline::{Entry, Form, Outline, is_content};
use crate::parse::markdown::{BlockId, BlockKind, Markdown};
use crate::text::Span;
use crate::vocabulary;

/// All sections in document order.
pub(super) fn read(markdown: &Markdown<'_>, outline: &Outline, fields: &[Field]) -> Vec<Section> {
    let mut sections = Vec::new();
    let ends = label_ends(markdown, outline);
    for (entry, end) in outline.entries.iter().zip(ends) {
        if !names_section(entry) {
            continue;
        }
        let part = match entry.form {
            Form::Heading => of_heading(markdown, entry),
            _ => of_label(markdown, entry, end),
        };
        for concept in entry.named("postmortem").filter(|name| is_section(name)) {
            sections.push(Section {
                concept,
                ..part.clone()
            });
        }
    }
    for field in fields {
        let named = field.concepts.iter();
        sections.extend(named.map(|concept| of_field(field, concept)));
    }
    sections.sort_by_key(|section| (section.heading, section.concept, section.form));
    sections.dedup_by_key(|section| (section.heading, section.concept));
    sections
}

/// Ranges in order, without those that begin inside another.
pub(super) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn names_section(entry: &Entry) -> bool {
    entry.named("postmortem").any(is_section)
}

/// Words of titles stand beside those of sections.
fn is_section(name: &str) -> bool {
    !name.starts_with("title-")
}

fn of_heading(markdown: &Markdown<'_>, entry: &Entry) -> Section {
    let blocks = markdown.section(entry.block);
    Section {
        concept: "",
        heading: entry.span,
        body: body(markdown, &blocks, entry.span),
        form: SectionForm::Heading,
        content: content(markdown, blocks.clone(), entry.has_content),
        blocks,
    }
}

/// A label's section: what stands behind it in its paragraph, and what follows.
fn of_label(markdown: &Markdown<'_>, entry: &Entry, end: usize) -> Section {
    let own = markdown.block(entry.block);
    let behind = Span {
        start: entry.span.end.min(own.content.end),
        ..own.content
    };
    let text = Prose::of_block(markdown, entry.block).text;
    let rest = rest(markdown, entry, &text);
    let leads_on = rest.is_empty() || rest.ends_with([':', '：']);
    let end = match leads_on {
        true => end,
        // What is nested in the label's item belongs to it.
        false => own
            .parent
            .map_or(own.after, |parent| markdown.block(parent).after)
            .index(),
    };
    let end = if matches!(own.kind, BlockKind::Cell { .. }) {
        own.after.index()
    } else {
        end
    };
    let blocks = entry.block.index() + 1..end.max(entry.block.index() + 1);
    let below = body(markdown, &blocks, behind);
    let has_text = !rest.is_empty();
    Section {
        concept: "",
        heading: entry.span,
        body: if has_text { behind.to(below) } else { below },
        form: SectionForm::Label,
        content: match has_text {
            true => of_text(rest),
            false => content(markdown, blocks.clone(), true),
        },
        blocks,
    }
}

/// The text behind a label in its own paragraph, or in the next cell.
fn rest<'p>(markdown: &Markdown<'_>, entry: &Entry, text: &'p str) -> &'p str {
    let lead = markdown
        .source
        .slice(entry.span)
        .trim_matches(['*', '_', ' ']);
    let rest = text.trim_start().strip_prefix(lead);
    rest.unwrap_or_default()
        .trim_start_matches([':', '：', ' ', '*'])
        .trim()
}

fn of_field(field: &Field, concept: &'static str) -> Section {
    let end = Span {
        start: field.key.end,
        ..field.key
    };
    Section {
        concept,
        heading: field.key,
        body: field.value.as_ref().map_or(end, |value| value.span),
        form: field.form,
        content: field
            .value
            .as_ref()
            .map_or(Content::Nothing, |value| of_text(&value.value)),
        blocks: 0..0,
    }
}

fn of_text(text: &str) -> Content {
    match vocabulary::is_placeholder(text) {
        true => Content::Placeholder,
        false => Content::Something,
    }
}

/// From the first to the last byte of some blocks; nothing behind `after` if there are none.
fn body(markdown: &Markdown<'_>, blocks: &Range<usize>, after: Span) -> Span {
    let spans = markdown.blocks.get(blocks.clone()).unwrap_or_default();
    match (spans.first(), spans.last()) {
        (Some(first), Some(_)) => {
            let last = markdown.outermost(blocks.clone()).last();
            let last = last.map_or(first.span, |id| markdown.block(id).span);
            first.span.to(last)
        }
        _ => Span {
            start: after.end,
            ..after
        },
    }
}

fn content(markdown: &Markdown<'_>, blocks: Range<usize>, may_hold: bool) -> Content {
    let mut content = Content::Nothing;
    for index in blocks {
        let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
        if may_hold && is_content(markdown, id, true) {
            return Content::Something;
        }
        let is_text = matches!(
            markdown.block(id).kind,
            BlockKind::Paragraph | BlockKind::Html
        );
        if is_text || matches!(markdown.block(id).kind, BlockKind::Quote) {
            content = Content::Placeholder;
        }
    }
    content
}

/// For each entry the index of the block where it ends, if it is a label: at the next heading, or
/// at the next label that stands no deeper and either names a section or is an item beside it.
fn label_ends(markdown: &Markdown<'_>, outline: &Outline) -> Vec<usize> {
    let depths = MARKDOWN_DEPTH * 2 + 4;
    let mut next_naming = vec![markdown.blocks.len(); depths];
    let mut next_item = vec![markdown.blocks.len(); depths];
    let mut ends = vec![markdown.blocks.len(); outline.entries.len()];
    for (index, entry) in outline.entries.iter().enumerate().rev() {
        let block = markdown.block(entry.block);
        let depth = usize::from(block.depth).min(depths - 1);
        let at = start(markdown, entry.block);
        if entry.form == Form::Heading {
            next_naming[0] = at;
            continue;
        }
        let naming = next_naming[..=depth].iter().copied().min();
        ends[index] = naming.unwrap_or(at).min(next_item[depth]);
        if names_section(entry) {
            next_naming[depth] = at;
        }
        if is_in_item(markdown, entry.block) {
            next_item[depth] = at;
        }
    }
    ends
}

/// The index of the outermost block that begins with a block: an item with its label.
fn start(markdown: &Markdown<'_>, id: BlockId) -> usize {
    let mut id = id;
    while let Some(parent) = markdown.block(id).parent {
        let is_item = matches!(
            markdown.block(parent).kind,
            BlockKind::Item { .. } | BlockKind::List { .. }
        );
        if !is_item || parent.0 + 1 != id.0 {
            break;
        }
        id = parent;
    }
    id.index()
}

fn is_in_item(markdown: &Markdown<'_>, id: BlockId) -> bool {
    let parent = markdown.block(id).parent;
    parent.is_some_and(|parent| matches!(markdown.block(parent).kind, BlockKind::Item { .. }))
}
