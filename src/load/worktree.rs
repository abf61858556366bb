//! The listing of a directory as it is now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::Repository;
use rayon::prelude::*;

use super::disk::Root;
use super::ignored::{Ignored, Layers};
use super::objects::Objects;
use super::repository::{self, Found};
use super::staged::Tracked;
use super::walk::Walk;
use super::{Contents, Error, File, Plain, Provenance, Snapshot, staged};

/// Directories at the root that are searched for untracked files whatever is tracked there.
const SEARCHED: [&[u8]; 3] = [b"ops", b"docs", b".github"];

/// See [`super::worktree`].
pub(super) fn load(
    path: Option<&Path>,
    current: &Path,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) -> Result<Snapshot, Error> {
    let root = repository::root(path, current)?;
    let mut snapshot = Snapshot {
        contents: Contents::Disk(open(&root)?, None),
        root,
        provenance: Provenance::Plain(Plain::NoRepository),
        files: Vec::new(),
        unlisted: Vec::new(),
        replaced: BTreeMap::new(),
    };
    match repository::find(&snapshot.root)? {
        Found::Repository(repository) if repository.is_bare() => {
            let path = snapshot.root;
            return Err(Error::Bare { path });
        }
        Found::Repository(repository) => add_tracked(&mut snapshot, repository, wanted)?,
        Found::Nothing(why) => {
            snapshot.provenance = Provenance::Plain(why);
            add_plain(&mut snapshot)?;
        }
    }
    Ok(snapshot)
}

fn open(path: &Path) -> Result<Root, Error> {
    Root::open(path).map_err(|source| Error::from_io(path, source))
}

fn add_plain(snapshot: &mut Snapshot) -> Result<(), Error> {
    let ignored = Ignored::within(open(&snapshot.root)?);
    add_untracked(snapshot, &ignored, None, &|_| false);
    Ok(())
}

fn add_tracked(
    snapshot: &mut Snapshot,
    repository: Repository,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) -> Result<(), Error> {
    let top = repository::top(&repository)?;
    let prefix = repository::prefix(&top, &snapshot.root);
    let tracked = match &prefix {
        Some(prefix) => {
            staged::tracked(&repository, prefix).map_err(|error| Error::from_git(&top, &error))?
        }
        // The repository keeps its work tree elsewhere.
        None => Tracked::default(),
    };
    snapshot.files = tracked.files;
    snapshot.unlisted = tracked.unlisted;
    let at_top = prefix.as_ref().is_some_and(Vec::is_empty);
    let Some(prefix) = prefix.filter(|_| at_top || !snapshot.files.is_empty()) else {
        snapshot.provenance = Provenance::Plain(Plain::Untracked);
        return add_plain(snapshot);
    };
    let (ignored, layers) = Ignored::in_repository(&repository, open(&top)?, &prefix);
    let newest = repository::checked_out(&repository);
    let described = repository::describe(&repository, prefix, newest);
    snapshot.provenance = Provenance::Git(described);
    add_untracked(snapshot, &ignored, layers, wanted);
    if let Contents::Disk(_, objects) = &mut snapshot.contents {
        *objects = Some(Objects::of(&repository));
    }
    Ok(())
}

fn add_untracked(
    snapshot: &mut Snapshot,
    ignored: &Ignored,
    layers: Layers,
    wanted: &(dyn Fn(&[u8]) -> bool + Sync),
) {
    let Contents::Disk(disk, _) = &snapshot.contents else {
        return;
    };
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
    snapshot.unlisted.extend(unlisted);
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
