//! No document answers the question "how do we fix common problems".

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "answers/unanswered-fix",
    group: Group::Answers,
    answer: Some(Answer::Fix),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how common problems are fixed",
    why: "At three in the morning nobody remembers the command. A runbook turns an hour of searching into a minute of typing.",
    fix: "Write a runbook for rolling back and restarting first: a file below `docs/runbooks/`, a `RUNBOOK.md`, or links under `fix:` in `ops/preparedness.yaml`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    super::unanswered(
        cx,
        out,
        Answer::Fix,
        "nothing says how common problems are fixed",
        "write down how to roll back, restart, reach the database, read the logs and scale",
    );
}
