//! The headings and labels of a document, with the concepts they name.
//!
//! A label is a bold lead at the start of a paragraph, item or cell, such as `**Date:** 2026-01-05`:
//! many people write post-mortems without a single heading.

use std::sync::LazyLock;

use super::native::SKELETON;
use super::runbook;
use crate::parse::markdown::{Block, BlockId, BlockKind, Markdown};
use crate::text::Span;
use crate::vocabulary::{self, Concept, Sieve};

/// A lead longer than this is a sentence in bold and no label; in bytes.
const LONGEST_LABEL: usize = 60;

/// A lead with a full stop and more words is a sentence.
const LONGEST_RUN_IN: usize = 3;

/// So much text beside a link says no more than to follow it; in bytes.
const LONGEST_BESIDE_LINK: usize = 24;

/// Text up to this length may be nothing but a placeholder; in bytes.
const LONGEST_PLACEHOLDER: usize = 40;

/// A heading or label.
#[derive(Debug)]
pub(super) struct Entry {
    pub concepts: Vec<Concept>,
    pub form: Form,
    /// The heading, or the paragraph or cell that the label begins.
    pub block: BlockId,
    pub span: Span,
    /// Whether anything but placeholders stands below it, or behind it.
    pub has_content: bool,
    /// Whether a link stands below it, or behind it.
    pub has_link: bool,
    /// Whether one link is all that stands there.
    pub is_pointer: bool,
}

/// How an entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Heading,
    /// A bold lead, as forms and headless documents have them.
    Label,
    /// Plain words before a colon, or in the first cell of a row.
    Lead,
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

    /// Whether it only sounds like a fix.
    pub fn is_only_like(&self, fix: &str) -> bool {
        let mut parts = self
            .named("fixes")
            .filter_map(|name| name.strip_prefix(fix));
        parts.any(|part| part == ".other")
    }

    /// Whether it tells about something and not what to do.
    pub fn is_aside(&self) -> bool {
        self.named("runbook").any(|name| name == "title-aside")
    }
}

/// The outline of one document.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// In document order.
    pub entries: Vec<Entry>,
    /// Blocks that hold something other than placeholders and headings.
    pub content_blocks: usize,
    /// Those of them that only say whose the document is, and when it was reviewed; sorted.
    pub fields: Vec<BlockId>,
    /// Some of its headings and labels are written in HTML, which is not read.
    pub is_partly_unread: bool,
    /// Blocks that say themselves that they are still to be written.
    pub open_blocks: usize,
    pub has_code: bool,
    /// Some of its code may be commands, and is no program or configuration.
    pub has_commands: bool,
    /// It numbers some of its items.
    pub has_numbers: bool,
}

impl Outline {
    pub fn read(markdown: &Markdown<'_>) -> Outline {
        let mut outline = Outline::default();
        let mut content_before = Vec::with_capacity(markdown.blocks.len() + 1);
        let links_before = links_before(markdown);
        let has_skeleton = markdown.source.text.contains(SKELETON);
        for (id, block) in blocks(markdown) {
            content_before.push(outline.content_blocks);
            outline.has_code |= matches!(block.kind, BlockKind::Code { .. });
            outline.has_commands |= runbook::may_be_commands(markdown, block);
            outline.is_partly_unread |=
                block.kind == BlockKind::Html && holds_headings(markdown.source.slice(block.span));
            outline.has_numbers |= matches!(block.kind, BlockKind::List { ordered: true });
            if is_open(markdown, id) {
                outline.open_blocks += 1;
            } else if is_content(markdown, id, has_skeleton) {
                outline.content_blocks += 1;
                if runbook::is_field(markdown, id) {
                    outline.fields.push(id);
                }
            }
            if let Some(entry) = label(markdown, id, &links_before) {
                outline.entries.push(entry);
            }
        }
        content_before.push(outline.content_blocks);
        let labels = std::mem::take(&mut outline.entries);
        outline.entries = merged(headings(markdown, &content_before, &links_before), labels);
        outline
    }

