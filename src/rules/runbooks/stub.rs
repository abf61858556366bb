//! A runbook that holds nothing yet.

use super::place;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "runbooks/stub",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a runbook holds nothing but headings and placeholders",
    why: "Whoever opens it in an incident has lost a minute and some trust in the others.",
    fix: "Write down the first step that helps, even if it is one line; or link the place where the steps are; or delete the page.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for (document, runbook) in unit.own_runbooks() {
            // Where a page points to is judged as a link.
            if document.is_stub && runbook.pointer.is_none() && !runbook.is_retired {
                out.at(
                    Subject::Document,
                    place(document),
                    "this runbook holds nothing to do yet",
                )
                .help("write the first step that helps, or link the place where the steps are");
            }
        }
    }
}
