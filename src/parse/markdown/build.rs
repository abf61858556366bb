//! From the events of the Markdown parser to our blocks and runs.
//!
//! The parser lends strings wherever the bytes of the document say what they mean. Their place in
//! memory is their place in the text, which is how destinations and code are located without a
//! second parse. What is not lent had to be decoded, and is kept.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

use crate::limits::MARKDOWN_CELLS;
use crate::parse::markdown::address::{self, Marks};
use crate::parse::markdown::{
    Block, BlockId, BlockKind, Comment, Link, LinkId, LinkKind, Markdown, NOT_DECODED, Problem,
    ProblemKind, Run, RunKind, Task, destination,
};
use crate::text::Source;

/// Reads `text`, which is the text of `body` except for single bytes, into `markdown`.
pub(super) fn read<'t>(body: Source<'t>, text: &str, markdown: &mut Markdown<'t>) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut events = Parser::new_ext(text, options).into_offset_iter();
    let mut builder = Builder {
        body,
        text,
        markdown,
        open: Vec::new(),
        inside: Inside::Blocks,
        earliest: 0,
        first_run: 0,
        links: Vec::new(),
        content: None,
        inline_end: 0,
        loose_text: false,
        unsearched: false,
        strong: 0,
        emphasis: 0,
        strike: 0,
        marks: Marks::new(body.text),
        table: TablePlace::default(),
    };
    while let Some((event, range)) = &events.next() {
        builder.event(event, range.clone(), &events);
    }
    builder.close_loose_text();
}

/// All offsets are offsets in the body.
struct Builder<'t, 'm> {
    body: Source<'t>,
    /// What was parsed: as long as the body.
    text: &'m str,
    markdown: &'m mut Markdown<'t>,
    open: Vec<BlockId>,
    inside: Inside,
    /// Where the next block can begin. The parser counts a tab before a list as four bytes.
    earliest: usize,
    /// Where the runs of the present block begin.
    first_run: usize,
    links: Vec<OpenLink>,
    /// What the present block holds of inline text or code.
    content: Option<Range<usize>>,
    /// Where the last inline piece ended.
    inline_end: usize,
    /// Whether the innermost block is a paragraph for text that stands in an item as it is.
    loose_text: bool,
    /// Whether the last run is text that was not searched for addresses.
    unsearched: bool,
    strong: u32,
    emphasis: u32,
    strike: u32,
    marks: Marks<'t>,
    table: TablePlace,
}

struct OpenLink {
    /// The innermost link that is kept.
    link: Option<LinkId>,
    /// Whether this is the one.
    kept: bool,
}

/// What can come next in the present block.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Blocks,
    Text,
    Code,
    Html,
}

/// Where in a table we are.
#[derive(Default)]
struct TablePlace {
    /// Of the next cell.
    column: usize,
    row_end: usize,
    /// The present cell is one to leave out.
    skips_cell: bool,
    /// The problem was reported for this table.
    is_reported: bool,
}

impl Builder<'_, '_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>, events: &OffsetIter<'_>) {
        if self.table.skips_cell {
            self.table.skips_cell = *event != Event::End(TagEnd::TableCell);
            return;
        }
        match event {
            Event::Text(text) => self.text(text, range),
            Event::SoftBreak => self.push(RunKind::SoftBreak, range.clone(), range, NOT_DECODED),
            Event::HardBreak => self.push(RunKind::HardBreak, range.clone(), range, NOT_DECODED),
            Event::Start(tag) => self.start(tag, range, events),
            Event::End(tag) => self.end(*tag, range),
            Event::Code(text) => self.code_span(text, range),
            Event::InlineHtml(_) => self.inline_html(range),
            Event::TaskListMarker(done) => self.task(*done, range),
            Event::Rule => {
                self.open(BlockKind::Rule, &range);
                self.close(&range);
            }
            Event::Html(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>, events: &OffsetIter<'_>) {
        match tag {
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link {
                link_type,
                dest_url,
                id,
                ..
            } => return self.start_link(link_kind(*link_type), dest_url, id, range, events),
            Tag::Image { dest_url, id, .. } => {
                return self.start_link(LinkKind::Image, dest_url, id, range, events);
            }
            Tag::TableCell => return self.start_cell(&range),
            _ => {
                let kind = self.block_kind(tag, &range);
                return self.open(kind, &range);
            }
        }
        self.inline(&range);
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => return self.end_link(&range),
            _ => {
                self.close_loose_text();
                return self.close(&range);
            }
        }
        self.inline_end = range.end;
    }

    fn block_kind(&mut self, tag: &Tag<'_>, range: &Range<usize>) -> BlockKind {
        match tag {
            Tag::Heading { level, .. } => BlockKind::Heading {
                level: *level as u8,
            },
            Tag::BlockQuote(_) => BlockKind::Quote,
            Tag::CodeBlock(CodeBlockKind::Indented) => BlockKind::Code { info: None },
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                let info = self.body.span(self.info(range));
                BlockKind::Code { info: Some(info) }
            }
            Tag::HtmlBlock => BlockKind::Html,
            Tag::List(first) => BlockKind::List {
                ordered: first.is_some(),
            },
            Tag::Item => BlockKind::Item { task: None },
            Tag::Table(_) => {
                self.table.is_reported = false;
                BlockKind::Table
            }
            Tag::TableHead | Tag::TableRow => {
                self.table.column = 0;
                self.table.row_end = self.trimmed_end(range);
                BlockKind::Row {
                    header: *tag == Tag::TableHead,
                }
            }
            _ => BlockKind::Paragraph,
        }
    }
}

