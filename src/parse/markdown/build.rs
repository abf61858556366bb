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
use crate::parse::markdown::{
    Block, BlockId, BlockKind, Comment, Link, LinkId, LinkKind, Markdown, NOT_DECODED, Problem,
    ProblemKind, Run, RunKind, Task, address, destination,
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
        links: Vec::new(),
        content: None,
        inline_end: 0,
        loose_text: false,
        unsearched: false,
        strong: 0,
        emphasis: 0,
        strike: 0,
        table: TablePlace::default(),
    };
    while let Some((event, range)) = events.next() {
        builder.event(event, range, &events);
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
    table: TablePlace,
}

struct OpenLink {
    /// The innermost link that is kept.
    link: Option<LinkId>,
    /// Whether this is the one.
    kept: bool,
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

impl<'t> Builder<'t, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>, events: &OffsetIter<'_>) {
        if self.table.skips_cell {
            self.table.skips_cell = event != Event::End(TagEnd::TableCell);
            return;
        }
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::SoftBreak => self.push(RunKind::SoftBreak, range.clone(), range, NOT_DECODED),
            Event::HardBreak => self.push(RunKind::HardBreak, range.clone(), range, NOT_DECODED),
            Event::Start(tag) => self.start(tag, range, events),
            Event::End(tag) => self.end(tag, range),
            Event::Code(text) => self.code_span(&text, range),
            Event::InlineHtml(_) => self.inline_html(range),
            Event::TaskListMarker(done) => self.task(done, range),
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

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, events: &OffsetIter<'_>) {
        match tag {
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link {
                link_type,
                dest_url,
                id,
                ..
            } => return self.start_link(link_kind(link_type), &dest_url, &id, range, events),
            Tag::Image { dest_url, id, .. } => {
                return self.start_link(LinkKind::Image, &dest_url, &id, range, events);
            }
            Tag::TableCell => return self.start_cell(&range),
            _ => {
                let kind = self.block_kind(&tag, &range);
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
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
        let indentation = raw.bytes().position(|byte| !is_blank(byte)).unwrap_or(0);
        let start = range.start + indentation;
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
        self.content = None;
    }

    fn close(&mut self, range: &Range<usize>) {
        self.finish_run();
        let Some(id) = self.open.pop() else {
            return;
        };
        let after = BlockId(narrow(self.markdown.blocks.len()));
        let runs = narrow(self.markdown.runs.len());
        let end = self.body.base + self.trimmed_end(range);
        let content = self.content.clone().map(|content| self.body.span(content));
        let is_empty = after.0 == id.0 + 1;
        let block = &mut self.markdown.blocks[id.index()];
        block.after = after;
        if is_empty || !block.kind.is_container() {
            block.span.end = block.span.end.max(narrow(end));
        }
        match content {
            _ if !block.kind.has_runs() => block.content = block.span,
            None => {
                block.content.start = block.span.end;
                block.content.end = block.span.end;
            }
            Some(content) => {
                block.span.end = block.span.end.max(content.end);
                block.content = content;
            }
        }
        if block.kind.has_runs() {
            block.runs.1 = runs;
        }
        let (kind, end) = (block.kind, block.span.end);
        if let Some(parent) = self.open.last() {
            let parent = &mut self.markdown.blocks[parent.index()].span;
            parent.end = parent.end.max(end);
        }
        match kind {
            BlockKind::Code { info: Some(_) } => self.check_fence(id, range),
            BlockKind::Html => self.comments(id),
            _ => {}
        }
        self.content = None;
    }

    /// Ends the paragraph that was made for text in an item.
    fn close_loose_text(&mut self) {
        if self.loose_text {
            self.loose_text = false;
            // Text that opened a paragraph gave it content.
            let content = self.content.clone().unwrap_or_default();
            self.close(&content);
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

    /// The end of a range without blanks and line ends.
    fn trimmed_end(&self, range: &Range<usize>) -> usize {
        let raw = self.text.get(range.clone()).unwrap_or_default();
        range.start + raw.trim_end_matches([' ', '\t', '\n', '\r']).len()
    }
}

/// Inline text.
impl<'t> Builder<'t, '_> {
    /// Notes a piece of inline text; one that stands in an item as it is opens a paragraph.
    fn inline(&mut self, range: &Range<usize>) {
        let inside = self.open.last().map(|id| self.markdown.block(*id).kind);
        if !inside.is_some_and(BlockKind::has_runs) {
            self.open(BlockKind::Paragraph, range);
            self.loose_text = true;
        }
        self.content = Some(match self.content.take() {
            Some(content) => content.start.min(range.start)..content.end.max(range.end),
            None => range.clone(),
        });
        self.inline_end = range.end;
    }

    fn text(&mut self, text: &CowStr<'_>, range: Range<usize>) {
        let inside = self.open.last().map(|id| self.markdown.block(*id).kind);
        if inside == Some(BlockKind::Html) {
            return;
        }
        let Some(located) = self.locate(text) else {
            let decoded = self.decode(text);
            return self.push(RunKind::Text, range.clone(), range, decoded);
        };
        let in_code = matches!(inside, Some(BlockKind::Code { .. }));
        if self.extends_last(&located, in_code) {
            let end = self.body.span(located.clone()).end;
            if let Some(last) = self.markdown.runs.last_mut() {
                last.span.end = end;
            }
            return self.inline(&range);
        }
        self.push(RunKind::Text, located, range, NOT_DECODED);
        self.unsearched = !in_code && self.links.is_empty();
    }

    /// Whether text goes on where the last run ends, in the same style.
    ///
    /// Code comes without the `\r` of its line ends; they are taken in so that it stays whole.
    fn extends_last(&self, text: &Range<usize>, in_code: bool) -> bool {
        let (Some(last), Some(id)) = (self.markdown.runs.last(), self.open.last()) else {
            return false;
        };
        let is_own = self.markdown.runs.len() > self.markdown.block(*id).runs.0 as usize;
        let end = last.span.range().end - self.body.base;
        let meets = end == text.start || in_code && self.text.get(end..text.start) == Some("\r");
        is_own
            && meets
            && last.kind == RunKind::Text
            && last.decoded == NOT_DECODED
            && self.is_in_style(last)
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
        let kind = match name.eq_ignore_ascii_case("br") {
            true => RunKind::HardBreak,
            false => RunKind::Html,
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
