//! Markdown documents as a flat list of blocks, with the raw bytes of everything in them.
//!
//! [`parse`] never fails and never looks at what a document means: it says which headings, lists,
//! items, tables, fences, links and comments there are and where. CommonMark with tables, task
//! lists and strike-through is read by `pulldown-cmark`; front matter, bare addresses, comments
//! and limits are ours.
//!
//! Blocks lie in one list in document order, a container before what it holds; inline text lies
//! in a second list of runs that blocks refer to. Nothing is copied from the document except the
//! few places where its bytes do not say what they mean, such as `&amp;`. So a document costs a
//! handful of allocations, however many blocks it has.
//!
//! HTML is kept as a block or run but not read, except for comments and `<br>`. Footnotes stay
//! text. What could not be read as meant, or went over a limit, is in [`Markdown::problems`].

mod address;
mod build;
mod destination;
mod front_matter;
mod nesting;

use std::borrow::Cow;
use std::iter;
use std::ops::Range;

use crate::text::{Source, Span, Spanned};

/// A document.
#[derive(Debug)]
pub struct Markdown<'t> {
    pub source: Source<'t>,
    /// YAML between the `---` lines at the very start, at its place in the file.
    pub front_matter: Option<Source<'t>>,
    /// In document order; a container comes right before its content.
    pub blocks: Vec<Block>,
    /// In document order; see [`Markdown::runs`].
    pub runs: Vec<Run>,
    /// In the order in which they begin.
    pub links: Vec<Link<'t>>,
    /// In document order.
    pub comments: Vec<Comment<'t>>,
    /// In document order by kind.
    pub problems: Vec<Problem>,
    headings: Vec<BlockId>,
    decoded: Vec<Range<u32>>,
    decoded_text: String,
}

/// A block, by its place in [`Markdown::blocks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

impl BlockId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A link, by its place in [`Markdown::links`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

/// A part of a document that takes whole lines, or a table cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    /// All of it with its marks, from the first that is no blank, without the last line end.
    pub span: Span,
    /// The inline text of a paragraph, heading or cell with the markup inside it, the lines in a
    /// fence; of anything else the same as `span`.
    pub content: Span,
    pub parent: Option<BlockId>,
    /// How many blocks hold this one.
    pub depth: u16,
    /// The first block that is not in this one; its content is what lies between.
    pub after: BlockId,
    runs: (u32, u32),
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Marked by `#` or underlined; the level is 1 to 6.
    Heading {
        level: u8,
    },
    /// Also the text of an item whose list has no blank lines.
    Paragraph,
    List {
        ordered: bool,
    },
    Item {
        task: Option<Task>,
    },
    Quote,
    /// The info string is what follows the opening fence, perhaps empty; none if indented.
    Code {
        info: Option<Span>,
    },
    Table,
    Row {
        header: bool,
    },
    /// The column counts from 0. Cells that a short row lacks are not there.
    Cell {
        column: u16,
    },
    Rule,
    Html,
}

/// A check box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub done: bool,
    /// The box with its brackets.
    pub span: Span,
}

/// A stretch of inline text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub kind: RunKind,
    pub strong: bool,
    pub emphasis: bool,
    pub strike: bool,
    /// The innermost link or image around it. Bare addresses lie within a run and are not here.
    pub link: Option<LinkId>,
    /// The bytes which say the text: without the marks around it.
    pub span: Span,
    decoded: u32,
}

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    Text,
    Code,
    /// A tag or a comment.
    Html,
    /// A line end that only wraps the text.
    SoftBreak,
    /// A line end that is meant, or `<br>`.
    HardBreak,
}

/// A heading, as its readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading<'t> {
    pub level: u8,
    /// Without marks and without the anchor.
    pub text: Cow<'t, str>,
    /// The name in a `{#name}` at the end.
    pub anchor: Option<Spanned<&'t str>>,
    /// The whole line with its marks, or both lines if underlined.
    pub span: Span,
    /// The text's bytes, with the markup inside it.
    pub text_span: Span,
    pub block: BlockId,
}

/// A link, an image, or an address in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'t> {
    pub kind: LinkKind,
    /// Where it leads, with escapes and entities resolved.
    pub target: Cow<'t, str>,
    /// All of it, brackets and destination included.
    pub span: Span,
    /// The destination's bytes; for a link by reference those in the definition.
    pub target_span: Option<Span>,
    /// The link's text with its markup.
    pub text_span: Span,
    /// The block whose inline text holds it.
    pub block: BlockId,
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](target)`
    Inline,
    /// `[text][label]`, `[label][]` or `[label]`, with the label defined elsewhere.
    Reference,
    /// `<https://…>`
    Autolink,
    /// `![text](target)`, or by reference.
    Image,
    /// `https://…` in plain text.
    Bare,
    /// `<a@b.example>`, or the same in plain text; the target has no scheme.
    Mail,
}

