//! An exception has ended.

use crate::rule::{AllowContext, Cause, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "policy/expired-allow",
    group: Group::Policy,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "the last day of an `allow` comment has passed",
    why: "An exception with a date was a promise to come back to it.",
    fix: "Mend what it covered and delete the comment, or give it a new date with a new reason.",
    params: &[],
    shape: Shape::Allow(check),
};

fn check(cx: &AllowContext<'_>, out: &mut Findings) {
    let Some(until) = cx.allow.until.as_ref().filter(|_| cx.is_expired) else {
        return;
    };
    let rule = &cx.allow.rule;
    let message = format!(
        "the exception for `{}` ended on {}",
        rule.value, until.value
    );
    out.at(Subject::Allow(rule.value.clone()), until.span, message)
        .help("mend what it covered and delete the comment, or give it a new date");
}
