//! An exception does not say why.

use crate::rule::{AllowContext, Cause, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "policy/allow-without-reason",
    group: Group::Policy,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "an `allow` comment gives no reason",
    why: "Whoever meets the exception next year cannot tell whether it still holds.",
    fix: "Add `reason=\"…\"` in a few words.",
    params: &[],
    shape: Shape::Allow(check),
};

fn check(cx: &AllowContext<'_>, out: &mut Findings) {
    if cx.allow.fault.is_some() || cx.allow.reason.is_some() {
        return;
    }
    let rule = &cx.allow.rule;
    let message = format!("the exception for `{}` gives no reason", rule.value);
    out.at(Subject::Allow(rule.value.clone()), cx.allow.span, message)
        .note("it covers nothing until it has one")
        .help("add `reason=\"…\"` in a few words");
}
