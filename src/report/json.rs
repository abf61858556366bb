//! The findings as JSON, in the versioned contract of `prepcheck check --format json`.

mod writer;

use serde::Serialize;
use serde_json::Serializer;

use super::{Difference, Item, Location, Past, Report};
use crate::finding::Level;
use crate::text::sanitise;
use crate::view::FORMAT_VERSION;
use writer::{Shows, Writer};

/// Any of our JSON contracts, as text that ends with a line break.
///
/// Everything that does not print is escaped, so that the text is safe to show. Credentials, phone
/// numbers and personal addresses are hidden as in the reports; paths stay what they are.
pub fn print(value: &impl Serialize) -> String {
    written(value, Shows::NothingPersonal)
}

/// The same with phone numbers and addresses, for who is asked for them.
pub fn print_open(value: &impl Serialize) -> String {
    written(value, Shows::Everything)
}

fn written(value: &impl Serialize, shows: Shows) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Writer::new(shows));
    let written = value.serialize(&mut serializer);
    written.expect("our contracts are plain data");
    let mut text = String::from_utf8(bytes).expect("JSON is UTF-8");
    text.push('\n');
    text
}

pub fn render(report: &Report) -> String {
    print(&view(report))
}

#[derive(Serialize)]
struct View<'r> {
    format_version: u32,
    version: &'static str,
    root: &'r str,
    /// `worktree`, `staged` or `revision`.
    tree: &'static str,
    revision: Option<&'r str>,
    policy: &'r str,
    as_of: &'r str,
    git: bool,
    /// The tree that this one is set beside, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<BaseView<'r>>,
    /// Why it is set beside none, where a base was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_base: Option<&'r str>,
    summary: Summary,
    answers: Vec<AnswerView>,
    findings: Vec<FindingView<'r>>,
    /// What base had and this tree has no more, if there is a base.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<Vec<PastView<'r>>>,
    /// The same of what nobody mended: it went with its document or with its action items.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<PastView<'r>>>,
    not_assessed: Vec<NotAssessedView<'r>>,
    remarks: Vec<String>,
    bugs: &'r [String],
    next_step: Option<&'r str>,
}

#[derive(Serialize)]
struct Summary {
    documents: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    allowed: usize,
    /// Findings that `--fix` would mend.
    fixable: usize,
    /// What `--fix` did; null without it.
    mended: Option<MendedView>,
    #[serde(flatten)]
    states: Option<StatesView>,
}

/// How many findings are in each state, if there is a base.
#[derive(Serialize)]
struct StatesView {
    new: usize,
    inherited: usize,
    fixed: usize,
    removed: usize,
}

#[derive(Serialize)]
struct BaseView<'r> {
    name: &'r str,
    commit: Option<&'r str>,
    /// What the commit is, if it is not the one that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// A finding of base.
#[derive(Serialize)]
struct PastView<'r> {
    rule: &'static str,
    level: &'static str,
    unit: &'r str,
    subject: String,
    message: String,
    path: Option<String>,
}

#[derive(Serialize)]
struct MendedView {
    findings: usize,
    files: usize,
    /// Findings that are not mended, as their files could not be written.
    refused: usize,
    /// Whether nothing is left that could be mended.
    finished: bool,
}

#[derive(Serialize)]
struct AnswerView {
    id: &'static str,
    answered: bool,
}

#[derive(Serialize)]
struct FindingView<'r> {
    rule: &'static str,
    level: &'static str,
    /// `new` or `inherited`, if there is a base.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    cause: &'static str,
    answer: Option<&'static str>,
    unit: &'r str,
    subject: String,
    message: String,
    #[serde(flatten)]
    place: PlaceView,
    /// What is at the place itself.
    label: Option<String>,
    labels: Vec<LabelView>,
    help: Option<String>,
    notes: Vec<String>,
    fixable: bool,
}

#[derive(Serialize)]
struct LabelView {
    #[serde(flatten)]
    place: PlaceView,
    text: String,
}

/// Lines and columns from 1, columns in characters; offsets from 0, in bytes; ends exclusive.
#[derive(Serialize, Default)]
struct PlaceView {
    path: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    start_byte: Option<u32>,
    end_byte: Option<u32>,
}

