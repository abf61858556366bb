//! What git knows of the documents, as far as the rules in force must see.
//!
//! Nothing is read where no rule asks. While documents are being read, the walk for those that paths
//! promise is begun already ([`look_ahead`]). A base tree is given what the walk from head knows of it:
//! its documents' contents are among those that head's had, and what is newer is the change.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

use super::{Inspection, Renames, deleted};
use crate::clock::Clock;
use crate::finding::Level;
use crate::limits::DOCUMENT_BYTES;
use crate::load::{Ahead, Asked, AskedDocument, Snapshot, Unreadable};
use crate::model::{
    self, Document, DocumentHistory, Fact, History, ItemVersion, Kind, ObjectId, Ops, PastItem,
    PathFacts, PathReader, Reading, Text, Unknown,
};
use crate::policy::Policy;
use crate::rule::{Context, Days, Roster, Shape};
use crate::rules;
use crate::text::{FileId, LineIndex};

/// Where a repository lists the commits that count as no change.
const IGNORED: &[u8] = b".git-blame-ignore-revs";

/// How far most policies look back.
const LIKELY: Days = Days(365);

/// Reads ahead what [`learn`] is likely to need, by paths alone.
pub fn look_ahead(snapshot: &Snapshot, policy: &Policy, clock: Clock) -> Option<Ahead> {
    let mut asking = rules::all().filter(|rule| policy.level(rule.name) > Level::Off);
    if !asking.any(|rule| matches!(rule.shape, Shape::History(..))) {
        return None;
    }
    let now = clock.latest();
    read_ahead(snapshot, policy, before(now, LIKELY), now)
}

/// Reads ahead what [`learn_all`] needs.
pub fn look_ahead_at_all(snapshot: &Snapshot, policy: &Policy, clock: Clock) -> Option<Ahead> {
    read_ahead(snapshot, policy, None, clock.latest())
}