/// Blocks.
impl Builder<'_, '_> {
    fn open(&mut self, kind: BlockKind, range: &Range<usize>) {
        self.close_loose_text();
        let start = match kind {
            // Code may begin with blanks of its own.
            BlockKind::Code { .. } => range.start,
            _ => self.unindented(&(range.start.max(self.earliest)..range.end)),
        };
        let span = self.body.span(start..start);
        let id = BlockId(narrow(self.markdown.blocks.len()));
        let runs = narrow(self.markdown.runs.len());
        self.markdown.blocks.push(Block {
            kind,
            span,
            content: span,
            parent: self.open.last().copied(),
            depth: u16::try_from(self.open.len()).unwrap_or(u16::MAX),
            after: BlockId(id.0 + 1),
            runs: (runs, runs),
        });
        if matches!(kind, BlockKind::Heading { .. }) {
            self.markdown.headings.push(id);
        }
        self.open.push(id);
        self.earliest = start;
        self.first_run = self.markdown.runs.len();
        self.content = None;
        self.inside = match kind {
            BlockKind::Code { .. } => Inside::Code,
            BlockKind::Html => Inside::Html,
            kind if kind.is_text() => Inside::Text,
            _ => Inside::Blocks,
        };
    }

    fn close(&mut self, range: &Range<usize>) {
        self.finish_run();
        let Some(id) = self.open.pop() else {
            return;
        };
        self.set_extent(id, range);
        let block = self.markdown.block(id);
        let (kind, end) = (block.kind, block.span.end);
        self.earliest = block.span.range().end - self.body.base;
        if let Some(parent) = self.open.last() {
            let parent = &mut self.markdown.blocks[parent.index()].span;
            parent.end = parent.end.max(end);
        }
        match kind {
            BlockKind::Code { info: Some(_) } => self.check_fence(id, range),
            BlockKind::Html => self.comments(id),
            _ => {}
        }
        self.inside = Inside::Blocks;
    }

    /// Where a block ends, and what it holds.
    ///
    /// What holds blocks ends with the last of them: the parser counts blank lines in, and looking
    /// for their beginning once more at every level would be slow.
    fn set_extent(&mut self, id: BlockId, range: &Range<usize>) {
        let after = BlockId(narrow(self.markdown.blocks.len()));
        let runs = narrow(self.markdown.runs.len());
        let block = &self.markdown.blocks[id.index()];
        let mut span = block.span;
        if after.0 == id.0 + 1 || !block.kind.is_container() {
            span.end = span.end.max(self.body.span(0..self.trimmed_end(range)).end);
        }
        let block = &mut self.markdown.blocks[id.index()];
        block.after = after;
        block.content = span;
        if block.kind.has_runs() {
            block.runs.1 = runs;
            block.content.start = span.end;
            if let Some(content) = &self.content {
                block.content = self.body.span(content.clone());
                span.end = span.end.max(block.content.end);
            }
        }
        block.span = span;
    }

    /// Ends the paragraph that was made for text in an item.
    fn close_loose_text(&mut self) {
        if self.loose_text {
            self.loose_text = false;
            let range = self.content.clone();
            self.close(&range.unwrap_or_default());
        }
    }

