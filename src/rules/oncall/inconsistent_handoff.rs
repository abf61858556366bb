//! Handovers at hours that wander.

use std::collections::BTreeMap;

use super::words::{clock, local, time_of_day};
use super::{Watch, all_watches};
use crate::oncall::{Layer, Rhythm, Unit};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "oncall/inconsistent-handoff",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "turns do not change at the same hour",
    why: "People remember one hour. Where handovers wander, somebody is on call and does not know it.",
    fix: "Let turns be whole days or weeks, or parts of a day that add up to one, and let each shift of a list begin at the hour of the others.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for watch in all_watches(cx).filter(|watch| watch.schedule.follows.is_none()) {
        let layers = watch.plan.engine.layers.iter().zip(&watch.plan.layers);
        for (layer, origin) in layers {
            if let Some(why) = wanders(layer) {
                report(out, watch, origin.span, why);
            }
        }
        judge_shifts(out, watch);
    }
}

fn report(out: &mut Findings, watch: Watch<'_>, span: Span, why: &str) {
    let name = watch.name();
    out.at(
        Subject::Schedule(name.to_owned()),
        span,
        format!("handovers of `{name}` wander: {why}"),
    )
    .unit(watch.unit.folder())
    .help("let turns be whole days or weeks, or parts of a day that add up to one");
}

fn wanders(layer: &Layer) -> Option<&'static str> {
    const DAY: i64 = 86_400;
    if layer.positions.len() < 2 {
        return None;
    }
    let seconds = match layer.rhythm {
        Rhythm::Elapsed { seconds, .. } => seconds,
        Rhythm::Wall {
            unit: Unit::Hour,
            count,
            ..
        } => count * 3600,
        _ => return None,
    };
    let fits = seconds % DAY == 0 || DAY % seconds == 0;
    let is_elapsed = matches!(layer.rhythm, Rhythm::Elapsed { .. });
    let has_changes = layer.zone.to_fixed_offset().is_err();
    match (fits, is_elapsed && seconds % DAY == 0 && has_changes) {
        (false, _) => Some("the length of a turn does not fit into a day"),
        (true, true) => Some("seconds do not follow the clock when it changes"),
        (true, false) => None,
    }
}

/// Shifts of a list that begin at another hour or on another day than nearly all of them.
fn judge_shifts(out: &mut Findings, watch: Watch<'_>) {
    let zone = &watch.schedule.zone;
    let shifts = watch.plan.engine.fixed.iter().zip(&watch.plan.fixed);
    let key = |start| {
        (
            local(start, zone).weekday().to_monday_zero_offset(),
            time_of_day(start, zone),
        )
    };
    let mut by_hour: BTreeMap<_, Vec<(Span, i64)>> = BTreeMap::new();
    for (fixed, span) in shifts {
        let start = fixed.interval.start;
        by_hour.entry(key(start)).or_default().push((*span, start));
    }
    let total: usize = by_hour.values().map(Vec::len).sum();
    let usual = by_hour.iter().max_by_key(|(_, shifts)| shifts.len());
    let Some(((day, hour), shifts)) = usual.filter(|(_, shifts)| shifts.len() * 4 >= total * 3)
    else {
        return;
    };
    let mut odd: Vec<(Span, i64)> = by_hour
        .iter()
        .filter(|(key, _)| **key != (*day, *hour))
        .flat_map(|(_, shifts)| shifts.iter().copied())
        .collect();
    odd.sort_unstable();
    let [(first, at), others @ ..] = odd.as_slice() else {
        return;
    };
    if shifts.len() < 3 {
        return;
    }
    let weekday = local(shifts[0].1, zone).strftime("%a").to_string();
    let name = watch.name();
    let own = local(*at, zone).strftime("%a %H:%M").to_string();
    let mut entry = out
        .at(
            Subject::Schedule(name.to_owned()),
            *first,
            format!(
                "a shift of `{name}` begins {own}, where the others begin {weekday} {}",
                clock(*hour)
            ),
        )
        .unit(watch.unit.folder())
        .help("let each shift begin at the hour of the others");
    for (other, _) in others {
        entry = entry.label(*other, "this one too");
    }
}
