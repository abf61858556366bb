//! From the parser's events to the tree.
//!
//! Sizes and depths of anchored values are added up as they close, so that the limits on aliases
//! are enforced before anything could follow one.

use super::{Comment, Problem, Run, Shape, Stored, Style, Tree};
use crate::limits;
use crate::text::{Source, Span};
use granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span as Place, StructureStyle, Tag,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

/// Reads a YAML stream. Never fails: see [`Tree::problems`].
pub fn parse(source: Source<'_>) -> Tree<'_> {
    let mut builder = Builder::new(source);
    for event in Parser::new_from_str_with_options(source.text, options(source.text.len())) {
        match event {
            Ok((event, place)) => {
                if builder.take(event, &place).is_break() {
                    break;
                }
            }
            Err(error) => {
                builder.fail(&error);
                break;
            }
        }
    }
    builder.finish()
}

/// The length of a text is bounded before it is parsed, so that comments and keys may be as long
/// as it is.
fn options(length: usize) -> Options {
    granit_parser::options! {
        emit_unresolved_aliases: true,
        max_buffered_comment_events: length,
        simple_key_max_lookahead: length,
        flow_nesting_limit: limits::YAML_DEPTH,
        block_nesting_limit: limits::YAML_DEPTH,
    }
}

struct Builder<'t> {
    tree: Tree<'t>,
    /// The collections that are open, outermost first.
    frames: Vec<Frame>,
    /// Children of the open collections, those of the innermost last.
    pending: Vec<u32>,
    anchors: BTreeMap<usize, Anchor>,
    /// Nodes that aliases stand for so far.
    expanded: usize,
    /// Whether that was too much.
    cut: bool,
    /// End of the last thing that was read, as an offset in the text.
    last_end: usize,
}

struct Frame {
    node: u32,
    /// Where its children begin in `pending`.
    first: usize,
    anchor: usize,
    is_mapping: bool,
    /// So far, without itself.
    extent: Extent,
}

/// What a value amounts to with its aliases expanded.
#[derive(Clone, Copy, Default)]
struct Extent {
    nodes: usize,
    /// Levels of collections.
    depth: usize,
}

impl Extent {
    const SCALAR: Extent = Extent { nodes: 1, depth: 0 };
}

#[derive(Clone, Copy)]
struct Anchor {
    node: u32,
    /// Unknown while the value is being read.
    extent: Option<Extent>,
}

