//! What a commit changed, compared tree by tree.
//!
//! A tree that is the same as that of a parent is never opened, and neither is a folder in which
//! no document lies.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use git2::{Oid, Repository};

use crate::load::repository::object_id;
use crate::load::walk;
use crate::model::{ObjectId, Unknown};

/// Bytes of trees that are kept, since a commit's tree is compared again with the one before it.
const KEPT: usize = 8 * 1024 * 1024;

/// Trees that are opened to find where a document was moved from.
const SOUGHT: usize = 10_000;

/// Files that one commit changed.
pub(super) type Changed = Vec<ChangedFile>;

/// A file that a commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChangedFile {
    pub(super) path: Vec<u8>,
    pub(super) before: Option<ObjectId>,
    pub(super) after: Option<ObjectId>,
}

/// The folders that are looked into, as a tree of names.
#[derive(Debug, Default)]
pub(super) struct Folders {
    below: BTreeMap<Vec<u8>, Folders>,
    /// Whether documents lie in it, and not only below it.
    holds_documents: bool,
}

impl Folders {
    /// Adds the folder of a file; whether it is new.
    pub(super) fn add_folder_of(&mut self, path: &[u8]) -> bool {
        let mut folder = self;
        let mut names = path.split(|byte| *byte == b'/');
        names.next_back();
        if names.clone().count() > walk::DEPTH {
            return false;
        }
        for name in names {
            folder = folder.below.entry(name.to_vec()).or_default();
        }
        !std::mem::replace(&mut folder.holds_documents, true)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.below.is_empty() && !self.holds_documents
    }
}

/// One thread's way to the trees.
pub(super) struct Worker {
    repository: Repository,
    kept: HashMap<Oid, Arc<[u8]>>,
    bytes: usize,
}

/// A line of a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line<'t> {
    name: &'t [u8],
    kind: Kind,
    id: &'t [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tree,
    File,
    Submodule,
}

impl Worker {
    pub(super) fn new(repository: Repository) -> Worker {
        Worker {
            repository,
            kept: HashMap::new(),
            bytes: 0,
        }
    }

    /// Every file of a tree that lies in these folders, as if it had just been added.
    pub(super) fn all(&mut self, tree: Oid, folders: &Folders) -> Result<Changed, Unknown> {
        self.compare(tree, &[], folders, |_| false)
    }

    /// What differs from all parents in these folders; for a file that is followed and new, also
    /// what with its content was removed, wherever that lay.
    pub(super) fn compare(
        &mut self,
        tree: Oid,
        parents: &[Oid],
        folders: &Folders,
        follows: impl Fn(&[u8]) -> bool,
    ) -> Result<Changed, Unknown> {
        let mut changed = Vec::new();
        if parents.contains(&tree) {
            return Ok(changed);
        }
        let before: Vec<Option<Oid>> = parents.iter().copied().map(Some).collect();
        self.visit(folders, &mut Vec::new(), Some(tree), &before, &mut changed)?;
        if let [parent] = parents {
            let sought = unexplained(&changed, follows);
            if !sought.is_empty() {
                self.add_sources(tree, *parent, &sought, &mut changed)?;
            }
        }
        Ok(changed)
    }

    /// Compares one folder. It recurses no deeper than `folders`, which has a limit.
    fn visit(
        &mut self,
        folders: &Folders,
        path: &mut Vec<u8>,
        after: Option<Oid>,
        before: &[Option<Oid>],
        changed: &mut Changed,
    ) -> Result<(), Unknown> {
        let after = self.open(after)?;
        let before: Vec<Arc<[u8]>> = before
            .iter()
            .map(|tree| self.open(*tree))
            .collect::<Result<_, _>>()?;
        let first = before.first().cloned().unwrap_or_default();
        let others: Vec<_> = before.iter().skip(1).map(|tree| by_name(tree)).collect();
        for (new, old) in differing(&after, &first) {
            let line = new.or(old).expect("one of two lines differs");
            let in_others = others.iter().map(|other| other.get(line.name).copied());
            let in_others: Vec<Option<Line<'_>>> = in_others.collect();
            if in_others.contains(&new) {
                continue;
            }
            let length = path.len();
            if length > 0 {
                path.push(b'/');
            }
            path.extend_from_slice(line.name);
            match (line.kind, folders.below.get(line.name)) {
                (Kind::Tree, Some(below)) => {
                    let mut before = vec![tree_of(old); usize::from(!before.is_empty())];
                    before.extend(in_others.iter().map(|other| tree_of(*other)));
                    self.visit(below, path, tree_of(new), &before, changed)?;
                }
                (Kind::File, _) if folders.holds_documents => changed.push(ChangedFile {
                    path: path.clone(),
                    before: file_of(old),
                    after: file_of(new),
                }),
                _ => {}
            }
            path.truncate(length);
        }
        Ok(())
    }

