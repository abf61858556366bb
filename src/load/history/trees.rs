//! What a commit changed, compared tree by tree.
//!
//! A tree that is the same as that of a parent is never opened, and neither is a folder in which
//! no document lies.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use git2::{Odb, Oid};

use crate::load::repository::object_id;
use crate::load::walk;
use crate::model::{ObjectId, Unknown};

/// Bytes of trees that are kept, since a commit's tree is compared again with the one before it.
const KEPT: usize = 2 * 1024 * 1024;

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
pub(super) struct Worker<'r> {
    objects: Odb<'r>,
    /// Those that were asked for lately, and those that were before.
    kept: [HashMap<Oid, Arc<Tree>>; 2],
    /// Of the first.
    bytes: usize,
}

/// The bytes of a tree, which are lines to their end.
#[derive(Default)]
struct Tree {
    bytes: Box<[u8]>,
    /// Where the lines begin.
    starts: Box<[u32]>,
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

impl<'r> Worker<'r> {
    pub(super) fn new(objects: Odb<'r>) -> Worker<'r> {
        Worker {
            objects,
            kept: Default::default(),
            bytes: 0,
        }
    }

    pub(super) fn objects(&self) -> &Odb<'r> {
        &self.objects
    }

    /// Adds what differs from all parents in these folders; without a parent, all files.
    pub(super) fn compare(
        &mut self,
        tree: Oid,
        parents: &[Oid],
        folders: &Folders,
        changed: &mut Changed,
    ) -> Result<(), Unknown> {
        if parents.contains(&tree) || folders.is_empty() {
            return Ok(());
        }
        let before: Vec<Option<Oid>> = parents.iter().copied().map(Some).collect();
        self.visit(folders, &mut Vec::new(), Some(tree), &before, changed)
    }