    /// Leaves out cells beyond the limit, and those the parser adds to rows that are too short.
    fn start_cell(&mut self, range: &Range<usize>) {
        let column = self.table.column;
        self.table.column += 1;
        let is_added = range.is_empty() && range.start >= self.table.row_end;
        let is_surplus = column >= MARKDOWN_CELLS;
        self.table.skips_cell = is_added || is_surplus;
        if is_surplus && !is_added && !self.table.is_reported {
            self.table.is_reported = true;
            self.report(ProblemKind::TooManyCells, range.clone());
        }
        if !self.table.skips_cell {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            self.open(BlockKind::Cell { column }, range);
        }
    }

    fn task(&mut self, done: bool, range: Range<usize>) {
        let span = self.body.span(range);
        for id in self.open.iter().rev().take(2) {
            let kind = &mut self.markdown.blocks[id.index()].kind;
            if let BlockKind::Item { task } = kind {
                *task = Some(Task { done, span });
                return;
            }
        }
    }

    /// What follows the opening fence on its line.
    fn info(&self, range: &Range<usize>) -> Range<usize> {
        let raw = &self.text[range.clone()];
        let line = &raw[..memchr::memchr2(b'\n', b'\r', raw.as_bytes()).unwrap_or(raw.len())];
        let info = line.trim_start_matches(['`', '~', ' ', '\t']);
        let start = range.end - raw.len() + line.len() - info.len();
        start..start + info.trim_end().len()
    }

    /// Reports a fence that runs to the end of what holds it.
    fn check_fence(&mut self, id: BlockId, range: &Range<usize>) {
        let info = self.info(range);
        let inside = self
            .content
            .as_ref()
            .map_or(info.end, |content| content.end);
        let tail = self.text.get(inside..range.end).unwrap_or_default();
        if !tail.contains(['`', '~']) {
            let start = self.markdown.block(id).span.range().start - self.body.base;
            self.report(ProblemKind::UnclosedFence, start..info.end);
        }
    }

    fn comments(&mut self, id: BlockId) {
        let range = self.markdown.block(id).span.range();
        let raw = self.body.slice(self.markdown.block(id).span);
        let base = range.start - self.body.base;
        let mut from = 0;
        while let Some(offset) = memmem::find(&raw.as_bytes()[from..], b"<!--") {
            let start = from + offset;
            // `<!-->` is a whole comment.
            let Some(length) = memmem::find(&raw.as_bytes()[start + 2..], b"-->") else {
                self.report(ProblemKind::UnclosedComment, base + start..base + start + 4);
                return;
            };
            from = start + 2 + length + 3;
            self.push_comment(base + start..base + from);
        }
    }

    fn push_comment(&mut self, range: Range<usize>) {
        let span = self.body.span(range);
        let raw = self.body.slice(span);
        let text = raw.get(4..raw.len().saturating_sub(3)).unwrap_or_default();
        self.markdown.comments.push(Comment { text, span });
    }

    fn report(&mut self, kind: ProblemKind, range: Range<usize>) {
        let span = self.body.span(range);
        self.markdown.problems.push(Problem { kind, span });
    }

    /// The start of a range without blanks; of one that has nothing else the start itself.
    fn unindented(&self, range: &Range<usize>) -> usize {
        let raw = self.text.as_bytes().get(range.clone()).unwrap_or_default();
        let first = raw.iter().position(|byte| !b" \t".contains(byte));
        range.start + first.unwrap_or(0)
    }

    /// The end of a range without blanks and line ends.
    fn trimmed_end(&self, range: &Range<usize>) -> usize {
        let raw = self.text.as_bytes().get(range.clone()).unwrap_or_default();
        let last = raw.iter().rposition(|byte| !b" \t\n\r".contains(byte));
        range.start + last.map_or(0, |last| last + 1)
    }
}

/// Inline text.
impl Builder<'_, '_> {
    /// Notes a piece of inline text; one that stands in an item as it is opens a paragraph.
    fn inline(&mut self, range: &Range<usize>) {
        if self.inside == Inside::Blocks {
            let start = self.escape_before(range.start);
            self.open(BlockKind::Paragraph, &(start..range.end));
            self.loose_text = true;
        }
        self.inline_end = range.end;
        match &mut self.content {
            Some(content) => content.end = content.end.max(range.end),
            None => self.content = Some(self.escape_before(range.start)..range.end),
        }
    }

