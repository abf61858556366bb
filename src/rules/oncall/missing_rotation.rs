//! Two people or more, and no turns.

use std::collections::BTreeSet;

use super::words::quoted;
use crate::model::schedule::Schedule;
use crate::model::{Person, Stated, UnitView};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/missing-rotation",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "two people or more are there, and nobody takes turns on call",
    why: "Without turns either everybody is always on call or nobody is sure who is: one person carries all nights, or each waits for the other.",
    fix: "Add a schedule in which people take turns: `schedules: [{name: primary, people: [ada, grace], every: 1 week, handoff: Mon 09:00, from: 2026-01-05}]`. If a tool keeps it, link it with `managed_in`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        // Whoever lends people to units inside keeps an address book; those units have the rotas.
        let is_own = unit.own_people().next().is_some() || unit.own_rotas().next().is_some();
        if is_own && !lends(unit) {
            judge(cx, out, unit);
        }
    }
}

fn judge(cx: &Context<'_>, out: &mut Findings, unit: UnitView<'_>) {
    let schedules: Vec<&Schedule> = unit
        .around()
        .flat_map(UnitView::own_rotas)
        .flat_map(|rota| &rota.schedules)
        .collect();
    if schedules.is_empty() && unit.has("who.rotation") {
        return;
    }
    let fixed = schedules
        .iter()
        .filter(|schedule| schedule.follow.is_none());
    let mut alone: BTreeSet<&str> = BTreeSet::new();
    for schedule in fixed {
        let people: BTreeSet<&str> = schedule
            .rotations()
            .flat_map(|rotation| rotation.everybody())
            .map(|name| name.value.as_str())
            .collect();
        // A tool keeps it, nobody is in it, or it was not understood: said elsewhere, if at all.
        if people.len() != 1 || !schedule.is_understood || schedule.managed_in.is_some() {
            return;
        }
        let hours = schedule
            .rotations()
            .any(|rotation| !rotation.hours.is_empty());
        if hours && !alone.is_empty() && !alone.is_superset(&people) {
            return;
        }
        alone.extend(people);
    }
    let people = candidates(cx, unit, &alone);
    let [first, _, ..] = people[..] else {
        return;
    };
    if crate::rules::absence::is_unread(cx, out, unit, Answer::Who) {
        return;
    }
    let names: Vec<&str> = people
        .iter()
        .map(|person| person.id.value.as_str())
        .collect();
    let (place, message) = match schedules.first() {
        Some(schedule) => (
            schedule.name.span,
            format!(
                "{} are there, and nobody takes turns in any schedule",
                few(&names)
            ),
        ),
        None => (
            first.id.span,
            format!(
                "{} are there, and no schedule says who is on call when",
                few(&names)
            ),
        ),
    };
    let all: Vec<&str> = names.iter().take(6).copied().collect();
    out.at(Subject::Slot("who.rotation".to_owned()), place, message)
        .unit(unit.folder())
        .help(format!(
            "let people take turns: `{{name: primary, people: [{}], every: 1 week, handoff: Mon 09:00, from: …}}` under `schedules`, or link the tool that keeps the rota with `managed_in`",
            all.join(", ")
        ));
}

fn few(names: &[&str]) -> String {
    match names {
        [one, two, rest @ ..] if rest.len() > 1 => {
            format!("`{one}`, `{two}` and {} others", rest.len())
        }
        _ => quoted(names),
    }
}

/// The people who could take turns: not those who have left, nor those who are nothing but
/// somebody's backup beside a schedule.
fn candidates<'a>(
    cx: &Context<'_>,
    unit: UnitView<'a>,
    scheduled: &BTreeSet<&str>,
) -> Vec<&'a Person> {
    let people = unit.people();
    let backups: BTreeSet<&str> = people
        .iter()
        .filter_map(|person| match &person.backup {
            Stated::Known(backup) => Some(backup.value.as_str()),
            _ => None,
        })
        .collect();
    let today = cx.clock.today(&unit.timezone());
    let is_candidate = |person: &&Person| {
        let id = person.id.value.as_str();
        let is_backup = !scheduled.is_empty() && backups.contains(id) && !scheduled.contains(id);
        !is_backup && !person.has_left(today)
    };
    people.into_iter().filter(is_candidate).collect()
}

/// Whether units inside have rotas of their own and this one has none.
fn lends(unit: UnitView<'_>) -> bool {
    let has_rota = |unit: UnitView<'_>| unit.own_rotas().next().is_some();
    !has_rota(unit) && unit.inside().any(has_rota)
}
