//! YAML as a tree that knows where everything stands.
//!
//! [`parse`] never fails: what is wrong becomes a [`Problem`], and what was read before it stays
//! usable. Spans are raw bytes of the file and cover what an author would mark: the value without
//! its anchor, tag, line end or the blank lines behind it.
//!
//! The tree keeps what the author wrote. `no`, `0755` and `12:30` are text; only [`Node::to_json`]
//! gives plain scalars a type, because a JSON Schema asks for one. Of two equal keys the first
//! counts, everywhere, and the second is a problem.
//!
//! Aliases stay references and are followed on access, so that a small file cannot become a large
//! tree. Three limits make every accessor safe to call: the depth of nesting after expansion, the
//! nodes that aliases may stand for, and no alias inside its own anchor. An alias that breaks one
//! reads as null. Tags are not kept; they only decide whether a scalar is text.

mod build;
mod typing;

use crate::limits::{YAML_DEPTH, YAML_EXPANDED_NODES};
use crate::text::{Source, Span};
use std::borrow::Cow;
use std::collections::BTreeSet;

pub use build::parse;

/// All documents of one YAML stream, its comments and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Tree<'t> {
    source: Source<'t>,
    nodes: Vec<Stored<'t>>,
    /// Items of sequences; keys and values of mappings, by turns.
    children: Vec<u32>,
    /// For each mapping the numbers of its entries, ordered by key and then by place.
    by_key: Vec<u32>,
    documents: Vec<u32>,
    comments: Vec<Comment<'t>>,
    problems: Vec<Problem>,
}

/// A comment, for the instructions that some of them hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// What follows the `#`, untrimmed.
    pub text: &'t str,
    /// The comment with its `#`, without the line end.
    pub span: Span,
    /// Whether nothing but blanks stands before it in its line.
    pub own_line: bool,
}

/// What is wrong with a file, for the caller to make findings from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not YAML from here on; at most one a file, and nothing after it was read.
    Syntax { span: Span, message: String },
    /// A key for the second time in one mapping; the first one counts.
    DuplicateKey {
        key: String,
        first: Span,
        second: Span,
    },
    /// Nested deeper than [`crate::limits::YAML_DEPTH`]. At a collection, nothing after it was
    /// read; at an alias, only that alias reads as null.
    TooDeep { span: Span },
    /// From this alias on, aliases stand for more than [`crate::limits::YAML_EXPANDED_NODES`]
    /// nodes; all aliases of the file read as null.
    TooManyNodes { span: Span },
    /// An alias without an anchor before it; it reads as null.
    UnknownAlias { span: Span },
    /// An alias inside the value that it refers to; it reads as null.
    CyclicAlias { span: Span },
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// A `|` block.
    Literal,
    /// A `>` block.
    Folded,
}

/// A value of the tree. Aliases are followed: everything but [`Node::site`] is about their target.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a, 't> {
    tree: &'a Tree<'t>,
    /// Never an alias.
    id: u32,
    /// Perhaps the alias that leads to `id`.
    site: u32,
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a, 't> {
    pub key: Node<'a, 't>,
    pub value: Node<'a, 't>,
    /// Where a `<<` of this mapping brings the entry in: the alias, or the mapping written there.
    pub merged_from: Option<Span>,
}

/// What a JSON Pointer leads to.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a, 't> {
    pub value: Node<'a, 't>,
    /// The key, if the value belongs to a mapping.
    pub key: Option<Span>,
    /// The first alias or `<<` on the way, if the value stands elsewhere.
    pub via: Option<Span>,
}

#[derive(Clone, Debug)]
struct Stored<'t> {
    span: Span,
    shape: Shape<'t>,
}

#[derive(Clone, Debug)]
enum Shape<'t> {
    Scalar {
        text: Cow<'t, str>,
        style: Style,
        /// Whether the text may mean a number, a truth value or null.
        typed: bool,
    },
    Sequence(Run),
    Mapping {
        members: Run,
        by_key: Run,
    },
    /// Of a node that is no alias.
    Alias(u32),
}

impl Shape<'_> {
    const NULL: Shape<'static> = Shape::Scalar {
        text: Cow::Borrowed(""),
        style: Style::Plain,
        typed: true,
    };
}

/// Consecutive elements of one of the tree's lists.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    start: u32,
    end: u32,
}

impl Run {
    fn of(self, list: &[u32]) -> &[u32] {
        &list[self.start as usize..self.end as usize]
    }
}

impl Problem {
    /// What is wrong: lower case, no full stop.
    pub fn message(&self) -> String {
        match self {
            Problem::Syntax { message, .. } => format!("not valid YAML: {message}"),
            Problem::DuplicateKey { key, .. } => format!("`{key}` stands twice in one mapping"),
            Problem::TooDeep { .. } => format!("nested deeper than {YAML_DEPTH} levels"),
            Problem::TooManyNodes { .. } => {
                format!("aliases stand for more than {YAML_EXPANDED_NODES} nodes")
            }
            Problem::UnknownAlias { .. } => "this alias has no anchor before it".to_owned(),
            Problem::CyclicAlias { .. } => "this alias stands inside its own anchor".to_owned(),
        }
    }

