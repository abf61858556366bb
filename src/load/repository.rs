//! Finds a repository, and says what the root is in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Oid, Repository, RepositoryOpenFlags};

use super::{Error, Git, Plain, Variables};
use crate::model::ObjectId;

/// What was found at a root, or above it.
pub(super) enum Found {
    Repository(Repository),
    Nothing(Plain),
}

/// The root that is meant: the path, or the nearest marked directory from `current` upwards.
pub(super) fn root(path: Option<&Path>, current: &Path) -> Result<PathBuf, Error> {
    match path {
        Some(path) => canonical(path),
        None => Ok(nearest_root(&canonical(current)?)),
    }
}

pub(super) fn canonical(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize()
        .map_err(|source| Error::from_io(path, source))
}

/// See [`super::marked_folder`].
pub(super) fn marked_folder(path: &Path) -> Option<PathBuf> {
    let marked = |directory: &&Path| has(directory, "prepcheck.yaml") || has(directory, ".git");
    path.ancestors().find(marked).map(Path::to_owned)
}

/// The repository at the root, or at the nearest directory above it that has one.
///
/// Only a `.git` counts above the root: what merely looks like git's own directory may have been
/// committed by anybody.
pub(super) fn find(root: &Path) -> Result<Found, Error> {
    for directory in root.ancestors() {
        if directory != root && !has(directory, ".git") {
            continue;
        }
        match open(directory) {
            Ok(repository) => return Ok(Found::Repository(repository)),
            Err(error) if error.code() != ErrorCode::NotFound => {
                return Err(Error::from_git(directory, &error));
            }
            Err(_) if directory.join(".git").is_file() => {
                return Ok(Found::Nothing(Plain::LostRepository));
            }
            Err(_) => {}
        }
    }
    Ok(Found::Nothing(Plain::NoRepository))
}

/// The repository that git's own variables name, if the root belongs to it, else the one that is
/// found; the index file that is in use there, if it is another than usual.
pub(super) fn find_by(
    root: &Path,
    current: &Path,
    variables: &Variables,
) -> Result<(Found, Option<PathBuf>), Error> {
    let index = variables.index.clone();
    let Some(directory) = &variables.directory else {
        return Ok((find(root)?, index));
    };
    let directory = current.join(directory);
    let named = open(&directory).map_err(|error| Error::from_git(&directory, &error))?;
    if top(&named).is_ok_and(|top| root.starts_with(top)) {
        return Ok((Found::Repository(named), index));
    }
    Ok((find(root)?, None))
}

/// Opens exactly this directory's repository.
pub(super) fn open(directory: &Path) -> Result<Repository, git2::Error> {
    // Hashing every object again doubles the time of a walk, and guards against bad disks only.
    git2::opts::strict_hash_verification(false);
    let nowhere: [&OsStr; 0] = [];
    Repository::open_ext(directory, RepositoryOpenFlags::NO_SEARCH, nowhere)
}

/// The top of the work tree; the repository itself, if it is bare.
pub(super) fn top(repository: &Repository) -> Result<PathBuf, Error> {
    canonical(repository.workdir().unwrap_or(repository.path()))
}

/// The path of `root` below `top`, `/`-separated.
pub(super) fn prefix(top: &Path, root: &Path) -> Option<Vec<u8>> {
    let below = root.strip_prefix(top).ok()?;
    let parts: Vec<&[u8]> = below.iter().map(OsStr::as_encoded_bytes).collect();
    Some(parts.join(&b'/'))
}

/// What is known of a repository once the root's place in it and the newest commit are.
pub(super) fn describe(repository: &Repository, prefix: Vec<u8>, newest: Option<Oid>) -> Git {
    Git {
        directory: repository.path().to_owned(),
        prefix: prefix.into(),
        newest: newest.map(object_id),
    }
}

/// The commit that is checked out, if there is one.
pub(super) fn checked_out(repository: &Repository) -> Option<Oid> {
    let head = repository.head().ok()?;
    head.peel_to_commit().ok().map(|commit| commit.id())
}

pub(super) fn object_id(id: Oid) -> ObjectId {
    let mut bytes = [0; 20];
    for (to, from) in bytes.iter_mut().zip(id.as_bytes()) {
        *to = *from;
    }
    ObjectId(bytes)
}

fn nearest_root(current: &Path) -> PathBuf {
    marked_folder(current).unwrap_or_else(|| current.to_owned())
}

fn has(directory: &Path, name: &str) -> bool {
    directory.join(name).symlink_metadata().is_ok()
}
