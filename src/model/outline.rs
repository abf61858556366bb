//! The headings and labels of a document, with the concepts they name.
//!
//! A label is a bold lead at the start of a paragraph, item or cell, such as `**Date:** 2026-01-05`:
//! many people write post-mortems without a single heading.

use super::native::SKELETON;
use crate::parse::markdown::{Block, BlockId, BlockKind, Markdown};
use crate::text::Span;
use crate::vocabulary::{self, Concept};

/// A lead longer than this is a sentence in bold and no label; in bytes.
const LONGEST_LABEL: usize = 60;

/// Text up to this length may be nothing but a placeholder; in bytes.
const LONGEST_PLACEHOLDER: usize = 40;

/// A heading or label.
#[derive(Debug)]
pub(super) struct Entry {
    pub concepts: Vec<Concept>,
    /// 1 to 6 for headings, none for labels.
    pub level: Option<u8>,
    pub span: Span,
    /// Whether anything but placeholders stands below it.
    pub has_content: bool,
}

impl Entry {
    /// The concepts of one group.
    pub fn named(&self, group: &str) -> impl Iterator<Item = &'static str> {
        let concepts = self
            .concepts
            .iter()
            .filter(move |concept| concept.group == group);
        concepts.map(|concept| concept.name)
    }
}

/// The outline of one document.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// In document order.
    pub entries: Vec<Entry>,
    /// Blocks that hold something other than placeholders and headings.
    pub content_blocks: usize,
    pub has_code: bool,
}

impl Outline {
    pub fn read(markdown: &Markdown<'_>) -> Outline {
        let mut outline = Outline::default();
        let mut content_before = Vec::with_capacity(markdown.blocks.len() + 1);
        for (id, block) in blocks(markdown) {
            content_before.push(outline.content_blocks);
            outline.has_code |= matches!(block.kind, BlockKind::Code { .. });
            if is_content(markdown, id) {
                outline.content_blocks += 1;
            }
            if let Some(entry) = label(markdown, id) {
                outline.entries.push(entry);
            }
        }
        content_before.push(outline.content_blocks);
        let labels = std::mem::take(&mut outline.entries);
        outline.entries = merged(headings(markdown, &content_before), labels);
        outline
    }

    /// How many concepts of a group are named by headings or labels.
    pub fn count(&self, group: &str, names: &[&str]) -> usize {
        let named = |name: &&&str| {
            let mut entries = self.entries.iter();
            entries.any(|entry| entry.named(group).any(|concept| concept == **name))
        };
        names.iter().filter(named).count()
    }
}

fn headings(markdown: &Markdown<'_>, content_before: &[usize]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (heading, section) in markdown.sections() {
        let content = content_before[section.end] - content_before[section.start];
        let words = vocabulary::normalise(&heading.text);
        entries.push(Entry {
            concepts: vocabulary::all_concepts(&words),
            level: Some(heading.level),
            span: heading.text_span,
            has_content: content > 0,
        });
    }
    entries
}

/// Two lists in document order as one.
fn merged(headings: Vec<Entry>, labels: Vec<Entry>) -> Vec<Entry> {
    let mut entries = headings;
    entries.extend(labels);
    entries.sort_by_key(|entry| entry.span);
    entries
}

/// The blocks of a document with their ids.
pub(super) fn blocks<'m>(markdown: &'m Markdown<'_>) -> impl Iterator<Item = (BlockId, &'m Block)> {
    let ids = (0..).map(BlockId);
    ids.zip(&markdown.blocks)
}

fn label(markdown: &Markdown<'_>, id: BlockId) -> Option<Entry> {
    if !matches!(
        markdown.block(id).kind,
        BlockKind::Paragraph | BlockKind::Cell { .. }
    ) {
        return None;
    }
    let runs = markdown.runs(id);
    let bold = runs.iter().take_while(|run| run.strong).count();
    let (lead, rest) = runs.split_at(bold);
    let span = lead.first()?.span.to(lead.last()?.span);
    let text = markdown.text_of(lead);
    let text = text.trim();
    let is_alone = rest.first().is_none_or(|run| run.kind.is_break());
    let has_colon = text.ends_with(':') || markdown.text_of(rest).trim_start().starts_with(':');
    if text.is_empty() || text.len() > LONGEST_LABEL || !(is_alone || has_colon) {
        return None;
    }
    let words = vocabulary::normalise(text);
    Some(Entry {
        concepts: vocabulary::all_concepts(&words),
        level: None,
        span,
        has_content: true,
    })
}

fn is_content(markdown: &Markdown<'_>, id: BlockId) -> bool {
    let block = markdown.block(id);
    match &block.kind {
        BlockKind::Code { .. } => true,
        BlockKind::Paragraph => is_substantial(markdown.text(id).trim()),
        // A row counts by its first cell: that of a template is empty.
        BlockKind::Cell { column: 0 } => is_substantial(markdown.text(id).trim()),
        _ => false,
    }
}

fn is_substantial(text: &str) -> bool {
    let is_empty = text.is_empty() || text.contains(SKELETON);
    let is_long = text.len() > LONGEST_PLACEHOLDER;
    !is_empty && (is_long || !is_placeholder(text))
}

/// Whether a text is only what a template leaves to fill in.
fn is_placeholder(text: &str) -> bool {
    let bracketed = text.starts_with(['<', '[', '{']) && text.ends_with(['>', ']', '}']);
    bracketed || vocabulary::is_placeholder(text)
}