    /// Where to point; for a key that is there twice, at the second.
    pub fn span(&self) -> Span {
        match self {
            Problem::DuplicateKey { second: span, .. }
            | Problem::Syntax { span, .. }
            | Problem::TooDeep { span }
            | Problem::TooManyNodes { span }
            | Problem::UnknownAlias { span }
            | Problem::CyclicAlias { span } => *span,
        }
    }
}

impl<'t> Tree<'t> {
    /// The first document; none if the file holds nothing but comments.
    pub fn root(&self) -> Option<Node<'_, 't>> {
        self.documents().next()
    }

    pub fn documents(&self) -> impl Iterator<Item = Node<'_, 't>> {
        self.documents.iter().map(|id| self.node(*id))
    }

    /// Whether something could not be read, so that the tree does not hold all of the file.
    pub fn is_cut(&self) -> bool {
        let mut problems = self.problems.iter();
        problems.any(|problem| !matches!(problem, Problem::DuplicateKey { .. }))
    }

    /// In the order of the file.
    pub fn comments(&self) -> &[Comment<'t>] {
        &self.comments
    }

    /// In the order of the file.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// As [`Node::at_pointer`], from the first document.
    pub fn at_pointer(&self, pointer: &str) -> Option<Located<'_, 't>> {
        self.root()?.at_pointer(pointer)
    }

    fn node(&self, site: u32) -> Node<'_, 't> {
        let id = match self.nodes[site as usize].shape {
            Shape::Alias(target) => target,
            _ => site,
        };
        Node {
            tree: self,
            id,
            site,
        }
    }

    /// What a key is called: its text, or the source of a key that is no scalar.
    fn key_text(&self, key: u32) -> &str {
        let node = self.node(key);
        node.as_str()
            .unwrap_or_else(|| self.source.slice(node.site()))
    }
}

impl<'a, 't> Node<'a, 't> {
    /// The value's bytes, at its anchor if this is an alias. Quotes belong to it; the `|` or `>`
    /// of a block does not, unless the block is empty. Empty behind the colon or dash of a value
    /// that is not there.
    pub fn span(self) -> Span {
        self.tree.nodes[self.id as usize].span
    }

    /// Where the value is used: the alias if it is one, else the same as [`Node::span`].
    pub fn site(self) -> Span {
        self.tree.nodes[self.site as usize].span
    }

    /// The text of a scalar after unquoting, unescaping and folding; empty for an absent value.
    pub fn as_str(self) -> Option<&'a str> {
        match self.shape() {
            Shape::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// How a scalar is written.
    pub fn style(self) -> Option<Style> {
        match self.shape() {
            Shape::Scalar { style, .. } => Some(*style),
            _ => None,
        }
    }

    pub fn is_scalar(self) -> bool {
        matches!(self.shape(), Shape::Scalar { .. })
    }

    /// Whether this is an unquoted `null`, `~` or nothing at all.
    pub fn is_null(self) -> bool {
        let Shape::Scalar { text, typed, .. } = self.shape() else {
            return false;
        };
        *typed && typing::is_null(text)
    }

    pub fn is_sequence(self) -> bool {
        matches!(self.shape(), Shape::Sequence(_))
    }

    pub fn is_mapping(self) -> bool {
        matches!(self.shape(), Shape::Mapping { .. })
    }

    /// The items of a sequence; nothing if this is none.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a, 't>> {
        let tree = self.tree;
        self.item_ids().iter().map(move |id| tree.node(*id))
    }

    /// The value of a key of this mapping; see [`Node::entry`].
    pub fn get(self, key: &str) -> Option<Node<'a, 't>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The first entry with a key; an own one before a merged one, an earlier `<<` before a later.
    pub fn entry(self, key: &str) -> Option<Entry<'a, 't>> {
        self.find(key).filter(|entry| entry.key.is_scalar())
    }

    /// Whether this mapping itself holds a key, and holds it once.
    pub fn holds_once(self, key: &str) -> bool {
        let mut own = self.pairs(key).filter(|entry| !entry.is_merge());
        own.next().is_some() && own.next().is_none()
    }

    /// All entries in the order of the file, also those whose key is there twice or no scalar.
    /// Entries of `<<` follow, without those that another one hides.
    pub fn entries(self) -> impl Iterator<Item = Entry<'a, 't>> {
        let mut merged = Vec::new();
        if self.merges().next().is_some() {
            let own = self.own_entries();
            let mut seen = own.map(|entry| entry.key.name()).collect();
            self.collect_merged(None, &mut seen, &mut merged);
        }
        self.own_entries().chain(merged)
    }

    /// The value as JSON: aliases and `<<` expanded, plain scalars typed by YAML 1.2's core schema
    /// (but a number with a leading zero stays text), keys that are no scalars as their source.
    pub fn to_json(self) -> serde_json::Value {
        match self.shape() {
            Shape::Scalar { text, typed, .. } if *typed => typing::to_json(text),
            Shape::Scalar { text, .. } => text.as_ref().into(),
            Shape::Sequence(_) => self.items().map(Node::to_json).collect(),
            Shape::Mapping { .. } => {
                let mut object = serde_json::Map::new();
                for entry in self.entries() {
                    let name = entry.key.name();
                    if !object.contains_key(name) {
                        object.insert(name.to_owned(), entry.value.to_json());
                    }
                }
                object.into()
            }
            Shape::Alias(_) => unreachable!("a node is never its alias"),
        }
    }

