//! Post-mortems that a change deletes, and what was left to do in them.

use std::collections::{BTreeMap, BTreeSet};

use super::Renames;
use crate::model::{self, ContentId, Deleted, Document, Kind, Numbered, Ops, PastItem};

/// A post-mortem and what tells whether it changed.
struct Report<'a> {
    document: &'a Document,
    content: Option<ContentId>,
}

/// Post-mortems by their paths in base.
type Reports<'a> = BTreeMap<&'a [u8], Report<'a>>;

/// The post-mortems of base that head has no more, with their open items that are nowhere else.
pub(super) fn find(head: &Ops, base: &Ops, renames: &Renames) -> Vec<Deleted> {
    let now = reports(head, |path| renames.base_path(path));
    let before = reports(base, |path| path);
    let is_gone = |path: &[u8]| !now.contains_key(path);
    if !before.keys().any(|path| is_gone(path)) {
        return Vec::new();
    }
    let paths: BTreeSet<&[u8]> = now.keys().chain(before.keys()).copied().collect();
    // A document that did not change keeps its own items and takes in no others.
    let content = |reports: &Reports<'_>, path: &[u8]| reports.get(path).map(|it| it.content);
    let is_changed = |path: &[u8]| content(&now, path) != content(&before, path);
    let changed: Vec<&[u8]> = paths.into_iter().filter(|path| is_changed(path)).collect();
    let (old, new) = (items(&before, &changed), items(&now, &changed));
    let mut deleted: BTreeMap<&[u8], Vec<PastItem>> = BTreeMap::new();
    for at in model::left_over(&old, &new) {
        let (number, item) = &old[at];
        let path = changed[*number];
        if is_gone(path) && !item.is_done {
            deleted.entry(path).or_default().push(item.clone());
        }
    }
    let deleted = deleted.into_iter();
    let deleted = deleted.map(|(path, items)| Deleted {
        path: path.into(),
        items,
    });
    deleted.collect()
}

fn reports<'a>(ops: &'a Ops, base_path: impl Fn(&'a [u8]) -> &'a [u8]) -> Reports<'a> {
    let documents = ops.documents();
    let reports = documents.filter(|document| document.kind == Kind::Postmortem);
    let reports = reports.map(|document| {
        let source = ops.sources.get(document.file);
        let content = source.content;
        (base_path(&source.path), Report { document, content })
    });
    reports.collect()
}

/// The items of some documents, each with the number of its document.
fn items(reports: &Reports<'_>, paths: &[&[u8]]) -> Vec<Numbered> {
    let mut items = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let report = reports.get(path);
        let report = report.and_then(|report| report.document.postmortem.as_deref());
        let of_report = report.and_then(model::past_items).unwrap_or_default();
        items.extend(of_report.into_iter().map(|item| (number, item)));
    }
    items
}
