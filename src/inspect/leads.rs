//! Where the links of all documents lead, asked of the listing of a snapshot.
//!
//! What is there is what the snapshot lists: what git tracks, and near operations documents and in
//! new folders also what it does not. What git ignores is not there for anybody else.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::load::{FileKind, Provenance, Snapshot};
use crate::model::{
    Document, Hosted, Lead, Leads, Ops, Presence, Tree, decoded, joined_path, likeness,
};

/// Asks for each promise of each document once.
pub(super) fn find(snapshot: &Snapshot, ops: &Ops) -> Leads {
    let prefix = prefix(snapshot);
    let tree = Tree {
        prefix: &prefix,
        look: |path: &str| presence(snapshot, path.as_bytes()),
    };
    let of_document = |document: &Document| {
        let own = String::from_utf8_lossy(ops.sources.path(document.file));
        let promises = document.promises();
        let mut targets: Vec<(&str, bool)> = promises
            .iter()
            .filter(|promise| !promise.is_guess || begins_in_folder(snapshot, &own, promise.target))
            .map(|promise| (promise.target, promise.may_be_from_root))
            .collect();
        targets.sort_unstable();
        targets.dedup();
        let leads = targets.into_iter().map(|(target, may_be_from_root)| {
            let lead = match Hosted::of(target) {
                Some(_) => Lead::Unknown,
                None => tree.lead(&own, target),
            };
            match lead {
                Lead::Nowhere { .. } if may_be_from_root => (target.into(), tree.lead("", target)),
                lead => (target.into(), lead),
            }
        });
        leads.collect()
    };
    let documents: Vec<&Document> = ops.documents().collect();
    let found = documents.par_iter().map(|document| of_document(document));
    let found: Vec<Vec<(Box<str>, Lead)>> = found.collect();
    let mut leads = Leads::default();
    for (document, found) in ops.documents().zip(found) {
        leads.insert(document.file, found);
    }
    add_hosted(&tree, &mut leads);
    add_meant(snapshot, &mut leads);
    leads
}

/// Finds out which addresses on a code host are of this repository. None of its files says where it
/// is hosted, and git's remotes are another matter for each clone; so it is told by the addresses: if
/// several files at addresses with one beginning are here, and most are, then all have to be.
fn add_hosted(tree: &Tree<'_, impl Fn(&str) -> Presence>, leads: &mut Leads) {
    /// Fewer may bear the names of files of another repository.
    const FEWEST: usize = 3;
    let mut found: BTreeMap<String, BTreeMap<String, Presence>> = BTreeMap::new();
    for (target, _) in leads.iter_mut() {
        let Some(hosted) = Hosted::of(target).filter(|_| tree.prefix.is_empty()) else {
            continue;
        };
        let of_base = found.entry(hosted.base.to_owned()).or_default();
        of_base.insert(hosted.path.to_owned(), (tree.look)(&decoded(hosted.path)));
    }
    found.retain(|_, paths| {
        let here = paths
            .values()
            .filter(|presence| **presence == Presence::File);
        let here = here.count();
        here >= FEWEST && here * 4 >= paths.len() * 3
    });
    for (target, lead) in leads.iter_mut() {
        let Some(hosted) = Hosted::of(target) else {
            continue;
        };
        let of_base = found.get(hosted.base);
        *lead = match of_base.and_then(|paths| paths.get(hosted.path)) {
            Some(Presence::File) => Lead::File(decoded(hosted.path).into()),
            Some(Presence::Absent) => Lead::Nowhere { meant: None },
            _ => Lead::Unknown,
        };
    }
}

/// Whether the first folder of a path is there, from the folder of its file or from the root.
fn begins_in_folder(snapshot: &Snapshot, own: &str, path: &str) -> bool {
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let first = path.trim_start_matches("./").split('/').next();
    let first = first.filter(|name| !name.is_empty() && *name != "..");
    let is_there = |folder: &str, name: &str| {
        let path = joined_path(folder, name);
        path.is_some_and(|path| snapshot.contains_dir(path.as_bytes()))
    };
    let begins_by_itself = path.starts_with("./") || path.starts_with("../");
    begins_by_itself || first.is_some_and(|name| is_there(folder, name) || is_there("", name))
}

/// The root's path below the top of its repository.
pub(super) fn prefix(snapshot: &Snapshot) -> Cow<'_, str> {
    match snapshot.provenance() {
        Provenance::Git(git) => String::from_utf8_lossy(&git.prefix),
        Provenance::Plain(_) => Cow::Borrowed(""),
    }
}

pub(super) fn presence(snapshot: &Snapshot, path: &[u8]) -> Presence {
    match snapshot.kind(path) {
        Some(FileKind::Submodule) => return Presence::Folder,
        Some(_) => return Presence::File,
        None if snapshot.contains_dir(path) => return Presence::Folder,
        None => {}
    }
    let mut above = path;
    loop {
        if is_closed(snapshot, above) {
            return Presence::Unknown;
        }
        let Some(slash) = above.iter().rposition(|byte| *byte == b'/') else {
            return Presence::Absent;
        };
        above = &above[..slash];
        // A folder with something listed in it is an ordinary one, and so are those above it.
        if snapshot.kind(above).is_none() && snapshot.contains_dir(above) {
            return Presence::Absent;
        }
    }
}

/// Whether what lies below a path is not listed here.
fn is_closed(snapshot: &Snapshot, path: &[u8]) -> bool {
    let unlisted = snapshot.unlisted();
    let is_left_out = unlisted.binary_search_by(|folder| folder.path.as_ref().cmp(path));
    let kind = snapshot.kind(path);
    is_left_out.is_ok() || matches!(kind, Some(FileKind::Symlink | FileKind::Submodule))
}

/// Adds to links that lead nowhere the one file that bears the name they ask for.
pub(super) fn add_meant(snapshot: &Snapshot, leads: &mut Leads) {
    let mut wanted: BTreeMap<String, Option<Option<Box<str>>>> = BTreeMap::new();
    for (target, lead) in leads.iter_mut() {
        let name = likeness(path_of(target)).filter(|_| matches!(lead, Lead::Nowhere { .. }));
        wanted.extend(name.map(|name| (name.into_owned(), None)));
    }
    if wanted.is_empty() {
        return;
    }
    for file in snapshot.files() {
        let Ok(path) = str::from_utf8(&file.path) else {
            continue;
        };
        let name = likeness(path);
        let Some(found) = name.and_then(|name| wanted.get_mut(&*name)) else {
            continue;
        };
        // A second one makes it a guess.
        *found = Some(found.is_none().then(|| path.into()));
    }
    for (target, lead) in leads.iter_mut() {
        let Lead::Nowhere { meant } = lead else {
            continue;
        };
        let found = likeness(path_of(target)).and_then(|name| wanted.get(&*name));
        *meant = found.cloned().flatten().flatten();
    }
}

fn path_of(target: &str) -> &str {
    &target[..target.find(['#', '?']).unwrap_or(target.len())]
}
