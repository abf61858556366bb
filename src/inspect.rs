//! From a snapshot to facts and the findings of document rules.
//!
//! Each file is one task: read, decode, parse, lower, judge, and drop the text. Tasks run in
//! parallel and are put together in the order of paths, so that the result does not depend on the
//! number of threads. A panic belongs to one file: it is reported as our fault, and the others go
//! on.

mod deleted;
mod leads;
mod memory;
mod past;
mod renames;
mod scripts;
mod tasks;

use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::finding::{Finding, Level};
use crate::limits::DOCUMENT_BYTES;
use crate::load::{File, FileKind, Reason, Snapshot, Unlisted, Unreadable};
use crate::model::{
    self, ContentId, Defect, Document, Format, History, Kind, ObjectId, Ops, PathFacts, PathReader,
    Reading, SourceFile, Sources, Text,
};
use crate::policy::{self, Policy};
use crate::rule::{DocumentContext, Findings, NotAssessed, Rule, Shape};
use crate::rules;
use crate::text::{FileId, LineIndex};
pub use memory::Keeping;
use memory::Memory;
pub use past::{learn, learn_all, learn_both, look_ahead, look_ahead_at_all};
pub use renames::Renames;

/// Everything that was found out about a snapshot.
#[derive(Debug, Default)]
pub struct Inspection {
    pub ops: Ops,
    /// What git knows of the documents, once it was asked.
    pub history: History,
    /// What the document rules found.
    pub findings: Vec<Finding>,
    /// Files that were considered and left alone, and folders that were not searched.
    pub left_alone: Vec<LeftAlone>,
    /// Faults of prepcheck itself, in words.
    pub bugs: Vec<String>,
    /// Folders that could not be searched, so that documents in them may be missing.
    pub unsearched: Vec<NotAssessed>,
    /// The repository's own policy, for findings that point into it.
    pub policy_file: Option<FileId>,
    /// What its documents are called in the tree that it is set beside, if there is one.
    pub renames: Renames,
    /// Documents that were the same as in a run before, and were not read again.
    pub recalled: usize,
}

/// What nothing was made of.
#[derive(Clone, Debug)]
pub struct LeftAlone {
    pub path: Box<[u8]>,
    pub because: String,
}

/// Reads a snapshot under a policy.
pub fn inspect(snapshot: &Snapshot, policy: &Policy) -> Inspection {
    inspect_again(snapshot, policy, None)
}

/// Reads a snapshot under a policy as [`inspect`] does, less what another run kept, and keeps it for
/// the next one.
pub fn inspect_again(
    snapshot: &Snapshot,
    policy: &Policy,
    keeping: Option<&Keeping>,
) -> Inspection {
    let paths = snapshot.files().iter().map(|file| [Some(file), None]);
    let mut reader = Reader::new(snapshot, policy);
    let wanted = wanted(&reader, paths.collect());
    let numbered = wanted.iter().filter_map(|(_, [head, _])| *head);
    let numbered: Vec<&[u8]> = numbered.map(|file| &*file.path).collect();
    reader.memory =
        keeping.and_then(|keeping| Memory::open(keeping, snapshot, &reader.rules, &numbered));
    let outcomes = run(&reader, None, wanted);
    let recalled = reader.memory.map_or(0, Memory::finish);
    let heads = outcomes.into_iter().filter_map(|[head, _]| head);
    Inspection {
        recalled,
        ..Inspection::new(snapshot, policy, heads.collect())
    }
}

/// Reads two snapshots of a repository under one policy, head and base; a document that is the same
/// in both is read once. The ids of files fit both.
pub fn inspect_both(head: &Snapshot, base: &Snapshot, policy: &Policy) -> [Inspection; 2] {
    let readers = [head, base].map(|snapshot| Reader::new(snapshot, policy));
    let paths = side_by_side(head.files(), base.files());
    let (mut heads, mut bases) = (Vec::new(), Vec::new());
    let wanted = wanted(&readers[0], paths);
    for [of_head, of_base] in run(&readers[0], Some(&readers[1]), wanted) {
        heads.extend(of_head);
        bases.extend(of_base);
    }
    let mut of_head = Inspection::new(head, policy, heads);
    let of_base = Inspection::new(base, policy, bases);
    of_head.renames = Renames::between([&of_head, &of_base], [head, base]);
    [of_head, of_base]
}

