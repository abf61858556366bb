//! Goes over what changed, the newest first, and follows documents through renames.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::graph::Graph;
use super::reworded::Sources;
use super::trees::{Changed, ChangedFile};
use super::{Asked, ObjectId};
use crate::model::{Change, DocumentHistory, Fact, History, Revert, Unknown, Version};

/// So many documents must come at once, and more than half of all, to be an import.
const IMPORT: usize = 5;

pub(super) struct Follower {
    traces: Vec<Trace>,
    /// The trace of each path that is followed, below the top of the repository.
    paths: HashMap<Vec<u8>, usize>,
    /// Commits that brought most of the documents.
    imports: BTreeSet<u32>,
    stopped: Option<Unknown>,
}

/// What is known of one document so far.
struct Trace {
    asked: Box<[u8]>,
    path: Vec<u8>,
    keeps_contents: bool,
    committed: Option<ObjectId>,
    /// The commit that brought it, if no older one is found to have.
    first: Option<u32>,
    /// What changed its content, the newest first, and the content then.
    events: Vec<(u32, ObjectId)>,
    earlier_paths: Vec<Vec<u8>>,
    cut: Option<Unknown>,
}

impl Follower {
    pub(super) fn new(asked: &Asked, prefix: &[u8]) -> Follower {
        let trace = |path: &[u8], keeps_contents| Trace {
            asked: path.into(),
            path: super::super::walk::below(prefix, path),
            keeps_contents,
            committed: None,
            first: None,
            events: Vec::new(),
            earlier_paths: Vec::new(),
            cut: None,
        };
        let documents = asked.documents.iter();
        let traces: Vec<Trace> = documents.map(|d| trace(&d.path, d.contents)).collect();
        let paths = traces.iter().enumerate();
        Follower {
            paths: paths.map(|(at, trace)| (trace.path.clone(), at)).collect(),
            traces,
            imports: BTreeSet::new(),
            stopped: None,
        }
    }

    /// Where the documents lie, below the top of the repository.
    pub(super) fn paths(&self) -> impl Iterator<Item = &[u8]> {
        self.traces.iter().map(|trace| &*trace.path)
    }

    /// Where those documents lie that were never found elsewhere.
    pub(super) fn unmoved(&self) -> impl Iterator<Item = &[u8]> {
        let traces = self.traces.iter();
        let unmoved = traces.filter(|trace| trace.earlier_paths.is_empty());
        unmoved.map(|trace| &*trace.path)
    }

    pub(super) fn follows(&self, path: &[u8]) -> bool {
        self.paths.contains_key(path)
    }

    /// Takes the files of the newest commit.
    pub(super) fn begin(&mut self, files: Changed) {
        for file in files {
            if let Some(at) = self.paths.get(&file.path) {
                self.traces[*at].committed = file.after;
            }
        }
    }

    /// Takes what a commit changed, and what it moved and changed; the paths that documents had
    /// before it.
    pub(super) fn apply(
        &mut self,
        commit: u32,
        changed: &Changed,
        reworded: &Sources,
    ) -> Vec<Vec<u8>> {
        let mut removed = removed(changed);
        let mut moves = Vec::new();
        let mut added = 0;
        for file in changed {
            let (Some(at), Some(after)) = (self.paths.get(&file.path).copied(), file.after) else {
                continue;
            };
            let source = match file.before {
                None => take_source(&mut removed, after, &file.path),
                Some(_) => None,
            };
            if let Some(source) = source {
                moves.push((at, source));
                continue;
            }
            let trace = &mut self.traces[at];
            trace.events.push((commit, after));
            match reworded.get(&file.path) {
                Some(Ok(source)) => moves.push((at, source.clone())),
                Some(Err(reason)) => _ = trace.cut.get_or_insert_with(|| reason.clone()),
                None if file.before.is_none() => {
                    trace.first = Some(commit);
                    added += 1;
                }
                None => {}
            }
        }
        if added >= IMPORT && added * 2 > self.traces.len() {
            self.imports.insert(commit);
        }
        self.rename(moves)
    }

    fn rename(&mut self, moves: Vec<(usize, Vec<u8>)>) -> Vec<Vec<u8>> {
        for (at, _) in &moves {
            self.paths.remove(&self.traces[*at].path);
        }
        for (at, source) in &moves {
            let path = std::mem::replace(&mut self.traces[*at].path, source.clone());
            let trace = &mut self.traces[*at];
            if !trace.earlier_paths.is_empty() || path != *source {
                trace.earlier_paths.push(source.clone());
            }
            self.paths.insert(source.clone(), *at);
        }
        moves.into_iter().map(|(_, source)| source).collect()
    }

    /// Takes the files of a commit behind which nothing is known.
    pub(super) fn cut(&mut self, files: &Changed, reason: &Unknown) -> Vec<Vec<u8>> {
        for file in files {
            if let Some(at) = self.paths.get(&file.path) {
                self.traces[*at].cut.get_or_insert_with(|| reason.clone());
            }
        }
        Vec::new()
    }

    /// Nothing is known of any older commit.
    pub(super) fn stop(&mut self, reason: Unknown) {
        self.stopped.get_or_insert(reason);
    }

    pub(super) fn finish(self, graph: &Graph, asked: &Asked) -> History {
        let end = End {
            graph,
            imports: &self.imports,
            ignored: asked.ignored.iter().copied().collect(),
            rest: self.stopped.clone().or_else(|| {
                let since = asked.since.filter(|_| graph.is_cut_off)?;
                Some(Unknown::Before(since))
            }),
        };
        let mut limits = graph.limits();
        limits.extend(self.stopped);
        let documents = self.traces.into_iter();
        History {
            documents: documents
                .map(|trace| end.document(trace))
                .collect::<BTreeMap<_, _>>(),
            reverts: end.reverts(),
            limits,
            commits: graph.order.len(),
            ..History::default()
        }
    }
}

