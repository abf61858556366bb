//! What git knows of documents, learnt in one walk.
//!
//! Nobody is asked once a file. [`graph`] reads the commits, no further back than is asked for;
//! [`trees`] compares each with its parents, in parallel, and only in the folders where documents
//! lie or have lain; [`follow`] goes over what changed, the newest first, and follows documents
//! through renames.
//!
//! A change counts for a merge only if its content is that of no parent. A rename is a new path
//! with exactly the content of one that the same commit removed.
//!
//! Where history is cut off, replaced, damaged or wrongly dated, the walk ends there, and what
//! would follow from it is unknown.

mod follow;
mod graph;
#[cfg(test)]
mod tests;
mod trees;

use git2::{Odb, OdbObject, Oid, Repository};
use jiff::Timestamp;
use rayon::prelude::*;

use super::{Git, repository};
use crate::model::{DocumentHistory, History, ObjectId, Unknown};
use follow::Follower;
use graph::Graph;
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

/// See [`super::Snapshot::history`].
pub(super) fn load(git: &Git, asked: &Asked) -> History {
    let Some(newest) = git.newest else {
        return unknown(asked, Unknown::NotCommitted);
    };
    // What is read here is kept here, for as long as it is of use.
    git2::opts::enable_caching(false);
    let history = walk(git, newest, asked).unwrap_or_else(|reason| unknown(asked, reason));
    git2::opts::enable_caching(true);
    history
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

fn walk(git: &Git, newest: ObjectId, asked: &Asked) -> Result<History, Unknown> {
    let broken = |_| Unknown::Corrupt(newest);
    let threads = 0..rayon::current_num_threads();
    let opened = threads.map(|_| repository::open(&git.directory));
    let repositories: Vec<Repository> = opened.collect::<Result<_, _>>().map_err(broken)?;
    let objects = repositories.iter().map(Repository::odb);
    let workers = objects.map(|objects| objects.map(Worker::new));
    let mut workers: Vec<Worker<'_>> = workers.collect::<Result<_, _>>().map_err(broken)?;
    let newest = Oid::from_bytes(&newest.0).map_err(broken)?;
    let graph = Graph::read(&repositories[0], newest, asked)?;
    let mut follower = Follower::new(asked, &git.prefix);
    let mut folders = follower.folders();
    follower.begin(workers[0].all(graph.tree(newest), &folders)?);
    for block in graph.order.chunks(BLOCK) {
        let is_done = go_over(block, &graph, &mut workers, &mut follower, &mut folders);
        if !is_done {
            break;
        }
    }
    Ok(follower.finish(&graph, asked))
}

/// Whether the walk can go on behind these commits.
fn go_over(
    block: &[u32],
    graph: &Graph,
    workers: &mut [Worker<'_>],
    follower: &mut Follower,
    folders: &mut Folders,
) -> bool {
    let mut changed = compare(block, graph, workers, follower, folders);
    for at in 0..block.len() {
        let commit = block[at];
        let found = std::mem::replace(&mut changed[at], Ok(Vec::new()));
        let new = match (found, graph.boundary(commit)) {
            (Err(reason), _) => {
                follower.stop(reason);
                return false;
            }
            (Ok(found), Some(reason)) => follower.cut(&found, reason),
            (Ok(found), None) => follower.apply(commit, &found),
        };
        let mut sought = Folders::default();
        for path in new {
            if folders.add_folder_of(&path) {
                sought.add_folder_of(&path);
            }
        }
        if sought.is_empty() {
            continue;
        }
        let older = &block[at + 1..];
        let more = compare(older, graph, workers, follower, &sought);
        for (known, more) in changed[at + 1..].iter_mut().zip(more) {
            match (known, more) {
                (Ok(known), Ok(more)) => known.extend(more),
                (known, Err(reason)) => *known = Err(reason),
                (Err(_), Ok(_)) => {}
            }
        }
    }
    true
}

/// What each of these commits changed in some folders.
fn compare(
    commits: &[u32],
    graph: &Graph,
    workers: &mut [Worker<'_>],
    follower: &Follower,
    folders: &Folders,
) -> Vec<Result<Changed, Unknown>> {
    let share = commits.len().div_ceil(workers.len()).max(1);
    let shares: Vec<Vec<_>> = workers
        .par_iter_mut()
        .zip(commits.par_chunks(share))
        .map(|(worker, commits)| {
            let one = |commit: &u32| {
                let (tree, parents) = graph.trees(*commit);
                worker.compare(tree, &parents, folders, |path| follower.follows(path))
            };
            commits.iter().map(one).collect()
        })
        .collect();
    shares.into_iter().flatten().collect()
}

/// Reads an object, or says that it is missing or broken.
fn read<'o>(objects: &'o Odb<'_>, id: Oid) -> Result<OdbObject<'o>, Unknown> {
    let name = repository::object_id(id);
    objects.read(id).map_err(|error| match error.code() {
        git2::ErrorCode::NotFound => Unknown::Missing(name),
        _ => Unknown::Corrupt(name),
    })
}