impl Inspection {
    fn new(snapshot: &Snapshot, policy: &Policy, outcomes: Vec<Outcome>) -> Inspection {
        let mut inspection = assemble(outcomes, policy);
        inspection.ops.leads = leads::find(snapshot, &inspection.ops);
        inspection.ops.scripts = scripts::find(snapshot, &inspection.ops);
        inspection.ops.missing_tasks = tasks::find(snapshot, &inspection.ops);
        for folder in snapshot.unlisted() {
            inspection.add_unlisted(folder);
        }
        inspection.add_policy_file(snapshot);
        inspection
    }

    /// The policy is no document; behind all of them it gets a number of its own.
    fn add_policy_file(&mut self, snapshot: &Snapshot) {
        let path = policy::FILE_NAME.as_bytes();
        let Ok(bytes) = snapshot.read(path, DOCUMENT_BYTES) else {
            return;
        };
        let file = FileId(u32::MAX);
        let source = SourceFile {
            path: path.into(),
            content: Some(ContentId::of(&bytes)),
            lines: LineIndex::new(&bytes),
        };
        self.ops.sources.insert(file, source);
        self.policy_file = Some(file);
    }

    /// A nested repository answers for itself; other folders that were not searched are said.
    fn add_unlisted(&mut self, folder: &Unlisted) {
        let because = match &folder.reason {
            Reason::NestedRepository => "a repository of its own".to_owned(),
            Reason::TooDeep => "too many folders deep".to_owned(),
            Reason::Unreadable(reason) => words(reason),
        };
        if matches!(folder.reason, Reason::Unreadable(_)) && may_hold_operations(&folder.path) {
            self.ops.unsearched.push(folder.path.clone());
        }
        if folder.reason != Reason::NestedRepository {
            let path = crate::text::sanitise::path(&folder.path);
            self.unsearched.push(NotAssessed {
                rule: "files/unreadable",
                unit: String::new(),
                reason: format!("{path} was not searched: {because}"),
            });
        }
        self.left_alone.push(LeftAlone {
            path: [&*folder.path, b"/"].concat().into(),
            because,
        });
    }
}

/// Whether operations documents lie in a folder more often than not in others. A database's files,
/// which nobody else may read, say nothing of what is written down.
fn may_hold_operations(folder: &[u8]) -> bool {
    const HOMES: &[&[u8]] = &[b"docs", b"ops", b".github"];
    let first = folder.split(|byte| *byte == b'/').next();
    let page = model::path_facts(&[folder, b"/page.md"].concat());
    first.is_some_and(|first| HOMES.contains(&first)) || page.is_some_and(|page| page.is_expected)
}

/// The bytes of files as they were judged; nothing for a file that changed since.
pub fn reread(snapshot: &Snapshot, sources: &Sources, file: FileId) -> Option<Vec<u8>> {
    let source = sources.get(file);
    let bytes = snapshot.read(&source.path, DOCUMENT_BYTES).ok()?;
    let is_same = source.content == Some(ContentId::of(&bytes));
    is_same.then_some(bytes)
}

/// What a task leaves behind.
#[derive(Clone)]
enum Outcome {
    Skipped(LeftAlone),
    Vanished,
    Judged(Box<Judged>),
    Bug { path: Box<[u8]>, words: String },
}

#[derive(Clone)]
struct Judged {
    source: SourceFile,
    document: Box<Document>,
    findings: Vec<Finding>,
    is_unread: bool,
}

/// A path of one snapshot or two.
type Paths<'f> = [Option<&'f File>; 2];

