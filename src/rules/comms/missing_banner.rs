//! No banner is prepared.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "comms/missing-banner",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "no in-app banner is prepared",
    why: "A banner reaches everybody who is using the product right now, before they look anywhere else.",
    fix: "Keep its text ready under `communicate: banner:`, or write `{not_applicable: reason}`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Communicate,
        &["banner"],
        |_| "no in-app banner is prepared".to_owned(),
        "keep its text ready and name it under `communicate: banner:`",
    );
}
