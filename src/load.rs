//! The only code below the command line that touches disk and git.
//!
//! A [`Snapshot`] is one state of the files to check: a sorted list of paths, and bytes on demand.
//! It is the files as they are now ([`worktree`]), what is about to be committed ([`staged`]) or a
//! [`revision`]; the same content gives the same findings, whichever it is.
//! What is above this module gets plain values and never sees a file handle or a repository.
//!
//! The tree may come from a stranger's pull request, so that much is refused:
//!
//! - No symbolic link is followed in any part of a path, and nothing but a regular file is read:
//!   a link could name `/etc/passwd`, a FIFO would block for ever. What was opened is what is
//!   checked, so that swapping a file while it is being read gains nothing.
//! - A file is written only when that was asked for, and only in place of the bytes that were
//!   judged ([`Snapshot::write`]).
//! - Nothing of a repository is run: no hook, no filter, no helper, and nothing is fetched. A repository of another owner
//!   is refused, as git refuses it.
//! - The listing never asks the disk about a tracked file. Git's index names them; only the
//!   directories that may hold a new document are searched, and each for its names alone.
//!
//! A single file that cannot be read is a value ([`Unreadable`]) for the caller to report, and so
//! is a directory that was left out ([`Unlisted`]). Only a root that cannot be used is an
//! [`enum@Error`].

mod ancestry;
mod cache;
mod cached_trees;
#[cfg(unix)]
mod disk;
#[cfg(not(unix))]
#[path = "load/disk_portable.rs"]
mod disk;
mod error;
mod history;
mod ignored;
mod index;
mod link;
mod objects;
mod repository;
mod revision;
mod staged;
#[cfg(all(test, unix))]
mod tests;
mod unedited;
mod walk;
mod worktree;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

pub use ancestry::Ancestry;
pub use cache::{Cache, CachePlace, Draft, Entry, Stamp};
pub use error::{Error, GitMessage, Remote};
pub use history::{Ahead, Asked, AskedDocument};

use rayon::prelude::*;

use crate::model::{History, ObjectId, Unknown};
use objects::Objects;

/// One state of the files below a root.
pub struct Snapshot {
    root: PathBuf,
    provenance: Provenance,
    /// Sorted by path, each path once.
    files: Vec<File>,
    unlisted: Vec<Unlisted>,
    contents: Contents,
    /// Bytes that stand for a file's own, as if they had been written.
    replaced: BTreeMap<Box<[u8]>, Vec<u8>>,
}

/// Where the bytes come from.
enum Contents {
    /// With git's objects, for files that a sparse work tree leaves out and for older contents.
    Disk(disk::Root, Option<Objects>),
    Git(Objects),
}

/// Whether git knows these files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provenance {
    Git(Git),
    Plain(Plain),
}

/// The repository whose files these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Git {
    /// Git's own directory, such as `…/.git`.
    pub directory: PathBuf,
    /// The root's path below the top of the work tree, `/`-separated; empty at the top.
    pub prefix: Box<[u8]>,
    /// The commit that is read or, for a work tree and an index, the one they build on; none
    /// before the first commit, and for a tree that was named without a commit.
    pub newest: Option<ObjectId>,
}

/// Where a tree of git is looked for.
#[derive(Clone, Debug)]
pub struct Place<'p> {
    /// Exactly the root; else it is searched from `current` upwards, as [`worktree`] says.
    pub path: Option<&'p Path>,
    pub current: &'p Path,
    pub variables: Variables,
}

/// Git's own variables, by which it tells hooks what it works on.
///
/// They are heeded if the root belongs to the repository that they name.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `GIT_DIR`, from the current directory.
    pub directory: Option<PathBuf>,
    /// `GIT_INDEX_FILE`, from the top of the work tree.
    pub index: Option<PathBuf>,
}

/// Why there is no history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Neither the root nor a directory above it is a repository.
    NoRepository,
    /// The root lies in a repository that tracks none of its files.
    Untracked,
    /// A `.git` file leads to a repository that is not there, as when only a linked work tree or
    /// a submodule was copied.
    LostRepository,
}

/// An entry of the listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the root: raw bytes, `/`-separated.
    pub path: Box<[u8]>,
    /// For a tracked file what git says it is, otherwise what the disk says.
    pub kind: FileKind,
    /// Whether git's index holds it. It may be gone from the disk all the same.
    pub tracked: bool,
    /// What git holds of it: in the index, for a work tree. None for what is untracked or in
    /// conflict.
    pub blob: Option<ObjectId>,
    /// It is left out of a sparse work tree.
    is_sparse: bool,
    /// It was announced by `git add --intent-to-add`, and nothing of it is staged.
    is_announced: bool,
}

