//! The sentences of a post-mortem's own text, for rules about words.
//!
//! Headings, quotes, code and the time line are left out: a title names the fault, a quotation is
//! somebody else's, and a time line says who did what.

use super::PostMortem;
use super::prose::Prose;
use crate::model::outline::blocks;
use crate::parse::markdown::{BlockId, BlockKind, Markdown};
use crate::text::Span;

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub text: String,
    pub span: Span,
    /// The section's concept by the nearest heading or label above it; none outside of them.
    pub section: Option<&'static str>,
}

pub(super) fn read(report: &PostMortem, markdown: &Markdown<'_>) -> Vec<Sentence> {
    let owners = owners(report, markdown.blocks.len());
    let mut sentences = Vec::new();
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
            split(
                &mut sentences,
                &Prose::of_block(markdown, BlockId(id.0)),
                section,
            );
        }
    }
    sentences
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

fn split(sentences: &mut Vec<Sentence>, prose: &Prose, section: Option<&'static str>) {
    let text = prose.text.as_str();
    let mut start = 0;
    let mut ends: Vec<usize> = Vec::new();
    for (at, mark) in text.match_indices(['.', '!', '?', '。', '！', '？', '\n']) {
        let end = at + mark.len();
        let is_wide = mark.len() > 1 || mark == "\n";
        if is_wide || text[end..].starts_with(char::is_whitespace) {
            ends.push(end);
        }
    }
    ends.push(text.len());
    for end in ends {
        if let Some(sentence) = prose.spanned(start..end) {
            let (text, span) = (sentence.value, sentence.span);
            sentences.push(Sentence {
                text,
                span,
                section,
            });
        }
        start = end;
    }
}
