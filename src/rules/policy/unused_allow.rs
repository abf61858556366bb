//! An exception covers nothing.

use crate::rule::{AllowContext, Cause, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "policy/unused-allow",
    group: Group::Policy,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "an `allow` comment covers nothing",
    why: "An exception that covers nothing today hides a new fault tomorrow, or was never the exception that its author believed in.",
    fix: "Delete it, or correct the name of the rule.",
    params: &[],
    shape: Shape::Allow(check),
};

fn check(cx: &AllowContext<'_>, out: &mut Findings) {
    let rule = &cx.allow.rule;
    let subject = Subject::Allow(rule.value.clone());
    if let Some(fault) = &cx.allow.fault {
        out.at(subject, fault.span, fault.value.clone())
            .note("the exception covers nothing")
            .help("write `prepcheck: allow[group/rule] reason=\"…\"`");
        return;
    }
    if cx.rule.is_none() {
        let help = match cx.nearest {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`prepcheck rules` lists all rules".to_owned(),
        };
        out.at(
            subject,
            rule.span,
            format!("there is no rule `{}`", rule.value),
        )
        .help(help);
        return;
    }
    if !cx.covers && !cx.is_expired && cx.allow.reason.is_some() {
        let message = format!("the exception for `{}` covers nothing", rule.value);
        let help = match cx.allow.is_shared {
            true => format!("take `{}` out of the brackets", rule.value),
            false => "delete the comment".to_owned(),
        };
        let entry = out.at(subject, cx.allow.span, message).help(help);
        // Under a stricter policy, or with more of the history, it may cover something.
        if cx.is_judged {
            entry.edit(cx.allow.removal, "");
        }
    }
}