/// What is needed to say what is known of each document.
struct End<'g> {
    graph: &'g Graph,
    imports: &'g BTreeSet<u32>,
    ignored: BTreeSet<ObjectId>,
    /// Why nothing is known of what is older than all that was walked, if anything is.
    rest: Option<Unknown>,
}

impl End<'_> {
    fn document(&self, trace: Trace) -> (Box<[u8]>, DocumentHistory) {
        if trace.committed.is_none() {
            return (trace.asked, DocumentHistory::unknown(Unknown::NotCommitted));
        }
        let behind = self.behind(&trace);
        let counts = |commit: u32| !self.ignored.contains(&self.graph.id(commit));
        let newest = trace
            .events
            .iter()
            .map(|(commit, _)| *commit)
            .find(|commit| counts(*commit));
        let known = |value: Option<u32>| match (value, &behind) {
            (Some(commit), _) => self.fact(commit),
            (None, reason) => Fact::Unknown(reason.clone().unwrap_or(Unknown::NotCommitted)),
        };
        let whole = |is_whole: Option<Unknown>| is_whole.map_or(Ok(()), Err);
        let first = match (&trace.cut, trace.first) {
            (Some(reason), _) => Fact::Unknown(reason.clone()),
            (None, first) => known(first),
        };
        let history = DocumentHistory {
            last: known(newest.or(trace.first)),
            versions: match whole(behind.clone()) {
                Ok(()) => Fact::Known(trace.events.len()),
                Err(reason) => Fact::Unknown(reason),
            },
            authors: match whole(behind.clone()) {
                Ok(()) => Fact::Known(self.authors(&trace)),
                Err(reason) => Fact::Unknown(reason),
            },
            first,
            committed: trace.committed,
            is_changed: false,
            contents: self.contents(&trace),
            items: Vec::new(),
            earlier_paths: trace.earlier_paths.into_iter().map(Into::into).collect(),
        };
        (trace.asked, history)
    }

    /// Why the document's history is not whole, if it is not.
    fn behind(&self, trace: &Trace) -> Option<Unknown> {
        match (&trace.cut, trace.first) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Some(_)) => None,
            (None, None) => self.rest.clone(),
        }
    }

    fn fact(&self, commit: u32) -> Fact<Change> {
        match self.change(commit) {
            Ok(change) => Fact::Known(change),
            Err(reason) => Fact::Unknown(reason),
        }
    }

    fn change(&self, commit: u32) -> Result<Change, Unknown> {
        self.graph.change(commit, self.imports.contains(&commit))
    }

    fn authors(&self, trace: &Trace) -> Vec<String> {
        let numbers = trace
            .events
            .iter()
            .map(|(commit, _)| self.graph.author_of(*commit));
        let numbers: BTreeSet<u32> = numbers.collect();
        let mut names: Vec<String> = numbers
            .into_iter()
            .map(|number| self.graph.author(number).to_owned())
            .collect();
        names.sort();
        names
    }

    fn contents(&self, trace: &Trace) -> Vec<Version> {
        let events = trace.events.iter().filter(|_| trace.keeps_contents);
        let version = |(commit, blob): &(u32, ObjectId)| {
            let change = self.change(*commit).ok()?;
            Some(Version {
                blob: *blob,
                change,
            })
        };
        events.filter_map(version).collect()
    }

    fn reverts(&self) -> Vec<Revert> {
        let revert = |reverted: &super::graph::Reverted| {
            Some(Revert {
                change: self.change(reverted.commit).ok()?,
                subject: reverted.subject.clone(),
                of: reverted.of,
            })
        };
        let main_line = self.graph.main_line();
        let is_of_main_line = |reverted: &&super::graph::Reverted| {
            let taken_back = reverted.of.and_then(|of| self.graph.index_of(of));
            main_line.contains(&reverted.commit)
                || taken_back.is_some_and(|commit| main_line.contains(&commit))
        };
        let reverts = self.graph.reverts.iter().filter(is_of_main_line);
        let mut reverts: Vec<Revert> = reverts.filter_map(revert).collect();
        reverts.sort_by(|one, other| {
            let key = |revert: &Revert| (revert.change.time, revert.change.commit);
            key(other).cmp(&key(one))
        });
        reverts
    }
}

/// The paths that a commit removed, by what they held.
fn removed(changed: &Changed) -> HashMap<ObjectId, Vec<&[u8]>> {
    let mut removed: HashMap<ObjectId, Vec<&[u8]>> = HashMap::new();
    for ChangedFile {
        path,
        before,
        after,
    } in changed
    {
        if let (Some(before), None) = (before, after) {
            removed.entry(*before).or_default().push(path);
        }
    }
    removed.values_mut().for_each(|paths| paths.sort_unstable());
    removed
}

/// Takes the path that a file was moved from: one of the same name, else the first.
fn take_source(
    removed: &mut HashMap<ObjectId, Vec<&[u8]>>,
    content: ObjectId,
    path: &[u8],
) -> Option<Vec<u8>> {
    let name = |path: &[u8]| path.rsplit(|byte| *byte == b'/').next().map(<[u8]>::to_vec);
    let paths = removed
        .get_mut(&content)
        .filter(|paths| !paths.is_empty())?;
    let same = paths.iter().position(|source| name(source) == name(path));
    Some(paths.remove(same.unwrap_or(0)).to_vec())
}
