//! The listing of what is about to be committed: git's index.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{Index, IndexEntry, Oid, Repository};

use super::index::{self, Entry};
use super::objects::Objects;
use super::repository::{self, Found};
use super::revision::{FILES, Listing};
use super::{
    Contents, Error, File, FileKind, Place, Provenance, Reason, Snapshot, Unlisted, Unreadable,
};
use crate::model::ObjectId;

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
    let Tracked {
        mut files,
        unlisted,
    } = match &index {
        Some(index) => entries_of(&repository, &top.join(index), &prefix),
        None => tracked(&repository, &prefix),
    }
    .map_err(|error| Error::from_git(&top, &error))?;
    files.retain(|file| !file.is_announced);
    let newest = repository::checked_out(&repository);
    Ok(Snapshot {
        root,
        provenance: Provenance::Git(repository::describe(&repository, prefix, newest)),
        files,
        unlisted,
        replaced: BTreeMap::new(),
        contents: Contents::Git(Objects::of(&repository)),
    })
}

/// What an index has below a prefix.
#[derive(Default)]
pub(super) struct Tracked {
    /// Sorted; entries in conflict, which it has several times, once.
    pub(super) files: Vec<File>,
    /// Folders of a sparse index whose trees are not to be had.
    pub(super) unlisted: Vec<Unlisted>,
}

/// What the repository's index has below a prefix.
pub(super) fn tracked(repository: &Repository, prefix: &[u8]) -> Result<Tracked, git2::Error> {
    let quickly = quick_entries(repository, &repository.path().join("index"), prefix);
    let tracked = match quickly {
        Some(tracked) => tracked,
        None => slow_entries(&repository.index()?, prefix),
    };
    Ok(in_order(tracked))
}

/// The same for an index of its own, as git makes one for the hooks of `git commit --only`.
fn entries_of(
    repository: &Repository,
    index: &Path,
    prefix: &[u8],
) -> Result<Tracked, git2::Error> {
    let quickly = quick_entries(repository, index, prefix);
    let tracked = match quickly {
        Some(tracked) => tracked,
        None => slow_entries(&Index::open(index)?, prefix),
    };
    Ok(in_order(tracked))
}

fn in_order(mut tracked: Tracked) -> Tracked {
    // Where case is folded, the index is in another order.
    let files = &mut tracked.files;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    tracked
}

fn quick_entries(repository: &Repository, index: &Path, prefix: &[u8]) -> Option<Tracked> {
    let bytes = super::read_file(index, u64::MAX).ok()?;
    let mut tracked = Tracked::default();
    let mut folders = Vec::new();
    index::entries(&bytes, |entry| match (entry.path, entry.blob) {
        ([folder @ .., b'/'], Some(tree)) => folders.push((folder.to_vec(), tree)),
        _ => tracked.files.extend(file(entry, prefix)),
    })?;
    for (folder, tree) in folders {
        add_folder(&mut tracked, repository, prefix, folder, tree);
    }
    Some(tracked)
}

/// A sparse index holds a folder that is not checked out as one entry with its tree.
fn add_folder(
    tracked: &mut Tracked,
    repository: &Repository,
    prefix: &[u8],
    folder: Vec<u8>,
    tree: ObjectId,
) {
    let is_below = |path: &[u8], above: &[u8]| {
        let rest = path.strip_prefix(above);
        above.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    if !is_below(&folder, prefix) && !is_below(prefix, &folder) {
        return;
    }
    let Ok(tree) = Oid::from_bytes(&tree.0) else {
        return;
    };
    let mut listing = Listing::new(repository);
    if !listing.run(folder.clone(), tree) {
        let reason = format!("it stands for more than {FILES} files");
        listing.unlisted = vec![Unlisted {
            path: folder.into(),
            reason: Reason::Unreadable(Unreadable::Other(reason)),
        }];
        listing.files.clear();
    }
    for file in listing.files {
        let path = below_prefix(&file.path, prefix).map(Box::from);
        tracked.files.extend(path.map(|path| File {
            path,
            is_sparse: true,
            ..file
        }));
    }
    for left_out in listing.unlisted {
        let path = below_prefix(&left_out.path, prefix).map(Box::from);
        let reason = left_out.reason;
        tracked
            .unlisted
            .extend(path.map(|path| Unlisted { path, reason }));
    }
}

pub(super) fn below_prefix<'p>(path: &'p [u8], prefix: &[u8]) -> Option<&'p [u8]> {
    match prefix {
        b"" => Some(path),
        prefix => path.strip_prefix(prefix)?.strip_prefix(b"/"),
    }
}

fn slow_entries(index: &Index, prefix: &[u8]) -> Tracked {
    let file = |found: IndexEntry| {
        let id = repository::object_id(found.id);
        let (flags, extended) = (found.flags, found.flags_extended);
        file(
            &Entry::new(&found.path, found.mode, id.0, flags, extended),
            prefix,
        )
    };
    Tracked {
        files: index.iter().filter_map(file).collect(),
        unlisted: Vec::new(),
    }
}

pub(super) fn file(entry: &Entry<'_>, prefix: &[u8]) -> Option<File> {
    let path = below_prefix(entry.path, prefix)?;
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
