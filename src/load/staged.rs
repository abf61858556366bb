//! The listing of what is about to be committed: git's index.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use git2::{Index, IndexEntry, Repository};

use super::index::{self, Entry};
use super::objects::Objects;
use super::repository::{self, Found};
use super::{Contents, Error, File, FileKind, Place, Provenance, Snapshot};

/// See [`super::staged`].
pub(super) fn load(place: &Place<'_>) -> Result<Snapshot, Error> {
    let root = repository::root(place.path, place.current)?;
    let (found, index) = repository::find_by(&root, place.current, &place.variables)?;
    let Found::Repository(repository) = found else {
        return Err(Error::NoRepository { path: root });
    };
    let top = repository::top(&repository)?;
    if repository.is_bare() {
        return Err(Error::Bare { path: top });
    }
    let Some(prefix) = repository::prefix(&top, &root) else {
        return Err(Error::NoRepository { path: root });
    };
    let mut files = match &index {
        Some(index) => entries_of(&top.join(index), &prefix),
        None => tracked(&repository, &prefix),
    }
    .map_err(|error| Error::from_git(&top, &error))?;
    files.retain(|file| !file.is_announced);
    let newest = repository::checked_out(&repository);
    Ok(Snapshot {
        root,
        provenance: Provenance::Git(repository::describe(&repository, prefix, newest)),
        files,
        unlisted: Vec::new(),
        replaced: BTreeMap::new(),
        older: OnceLock::new(),
        contents: Contents::Git(Objects::new(repository)),
    })
}

/// What the repository's index has below a prefix, sorted; entries in conflict, which it has
/// several times, once.
pub(super) fn tracked(repository: &Repository, prefix: &[u8]) -> Result<Vec<File>, git2::Error> {
    let quickly = quick_entries(&repository.path().join("index"), prefix);
    let files = match quickly {
        Some(files) => files,
        None => slow_entries(&repository.index()?, prefix),
    };
    Ok(in_order(files))
}

/// The same for an index of its own, as git makes one for the hooks of `git commit --only`.
fn entries_of(index: &Path, prefix: &[u8]) -> Result<Vec<File>, git2::Error> {
    let quickly = quick_entries(index, prefix);
    let files = match quickly {
        Some(files) => files,
        None => slow_entries(&Index::open(index)?, prefix),
    };
    Ok(in_order(files))
}

fn in_order(mut files: Vec<File>) -> Vec<File> {
    // Where case is folded, the index is in another order.
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    files
}

fn quick_entries(index: &Path, prefix: &[u8]) -> Option<Vec<File>> {
    let bytes = super::read_file(index, u64::MAX).ok()?;
    let mut files = Vec::new();
    index::entries(&bytes, |entry| files.extend(file(entry, prefix)))?;
    Some(files)
}

fn slow_entries(index: &Index, prefix: &[u8]) -> Vec<File> {
    let file = |found: IndexEntry| {
        let id = repository::object_id(found.id);
        let (flags, extended) = (found.flags, found.flags_extended);
        file(
            &Entry::new(&found.path, found.mode, id.0, flags, extended),
            prefix,
        )
    };
    index.iter().filter_map(file).collect()
}

fn file(entry: &Entry<'_>, prefix: &[u8]) -> Option<File> {
    let path = match prefix {
        b"" => entry.path,
        prefix => entry.path.strip_prefix(prefix)?.strip_prefix(b"/")?,
    };
    Some(File {
        path: path.into(),
        kind: kind(entry.mode),
        tracked: true,
        blob: entry.blob,
        is_sparse: entry.is_sparse,
        is_announced: entry.is_announced,
    })
}

/// What a mode of git says a file is.
pub(super) fn kind(mode: u32) -> FileKind {
    match mode & 0o170_000 {
        0o120_000 => FileKind::Symlink,
        0o160_000 => FileKind::Submodule,
        _ => FileKind::Regular,
    }
}
