//! The commits, from the newest back.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::path::Path;

use git2::{Odb, Oid, Repository};
use jiff::Timestamp;
use jiff::tz::Offset;
use memchr::memmem;

use super::Asked;
use crate::load::repository::object_id;
use crate::model::{Change, ObjectId, Unknown};

/// Commits to go on behind one that lies before the horizon: its date may be wrong.
const SLOP: u8 = 5;

/// Clocks differ, and nobody minds a day.
const DAY: i64 = 24 * 60 * 60;

/// Bytes of a commit that are looked at; its header comes first.
const COMMIT_BYTES: usize = 64 * 1024;

/// The commits that are walked, and their parents.
pub(super) struct Graph {
    commits: Vec<Commit>,
    index: HashMap<Oid, u32>,
    authors: Authors,
    /// Every commit that is walked, children before parents, the newest first.
    pub(super) order: Vec<u32>,
    /// Whether commits were left out because they lie before the horizon.
    pub(super) is_cut_off: bool,
    pub(super) reverts: Vec<Reverted>,
}

struct Commit {
    id: Oid,
    tree: Oid,
    parent_ids: Box<[Oid]>,
    /// Once they were read.
    parents: Box<[u32]>,
    committed: i64,
    authored: i64,
    /// Of the author's zone, in seconds.
    offset: i32,
    author: u32,
    /// How many commits before the horizon may still follow; none if its parents were not read.
    slop: Option<u8>,
    boundary: Option<Unknown>,
    doubt: Option<Unknown>,
}

/// A commit that says it takes another one back.
pub(super) struct Reverted {
    pub(super) commit: u32,
    pub(super) subject: String,
    pub(super) of: Option<ObjectId>,
}

/// Names, each once, told apart by their addresses.
#[derive(Default)]
struct Authors {
    numbers: BTreeMap<Vec<u8>, u32>,
    names: Vec<String>,
}

/// What a commit says.
struct Parsed<'c> {
    tree: Oid,
    parents: Vec<Oid>,
    author: Signature<'c>,
    committed: i64,
    message: &'c [u8],
}

struct Signature<'c> {
    name: &'c [u8],
    address: &'c [u8],
    time: i64,
    offset: i32,
}

impl Graph {
    /// Reads the commits behind the newest one, as far back as is asked for.
    pub(super) fn read(
        repository: &Repository,
        newest: ObjectId,
        asked: &Asked,
    ) -> Result<Graph, Unknown> {
        let mut graph = Graph {
            commits: Vec::new(),
            index: HashMap::new(),
            authors: Authors::default(),
            order: Vec::new(),
            is_cut_off: false,
            reverts: Vec::new(),
        };
        let boundaries = boundaries(repository);
        let unread = |_| Unknown::Missing(newest);
        let objects = repository.odb().map_err(unread)?;
        graph.add(&objects, Oid::from_bytes(&newest.0).map_err(unread)?)?;
        graph.collect(&objects, &boundaries, asked);
        graph.doubt(asked.now.as_second());
        graph.sort();
        Ok(graph)
    }

    /// The tree of the newest commit.
    pub(super) fn newest_tree(&self) -> Oid {
        self.commits[0].tree
    }

    /// The tree of a commit, and those of its parents.
    pub(super) fn trees(&self, commit: u32) -> (Oid, Vec<Oid>) {
        let commit = &self.commits[commit as usize];
        let parents = commit.parents.iter();
        let parents = parents.map(|parent| self.commits[*parent as usize].tree);
        (commit.tree, parents.collect())
    }

    /// Why nothing is known of what lies behind a commit, if anything does.
    pub(super) fn boundary(&self, commit: u32) -> Option<&Unknown> {
        self.commits[commit as usize].boundary.as_ref()
    }

    /// A commit for people, or why its date cannot be believed.
    pub(super) fn change(&self, commit: u32, is_import: bool) -> Result<Change, Unknown> {
        let commit = &self.commits[commit as usize];
        if let Some(doubt) = &commit.doubt {
            return Err(doubt.clone());
        }
        let id = object_id(commit.id);
        let instant = |seconds| Timestamp::from_second(seconds);
        let time = instant(commit.committed).map_err(|_| Unknown::WrongDate(id))?;
        let authored = instant(commit.authored).unwrap_or(time);
        let offset = Offset::from_seconds(commit.offset).unwrap_or(Offset::UTC);
        Ok(Change {
            commit: id,
            time,
            day: offset.to_datetime(authored).date(),
            author: self.author(commit.author).to_owned(),
            is_import,
        })
    }

    pub(super) fn id(&self, commit: u32) -> ObjectId {
        object_id(self.commits[commit as usize].id)
    }

    pub(super) fn author_of(&self, commit: u32) -> u32 {
        self.commits[commit as usize].author
    }

    pub(super) fn author(&self, number: u32) -> &str {
        &self.authors.names[number as usize]
    }