impl<'t> Builder<'t> {
    fn new(source: Source<'t>) -> Builder<'t> {
        let tree = Tree {
            source,
            nodes: Vec::new(),
            children: Vec::new(),
            by_key: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
        };
        Builder {
            tree,
            frames: Vec::new(),
            pending: Vec::new(),
            anchors: BTreeMap::new(),
            expanded: 0,
            cut: false,
            last_end: 0,
        }
    }

    fn take(&mut self, event: Event<'t>, place: &Place) -> ControlFlow<()> {
        let range = self.range(place);
        match event {
            Event::Comment(..) => self.comment(range),
            Event::Scalar(text, style, anchor, tag) => {
                let typed = is_typed(style, tag.as_deref());
                self.scalar(text, style, typed, anchor, range);
            }
            Event::SequenceStart(style, anchor, _) => {
                let start = self.sequence_start(style, range.start);
                return self.open(false, anchor, start..range.end);
            }
            Event::MappingStart(_, anchor, _) => return self.open(true, anchor, range),
            Event::SequenceEnd | Event::MappingEnd => {
                // Only the brackets of a flow collection have bytes of their own.
                if !range.is_empty() {
                    self.last_end = range.end;
                }
                self.close();
            }
            Event::Alias(anchor) => self.alias(self.anchors.get(&anchor).copied(), range),
            Event::UnresolvedAlias(_) => self.alias(None, range),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn comment(&mut self, range: Range<usize>) {
        let text = self.tree.source.text;
        let comment = &text[range.clone()];
        let line = text[..range.start].trim_end_matches([' ', '\t']);
        self.tree.comments.push(Comment {
            text: comment.strip_prefix('#').unwrap_or(comment),
            own_line: line.is_empty() || line.ends_with(['\n', '\r']),
            span: self.span(range),
        });
    }

    fn scalar(
        &mut self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        typed: bool,
        anchor: usize,
        range: Range<usize>,
    ) {
        let extent = Extent {
            // A long text counts for more, or copies of it could fill the memory.
            nodes: 1 + text.len() / 32,
            depth: 0,
        };
        let absent = range.is_empty() && style == ScalarStyle::Plain;
        let text = if absent { "".into() } else { text };
        let range = if absent {
            self.nowhere(range.start)
        } else if range.is_empty() {
            self.after_last(range.start)
        } else {
            self.trimmed(range)
        };
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let node = self.push(range, Shape::Scalar { text, style, typed });
        self.attach(node, anchor, extent);
    }

    fn open(&mut self, is_mapping: bool, anchor: usize, range: Range<usize>) -> ControlFlow<()> {
        if self.frames.len() == limits::YAML_DEPTH {
            let span = self.visible(range.start);
            self.tree.problems.push(Problem::TooDeep { span });
            return ControlFlow::Break(());
        }
        let node = self.push(range, Shape::Sequence(Run::default()));
        if anchor != 0 {
            let open = Anchor { node, extent: None };
            self.anchors.insert(anchor, open);
        }
        self.frames.push(Frame {
            node,
            first: self.pending.len(),
            anchor,
            is_mapping,
            extent: Extent::default(),
        });
        ControlFlow::Continue(())
    }

    fn close(&mut self) {
        if self.awaits_value() {
            let node = self.push(self.last_end..self.last_end, Shape::NULL);
            self.attach(node, 0, Extent::SCALAR);
        }
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let start = narrow(self.tree.children.len());
        self.tree.children.extend(self.pending.drain(frame.first..));
        let members = Run {
            start,
            end: narrow(self.tree.children.len()),
        };
        let end = self.span(self.last_end..self.last_end).end;
        let stored = &mut self.tree.nodes[frame.node as usize];
        stored.span.end = end.max(stored.span.start);
        stored.shape = if frame.is_mapping {
            let by_key = Run::default();
            Shape::Mapping { members, by_key }
        } else {
            Shape::Sequence(members)
        };
        let extent = Extent {
            nodes: frame.extent.nodes.saturating_add(1),
            depth: frame.extent.depth + 1,
        };
        self.attach(frame.node, frame.anchor, extent);
    }

    fn alias(&mut self, anchor: Option<Anchor>, range: Range<usize>) {
        let span = self.span(range.clone());
        let target = self.target(anchor, span);
        let (shape, extent) = match target {
            Ok((node, extent)) => (Shape::Alias(node), extent),
            Err(problem) => {
                self.tree.problems.push(problem);
                (Shape::NULL, Extent::SCALAR)
            }
        };
        self.expanded = self.expanded.saturating_add(extent.nodes);
        if self.expanded > limits::YAML_EXPANDED_NODES && !self.cut {
            self.cut = true;
            self.tree.problems.push(Problem::TooManyNodes { span });
        }
        let node = self.push(range, shape);
        self.attach(node, 0, extent);
    }

    fn target(&self, anchor: Option<Anchor>, span: Span) -> Result<(u32, Extent), Problem> {
        let Some(anchor) = anchor else {
            return Err(Problem::UnknownAlias { span });
        };
        let Some(extent) = anchor.extent else {
            return Err(Problem::CyclicAlias { span });
        };
        if self.frames.len() + extent.depth > limits::YAML_DEPTH {
            return Err(Problem::TooDeep { span });
        }
        Ok((anchor.node, extent))
    }

    fn push(&mut self, range: Range<usize>, shape: Shape<'t>) -> u32 {
        self.last_end = self.last_end.max(range.end);
        let node = narrow(self.tree.nodes.len());
        let span = self.span(range);
        self.tree.nodes.push(Stored { span, shape });
        node
    }

    /// Hands a finished value to its anchor and to what it stands in.
    fn attach(&mut self, node: u32, anchor: usize, extent: Extent) {
        if anchor != 0 {
            let extent = Some(extent);
            self.anchors.insert(anchor, Anchor { node, extent });
        }
        let Some(frame) = self.frames.last_mut() else {
            self.tree.documents.push(node);
            return;
        };
        self.pending.push(node);
        frame.extent.nodes = frame.extent.nodes.saturating_add(extent.nodes);
        frame.extent.depth = frame.extent.depth.max(extent.depth);
    }

    fn fail(&mut self, error: &ScanError) {
        let span = self.visible(error.marker().byte_offset().unwrap_or(usize::MAX));
        let problem = if *error.kind() == ErrorKind::RecursionLimitExceeded {
            Problem::TooDeep { span }
        } else {
            let message = message(error.kind());
            Problem::Syntax { span, message }
        };
        self.tree.problems.push(problem);
    }

    fn finish(mut self) -> Tree<'t> {
        while !self.frames.is_empty() {
            self.close();
        }
        if self.cut {
            cut_aliases(&mut self.tree);
        }
        index_keys(&mut self.tree);
        self.tree.comments.sort_by_key(|comment| comment.span);
        self.tree.problems.sort_by_key(Problem::span);
        self.tree
    }

    /// Whether the innermost collection is a mapping that has a key without a value.
    fn awaits_value(&self) -> bool {
        let Some(frame) = self.frames.last() else {
            return false;
        };
        frame.is_mapping && (self.pending.len() - frame.first) % 2 == 1
    }

    /// The place of a value that is not there; the parser gives that of its colon, or of whatever
    /// comes next.
    fn nowhere(&self, given: usize) -> Range<usize> {
        if self.tree.source.text[given..].starts_with(':') {
            // Before the colon for a key that is not there.
            let place = given + usize::from(self.awaits_value());
            return place..place;
        }
        self.after_last(given)
    }

    /// Back from a place to the end of what stands before it, past white space and comments.
    fn after_last(&self, given: usize) -> Range<usize> {
        let text = self.tree.source.text;
        let floor = self.last_end.min(given);
        let trim = |end: usize| floor + text[floor..end].trim_end().len();
        let mut end = trim(given);
        for comment in self.tree.comments.iter().rev() {
            let start = end.saturating_sub(comment.text.len() + 1);
            if start < floor || comment.span != self.span(start..end) {
                break;
            }
            end = trim(start);
        }
        end..end
    }

    /// Without the white space that blocks and plain scalars may end with.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.tree.source.text[range.clone()];
        range.start..range.start + text.trim_end().len()
    }

    /// For a list that is not indented below its key the parser gives the place of the first
    /// item's content, so its dash is looked up behind the key.
    fn sequence_start(&self, style: StructureStyle, given: usize) -> usize {
        if style == StructureStyle::Flow || !self.awaits_value() {
            return given;
        }
        let text = self.tree.source.text;
        let colon = skip_decoration(text, self.last_end.min(given));
        if !text[colon..].starts_with(':') {
            return given;
        }
        let dash = skip_decoration(text, colon + 1);
        if dash < given && text[dash..].starts_with('-') {
            return dash;
        }
        given
    }

    /// The character at an offset; the last one that can be seen if there is none or it is the end.
    fn visible(&self, offset: usize) -> Span {
        let text = self.tree.source.text;
        let mut start = text.floor_char_boundary(offset.min(text.len()));
        if text[start..].trim_start().is_empty() {
            let end = text.trim_end().len();
            start = text.floor_char_boundary(end.saturating_sub(1));
        }
        let length = text[start..].chars().next().map_or(0, char::len_utf8);
        self.span(start..start + length)
    }

    /// A range of the text, in order and at borders of characters whatever the parser says.
    fn range(&self, place: &Place) -> Range<usize> {
        let text = self.tree.source.text;
        let offset = |given: Option<usize>| text.floor_char_boundary(given.unwrap_or(usize::MAX));
        let start = offset(place.start.byte_offset());
        start..offset(place.end.byte_offset()).max(start)
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.tree.source.span(range)
    }
}

/// Text is far shorter than 4 GiB, and each node takes at least a byte of it or closes another.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).expect("fewer nodes than bytes in 4 GiB")
}

