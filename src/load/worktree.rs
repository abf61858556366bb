//! The listing of a directory as it is now.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, IndexEntry, Repository, RepositoryOpenFlags};
use rayon::prelude::*;

use super::disk::Root;
use super::ignored::{Ignored, Layers};
use super::walk::Walk;
use super::{Contents, Error, File, FileKind, Git, Plain, Provenance, Snapshot, index};

/// Directories at the root that are searched for untracked files whatever is tracked there.
const SEARCHED: [&[u8]; 3] = [b"ops", b"docs", b".github"];

/// See [`super::worktree`].
pub(super) fn load(
    path: Option<&Path>,
    current: &Path,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) -> Result<Snapshot, Error> {
    let root = match path {
        Some(path) => canonical(path)?,
        None => nearest_root(&canonical(current)?),
    };
    let mut snapshot = Snapshot {
        contents: Contents::Disk(open(&root)?),
        root,
        provenance: Provenance::Plain(Plain::NoRepository),
        files: Vec::new(),
        unlisted: Vec::new(),
    };
    match find_repository(&snapshot.root)? {
        Found::Repository(repository) => add_tracked(&mut snapshot, &repository, wanted)?,
        Found::Nothing(why) => {
            snapshot.provenance = Provenance::Plain(why);
            add_plain(&mut snapshot)?;
        }
    }
    Ok(snapshot)
}

fn canonical(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize()
        .map_err(|source| Error::from_io(path, source))
}

fn open(path: &Path) -> Result<Root, Error> {
    Root::open(path).map_err(|source| Error::from_io(path, source))
}

fn nearest_root(current: &Path) -> PathBuf {
    let marked = |directory: &&Path| has(directory, "prepcheck.yaml") || has(directory, ".git");
    current.ancestors().find(marked).unwrap_or(current).into()
}

fn has(directory: &Path, name: &str) -> bool {
    directory.join(name).symlink_metadata().is_ok()
}

enum Found {
    Repository(Repository),
    Nothing(Plain),
}

/// The repository at the root, or at the nearest directory above it that has one.
///
/// Only a `.git` counts above the root: what merely looks like git's own directory may have been
/// committed by anybody.
fn find_repository(root: &Path) -> Result<Found, Error> {
    for directory in root.ancestors() {
        if directory != root && !has(directory, ".git") {
            continue;
        }
        match open_repository(directory) {
            Ok(repository) if repository.is_bare() => {
                let path = directory.to_owned();
                return Err(Error::Bare { path });
            }
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

fn open_repository(directory: &Path) -> Result<Repository, git2::Error> {
    // Hashing every object again doubles the time of a walk, and guards against bad disks only.
    git2::opts::strict_hash_verification(false);
    let nowhere: [&OsStr; 0] = [];
    Repository::open_ext(directory, RepositoryOpenFlags::NO_SEARCH, nowhere)
}

fn add_plain(snapshot: &mut Snapshot) -> Result<(), Error> {
    let ignored = Ignored::within(open(&snapshot.root)?);
    add_untracked(snapshot, &ignored, None, &|_| false);
    Ok(())
}

fn add_tracked(
    snapshot: &mut Snapshot,
    repository: &Repository,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) -> Result<(), Error> {
    let top = canonical(repository.workdir().unwrap_or(repository.path()))?;
    let prefix = prefix(&top, &snapshot.root);
    snapshot.files = match &prefix {
        Some(prefix) => {
            tracked_files(repository, prefix).map_err(|error| Error::from_git(&top, &error))?
        }
        // The repository keeps its work tree elsewhere.
        None => Vec::new(),
    };
    let at_top = prefix.as_ref().is_some_and(Vec::is_empty);
    let Some(prefix) = prefix.filter(|_| at_top || !snapshot.files.is_empty()) else {
        snapshot.provenance = Provenance::Plain(Plain::Untracked);
        return add_plain(snapshot);
    };
    let (ignored, layers) = Ignored::in_repository(repository, open(&top)?, &prefix);
    snapshot.provenance = Provenance::Git(Git {
        directory: repository.path().to_owned(),
        prefix: prefix.into(),
    });
    add_untracked(snapshot, &ignored, layers, wanted);
    Ok(())
}

/// The path of `root` below `top`, `/`-separated.
fn prefix(top: &Path, root: &Path) -> Option<Vec<u8>> {
    let below = root.strip_prefix(top).ok()?;
    let parts: Vec<&[u8]> = below.iter().map(OsStr::as_encoded_bytes).collect();
    Some(parts.join(&b'/'))
}

/// What the index has below a prefix; entries in conflict, which it has several times, once.
fn tracked_files(repository: &Repository, prefix: &[u8]) -> Result<Vec<File>, git2::Error> {
    let quickly = quickly_tracked(repository.path(), prefix);
    let mut files = quickly.map_or_else(|| slowly_tracked(repository, prefix), Ok)?;
    // Where case is folded, the index is in another order.
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    Ok(files)
}

fn quickly_tracked(git_directory: &Path, prefix: &[u8]) -> Option<Vec<File>> {
    let directory = Root::open(git_directory).ok()?;
    let bytes = directory.read(b"index", u64::MAX).ok()?;
    let mut files = Vec::new();
    index::entries(&bytes, |path, mode| {
        files.extend(tracked_file(path, mode, prefix));
    })?;
    Some(files)
}

fn slowly_tracked(repository: &Repository, prefix: &[u8]) -> Result<Vec<File>, git2::Error> {
    let index = repository.index()?;
    let file = |entry: IndexEntry| tracked_file(&entry.path, entry.mode, prefix);
    Ok(index.iter().filter_map(file).collect())
}

fn tracked_file(path: &[u8], mode: u32, prefix: &[u8]) -> Option<File> {
    let path = match prefix {
        b"" => path,
        prefix => path.strip_prefix(prefix)?.strip_prefix(b"/")?,
    };
    let kind = match mode & 0o170_000 {
        0o120_000 => FileKind::Symlink,
        0o160_000 => FileKind::Submodule,
        _ => FileKind::Regular,
    };
    Some(File {
        path: path.into(),
        kind,
        tracked: true,
    })
}

fn add_untracked(
    snapshot: &mut Snapshot,
    ignored: &Ignored,
    layers: Layers,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) {
    let Contents::Disk(disk) = &snapshot.contents;
    let mut walk = Walk {
        disk,
        ignored,
        tracked: &snapshot.files,
        candidates: candidates(&snapshot.files, wanted),
        files: Vec::new(),
        unlisted: Vec::new(),
    };
    walk.run(layers);
    let Walk {
        files, unlisted, ..
    } = walk;
    snapshot.files.extend(files);
    snapshot
        .files
        .sort_by(|one, other| one.path.cmp(&other.path));
    snapshot.unlisted = unlisted;
    snapshot
        .unlisted
        .sort_by(|one, other| one.path.cmp(&other.path));
}

/// The directories above tracked files that are wanted.
fn candidates<'f>(
    files: &'f [File],
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) -> BTreeSet<&'f [u8]> {
    let mut candidates = BTreeSet::from(SEARCHED);
    // To judge a path is not free, and there may be a quarter of a million.
    let wanted = files.par_iter().filter(|file| wanted(&file.path));
    for file in wanted.collect::<Vec<_>>() {
        let mut path: &[u8] = &file.path;
        while let Some(slash) = path.iter().rposition(|byte| *byte == b'/') {
            path = &path[..slash];
            if !candidates.insert(path) {
                break;
            }
        }
    }
    candidates
}