    /// The newest commit, its first parent, and so on.
    pub(super) fn main_line(&self) -> HashSet<u32> {
        let first = |commit: &u32| self.commits[*commit as usize].parents.first().copied();
        std::iter::successors(Some(0), first).collect()
    }

    pub(super) fn index_of(&self, commit: ObjectId) -> Option<u32> {
        let id = Oid::from_bytes(&commit.0).ok()?;
        self.index.get(&id).copied()
    }

    /// The doubts and boundaries that were met, each once.
    pub(super) fn limits(&self) -> Vec<Unknown> {
        let reasons = self.commits.iter();
        let reasons = reasons.flat_map(|commit| [&commit.boundary, &commit.doubt]);
        let mut limits: Vec<Unknown> = reasons.flatten().cloned().collect();
        limits.sort();
        limits.dedup();
        limits
    }

    /// The index of a commit, which is read if it was not.
    fn add(&mut self, objects: &Odb<'_>, id: Oid) -> Result<u32, Unknown> {
        if let Some(index) = self.index.get(&id) {
            return Ok(*index);
        }
        let object = super::read(objects, id)?;
        let bytes = object.data();
        let corrupt = Unknown::Corrupt(object_id(id));
        let parsed = parse(&bytes[..bytes.len().min(COMMIT_BYTES)]).ok_or(corrupt)?;
        let index = u32::try_from(self.commits.len()).unwrap_or(u32::MAX);
        self.reverts.extend(reverted(index, parsed.message));
        self.commits.push(Commit {
            id,
            tree: parsed.tree,
            parent_ids: parsed.parents.into(),
            parents: Box::default(),
            committed: parsed.committed,
            authored: parsed.author.time,
            offset: parsed.author.offset,
            author: self.authors.number(&parsed.author),
            slop: None,
            boundary: None,
            doubt: None,
        });
        self.index.insert(id, index);
        Ok(index)
    }

    /// Reads all commits that are walked, the newest first.
    fn collect(&mut self, objects: &Odb<'_>, boundaries: &BTreeMap<Oid, Unknown>, asked: &Asked) {
        let since = asked.since.map_or(i64::MIN, Timestamp::as_second);
        let mut pending = BinaryHeap::from([(self.commits[0].committed, Reverse(0), SLOP)]);
        while let Some((_, Reverse(index), slop)) = pending.pop() {
            let commit = &mut self.commits[index as usize];
            let slop = match slop.checked_sub(1) {
                _ if commit.committed >= since => SLOP,
                Some(slop) => slop,
                None => {
                    self.is_cut_off = true;
                    continue;
                }
            };
            if commit.slop.is_some_and(|known| known >= slop) {
                continue;
            }
            commit.slop = Some(slop);
            commit.boundary = boundaries.get(&commit.id).cloned();
            if commit.boundary.is_none() {
                let boundary = self.expand(objects, index).err();
                self.commits[index as usize].boundary = boundary;
            }
            for parent in &self.commits[index as usize].parents {
                let committed = self.commits[*parent as usize].committed;
                pending.push((committed, Reverse(*parent), slop));
            }
        }
    }

    /// Reads the parents of a commit.
    fn expand(&mut self, objects: &Odb<'_>, index: u32) -> Result<(), Unknown> {
        let ids = self.commits[index as usize].parent_ids.clone();
        let parents: Result<Box<[u32]>, Unknown> =
            ids.iter().map(|id| self.add(objects, *id)).collect();
        self.commits[index as usize].parents = parents?;
        Ok(())
    }

    /// Marks the commits whose dates cannot be right.
    fn doubt(&mut self, now: i64) {
        for commit in &mut self.commits {
            if commit.committed > now.saturating_add(DAY) {
                commit.doubt = Some(Unknown::FromTheFuture(object_id(commit.id)));
            } else if commit.committed <= 0 {
                commit.doubt = Some(Unknown::WrongDate(object_id(commit.id)));
            }
        }
        for index in 0..self.commits.len() {
            for at in 0..self.commits[index].parents.len() {
                let parent = self.commits[index].parents[at] as usize;
                self.doubt_pair(index, parent);
            }
        }
    }

    /// Which of two commits is wrong when a child is older than its parent, nobody knows.
    fn doubt_pair(&mut self, child: usize, parent: usize) {
        let dates = [child, parent].map(|index| &self.commits[index]);
        let is_clear = dates.iter().all(|commit| commit.doubt.is_none());
        if is_clear && dates[0].committed.saturating_add(DAY) < dates[1].committed {
            let doubt = Unknown::WrongDate(object_id(self.commits[child].id));
            self.commits[child].doubt = Some(doubt.clone());
            self.commits[parent].doubt = Some(doubt);
        }
    }

