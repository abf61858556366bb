//! What would be mended, as a unified diff.
//!
//! It is for reading: as everywhere, telephone numbers and personal addresses are masked and what
//! does not print is shown, so that a patch made of it may not fit. `--fix` makes the edits.

use std::fmt::Write as _;
use std::ops::Range;

use super::mask;
use crate::fix::{Change, Mending, Patch};
use crate::text::{LineIndex, Way, sanitise};

/// Lines that are shown around those that differ.
const CONTEXT: usize = 3;

/// The files of a mending, in order of their paths.
pub fn render(mending: &Mending, way: &Way) -> String {
    let mut out = String::new();
    for (path, file) in &mending.files {
        let path = sanitise::path(&way.to(path));
        write!(out, "--- {path}\n+++ {path}\n").expect("writing to a string");
        push_hunks(&mut out, &file.patch);
    }
    out
}

fn push_hunks(out: &mut String, patch: &Patch) {
    let after = patch.after();
    let (before, after) = (Lines::new(patch.before()), Lines::new(&after));
    let changes = patch.changes();
    for hunk in changes.chunk_by(|one, next| next.before.start - one.before.end <= 2 * CONTEXT) {
        push_hunk(out, hunk, &before, &after);
    }
}

fn push_hunk(out: &mut String, hunk: &[Change], before: &Lines<'_>, after: &Lines<'_>) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
        return;
    };
    let lead = first.before.start.min(CONTEXT);
    let trail = (before.count() - last.before.end).min(CONTEXT);
    let old = first.before.start - lead..last.before.end + trail;
    let new = first.after.start - lead..last.after.end + trail;
    writeln!(out, "@@ -{} +{} @@", numbers(&old), numbers(&new)).expect("writing to a string");
    let mut at = old.start;
    for change in hunk {
        before.push(out, ' ', at..change.before.start);
        before.push(out, '-', change.before.clone());
        after.push(out, '+', change.after.clone());
        at = change.before.end;
    }
    before.push(out, ' ', at..old.end);
}

/// First line and count, as diffs say them: of no line, the one before.
fn numbers(lines: &Range<usize>) -> String {
    let first = lines.start + usize::from(!lines.is_empty());
    match lines.len() {
        1 => first.to_string(),
        count => format!("{first},{count}"),
    }
}

struct Lines<'t> {
    bytes: &'t [u8],
    index: LineIndex,
}

impl<'t> Lines<'t> {
    fn new(bytes: &'t [u8]) -> Lines<'t> {
        Lines {
            bytes,
            index: LineIndex::new(bytes),
        }
    }

    fn count(&self) -> usize {
        let last = self.index.lines();
        last as usize - usize::from(self.index.range(last).is_empty())
    }

    fn push(&self, out: &mut String, sign: char, lines: Range<usize>) {
        for line in lines {
            let range = self
                .index
                .range(u32::try_from(line + 1).unwrap_or(u32::MAX));
            let bytes = self.bytes.get(range).unwrap_or_default();
            let text = String::from_utf8_lossy(bytes);
            let content = text.trim_end_matches(['\r', '\n']);
            writeln!(out, "{sign}{}", mask::shown(content)).expect("writing to a string");
            if content.len() == text.len() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
}
