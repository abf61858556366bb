//! Runbooks: whether each common incident and fix has one, and whether it will help at 3 a.m.

mod broken_link;
mod cause_before_mitigation;
mod exposed_secret;
mod irreversible_command;
mod missing_mitigation;
mod missing_owner;
mod missing_prevention;
mod missing_script;
mod stale;
mod stub;
mod uncovered_fix;
mod uncovered_incident;

use crate::model::{By, Document, How, INCIDENTS, Kind, Missed, Runbook, UnitView};
use crate::rule::{Answer, Context, Extent, Findings, Rule, Subject};
use crate::rules::absence::is_unread;
use crate::rules::words::counted;
use crate::text::{Span, sanitise};

pub(super) static RULES: &[&Rule] = &[
    &broken_link::RULE,
    &cause_before_mitigation::RULE,
    &exposed_secret::RULE,
    &irreversible_command::RULE,
    &missing_mitigation::RULE,
    &missing_owner::RULE,
    &missing_prevention::RULE,
    &missing_script::RULE,
    &stale::RULE,
    &stub::RULE,
    &uncovered_fix::RULE,
    &uncovered_incident::RULE,
];

/// The runbooks of all units that hold something of their own; whoever says that a page no longer
/// holds need not mend it.
fn filled<'a>(cx: &Context<'a>) -> impl Iterator<Item = (UnitView<'a>, &'a Document, &'a Runbook)> {
    let all = cx.units().flat_map(|unit| {
        let own = unit.own_runbooks();
        own.map(move |(document, runbook)| (unit, document, runbook))
    });
    all.filter(|(_, document, runbook)| !document.is_stub && !runbook.is_retired)
}

/// Whether a runbook says by its name that it is for an incident: one that only mentions some owes
/// nobody the sections of one.
fn is_for_an_incident(runbook: &Runbook) -> bool {
    let named = |by| matches!(by, By::FrontMatter | By::Title | By::FileName);
    let mut covers = runbook.covers.iter();
    let is_incident = |concept: &str| INCIDENTS.contains(&concept);
    covers.any(|coverage| is_incident(coverage.concept) && named(coverage.by))
}

/// Where a runbook is pointed at as a whole: its title.
fn place(document: &Document) -> Span {
    let title = document.title.as_ref().map(|title| title.span);
    title.unwrap_or(document.first_line)
}

/// Says that a runbook may hold what a rule misses, in HTML.
fn not_read(cx: &Context<'_>, out: &mut Findings, unit: UnitView<'_>, document: &Document) {
    let path = sanitise::path(cx.ops.sources.path(document.file));
    out.not_assessed(
        unit.folder(),
        format!("headings of {path} are written in HTML"),
    );
}

/// Reports each unit that has nothing for some concepts, in one finding.
fn report_uncovered(
    cx: &Context<'_>,
    out: &mut Findings,
    (slot, concepts): (&'static str, &[&'static str]),
    message: impl Fn(&[&str]) -> String,
    help: impl Fn(&[&str]) -> String,
) {
    for unit in cx.units().filter(|unit| unit.is_answered(Answer::Fix)) {
        // Runbooks are added, so what is missing here is missing around it, and said there.
        let around = unit.parent().filter(|parent| !parent.is_mere_container());
        if around.is_some_and(|parent| parent.is_answered(Answer::Fix)) {
            continue;
        }
        let missing = concepts.iter().filter(|concept| !unit.is_covered(concept));
        let missing: Vec<&str> = missing.copied().collect();
        if missing.is_empty() || is_kept_elsewhere(unit) {
            continue;
        }
        if is_unread(cx, out, unit, Answer::Fix) {
            continue;
        }
        let subjects = missing
            .iter()
            .map(|concept| Subject::Slot((*concept).to_owned()));
        let mut entry = out
            .add(
                Subject::Slot(slot.to_owned()),
                unit.anchor(Answer::Fix),
                message(&missing),
            )
            .extent(Extent::Parts(subjects.collect()))
            .unit(unit.folder())
            .help(help(&missing));
        for concept in &missing {
            if let Some(Missed { why, span, .. }) = unit.near_misses(concept).first() {
                let words = format!("no coverage of `{concept}`: {}", why.words());
                entry = entry.label(*span, words);
            }
        }
        entry.note(looked_at(unit));
    }
}

/// Whether all runbooks are behind a link: given, not verified.
fn is_kept_elsewhere(unit: UnitView<'_>) -> bool {
    let has_own = |unit: UnitView<'_>| unit.own_runbooks().next().is_some();
    let runbooks = unit.evidence_of("fix.runbooks");
    let is_linked = runbooks.iter().any(|evidence| evidence.how == How::Linked);
    is_linked && !has_own(unit) && !unit.parent().is_some_and(has_own)
}

/// What was searched for coverage, in words.
fn looked_at(unit: UnitView<'_>) -> String {
    let (mut runbooks, mut others) = (0, 0);
    let mut view = Some(unit);
    while let Some(unit) = view {
        for document in unit
            .documents()
            .filter(|document| document.runbook.is_some())
        {
            match document.kind {
                Kind::Runbook => runbooks += 1,
                _ => others += 1,
            }
        }
        view = unit.parent();
    }
    let runbooks = counted(runbooks, "runbook");
    match others {
        0 => format!("looked at {runbooks} and the slots of native files"),
        _ => format!(
            "looked at {runbooks}, {} and the slots of native files",
            counted(others, "other operations document")
        ),
    }
}
