//! Whether the scripts are there that runbooks run, asked of the listing of a snapshot.
//!
//! A page does not say from which folder its commands are run. From the root, from its own folder
//! and from any between them is right; so is a path that fits below some other folder, which the
//! page may name in words.

use std::collections::BTreeMap;

use super::leads::{add_meant, prefix, presence};
use crate::load::Snapshot;
use crate::model::{Lead, Leads, Ops, Presence, ScriptCall, joined_path};

/// Asks for each script of each document once.
pub(super) fn find(snapshot: &Snapshot, ops: &Ops) -> Leads {
    let mut leads = Leads::default();
    // The top of the repository, from which scripts are run, is not here.
    if !prefix(snapshot).is_empty() {
        return leads;
    }
    for document in ops.documents() {
        let calls = document
            .runbook
            .iter()
            .flat_map(|runbook| &runbook.calls.scripts);
        let calls: BTreeMap<&str, &ScriptCall> = calls.map(|call| (&*call.path, call)).collect();
        let own = String::from_utf8_lossy(ops.sources.path(document.file));
        let found = calls.into_iter();
        let found = found.map(|(path, call)| (path.into(), lead(snapshot, &own, call)));
        leads.insert(document.file, found.collect());
    }
    forget_what_fits_below(snapshot, &mut leads);
    add_meant(snapshot, &mut leads);
    leads
}

fn lead(snapshot: &Snapshot, own: &str, call: &ScriptCall) -> Lead {
    let mut folder = own;
    let mut is_kept = !call.may_be_built();
    loop {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let Some(path) = joined_path(folder, &call.path) else {
            return Lead::Unknown;
        };
        match presence(snapshot, path.as_bytes()) {
            Presence::File => return Lead::File(path.into()),
            Presence::Folder | Presence::Unknown => return Lead::Unknown,
            Presence::Absent => {}
        }
        // What builds write has a folder that git ignores.
        let beside = path.rsplit_once('/').map(|(beside, _)| beside);
        is_kept |= beside.is_some_and(|beside| snapshot.contains_dir(beside.as_bytes()));
        if folder.is_empty() {
            break;
        }
    }
    match is_kept {
        true => Lead::Nowhere { meant: None },
        false => Lead::Unknown,
    }
}

/// Makes unknown what a file's path ends with: a bare name is no path yet.
fn forget_what_fits_below(snapshot: &Snapshot, leads: &mut Leads) {
    let mut fits: BTreeMap<String, bool> = BTreeMap::new();
    for (path, lead) in leads.iter_mut() {
        let path = joined_path("", path).filter(|path| path.contains('/'));
        let is_missing = matches!(lead, Lead::Nowhere { .. });
        fits.extend(path.filter(|_| is_missing).map(|path| (path, false)));
    }
    if fits.is_empty() {
        return;
    }
    for file in snapshot.files() {
        let mut rest = str::from_utf8(&file.path).unwrap_or_default();
        while let Some((_, below)) = rest.split_once('/') {
            if let Some(fits) = fits.get_mut(below) {
                *fits = true;
            }
            rest = below;
        }
    }
    for (path, lead) in leads.iter_mut() {
        let path = joined_path("", path);
        if path.is_some_and(|path| fits.get(&path) == Some(&true)) {
            *lead = Lead::Unknown;
        }
    }
}
