//! There is no status page.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "comms/missing-status-page",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "no status page is named",
    why: "Customers who find out for themselves write no mail, and the team can work.",
    fix: "Name it under `communicate: status_page:`, link it in the README or the incident plan, or write `{not_applicable: reason}`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Communicate,
        &["status page"],
        |_| "no status page is named".to_owned(),
        "name it under `communicate: status_page:`, or link it in the incident plan",
    );
}
