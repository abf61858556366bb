//! How much duty each person has, over whole cycles of the first schedule.

use std::collections::{BTreeMap, BTreeSet};

use super::{Watch, find, watches};
use crate::model::UnitView;
use crate::oncall::{self, Instant, Interval, Layer, PersonIndex, Rhythm, turns};
use crate::rule::Context;

/// Two years: a pattern that takes longer to come round is judged by that.
const LONGEST: i64 = 2 * 366 * 86_400;

/// The duty of those who share one rotation.
pub(super) struct Load<'a> {
    pub watch: Watch<'a>,
    pub window: Interval,
    /// Seconds, by person, in order of their ids.
    pub duty: BTreeMap<&'a str, i64>,
    /// What one turn has on average.
    pub turn: i64,
}

impl Load<'_> {
    /// Seconds that each would have.
    pub(super) fn fair(&self) -> i64 {
        self.duty.values().sum::<i64>() / (self.duty.len() as i64).max(1)
    }
}

/// The loads of the rotations of a unit's first schedule: who is paged first.
pub(super) fn loads<'a>(cx: &Context<'a>, unit: UnitView<'a>) -> Vec<Load<'a>> {
    let Some(watch) = primary(cx, unit) else {
        return Vec::new();
    };
    let layers = watch.plan.engine.layers.iter();
    layers.filter_map(|layer| load(watch, layer)).collect()
}

/// What the escalation pages first, else `primary`, else the first of the unit.
fn primary<'a>(cx: &Context<'a>, unit: UnitView<'a>) -> Option<Watch<'a>> {
    let own = watches(cx, unit);
    let levels = unit.escalation();
    let paged = levels.first().into_iter().flat_map(|level| &level.page);
    let mut named = paged.map(|name| name.value.as_str()).chain(["primary"]);
    let found = named.find_map(|name| match find(cx, unit, name) {
        super::Found::Fit(watch) => Some(watch),
        _ => None,
    });
    let is_own = |watch: &Watch<'_>| watch.unit.folder() == unit.folder();
    found.or(own.first().copied()).filter(is_own)
}

fn load<'a>(watch: Watch<'a>, layer: &Layer) -> Option<Load<'a>> {
    let people: BTreeSet<PersonIndex> = layer.positions.iter().flatten().copied().collect();
    if people.len() < 2 {
        return None;
    }
    let window = whole_cycles(layer, watch.window())?;
    let rendered = oncall::render(&watch.plan.engine, window).ok()?;
    let name = |person: PersonIndex| watch.plan.engine.people[person].id.as_str();
    let mut duty: BTreeMap<&str, i64> = people.iter().map(|person| (name(*person), 0)).collect();
    for shift in rendered.by_person() {
        if let Some(seconds) = duty.get_mut(name(shift.person)) {
            *seconds += shift.interval.seconds();
        }
    }
    let turns = turns(layer, window).ok()?.len() as i64;
    let turn = duty.values().sum::<i64>() / turns.max(1);
    Some(Load {
        watch,
        window,
        duty,
        turn,
    })
}

/// From the beginning of the next turn on, as many cycles as the horizon needs, and as bring turns
/// and hours of a week together again. None if the rotation ends before.
fn whole_cycles(layer: &Layer, horizon: Interval) -> Option<Interval> {
    let now = horizon.start.max(layer.starts.unwrap_or(Instant::MIN));
    let positions = layer.positions.len() as i64;
    let weekly = match layer.rhythm {
        Rhythm::Wall { .. } | Rhythm::Elapsed { .. } if !layer.windows.is_empty() => 7,
        _ => 1,
    };
    let reach = Interval::new(now, now.saturating_add(LONGEST));
    let turns = turns(layer, reach).ok()?;
    let first = turns.iter().find(|turn| turn.interval.start >= now)?;
    let cycle = positions * weekly;
    let is_whole = |turn: &&oncall::Turn| {
        let number = turn.number - first.number;
        number > 0 && number % cycle == 0 && turn.interval.start >= horizon.end
    };
    let end = turns.iter().find(is_whole)?;
    Some(Interval::new(first.interval.start, end.interval.start))
}
