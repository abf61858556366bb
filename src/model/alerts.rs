//! The alerts of Prometheus rule files, and where each says its runbook is.
//!
//! A rule file may be plain, a `PrometheusRule` object, a list of rules as charts keep them, or any
//! of these inside a Helm template. Tags of a template engine are blanks by the time it is read, so
//! what such a tag would print is unknown, and an address with one in it is unknown as a whole.

use crate::binary::binary;
use crate::parse::yaml::{Node, Tree};
use crate::text::{Source, Span, Spanned};

/// Keys of an annotation that leads to a runbook.
const RUNBOOK_KEYS: &[&str] = &[
    "runbook_url",
    "runbook",
    "runbookURL",
    "runbook_uri",
    "runbook_link",
    "runbookUrl",
    "runbook-url",
    "playbook",
    "playbook_url",
];

/// An alert of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Empty where a template engine writes it.
    pub name: Spanned<String>,
    pub runbook: Option<RunbookLink>,
}

binary!(struct Alert { name, runbook });

/// What an alert says of its runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunbookLink {
    /// As written: an address, a path, or a name that some site resolves; without the tags of a
    /// template engine.
    pub value: String,
    pub span: Span,
    /// A template engine writes part of it, so that it cannot be judged.
    pub has_template: bool,
}

binary!(struct RunbookLink { value, span, has_template });

/// The alerts of a file, in order.
pub(super) fn read(tree: &Tree<'_>, source: Source<'_>) -> Vec<Alert> {
    let mut found = Vec::new();
    for root in tree.documents() {
        let spec = root.get("spec").unwrap_or(root);
        let groups = spec.get("groups").into_iter().flat_map(|node| node.items());
        let rules = groups.filter_map(|group| group.get("rules"));
        let rules = rules.flat_map(|rules| rules.items());
        let rules = rules.chain(root.items()).chain([root]);
        found.extend(rules.filter_map(|rule| alert(rule, source)));
    }
    found
}

fn alert(rule: Node<'_, '_>, source: Source<'_>) -> Option<Alert> {
    rule.get("expr")?;
    let name = rule
        .get("alert")
        .filter(|node| !(node.is_sequence() || node.is_mapping()))?;
    let words = name.as_str().unwrap_or_default().trim().to_owned();
    let annotations = rule.get("annotations");
    let mut keys = RUNBOOK_KEYS.iter();
    let link = keys.find_map(|key| annotations?.get(key));
    Some(Alert {
        name: Spanned::new(words, name.span()),
        runbook: link.and_then(|node| runbook_link(node, source)),
    })
}

fn runbook_link(node: Node<'_, '_>, source: Source<'_>) -> Option<RunbookLink> {
    let value = node.as_str()?.trim();
    let has_template = holds_gap(value) || is_beside_gap(node.span(), source);
    if value.is_empty() && !has_template {
        return None;
    }
    Some(RunbookLink {
        value: value.to_owned(),
        span: node.span(),
        has_template,
    })
}

/// No address holds blanks: they are where a tag was.
fn holds_gap(value: &str) -> bool {
    value.contains([' ', '\t']) || value.contains("{{") || value.contains("${")
}

/// Whether blanks as long as the shortest tag stand right before or behind a value on its line.
fn is_beside_gap(span: Span, source: Source<'_>) -> bool {
    const SHORTEST_TAG: &str = "    ";
    let start = span.range().start.saturating_sub(source.base);
    let end = span.range().end.saturating_sub(source.base);
    let (Some(before), Some(after)) = (source.text.get(..start), source.text.get(end..)) else {
        return false;
    };
    let line_before = before.rsplit('\n').next().unwrap_or_default();
    let is_indented = line_before.trim().is_empty();
    let quotes: &[char] = &['"', '\''];
    (line_before.trim_end_matches(quotes).ends_with(SHORTEST_TAG) && !is_indented)
        || after.trim_start_matches(quotes).starts_with(SHORTEST_TAG)
}
