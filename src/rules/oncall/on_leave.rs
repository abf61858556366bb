//! Somebody is on duty while they are away.

use std::collections::BTreeMap;

use super::words::{length, quoted, stretch};
use super::{Watch, watches};
use crate::model::UnitView;
use crate::oncall::{Interval, intersection};
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/on-leave",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "somebody is on duty during their leave",
    why: "Leave is checked and never taken off silently, so that nobody is on call by surprise and nobody is missing by surprise.",
    fix: "Add a change for the time: `{who: grace, instead_of: ada, from: …, to: …}`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        if unit.around().all(|unit| unit.oncall().leave.is_empty()) {
            continue;
        }
        let watches = watches(cx, unit);
        let duties: Vec<Duties<'_>> = watches.into_iter().map(Duties::of).collect();
        judge(out, unit, &duties);
    }
}

/// Each person's duties in one schedule.
struct Duties<'a> {
    watch: Watch<'a>,
    by_person: BTreeMap<&'a str, Vec<Interval>>,
}

impl<'a> Duties<'a> {
    fn of(watch: Watch<'a>) -> Duties<'a> {
        let mut by_person: BTreeMap<&str, Vec<Interval>> = BTreeMap::new();
        for shift in watch.rendered.by_person() {
            let id = watch.rendered.people[shift.person].as_str();
            by_person.entry(id).or_default().push(shift.interval);
        }
        Duties { watch, by_person }
    }
}

fn judge(out: &mut Findings, unit: UnitView<'_>, duties: &[Duties<'_>]) {
    let zone = unit.timezone();
    for leave in unit.around().flat_map(|unit| &unit.oncall().leave) {
        let id = leave.who.value.as_str();
        let mut clashes = Vec::new();
        let mut schedules = Vec::new();
        for duty in duties {
            let own = duty
                .by_person
                .get(id)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let clash = intersection(own, &[leave.interval]);
            if !clash.is_empty() {
                schedules.push(duty.watch.schedule);
                clashes.extend(clash);
            }
        }
        clashes.sort_unstable();
        let Some(first) = clashes.first() else {
            continue;
        };
        let names: Vec<&str> = schedules
            .iter()
            .map(|one| one.name.value.as_str())
            .collect();
        let hours: i64 = clashes.iter().map(|clash| clash.seconds()).sum();
        let message = format!(
            "`{id}` is on duty in {} for {} of their leave",
            quoted(&names),
            length(hours)
        );
        let mut entry = out
            .at(Subject::Person(id.to_owned()), leave.span, message)
            .unit(unit.folder())
            .here("away")
            .extent(Extent::Intervals(
                clashes.iter().map(|c| (c.start, c.end)).collect(),
            ))
            .help(format!(
                "add a change: `{{who: …, instead_of: {id}, from: …, to: …}}` under `changes`"
            ))
            .note(format!("first: {}", stretch(*first, &zone)));
        if clashes.len() > 1 {
            entry = entry.note(format!("{} stretches of duty in all", clashes.len()));
        }
        for schedule in schedules {
            entry = entry.label(schedule.name.span, "on duty here");
        }
    }
}
