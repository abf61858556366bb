//! A runbook that explains the cause before it says what to do.

use super::filled;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "runbooks/cause-before-mitigation",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a runbook explains the cause before it says what to do",
    why: "Customers wait while somebody reads. Stop the harm first; why it happened can wait until it has stopped.",
    fix: "Move the section on the cause behind the mitigation. A short check of what is going on may stay in front.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (_, _, runbook) in filled(cx) {
        let (Some(cause), Some(mitigation)) =
            (runbook.section("cause"), runbook.section("mitigation"))
        else {
            continue;
        };
        if cause.span.start > mitigation.span.start {
            continue;
        }
        let subject = Subject::Section("cause".to_owned());
        out.at(subject, cause.span, "the cause comes before what to do")
            .label(mitigation.span, "what to do stands here")
            .help("move this section behind the mitigation");
    }
}