    /// Where text begins if its first character is escaped, which the parser does not count in.
    fn escape_before(&self, start: usize) -> usize {
        let block = self.open.last().map(|id| self.markdown.block(*id).span);
        let earliest = block.map_or(0, |span| span.range().start - self.body.base);
        match self.text.as_bytes().get(earliest..start) {
            Some([.., b'\\']) => start - 1,
            _ => start,
        }
    }

    fn text(&mut self, text: &CowStr<'_>, range: Range<usize>) {
        if self.inside == Inside::Html {
            return;
        }
        let Some(located) = self.locate(text) else {
            let decoded = self.decode(text);
            return self.push(RunKind::Text, range.clone(), range, decoded);
        };
        if self.extends_last(&located) {
            let end = self.body.span(located.clone()).end;
            if let Some(last) = self.markdown.runs.last_mut() {
                last.span.end = end;
            }
            return self.inline(&range);
        }
        self.push(RunKind::Text, located, range, NOT_DECODED);
        self.unsearched = self.inside == Inside::Text && self.links.is_empty();
    }

    /// Whether text goes on where the last run ends, in the same style.
    ///
    /// Code comes without the `\r` of its line ends; they are taken in so that it stays whole.
    fn extends_last(&self, text: &Range<usize>) -> bool {
        let Some(last) = self.markdown.runs[self.first_run..].last() else {
            return false;
        };
        let end = last.span.range().end - self.body.base;
        let is_return = || self.text.get(end..text.start) == Some("\r");
        let meets = end == text.start || self.inside == Inside::Code && is_return();
        let is_text = last.kind == RunKind::Text && last.decoded == NOT_DECODED;
        meets && is_text && self.is_in_style(last)
    }

    fn is_in_style(&self, run: &Run) -> bool {
        run.strong == (self.strong > 0)
            && run.emphasis == (self.emphasis > 0)
            && run.strike == (self.strike > 0)
            && run.link == self.links.last().and_then(|open| open.link)
    }

    fn code_span(&mut self, text: &CowStr<'_>, range: Range<usize>) {
        if let Some(located) = self.locate(text) {
            return self.push(RunKind::Code, located, range, NOT_DECODED);
        }
        let decoded = self.decode(text);
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let inner = raw.trim_start_matches('`');
        let start = range.end - inner.len();
        let end = start + inner.trim_end_matches('`').len();
        self.push(RunKind::Code, start..end, range, decoded);
    }

    fn inline_html(&mut self, range: Range<usize>) {
        let raw = self.body.text.get(range.clone()).unwrap_or_default();
        if raw.starts_with("<!--") {
            self.push_comment(range.clone());
        }
        let name = raw.trim_matches(['<', '>', '/', ' ']);
        let kind = if name.eq_ignore_ascii_case("br") {
            RunKind::HardBreak
        } else {
            RunKind::Html
        };
        self.push(kind, range.clone(), range, NOT_DECODED);
    }

    /// Adds a run that says `text` and takes `whole` with its marks.
    fn push(&mut self, kind: RunKind, text: Range<usize>, whole: Range<usize>, decoded: u32) {
        self.finish_run();
        self.inline(&whole);
        self.markdown.runs.push(Run {
            kind,
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            strike: self.strike > 0,
            link: self.links.last().and_then(|open| open.link),
            span: self.body.span(text),
            decoded,
        });
    }

    /// Searches the last run for addresses if it is plain text.
    fn finish_run(&mut self) {
        if !self.unsearched {
            return;
        }
        self.unsearched = false;
        let (Some(run), Some(block)) = (self.markdown.runs.last(), self.open.last()) else {
            return;
        };
        let base = run.span.range().start - self.body.base;
        let end = run.span.range().end - self.body.base;
        if !self.marks.are_in(&(base..end)) {
            return;
        }
        for (range, is_mail) in address::find(self.body.slice(run.span)) {
            let range = base + range.start..base + range.end;
            let span = self.body.span(range.clone());
            let kind = if is_mail {
                LinkKind::Mail
            } else {
                LinkKind::Bare
            };
            self.markdown.links.push(Link {
                kind,
                target: Cow::Borrowed(&self.body.text[range]),
                span,
                target_span: Some(span),
                text_span: span,
                block: *block,
            });
        }
    }

