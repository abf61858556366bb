//! The listing of a revision, from git's objects and without a check-out.

use std::collections::BTreeMap;

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};

use super::cached_trees::CachedTrees;
use super::objects::Objects;
use super::repository::{self, Found};
use super::{Contents, Error, File, Place, Provenance, Reason, Snapshot, Unlisted, staged, walk};

/// Files of a revision, or of a folder of a sparse index. A few kilobytes of trees can stand for any number of paths, where the same
/// tree is named again and again.
pub(super) const FILES: usize = 2_000_000;

/// See [`super::revision`].
pub(super) fn load(place: &Place<'_>, revision: &str) -> Result<Snapshot, Error> {
    let root = repository::root(place.path, place.current)?;
    let (found, _) = repository::find_by(&root, place.current, &place.variables)?;
    let Found::Repository(repository) = found else {
        return Err(Error::NoRepository { path: root });
    };
    let top = repository::top(&repository)?;
    let Some(prefix) = repository::prefix(&top, &root) else {
        return Err(Error::NoRepository { path: root });
    };
    let (newest, tree) = resolve(&repository, revision)
        .map_err(|error| Error::unknown_revision(&repository, &top, revision, &error))?;
    let unreadable = |error: git2::Error| Error::from_git(&top, &error);
    let tree = match prefix.as_slice() {
        b"" => Some(tree),
        prefix => subtree(&repository, tree, prefix).map_err(unreadable)?,
    };
    let mut listing = Listing::new(&repository);
    if prefix.is_empty() {
        listing.cached = CachedTrees::read(&repository);
    }
    if let Some(tree) = tree {
        let is_whole = listing.run(Vec::new(), tree);
        if !is_whole {
            let revision = revision.to_owned();
            return Err(Error::TooManyFiles {
                revision,
                limit: FILES,
            });
        }
    }
    let Listing {
        mut files,
        unlisted,
        ..
    } = listing;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    Ok(Snapshot {
        root,
        provenance: Provenance::Git(repository::describe(&repository, prefix, newest)),
        files,
        unlisted,
        replaced: BTreeMap::new(),
        contents: Contents::Git(Objects::of(&repository)),
    })
}

/// The commit, if it is one, and its tree.
fn resolve(repository: &Repository, revision: &str) -> Result<(Option<Oid>, Oid), git2::Error> {
    let object = repository.revparse_single(revision)?;
    let tree = object.peel(ObjectType::Tree)?.id();
    let commit = object.peel_to_commit().ok().map(|commit| commit.id());
    Ok((commit, tree))
}

/// The tree of a directory; none if there is no such directory.
fn subtree(repository: &Repository, tree: Oid, prefix: &[u8]) -> Result<Option<Oid>, git2::Error> {
    let mut reached = tree;
    for part in prefix.split(|byte| *byte == b'/') {
        let tree = repository.find_tree(reached)?;
        let mut entries = tree.iter();
        let found = entries.find(|entry| entry.name_bytes() == part);
        match found.filter(|entry| entry.kind() == Some(ObjectType::Tree)) {
            Some(entry) => reached = entry.id(),
            None => return Ok(None),
        }
    }
    Ok(Some(reached))
}

/// The files below trees.
pub(super) struct Listing<'r> {
    repository: &'r Repository,
    cached: CachedTrees,
    pub(super) files: Vec<File>,
    pub(super) unlisted: Vec<Unlisted>,
}

/// A directory yet to be listed.
struct Pending {
    path: Vec<u8>,
    depth: usize,
    tree: Oid,
}

impl Listing<'_> {
    pub(super) fn new(repository: &Repository) -> Listing<'_> {
        Listing {
            repository,
            cached: CachedTrees::default(),
            files: Vec::new(),
            unlisted: Vec::new(),
        }
    }

    /// Adds what lies below a tree at a path. Whether all files were listed.
    pub(super) fn run(&mut self, path: Vec<u8>, tree: Oid) -> bool {
        let parts = path.split(|byte| *byte == b'/');
        let depth = parts.filter(|part| !part.is_empty()).count();
        let mut pending = vec![Pending { path, depth, tree }];
        while let Some(directory) = pending.pop() {
            if directory.depth > walk::DEPTH {
                self.leave_out(directory.path, Reason::TooDeep);
                continue;
            }
            if let Some(files) = self.cached.files(&directory.path, directory.tree) {
                self.files.extend(files);
                continue;
            }
            match self.repository.find_tree(directory.tree) {
                Ok(tree) => self.list(&directory, &tree, &mut pending),
                Err(error) => self.leave_out(directory.path, missing(directory.tree, &error)),
            }
            if self.files.len() + pending.len() > FILES {
                return false;
            }
        }
        self.unlisted
            .sort_by(|one, other| one.path.cmp(&other.path));
        true
    }

    fn list(&mut self, directory: &Pending, tree: &Tree<'_>, pending: &mut Vec<Pending>) {
        for found in tree {
            let path = walk::below(&directory.path, found.name_bytes());
            let mode = u32::try_from(found.filemode_raw()).unwrap_or_default();
            if found.kind() == Some(ObjectType::Tree) {
                let depth = directory.depth + 1;
                pending.push(Pending {
                    path,
                    depth,
                    tree: found.id(),
                });
                continue;
            }
            self.files.push(File {
                path: path.into(),
                kind: staged::kind(mode),
                tracked: true,
                blob: Some(repository::object_id(found.id())),
                is_sparse: false,
                is_announced: false,
            });
        }
    }

    fn leave_out(&mut self, path: Vec<u8>, reason: Reason) {
        self.unlisted.push(Unlisted {
            path: path.into(),
            reason,
        });
    }
}

fn missing(tree: Oid, error: &git2::Error) -> Reason {
    let id = repository::object_id(tree);
    if error.code() == ErrorCode::NotFound {
        return Reason::Unreadable(super::Unreadable::NotFetched { blob: id });
    }
    let words = crate::text::sanitise::text(error.message());
    let words = format!("git cannot read its object {id}: {words}");
    Reason::Unreadable(super::Unreadable::Other(words))
}
