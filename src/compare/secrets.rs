//! Credentials that a change puts in the place of others.
//!
//! A finding knows a credential by its kind and number alone, since nothing of it may be kept or
//! shown. So whether it is the same one is asked of the files, and only the answer leaves here.

use std::collections::{BTreeMap, BTreeSet};

use super::{Side, State};
use crate::finding::{Finding, Place, Subject};
use crate::inspect::reread;
use crate::secret;
use crate::text::FileId;

/// Calls new what was found before in words that were nowhere in base.
pub(super) fn tell_replaced(states: &mut [State], head: Side<'_>, base: Side<'_>) {
    let of_base = base.outcome.findings.iter().chain(&base.outcome.allowed);
    let files = of_base.filter_map(|judged| Some(place(&judged.finding)?.0));
    let files: BTreeSet<FileId> = files.collect();
    if files.is_empty() {
        return;
    }
    let before = files.into_iter().flat_map(|file| values(base, file));
    let before: BTreeSet<String> = before.map(|(_, value)| value).collect();
    let mut known: BTreeMap<FileId, BTreeMap<usize, String>> = BTreeMap::new();
    for (state, judged) in states.iter_mut().zip(&head.outcome.findings) {
        let Some((file, start)) = place(&judged.finding).filter(|_| !state.is_new()) else {
            continue;
        };
        let here = known.entry(file).or_insert_with(|| values(head, file));
        if here
            .get(&start)
            .is_some_and(|value| !before.contains(value))
        {
            *state = State::New(None);
        }
    }
}

/// Where a credential was found: its file and the first byte.
fn place(finding: &Finding) -> Option<(FileId, usize)> {
    match (&finding.subject, finding.place) {
        (Subject::Secret(_), Place::Bytes(span)) => Some((span.file, span.range().start)),
        _ => None,
    }
}

/// The credentials of a file by where they are found; none of a file that is not UTF-8.
fn values(side: Side<'_>, file: FileId) -> BTreeMap<usize, String> {
    let sources = &side.inspection.ops.sources;
    let bytes = reread(side.snapshot, sources, file).unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    let found = secret::find(&text).into_iter();
    found
        .map(|secret| (secret.place.start, text[secret.value].to_owned()))
        .collect()
}
