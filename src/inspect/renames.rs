//! Which document of base is which of head, where its path changed.
//!
//! A path that both trees have is the same document. Of the others, one that was removed and one
//! that was added are the same if their bytes are equal, and else if they are [`alike`]. A copy is a
//! new document.

use std::collections::{BTreeMap, BTreeSet};

use super::{Inspection, reread};
use crate::finding::Identity;
use crate::load::Snapshot;
use crate::model::Document;
use crate::text::alike::{self, Runs};

/// Documents that are compared by their words; a change that moves and rewrites more than these is
/// no rename.
const COMPARED: usize = 2_000;

/// Paths and units of head by what they were called in base, where that is another name.
#[derive(Debug, Default)]
pub struct Renames {
    paths: BTreeMap<Box<[u8]>, Box<[u8]>>,
    units: BTreeMap<String, String>,
}

/// One of the two trees.
struct Tree<'a> {
    inspection: &'a Inspection,
    snapshot: &'a Snapshot,
}

impl Renames {
    pub(super) fn between(
        [head, base]: [&Inspection; 2],
        [of_head, of_base]: [&Snapshot; 2],
    ) -> Renames {
        let tree = |inspection, snapshot| Tree {
            inspection,
            snapshot,
        };
        let (head, base) = (&tree(head, of_head), &tree(base, of_base));
        let mut added = only_in(head, base);
        let mut removed = only_in(base, head);
        let mut renames = Renames::default();
        renames.add_equal((head, &mut added), (base, &mut removed));
        renames.add_alike((head, &added), (base, &removed));
        renames.add_units(head, base);
        renames
    }

    /// The paths of head that had another one in base, and that.
    pub(super) fn moved(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.paths.iter().map(|(new, old)| (&**new, &**old))
    }

    /// A finding's identity in the terms of base.
    pub fn follow(&self, identity: Identity) -> Identity {
        Identity {
            unit: self.base_unit(&identity.unit).to_owned(),
            document: identity.document.map(|path| self.base_path(&path).into()),
            ..identity
        }
    }

    /// What a path of head was called in base.
    pub fn base_path<'p>(&'p self, path: &'p [u8]) -> &'p [u8] {
        self.paths.get(path).map_or(path, |path| path)
    }

    /// What a unit of head was called in base.
    pub fn base_unit<'p>(&'p self, unit: &'p str) -> &'p str {
        self.units.get(unit).map_or(unit, String::as_str)
    }

    /// Documents of equal bytes, in the order of their paths.
    fn add_equal(
        &mut self,
        (head, added): (&Tree<'_>, &mut Vec<&Document>),
        (base, removed): (&Tree<'_>, &mut Vec<&Document>),
    ) {
        let mut by_content: BTreeMap<_, Vec<&Document>> = BTreeMap::new();
        for document in removed.iter().rev() {
            let content = base.inspection.ops.sources.get(document.file).content;
            by_content.entry(content).or_default().push(document);
        }
        let mut taken = BTreeSet::new();
        added.retain(|document| {
            let content = head.inspection.ops.sources.get(document.file).content;
            let waiting = by_content.get_mut(&content).filter(|_| content.is_some());
            let Some(old) = waiting.and_then(Vec::pop) else {
                return true;
            };
            taken.insert(old.file);
            self.add((head, document), (base, old));
            false
        });
        removed.retain(|document| !taken.contains(&document.file));
    }

    /// Documents that share most of their words, the most alike first.
    fn add_alike(
        &mut self,
        (head, added): (&Tree<'_>, &[&Document]),
        (base, removed): (&Tree<'_>, &[&Document]),
    ) {
        if added.is_empty() || removed.len() > COMPARED || added.len() > COMPARED {
            return;
        }
        let olds: Vec<Runs> = removed.iter().map(|old| runs(base, old)).collect();
        let news: Vec<Runs> = added.iter().map(|new| runs(head, new)).collect();
        for (new, old) in alike::pairs(&news, &olds) {
            self.add((head, added[new]), (base, removed[old]));
        }
    }

    fn add(&mut self, (head, new): (&Tree<'_>, &Document), (base, old): (&Tree<'_>, &Document)) {
        let new = head.inspection.ops.sources.path(new.file);
        let old = base.inspection.ops.sources.path(old.file);
        self.paths.insert(new.into(), old.into());
    }

    /// A unit that is no more is the one that most of its documents went to.
    fn add_units(&mut self, head: &Tree<'_>, base: &Tree<'_>) {
        let folders = |side: &Tree<'_>| -> BTreeSet<String> {
            let units = side.inspection.ops.units.iter();
            units.map(|unit| unit.folder.clone()).collect()
        };
        let (now, before) = (folders(head), folders(base));
        let mut moved: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (new, old) in &self.paths {
            let new = head.inspection.ops.unit_of_path(new);
            let old = base.inspection.ops.unit_of_path(old);
            if !before.contains(new) && !now.contains(old) {
                *moved.entry((new.to_owned(), old.to_owned())).or_default() += 1;
            }
        }
        let mut moved: Vec<_> = moved.into_iter().collect();
        moved.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
        let mut taken = BTreeSet::new();
        for ((new, old), _) in moved {
            if !self.units.contains_key(&new) && taken.insert(old.clone()) {
                self.units.insert(new, old);
            }
        }
    }
}

/// The documents of one tree whose paths the other has not.
fn only_in<'a>(one: &Tree<'a>, other: &Tree<'_>) -> Vec<&'a Document> {
    let paths = |side: &Tree<'a>| side.inspection.ops.documents();
    let others = other.inspection.ops.documents();
    let others: BTreeSet<&[u8]> = others
        .map(|document| other.inspection.ops.sources.path(document.file))
        .collect();
    let path = |document: &&Document| one.inspection.ops.sources.path(document.file);
    paths(one)
        .filter(|document| !others.contains(path(document)))
        .collect()
}

fn runs(side: &Tree<'_>, document: &Document) -> Runs {
    let sources = &side.inspection.ops.sources;
    Runs::of(&reread(side.snapshot, sources, document.file).unwrap_or_default())
}
