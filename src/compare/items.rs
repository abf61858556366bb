//! Which action items of head were which in base.
//!
//! All items of both trees are set side by side, and not only those that something is said of: of two
//! items that read alike, the one that is still there in its own words is the same one.

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use crate::inspect::Renames;
use crate::model::{ActionItem, ContentId, ItemTraits, same_items};

/// An item with its document in the terms of base, and in its own.
pub(super) struct Item<'a> {
    pub(super) document: &'a [u8],
    pub(super) path: &'a [u8],
    pub(super) item: &'a ActionItem,
    due: Option<String>,
}

/// The items of documents that do not hold the same in both trees.
pub(super) struct Items<'a> {
    pub(super) news: Vec<Item<'a>>,
    pub(super) olds: Vec<Item<'a>>,
    /// Places of an item of base and of the same in head.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Those documents, in the terms of base, each with a number.
    pub(super) numbers: BTreeMap<&'a [u8], usize>,
}

impl<'a> Items<'a> {
    pub(super) fn between(
        head: &Tree<'a>,
        base: &Tree<'a>,
        (renames, none): (&'a Renames, &'a Renames),
    ) -> Items<'a> {
        let (now, before) = (contents(head, renames), contents(base, none));
        let news = all(head, renames, &before);
        let olds = all(base, none, &now);
        let documents = now.keys().chain(before.keys()).copied();
        let differs = |path: &&[u8]| {
            let content = now.get(path).copied().flatten();
            content.is_none() || content != before.get(path).copied().flatten()
        };
        let documents: BTreeSet<&[u8]> = documents.filter(differs).collect();
        let mut items = Items {
            news,
            olds,
            pairs: Vec::new(),
            numbers: documents.into_iter().zip(0..).collect(),
        };
        items.pairs = same_items(&items.traits(&items.olds), &items.traits(&items.news));
        items
    }

    pub(super) fn traits<'i>(&self, list: &'i [Item<'_>]) -> Vec<ItemTraits<'i>> {
        let traits = list.iter().map(|it| ItemTraits {
            document: self.numbers.get(it.document).copied().unwrap_or(usize::MAX),
            text: &it.item.text.value,
            tracker: it.item.tracker.as_ref().map(|link| link.value.as_str()),
            owner: it.item.owners.first().map(|owner| owner.value.as_str()),
            due: it.due.as_deref(),
        });
        traits.collect()
    }

    /// What all items of head were in base.
    pub(super) fn origins(&self) -> Origins {
        let old_of: BTreeMap<usize, usize> =
            self.pairs.iter().map(|(old, new)| (*new, *old)).collect();
        let mut origins = Origins {
            changed: self.numbers.keys().map(|path| path.to_vec()).collect(),
            known: BTreeMap::new(),
        };
        for (index, new) in self.news.iter().enumerate() {
            let old = old_of.get(&index).map(|old| &self.olds[*old]);
            let place = |it: &Item<'_>| (it.document.to_vec(), it.item.text.value.clone());
            let known = origins.known.entry(place(new)).or_default();
            *known = known.take().or(old.map(place));
        }
        origins
    }
}

/// A document and the text of an item in it.
type Known = BTreeMap<(Vec<u8>, String), Option<(Vec<u8>, String)>>;

/// What items of head were in base.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// Documents that do not hold the same in both trees, by their paths in base.
    changed: BTreeSet<Vec<u8>>,
    /// Of these documents, the items of head.
    known: Known,
}

/// What an item of head was in base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin<'o> {
    /// The text of an item in a document of base.
    Item(&'o [u8], &'o str),
    /// It was not there.
    New,
    /// It is none of the items that are there now.
    Unknown,
}

impl Origins {
    /// What an item was, by its text and the path of its document in base.
    pub(super) fn of<'o>(&'o self, document: Option<&'o [u8]>, text: &'o str) -> Origin<'o> {
        let Some(document) = document else {
            return Origin::Unknown;
        };
        if !self.changed.contains(document) {
            return Origin::Item(document, text);
        }
        match self.known.get(&(document.to_vec(), text.to_owned())) {
            Some(Some((document, text))) => Origin::Item(document, text),
            Some(None) => Origin::New,
            None => Origin::Unknown,
        }
    }
}

/// What post-mortems hold, by their path in base.
type Contents<'a> = BTreeMap<&'a [u8], Option<ContentId>>;

fn contents<'a>(tree: &Tree<'a>, renames: &'a Renames) -> Contents<'a> {
    let ops = &tree.inspection.ops;
    let reports = ops.documents().filter(|it| it.postmortem.is_some());
    let sources = reports.map(|it| ops.sources.get(it.file));
    sources
        .map(|source| (renames.base_path(&source.path), source.content))
        .collect()
}

/// The items of documents that do not hold the same in the other tree.
fn all<'a>(tree: &Tree<'a>, renames: &'a Renames, other: &Contents<'_>) -> Vec<Item<'a>> {
    let ops = &tree.inspection.ops;
    let mut all = Vec::new();
    for document in ops.documents() {
        let path = ops.sources.path(document.file);
        let content = ops.sources.get(document.file).content;
        let before = other.get(renames.base_path(path)).copied().flatten();
        if content.is_some() && content == before {
            continue;
        }
        let report = document.postmortem.iter();
        for item in report.flat_map(|report| &report.action_items) {
            all.push(Item {
                document: renames.base_path(path),
                path,
                item,
                due: item.due.day().map(|day| day.to_string()),
            });
        }
    }
    all
}
