//! A file's new bytes, as pieces of the old ones with other text between them.
//!
//! Since it is known what was edited, what differs need not be searched for: the time is linear,
//! whatever stands in the file.

use std::ops::Range;

use crate::finding::Edit;
use crate::text::LineIndex;

/// A file and the edits that were made on it.
#[derive(Clone, Debug)]
pub struct Patch {
    before: Vec<u8>,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    /// Bytes of the file as it was; never empty.
    Kept(Range<usize>),
    /// Bytes that were not there; never empty.
    Put(Vec<u8>),
}

/// Whole lines that differ, from 0; half-open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub before: Range<usize>,
    pub after: Range<usize>,
}

impl Patch {
    pub fn new(before: Vec<u8>) -> Patch {
        Patch {
            pieces: kept(0..before.len()).collect(),
            before,
        }
    }

    pub fn before(&self) -> &[u8] {
        &self.before
    }

    pub fn after(&self) -> Vec<u8> {
        let mut after = Vec::with_capacity(self.before.len());
        for piece in &self.pieces {
            after.extend_from_slice(match piece {
                Piece::Kept(range) => &self.before[range.clone()],
                Piece::Put(bytes) => bytes,
            });
        }
        after
    }

    pub fn is_change(&self) -> bool {
        self.after() != self.before
    }

    /// Makes edits, whose places are those of the bytes so far, sorted and disjoint.
    pub fn edit(&mut self, edits: &[Edit]) {
        let mut rest = std::mem::take(&mut self.pieces);
        rest.reverse();
        let mut at = 0;
        for edit in edits {
            let range = edit.span.range();
            move_pieces(&mut rest, range.start - at, |piece| self.pieces.push(piece));
            move_pieces(&mut rest, range.len(), drop);
            if !edit.text.is_empty() {
                self.pieces.push(Piece::Put(edit.text.clone().into_bytes()));
            }
            at = range.end;
        }
        rest.reverse();
        self.pieces.append(&mut rest);
    }

    /// The lines that differ, in order.
    pub fn changes(&self) -> Vec<Change> {
        let after = self.after();
        let old = Lines::new(&self.before);
        let new = Lines::new(&after);
        let mut changes: Vec<Change> = Vec::new();
        for (before, after) in self.differences() {
            let ends_with_line = old.begins(before.end) && new.begins(after.end);
            let last = usize::from(!ends_with_line);
            let lines = |lines: &Lines, range: Range<usize>| {
                let end = lines.number(range.end) + last;
                lines.number(range.start)..end.min(lines.count)
            };
            let change = Change {
                before: lines(&old, before),
                after: lines(&new, after),
            };
            match changes.last_mut() {
                Some(last) if touches(last, &change) => {
                    last.before.end = change.before.end;
                    last.after.end = change.after.end;
                }
                _ => changes.push(change),
            }
        }
        changes
    }

    /// The bytes that differ: their places before and after.
    fn differences(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let mut found = Vec::new();
        let (mut old, mut new) = (0, 0);
        let mut put = 0;
        let end = std::iter::once(self.before.len()..self.before.len());
        let kept = self.pieces.iter().map(|piece| match piece {
            Piece::Kept(range) => Ok(range.clone()),
            Piece::Put(bytes) => Err(bytes.len()),
        });
        for piece in kept.chain(end.map(Ok)) {
            match piece {
                Err(length) => put += length,
                Ok(range) => {
                    if put > 0 || range.start > old {
                        found.push((old..range.start, new..new + put));
                    }
                    new += put + range.len();
                    old = range.end;
                    put = 0;
                }
            }
        }
        found
    }
}

fn kept(range: Range<usize>) -> impl Iterator<Item = Piece> {
    (!range.is_empty())
        .then_some(Piece::Kept(range))
        .into_iter()
}

/// Takes so many bytes from the end of a reversed list.
fn move_pieces(reversed: &mut Vec<Piece>, mut length: usize, mut to: impl FnMut(Piece)) {
    while length > 0 {
        let Some(piece) = reversed.pop() else {
            return;
        };
        let (taken, left) = split(piece, length);
        length -= taken.len();
        to(taken);
        reversed.extend(left);
    }
}