    /// Puts children before their parents, and newer commits before older ones.
    fn sort(&mut self) {
        let mut children = vec![0_u32; self.commits.len()];
        for commit in &self.commits {
            for parent in &commit.parents {
                children[*parent as usize] += 1;
            }
        }
        let mut ready = BinaryHeap::from([(self.commits[0].committed, Reverse(0_u32))]);
        while let Some((_, Reverse(index))) = ready.pop() {
            let commit = &self.commits[index as usize];
            if commit.slop.is_some() {
                self.order.push(index);
            }
            for parent in &commit.parents {
                children[*parent as usize] -= 1;
                if children[*parent as usize] == 0 {
                    let committed = self.commits[*parent as usize].committed;
                    ready.push((committed, Reverse(*parent)));
                }
            }
        }
    }
}

impl Authors {
    fn number(&mut self, author: &Signature<'_>) -> u32 {
        let address = author.address.to_ascii_lowercase();
        let address = if address.is_empty() {
            author.name.to_vec()
        } else {
            address
        };
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(address).or_insert(next);
        if number == next {
            self.names
                .push(String::from_utf8_lossy(author.name).into_owned());
        }
        number
    }
}

/// The commits behind which git says that nothing is, or something else.
fn boundaries(repository: &Repository) -> BTreeMap<Oid, Unknown> {
    let mut boundaries = BTreeMap::new();
    let common = repository.commondir();
    for id in first_words(&common.join("shallow")) {
        boundaries.insert(id, Unknown::Shallow);
    }
    for id in first_words(&common.join("info/grafts")) {
        boundaries.insert(id, Unknown::Grafted(object_id(id)));
    }
    let replaced = repository.references_glob("refs/replace/*");
    for reference in replaced.into_iter().flatten().flatten() {
        let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
        let id = name
            .rsplit('/')
            .next()
            .and_then(|id| Oid::from_str(id).ok());
        boundaries.extend(id.map(|id| (id, Unknown::Grafted(object_id(id)))));
    }
    boundaries
}

/// The ids at the beginnings of the lines of a file of git's.
fn first_words(path: &Path) -> Vec<Oid> {
    const BYTES: u64 = 16 * 1024 * 1024;
    let bytes = crate::load::read_file(path, BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let words = text.lines().filter_map(|line| line.split(' ').next());
    words.filter_map(|word| Oid::from_str(word).ok()).collect()
}

fn parse(bytes: &[u8]) -> Option<Parsed<'_>> {
    let (mut tree, mut parents, mut author, mut committed) = (None, Vec::new(), None, None);
    let mut rest = bytes;
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let line = &rest[..end];
        rest = &rest[end + 1..];
        let Some(space) = memchr::memchr(b' ', line) else {
            break;
        };
        let (key, value) = (&line[..space], &line[space + 1..]);
        match key {
            b"tree" => tree = Some(object(value)?),
            b"parent" => parents.push(object(value)?),
            b"author" => author = Some(signature(value)?),
            b"committer" => {
                committed = Some(signature(value)?.time);
                break;
            }
            _ => {}
        }
    }
    let message = memmem::find(rest, b"\n\n").map_or(rest, |blank| &rest[blank + 2..]);
    let message = rest.strip_prefix(b"\n").unwrap_or(message);
    Some(Parsed {
        tree: tree?,
        parents,
        author: author?,
        committed: committed?,
        message,
    })
}

fn object(digits: &[u8]) -> Option<Oid> {
    let digits = str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.len() == 40)?;
    Oid::from_str(digits).ok()
}

/// `Name <address> 1767603600 +0100`, as far as it is there.
fn signature(value: &[u8]) -> Option<Signature<'_>> {
    let close = memchr::memrchr(b'>', value)?;
    let open = memchr::memchr(b'<', &value[..close])?;
    let mut words = value[close + 1..]
        .split(|byte| *byte == b' ')
        .filter(|w| !w.is_empty());
    let time = str::from_utf8(words.next()?).ok()?.parse().ok()?;
    Some(Signature {
        name: value[..open].trim_ascii(),
        address: &value[open + 1..close],
        time,
        offset: words.next().map_or(0, offset),
    })
}

/// `+0530`, in seconds.
fn offset(zone: &[u8]) -> i32 {
    let number = str::from_utf8(zone)
        .ok()
        .and_then(|zone| zone.parse::<i32>().ok());
    let number = number.unwrap_or_default().clamp(-2359, 2359);
    (number / 100 * 60 + number % 100) * 60
}

fn reverted(commit: u32, message: &[u8]) -> Option<Reverted> {
    const SAYS: &[u8] = b"This reverts commit ";
    let subject = message
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let said = memmem::find(message, SAYS).map(|at| &message[at + SAYS.len()..]);
    if said.is_none() && !subject.starts_with(b"Revert \"") {
        return None;
    }
    Some(Reverted {
        commit,
        subject: String::from_utf8_lossy(subject).into_owned(),
        of: said.and_then(|rest| object(rest.get(..40)?)).map(object_id),
    })
}
