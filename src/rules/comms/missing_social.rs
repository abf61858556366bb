//! No social account is named.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "comms/missing-social",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "no social account is named",
    why: "Where customers ask in public, silence is an answer too.",
    fix: "Name the account under `communicate: social:`, or write `{not_applicable: reason}`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Communicate,
        &["social"],
        |_| "no social account is named".to_owned(),
        "name it under `communicate: social:`, or write `{not_applicable: reason}` there",
    );
}
