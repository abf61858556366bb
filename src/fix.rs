//! Mends what can be mended without knowing anything that is not written down.
//!
//! A rule attaches [`Edit`]s to a finding where there is one right text and no other. They are made
//! on a tree in memory, which is then judged again, until nothing is left to mend: so a run that is
//! repeated changes nothing, and what would be written can be shown without writing it. What an
//! exception covers, and rules that are off, never get here: `check` has dropped their findings.
//!
//! A finding's edits are made all together or not at all. Where two findings want the same bytes,
//! the first one has its way in this round, and the other is asked again.

mod choice;
mod patch;

use std::collections::BTreeMap;

use crate::check::Outcome;
use crate::finding::{Edit, Finding};
use crate::inspect::{self, Inspection, reread};
use crate::limits::FIX_ROUNDS;
use crate::load::{Snapshot, Unwritable};
use crate::rule::Shape;
use crate::rules;
use crate::text::FileId;

pub use choice::{Choice, choose};
pub use patch::{Change, Patch};

/// A tree as it was judged.
#[derive(Debug)]
pub struct Verdict {
    pub inspection: Inspection,
    pub outcome: Outcome,
}

/// What was mended, and how the tree is judged after it.
#[derive(Debug)]
pub struct Mending {
    pub verdict: Verdict,
    /// By path; only files that differ.
    pub files: BTreeMap<Box<[u8]>, MendedFile>,
    /// Whether [`FIX_ROUNDS`] were not enough.
    pub is_unfinished: bool,
    /// Findings that are not mended, as their files could not be written.
    pub refused: usize,
}

#[derive(Debug)]
pub struct MendedFile {
    pub patch: Patch,
    /// Findings whose first edit lies in this file.
    pub findings: usize,
}

/// Mends a tree in memory until nothing is left to mend.
///
/// The snapshot reads mended files as if they had been written. `judge` reads and checks it; the
/// first verdict is the one on the tree as it is.
pub fn mend(
    snapshot: &mut Snapshot,
    first: Verdict,
    mut judge: impl FnMut(&Snapshot) -> Verdict,
) -> Mending {
    let mut mending = Mending {
        verdict: first,
        files: BTreeMap::new(),
        is_unfinished: false,
        refused: 0,
    };
    for _ in 0..FIX_ROUNDS {
        if !mending.round(snapshot) {
            return mending.finished();
        }
        mending.verdict = judge(snapshot);
    }
    mending.is_unfinished = !mending.next_choice(snapshot).edits.is_empty();
    mending.finished()
}

impl Mending {
    /// How many findings were mended.
    pub fn findings(&self) -> usize {
        self.files.values().map(|file| file.findings).sum()
    }

    /// Puts the mended files in place of those that were judged; gives back what could not be
    /// written. Such files are no longer mended, and the snapshot reads them as they are.
    pub fn write(&mut self, snapshot: &mut Snapshot) -> Vec<(Box<[u8]>, Unwritable)> {
        let mut failed = Vec::new();
        for (path, file) in &self.files {
            let (before, after) = (file.patch.before(), file.patch.after());
            if let Err(reason) = snapshot.write(path, before, &after) {
                snapshot.restore(path);
                failed.push((path.clone(), reason));
            }
        }
        for (path, _) in &failed {
            let file = self.files.remove(path);
            self.refused += file.map_or(0, |file| file.findings);
        }
        failed
    }

    /// Makes the edits that can be made together; whether there were any.
    fn round(&mut self, snapshot: &mut Snapshot) -> bool {
        let choice = self.next_choice(snapshot);
        for (file, edits) in &choice.edits {
            let sources = &self.verdict.inspection.ops.sources;
            let path = sources.path(*file);
            let Some(bytes) = reread(snapshot, sources, *file) else {
                continue;
            };
            let mended = self.files.entry(path.into());
            let mended = mended.or_insert_with(|| MendedFile {
                patch: Patch::new(bytes),
                findings: 0,
            });
            mended.patch.edit(edits);
            mended.findings += choice.findings.get(file).copied().unwrap_or(0);
            snapshot.replace(path, mended.patch.after());
        }
        !choice.edits.is_empty()
    }

    /// Exceptions that cover nothing come last: what else is mended may give them something to
    /// cover.
    fn next_choice(&self, snapshot: &Snapshot) -> Choice {
        let sources = &self.verdict.inspection.ops.sources;
        let mut texts: BTreeMap<FileId, Option<String>> = BTreeMap::new();
        let mut fits = |edit: &Edit| {
            let file = edit.span.file;
            let text = texts.entry(file).or_insert_with(|| {
                let bytes = reread(snapshot, sources, file)?;
                String::from_utf8(bytes).ok()
            });
            let old = text.as_ref().and_then(|text| text.get(edit.span.range()));
            old.is_some_and(|old| old != edit.text)
        };
        let judged = self.verdict.outcome.findings.iter();
        let findings = judged.map(|judged| &judged.finding);
        let (last, first): (Vec<&Finding>, Vec<&Finding>) = findings
            .filter(|finding| !finding.edits.is_empty())
            .partition(|finding| is_about_exceptions(finding));
        let choice = choose(first, &mut fits);
        match choice.edits.is_empty() {
            true => choose(last, &mut fits),
            false => choice,
        }
    }

    fn finished(mut self) -> Mending {
        self.files.retain(|_, file| file.patch.is_change());
        self
    }
}

fn is_about_exceptions(finding: &Finding) -> bool {
    let rule = rules::get(finding.rule);
    rule.is_some_and(|rule| matches!(rule.shape, Shape::Allow(_)))
}

/// Why a file was left as it is, in words that follow "was not written:".
pub fn words(reason: &Unwritable) -> String {
    match reason {
        Unwritable::Changed => "it was changed while it was being checked".to_owned(),
        Unwritable::NotInWorktree => "it is not in the work tree".to_owned(),
        Unwritable::ReadOnly => "it is read-only".to_owned(),
        Unwritable::Unreadable(reason) => inspect::words(reason),
        Unwritable::Other(reason) => reason.clone(),
    }
}
