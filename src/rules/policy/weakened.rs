//! A change asks less of the repository than before.

use crate::rule::{Cause, ChangeContext, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "policy/weakened",
    group: Group::Policy,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "this change lowers a level, loosens a setting, leaves files out or adds an exception",
    why: "A check that a change can silence in passing checks nothing. Whoever reviews the change should see that it asks less.",
    fix: "Undo it, or say in the review why less is right from now on.",
    params: &[],
    shape: Shape::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Findings) {
    for relaxed in cx.relaxed {
        out.add(
            relaxed.subject.clone(),
            relaxed.place,
            relaxed.message.clone(),
        )
        .help("undo it, or say in the review why less is right from now on");
    }
}