    /// The offsets of a string that the parser took from the text as it is.
    fn locate(&self, text: &CowStr<'_>) -> Option<Range<usize>> {
        let CowStr::Borrowed(text) = text else {
            return None;
        };
        let start = text
            .as_ptr()
            .addr()
            .checked_sub(self.text.as_ptr().addr())?;
        let end = start + text.len();
        (end <= self.text.len()).then_some(start..end)
    }

    /// Keeps text that its bytes do not say.
    fn decode(&mut self, text: &str) -> u32 {
        let start = narrow(self.markdown.decoded_text.len());
        self.markdown.decoded_text.push_str(text);
        let end = narrow(self.markdown.decoded_text.len());
        self.markdown.decoded.push(start..end);
        narrow(self.markdown.decoded.len() - 1)
    }
}

/// Links.
impl Builder<'_, '_> {
    fn start_link(
        &mut self,
        kind: LinkKind,
        url: &CowStr<'_>,
        label: &str,
        mut range: Range<usize>,
        events: &OffsetIter<'_>,
    ) {
        self.finish_run();
        let is_collapsed = !label.is_empty() && !self.text[..range.end].ends_with("[]");
        if is_collapsed && self.text[range.end..].starts_with("[]") {
            range.end += 2;
        }
        self.inline(&range);
        // A footnote whose text is one word looks like a definition of a link.
        if label.starts_with('^') {
            let link = self.links.last().and_then(|open| open.link);
            self.links.push(OpenLink { link, kept: false });
            return;
        }
        let located = self.locate(url);
        let written = located.clone().or_else(|| self.defined_at(label, events));
        let marks = if kind == LinkKind::Image { 2 } else { 1 };
        let text = range.start + marks..range.start + marks;
        let link = LinkId(narrow(self.markdown.links.len()));
        self.markdown.links.push(Link {
            kind,
            target: match located {
                Some(range) => Cow::Borrowed(&self.body.text[range]),
                None => Cow::Owned(url.to_string()),
            },
            span: self.body.span(range),
            target_span: written.map(|range| self.body.span(range)),
            text_span: self.body.span(text.clone()),
            block: self.open.last().copied().unwrap_or(BlockId(0)),
        });
        self.inline_end = text.end;
        self.links.push(OpenLink {
            link: Some(link),
            kept: true,
        });
    }

    fn end_link(&mut self, range: &Range<usize>) {
        self.finish_run();
        let text_end = self.inline_end;
        self.inline_end = range.end;
        let Some(OpenLink {
            link: Some(link),
            kept: true,
        }) = self.links.pop()
        else {
            return;
        };
        let link = &mut self.markdown.links[link.0 as usize];
        let whole = link.span.range();
        self.inline_end = whole.end - self.body.base;
        link.text_span.end = narrow(self.body.base + text_end.min(self.inline_end));
        if link.target_span.is_none() {
            let rest = self.text.get(text_end..self.inline_end).unwrap_or_default();
            let found = destination::in_link(rest);
            link.target_span =
                found.map(|range| self.body.span(text_end + range.start..text_end + range.end));
        }
    }

    /// The bytes of the destination in the definition of a label.
    fn defined_at(&self, label: &str, events: &OffsetIter<'_>) -> Option<Range<usize>> {
        if label.is_empty() {
            return None;
        }
        let definition = events.reference_definitions().get(label)?;
        let range = destination::in_definition(self.text.get(definition.span.clone())?)?;
        let base = definition.span.start;
        Some(base + range.start..base + range.end)
    }
}

impl BlockKind {
    /// Whether it can hold blocks of any kind.
    fn is_container(self) -> bool {
        matches!(
            self,
            BlockKind::Quote | BlockKind::List { .. } | BlockKind::Item { .. }
        )
    }

    fn has_runs(self) -> bool {
        self.is_text() || matches!(self, BlockKind::Code { .. })
    }
}

fn link_kind(link_type: LinkType) -> LinkKind {
    match link_type {
        LinkType::Inline => LinkKind::Inline,
        LinkType::Autolink => LinkKind::Autolink,
        LinkType::Email => LinkKind::Mail,
        _ => LinkKind::Reference,
    }
}

/// Documents are limited to far less than 4 GiB before they are parsed.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