/// The paths of two sorted lists, each once, with what either has there.
fn side_by_side<'f>(heads: &'f [File], bases: &'f [File]) -> Vec<Paths<'f>> {
    let (mut heads, mut bases) = (heads.iter().peekable(), bases.iter().peekable());
    let mut paths = Vec::with_capacity(heads.len());
    loop {
        let order = match (heads.peek(), bases.peek()) {
            (None, None) => return paths,
            (Some(head), Some(base)) => head.path.cmp(&base.path),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        paths.push(match order {
            Ordering::Less => [heads.next(), None],
            Ordering::Equal => [heads.next(), bases.next()],
            Ordering::Greater => [None, bases.next()],
        });
    }
}

/// The paths that are worth reading, in their order.
fn wanted<'f>(head: &Reader<'_>, paths: Vec<Paths<'f>>) -> Vec<(PathFacts, Paths<'f>)> {
    let paths = paths.into_par_iter();
    let wanted = paths.map_init(PathReader::default, |paths, both| {
        let file = both[0].or(both[1])?;
        let facts = head.facts(paths, &file.path);
        Some((facts.or_else(|| facts_of_link(file))?, both))
    });
    wanted.flatten().collect()
}

/// A link in the place of a folder of operations documents counts as one of them: what lies behind it
/// is read where it is, or is not of this repository, which is worth a word.
fn facts_of_link(file: &File) -> Option<PathFacts> {
    if file.kind != FileKind::Symlink {
        return None;
    }
    let page = model::path_facts(&[&*file.path, b"/page.md"].concat());
    page.filter(|page| page.is_expected)
}

/// What becomes of each path that is worth reading.
fn run(
    head: &Reader<'_>,
    base: Option<&Reader<'_>>,
    wanted: Vec<(PathFacts, Paths<'_>)>,
) -> Vec<[Option<Outcome>; 2]> {
    let numbered = wanted.into_par_iter().enumerate();
    let outcomes = numbered.map(|(index, (facts, [of_head, of_base]))| {
        let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let shared = of_head
            .zip(of_base)
            .and_then(|(one, other)| one.same_blob(other));
        let (of_head, is_shared) = match of_head {
            Some(entry) => head.outcome(file, &facts, entry, shared),
            None => (None, false),
        };
        if is_shared {
            return [of_head.clone(), of_head];
        }
        let of_base = base.zip(of_base);
        let of_base = of_base.and_then(|(base, entry)| base.outcome(file, &facts, entry, None).0);
        [of_head, of_base]
    });
    outcomes.collect()
}

fn skip(kind: FileKind, facts: &PathFacts, excluded: bool) -> Option<String> {
    if excluded {
        return Some("excluded by the policy's `paths`".to_owned());
    }
    if kind == FileKind::Submodule {
        return Some("a submodule".to_owned());
    }
    match facts.format {
        Format::NotRead(format) => Some(format!("{format} is not understood")),
        _ => None,
    }
}

fn document_rules(policy: &Policy) -> Vec<&'static Rule> {
    let in_force = rules::all().filter(|rule| policy.level(rule.name) > Level::Off);
    in_force
        .filter(|rule| matches!(rule.shape, Shape::Document(_)))
        .collect()
}

/// Reads the files of one snapshot.
struct Reader<'a> {
    snapshot: &'a Snapshot,
    policy: &'a Policy,
    rules: Vec<&'static Rule>,
    memory: Option<Memory>,
}

