//! Nobody is there outside the hours, and nothing says that this is meant.

use super::watches;
use crate::model::UnitView;
use crate::model::schedules::PlannedSchedule;
use crate::oncall::{Interval, Window, hours, union};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/outside-hours",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nobody is on call outside the hours of the schedules, and nothing says that nobody is wanted there",
    why: "Customers do not know the hours of a schedule. That nobody answers at night is a fine answer, as long as it is one that somebody gave.",
    fix: "Add `coverage: business-hours` or `coverage: best-effort` to the schedule, or let another one cover the rest.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        if !watches(cx, unit).is_empty() {
            judge(out, unit);
        }
    }
}

fn judge(out: &mut Findings, unit: UnitView<'_>) {
    let mut own = unit.own_rotas();
    if own.any(|rota| !rota.require.is_empty()) {
        return;
    }
    let all: Vec<&PlannedSchedule> = unit
        .around()
        .flat_map(|unit| &unit.oncall().schedules)
        .collect();
    // What is always there is there outside too; what cannot be judged may be.
    let is_limited = |one: &&PlannedSchedule| one.plan.is_ok() && !one.hours.is_empty();
    let speaks = |one: &&PlannedSchedule| one.coverage.is_some();
    if !all.iter().all(is_limited) || all.iter().any(speaks) || cover_the_week(&all) {
        return;
    }
    let own = &unit.oncall().schedules;
    let [first, others @ ..] = own.as_slice() else {
        return;
    };
    let name = &first.name.value;
    let message = match others {
        [] => format!("nobody is on call outside the hours of `{name}`"),
        _ => "nobody is on call outside the hours of the schedules".to_owned(),
    };
    let place = first.hours_span.unwrap_or(first.name.span);
    let mut entry = out
        .at(Subject::Schedule(name.clone()), place, message)
        .unit(unit.folder())
        .here("these hours")
        .help("say that it is meant with `coverage: business-hours` or `coverage: best-effort`, or let another schedule cover the rest");
    for other in others {
        entry = entry.label(other.hours_span.unwrap_or(other.name.span), "and these");
    }
}

/// Whether nothing of a week but a slip of the pen is left, in any of their zones.
fn cover_the_week(schedules: &[&PlannedSchedule]) -> bool {
    let mut windows: Vec<Window> = Vec::new();
    for schedule in schedules {
        windows.extend(&schedule.hours);
    }
    let Some(first) = schedules.first() else {
        return false;
    };
    if schedules.iter().all(|schedule| schedule.zone == first.zone)
        && Window::are_whole_week(&windows)
    {
        return true;
    }
    // Any two weeks of the year will do: one in winter, one in summer.
    WEEKS.iter().all(|week| {
        let mut covered = Vec::new();
        for schedule in schedules {
            covered.extend(hours(&schedule.hours, &schedule.zone, *week).unwrap_or_default());
        }
        let covered = union(covered);
        let seconds: i64 = covered.iter().map(|stretch| stretch.seconds()).sum();
        // A minute a day is `oncall/near-miss`.
        seconds >= week.seconds() - 14 * super::NEAR_MISS
    })
}

/// Mondays 2026-01-12 and 2026-07-13, 00:00 UTC, and a week from each.
const WEEKS: [Interval; 2] = [
    Interval {
        start: 1_768_176_000,
        end: 1_768_780_800,
    },
    Interval {
        start: 1_783_900_800,
        end: 1_784_505_600,
    },
];
