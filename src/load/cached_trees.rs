//! Trees whose entries git's index knows already.
//!
//! For each folder in which nothing is staged the index keeps the id of its tree. Most folders of a
//! base are those of the work tree, and listing them from here spares git's objects.

use std::collections::BTreeMap;

use git2::{Oid, Repository};

use super::File;
use super::index::{self, CachedTree};
use super::staged::file;
use crate::model::ObjectId;

/// What the index knows; nothing where it has none, or one that is out of the ordinary.
#[derive(Default)]
pub(super) struct CachedTrees {
    /// In the order of the index, which is that of their paths.
    files: Vec<File>,
    /// By folder the tree, and how many files lie below it.
    trees: BTreeMap<Vec<u8>, (ObjectId, usize)>,
}

impl CachedTrees {
    pub fn read(repository: &Repository) -> CachedTrees {
        let index = repository.path().join("index");
        let bytes = super::read_file(&index, u64::MAX).unwrap_or_default();
        let mut known = CachedTrees::default();
        let mut has_folders = false;
        let rest = index::entries(&bytes, |entry| {
            has_folders |= entry.path.ends_with(b"/");
            known.files.extend(file(entry, b""));
        });
        let trees = rest.and_then(index::cached_trees).unwrap_or_default();
        // A folder of a sparse index stands for any number of files.
        if !has_folders {
            let by_path = |tree: CachedTree| (tree.folder, (tree.id, tree.count));
            known.trees = trees.into_iter().map(by_path).collect();
        }
        known
    }

    /// The files below a folder, if this is its tree.
    pub fn files(&self, folder: &[u8], tree: Oid) -> Option<impl Iterator<Item = File>> {
        let (id, count) = self.trees.get(folder)?;
        if id.0 != tree.as_bytes() {
            return None;
        }
        let start = match folder {
            b"" => Vec::new(),
            folder => [folder, b"/"].concat(),
        };
        let first = self.files.partition_point(|file| *file.path < *start);
        let files = self.files.get(first..first.checked_add(*count)?)?;
        let fits = |file: &File| file.path.starts_with(&start) && file.blob.is_some();
        let files = files.iter().all(fits).then_some(files)?;
        Some(files.iter().map(|file| File {
            is_sparse: false,
            is_announced: false,
            ..file.clone()
        }))
    }
}
