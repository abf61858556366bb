//! From an outcome to bytes, a module for each format.
//!
//! A [`Report`] holds all that any format shows, with places resolved to paths, lines and columns.
//! Formats differ in form and never in content. Strings in it are still foreign: each format passes
//! every one of them through the sanitiser of its own sink.

pub mod change;
pub mod compact;
pub mod coverage;
pub mod diff;
pub mod difference;
pub mod due;
mod excerpt;
pub mod files;
pub mod history;
pub mod human;
pub mod ical;
pub mod json;
mod mask;
pub mod oncall;
mod paint;
pub mod plain;
pub mod rules;
pub mod status;
mod wrap;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::{Judged, Outcome};
use crate::finding::{Answer, Level, Place};
use crate::fix::Mending;
use crate::inspect::Inspection;
use crate::model::{Document, Kind, NativeName, Ops, Sources};
use crate::text::{FileId, LineIndex, Position, Span, Way, sanitise};
use crate::view;
pub use difference::{Base, Difference, Past};

/// All that a format shows.
#[derive(Debug)]
pub struct Report {
    pub header: Header,
    /// In the order of [`crate::check::Outcome`].
    pub items: Vec<Item>,
    pub answers: Vec<AnswerRow>,
    /// How many findings an exception covers.
    pub allowed: usize,
    pub not_assessed: Vec<NotAssessed>,
    /// What the reader should know and nobody has to mend.
    pub remarks: Vec<String>,
    /// Faults of prepcheck itself.
    pub bugs: Vec<String>,
    /// The one most useful next step, if anything is left to do.
    pub next_step: Option<String>,
    /// What was mended before the repository was judged, if that was asked for.
    pub mended: Option<Mended>,
    /// How it differs from a base, if there is one.
    pub difference: Option<Difference>,
}

/// How much was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mended {
    pub findings: usize,
    pub files: usize,
    /// Whether the limit of rounds was reached with something left to mend.
    pub is_unfinished: bool,
    /// Findings that are not mended, as their files could not be written.
    pub refused: usize,
}

impl Mended {
    pub fn of(mending: &Mending) -> Mended {
        Mended {
            findings: mending.findings(),
            files: mending.files.len(),
            is_unfinished: mending.is_unfinished,
            refused: mending.refused,
        }
    }

    /// In words that follow "mended" or "would mend".
    pub fn words(self) -> String {
        let findings = counted(self.findings, "finding");
        format!("{findings} in {}", counted(self.files, "file"))
    }
}

/// What a run was, for its first line.
#[derive(Clone, Debug)]
pub struct Header {
    pub version: &'static str,
    /// The root as it was asked for.
    pub root: String,
    pub way: Way,
    pub tree: Tree,
    pub policy: String,
    /// The clock, with its zone.
    pub as_of: String,
    /// Documents that were judged.
    pub documents: usize,
    pub is_git: bool,
    /// Why the report is set beside no base, where one was asked for.
    pub no_base: Option<String>,
}

/// Which state of the files was judged.
#[derive(Clone, Debug)]
pub enum Tree {
    Worktree,
    Staged,
    /// As it was asked for.
    Revision(String),
}

impl Tree {
    pub fn id(&self) -> &'static str {
        match self {
            Tree::Worktree => "worktree",
            Tree::Staged => "staged",
            Tree::Revision(_) => "revision",
        }
    }

    pub fn revision(&self) -> Option<&str> {
        match self {
            Tree::Revision(revision) => Some(revision),
            Tree::Worktree | Tree::Staged => None,
        }
    }
}

/// One finding, resolved.
#[derive(Debug)]
pub struct Item {
    pub rule: &'static str,
    pub level: Level,
    pub cause: &'static str,
    pub answer: Option<Answer>,
    /// Folder of its unit; empty for the root's.
    pub unit: String,
    /// The subject of its identity, as text.
    pub subject: String,
    pub message: String,
    pub place: Option<Location>,
    /// What is at the place itself.
    pub at: Option<String>,
    pub labels: Vec<(Location, String)>,
    pub help: Option<String>,
    pub notes: Vec<String>,
    pub has_fix: bool,
    /// `new` or `inherited`, if there is a base.
    pub state: Option<&'static str>,
}

/// A place in a file, for people and for machines.
#[derive(Clone, Debug)]
pub struct Location {
    pub file: Arc<SourceText>,
    /// Nothing if no byte of the file may be shown.
    pub range: Option<LocatedRange>,
}

#[derive(Clone, Copy, Debug)]
pub struct LocatedRange {
    pub span: Span,
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A file that a finding points into.
#[derive(Debug)]
pub struct SourceText {
    /// From the current folder, so that it can be opened from there; perhaps not UTF-8.
    pub path: Vec<u8>,
    /// Below the root, the same wherever prepcheck is run; perhaps not UTF-8.
    pub below_root: Vec<u8>,
    /// Its bytes, if they are still those that were judged and something shows them.
    pub bytes: Option<Vec<u8>>,
    pub lines: LineIndex,
}

/// One of the five questions and how it stands.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    pub answer: Answer,
    pub is_answered: bool,
    /// Findings at each level that serve it: errors, warnings, notes.
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}

