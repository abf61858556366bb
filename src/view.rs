//! The versioned JSON contracts.
//!
//! Types of their own: an inner rename must not break whoever reads them. Fields are added freely;
//! a field is renamed or dropped only with `format_version`.

mod coverage;
mod due;
mod history;
mod oncall;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check::Outcome;
use crate::finding::Answer;
use crate::inspect::Inspection;
use crate::model::postmortem::{self, ActionItem, PostMortem};
use crate::model::{
    Document, Evidence, FIXES, FURTHER_FIXES, INCIDENTS, Kind, Ops, PARTS, Part, UnitView,
};
use crate::rule::Rule;
use crate::text::{Span, Spanned, sanitise};

pub use coverage::{Coverage, CoverageEntry, CoverageNear, CoverageRow, CoverageUnit, coverage};
pub use due::{Due, DueItem, DueOwner, DuePromise, due};
pub use history::{
    History, HistoryChange, HistoryDay, HistoryDocument, HistoryDropped, HistoryMoved, history,
};
pub use oncall::{
    Oncall, OncallAt, OncallContact, OncallDuty, OncallLevel, OncallNext, OncallSchedule,
    OncallShift, OncallUnit, Stretch, oncall, oncall_at,
};

/// The version of every contract here.
pub const FORMAT_VERSION: u32 = 1;

/// `prepcheck model`: what was understood of each document.
#[derive(Debug, Serialize)]
pub struct Model {
    pub format_version: u32,
    pub documents: Vec<ModelDocument>,
}

#[derive(Debug, Serialize)]
pub struct ModelDocument {
    pub path: String,
    pub kind: &'static str,
    pub unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// By `CODEOWNERS`, else by the catalogue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// The common incidents that it is for or about.
    pub incident_types: Vec<&'static str>,
    pub fixes: Vec<&'static str>,
    /// The questions it answers, in part or whole.
    pub answers: Vec<&'static str>,
    pub evidence: Vec<ModelEvidence>,
    pub sections: BTreeMap<&'static str, Line>,
    pub stub: bool,
    /// The day of the incident; only for post-mortems, null if none is given.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub postmortem: Option<ModelPostMortem>,
}

/// What only post-mortems have.
#[derive(Debug, Serialize)]
pub struct ModelPostMortem {
    /// `YYYY-MM-DD`.
    pub incident_date: Option<String>,
    pub draft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// As written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    pub action_items: Vec<ModelItem>,
}

