//! Duty is not shared evenly.

use super::load::{Load, loads};
use super::overload::is_overloaded;
use super::words::length;
use crate::model::UnitView;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/uneven-load",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Off,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "the most and the least loaded differ by more than a turn from an equal share",
    why: "Small differences add up over a year, and those who have more notice it first.",
    fix: "Let each person have as many turns as the others.",
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
    let by_load = |(_, seconds): &(&&str, &i64)| **seconds;
    let (Some(most), Some(least)) = (
        load.duty.iter().max_by_key(by_load),
        load.duty.iter().min_by_key(by_load),
    ) else {
        return;
    };
    let is_even = *most.1 <= fair + load.turn && *least.1 >= fair - load.turn;
    // Those two have rules of their own.
    if is_even || is_overloaded(load, *most.1) || *least.1 == 0 {
        return;
    }
    let name = load.watch.name();
    let message = format!(
        "`{}` has {} of duty in `{name}` in {}, and `{}` has {}",
        most.0,
        length(*most.1),
        length(load.window.seconds()),
        least.0,
        length(*least.1)
    );
    out.at(
        Subject::Schedule(name.to_owned()),
        load.watch.schedule.name.span,
        message,
    )
    .unit(unit.folder())
    .help("let each person have as many turns as the others");
}
