//! What git knows of documents, learnt in one walk.
//!
//! Nobody is asked once a file. [`graph`] reads the commits, no further back than is asked for;
//! [`trees`] compares each with its parents, and only in the folders where documents lie or have
//! lain; [`follow`] goes over what changed, the newest first, and follows documents through
//! renames.
//!
//! Most of the time goes into reading trees, which needs no document to be read. So [`ahead`] does
//! that for the folders where documents are likely to lie, on one core, while the others read the
//! documents; what was guessed wrong is read afterwards. More cores would not help: git's library
//! has one lock for whatever is read from a pack.
//!
//! A change counts for a merge only if its content is that of no parent. A rename is a new path
//! with the content of one that the same commit removed, or else one with most of its words
//! ([`reworded`]), which is a change as well.
//!
//! Where history is cut off, replaced, damaged or wrongly dated, the walk ends there, and what
//! would follow from it is unknown.

mod follow;
mod graph;
mod reworded;
#[cfg(test)]
mod tests;
mod trees;

use std::collections::{HashMap, HashSet};
use std::fmt;

use git2::{Odb, OdbObject, Oid, Repository};
use jiff::Timestamp;

use super::{Git, repository};
use crate::model::{DocumentHistory, History, ObjectId, Unknown};
use follow::Follower;
use graph::Graph;
use reworded::{Reworded, Sources};
use trees::{Changed, Folders, Worker};

/// Commits that are compared before what changed is gone over. Folders that renames lead to are
/// known only then, and are looked up again in the commits of the block.
const BLOCK: usize = 512;

/// What is to be learnt.
///
/// The walk ends at the horizon, with what was found until then.
#[derive(Clone, Debug)]
pub struct Asked {
    pub documents: Vec<AskedDocument>,
    /// How far back; none for all of it.
    pub since: Option<Timestamp>,
    /// The time of the run: later commits are wrongly dated.
    pub now: Timestamp,
    /// Commits that count as no change, as `.git-blame-ignore-revs` lists them.
    pub ignored: Vec<ObjectId>,
}

#[derive(Clone, Debug)]
pub struct AskedDocument {
    /// Below the root.
    pub path: Box<[u8]>,
    /// Whether its contents are wanted, and not their number alone.
    pub contents: bool,
}

/// The commits and what they changed where documents are likely to lie.
///
/// It spares a walk as far as that asks for the same, and never changes what it finds.
pub struct Ahead {
    newest: ObjectId,
    since: Option<Timestamp>,
    now: Timestamp,
    graph: Graph,
    known: Known,
}

impl fmt::Debug for Ahead {
    /// Without the commits: there may be a million.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead")
            .field("newest", &self.newest)
            .field("since", &self.since)
            .field("commits", &self.graph.order.len())
            .finish_non_exhaustive()
    }
}

/// What commits changed in some folders.
#[derive(Default)]
struct Known {
    folders: Folders,
    /// The newest commit's files there.
    files: Changed,
    changed: HashMap<ObjectId, Changed>,
    /// Files for which it was searched what they were moved from.
    searched: HashSet<Vec<u8>>,
    /// Files moved from elsewhere, and the place of that commit: those behind it were compared in
    /// their folders too.
    moved: HashMap<Vec<u8>, usize>,
}

/// See [`super::Snapshot::history`].
pub(super) fn load(git: &Git, asked: &Asked, ahead: Option<Ahead>) -> History {
    let Some(newest) = git.newest else {
        return unknown(asked, Unknown::NotCommitted);
    };
    let history = without_cache(|| walk(git, newest, asked, ahead));
    history.unwrap_or_else(|reason| unknown(asked, reason))
}

/// See [`super::Snapshot::history_ahead`].
pub(super) fn ahead(git: &Git, asked: &Asked) -> Option<Ahead> {
    let newest = git.newest?;
    without_cache(|| read_ahead(git, newest, asked)).ok()
}

/// What is read here is kept here, for as long as it is of use.
fn without_cache<T>(read: impl FnOnce() -> T) -> T {
    git2::opts::enable_caching(false);
    let done = read();
    git2::opts::enable_caching(true);
    done
}

/// Nothing is known of any document, for one reason.
pub(super) fn unknown(asked: &Asked, reason: Unknown) -> History {
    let mut history = History::unknown(reason.clone());
    for document in &asked.documents {
        let known = DocumentHistory::unknown(reason.clone());
        history.documents.insert(document.path.clone(), known);
    }
    history
}

