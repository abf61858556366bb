//! `prepcheck history`: what git knows of documents.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{FORMAT_VERSION, path};
use crate::inspect::Inspection;
use crate::model::{
    Author, Change, Document, DocumentHistory, Dropped, Fact, Kind, Moved, Unknown, follow_items,
};

#[derive(Debug, Serialize)]
pub struct History {
    pub format_version: u32,
    pub as_of: String,
    /// Commits that were read.
    pub commits: usize,
    /// Why something is not known, in words.
    pub limits: Vec<String>,
    /// Commands after which more is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<&'static str>,
    pub documents: Vec<HistoryDocument>,
}

#[derive(Debug, Serialize)]
pub struct HistoryDocument {
    pub path: String,
    pub kind: &'static str,
    /// The commit that brought it; null if it is not known.
    pub first: Option<HistoryChange>,
    /// The last commit that changed its content.
    pub last: Option<HistoryChange>,
    /// How many contents it has had.
    pub versions: Option<usize>,
    /// Why one of these is not known, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The latest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier_paths: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<HistoryMoved>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<HistoryDropped>,
}

#[derive(Debug, Serialize)]
pub struct HistoryChange {
    pub commit: String,
    /// When it was committed, in UTC.
    pub time: String,
    /// The author's day.
    pub day: String,
    /// It brought most documents at once.
    pub import: bool,
}

/// An action item whose date was changed.
#[derive(Debug, Serialize)]
pub struct HistoryMoved {
    pub line: u32,
    pub text: String,
    /// The oldest first.
    pub days: Vec<HistoryDay>,
}

#[derive(Debug, Serialize)]
pub struct HistoryDay {
    pub due: String,
    /// Null while it is not committed, and if it is unknown.
    pub change: Option<HistoryChange>,
    /// The commit that set it cannot be told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// An open action item that was taken out.
#[derive(Debug, Serialize)]
pub struct HistoryDropped {
    pub text: String,
    pub due: Option<String>,
    /// Null while it is not committed, and if it is unknown.
    pub change: Option<HistoryChange>,
    /// The commit that took it out cannot be told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

impl History {
    /// Every path of today, to be shown as it opens from elsewhere than the root.
    pub fn each_path(&mut self, change: impl Fn(&mut String)) {
        let documents = self.documents.iter_mut();
        documents.for_each(|document| change(&mut document.path));
    }
}

/// What is known of all documents, or of the one at a path below the root.
pub fn history(inspection: &Inspection, as_of: String, only: Option<&[u8]>) -> History {
    let ops = &inspection.ops;
    let documents = ops.documents();
    let documents = documents.filter(|document| document.kind != Kind::Other);
    let known = documents.filter_map(|document| {
        let place = ops.sources.path(document.file);
        let is_asked = only.is_none_or(|only| only == place);
        let known = inspection.history.of(place).filter(|_| is_asked)?;
        let line = |item: usize| {
            let report = document.postmortem.as_deref();
            let item = report.map(|report| report.action_items[item].span.start);
            ops.sources.line(document.file, item.unwrap_or_default())
        };
        Some(of_document(path(place), document, known, line))
    });
    let limits = &inspection.history.limits;
    let remedies: BTreeSet<&str> = limits.iter().filter_map(Unknown::remedy).collect();
    History {
        format_version: FORMAT_VERSION,
        as_of,
        commits: inspection.history.commits,
        limits: limits.iter().map(limit).collect(),
        remedies: remedies.into_iter().collect(),
        documents: known.collect(),
    }
}

/// Why something is not known of all documents together.
fn limit(reason: &Unknown) -> String {
    match reason {
        Unknown::NotCommitted => "nothing is committed yet".to_owned(),
        other => other.to_string(),
    }
}

fn of_document(
    path: String,
    document: &Document,
    known: &DocumentHistory,
    line: impl Fn(usize) -> u32,
) -> HistoryDocument {
    let report = document.postmortem.as_deref();
    let items = report.map(|report| (report, follow_items(report, &known.items)));
    let text = |item: usize| {
        items
            .as_ref()
            .map(|(r, _)| r.action_items[item].text.value.clone())
    };
    let moved = items.iter().flat_map(|(_, items)| &items.moved);
    let dropped = items.iter().flat_map(|(_, items)| &items.dropped);
    let mut unknown: Vec<&Unknown> = Vec::new();
    HistoryDocument {
        kind: document.kind.id(),
        first: fact(&known.first, &mut unknown).map(change),
        last: fact(&known.last, &mut unknown).map(change),
        versions: fact(&known.versions, &mut unknown).copied(),
        earlier_paths: known
            .earlier_paths
            .iter()
            .map(|path| super::path(path))
            .collect(),
        moved: moved
            .map(|moved| of_moved(moved, line(moved.item), text(moved.item)))
            .collect(),
        dropped: dropped.map(of_dropped).collect(),
        unknown: unknown.into_iter().map(ToString::to_string).collect(),
        path,
    }
}

/// The value, with the reason put by if it is not known.
fn fact<'a, T>(fact: &'a Fact<T>, unknown: &mut Vec<&'a Unknown>) -> Option<&'a T> {
    if let Fact::Unknown(reason) = fact
        && !unknown.contains(&reason)
    {
        unknown.push(reason);
    }
    fact.known()
}

fn change(change: &Change) -> HistoryChange {
    HistoryChange {
        commit: change.commit.to_string(),
        time: change.time.to_string(),
        day: change.day.to_string(),
        import: change.is_import,
    }
}

fn commit(by: &Author) -> Option<HistoryChange> {
    match by {
        Author::Commit(by) => Some(change(by)),
        Author::Nobody | Author::Unknown => None,
    }
}

fn of_moved(moved: &Moved, line: u32, text: Option<String>) -> HistoryMoved {
    let days = moved.days.iter().map(|day| HistoryDay {
        due: day.day.to_string(),
        change: commit(&day.by),
        unknown: day.by == Author::Unknown,
    });
    HistoryMoved {
        line,
        text: text.unwrap_or_default(),
        days: days.collect(),
    }
}

fn of_dropped(dropped: &Dropped) -> HistoryDropped {
    HistoryDropped {
        text: dropped.item.text.clone(),
        due: dropped.item.due.map(|day| day.to_string()),
        change: commit(&dropped.by),
        unknown: dropped.by == Author::Unknown,
    }
}