/// Whether a scalar may mean something else than its text: plain ones without a tag, and those
/// whose tag says so.
fn is_typed(style: ScalarStyle, tag: Option<&Tag>) -> bool {
    match tag {
        None => style == ScalarStyle::Plain,
        Some(tag) => matches!(tag.core_suffix(), Some("null" | "bool" | "int" | "float")),
    }
}

/// Past blanks, line ends, comments, anchors and tags.
fn skip_decoration(text: &str, from: usize) -> usize {
    let mut rest = &text[from..];
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let end: &[char] = match rest.as_bytes().first() {
            Some(b'#') => &['\r', '\n'],
            Some(b'&' | b'!') => &[' ', '\t', '\r', '\n'],
            _ => return text.len() - rest.len(),
        };
        rest = &rest[rest.find(end).unwrap_or(rest.len())..];
    }
}

fn cut_aliases(tree: &mut Tree<'_>) {
    for node in &mut tree.nodes {
        if matches!(node.shape, Shape::Alias(_)) {
            node.shape = Shape::NULL;
        }
    }
}

/// Orders the keys of each mapping, to find them fast, and reports those that are there twice.
fn index_keys(tree: &mut Tree<'_>) {
    let mut by_key = Vec::new();
    let mut problems = Vec::new();
    for node in 0..tree.nodes.len() {
        let Shape::Mapping { members, .. } = tree.nodes[node].shape else {
            continue;
        };
        let start = by_key.len();
        let keys = members.of(&tree.children);
        by_key.extend(0..narrow(keys.len() / 2));
        let name = |entry: u32| tree.key_text(keys[entry as usize * 2]);
        by_key[start..].sort_by(|one, other| name(*one).cmp(name(*other)));
        report_duplicates(tree, keys, &by_key[start..], &mut problems);
        let run = Run {
            start: narrow(start),
            end: narrow(by_key.len()),
        };
        let shape = Shape::Mapping {
            members,
            by_key: run,
        };
        tree.nodes[node].shape = shape;
    }
    tree.by_key = by_key;
    tree.problems.extend(problems);
}