/// An HTML comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// What stands between `<!--` and `-->`.
    pub text: &'t str,
    /// With the marks.
    pub span: Span,
}

/// What was not read as it was probably meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Deeper than [`MARKDOWN_DEPTH`](crate::limits::MARKDOWN_DEPTH): the first mark from which
    /// the line is plain text. Once a document.
    TooDeep,
    /// A row of more than [`MARKDOWN_CELLS`](crate::limits::MARKDOWN_CELLS) cells: the first cell
    /// that was left out. Once a table.
    TooManyCells,
    /// The opening fence; everything after it, up to the end of the document or of its quote or
    /// item, is code.
    UnclosedFence,
    /// The `<!--` of a comment that does not end in its block.
    UnclosedComment,
    /// The `---` above something like YAML which no second line of that kind follows.
    UnclosedFrontMatter,
    /// Front matter between `+++` lines, which is not read.
    TomlFrontMatter,
}

/// Reads a document.
pub fn parse(source: Source<'_>) -> Markdown<'_> {
    let front = front_matter::find(source);
    let body = source.part(front.end..source.text.len());
    let mut markdown = Markdown {
        source,
        front_matter: front.yaml,
        blocks: Vec::with_capacity(body.text.len() / 64),
        runs: Vec::with_capacity(body.text.len() / 64),
        links: Vec::new(),
        comments: Vec::new(),
        problems: front.problem.into_iter().collect(),
        headings: Vec::new(),
        decoded: Vec::new(),
        decoded_text: String::new(),
    };
    let limited = nesting::limit(body.text);
    let mut text = body.text;
    if let Some(limited) = &limited {
        let span = body.span(limited.first.clone());
        let kind = ProblemKind::TooDeep;
        markdown.problems.push(Problem { kind, span });
        text = &limited.text;
    }
    build::read(body, text, &mut markdown);
    markdown
}

impl<'t> Markdown<'t> {
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    pub fn link(&self, id: LinkId) -> &Link<'t> {
        &self.links[id.0 as usize]
    }

    /// The blocks that no other block holds.
    pub fn roots(&self) -> impl Iterator<Item = BlockId> {
        self.outermost(0..self.blocks.len())
    }

    /// The blocks directly in a block.
    pub fn children(&self, id: BlockId) -> impl Iterator<Item = BlockId> {
        self.outermost(self.within(id))
    }

    /// The indices of all blocks in a block, at any depth.
    pub fn within(&self, id: BlockId) -> Range<usize> {
        id.index() + 1..self.block(id).after.index()
    }

    /// The blocks of a range which no other block of the range holds.
    pub fn outermost(&self, range: Range<usize>) -> impl Iterator<Item = BlockId> {
        let mut next = BlockId(u32::try_from(range.start).unwrap_or(u32::MAX));
        iter::from_fn(move || {
            let id = next;
            if id.index() >= range.end {
                return None;
            }
            next = self.block(id).after;
            Some(id)
        })
    }

    /// The inline text of a paragraph, heading or cell, or the lines of code.
    ///
    /// For an item that of the paragraph or heading it begins with; none for other blocks.
    pub fn runs(&self, id: BlockId) -> &[Run] {
        let block = self.block(id);
        if let BlockKind::Item { .. } = block.kind {
            let first = self.children(id).next().map(|child| self.block(child));
            return match first {
                Some(first) if first.kind.is_text() => self.own_runs(first),
                _ => &[],
            };
        }
        self.own_runs(block)
    }

    /// [`Markdown::runs`] as plain text: no markup, a blank for a line end.
    ///
    /// Code keeps its line ends as they are.
    pub fn text(&self, id: BlockId) -> Cow<'t, str> {
        self.text_of(self.runs(id))
    }

    /// The plain text of some runs of one block.
    pub fn text_of(&self, runs: &[Run]) -> Cow<'t, str> {
        let mut saying = runs.iter().filter(|run| run.kind != RunKind::Html);
        let Some(first) = saying.next() else {
            return Cow::Borrowed("");
        };
        let Some(second) = saying.next() else {
            return self.run_text(first);
        };
        let mut text = String::with_capacity(extent(runs));
        text.push_str(self.raw_run_text(first));
        text.push_str(self.raw_run_text(second));
        for run in saying {
            text.push_str(self.raw_run_text(run));
        }
        Cow::Owned(text)
    }

    /// The text of one run: a blank for a break, nothing for HTML.
    pub fn run_text(&self, run: &Run) -> Cow<'t, str> {
        match run.kind {
            RunKind::Text | RunKind::Code if run.decoded == NOT_DECODED => {
                Cow::Borrowed(self.source.slice(run.span))
            }
            _ => Cow::Owned(self.raw_run_text(run).to_owned()),
        }
    }

    /// The lines of a paragraph, cell or item, as its author broke them.
    pub fn lines(&self, id: BlockId) -> impl Iterator<Item = &[Run]> {
        self.runs(id).split(|run| run.kind.is_break())
    }

    /// Everything that is written in HTML: what stands in text, then whole blocks.
    pub fn html(&self) -> impl Iterator<Item = Span> {
        let in_text = self.runs.iter().filter(|run| run.kind == RunKind::Html);
        let blocks = self.blocks.iter();
        let blocks = blocks.filter(|block| block.kind == BlockKind::Html);
        let blocks = blocks.map(|block| block.span);
        in_text.map(|run| run.span).chain(blocks)
    }

    /// All headings, also those in quotes and items.
    pub fn headings(&self) -> impl Iterator<Item = Heading<'t>> {
        self.headings.iter().map(|id| self.heading(*id))
    }

    /// The first heading of level 1 that is not in a quote or item; in a document without one, the
    /// heading of level 2 that it begins with, if that is the only one.
    pub fn title(&self) -> Option<Heading<'t>> {
        let mut second = None;
        for id in &self.headings {
            let block = self.block(*id);
            let BlockKind::Heading { level } = block.kind else {
                continue;
            };
            match level {
                _ if block.parent.is_some() => {}
                1 => return Some(self.heading(*id)),
                2 if second.is_none() && id.index() == 0 => second = Some(Some(*id)),
                2 => second = Some(None),
                _ => {}
            }
        }
        second.flatten().map(|id| self.heading(id))
    }

    /// Each heading with the indices of the blocks below it, up to the next heading of the same
    /// or a higher level beside it, or the end of what holds it.
    pub fn sections(&self) -> impl Iterator<Item = (Heading<'t>, Range<usize>)> {
        self.headings
            .iter()
            .map(|id| (self.heading(*id), self.section(*id)))
    }

    /// The indices of the blocks below a heading; see [`Markdown::sections`].
    pub fn section(&self, id: BlockId) -> Range<usize> {
        let heading = self.block(id);
        let start = id.index() + 1;
        let end = match heading.parent {
            Some(parent) => self.block(parent).after.index(),
            None => self.blocks.len(),
        };
        let later = self.headings.partition_point(|other| *other <= id);
        for other in &self.headings[later..] {
            if other.index() >= end {
                break;
            }
            let beside = self.block(*other).parent == heading.parent;
            if beside && self.level(*other) <= self.level(id) {
                return start..other.index();
            }
        }
        start..end
    }

    /// The heading that a block is; one of level 0 if it is none.
    pub fn heading(&self, id: BlockId) -> Heading<'t> {
        let block = self.block(id);
        let mut heading = Heading {
            level: self.level(id),
            text: self.text(id),
            anchor: None,
            span: block.span,
            text_span: block.content,
            block: id,
        };
        self.split_anchor(&mut heading);
        heading
    }

    fn split_anchor(&self, heading: &mut Heading<'t>) {
        let raw = self.source.slice(heading.text_span);
        let Some(open) = raw.strip_suffix('}').and_then(|raw| raw.rfind("{#")) else {
            return;
        };
        let name = &raw[open + 2..raw.len() - 1];
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if name.is_empty() || !name.bytes().all(named) {
            return;
        }
        let Some(text) = heading.text.strip_suffix(&raw[open..]) else {
            return;
        };
        let length = text.trim_end().len();
        match &mut heading.text {
            Cow::Borrowed(text) => *text = &text[..length],
            Cow::Owned(text) => text.truncate(length),
        }
        let inner = Source {
            file: self.source.file,
            text: raw,
            base: heading.text_span.range().start,
        };
        heading.text_span = inner.span(0..raw[..open].trim_end().len());
        heading.anchor = Some(Spanned::new(name, inner.span(open + 2..raw.len() - 1)));
    }

    fn level(&self, id: BlockId) -> u8 {
        match self.block(id).kind {
            BlockKind::Heading { level } => level,
            _ => 0,
        }
    }

    fn own_runs(&self, block: &Block) -> &[Run] {
        &self.runs[block.runs.0 as usize..block.runs.1 as usize]
    }

    fn raw_run_text(&self, run: &Run) -> &str {
        if let Some(range) = self.decoded.get(run.decoded as usize) {
            return &self.decoded_text[range.start as usize..range.end as usize];
        }
        match run.kind {
            RunKind::Text | RunKind::Code => self.source.slice(run.span),
            RunKind::SoftBreak | RunKind::HardBreak => " ",
            RunKind::Html => "",
        }
    }
}

impl BlockKind {
    /// Whether it holds inline text and nothing else.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            BlockKind::Heading { .. } | BlockKind::Paragraph | BlockKind::Cell { .. }
        )
    }
}

impl RunKind {
    pub fn is_break(self) -> bool {
        matches!(self, RunKind::SoftBreak | RunKind::HardBreak)
    }
}

/// Marks a run whose bytes say what they mean.
const NOT_DECODED: u32 = u32::MAX;

/// How many bytes lie between the first and the last run.
fn extent(runs: &[Run]) -> usize {
    match runs {
        [first, .., last] => first.span.to(last.span).range().len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