    /// Back from a JSON Pointer (RFC 6901) into the value of [`Node::to_json`].
    pub fn at_pointer(self, pointer: &str) -> Option<Located<'a, 't>> {
        let mut located = Located {
            value: self,
            key: None,
            via: self.alias_site(),
        };
        let mut tokens = pointer.split('/');
        if !tokens.next()?.is_empty() {
            return None;
        }
        for token in tokens {
            located = located.step(token)?;
        }
        Some(located)
    }

    fn shape(self) -> &'a Shape<'t> {
        &self.tree.nodes[self.id as usize].shape
    }

    fn name(self) -> &'a str {
        self.tree.key_text(self.site)
    }

    fn alias_site(self) -> Option<Span> {
        (self.site != self.id).then(|| self.site())
    }

    fn item_ids(self) -> &'a [u32] {
        match self.shape() {
            Shape::Sequence(items) => items.of(&self.tree.children),
            _ => &[],
        }
    }

    fn members(self) -> &'a [u32] {
        match self.shape() {
            Shape::Mapping { members, .. } => members.of(&self.tree.children),
            _ => &[],
        }
    }

    fn entry_at(self, member: &[u32]) -> Entry<'a, 't> {
        Entry {
            key: self.tree.node(member[0]),
            value: self.tree.node(member[1]),
            merged_from: None,
        }
    }

    fn own_entries(self) -> impl Iterator<Item = Entry<'a, 't>> {
        let all = self.members().chunks_exact(2);
        all.map(move |member| self.entry_at(member))
            .filter(|entry| !entry.is_merge())
    }

    /// All pairs with a key, `<<` included, in the order of the file.
    fn pairs(self, key: &str) -> impl Iterator<Item = Entry<'a, 't>> {
        let order = match self.shape() {
            Shape::Mapping { by_key, .. } => by_key.of(&self.tree.by_key),
            _ => &[],
        };
        let members = self.members();
        let name = |entry: u32| self.tree.key_text(members[entry as usize * 2]);
        let start = order.partition_point(|entry| name(*entry) < key);
        let equal = order[start..].partition_point(|entry| name(*entry) == key);
        order[start..start + equal]
            .iter()
            .map(move |entry| self.entry_at(&members[*entry as usize * 2..]))
    }

    /// The mappings that `<<` brings in, the strongest first.
    fn merges(self) -> impl Iterator<Item = Node<'a, 't>> {
        self.pairs("<<")
            .filter(Entry::is_merge)
            .flat_map(|entry| std::iter::once(entry.value).chain(entry.value.items()))
            .filter(|source| source.is_mapping())
    }

    fn find(self, key: &str) -> Option<Entry<'a, 't>> {
        let own = self.pairs(key).find(|entry| !entry.is_merge());
        if own.is_some() {
            return own;
        }
        for source in self.merges() {
            let Some(entry) = source.find(key) else {
                continue;
            };
            return Some(Entry {
                merged_from: Some(source.site()),
                ..entry
            });
        }
        None
    }

    fn collect_merged(
        self,
        merged_from: Option<Span>,
        seen: &mut BTreeSet<&'a str>,
        out: &mut Vec<Entry<'a, 't>>,
    ) {
        for source in self.merges() {
            let merged_from = merged_from.or(Some(source.site()));
            for entry in source.own_entries() {
                if seen.insert(entry.key.name()) {
                    out.push(Entry {
                        merged_from,
                        ..entry
                    });
                }
            }
            source.collect_merged(merged_from, seen, out);
        }
    }
}

impl Entry<'_, '_> {
    /// Whether this is a `<<` with something that can be merged. An alias that reads as null
    /// counts: it is reported where it stands, and not as a field called `<<` too.
    fn is_merge(&self) -> bool {
        self.key.style() == Some(Style::Plain)
            && self.key.as_str() == Some("<<")
            && (self.value.can_merge()
                || self.value.is_sequence() && self.value.items().all(Node::can_merge))
    }
}

impl Node<'_, '_> {
    fn can_merge(self) -> bool {
        self.is_mapping() || self.is_null()
    }
}

impl<'a, 't> Located<'a, 't> {
    fn step(self, token: &str) -> Option<Located<'a, 't>> {
        if self.value.is_sequence() {
            let index: usize = token.parse().ok()?;
            let item = self.value.item_ids().get(index)?;
            let value = self.value.tree.node(*item);
            return Some(Located {
                value,
                key: None,
                via: self.via.or(value.alias_site()),
            });
        }
        let entry = self.value.find(&unescape(token))?;
        let via = self.via.or(entry.merged_from);
        Some(Located {
            value: entry.value,
            key: Some(entry.key.site()),
            via: via.or(entry.value.alias_site()),
        })
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

#[cfg(test)]
mod tests;