fn read_ahead(git: &Git, newest: ObjectId, asked: &Asked) -> Result<Ahead, Unknown> {
    let repository = open(git, newest)?;
    let graph = Graph::read(&repository, newest, asked)?;
    let mut follower = Follower::new(asked, &git.prefix);
    let mut walk = Walk::new(&repository, &graph, newest, Known::default())?;
    for path in follower.paths() {
        walk.look_into(path);
    }
    let mut known = Known {
        files: walk.files()?,
        ..Known::default()
    };
    for path in follower.paths() {
        known.folders.add_folder_of(path);
    }
    walk.kept = Some(known);
    walk.run(&mut follower);
    let mut known = walk.finish();
    let searched = follower.unmoved().map(<[u8]>::to_vec);
    known.searched = searched
        .filter(|path| !known.moved.contains_key(path))
        .collect();
    Ok(Ahead {
        newest,
        since: asked.since,
        now: asked.now,
        graph,
        known,
    })
}

fn walk(
    git: &Git,
    newest: ObjectId,
    asked: &Asked,
    ahead: Option<Ahead>,
) -> Result<History, Unknown> {
    let repository = open(git, newest)?;
    let read = || Graph::read(&repository, newest, asked);
    let (graph, known) = match ahead.filter(|ahead| ahead.newest == newest) {
        Some(ahead) if ahead.since == asked.since && ahead.now == asked.now => {
            (ahead.graph, ahead.known)
        }
        Some(ahead) => {
            let moved = HashMap::new();
            (
                read()?,
                Known {
                    moved,
                    ..ahead.known
                },
            )
        }
        None => (read()?, Known::default()),
    };
    let mut follower = Follower::new(asked, &git.prefix);
    let mut walk = Walk::new(&repository, &graph, newest, known)?;
    for path in follower.paths() {
        walk.look_into(path);
    }
    follower.begin(walk.files()?);
    walk.run(&mut follower);
    Ok(follower.finish(&graph, asked))
}

fn open(git: &Git, newest: ObjectId) -> Result<Repository, Unknown> {
    repository::open(&git.directory).map_err(|_| Unknown::Corrupt(newest))
}

/// A walk over the commits.
struct Walk<'r> {
    graph: &'r Graph,
    worker: Worker<'r>,
    reworded: Reworded,
    /// With all folders that are looked into.
    known: Known,
    /// Those of them that known commits were not compared in.
    unknown: Folders,
    /// What is kept for another walk.
    kept: Option<Known>,
}

/// What a commit changed.
struct Found {
    files: Changed,
    /// Whether it was known before the walk.
    is_known: bool,
}

