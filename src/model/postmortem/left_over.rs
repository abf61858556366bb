//! Words of a template that nobody has replaced.

use std::sync::LazyLock;

use super::PostMortem;
use super::prose::Prose;
use crate::model::outline::blocks;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::text::Spanned;
use crate::vocabulary::{self, Sieve};

/// Text of a template is short; in bytes.
const LONGEST: usize = 200;

/// The left-over texts in document order; what is quoted or code is nobody's to fill in.
pub(super) fn read(markdown: &Markdown<'_>, report: &PostMortem) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let mut after = 0;
    for (id, block) in blocks(markdown) {
        if id.index() < after {
            continue;
        }
        if block.kind == BlockKind::Quote {
            after = block.after.index();
        }
        if !block.kind.is_text() || block.content.range().len() > LONGEST {
            continue;
        }
        if !TEMPLATE.may_match(markdown.source.slice(block.span)) {
            continue;
        }
        let is_heading = matches!(block.kind, BlockKind::Heading { .. });
        for line in markdown.lines(id) {
            let left = left_over(&Prose::of(markdown, line));
            // "Todo" above a list is a heading like others.
            found.extend(left.filter(|text| !is_heading || text.value.contains(' ')));
        }
    }
    // What an item leaves open is said of the item.
    let is_item = |at| {
        let items = &report.action_items;
        let index = items.partition_point(|item| item.span.end <= at);
        items.get(index).is_some_and(|item| item.span.start <= at)
    };
    found.retain(|text: &Spanned<String>| !is_item(text.span.start));
    found
}

/// Whatever a template says holds one of these.
static TEMPLATE: LazyLock<Sieve> = LazyLock::new(|| Sieve::new("items", &["template-text"]));

/// A whole line of a template, or the value behind a label.
fn left_over(prose: &Prose) -> Option<Spanned<String>> {
    let text = prose.text.as_str();
    let value = text.find(": ").map_or(0, |at| at + 2);
    [0..text.len(), value..text.len()]
        .into_iter()
        .find_map(|range| {
            let words = vocabulary::normalise(&text[range.clone()]);
            let is_left = vocabulary::names("items", "template-text", &words);
            is_left.then(|| prose.spanned(range)).flatten()
        })
}
