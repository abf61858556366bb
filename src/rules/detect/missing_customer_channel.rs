//! Customers have no way to report that something is broken.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "detect/missing-customer-channel",
    group: Group::Detect,
    answer: Some(Answer::Detect),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how customers report that something is broken",
    why: "Customers notice what no monitor watches. Without a channel their report is a complaint, and comes later.",
    fix: "Name the address, form or channel under `detect: customer_reports:`; a support address counts too.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Detect,
        &["customer reports"],
        |_| "nothing says how customers report that something is broken".to_owned(),
        "name an address, form or channel under `detect: customer_reports:`",
    );
}