impl<'a> Reader<'a> {
    fn new(snapshot: &'a Snapshot, policy: &'a Policy) -> Reader<'a> {
        Reader {
            snapshot,
            policy,
            rules: document_rules(policy),
            memory: None,
        }
    }

    fn facts(&self, paths: &mut PathReader, path: &[u8]) -> Option<PathFacts> {
        let by_path = paths.facts(path);
        by_path.or_else(|| {
            let is_included = self.policy.includes(path);
            is_included.then(|| model::path_facts_of_included(path))?
        })
    }

    /// What becomes of a file, and whether it holds the content that was expected.
    fn outcome(
        &self,
        file: FileId,
        facts: &PathFacts,
        entry: &File,
        expected: Option<ObjectId>,
    ) -> (Option<Outcome>, bool) {
        let task = || self.task(file, facts, entry, expected);
        let (outcome, is_expected) = catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|panic| {
            let bug = Outcome::Bug {
                path: entry.path.clone(),
                words: panic_words(&*panic),
            };
            (bug, false)
        });
        (Some(outcome), is_expected)
    }

    fn task(
        &self,
        file: FileId,
        facts: &PathFacts,
        entry: &File,
        expected: Option<ObjectId>,
    ) -> (Outcome, bool) {
        let path = entry.path.clone();
        let excluded = self.policy.excludes(&path);
        if let Some(because) = skip(entry.kind, facts, excluded) {
            return (skipped(path, because), false);
        }
        let given = self.policy.kind(&path);
        let memory = self.memory.as_ref();
        if let Some(judged) = memory.and_then(|memory| memory.recall(file, &path, given)) {
            return (Outcome::Judged(judged), false);
        }
        match self.snapshot.read_stamped(&path, DOCUMENT_BYTES) {
            Ok((bytes, stamp)) => {
                let is_expected = expected.is_some_and(|blob| self.snapshot.holds(blob, &bytes));
                let judged = self.judge_bytes(file, facts, path, bytes);
                if let Some(memory) = memory {
                    memory.keep(&judged, stamp, given);
                }
                (Outcome::Judged(judged), is_expected)
            }
            Err(Unreadable::Vanished) => (Outcome::Vanished, false),
            Err(Unreadable::Symlink { target })
                if leads_somewhere(self.snapshot, &path, &target) =>
            {
                let because = format!("a link to `{}`", String::from_utf8_lossy(&target));
                (skipped(path, because), false)
            }
            Err(reason) => {
                let judged = self.judge_unread(file, facts, path, reason);
                (Outcome::Judged(judged), false)
            }
        }
    }

    fn judge_bytes(
        &self,
        file: FileId,
        facts: &PathFacts,
        path: Box<[u8]>,
        bytes: Vec<u8>,
    ) -> Box<Judged> {
        let lines = LineIndex::new(&bytes);
        let content = ContentId::of(&bytes);
        let text = Text::decode(bytes, facts.format);
        let reading = model::read(file, facts, &text, &lines);
        let (document, findings) = judge(&reading, self.policy.kind(&path), &self.rules);
        let is_undecoded = reading.defect.is_some() && reading.source.text.is_empty();
        let is_unread = document.is_cut || (is_undecoded && reading.matters(&document));
        let content = Some(content);
        drop(reading);
        drop(text);
        // A copy made when the text and its tree are gone takes their place, and no more than it needs.
        // What was made beside them would keep the gaps between apart: a sixth of a large run's memory.
        judged(path, content, lines, document, findings, is_unread).clone()
    }

    fn judge_unread(
        &self,
        file: FileId,
        facts: &PathFacts,
        path: Box<[u8]>,
        reason: Unreadable,
    ) -> Box<Judged> {
        let lines = LineIndex::default();
        let reading = Reading::unread(file, facts, &lines, defect(reason));
        let (document, findings) = judge(&reading, self.policy.kind(&path), &self.rules);
        let is_unread = reading.matters(&document);
        let lines = LineIndex::default();
        judged(path, None, lines, document, findings, is_unread)
    }
}

fn skipped(path: Box<[u8]>, because: String) -> Outcome {
    Outcome::Skipped(LeftAlone { path, because })
}

