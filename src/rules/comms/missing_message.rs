//! Messages for customers are not prepared.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "comms/missing-message",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a message for the start, during, the end or the day after is not prepared",
    why: "Nobody finds good words in an incident. A prepared message goes out in a minute.",
    fix: "Write the four messages and name them under `communicate: messages:`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Communicate,
        &["first message", "update", "all clear", "day after"],
        |missing| format!("these messages are not prepared: {}", listed(missing)),
        "write them and name them under `communicate: messages:`",
    );
}
