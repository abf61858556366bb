//! The sentences of a post-mortem's own text, for rules about words.
//!
//! Headings, quotes, code and the time line are left out: a title names the fault, a quotation is
//! somebody else's, and a time line says who did what.

use std::ops::Range;

use super::PostMortem;
use super::prose::{Prose, trimmed};
use crate::model::outline::blocks;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::text::Span;

/// One sentence.
#[derive(Debug)]
pub(super) struct Sentence<'p> {
    prose: &'p Prose,
    /// Without blanks around it, and never empty.
    range: Range<usize>,
    /// The section's concept by the nearest heading or label above it; none outside of them.
    pub section: Option<&'static str>,
}

impl<'p> Sentence<'p> {
    pub fn text(&self) -> &'p str {
        &self.prose.text[self.range.clone()]
    }

    pub fn span(&self) -> Option<Span> {
        self.prose.span(self.range.clone())
    }
}

/// Calls back with each sentence, in document order.
pub(super) fn each(
    report: &PostMortem,
    markdown: &Markdown<'_>,
    mut found: impl FnMut(Sentence<'_>),
) {
    let owners = owners(report, markdown.blocks.len());
    let mut after = 0;
    for (id, block) in blocks(markdown) {
        if id.index() < after {
            continue;
        }
        let section = owners[id.index()];
        if block.kind == BlockKind::Quote || section == Some("timeline") {
            after = if block.kind == BlockKind::Quote {
                block.after.index()
            } else {
                after
            };
            continue;
        }
        if matches!(block.kind, BlockKind::Paragraph | BlockKind::Cell { .. }) {
            let prose = Prose::of_block(markdown, id);
            split(&prose, section, &mut found);
        }
    }
}

/// For each block the innermost section that holds it.
fn owners(report: &PostMortem, length: usize) -> Vec<Option<&'static str>> {
    let mut owners = vec![None; length];
    // A section that begins later lies deeper, and sections nest at most six deep by headings.
    for section in &report.sections {
        let range = section.blocks.start.saturating_sub(1)..section.blocks.end.min(length);
        if section.blocks.start == 0 {
            continue;
        }
        if let Some(part) = owners.get_mut(range) {
            part.fill(Some(section.concept));
        }
    }
    owners
}

fn split(prose: &Prose, section: Option<&'static str>, found: &mut impl FnMut(Sentence<'_>)) {
    let text = prose.text.as_str();
    let mut tell = |range: Range<usize>| {
        let range = trimmed(text, range);
        if !range.is_empty() {
            found(Sentence {
                prose,
                range,
                section,
            });
        }
    };
    let mut start = 0;
    for (at, mark) in text.match_indices(['.', '!', '?', '。', '！', '？', '\n']) {
        let end = at + mark.len();
        let is_wide = mark.len() > 1 || mark == "\n";
        if is_wide || text[end..].starts_with(char::is_whitespace) {
            tell(start..end);
            start = end;
        }
    }
    tell(start..text.len());
}