#[derive(Serialize)]
struct NotAssessedView<'r> {
    rule: &'static str,
    unit: &'r str,
    reason: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

fn view(report: &Report) -> View<'_> {
    let header = &report.header;
    View {
        format_version: FORMAT_VERSION,
        version: header.version,
        root: &header.root,
        tree: header.tree.id(),
        revision: header.tree.revision(),
        policy: &header.policy,
        as_of: &header.as_of,
        git: header.is_git,
        base: report.difference.as_ref().map(base),
        no_base: header.no_base.as_deref(),
        summary: Summary {
            documents: header.documents,
            errors: report.count(Level::Error),
            warnings: report.count(Level::Warning),
            notes: report.count(Level::Note),
            allowed: report.allowed,
            fixable: report.fixable(),
            mended: report.mended.map(|mended| MendedView {
                findings: mended.findings,
                files: mended.files,
                refused: mended.refused,
                finished: !mended.is_unfinished,
            }),
            states: report.difference.as_ref().map(|past| states(report, past)),
        },
        answers: report
            .answers
            .iter()
            .map(|row| AnswerView {
                id: row.answer.id(),
                answered: row.is_answered,
            })
            .collect(),
        findings: report.items.iter().map(finding).collect(),
        fixed: past_findings(report, |difference| &difference.fixed),
        removed: past_findings(report, |difference| &difference.removed),
        not_assessed: report
            .not_assessed
            .iter()
            .map(|unknown| NotAssessedView {
                rule: unknown.rule,
                unit: &unknown.unit,
                reason: &unknown.reason,
                state: unknown.state,
            })
            .collect(),
        remarks: report.remarks.clone(),
        bugs: &report.bugs,
        next_step: report.next_step.as_deref(),
    }
}

fn base(difference: &Difference) -> BaseView<'_> {
    BaseView {
        name: &difference.base.name,
        commit: difference.base.commit.as_deref(),
        note: difference.base.note(),
    }
}

fn states(report: &Report, difference: &Difference) -> StatesView {
    StatesView {
        new: report.new_items().count(),
        inherited: report.inherited(),
        fixed: difference.fixed.len(),
        removed: difference.removed.len(),
    }
}

fn past_findings(
    report: &Report,
    list: fn(&Difference) -> &Vec<Past>,
) -> Option<Vec<PastView<'_>>> {
    let list = report.difference.as_ref().map(list)?;
    Some(list.iter().map(past).collect())
}

fn past(past: &Past) -> PastView<'_> {
    PastView {
        rule: past.rule,
        level: past.level.id(),
        unit: &past.unit,
        subject: past.subject.clone(),
        message: past.message.clone(),
        path: past.below_root.as_deref().map(path),
    }
}

fn path(path: &[u8]) -> String {
    str::from_utf8(path).map_or_else(|_| sanitise::bytes(path), str::to_owned)
}

fn finding(item: &Item) -> FindingView<'_> {
    let labels = item.labels.iter().map(|(location, text)| LabelView {
        place: place(location),
        text: text.to_owned(),
    });
    FindingView {
        rule: item.rule,
        level: item.level.id(),
        state: item.state,
        cause: item.cause,
        answer: item.answer.map(crate::finding::Answer::id),
        unit: &item.unit,
        subject: item.subject.clone(),
        message: item.message.clone(),
        place: item.place.as_ref().map(place).unwrap_or_default(),
        label: item.at.clone(),
        labels: labels.collect(),
        help: item.help.clone(),
        notes: item.notes.clone(),
        fixable: item.has_fix,
    }
}

fn place(location: &Location) -> PlaceView {
    let text = path(&location.file.below_root);
    let range = location.range;
    PlaceView {
        path: Some(text),
        line: range.map(|range| range.start.line),
        column: range.map(|range| range.start.column),
        end_line: range.map(|range| range.end.line),
        end_column: range.map(|range| range.end.column),
        start_byte: range.map(|range| range.span.start),
        end_byte: range.map(|range| range.span.end),
    }
}