impl<'r> Walk<'r> {
    fn new(
        repository: &'r Repository,
        graph: &'r Graph,
        newest: ObjectId,
        known: Known,
    ) -> Result<Walk<'r>, Unknown> {
        let objects = repository.odb().map_err(|_| Unknown::Corrupt(newest))?;
        Ok(Walk {
            graph,
            worker: Worker::new(objects),
            reworded: Reworded::new(),
            known,
            unknown: Folders::default(),
            kept: None,
        })
    }

    /// Adds the folder of a file; whether it is new.
    fn look_into(&mut self, path: &[u8]) -> bool {
        let is_new = self.known.folders.add_folder_of(path);
        if is_new {
            self.unknown.add_folder_of(path);
        }
        is_new
    }

    /// The files of the newest commit.
    fn files(&mut self) -> Result<Changed, Unknown> {
        let mut files = std::mem::take(&mut self.known.files);
        let tree = self.graph.newest_tree();
        let unknown = &self.unknown;
        self.worker.compare(tree, &[], unknown, &mut files)?;
        Ok(files)
    }

    fn changed(&mut self, commit: u32) -> Result<Found, Unknown> {
        let known = self.known.changed.remove(&self.graph.id(commit));
        let is_known = known.is_some();
        let mut files = known.unwrap_or_default();
        let folders = match is_known {
            true => &self.unknown,
            false => &self.known.folders,
        };
        let (tree, parents) = self.graph.trees(commit);
        self.worker.compare(tree, &parents, folders, &mut files)?;
        if is_known && !folders.is_empty() {
            once(&mut files);
        }
        Ok(Found { files, is_known })
    }

    /// Adds what files that are followed and new were moved from, wherever that lay.
    fn with_sources(
        &mut self,
        commit: u32,
        found: Found,
        follower: &Follower,
    ) -> Result<Changed, Unknown> {
        let Found {
            mut files,
            is_known,
        } = found;
        let searched = &self.known.searched;
        let follows =
            |path: &[u8]| follower.follows(path) && !(is_known && searched.contains(path));
        let (tree, parents) = self.graph.trees(commit);
        if let [parent] = *parents {
            self.worker.add_sources(tree, parent, follows, &mut files)?;
        }
        Ok(files)
    }

    /// What files that are followed and new were moved from and changed.
    fn reworded(&mut self, commit: u32, files: &Changed, follower: &Follower) -> Sources {
        match self.graph.trees(commit).1.len() {
            1 => {
                let follows = |path: &[u8]| follower.follows(path);
                let objects = self.worker.objects();
                self.reworded.sources(objects, files, follows)
            }
            _ => Sources::new(),
        }
    }

    /// What was kept.
    fn finish(self) -> Known {
        self.kept.unwrap_or_default()
    }

    fn run(&mut self, follower: &mut Follower) {
        let graph = self.graph;
        for (number, block) in graph.order.chunks(BLOCK).enumerate() {
            if !self.go_over(number * BLOCK, block, follower) {
                break;
            }
        }
    }

    /// Whether the walk can go on behind these commits, of which the first has this place.
    fn go_over(&mut self, start: usize, block: &[u32], follower: &mut Follower) -> bool {
        let changed = block.iter().map(|commit| self.changed(*commit));
        let mut changed: Vec<Option<Result<Found, Unknown>>> = changed.map(Some).collect();
        for at in 0..block.len() {
            let commit = block[at];
            let Some(found) = changed[at].take() else {
                continue;
            };
            let found = found.and_then(|found| self.with_sources(commit, found, follower));
            let found = match found {
                Ok(found) => found,
                Err(reason) => {
                    follower.stop(reason);
                    return false;
                }
            };
            let new = match self.graph.boundary(commit) {
                Some(reason) => follower.cut(&found, reason),
                None => {
                    let sources = self.reworded(commit, &found, follower);
                    follower.apply(commit, &found, &sources)
                }
            };
            self.keep(start + at, (commit, found), &new);
            let mut sought = Folders::default();
            for path in new {
                let is_known = self.known.moved.get(&path);
                if is_known.is_some_and(|place| *place <= start + at) {
                    self.known.folders.add_folder_of(&path);
                } else if self.look_into(&path) {
                    sought.add_folder_of(&path);
                }
            }
            if !sought.is_empty() {
                self.compare_in(&sought, &block[at + 1..], &mut changed[at + 1..]);
            }
        }
        true
    }

    /// Keeps what was found of the commit at a place, if that is asked.
    fn keep(&mut self, place: usize, (commit, found): (u32, Changed), new: &[Vec<u8>]) {
        let Some(kept) = &mut self.kept else {
            return;
        };
        kept.changed.insert(self.graph.id(commit), found);
        for path in new {
            kept.moved.entry(path.clone()).or_insert(place);
        }
    }

    /// Adds what commits changed in more folders.
    fn compare_in(
        &mut self,
        folders: &Folders,
        commits: &[u32],
        changed: &mut [Option<Result<Found, Unknown>>],
    ) {
        for (commit, known) in commits.iter().zip(changed) {
            let Some(Ok(found)) = known else {
                continue;
            };
            let (tree, parents) = self.graph.trees(*commit);
            let compared = self
                .worker
                .compare(tree, &parents, folders, &mut found.files);
            match compared {
                Ok(()) => once(&mut found.files),
                Err(reason) => *known = Some(Err(reason)),
            }
        }
    }
}

/// Leaves each file once, where folders were compared twice.
fn once(files: &mut Changed) {
    let mut paths = HashSet::new();
    files.retain(|file| paths.insert(file.path.clone()));
}

/// Reads an object, or says that it is missing or broken.
fn read<'o>(objects: &'o Odb<'_>, id: Oid) -> Result<OdbObject<'o>, Unknown> {
    let name = repository::object_id(id);
    objects.read(id).map_err(|error| match error.code() {
        git2::ErrorCode::NotFound => Unknown::Missing(name),
        _ => Unknown::Corrupt(name),
    })
}