#[derive(Debug, Serialize)]
pub struct ModelItem {
    pub line: u32,
    pub text: String,
    pub done: bool,
    pub owners: Vec<String>,
    /// `YYYY-MM-DD`; null if no day is given.
    pub due: Option<String>,
    /// What is written for a date if it is no day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_text: Option<String>,
    /// The day of completion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_on: Option<String>,
    /// Why it was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracker: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ModelEvidence {
    pub slot: &'static str,
    pub line: u32,
    pub how: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Line {
    pub line: u32,
}

/// `prepcheck files`: what was read as what, and why.
#[derive(Debug, Serialize)]
pub struct Files {
    pub format_version: u32,
    pub files: Vec<File>,
}

#[derive(Debug, Serialize)]
pub struct File {
    pub path: String,
    /// Null for a file that was left alone.
    pub kind: Option<&'static str>,
    pub because: String,
}

impl Files {
    /// Every path, to be shown as it opens from elsewhere than the root.
    pub fn each_path(&mut self, change: impl Fn(&mut String)) {
        self.files
            .iter_mut()
            .for_each(|file| change(&mut file.path));
    }
}

/// `prepcheck status`: the five answers of each unit.
#[derive(Debug, Serialize)]
pub struct Status {
    pub format_version: u32,
    pub as_of: String,
    pub units: Vec<StatusUnit>,
}

#[derive(Debug, Serialize)]
pub struct StatusUnit {
    /// Folder below the root; empty for the repository itself.
    pub unit: String,
    pub answers: Vec<StatusAnswer>,
}

#[derive(Debug, Serialize)]
pub struct StatusAnswer {
    pub id: &'static str,
    pub question: &'static str,
    pub answered: bool,
    pub parts: Vec<StatusPart>,
    /// Everything that contributes, also what belongs to no part.
    pub evidence: Vec<StatusEvidence>,
}

#[derive(Debug, Serialize)]
pub struct StatusPart {
    pub part: &'static str,
    /// Empty if it is missing.
    pub evidence: Vec<StatusEvidence>,
}

#[derive(Debug, Serialize)]
pub struct StatusEvidence {
    pub slot: &'static str,
    pub path: String,
    pub line: u32,
    pub how: &'static str,
    /// Why the part does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// It is given by a unit around this one.
    pub inherited: bool,
}

impl Status {
    /// Every path and folder, to be shown as it opens from elsewhere than the root.
    pub fn each_path(&mut self, change: impl Fn(&mut String)) {
        for unit in &mut self.units {
            if !unit.unit.is_empty() {
                change(&mut unit.unit);
            }
            for answer in &mut unit.answers {
                let parts = answer.parts.iter_mut().flat_map(|part| &mut part.evidence);
                let evidence = parts.chain(&mut answer.evidence);
                evidence.for_each(|evidence| change(&mut evidence.path));
            }
        }
    }
}

/// `prepcheck rules`: every rule.
#[derive(Debug, Serialize)]
pub struct Rules {
    pub format_version: u32,
    pub rules: Vec<RuleRow>,
}

#[derive(Debug, Serialize)]
pub struct RuleRow {
    pub rule: &'static str,
    pub summary: &'static str,
    pub causes: Vec<&'static str>,
    /// Level by shipped policy.
    pub levels: BTreeMap<&'static str, &'static str>,
    pub since: &'static str,
}

/// What each document of an inspection says; documents of kind `other` that say nothing are left
/// out.
/// All documents, or the one at a path below the root.
pub fn model(inspection: &Inspection, only: Option<&[u8]>) -> Model {
    let ops = &inspection.ops;
    let is_asked = |file| only.is_none_or(|only| only == ops.sources.path(file));
    let documents = ops.documents();
    let documents = documents.filter(|document| is_asked(document.file));
    let documents = documents.map(|document| model_document(ops, document));
    Model {
        format_version: FORMAT_VERSION,
        documents: documents.collect(),
    }
}

/// What was made of each file that was considered, in order of paths.
pub fn files(inspection: &Inspection) -> Files {
    let ops = &inspection.ops;
    let read = ops.documents().map(|document| {
        let kind = Some(document.kind.id());
        (ops.sources.path(document.file), kind, &document.because)
    });
    let left_alone = inspection.left_alone.iter();
    let left_alone = left_alone.map(|file| (&*file.path, None, &file.because));
    let mut files: Vec<(&[u8], _, &String)> = read.chain(left_alone).collect();
    files.sort_unstable();
    let files = files.into_iter().map(|(at, kind, because)| File {
        path: path(at),
        kind,
        because: because.clone(),
    });
    Files {
        format_version: FORMAT_VERSION,
        files: files.collect(),
    }
}

pub fn status(ops: &Ops, as_of: String) -> Status {
    let units = ops.views().filter(|unit| !unit.is_mere_container());
    Status {
        format_version: FORMAT_VERSION,
        as_of,
        units: units.map(|unit| status_unit(ops, unit)).collect(),
    }
}

pub fn rule_row(
    rule: &Rule,
    level: impl Fn(&str) -> &'static str,
    policies: &[&'static str],
) -> RuleRow {
    RuleRow {
        rule: rule.name,
        summary: rule.summary,
        causes: rule.causes.iter().map(|cause| cause.id()).collect(),
        levels: policies
            .iter()
            .map(|policy| (*policy, level(policy)))
            .collect(),
        since: rule.since,
    }
}

/// Whether nothing answers a question anywhere it is asked.
pub fn is_answered(ops: &Ops, outcome: &Outcome, answer: Answer) -> bool {
    let rule = format!("answers/unanswered-{}", answer.id());
    let is_unanswered = outcome
        .findings
        .iter()
        .any(|judged| judged.finding.rule == rule);
    let any = ops.documents().flat_map(|document| &document.evidence);
    !is_unanswered && any.into_iter().any(|evidence| evidence.answer == answer)
}

fn model_document(ops: &Ops, document: &Document) -> ModelDocument {
    let line = |span: Span| ops.sources.line(span.file, span.start);
    let mut answers: Vec<Answer> = document.evidence.iter().map(|e| e.answer).collect();
    answers.sort_unstable();
    answers.dedup();
    let evidence = document.evidence.iter().map(|evidence| ModelEvidence {
        slot: evidence.slot,
        line: line(evidence.span),
        how: evidence.how.id(),
    });
    let sections = document.sections.iter();
    let owners = match document.kind {
        Kind::Other => Vec::new(),
        _ => ops.owners(document.file),
    };
    let owners = owners.into_iter();
    ModelDocument {
        path: path(ops.sources.path(document.file)),
        kind: document.kind.id(),
        unit: ops.unit_of(document.file).to_owned(),
        title: document.title.as_ref().map(|title| title.value.clone()),
        owners: owners.map(|owner| owner.value.clone()).collect(),
        incident_types: INCIDENTS
            .iter()
            .copied()
            .filter(|incident| document.is_about(incident))
            .collect(),
        fixes: FIXES
            .iter()
            .chain(FURTHER_FIXES)
            .copied()
            .filter(|fix| document.is_about(fix))
            .collect(),
        answers: answers.into_iter().map(Answer::id).collect(),
        evidence: evidence.collect(),
        sections: sections
            .map(|(name, span)| (*name, Line { line: line(*span) }))
            .collect(),
        stub: document.is_stub,
        postmortem: document
            .postmortem
            .as_ref()
            .filter(|_| document.kind == Kind::Postmortem)
            .map(|report| model_postmortem(report, line)),
    }
}

fn model_postmortem(report: &PostMortem, line: impl Fn(Span) -> u32) -> ModelPostMortem {
    let text = |value: &Spanned<String>| value.value.clone();
    let items = report.action_items.iter();
    ModelPostMortem {
        incident_date: report.incident_date.as_ref().map(|day| day.day.to_string()),
        draft: report.is_draft,
        severity: report.severity.as_ref().map(text),
        duration: report.duration.as_ref().map(|length| text(&length.text)),
        authors: report.authors.iter().map(text).collect(),
        action_items: items
            .map(|item| model_item(item, line(item.span)))
            .collect(),
    }
}

fn model_item(item: &ActionItem, line: u32) -> ModelItem {
    let text = |value: &Spanned<String>| value.value.clone();
    ModelItem {
        line,
        text: text(&item.text),
        done: item.is_done(),
        owners: item.owners.iter().map(text).collect(),
        due: item.due.day().map(|day| day.to_string()),
        due_text: match &item.due {
            postmortem::Due::Missing | postmortem::Due::Day(_) => None,
            postmortem::Due::Placeholder(words)
            | postmortem::Due::OpenEnded(words)
            | postmortem::Due::Unreadable(words) => Some(text(words)),
        },
        done_on: item.done_on.as_ref().map(|day| day.value.to_string()),
        dropped: item.dropped.as_ref().map(text),
        priority: item.priority.as_ref().map(text),
        tracker: item.tracker.as_ref().map(text),
    }
}

fn status_unit(ops: &Ops, unit: UnitView<'_>) -> StatusUnit {
    let answers = Answer::ALL.map(|answer| {
        let show = |evidence| status_evidence(ops, unit, evidence);
        let evidence = unit.evidence(answer);
        let parts = PARTS.iter().filter(|part| part.answer == answer);
        StatusAnswer {
            id: answer.id(),
            question: answer.question(),
            answered: !evidence.is_empty(),
            parts: parts.map(|part| status_part(ops, unit, part)).collect(),
            evidence: evidence.into_iter().map(show).collect(),
        }
    });
    StatusUnit {
        unit: unit.folder().to_owned(),
        answers: answers.into(),
    }
}

fn status_part(ops: &Ops, unit: UnitView<'_>, part: &Part) -> StatusPart {
    let evidence = part.slots.iter().flat_map(|slot| unit.evidence_of(slot));
    StatusPart {
        part: part.name,
        evidence: evidence
            .map(|evidence| status_evidence(ops, unit, evidence))
            .collect(),
    }
}

fn status_evidence(ops: &Ops, unit: UnitView<'_>, evidence: &Evidence) -> StatusEvidence {
    let file = evidence.span.file;
    StatusEvidence {
        slot: evidence.slot,
        path: path(ops.sources.path(file)),
        line: ops.sources.line(file, evidence.span.start),
        how: evidence.how.id(),
        reason: evidence.reason.as_deref().map(str::to_owned),
        inherited: ops.unit_of(file) != unit.folder(),
    }
}

/// The path and line of some bytes.
fn place(ops: &Ops, span: Span) -> (String, u32) {
    let line = ops.sources.line(span.file, span.start);
    (path(ops.sources.path(span.file)), line)
}

/// A path in JSON: as it is, or with the bytes that are not UTF-8 shown.
fn path(path: &[u8]) -> String {
    match str::from_utf8(path) {
        Ok(path) => path.to_owned(),
        Err(_) => sanitise::bytes(path),
    }
}
