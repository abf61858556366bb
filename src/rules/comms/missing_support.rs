//! There is no address for customers.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "comms/missing-support",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "no support address is named",
    why: "In an incident customers want to reach somebody, and whoever answers needs to know where they write.",
    fix: "Name the address under `communicate: support:`; a channel for customer reports counts too.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Communicate,
        &["support"],
        |_| "no support address is named".to_owned(),
        "name it under `communicate: support:`",
    );
}
