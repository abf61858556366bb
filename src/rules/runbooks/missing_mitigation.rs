//! A runbook for an incident that does not say what to do.

use super::{filled, not_read, place};
use crate::model::Runbook;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/missing-mitigation",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a runbook says what an incident means or how to look into it, and not what to do",
    why: "Somebody who was woken needs what stops the harm before anything else.",
    fix: "Add a section `Mitigation` with the steps that stop the harm, even before the cause is known.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (unit, document, runbook) in filled(cx) {
        let Some(explains) = explanation(runbook).filter(|_| !says_what_to_do(runbook)) else {
            continue;
        };
        if runbook.is_partly_unread {
            not_read(cx, out, unit, document);
            continue;
        }
        let empty = runbook.section("mitigation").map(|section| section.span);
        let (at, message) = match empty {
            Some(span) => (span, "nothing to do stands in this section"),
            None => (place(document), "this runbook does not say what to do"),
        };
        out.at(Subject::Section("mitigation".to_owned()), at, message)
            .label(explains, "it explains the incident here")
            .help("add what stops the harm, step by step, before the cause is known");
    }
}

/// The section that shows that the document is for an incident.
fn explanation(runbook: &Runbook) -> Option<Span> {
    const EXPLAINING: &[&str] = &["meaning", "diagnosis", "symptoms", "impact", "cause"];
    let mut sections = runbook.sections.iter();
    let first = sections.find(|section| section.is_filled && EXPLAINING.contains(&section.name))?;
    Some(first.span)
}

fn says_what_to_do(runbook: &Runbook) -> bool {
    const DOING: &[&str] = &["mitigation", "rollback", "escalation"];
    let mut sections = runbook.sections.iter();
    let has_section = sections.any(|section| section.is_filled && DOING.contains(&section.name));
    has_section || !runbook.covers.is_empty()
}
