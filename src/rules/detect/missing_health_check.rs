//! No automated health check is named.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "detect/missing-health-check",
    group: Group::Detect,
    answer: Some(Answer::Detect),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "no automated health check is named",
    why: "A health check asks every minute what a customer asks once a day.",
    fix: "List the addresses that answer whether the service is healthy under `detect: health_checks:`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Detect,
        &["health checks"],
        |_| "no automated health check is named".to_owned(),
        "list the addresses under `detect: health_checks:`",
    );
}