impl File {
    /// What git holds of both, if that is the same and both are files of the same kind.
    pub fn same_blob(&self, other: &File) -> Option<ObjectId> {
        let is_same = self.kind == other.kind && self.blob == other.blob;
        self.blob.filter(|_| is_same)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Regular,
    Symlink,
    Submodule,
    Special(Special),
}

/// A file that is never opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    Fifo,
    Socket,
    Device,
}

impl Special {
    /// For a message: "is a FIFO".
    pub fn describe(self) -> &'static str {
        match self {
            Special::Fifo => "a FIFO",
            Special::Socket => "a socket",
            Special::Device => "a device",
        }
    }
}

/// A directory whose untracked files were not listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// Path below the root.
    pub path: Box<[u8]>,
    pub reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is a repository of its own.
    NestedRepository,
    /// It lies more than [`walk::DEPTH`] directories deep.
    TooDeep,
    Unreadable(Unreadable),
}

/// Why a single file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not there, though the listing may name it.
    Vanished,
    /// A symbolic link that leads out of the root, or may.
    EscapingSymlink {
        target: Vec<u8>,
    },
    /// A symbolic link that stays inside: its target is read on its own.
    Symlink {
        target: Vec<u8>,
    },
    /// A directory on the way is a symbolic link.
    BelowSymlink,
    /// What it is instead, for a message: "a FIFO", "a directory".
    NotRegular(&'static str),
    /// Larger than the limit; the size in bytes, which may be still growing.
    TooLarge {
        bytes: u64,
    },
    Denied,
    /// Git names its content and does not hold it, as in a partial clone.
    NotFetched {
        blob: ObjectId,
    },
    /// What is committed is a pointer to content that Git LFS keeps elsewhere.
    LfsPointer,
    /// The index holds the sides of a conflict, and no file.
    InConflict,
    /// The system's own words.
    Other(String),
}

/// Why a file was left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// It no longer holds the bytes that were judged.
    Changed,
    /// Nobody may write it, or not whoever runs the program.
    ReadOnly,
    /// It was read from git, and is not on the disk.
    NotInWorktree,
    /// It could not be opened.
    Unreadable(Unreadable),
    /// The system's own words.
    Other(String),
}

/// The files of a directory as they are now.
///
/// A `path` is exactly the root. Without one it is the nearest directory from `current` upwards
/// that has `prepcheck.yaml` or `.git`; if there is none, `current` itself.
///
/// `wanted` says whether a file could be an operations document by its path alone (below the
/// root, `/`-separated). Untracked files are searched for near those, and in directories that hold
/// nothing tracked.
///
/// # Errors
///
/// The root cannot be used, or its repository cannot be read.
pub fn worktree(
    path: Option<&Path>,
    current: &Path,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) -> Result<Snapshot, Error> {
    worktree::load(path, current, wanted)
}

/// The nearest folder at a path or above it that has `prepcheck.yaml` or `.git`.
pub fn marked_folder(path: &Path) -> Option<PathBuf> {
    let path = repository::canonical(path);
    path.ok().and_then(|path| repository::marked_folder(&path))
}

/// The files that are about to be committed: git's index, untouched by what is not staged.
///
/// # Errors
///
/// The root cannot be used, or no repository with an index can be read there.
pub fn staged(place: &Place<'_>) -> Result<Snapshot, Error> {
    staged::load(place)
}

/// The files of a revision, as `git rev-parse` understands it, read without a check-out.
///
/// # Errors
///
/// The root cannot be used, no repository can be read there, or it has no such revision.
pub fn revision(place: &Place<'_>, revision: &str) -> Result<Snapshot, Error> {
    revision::load(place, revision)
}

/// The commits around `head`, for whoever looks for a revision to compare with.
///
/// # Errors
///
/// The root cannot be used, or no repository can be read there.
pub fn ancestry(place: &Place<'_>, head: Option<ObjectId>) -> Result<Ancestry, Error> {
    ancestry::load(place, head)
}