fn report_duplicates(tree: &Tree<'_>, keys: &[u32], order: &[u32], out: &mut Vec<Problem>) {
    let key = |entry: u32| keys[entry as usize * 2];
    let name = |entry: &u32| tree.key_text(key(*entry));
    for equal in order.chunk_by(|one, other| name(one) == name(other)) {
        // A mapping may merge several times.
        if equal.len() == 1 || name(&equal[0]) == "<<" {
            continue;
        }
        for second in &equal[1..] {
            out.push(Problem::DuplicateKey {
                key: name(second).to_owned(),
                first: tree.node(key(equal[0])).site(),
                second: tree.node(key(*second)).site(),
            });
        }
    }
}

/// The parser's words, or plainer ones for the mistakes that people make most.
fn message(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::UnclosedQuotedScalar => "this quote is never closed".to_owned(),
        ErrorKind::UnclosedFlowCollection { open } => format!("this `{open}` is never closed"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            format!("`{open}` is closed by `{close}`")
        }
        ErrorKind::MappingValueNotAllowed => {
            "`:` cannot follow here: wrong indentation, or text that needs quotes".to_owned()
        }
        ErrorKind::UnexpectedCharacter { character } => {
            format!("unexpected character `{}`", character.escape_debug())
        }
        _ => kind.to_string(),
    }
}