/// At most `length` bytes of a piece, and what is left of it.
fn split(piece: Piece, length: usize) -> (Piece, Option<Piece>) {
    if piece.len() <= length {
        return (piece, None);
    }
    match piece {
        Piece::Kept(range) => {
            let middle = range.start + length;
            (
                Piece::Kept(range.start..middle),
                Some(Piece::Kept(middle..range.end)),
            )
        }
        Piece::Put(mut bytes) => {
            let left = bytes.split_off(length);
            (Piece::Put(bytes), Some(Piece::Put(left)))
        }
    }
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Piece::Kept(range) => range.len(),
            Piece::Put(bytes) => bytes.len(),
        }
    }
}

fn touches(last: &Change, next: &Change) -> bool {
    next.before.start <= last.before.end
}

/// Lines from 0, as an editor numbers them less one; behind the last line end there is none.
struct Lines {
    index: LineIndex,
    length: usize,
    count: usize,
}

impl Lines {
    fn new(bytes: &[u8]) -> Lines {
        let index = LineIndex::new(bytes);
        let last = index.range(index.lines());
        let count = index.lines() as usize - usize::from(last.is_empty());
        Lines {
            index,
            length: bytes.len(),
            count,
        }
    }

    fn number(&self, offset: usize) -> usize {
        let line = self.index.line(u32::try_from(offset).unwrap_or(u32::MAX));
        let is_behind = offset == self.length && line as usize > self.count;
        if is_behind {
            self.count
        } else {
            line as usize - 1
        }
    }

    /// Whether a line begins here, or the file ends behind a line end.
    fn begins(&self, offset: usize) -> bool {
        let line = self.index.line(u32::try_from(offset).unwrap_or(u32::MAX));
        self.index.range(line).start == offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{FileId, Span};
    use proptest::prelude::*;

    fn edit(range: Range<usize>, text: &str) -> Edit {
        Edit {
            span: Span::new(FileId(0), range),
            text: text.to_owned(),
        }
    }

    #[test]
    fn later_edits_see_what_earlier_ones_left() {
        let mut patch = Patch::new(b"one\ntwo\nthree\n".to_vec());
        patch.edit(&[edit(0..0, "zero\n"), edit(4..8, "")]);
        assert_eq!(patch.after(), b"zero\none\nthree\n");
        let lines = |before, after| Change { before, after };
        assert_eq!(patch.changes(), [lines(0..0, 0..1), lines(1..2, 2..2)]);
        patch.edit(&[edit(3..5, ""), edit(9..11, "TH")]);
        assert_eq!(patch.after(), b"zerone\nTHree\n");
        assert_eq!(patch.changes(), [lines(0..3, 0..2)]);
        patch.edit(&[edit(0..13, "one\ntwo\nthree\n")]);
        assert!(!patch.is_change());
    }

    #[test]
    fn line_ends_of_all_kinds_hold() {
        let mut patch = Patch::new("\u{feff}a\r\nb\rc".into());
        patch.edit(&[edit(6..7, "B"), edit(8..9, "")]);
        assert_eq!(patch.after(), "\u{feff}a\r\nB\r".as_bytes());
        let expected = Change {
            before: 1..3,
            after: 1..2,
        };
        assert_eq!(patch.changes(), [expected]);
    }

    /// Lines with their ends.
    fn lines(bytes: &[u8]) -> Vec<&[u8]> {
        bytes.split_inclusive(|byte| *byte == b'\n').collect()
    }

    proptest! {
        #[test]
        fn changes_lead_from_the_old_lines_to_the_new(
            text in "[ab\n]{0,12}",
            rounds in proptest::collection::vec((0_usize..14, 0_usize..4, "[xy\n]{0,3}"), 1..5),
        ) {
            let mut patch = Patch::new(text.clone().into_bytes());
            let mut plain = text.clone();
            for (start, length, new) in rounds {
                let start = start.min(plain.len());
                let range = start..(start + length).min(plain.len());
                patch.edit(&[edit(range.clone(), &new)]);
                plain.replace_range(range, &new);
                prop_assert_eq!(patch.after(), plain.as_bytes());
            }
            let (old, new) = (lines(text.as_bytes()), lines(plain.as_bytes()));
            let (mut made, mut at): (Vec<&[u8]>, usize) = (Vec::new(), 0);
            for change in patch.changes() {
                prop_assert!(at <= change.before.start);
                made.extend(&old[at..change.before.start]);
                prop_assert_eq!(made.len(), change.after.start);
                made.extend(&new[change.after.clone()]);
                at = change.before.end;
            }
            made.extend(&old[at..]);
            prop_assert_eq!(made, new);
        }
    }
}