/// The bytes of a file outside every snapshot, named by whoever runs the program.
///
/// Links are followed, and it may be a pipe. What a checked tree names is for [`Snapshot::read`].
///
/// # Errors
///
/// It cannot be read, or has more than `limit` bytes.
#[expect(clippy::disallowed_methods, reason = "this is the border to the disk")]
pub fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let reason = format!("it has more than {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

impl fmt::Debug for Snapshot {
    /// Without the files: there may be a quarter of a million.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("root", &self.root)
            .field("provenance", &self.provenance)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// The root, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Whether git tracks these files.
    pub fn is_git(&self) -> bool {
        matches!(self.provenance, Provenance::Git(_))
    }

    /// All files, sorted by the bytes of their paths, each path once.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Directories that were left out of the search for untracked files, sorted by path.
    pub fn unlisted(&self) -> &[Unlisted] {
        &self.unlisted
    }

    /// Whether the listing has this very path.
    pub fn contains(&self, path: &[u8]) -> bool {
        entry(&self.files, path).is_some()
    }

    /// What the listing says is at this very path.
    pub fn kind(&self, path: &[u8]) -> Option<FileKind> {
        entry(&self.files, path).map(|file| file.kind)
    }

    /// Whether the listing has a file below this path. The root is empty; a submodule counts.
    pub fn contains_dir(&self, path: &[u8]) -> bool {
        let submodule =
            entry(&self.files, path).is_some_and(|file| file.kind == FileKind::Submodule);
        path.is_empty() || submodule || has_below(&self.files, path)
    }

    /// The bytes of a file, at most `limit` of them.
    ///
    /// May be called from many threads at once.
    ///
    /// # Errors
    ///
    /// Anything but a regular file of at most `limit` bytes inside the root.
    pub fn read(&self, path: &[u8], limit: u64) -> Result<Vec<u8>, Unreadable> {
        let (bytes, _) = self.read_stamped(path, limit)?;
        Ok(bytes)
    }

    /// The bytes of a file as [`Snapshot::read`] gives them, and what tells whether it is still
    /// the same another time; nothing for what is not read from the disk.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::read`].
    pub fn read_stamped(
        &self,
        path: &[u8],
        limit: u64,
    ) -> Result<(Vec<u8>, Option<Stamp>), Unreadable> {
        if let Some(bytes) = self.replaced.get(path) {
            return Ok((bytes.clone(), None));
        }
        match entry(&self.files, path).map(|file| file.kind) {
            Some(FileKind::Special(special)) => {
                return Err(Unreadable::NotRegular(special.describe()));
            }
            Some(FileKind::Submodule) => return Err(Unreadable::NotRegular("a submodule")),
            Some(FileKind::Regular | FileKind::Symlink) | None => {}
        }
        let unstamped = |bytes| (bytes, None);
        let (bytes, stamp) = match &self.contents {
            Contents::Disk(root, objects) => match (root.read(path, limit), objects) {
                (Err(Unreadable::Vanished), Some(objects)) if self.is_sparse(path) => {
                    objects.read(&self.files, path, limit).map(unstamped)
                }
                (read, _) => read,
            },
            Contents::Git(objects) => objects.read(&self.files, path, limit).map(unstamped),
        }?;
        if is_lfs_pointer(&bytes) {
            return Err(Unreadable::LfsPointer);
        }
        Ok((bytes, stamp))
    }

    /// Whether a file on disk is as it was when it had this stamp.
    pub fn is_unchanged(&self, path: &[u8], stamp: Stamp) -> bool {
        let is_regular = self.kind(path) == Some(FileKind::Regular);
        match &self.contents {
            Contents::Disk(root, _) if is_regular && !self.replaced.contains_key(path) => {
                root.stamp(path) == Some(stamp)
            }
            _ => false,
        }
    }

    /// Whether bytes that were just read are what git knows by this name.
    ///
    /// Of git's own objects that is certain; a file on disk may have been edited since it was added.
    pub fn holds(&self, blob: ObjectId, bytes: &[u8]) -> bool {
        match self.contents {
            Contents::Git(_) => true,
            Contents::Disk(..) => objects::name(bytes) == Some(blob),
        }
    }

    /// Reads a file from now on as if it held these bytes, which git does not hold. Nothing is
    /// written.
    pub fn replace(&mut self, path: &[u8], bytes: Vec<u8>) {
        self.replaced.insert(path.into(), bytes);
        let index = self
            .files
            .binary_search_by(|file| file.path.as_ref().cmp(path));
        if let Some(file) = index.ok().and_then(|index| self.files.get_mut(index)) {
            file.blob = None;
        }
    }

    /// Reads a file as it is again.
    pub fn restore(&mut self, path: &[u8]) {
        self.replaced.remove(path);
    }

    /// Puts new bytes in place of a file's own, all of them or none; permissions stay.
    ///
    /// Between the last look at the old bytes and the new ones lies a moment in which somebody
    /// else's could be lost; it is as short as it can be without a lock that all programs keep.
    ///
    /// # Errors
    ///
    /// Anything but a regular file inside the root that may be written and holds `before`.
    pub fn write(&self, path: &[u8], before: &[u8], after: &[u8]) -> Result<(), Unwritable> {
        match &self.contents {
            Contents::Disk(..) if self.is_sparse(path) => Err(Unwritable::NotInWorktree),
            Contents::Disk(root, _) => root.write(path, before, after),
            Contents::Git(_) => Err(Unwritable::NotInWorktree),
        }
    }

    /// What git knows of documents, in one walk; what it cannot know is said, and no error.
    ///
    /// What was read ahead is not read again.
    pub fn history(&self, asked: &Asked, ahead: Option<Ahead>) -> History {
        match &self.provenance {
            Provenance::Git(git) => {
                if let Some(objects) = self.objects() {
                    objects.close();
                }
                history::load(git, asked, ahead)
            }
            Provenance::Plain(_) => history::unknown(asked, Unknown::NoRepository),
        }
    }

    /// Reads ahead what the walk for some documents needs, while it is not yet certain that they are
    /// the ones to ask for. Nothing where there is no history.
    pub fn history_ahead(&self, asked: &Asked) -> Option<Ahead> {
        match &self.provenance {
            Provenance::Git(git) => history::ahead(git, asked),
            Provenance::Plain(_) => None,
        }
    }

    /// The bytes of a content that git holds, at most `limit` of them; of an older one, say.
    ///
    /// May be called from many threads at once.
    ///
    /// # Errors
    ///
    /// Git does not hold it, or it has more bytes.
    pub fn read_blob(&self, blob: ObjectId, limit: u64) -> Result<Vec<u8>, Unreadable> {
        let objects = self.objects().ok_or(Unreadable::NotFetched { blob })?;
        let bytes = objects.blob(blob, limit)?;
        match is_lfs_pointer(&bytes) {
            true => Err(Unreadable::LfsPointer),
            false => Ok(bytes),
        }
    }

    /// Of some files those that are not what git holds by these names, also where a check-out gave
    /// their lines other ends.
    pub fn edited<'p>(&self, files: &[(&'p [u8], ObjectId)], limit: u64) -> Vec<&'p [u8]> {
        let unedited = match (&self.contents, &self.provenance) {
            (Contents::Disk(root, _), Provenance::Git(git)) => unedited::find(root, git, files),
            _ => HashSet::new(),
        };
        let is_same = |path: &[u8], blob| {
            let is_believed = unedited.contains(path) && !self.replaced.contains_key(path);
            is_believed || self.is_same(path, blob, limit)
        };
        let edited = files
            .par_iter()
            .filter(|(path, blob)| !is_same(path, *blob));
        edited.map(|(path, _)| *path).collect()
    }

    fn is_same(&self, path: &[u8], blob: ObjectId, limit: u64) -> bool {
        let is_git = matches!(self.contents, Contents::Git(_));
        let listed = entry(&self.files, path).and_then(|file| file.blob);
        if is_git && listed == Some(blob) && !self.replaced.contains_key(path) {
            return true;
        }
        let Ok(bytes) = self.read(path, limit) else {
            return false;
        };
        let is_held = |bytes: &[u8]| objects::name(bytes) == Some(blob);
        is_held(&bytes) || is_held(&without_returns(&bytes))
    }

    fn objects(&self) -> Option<&Objects> {
        match &self.contents {
            Contents::Git(objects) => Some(objects),
            Contents::Disk(_, objects) => objects.as_ref(),
        }
    }

    fn is_sparse(&self, path: &[u8]) -> bool {
        entry(&self.files, path).is_some_and(|file| file.is_sparse)
    }
}

/// Lines that end in a line feed alone.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            lines.push(*byte);
        }
    }
    lines
}

/// Whether these bytes stand for content that Git LFS keeps elsewhere.
fn is_lfs_pointer(bytes: &[u8]) -> bool {
    const FIRST_LINE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
    const LONGEST: usize = 1024;
    bytes.len() < LONGEST && bytes.starts_with(FIRST_LINE)
}

/// The entry of exactly this path in a sorted list.
fn entry<'f>(files: &'f [File], path: &[u8]) -> Option<&'f File> {
    let index = files.binary_search_by(|file| file.path.as_ref().cmp(path));
    index.ok().map(|index| &files[index])
}

/// Whether a sorted list has a file below a directory.
fn has_below(files: &[File], directory: &[u8]) -> bool {
    let prefix = [directory, b"/"].concat();
    let first = files.partition_point(|file| file.path.as_ref() < prefix.as_slice());
    files
        .get(first)
        .is_some_and(|file| file.path.starts_with(&prefix))
}