/// What could not be judged, and why.
#[derive(Clone, Debug)]
pub struct NotAssessed {
    pub rule: &'static str,
    pub unit: String,
    pub reason: String,
    /// `new` or `inherited`, if there is a base.
    pub state: Option<&'static str>,
}

/// How a text format is laid out: all of it an argument, nothing asked of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub style: Style,
    /// In columns.
    pub width: usize,
    pub colour: bool,
    /// Show every finding instead of folding the fourth and later ones of a rule in a unit.
    pub all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Box-drawing and carets, for terminals.
    Graphical,
    /// ASCII, for CI logs and pipes.
    Plain,
    /// Sentences, for screen readers.
    Narrated,
}

impl Report {
    pub fn count(&self, level: Level) -> usize {
        self.items.iter().filter(|item| item.level == level).count()
    }

    /// How many findings `--fix` would mend.
    pub fn fixable(&self) -> usize {
        self.items.iter().filter(|item| item.has_fix).count()
    }
}

impl Item {
    /// What to do, and whether `--fix` does it.
    fn help(&self) -> Option<String> {
        let help = self.help.as_deref().map(mask::shown);
        match (help, self.has_fix) {
            (Some(help), true) => Some(format!("{help} (--fix)")),
            (None, true) => Some("run with `--fix`".to_owned()),
            (help, false) => help,
        }
    }
}

/// A number with its noun.
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Resolves an outcome for the reports.
///
/// Each file that a finding points into is read once.
pub fn build(
    inspection: &Inspection,
    outcome: &Outcome,
    header: Header,
    texts: Texts<'_>,
) -> Report {
    let ops = &inspection.ops;
    let files = Files::read(&ops.sources, outcome, &header.way, texts);
    let items = outcome.findings.iter().map(|judged| files.item(judged));
    let items: Vec<Item> = items.collect();
    let answers = Answer::ALL.map(|answer| answer_row(ops, outcome, answer));
    let not_assessed = outcome.not_assessed.iter().map(|unknown| NotAssessed {
        rule: unknown.rule,
        unit: unknown.unit.clone(),
        reason: unknown.reason.clone(),
        state: None,
    });
    Report {
        next_step: next_step(ops, &items, &header.way),
        header,
        items,
        answers: answers.into(),
        allowed: outcome.allowed.len(),
        not_assessed: not_assessed.collect(),
        remarks: outcome.remarks.iter().cloned().collect(),
        bugs: inspection.bugs.clone(),
        mended: None,
        difference: None,
    }
}

/// How a report comes to the texts of files.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// A file's bytes, if they are still those that were judged.
    pub read: &'a (dyn Fn(FileId) -> Option<Vec<u8>> + Sync),
    /// Whether any form of the report draws excerpts. Else the bytes are dropped as soon as columns
    /// are counted in them.
    pub are_shown: bool,
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts")
            .field("are_shown", &self.are_shown)
            .finish_non_exhaustive()
    }
}

/// The files that findings point into.
struct Files(BTreeMap<FileId, Pointed>);

/// A file, and the bytes in it that were asked for.
struct Pointed {
    text: Arc<SourceText>,
    positions: BTreeMap<u32, Position>,
}

impl Files {
    fn read(sources: &Sources, outcome: &Outcome, way: &Way, texts: Texts<'_>) -> Files {
        let mut asked: BTreeMap<FileId, BTreeMap<u32, Position>> = BTreeMap::new();
        let mut ask = |span: Span| {
            let start = Position { line: 1, column: 1 };
            let of_file = asked.entry(span.file).or_default();
            of_file.extend([(span.start, start), (span.end, start)]);
        };
        for Judged { finding, .. } in &outcome.findings {
            finding.labels.iter().for_each(|label| ask(label.span));
            match finding.place {
                Place::Nowhere => {}
                Place::File(file) => ask(Span::new(file, 0..0)),
                Place::Bytes(span) => ask(span),
            }
        }
        let read = asked.into_par_iter().map(|(file, mut positions)| {
            let source = sources.get(file);
            let bytes = (texts.read)(file);
            let shown = bytes.as_deref().unwrap_or_default();
            for (offset, position) in &mut positions {
                *position = Position::of(*offset, &source.lines, shown);
            }
            let text = SourceText {
                path: way.to(&source.path),
                below_root: source.path.to_vec(),
                bytes: bytes.filter(|_| texts.are_shown),
                lines: source.lines.clone(),
            };
            (file, text, positions)
        });
        let read: Vec<(FileId, SourceText, _)> = read.collect();
        let read = read.into_iter().map(|(file, text, positions)| {
            let text = Arc::new(text);
            (file, Pointed { text, positions })
        });
        Files(read.collect())
    }

