//! From a snapshot to facts and the findings of document rules.
//!
//! Each file is one task: read, decode, parse, lower, judge, and drop the text. Tasks run in
//! parallel and are put together in the order of paths, so that the result does not depend on the
//! number of threads. A panic belongs to one file: it is reported as our fault, and the others go
//! on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::finding::{Finding, Level};
use crate::limits::DOCUMENT_BYTES;
use crate::load::{File, FileKind, Reason, Snapshot, Unlisted, Unreadable};
use crate::model::{
    self, ContentId, Defect, Document, Format, Kind, Ops, PathFacts, PathReader, Reading,
    SourceFile, Sources, Text,
};
use crate::policy::Policy;
use crate::rule::{DocumentContext, Findings, NotAssessed, Rule, Shape};
use crate::rules;
use crate::text::{FileId, LineIndex};

/// Everything that was found out about a snapshot.
#[derive(Debug, Default)]
pub struct Inspection {
    pub ops: Ops,
    /// What the document rules found.
    pub findings: Vec<Finding>,
    /// Every file that was considered, in order of paths.
    pub listing: Vec<Listed>,
    /// Faults of prepcheck itself, in words.
    pub bugs: Vec<String>,
    /// Folders that could not be searched, so that documents in them may be missing.
    pub unsearched: Vec<NotAssessed>,
}

/// What was made of one file.
#[derive(Clone, Debug)]
pub struct Listed {
    pub path: Box<[u8]>,
    /// Nothing if it was left alone.
    pub kind: Option<Kind>,
    pub because: String,
}

/// Reads a snapshot under a policy.
pub fn inspect(snapshot: &Snapshot, policy: &Policy) -> Inspection {
    let candidates = candidates(snapshot, policy);
    let rules = document_rules(policy);
    let outcomes: Vec<Outcome> = candidates
        .into_par_iter()
        .enumerate()
        .map(|(index, candidate)| guarded(snapshot, policy, &rules, index, candidate))
        .collect();
    let mut inspection = assemble(outcomes, policy);
    for folder in snapshot.unlisted() {
        inspection.add_unlisted(folder);
    }
    inspection
}

impl Inspection {
    /// A nested repository answers for itself; other folders that were not searched are said.
    fn add_unlisted(&mut self, folder: &Unlisted) {
        let because = match &folder.reason {
            Reason::NestedRepository => "a repository of its own".to_owned(),
            Reason::TooDeep => "too many folders deep".to_owned(),
            Reason::Unreadable(reason) => words(reason),
        };
        if folder.reason != Reason::NestedRepository {
            let path = crate::text::sanitise::path(&folder.path);
            self.unsearched.push(NotAssessed {
                rule: "files/unreadable",
                unit: String::new(),
                reason: format!("{path} was not searched: {because}"),
            });
        }
        self.listing.push(Listed {
            path: [&*folder.path, b"/"].concat().into(),
            kind: None,
            because,
        });
    }
}

/// The bytes of files as they were judged; nothing for a file that changed since.
pub fn reread(snapshot: &Snapshot, sources: &Sources, file: FileId) -> Option<Vec<u8>> {
    let source = sources.get(file);
    let bytes = snapshot.read(&source.path, DOCUMENT_BYTES).ok()?;
    let is_same = source.content == Some(ContentId::of(&bytes));
    is_same.then_some(bytes)
}

/// A file worth reading, or one that is left alone for a reason worth saying.
struct Candidate {
    path: Box<[u8]>,
    facts: PathFacts,
    skip: Option<String>,
}

/// What a task leaves behind.
enum Outcome {
    Skipped(Listed),
    Vanished,
    Judged(Box<Judged>),
    Bug { path: Box<[u8]>, words: String },
}

struct Judged {
    source: SourceFile,
    document: Document,
    findings: Vec<Finding>,
    is_unread: bool,
}

fn candidates(snapshot: &Snapshot, policy: &Policy) -> Vec<Candidate> {
    let files = snapshot.files().par_iter();
    files
        .map_init(PathReader::default, |paths, file| {
            candidate(paths, policy, file)
        })
        .flatten()
        .collect()
}

fn candidate(paths: &mut PathReader, policy: &Policy, file: &File) -> Option<Candidate> {
    let included = policy.includes(&file.path);
    let facts = paths.facts(&file.path).or_else(|| {
        included
            .then(|| model::path_facts_of_included(&file.path))
            .flatten()
    })?;
    let skip = skip(file.kind, &facts, policy.excludes(&file.path));
    Some(Candidate {
        path: file.path.clone(),
        facts,
        skip,
    })
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

fn guarded(
    snapshot: &Snapshot,
    policy: &Policy,
    rules: &[&'static Rule],
    index: usize,
    candidate: Candidate,
) -> Outcome {
    let path = candidate.path.clone();
    let task = || task(snapshot, policy, rules, index, candidate);
    catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|panic| Outcome::Bug {
        path,
        words: panic_words(&*panic),
    })
}

fn task(
    snapshot: &Snapshot,
    policy: &Policy,
    rules: &[&'static Rule],
    index: usize,
    candidate: Candidate,
) -> Outcome {
    if let Some(because) = candidate.skip {
        return Outcome::Skipped(Listed {
            path: candidate.path,
            kind: None,
            because,
        });
    }
    // Numbers are given for good once it is known which files remain.
    let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    let given = policy.kind(&candidate.path);
    match snapshot.read(&candidate.path, DOCUMENT_BYTES) {
        Ok(bytes) => {
            let lines = LineIndex::new(&bytes);
            let content = ContentId::of(&bytes);
            let text = Text::decode(bytes, candidate.facts.format);
            let reading = model::read(file, &candidate.facts, &text, &lines);
            let (document, findings) = judge(&reading, given, rules);
            let is_undecoded = reading.defect.is_some() && reading.source.text.is_empty();
            let is_unread = document.is_cut || (is_undecoded && reading.matters(&document));
            judged(
                candidate.path,
                Some(content),
                lines,
                document,
                findings,
                is_unread,
            )
        }
        Err(Unreadable::Vanished) => Outcome::Vanished,
        Err(Unreadable::Symlink { target })
            if leads_somewhere(snapshot, &candidate.path, &target) =>
        {
            Outcome::Skipped(Listed {
                path: candidate.path,
                kind: None,
                because: format!("a link to `{}`", String::from_utf8_lossy(&target)),
            })
        }
        Err(reason) => {
            let lines = LineIndex::default();
            let reading = Reading::unread(file, &candidate.facts, &lines, defect(reason));
            let (document, findings) = judge(&reading, given, rules);
            let is_unread = reading.matters(&document);
            judged(
                candidate.path,
                None,
                LineIndex::default(),
                document,
                findings,
                is_unread,
            )
        }
    }
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
        findings.extend(out.into_parts().0);
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
) -> Outcome {
    Outcome::Judged(Box::new(Judged {
        source: SourceFile {
            path,
            content,
            lines,
        },
        document,
        findings,
        is_unread,
    }))
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
            format!("it is a symbolic link to `{target}`, which is not there")
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
    let (mut sources, mut documents, mut unread) = (Sources::default(), Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Vanished => {}
            Outcome::Skipped(listed) => inspection.listing.push(listed),
            Outcome::Bug { path, words } => {
                let path = crate::text::sanitise::path(&path);
                inspection.bugs.push(format!("{path}: {words}"));
            }
            Outcome::Judged(judged) => {
                let file = judged.document.file;
                inspection.listing.push(Listed {
                    path: judged.source.path.clone(),
                    kind: Some(judged.document.kind),
                    because: judged.document.because.clone(),
                });
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