    /// Whether it holds no more than a title.
    pub fn is_bare(&self, title: Option<Span>) -> bool {
        let mut entries = self.entries.iter();
        let is_title = |entry: &Entry| Some(entry.span) == title;
        self.content_blocks == 0 && !self.is_partly_unread && entries.all(is_title)
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

fn headings(
    markdown: &Markdown<'_>,
    content_before: &[usize],
    links_before: &[usize],
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (heading, section) in markdown.sections() {
        // What is quoted is somebody else's.
        if is_quoted(markdown, heading.block) {
            continue;
        }
        let links = links_before[section.start]..links_before[section.end];
        let content = content_before[section.end] - content_before[section.start];
        entries.push(Entry {
            concepts: concepts(&heading.text),
            form: Form::Heading,
            block: heading.block,
            span: heading.text_span,
            has_content: content > 0,
            has_link: !links.is_empty(),
            is_pointer: content == 1 && links.len() == 1 && is_only_link(markdown, links.start),
        });
    }
    entries
}

/// What a heading or label names: by its words, else by those in brackets at its end, as in "What
/// we saw (timeline)", else by all its parts, as in "What went wrong / where we got lucky".
fn concepts(text: &str) -> Vec<Concept> {
    let words = vocabulary::normalise(text);
    let mut named = vocabulary::heading_concepts(&words);
    let is_named = names_part(&named);
    if text.len() > LONGEST_LABEL * 2 || (is_named && !text.contains(PARTING)) {
        return named;
    }
    let more = of_all_parts(text).or_else(|| of_tail(text).filter(|_| !is_named));
    if let Some(more) = more {
        named.extend(more);
        named.sort_unstable();
        named.dedup();
    }
    named
}

/// Whether these are those of a post-mortem's part.
fn names_part(concepts: &[Concept]) -> bool {
    let mut concepts = concepts.iter();
    concepts.any(|concept| concept.group == "postmortem" && !concept.name.starts_with("title-"))
}

/// What stands in brackets at the end names: "… (timeline)".
fn of_tail(text: &str) -> Option<Vec<Concept>> {
    let text = text.trim_end().trim_end_matches([':', '：']);
    let inner = text.strip_suffix([')', '）'])?;
    let open = inner.rfind(['(', '（'])?;
    let tail = inner[open..].strip_prefix(['(', '（'])?;
    let named = vocabulary::heading_concepts(&vocabulary::normalise(tail));
    names_part(&named).then(|| of_postmortems(named))
}

fn of_postmortems(mut concepts: Vec<Concept>) -> Vec<Concept> {
    concepts.retain(|concept| concept.group == "postmortem");
    concepts
}

/// What parts a heading that is about several things, beside small words.
const PARTING: &[char] = &['/', '／', '|', '・', '、', '&', '+', ','];

/// What the parts of a heading name, if there are several and each names something.
fn of_all_parts(text: &str) -> Option<Vec<Concept>> {
    let mut parts = Vec::new();
    for part in text.split(PARTING) {
        let words = vocabulary::normalise(part);
        let words: Vec<&str> = words.split(' ').collect();
        let is_joint = |word: &&str| vocabulary::names("postmortem", "title-joint", word);
        parts.extend(words.split(is_joint).map(|words| words.join(" ")));
    }
    // "A, and b" has nothing between its joints.
    parts.retain(|part| !part.is_empty());
    if parts.len() < 2 {
        return None;
    }
    let mut all = Vec::new();
    for part in parts {
        let named = vocabulary::heading_concepts(&part);
        if !names_part(&named) {
            return None;
        }
        all.extend(named);
    }
    Some(of_postmortems(all))
}

/// Whether a block holds next to nothing but its link.
fn is_only_link(markdown: &Markdown<'_>, link: usize) -> bool {
    let link = &markdown.links[link];
    let text = markdown.text(link.block);
    text.trim().len() <= link.text_span.range().len() + LONGEST_BESIDE_LINK
}

/// For each block, and for the end, how many links begin before it.
fn links_before(markdown: &Markdown<'_>) -> Vec<usize> {
    let mut before = vec![0; markdown.blocks.len() + 1];
    for link in &markdown.links {
        before[link.block.index() + 1] += 1;
    }
    for index in 1..before.len() {
        before[index] += before[index - 1];
    }
    before
}

fn is_quoted(markdown: &Markdown<'_>, id: BlockId) -> bool {
    let mut around = markdown.block(id).parent;
    while let Some(id) = around {
        if markdown.block(id).kind == BlockKind::Quote {
            return true;
        }
        around = markdown.block(id).parent;
    }
    false
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

/// Plain words before a colon, or in the first cell of a row.
///
/// Every paragraph may have some, so they are looked for only where a document may speak in them.
pub(super) fn leads(markdown: &Markdown<'_>) -> Vec<Entry> {
    let links_before = links_before(markdown);
    let lead = |(id, _)| {
        let lead = match markdown.block(id).kind {
            BlockKind::Paragraph if !begins_bold(markdown, id) => plain_lead(markdown, id)?,
            BlockKind::Cell { column: 0 } if !begins_bold(markdown, id) => cell_lead(markdown, id)?,
            _ => return None,
        };
        entry(markdown, id, lead, &links_before)
    };
    blocks(markdown).filter_map(lead).collect()
}

fn begins_bold(markdown: &Markdown<'_>, id: BlockId) -> bool {
    markdown.runs(id).first().is_some_and(|run| run.strong)
}

fn label(markdown: &Markdown<'_>, id: BlockId, links_before: &[usize]) -> Option<Entry> {
    if !markdown.block(id).kind.is_text() {
        return None;
    }
    if !begins_bold(markdown, id) {
        return plain_line(markdown, id);
    }
    let lead = match markdown.block(id).kind {
        BlockKind::Paragraph => bold_lead(markdown, id)?,
        BlockKind::Cell { column: 0 } => cell_lead(markdown, id)?,
        _ => return None,
    };
    entry(markdown, id, lead, links_before)
}

/// `Timeline:` on a line of its own, which names a part of a post-mortem and nothing else.
fn plain_line(markdown: &Markdown<'_>, id: BlockId) -> Option<Entry> {
    let block = markdown.block(id);
    let text = markdown.source.slice(block.content).trim();
    let is_line = block.kind == BlockKind::Paragraph
        && text.len() <= LONGEST_LABEL
        && text.ends_with([':', '：'])
        && !text.contains('\n');
    if !is_line || is_quoted(markdown, id) {
        return None;
    }
    let concepts = concepts(text);
    names_part(&concepts).then(|| Entry {
        concepts: of_postmortems(concepts),
        form: Form::Label,
        block: id,
        span: block.content,
        has_content: true,
        has_link: false,
        is_pointer: false,
    })
}

fn entry(
    markdown: &Markdown<'_>,
    id: BlockId,
    (form, lead, rest): Lead,
    links_before: &[usize],
) -> Option<Entry> {
    let (text, span) = lead;
    let is_fitting = !text.is_empty() && text.len() <= LONGEST_LABEL && !is_quoted(markdown, id);
    let concepts = match is_fitting {
        true => concepts(&text),
        false => return None,
    };
    let end = match markdown.block(id).kind {
        // A cell is answered by its row.
        BlockKind::Cell { .. } => markdown
            .block(id)
            .parent
            .map(|row| markdown.block(row).after),
        _ => None,
    };
    let end = end.unwrap_or(BlockId(id.0 + 1)).index();
    let links = links_before[id.index()]..links_before[end];
    let said = rest.as_ref().map_or(0, |rest| rest.trim().len());
    let is_only_link = |link: usize| {
        let link = markdown.links[link].text_span.range().len();
        said <= link + LONGEST_BESIDE_LINK
    };
    Some(Entry {
        concepts,
        form,
        block: id,
        span,
        // A bold line of its own is a heading, and what follows stands below it.
        has_content: rest.as_ref().is_none_or(|rest| is_substantial(rest.trim())),
        has_link: !links.is_empty(),
        is_pointer: rest.is_some() && links.len() == 1 && is_only_link(links.start),
    })
}

/// A form, the lead with its place, and what stands behind it, unless it stands alone.
type Lead = (Form, (String, Span), Option<String>);

fn bold_lead(markdown: &Markdown<'_>, id: BlockId) -> Option<Lead> {
    let runs = markdown.runs(id);
    let bold = runs.iter().take_while(|run| run.strong).count();
    let (lead, rest) = runs.split_at(bold);
    let span = lead.first()?.span.to(lead.last()?.span);
    let text = markdown.text_of(lead).trim().to_owned();
    let is_alone = rest.first().is_none_or(|run| run.kind.is_break());
    let rest = markdown.text_of(rest);
    let has_colon = text.ends_with([':', '?']) || rest.trim_start().starts_with(':');
    // "**Logs.** They are in the console."
    let is_run_in = text.ends_with('.') && text.split(' ').count() <= LONGEST_RUN_IN;
    if !is_alone && !has_colon && !is_run_in {
        return None;
    }
    let rest = rest.trim_start().trim_start_matches(':').to_owned();
    let rest = (!is_alone || !rest.trim().is_empty()).then_some(rest);
    Some((Form::Label, (text, span), rest))
}

fn plain_lead(markdown: &Markdown<'_>, id: BlockId) -> Option<Lead> {
    let first = markdown.runs(id).first()?;
    let text = markdown.text(id);
    let start = text.get(..text.len().min(LONGEST_LABEL + 1));
    let colon = start.unwrap_or(&text).find(": ")?;
    let (lead, rest) = text.split_at(colon);
    let lead = lead.trim().to_owned();
    Some((Form::Lead, (lead, first.span), Some(rest[1..].to_owned())))
}

/// The first cell of a row, before the second.
fn cell_lead(markdown: &Markdown<'_>, id: BlockId) -> Option<Lead> {
    let row = markdown.block(markdown.block(id).parent?);
    let second = BlockId(id.0 + 1);
    if row.kind != (BlockKind::Row { header: false }) || second >= row.after {
        return None;
    }
    let text = markdown.text(id).trim().to_owned();
    let bold = markdown.runs(id).first().is_some_and(|run| run.strong);
    let form = if bold { Form::Label } else { Form::Lead };
    let rest = markdown.text(second).into_owned();
    Some((form, (text, markdown.block(id).content), Some(rest)))
}

/// Whether a block holds something other than placeholders.
pub(super) fn is_content(markdown: &Markdown<'_>, id: BlockId, has_skeleton: bool) -> bool {
    let block = markdown.block(id);
    match &block.kind {
        BlockKind::Code { .. } => true,
        BlockKind::Paragraph => {
            // Markup can at most halve a paragraph; looking at the text costs a copy of it.
            let is_long = block.span.range().len() > LONGEST_PLACEHOLDER * 2;
            (is_long && !has_skeleton) || is_substantial(markdown.text(id).trim())
        }
        // A row counts by its first cell: that of a template is empty.
        BlockKind::Cell { column: 0 } => says_row(markdown, id),
        BlockKind::Html => holds_cells(markdown.source.slice(block.span)),
        _ => false,
    }
}

/// Whether a row says something by its first cell, or one that is only numbered by the others.
fn says_row(markdown: &Markdown<'_>, first: BlockId) -> bool {
    let text = markdown.text(first);
    let row = markdown.block(first).parent.map(|row| markdown.block(row));
    let Some(row) = row.filter(|row| row.kind == BlockKind::Row { header: false }) else {
        return false;
    };
    let text = text.trim();
    let number = text.strip_prefix("Step ").unwrap_or(text);
    let is_number = !number.contains(char::is_alphabetic);
    let says = |cell| is_substantial(markdown.text(BlockId(cell)).trim());
    match is_number {
        true => (first.0 + 1..row.after.0).any(says),
        false => is_substantial(text),
    }
}

/// Whether HTML holds headings, or labels in bold.
fn holds_headings(html: &str) -> bool {
    const TAGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6", "strong", "b"];
    let is_one = |rest: &str| {
        let mut tags = TAGS.iter();
        tags.any(|tag| {
            let name = rest.get(..tag.len());
            name.is_some_and(|name| name.eq_ignore_ascii_case(tag))
                && rest[tag.len()..].starts_with(['>', ' ', '\n'])
        })
    };
    !html.starts_with("<!--") && html.split('<').skip(1).any(is_one)
}

/// Whether HTML is a table or a list: it is not read, and is there all the same.
fn holds_cells(html: &str) -> bool {
    let html = html.as_bytes();
    let is_cell = |four: &[u8]| {
        let tag = four[..3].to_ascii_lowercase();
        (tag == b"<td" || tag == b"<li") && matches!(four[3], b'>' | b' ' | b'\n')
    };
    !html.starts_with(b"<!--") && html.windows(4).any(is_cell)
}

static MARK: LazyLock<Sieve> = LazyLock::new(|| Sieve::new("placeholders", &["mark"]));

/// Whether a paragraph begins with a mark such as `TODO:`, however long it goes on.
fn is_open(markdown: &Markdown<'_>, id: BlockId) -> bool {
    let block = markdown.block(id);
    if block.kind != BlockKind::Paragraph {
        return false;
    }
    let text = markdown.source.slice(block.content);
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    MARK.may_match(&text[..end])
        && vocabulary::names("placeholders", "mark", &text[..end].to_lowercase())
}

fn is_substantial(text: &str) -> bool {
    let is_empty = !text.contains(char::is_alphanumeric) || text.contains(SKELETON);
    let is_long = text.len() > LONGEST_PLACEHOLDER;
    !is_empty && (is_long || !is_placeholder(text))
}

/// Whether a text is only what a template leaves to fill in.
fn is_placeholder(text: &str) -> bool {
    let bracketed = text.starts_with(['<', '[', '{']) && text.ends_with(['>', ']', '}']);
    bracketed || vocabulary::is_placeholder(text)
}
