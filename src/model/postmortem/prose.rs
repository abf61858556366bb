//! Inline text without its markup, and the way back to the file's bytes.

use std::ops::Range;

use crate::parse::markdown::{BlockId, Markdown, Run, RunKind};
use crate::text::{Span, Spanned};

/// A struck text of so many words behind others is a former value; a longer one is what was to be
/// done.
const LONGEST_STRUCK: usize = 3;

/// Plain text of some runs.
#[derive(Debug, Default)]
pub(super) struct Prose {
    /// A blank for a wrapped line, a line end for one that is meant.
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    /// Where it begins in the text.
    at: usize,
    length: usize,
    span: Span,
    strong: bool,
    emphasis: bool,
    strike: bool,
}

impl Prose {
    pub fn of(markdown: &Markdown<'_>, runs: &[Run]) -> Prose {
        let mut prose = Prose::default();
        let mut says_something = false;
        for run in runs {
            let text = markdown.run_text(run);
            let text = match run.kind {
                RunKind::Html => continue,
                RunKind::HardBreak => "\n",
                _ => text.as_ref(),
            };
            let is_value = text.split_whitespace().count() <= LONGEST_STRUCK;
            if run.strike && says_something && is_value {
                continue;
            }
            says_something |= !run.strike && text.contains(char::is_alphanumeric);
            prose.pieces.push(Piece {
                at: prose.text.len(),
                length: text.len(),
                span: run.span,
                strong: run.strong,
                emphasis: run.emphasis,
                strike: run.strike,
            });
            prose.text.push_str(text);
        }
        prose
    }

    /// What a field says: nothing that is struck through, unless all of it is.
    pub fn of_value(markdown: &Markdown<'_>, id: BlockId) -> Prose {
        let runs = markdown.runs(id);
        let is_blank = |run: &Run| markdown.run_text(run).trim().is_empty();
        let kept: Vec<Run> = runs.iter().filter(|run| !run.strike).cloned().collect();
        match kept.iter().all(is_blank) {
            true => Prose::of(markdown, runs),
            false => Prose::of(markdown, &kept),
        }
    }

    pub fn of_block(markdown: &Markdown<'_>, id: BlockId) -> Prose {
        Prose::of(markdown, markdown.runs(id))
    }

    /// The file's bytes under a range of the text; of all of it if nothing stands there.
    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let first = self.piece(range.start)?;
        let last = self.piece(range.end.saturating_sub(1).max(range.start))?;
        let start = first.offset(range.start);
        let end = match last.is_verbatim() && range.end > range.start {
            true => last.offset(range.end - 1) + 1,
            false => last.span.end,
        };
        Some(Span {
            file: first.span.file,
            start: start.min(end),
            end,
        })
    }

    /// A range of the text without blanks around it, with its bytes; nothing if it is blank.
    pub fn spanned(&self, range: Range<usize>) -> Option<Spanned<String>> {
        let range = trimmed(&self.text, range);
        let text = self.text.get(range.clone())?;
        if text.is_empty() {
            return None;
        }
        Some(Spanned::new(text.to_owned(), self.span(range)?))
    }

    /// How many bytes at the start are bold.
    pub fn strong_lead(&self) -> usize {
        let bold = self.pieces.iter().take_while(|piece| piece.strong);
        bold.map(|piece| piece.length).sum()
    }

    /// Where the bold or slanted words begin with which the text up to `end` ends; none if it
    /// ends in plain words or is nothing else.
    pub fn stressed_tail(&self, end: usize) -> Option<usize> {
        let before = self.pieces.partition_point(|piece| piece.at < end);
        let stressed = self.pieces[..before]
            .iter()
            .rev()
            .take_while(|piece| piece.strong || piece.emphasis);
        stressed.last().map(|piece| piece.at)
    }

    /// Whether all of it is struck through.
    pub fn is_struck(&self) -> bool {
        self.is_struck_from(0)
    }

    /// Whether all behind a place is.
    pub fn is_struck_from(&self, at: usize) -> bool {
        let saying = |piece: &&Piece| {
            let end = piece.at + piece.length;
            end > at && !self.text[piece.at.max(at)..end].trim().is_empty()
        };
        let mut saying = self.pieces.iter().filter(saying).peekable();
        saying.peek().is_some() && saying.all(|piece| piece.strike)
    }

    /// Where the text ends that is struck through from a place on; the place itself if none is.
    pub fn struck_from(&self, at: usize) -> usize {
        let behind = |piece: &&Piece| piece.at + piece.length > at;
        let pieces = self.pieces.iter().filter(behind);
        let struck = pieces.take_while(|piece| piece.strike);
        struck.last().map_or(at, |piece| piece.at + piece.length)
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(index.checked_sub(1)?)
    }
}

impl Piece {
    /// Whether the bytes say what they mean.
    fn is_verbatim(&self) -> bool {
        self.length == self.span.range().len()
    }

    fn offset(&self, at: usize) -> u32 {
        match self.is_verbatim() {
            true => self.span.start + u32::try_from(at - self.at).unwrap_or(0),
            false => self.span.start,
        }
    }
}

/// A range without the blanks at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(inner) = text.get(range.clone()) else {
        return range.start..range.start;
    };
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}