    /// Adds what was removed with a content that is sought. Identical trees are opened once.
    fn add_sources(
        &mut self,
        after: Oid,
        before: Oid,
        sought: &HashSet<ObjectId>,
        changed: &mut Changed,
    ) -> Result<(), Unknown> {
        let known: HashSet<Vec<u8>> = changed.iter().map(|file| file.path.clone()).collect();
        let mut seen = HashSet::new();
        let mut pending = vec![(Vec::new(), Some(after), Some(before))];
        while let Some((folder, after, before)) = pending.pop() {
            if seen.len() > SOUGHT || !seen.insert((after, before)) {
                continue;
            }
            let (after, before) = (self.open(after)?, self.open(before)?);
            for (new, old) in differing(&after, &before) {
                let Some(old) = old else {
                    continue;
                };
                let path = walk::below(&folder, old.name);
                if old.kind == Kind::Tree {
                    pending.push((path, tree_of(new), tree_of(Some(old))));
                    continue;
                }
                let gone = file_of(Some(old)).filter(|id| new.is_none() && sought.contains(id));
                if gone.is_some() && !known.contains(&path) {
                    changed.push(ChangedFile {
                        path,
                        before: gone,
                        after: None,
                    });
                }
            }
        }
        Ok(())
    }

    /// The bytes of a tree; nothing for none.
    fn open(&mut self, tree: Option<Oid>) -> Result<Arc<[u8]>, Unknown> {
        let Some(tree) = tree else {
            return Ok(Arc::default());
        };
        if let Some(bytes) = self.kept.get(&tree) {
            return Ok(Arc::clone(bytes));
        }
        let bytes: Arc<[u8]> = super::read(&self.repository, tree)?.into();
        if !is_tree(&bytes) {
            return Err(Unknown::Corrupt(object_id(tree)));
        }
        if self.bytes > KEPT {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += bytes.len();
        self.kept.insert(tree, Arc::clone(&bytes));
        Ok(bytes)
    }
}

/// The contents of files that are followed, are new, and were not removed elsewhere in the same
/// folders.
fn unexplained(changed: &Changed, follows: impl Fn(&[u8]) -> bool) -> HashSet<ObjectId> {
    let is_new = |file: &&ChangedFile| file.before.is_none() && follows(&file.path);
    let new = changed.iter().filter(is_new).filter_map(|file| file.after);
    let mut sought: HashSet<ObjectId> = new.collect();
    for file in changed.iter().filter(|file| file.after.is_none()) {
        if let Some(before) = &file.before {
            sought.remove(before);
        }
    }
    sought
}

/// The lines of two trees that are not the same, in the order of both.
fn differing<'t>(after: &'t [u8], before: &'t [u8]) -> Vec<(Option<Line<'t>>, Option<Line<'t>>)> {
    let mut differing = Vec::new();
    let (mut after, mut before) = (lines(after).peekable(), lines(before).peekable());
    loop {
        let (new, old) = (after.peek().copied(), before.peek().copied());
        let order = match (&new, &old) {
            (None, None) => return differing,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(new), Some(old)) if new.name == old.name => {
                new.kind_order().cmp(&old.kind_order())
            }
            (Some(new), Some(old)) => new.key().cmp(old.key()),
        };
        let new = new.filter(|_| order.is_le());
        let old = old.filter(|_| order.is_ge());
        if new.is_some() {
            after.next();
        }
        if old.is_some() {
            before.next();
        }
        if new != old {
            differing.push((new, old));
        }
    }
}

impl<'t> Line<'t> {
    /// A folder comes behind a file of its name.
    fn kind_order(&self) -> bool {
        self.kind == Kind::Tree
    }

    /// Git sorts folders as if a slash stood behind their names.
    fn key(&self) -> impl Iterator<Item = u8> + use<'t> {
        let slash = (self.kind == Kind::Tree).then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

fn tree_of(line: Option<Line<'_>>) -> Option<Oid> {
    let line = line.filter(|line| line.kind == Kind::Tree)?;
    Oid::from_bytes(line.id).ok()
}

fn file_of(line: Option<Line<'_>>) -> Option<ObjectId> {
    let line = line.filter(|line| line.kind == Kind::File)?;
    line.id.try_into().ok().map(ObjectId)
}

fn by_name(tree: &[u8]) -> HashMap<&[u8], Line<'_>> {
    lines(tree).map(|line| (line.name, line)).collect()
}

/// Whether these bytes are lines to their end.
fn is_tree(tree: &[u8]) -> bool {
    let mut rest = tree;
    while let Some((_, after)) = next_line(rest) {
        rest = after;
    }
    rest.is_empty()
}

/// The lines of a tree, up to one that is none.
fn lines(tree: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        let (line, after) = next_line(rest)?;
        rest = after;
        Some(line)
    })
}

/// `mode name\0` and twenty bytes.
fn next_line(tree: &[u8]) -> Option<(Line<'_>, &[u8])> {
    let end = memchr::memchr(0, tree)?;
    let space = memchr::memchr(b' ', &tree[..end])?;
    let id = tree.get(end + 1..end + 21)?;
    let kind = match &tree[..space] {
        b"40000" | b"040000" => Kind::Tree,
        b"160000" => Kind::Submodule,
        _ => Kind::File,
    };
    let name = &tree[space + 1..end];
    Some((Line { name, kind, id }, &tree[end + 21..]))
}