fn read_ahead(
    snapshot: &Snapshot,
    policy: &Policy,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Option<Ahead> {
    let mut paths = PathReader::default();
    let (mut documents, mut is_asked) = (Vec::new(), false);
    for file in snapshot.files() {
        let facts = paths.facts(&file.path).filter(|facts| facts.is_expected);
        let Some(facts) = facts.filter(|_| !policy.excludes(&file.path)) else {
            continue;
        };
        is_asked |= matches!(facts.hint, Some(Kind::Runbook | Kind::Postmortem));
        documents.push(AskedDocument {
            path: file.path.clone(),
            contents: false,
        });
    }
    let asked = Asked {
        documents,
        since,
        now,
        ignored: Vec::new(),
    };
    is_asked.then(|| snapshot.history_ahead(&asked))?
}

/// Reads what git knows of the documents, as far back as the rules in force must see.
pub fn learn(
    inspection: &mut Inspection,
    snapshot: &Snapshot,
    (policy, clock): (&Policy, Clock),
    ahead: Option<Ahead>,
) {
    if let Some(needs) = Needs::of(&inspection.ops, policy, clock) {
        inspection.history = read(&inspection.ops, snapshot, &needs, ahead);
    }
}

/// The same for two trees of one repository, from one walk. What the change itself did in between
/// belongs to it as a whole.
pub fn learn_both(
    [head, base]: [&mut Inspection; 2],
    [of_head, of_base]: [&Snapshot; 2],
    (policy, clock): (&Policy, Clock),
    ahead: Option<Ahead>,
) {
    let deleted = deleted::find(&head.ops, &base.ops, &head.renames);
    if let Some(needs) = Needs::of(&head.ops, policy, clock) {
        let mut history = ask(documents(&head.ops, &needs), of_head, &needs, ahead);
        follow_moves(&mut history, &head.renames, (&base.ops, of_base), &needs);
        compare(&mut history, &head.ops, of_head);
        let (older, changed) = split(&history, &base.ops, of_base);
        base.history = older;
        head.history = History {
            documents: changed,
            ..history
        };
    }
    head.history.deleted = deleted;
}

/// All that git knows, however old.
pub fn learn_all(
    inspection: &mut Inspection,
    snapshot: &Snapshot,
    clock: Clock,
    ahead: Option<Ahead>,
) {
    let needs = Needs {
        asked_by: Vec::new(),
        since: None,
        now: clock.latest(),
        items: true,
    };
    inspection.history = read(&inspection.ops, snapshot, &needs, ahead);
}

/// What the rules in force must see.
struct Needs {
    asked_by: Vec<&'static str>,
    since: Option<Timestamp>,
    now: Timestamp,
    items: bool,
}

impl Needs {
    fn of(ops: &Ops, policy: &Policy, clock: Clock) -> Option<Needs> {
        let (none, roster) = (History::default(), Roster::default());
        let (mut asked_by, mut furthest, mut items) = (Vec::new(), Days(0), false);
        for rule in rules::all().filter(|rule| policy.level(rule.name) > Level::Off) {
            let Shape::History(past, _) = &rule.shape else {
                continue;
            };
            let cx = Context::new((ops, &none), clock, rule, policy.settings(), &roster);
            let Some(horizon) = (past.horizon)(&cx) else {
                continue;
            };
            asked_by.push(rule.name);
            furthest = furthest.max(horizon);
            items |= past.items;
        }
        let now = clock.latest();
        (!asked_by.is_empty()).then(|| Needs {
            asked_by,
            since: before(now, furthest),
            now,
            items,
        })
    }
}

/// So many days before, wherever the day began.
fn before(now: Timestamp, days: Days) -> Option<Timestamp> {
    const DAY: i64 = 24 * 60 * 60;
    let span = SignedDuration::from_secs((i64::from(days.0) + 2) * DAY);
    now.checked_sub(span).ok()
}

fn read(ops: &Ops, snapshot: &Snapshot, needs: &Needs, ahead: Option<Ahead>) -> History {
    let mut history = ask(documents(ops, needs), snapshot, needs, ahead);
    compare(&mut history, ops, snapshot);
    history
}

/// Adds what the walk alone does not tell.
fn compare(history: &mut History, ops: &Ops, snapshot: &Snapshot) {
    mark_changed(history, ops, snapshot);
    add_items(history, ops, snapshot);
}

fn documents(ops: &Ops, needs: &Needs) -> Vec<AskedDocument> {
    let documents = ops.documents();
    let documents = documents.filter(|document| document.kind != Kind::Other);
    documents
        .map(|document| AskedDocument {
            path: ops.sources.path(document.file).into(),
            contents: needs.items && document.kind == Kind::Postmortem,
        })
        .collect()
}

fn ask(
    documents: Vec<AskedDocument>,
    snapshot: &Snapshot,
    needs: &Needs,
    ahead: Option<Ahead>,
) -> History {
    let asked = Asked {
        documents,
        since: needs.since,
        now: needs.now,
        ignored: ignored(snapshot),
    };
    let mut history = snapshot.history(&asked, ahead);
    history.asked_by.clone_from(&needs.asked_by);
    history
}

/// Asks under their paths of base for documents whose move no commit tells: one that is not
/// committed yet, or that went with a change of the content.
fn follow_moves(
    history: &mut History,
    renames: &Renames,
    (base, of_base): (&Ops, &Snapshot),
    needs: &Needs,
) {
    let is_unknown = |new: &[u8], old: &[u8]| {
        let known = history.of(new);
        known.is_some_and(|known| !known.earlier_paths.iter().any(|path| **path == *old))
    };
    let moves: BTreeMap<&[u8], &[u8]> = renames
        .moved()
        .filter(|(new, old)| is_unknown(new, old))
        .map(|(new, old)| (old, new))
        .collect();
    let mut asked = documents(base, needs);
    asked.retain(|document| moves.contains_key(&*document.path));
    if asked.is_empty() {
        return;
    }
    for (old, older) in ask(asked, of_base, needs, None).documents {
        if let Some(known) = history.documents.get_mut(moves[&*old]) {
            known.continue_with(&old, older);
        }
    }
}

/// The commits that the repository wants to be overlooked.
fn ignored(snapshot: &Snapshot) -> Vec<ObjectId> {
    let bytes = snapshot.read(IGNORED, DOCUMENT_BYTES).unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n');
    let words = lines.filter_map(|line| line.trim_ascii().split(|byte| *byte == b' ').next());
    words.filter_map(ObjectId::from_hex).collect()
}

/// Reads the action items of every content, each content once; what is committed was read when it
/// was judged.
fn add_items(history: &mut History, ops: &Ops, snapshot: &Snapshot) {
    let mut read = judged_items(history, ops);
    let mut contents: BTreeMap<ObjectId, &[u8]> = BTreeMap::new();
    for (path, document) in &history.documents {
        let blobs = document.contents.iter().map(|version| version.blob);
        let older = blobs.filter(|blob| !read.contains_key(blob));
        contents.extend(older.map(|blob| (blob, &**path)));
    }
    let older: BTreeMap<ObjectId, Result<Option<Vec<PastItem>>, Unknown>> = contents
        .into_par_iter()
        .map(|(blob, path)| (blob, items(snapshot, blob, path)))
        .collect();
    let mut missing = older.values().filter_map(|items| items.as_ref().err());
    history.limits.extend(missing.next().cloned());
    let older = older.into_iter();
    read.extend(older.map(|(blob, items)| (blob, items.ok().flatten())));
    for document in history.documents.values_mut() {
        let versions = document.contents.iter().map(|version| ItemVersion {
            change: Some(version.change.clone()),
            items: read.get(&version.blob).cloned().flatten(),
        });
        document.items = versions.collect();
    }
}

/// The action items of the post-mortems that were judged as they are committed.
fn judged_items(history: &History, ops: &Ops) -> BTreeMap<ObjectId, Option<Vec<PastItem>>> {
    let mut judged = BTreeMap::new();
    for document in ops.documents() {
        let Some(report) = document.postmortem.as_deref() else {
            continue;
        };
        let known = history.of(ops.sources.path(document.file));
        let known = known.filter(|known| !known.is_changed && !known.contents.is_empty());
        if let Some(blob) = known.and_then(|known| known.committed) {
            judged.insert(blob, model::past_items(report));
        }
    }
    judged
}

/// The action items of an older content of a post-mortem; none if they cannot be told.
fn items(
    snapshot: &Snapshot,
    blob: ObjectId,
    path: &[u8],
) -> Result<Option<Vec<PastItem>>, Unknown> {
    let bytes = match snapshot.read_blob(blob, DOCUMENT_BYTES) {
        Ok(bytes) => bytes,
        Err(Unreadable::NotFetched { blob }) => return Err(Unknown::Missing(blob)),
        Err(_) => return Ok(None),
    };
    let facts = model::path_facts(path).or_else(|| model::path_facts_of_included(path));
    Ok(facts.and_then(|facts| items_of(&bytes, &facts)))
}

fn items_of(bytes: &[u8], facts: &PathFacts) -> Option<Vec<PastItem>> {
    let lower = || {
        let lines = LineIndex::new(bytes);
        let text = Text::decode(bytes.to_vec(), facts.format);
        let reading: Reading<'_> = model::read(FileId(0), facts, &text, &lines);
        model::older_items(&reading)
    };
    // What cannot be read now need not have been readable then.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(lower)).ok()?
}

/// Marks what was judged and is not what was committed last, where that is asked.
fn mark_changed(history: &mut History, ops: &Ops, snapshot: &Snapshot) {
    let runbooks: BTreeSet<&[u8]> = ops
        .documents()
        .filter(|document| document.kind == Kind::Runbook)
        .map(|document| ops.sources.path(document.file))
        .collect();
    let known = history.documents.iter();
    let asked: Vec<(&[u8], ObjectId)> = known
        .filter(|(path, document)| runbooks.contains(&***path) || !document.contents.is_empty())
        .filter_map(|(path, document)| Some((&**path, document.committed?)))
        .collect();
    let edited = snapshot.edited(&asked, DOCUMENT_BYTES);
    let edited: Vec<Box<[u8]>> = edited.into_iter().map(Box::from).collect();
    for path in edited {
        if let Some(document) = history.documents.get_mut(&path) {
            document.is_changed = true;
        }
    }
}

/// What is known of base's documents, and what head's add to that: one content, whatever commits
/// led to it.
fn split(
    head: &History,
    base: &Ops,
    snapshot: &Snapshot,
) -> (History, BTreeMap<Box<[u8]>, DocumentHistory>) {
    let mut newer: BTreeMap<&[u8], &[u8]> = BTreeMap::new();
    for (path, document) in &head.documents {
        let earlier = document.earlier_paths.iter();
        newer.extend(earlier.map(|earlier| (&**earlier, &**path)));
    }
    newer.extend(head.documents.keys().map(|path| (&**path, &**path)));
    let mut changed = head.documents.clone();
    for document in changed.values_mut() {
        document.items.clear();
    }
    let mut older = History {
        documents: BTreeMap::new(),
        ..head.clone()
    };
    for document in base.documents() {
        let path = base.sources.path(document.file);
        let Some(name) = newer.get(path) else {
            continue;
        };
        let known = &head.documents[*name];
        let known = before_change(known, document, blob_of(snapshot, path));
        if let Some(changed) = changed.get_mut(*name) {
            changed.items.clone_from(&known.items);
        }
        older.documents.insert(path.into(), known);
    }
    (older, changed)
}

/// What a document's history was when base had it.
fn before_change(
    head: &DocumentHistory,
    document: &Document,
    blob: Option<ObjectId>,
) -> DocumentHistory {
    let mut contents = head.contents.iter();
    let at = contents.position(|version| Some(version.blob) == blob);
    let mut known = DocumentHistory {
        contents: at.map_or_else(Vec::new, |at| head.contents[at..].to_vec()),
        items: at.map_or_else(Vec::new, |at| head.items[at..].to_vec()),
        ..head.clone()
    };
    if at.is_none() {
        let report = document.postmortem.as_deref();
        known.items = vec![ItemVersion {
            change: None,
            items: report.and_then(model::past_items),
        }];
    }
    if head.committed != blob {
        known.last = Fact::Unknown(Unknown::NotLoaded);
    }
    known
}

fn blob_of(snapshot: &Snapshot, path: &[u8]) -> Option<ObjectId> {
    let files = snapshot.files();
    let at = files.binary_search_by(|file| (*file.path).cmp(path)).ok()?;
    files[at].blob
}
