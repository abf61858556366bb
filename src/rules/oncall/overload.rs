//! Somebody carries far more than the others.

use super::load::{Load, loads};
use super::words::length;
use crate::model::UnitView;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/overload",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "somebody is on call half as much again as the others share",
    why: "Whoever always takes the nights is the first to leave, and then nobody knows how it went.",
    fix: "Let each person have as many turns as the others, or take a turn of theirs over.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for load in loads(cx, unit) {
            judge(out, unit, &load);
        }
    }
}

fn judge(out: &mut Findings, unit: UnitView<'_>, load: &Load<'_>) {
    let fair = load.fair();
    for (person, seconds) in &load.duty {
        if !is_overloaded(load, *seconds) {
            continue;
        }
        let name = load.watch.name();
        let window = length(load.window.seconds());
        let message = format!(
            "`{person}` has {} of duty in `{name}` in {window}, where an equal share is {}",
            length(*seconds),
            length(fair)
        );
        out.at(
            Subject::Person((*person).to_owned()),
            load.watch.schedule.name.span,
            message,
        )
        .unit(unit.folder())
        .help("let each person have as many turns as the others");
    }
}

/// More than a turn above an equal share, and half as much again.
pub(super) fn is_overloaded(load: &Load<'_>, seconds: i64) -> bool {
    let fair = load.fair();
    seconds > fair + load.turn && seconds * 2 >= fair * 3
}
