//! No document answers the question "how do we know that something is broken".

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "answers/unanswered-detect",
    group: Group::Answers,
    answer: Some(Answer::Detect),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how you know that something is broken",
    why: "Without a monitor or a channel for reports the first sign of an outage is a lost customer.",
    fix: "Name what watches uptime, errors and metrics, and where customers' reports arrive: `detect:` in `ops/preparedness.yaml`, a section on monitoring, or alert rules in the repository.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    super::unanswered(
        cx,
        out,
        Answer::Detect,
        "nothing says how you know that something is broken",
        "say where uptime, errors and metrics are watched, and how customers report",
    );
}
