//! Nothing watches uptime, errors or metrics.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "detect/missing-monitoring",
    group: Group::Detect,
    answer: Some(Answer::Detect),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says where uptime, errors or metrics are watched",
    why: "Each of the three notices what the others miss: a site that is down, a page that fails, a queue that grows.",
    fix: "Link each of them under `detect: monitoring:`, name the tool in the incident plan, or write `{not_applicable: reason}`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Detect,
        &["uptime", "errors", "metrics"],
        |missing| format!("nothing says where {} are watched", listed(missing)),
        "link them under `detect: monitoring:`, or name the tools in the incident plan",
    );
}
