//! People are on duty, and no page reaches anybody.

use super::pattern::patterns;
use super::words::quoted;
use super::{Watch, steps, watches};
use crate::model::UnitView;
use crate::oncall::{Interval, subtraction, union};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/unreachable-shift",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "at some time nobody who would be paged can be reached",
    why: "A rota may look complete while a page reaches nobody: whoever is on duty has no number, and no further level of the escalation helps.",
    fix: "Say in `phone_in` how the people on duty are reached, name the tool that pages them, or add a level to the escalation that reaches somebody.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let watches = watches(cx, unit);
        if watches
            .iter()
            .all(|watch| watch.rendered.unreachable().is_empty())
        {
            continue;
        }
        let Some(steps) = steps(cx, unit) else {
            continue;
        };
        let reached = union(steps.into_iter().flat_map(|step| step.reached).collect());
        // That nobody can ever be reached is said of each of them.
        if reached.is_empty() {
            continue;
        }
        for watch in watches {
            judge(out, unit, watch, &reached);
        }
    }
}

fn judge(out: &mut Findings, unit: UnitView<'_>, watch: Watch<'_>, reached: &[Interval]) {
    let lost = subtraction(&watch.rendered.unreachable(), reached);
    if lost.is_empty() {
        return;
    }
    let mut by_people = Vec::new();
    for interval in lost {
        let mut at = interval.start;
        while let Some(shift) = watch.rendered.at(at).filter(|_| at < interval.end) {
            let names = watch.rendered.names(shift);
            by_people.push((names, shift.interval.clip(interval)));
            at = shift.interval.end;
        }
    }
    let zone = unit.timezone();
    for pattern in patterns(&by_people, watch.window(), &zone) {
        let name = watch.name();
        let who = quoted(&pattern.cause);
        let are = if pattern.cause.len() == 1 {
            "is"
        } else {
            "are"
        };
        let times = pattern.times(watch.window());
        let message =
            format!("{who} {are} on duty in `{name}` and no page reaches anybody, {times}");
        let mut entry = out
            .at(Subject::Schedule(name.to_owned()), watch.schedule.name.span, message)
            .unit(unit.folder())
            .help("say in `phone_in` how they are reached, or add a level that reaches somebody to the escalation");
        let people = unit.people();
        let on_duty = people
            .iter()
            .filter(|person| pattern.cause.contains(&person.id.value.as_str()));
        for person in on_duty.take(3) {
            entry = entry.label(person.id.span, "nothing says how to reach them");
        }
        pattern
            .notes(entry, &zone)
            .note("nobody at any other level can be reached then either: the page goes nowhere");
    }
}
