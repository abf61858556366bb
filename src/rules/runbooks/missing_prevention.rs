//! A runbook for an incident that does not say how to keep it from coming back.

use super::{filled, is_for_an_incident, not_read, place};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "runbooks/missing-prevention",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a runbook for a common incident does not say how to keep it from coming back",
    why: "An incident that is only mended comes back. One line on the alert, the limit or the job that would have prevented it is a beginning.",
    fix: "Add a section `Prevention` at the end of the runbook.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (unit, document, runbook) in filled(cx) {
        let prevention = runbook.section("prevention");
        if !is_for_an_incident(runbook) || prevention.is_some_and(|section| section.is_filled) {
            continue;
        }
        if runbook.is_partly_unread {
            not_read(cx, out, unit, document);
            continue;
        }
        let (at, message) = match prevention {
            Some(section) => (section.span, "nothing stands in this section yet"),
            None => (
                place(document),
                "this runbook does not say how to keep the incident from coming back",
            ),
        };
        out.at(Subject::Section("prevention".to_owned()), at, message)
            .help("add a section `Prevention` at its end");
    }
}