    /// For files that are followed and new, adds what with their content or under their name was
    /// removed, wherever that lay. Identical trees are opened once.
    pub(super) fn add_sources(
        &self,
        after: Oid,
        before: Oid,
        follows: impl Fn(&[u8]) -> bool,
        changed: &mut Changed,
    ) -> Result<(), Unknown> {
        let sought = Sought::among(changed, follows);
        if sought.contents.is_empty() {
            return Ok(());
        }
        let known: HashSet<&[u8]> = changed.iter().map(|file| &*file.path).collect();
        let mut sources = Vec::new();
        let mut seen = HashSet::new();
        let mut pending = vec![(Vec::new(), Some(after), before)];
        while let Some((folder, after, before)) = pending.pop() {
            if seen.len() > SOUGHT || !seen.insert((after, before)) {
                continue;
            }
            let before = self.open_once(Some(before))?;
            if !may_lead(&before, &sought) {
                continue;
            }
            let after = self.open_once(after)?;
            for (new, old) in differing(&after, &before) {
                let Some(old) = old else {
                    continue;
                };
                let path = walk::below(&folder, old.name);
                if let Some(below) = tree_of(Some(old)) {
                    pending.push((path, tree_of(new), below));
                    continue;
                }
                let gone = file_of(Some(old)).filter(|_| new.is_none() && sought.is_met(old));
                if gone.is_some() && !known.contains(&*path) {
                    sources.push(ChangedFile {
                        path,
                        before: gone,
                        after: None,
                    });
                }
            }
        }
        changed.append(&mut sources);
        Ok(())
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
        let before: Vec<Arc<Tree>> = before
            .iter()
            .map(|tree| self.open(*tree))
            .collect::<Result<_, _>>()?;
        let first = before.first().cloned().unwrap_or_default();
        let others = before.iter().skip(1);
        let others: Vec<_> = others.map(|other| by_name(&after, other)).collect();
        for (new, old) in differing(&after, &first) {
            let line = new.or(old).expect("one of two lines differs");
            let in_others = others.iter().map(|other| other.get(&line.entry()).copied());
            let Some(in_others) = in_others.collect::<Option<Vec<_>>>() else {
                continue;
            };
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

    /// A tree; one without lines for none.
    fn open(&mut self, tree: Option<Oid>) -> Result<Arc<Tree>, Unknown> {
        let Some(id) = tree else {
            return Ok(Arc::default());
        };
        if let Some(tree) = self.kept[0].get(&id) {
            return Ok(Arc::clone(tree));
        }
        let tree = match self.kept[1].remove(&id) {
            Some(tree) => tree,
            None => self.read(id)?,
        };
        self.keep(id, &tree);
        Ok(tree)
    }

    /// The same for a tree that no other commit is likely to be compared by.
    fn open_once(&self, tree: Option<Oid>) -> Result<Arc<Tree>, Unknown> {
        let Some(id) = tree else {
            return Ok(Arc::default());
        };
        let kept = self.kept.iter().find_map(|kept| kept.get(&id));
        kept.map_or_else(|| self.read(id), |tree| Ok(Arc::clone(tree)))
    }

    fn read(&self, id: Oid) -> Result<Arc<Tree>, Unknown> {
        let object = super::read(&self.objects, id)?;
        let tree = Tree::parse(object.data());
        Ok(Arc::new(
            tree.ok_or_else(|| Unknown::Corrupt(object_id(id)))?,
        ))
    }

    fn keep(&mut self, id: Oid, tree: &Arc<Tree>) {
        self.bytes += tree.bytes.len();
        if self.bytes > KEPT / 2 {
            self.kept.swap(0, 1);
            self.kept[0].clear();
            self.bytes = tree.bytes.len();
        }
        self.kept[0].insert(id, Arc::clone(tree));
    }
}

impl Tree {
    fn parse(bytes: &[u8]) -> Option<Tree> {
        let mut starts = Vec::new();
        let mut rest = bytes;
        while let Some((_, after)) = next_line(rest) {
            starts.push(u32::try_from(bytes.len() - rest.len()).ok()?);
            rest = after;
        }
        rest.is_empty().then(|| Tree {
            bytes: bytes.into(),
            starts: starts.into(),
        })
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let starts = self.starts.iter();
        starts.filter_map(|start| Some(next_line(&self.bytes[*start as usize..])?.0))
    }

    /// The beginning of the line that a byte belongs to.
    fn line_start(&self, at: usize) -> usize {
        let next = self.starts.partition_point(|start| *start as usize <= at);
        let line = next.checked_sub(1).map(|line| self.starts[line]);
        line.unwrap_or_default() as usize
    }
}

/// Files that are followed, are new, and whose content was not removed elsewhere in the same
/// folders.
struct Sought<'c> {
    contents: HashSet<ObjectId>,
    /// Without their folders.
    names: HashSet<&'c [u8]>,
}

impl<'c> Sought<'c> {
    fn among(changed: &'c Changed, follows: impl Fn(&[u8]) -> bool) -> Sought<'c> {
        let is_gone = |file: &&ChangedFile| file.after.is_none();
        let gone = changed.iter().filter(is_gone);
        let gone: HashSet<ObjectId> = gone.filter_map(|file| file.before).collect();
        let is_new = |file: &&ChangedFile| file.before.is_none() && follows(&file.path);
        let new = changed.iter().filter(is_new);
        let new = new.filter_map(|file| Some((&*file.path, file.after?)));
        let new: Vec<_> = new.filter(|(_, after)| !gone.contains(after)).collect();
        let name = |path: &'c [u8]| path.rsplit(|byte| *byte == b'/').next();
        Sought {
            contents: new.iter().map(|(_, after)| *after).collect(),
            names: new.iter().filter_map(|(path, _)| name(path)).collect(),
        }
    }

    fn is_met(&self, line: Line<'_>) -> bool {
        self.names.contains(line.name)
            || file_of(Some(line)).is_some_and(|id| self.contents.contains(&id))
    }
}

/// Whether a tree has a file that is sought, or folders to look into.
fn may_lead(tree: &Tree, sought: &Sought<'_>) -> bool {
    let mut lines = tree.lines();
    lines.any(|line| line.kind == Kind::Tree || sought.is_met(line))
}

/// The lines of two trees that are not the same, in the order of both.
fn differing<'t>(after: &'t Tree, before: &'t Tree) -> Vec<(Option<Line<'t>>, Option<Line<'t>>)> {
    let mut differing = Vec::new();
    let (mut new_rest, mut old_rest) = (&*after.bytes, &*before.bytes);
    loop {
        // Most lines are the same, and need not be looked at one by one.
        let from = after.bytes.len() - new_rest.len();
        let same = common_prefix(new_rest, old_rest);
        let skipped = match same == new_rest.len() {
            true => same,
            false => after.line_start(from + same) - from,
        };
        (new_rest, old_rest) = (&new_rest[skipped..], &old_rest[skipped..]);
        let (new, old) = (next_line(new_rest), next_line(old_rest));
        let order = match (&new, &old) {
            (None, None) => return differing,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((new, _)), Some((old, _))) => new.order(old),
        };
        let new = new.filter(|_| order.is_le());
        let old = old.filter(|_| order.is_ge());
        new_rest = new.map_or(new_rest, |(_, rest)| rest);
        old_rest = old.map_or(old_rest, |(_, rest)| rest);
        let (new, old) = (new.map(|(line, _)| line), old.map(|(line, _)| line));
        if new != old {
            differing.push((new, old));
        }
    }
}

/// How many bytes two slices begin with alike.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    const CHUNK: usize = 64;
    let chunks = one.chunks_exact(CHUNK).zip(other.chunks_exact(CHUNK));
    let whole = CHUNK * chunks.take_while(|(one, other)| one == other).count();
    let rest = one[whole..].iter().zip(&other[whole..]);
    whole + rest.take_while(|(one, other)| one == other).count()
}

impl<'t> Line<'t> {
    /// A folder comes behind a file of its name.
    fn kind_order(&self) -> bool {
        self.kind == Kind::Tree
    }

    fn order(&self, other: &Line<'_>) -> Ordering {
        match self.name == other.name {
            true => self.kind_order().cmp(&other.kind_order()),
            false => self.key().cmp(other.key()),
        }
    }

    /// What it is a line about: a folder that takes the place of a file is something else.
    fn entry(&self) -> (&'t [u8], bool) {
        (self.name, self.kind == Kind::Tree)
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

/// What of another parent differs, by the names of its lines.
fn by_name<'t>(after: &'t Tree, other: &'t Tree) -> HashMap<(&'t [u8], bool), Option<Line<'t>>> {
    let lines = differing(after, other).into_iter();
    let entry = |(new, old): (Option<Line<'t>>, _)| Some((new.or(old)?.entry(), old));
    lines.filter_map(entry).collect()
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