/// Whether a link inside the repository has a target there, which is then read on its own.
fn leads_somewhere(snapshot: &Snapshot, path: &[u8], target: &[u8]) -> bool {
    let folder = path
        .rsplitn(2, |byte| *byte == b'/')
        .nth(1)
        .unwrap_or_default();
    let mut parts: Vec<&[u8]> = folder.split(|byte| *byte == b'/').collect();
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => _ = parts.pop(),
            name => parts.push(name),
        }
    }
    parts.retain(|part| !part.is_empty());
    let target = parts.join(&b'/');
    target != path && (snapshot.contains(&target) || snapshot.contains_dir(&target))
}

fn judge(
    reading: &Reading<'_>,
    given: Option<Kind>,
    rules: &[&'static Rule],
) -> (Document, Vec<Finding>) {
    let document = model::lower(reading, given);
    let mut findings = Vec::new();
    for rule in rules {
        let Shape::Document(check) = rule.shape else {
            continue;
        };
        let mut out = Findings::new(rule);
        let cx = DocumentContext {
            reading,
            document: &document,
        };
        check(&cx, &mut out);
        findings.extend(out.into_parts().findings);
    }
    (document, findings)
}

fn judged(
    path: Box<[u8]>,
    content: Option<ContentId>,
    lines: LineIndex,
    document: Document,
    findings: Vec<Finding>,
    is_unread: bool,
) -> Box<Judged> {
    Box::new(Judged {
        source: SourceFile {
            path,
            content,
            lines,
        },
        document: Box::new(document),
        findings,
        is_unread,
    })
}

fn defect(reason: Unreadable) -> Defect {
    match reason {
        Unreadable::TooLarge { bytes } => Defect::TooLarge { bytes },
        Unreadable::EscapingSymlink { target } => Defect::EscapingSymlink { target },
        other => Defect::Unreadable(words(&other)),
    }
}

/// Why a file cannot be read, in words that follow "cannot be read:".
pub fn words(reason: &Unreadable) -> String {
    match reason {
        Unreadable::Vanished => "it is not there".to_owned(),
        Unreadable::Symlink { target } => {
            let target = String::from_utf8_lossy(target);
            format!("it is a symbolic link to `{target}`, which leads to no file")
        }
        Unreadable::EscapingSymlink { .. } => {
            "it is a symbolic link out of the repository".to_owned()
        }
        Unreadable::BelowSymlink => "a folder above it is a symbolic link".to_owned(),
        Unreadable::NotRegular(what) => format!("it is {what}"),
        Unreadable::TooLarge { bytes } => {
            format!("it has {bytes} bytes, {DOCUMENT_BYTES} are read at most")
        }
        Unreadable::NotFetched { blob } => {
            format!("git has not fetched it; run: git cat-file -e {blob}")
        }
        Unreadable::LfsPointer => {
            "git holds a pointer to it, and Git LFS has not fetched it; run: git lfs pull"
                .to_owned()
        }
        Unreadable::InConflict => "it is in conflict, and neither side is staged".to_owned(),
        Unreadable::Denied => "permission is denied".to_owned(),
        Unreadable::Other(reason) => reason.clone(),
    }
}

fn assemble(outcomes: Vec<Outcome>, policy: &Policy) -> Inspection {
    let mut inspection = Inspection::default();
    let (mut sources, mut unread) = (Sources::default(), Vec::new());
    let mut documents = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        match outcome {
            Outcome::Vanished => {}
            Outcome::Skipped(file) => inspection.left_alone.push(file),
            Outcome::Bug { path, words } => {
                let path = crate::text::sanitise::path(&path);
                inspection.bugs.push(format!("{path}: {words}"));
            }
            Outcome::Judged(judged) => {
                let file = judged.document.file;
                if judged.is_unread {
                    unread.push(file);
                }
                sources.insert(file, judged.source);
                documents.push(judged.document);
                inspection.findings.extend(judged.findings);
            }
        }
    }
    inspection.ops = Ops::new(sources, documents, &unread, &policy.units);
    inspection
}

/// What a panic said.
pub fn panic_words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "an unknown fault".to_owned())
}
