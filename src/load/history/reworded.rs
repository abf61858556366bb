//! Files that one commit moved and changed.

use std::collections::{HashMap, HashSet};

use git2::{Odb, Oid};

use super::trees::Changed;
use crate::limits::DOCUMENT_BYTES;
use crate::model::{ObjectId, Unknown};
use crate::text::alike::{self, Runs};

/// New and removed files of one commit that are compared. A commit that moves and rewrites more
/// than these is no rename.
const COMPARED: usize = 100;

/// Bytes that are compared in one walk: a history can be made in which every commit moves and
/// rewrites the same large files.
const BYTES: usize = 64 * 1024 * 1024;

/// Where files came from by their new paths, or why that cannot be known.
pub(super) type Sources = HashMap<Vec<u8>, Result<Vec<u8>, Unknown>>;

/// Compares files by their words.
pub(super) struct Reworded {
    bytes_left: usize,
}

/// A path and what it held.
type Held<'c> = (&'c [u8], ObjectId);

impl Reworded {
    pub(super) fn new() -> Reworded {
        Reworded { bytes_left: BYTES }
    }

    /// What new files that are followed were made of, among the removed files of the same ending
    /// whose content is nowhere now.
    pub(super) fn sources(
        &mut self,
        objects: &Odb<'_>,
        changed: &Changed,
        follows: impl Fn(&[u8]) -> bool,
    ) -> Sources {
        let (added, removed) = candidates(changed, follows);
        let few = |files: &[Held<'_>]| !files.is_empty() && files.len() <= COMPARED;
        if !few(&added) || !few(&removed) {
            return Sources::new();
        }
        let pairs = self.runs(objects, &added).and_then(|news| {
            let olds = self.runs(objects, &removed)?;
            Ok(alike::pairs(&news, &olds))
        });
        match pairs {
            Ok(pairs) => pairs
                .into_iter()
                .map(|(new, old)| (added[new].0.to_vec(), Ok(removed[old].0.to_vec())))
                .collect(),
            Err(reason) => added
                .iter()
                .map(|(path, _)| (path.to_vec(), Err(reason.clone())))
                .collect(),
        }
    }

    fn runs(&mut self, objects: &Odb<'_>, files: &[Held<'_>]) -> Result<Vec<Runs>, Unknown> {
        let runs = files.iter().map(|(_, content)| self.read(objects, content));
        runs.collect()
    }

    /// The words of a file; none of one that is too large to be a document.
    fn read(&mut self, objects: &Odb<'_>, content: &ObjectId) -> Result<Runs, Unknown> {
        let corrupt = |_| Unknown::Corrupt(*content);
        let id = Oid::from_bytes(&content.0).map_err(corrupt)?;
        let known = objects.read_header(id).map(|(bytes, _)| bytes);
        let most = self
            .bytes_left
            .min(usize::try_from(DOCUMENT_BYTES).unwrap_or(usize::MAX));
        if known.is_ok_and(|bytes| bytes > most) {
            return Ok(Runs::of(b""));
        }
        let object = super::read(objects, id)?;
        self.bytes_left = self.bytes_left.saturating_sub(object.len());
        Ok(Runs::of(object.data()))
    }
}

fn candidates<'c>(
    changed: &'c Changed,
    follows: impl Fn(&[u8]) -> bool,
) -> (Vec<Held<'c>>, Vec<Held<'c>>) {
    let new = changed.iter().filter(|file| file.before.is_none());
    let new = new.filter_map(|file| Some((&*file.path, file.after?)));
    let gone = changed.iter().filter(|file| file.after.is_none());
    let gone = gone.filter_map(|file| Some((&*file.path, file.before?)));
    let contents = |files: &[Held<'_>]| -> HashSet<ObjectId> {
        files.iter().map(|(_, content)| *content).collect()
    };
    let (mut new, mut gone): (Vec<Held<'_>>, Vec<Held<'_>>) = (new.collect(), gone.collect());
    let (now, before) = (contents(&new), contents(&gone));
    new.retain(|(path, content)| follows(path) && !before.contains(content));
    let endings: HashSet<&[u8]> = new.iter().map(|(path, _)| ending(path)).collect();
    gone.retain(|(path, content)| !now.contains(content) && endings.contains(ending(path)));
    (new, gone)
}

/// What stands behind the last dot of a path.
fn ending(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'.').next().unwrap_or_default()
}
