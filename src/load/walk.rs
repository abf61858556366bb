//! Searches directories for files that git does not track.
//!
//! Only names are read.

use std::collections::BTreeSet;

use super::disk::{Node, Root};
use super::ignored::{Ignored, Layers};
use super::{File, FileKind, Reason, Unlisted, Unreadable, entry, has_below};

/// Directories below one another that are searched; deeper ones are reported.
pub(super) const DEPTH: usize = 64;

/// What is searched, and what is known already.
pub(super) struct Walk<'w> {
    pub(super) disk: &'w Root,
    pub(super) ignored: &'w Ignored,
    /// Sorted by path.
    pub(super) tracked: &'w [File],
    /// The directories with tracked files that are searched all the same.
    pub(super) candidates: BTreeSet<&'w [u8]>,
    pub(super) files: Vec<File>,
    pub(super) unlisted: Vec<Unlisted>,
}

/// A directory yet to be searched.
struct Pending {
    path: Vec<u8>,
    depth: usize,
    layers: Layers,
}

impl Walk<'_> {
    /// Searches the root, where these ignore files hold.
    pub(super) fn run(&mut self, layers: Layers) {
        let mut pending = vec![Pending {
            path: Vec::new(),
            depth: 0,
            layers,
        }];
        while let Some(directory) = pending.pop() {
            if let Err(reason) = self.search(&directory, &mut pending) {
                let path = directory.path.into();
                self.unlisted.push(Unlisted { path, reason });
            }
        }
    }

    fn search(&mut self, directory: &Pending, pending: &mut Vec<Pending>) -> Result<(), Reason> {
        if directory.depth > DEPTH {
            return Err(Reason::TooDeep);
        }
        let mut entries = match self.disk.list(&directory.path) {
            Ok(entries) => entries,
            Err(Unreadable::Vanished) => return Ok(()),
            Err(error) => return Err(Reason::Unreadable(error)),
        };
        // What is left for ignore files must not depend on the disk's order.
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        let has = |name: &[u8]| entries.iter().any(|entry| entry.name == name);
        if directory.depth > 0 && has(b".git") {
            return Err(Reason::NestedRepository);
        }
        let mut layers = directory.layers.clone();
        if has(b".gitignore") {
            layers = self.ignored.enter(layers, &directory.path);
        }
        for found in entries.iter().filter(|found| found.name != b".git") {
            let path = below(&directory.path, &found.name);
            match found.node {
                Node::File(kind) => self.file(path, kind, &layers),
                Node::Directory if self.enters(&path, &layers) => pending.push(Pending {
                    path,
                    depth: directory.depth + 1,
                    layers: layers.clone(),
                }),
                Node::Directory => {}
            }
        }
        Ok(())
    }

    fn file(&mut self, path: Vec<u8>, kind: FileKind, layers: &Layers) {
        if entry(self.tracked, &path).is_some() || self.ignored.hides(layers, &path, false) {
            return;
        }
        self.files.push(File {
            path: path.into(),
            kind,
            tracked: false,
            blob: None,
            is_sparse: false,
            is_announced: false,
        });
    }

    /// Whether a directory may hold untracked files that matter.
    fn enters(&self, path: &[u8], layers: &Layers) -> bool {
        // A submodule, or a directory where git has a file.
        if entry(self.tracked, path).is_some() {
            return false;
        }
        if has_below(self.tracked, path) && !self.candidates.contains(path) {
            return false;
        }
        !self.ignored.hides(layers, path, true)
    }
}

pub(super) fn below(directory: &[u8], name: &[u8]) -> Vec<u8> {
    if directory.is_empty() {
        return name.to_vec();
    }
    [directory, b"/", name].concat()
}
