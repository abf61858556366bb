//! Nothing says what to do in some of the common incidents.

use super::report_uncovered;
use crate::model::INCIDENTS;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::words::quoted;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/uncovered-incident",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says what to do in one of the seven common incidents",
    why: "These seven come to every team: a bad deploy, a database migration that fails, an outage of a service outside, a spike of traffic, a full disk, an expired certificate and a leaked secret. A heading with a line that says what to do is enough; a page that says that it is obsolete is not.",
    fix: "Write a runbook, or a heading in one, for each; `prepcheck new runbook disk-full` begins one. What lies elsewhere is linked, and what cannot happen is `{not_applicable: reason}`, under `fix: incidents:` in `ops/preparedness.yaml`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report_uncovered(
        cx,
        out,
        ("fix.incidents", INCIDENTS),
        |missing| format!("nothing says what to do about {}", quoted(missing)),
        |missing| {
            format!(
                "start with `prepcheck new runbook {}`, link what lies elsewhere under `fix: incidents:`, or say there why it is not applicable",
                missing[0]
            )
        },
    );
}