    fn item(&self, judged: &Judged) -> Item {
        let finding = &judged.finding;
        let place = match finding.place {
            Place::Nowhere => None,
            Place::File(file) => Some(Location {
                file: Arc::clone(&self.0[&file].text),
                range: None,
            }),
            Place::Bytes(span) => Some(self.locate(span)),
        };
        let labels = finding.labels.iter();
        Item {
            rule: finding.rule,
            level: judged.level,
            cause: finding.cause.id(),
            answer: judged.answer,
            unit: finding.unit.clone(),
            subject: finding.subject.to_string(),
            message: finding.message.clone(),
            place,
            at: finding.at.clone(),
            labels: labels
                .map(|label| (self.locate(label.span), label.text.clone()))
                .collect(),
            help: finding.help.clone(),
            notes: finding.notes.clone(),
            has_fix: !finding.edits.is_empty(),
            state: None,
        }
    }

    fn locate(&self, span: Span) -> Location {
        let file = &self.0[&span.file];
        let position = |offset| file.positions[&offset];
        Location {
            range: Some(LocatedRange {
                span,
                start: position(span.start),
                end: position(span.end),
            }),
            file: Arc::clone(&file.text),
        }
    }
}

fn answer_row(ops: &Ops, outcome: &Outcome, answer: Answer) -> AnswerRow {
    let count = |level| {
        let same = |judged: &&Judged| judged.answer == Some(answer) && judged.level == level;
        outcome.findings.iter().filter(same).count()
    };
    AnswerRow {
        answer,
        is_answered: view::is_answered(ops, outcome, answer),
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        notes: count(Level::Note),
    }
}

/// What would help most: the answers that nothing gives, else the first of the worst findings.
fn next_step(ops: &Ops, items: &[Item], way: &Way) -> Option<String> {
    let unanswered = items
        .iter()
        .filter(|item| item.rule.starts_with("answers/unanswered-"));
    let mut missing: Vec<Answer> = unanswered.filter_map(|item| item.answer).collect();
    missing.dedup();
    if !missing.is_empty() {
        if let Some(scope) = single_purpose(ops).filter(|_| missing.len() > 1) {
            return Some(scope);
        }
        let missing: Vec<&str> = missing.into_iter().map(Answer::id).collect();
        return Some(where_to_answer(ops, &missing.join(", "), way));
    }
    first_help(items.iter())
}

/// What mends the first of the worst findings.
fn first_help<'i>(mut items: impl Iterator<Item = &'i Item> + Clone) -> Option<String> {
    let worst = items.clone().map(|item| item.level).max()?;
    let first = items.find(|item| item.level == worst)?;
    let help = first.help.clone()?;
    let place = first
        .place
        .as_ref()
        .map(|place| sanitise::path(&place.file.path));
    Some(match place {
        Some(place) => format!("{} in {place}: {help}", first.rule),
        None => format!("{}: {help}", first.rule),
    })
}

/// How many documents of one kind, and of no other, make a repository that is kept for them.
const SINGLE_PURPOSE: usize = 5;

/// What a repository says that is kept for one kind of document, such as a company's post-mortems.
fn single_purpose(ops: &Ops) -> Option<String> {
    let count = |kind| {
        let documents = ops.documents();
        documents.filter(|document| document.kind == kind).count()
    };
    let (postmortems, runbooks) = (count(Kind::Postmortem), count(Kind::Runbook));
    let others = [
        Kind::IncidentPlan,
        Kind::Oncall,
        Kind::Message,
        Kind::Preparedness,
    ];
    let is_mixed = others.into_iter().any(|kind| count(kind) > 0);
    let (group, what) = match (postmortems, runbooks) {
        _ if is_mixed => return None,
        (SINGLE_PURPOSE.., 0) => ("postmortems", "post-mortems"),
        (0, SINGLE_PURPOSE..) => ("runbooks", "runbooks"),
        _ => return None,
    };
    Some(format!(
        "if {what} are all that this repository is for, say `scope: [{group}]` in `prepcheck.yaml`; else run `prepcheck init`"
    ))
}

/// Where answers are best written down: where a skeleton waits for them, else in the native file that
/// is there, else in a new one.
fn where_to_answer(ops: &Ops, missing: &str, way: &Way) -> String {
    let path = |document: &Document| sanitise::path(&way.to(ops.sources.path(document.file)));
    let mut documents = ops.documents();
    if let Some(document) = documents.find(|document| !document.skeletons.is_empty()) {
        return format!("fill in {}: {missing}", path(document));
    }
    let mut documents = ops.documents();
    let native = documents.find(|document| document.native == Some(NativeName::Preparedness));
    match native {
        Some(document) => {
            let path = path(document);
            format!("answer in {path}, or on a page of Markdown beside it: {missing}")
        }
        None => "run `prepcheck init`, which writes `ops/preparedness.yaml` to fill in".to_owned(),
    }
}
