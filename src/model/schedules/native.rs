//! Native schedules.
//!
//! A day in a plan (`from`, `until`, `then`, `dates`) begins and ends at the hour of `handoff`, or at
//! midnight without one; a day in `changes` and in `leave` is the calendar's. An end that is a day
//! includes it.

use std::cell::Cell;
use std::collections::BTreeMap;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{
    Around, LayerOrigin, NotComputable, OncallPlan, Plan, PlannedLeave, PlannedSchedule, Promise,
};
use crate::limits::ONCALL_TURNS;
use crate::model::schedule::{
    Changed, Duty, Era, Every, Handoff, Moment, Require, Rota, Rotation, Schedule, Shift, TurnUnit,
    is_stand_in,
};
use crate::oncall::{
    Change, Fixed, Instant, Interval, Layer, Occurrence, Override, Person, PersonIndex, Rhythm,
    Unit, resolve,
};
use crate::text::{Span, Spanned};

const DAY: i64 = 86_400;

/// How many schedules may follow one another.
const FOLLOWERS: usize = 16;

/// Lowers what a unit's own files state.
pub(in crate::model) fn plan(around: &Around<'_>) -> OncallPlan {
    let stated: Vec<&Schedule> = around
        .rotas
        .iter()
        .flat_map(|rota| &rota.schedules)
        .collect();
    let lowering = Lowering {
        reachable: around.reachable(),
        around,
        stated: &stated,
        left: Cell::new(ONCALL_TURNS),
    };
    let schedules = stated
        .iter()
        .map(|schedule| lowering.schedule(schedule))
        .collect();
    let is_known = around.unknown_zone.is_none();
    let leave = around.rotas.iter().flat_map(|rota| &rota.leave);
    let leave = leave.filter(|_| is_known);
    let leave = leave.map(|leave| PlannedLeave {
        who: leave.who.clone(),
        interval: between(&leave.from.value, &leave.to.value, None, &around.zone),
        span: leave.span,
    });
    let mut plan = OncallPlan {
        schedules,
        promises: Vec::new(),
        leave: leave.collect(),
        zone: Some(around.zone.clone()),
    };
    plan.promises = promises(&around.rotas, &plan.schedules, &around.zone);
    plan.promises
        .retain(|promise| is_known || promise.stated.is_none() || promise.hours.is_empty());
    plan
}

/// What is required; without that, what each schedule promises by itself.
fn promises(rotas: &[&Rota], schedules: &[PlannedSchedule], zone: &TimeZone) -> Vec<Promise> {
    let required: Vec<&Require> = rotas.iter().flat_map(|rota| &rota.require).collect();
    let mut promises = Vec::new();
    for require in &required {
        for name in &require.who {
            promises.push(Promise {
                schedule: name.clone(),
                hours: require.cover.clone(),
                zone: zone.clone(),
                horizon: require.horizon.as_ref().map(|horizon| horizon.value),
                stated: Some(require.span),
            });
        }
    }
    if !required.is_empty() {
        return promises;
    }
    let own = schedules.iter().map(|schedule| Promise {
        schedule: schedule.name.clone(),
        hours: schedule.hours.clone(),
        zone: schedule.zone.clone(),
        horizon: None,
        stated: None,
    });
    own.collect()
}

struct Lowering<'a> {
    around: &'a Around<'a>,
    stated: &'a [&'a Schedule],
    reachable: BTreeMap<&'a str, bool>,
    /// Turns and windows that may still be made.
    left: Cell<usize>,
}

impl Lowering<'_> {
    /// Whether so many turns and windows more may be made.
    fn spend(&self, turns: usize) -> bool {
        let left = self.left.get().checked_sub(turns + 1);
        self.left.set(left.unwrap_or_default());
        left.is_some()
    }

    fn schedule(&self, schedule: &Schedule) -> PlannedSchedule {
        let own = &schedule.rotation;
        PlannedSchedule {
            name: schedule.name.clone(),
            span: schedule.span,
            zone: self.zone(schedule),
            plan: self.plan_of(schedule, 0),
            hours: own.hours.clone(),
            hours_span: own.hours_span,
            coverage: schedule.coverage.clone(),
            follows: schedule.follow.clone(),
            has_own_end: own.until.is_some(),
            placeholders: self.placeholders(schedule),
        }
    }

    /// Blanks, and names that stand for one and that nobody has who is declared.
    fn placeholders(&self, schedule: &Schedule) -> Vec<Span> {
        let mut found = Vec::new();
        for duty in schedule.rotations().flat_map(Rotation::duties) {
            let stand_ins = duty.people.iter().filter(|name| {
                is_stand_in(&name.value) && !self.reachable.contains_key(name.value.as_str())
            });
            found.extend(stand_ins.map(|name| name.span));
            found.extend(Some(duty.span).filter(|_| duty.is_placeholder));
        }
        found
    }

    fn zone(&self, schedule: &Schedule) -> TimeZone {
        let own = schedule.rotation.zone.as_ref();
        own.map_or_else(|| self.around.zone.clone(), |zone| zone.value.clone())
    }

    fn plan_of(&self, schedule: &Schedule, followers: usize) -> Result<Plan, NotComputable> {
        let mut plan = self.base(schedule, followers)?;
        let zone = self.zone(schedule);
        let mut table = People::new(self, std::mem::take(&mut plan.engine.people));
        plan.overrides.clear();
        plan.engine.overrides.clear();
        for change in &schedule.changes {
            let interval = between(&change.from.value, &change.to.value, None, &zone);
            let change_of = self::change(&change.what, interval, &mut table, &zone);
            plan.engine.overrides.push(Override {
                interval,
                change: change_of,
            });
            plan.overrides.push(change.span);
        }
        plan.engine.people = table.people;
        Ok(plan)
    }

    /// The plan without changes.
    fn base(&self, schedule: &Schedule, followers: usize) -> Result<Plan, NotComputable> {
        if let Some(link) = &schedule.managed_in {
            return Err(NotComputable::ManagedIn(link.clone()));
        }
        if !schedule.is_understood {
            return Err(NotComputable::NotUnderstood(schedule.name.span));
        }
        if let (None, Some(name)) = (&schedule.rotation.zone, self.around.unknown_zone) {
            return Err(NotComputable::NotUnderstood(name));
        }
        if let Some(name) = &schedule.follow {
            return self.followed(schedule, name, followers);
        }
        let zone = self.zone(schedule);
        let rotations: Vec<&Rotation> = schedule.rotations().collect();
        let mut building = Building {
            plan: Plan::default(),
            table: People::new(self, Vec::new()),
        };
        for (index, rotation) in rotations.iter().enumerate() {
            let priority = match schedule.is_together {
                true => 0,
                false => (rotations.len() - index) as i64,
            };
            let zone = rotation.zone.as_ref().map_or(&zone, |zone| &zone.value);
            building
                .rotation(rotation, index, priority, zone)
                .ok_or(NotComputable::TooLarge(rotation.span))?;
        }
        building.plan.engine.people = building.table.people;
        Ok(building.plan)
    }

    /// The plan of another schedule, some turns ahead.
    fn followed(
        &self,
        schedule: &Schedule,
        name: &Spanned<String>,
        followers: usize,
    ) -> Result<Plan, NotComputable> {
        if followers >= FOLLOWERS || name.value == schedule.name.value {
            return Err(NotComputable::FollowsItself(name.span));
        }
        let not_computable = || NotComputable::FollowsNotComputable(name.clone());
        let own = self
            .stated
            .iter()
            .find(|other| other.name.value == name.value);
        let outer = || {
            self.around
                .outer
                .iter()
                .find_map(|plan| plan.schedule(&name.value))
        };
        let mut plan = match (own, outer()) {
            (Some(other), _) => self
                .base(other, followers + 1)
                .map_err(|reason| match reason {
                    NotComputable::FollowsItself(_) => NotComputable::FollowsItself(name.span),
                    _ => not_computable(),
                })?,
            (None, Some(other)) => other.plan.clone().map_err(|_| not_computable())?,
            (None, None) => return Err(NotComputable::UnknownSchedule(name.clone())),
        };
        let layers = plan.engine.layers.iter();
        let turns = layers.map(|layer| layer.positions.len() + layer.windows.len() + 1);
        let own = schedule.rotation.hours.len() * plan.layers.len();
        if !self.spend(turns.sum::<usize>() + plan.fixed.len() + own) {
            return Err(NotComputable::TooLarge(schedule.span));
        }
        ahead(&mut plan, schedule.ahead);
        self.gate(&mut plan, schedule);
        Ok(plan)
    }

    /// A follower may have hours of its own, and begin and end by itself.
    fn gate(&self, plan: &mut Plan, schedule: &Schedule) {
        let own = &schedule.rotation;
        let zone = self.zone(schedule);
        let from = own
            .from
            .as_ref()
            .map(|from| start(from.value, own.handoff_time(), &zone));
        let until = own
            .until
            .as_ref()
            .map(|until| end(until.value, own.handoff_time(), &zone));
        for layer in &mut plan.engine.layers {
            if !own.hours.is_empty() {
                layer.windows.clone_from(&own.hours);
            }
            layer.starts = layer.starts.max(from);
            layer.ends = match (layer.ends, until) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        let visible = Interval::new(from.unwrap_or(Instant::MIN), until.unwrap_or(Instant::MAX));
        for fixed in &mut plan.engine.fixed {
            fixed.interval = fixed.interval.clip(visible);
        }
    }
}

/// Whoever is so many turns later in each rotation, or in a list of dates, is on duty now.
fn ahead(plan: &mut Plan, turns: usize) {
    for layer in &mut plan.engine.layers {
        layer.first += turns;
    }
    let mut shift = |is_layer: bool| {
        let shifts: Vec<usize> = match is_layer {
            true => (0..plan.layers.len())
                .filter(|index| plan.layers[*index].is_shift)
                .collect(),
            false => (0..plan.engine.fixed.len()).collect(),
        };
        for (place, index) in shifts.iter().enumerate() {
            let later = shifts.get(place + turns).copied();
            match is_layer {
                true => {
                    let people = later.map(|later| plan.engine.layers[later].positions.clone());
                    plan.engine.layers[*index].positions = people.unwrap_or_default();
                }
                false => {
                    let people = later.map(|later| plan.engine.fixed[later].people.clone());
                    plan.engine.fixed[*index].people = people.unwrap_or_default();
                }
            }
        }
    };
    shift(true);
    shift(false);
}

/// The people of one schedule, by their place in it.
struct People<'l> {
    lowering: &'l Lowering<'l>,
    people: Vec<Person>,
    known: BTreeMap<String, PersonIndex>,
}

impl<'l> People<'l> {
    fn new(lowering: &'l Lowering<'l>, people: Vec<Person>) -> People<'l> {
        let known = people.iter().enumerate();
        People {
            known: known
                .map(|(index, person)| (person.id.clone(), index))
                .collect(),
            lowering,
            people,
        }
    }

    fn index(&mut self, id: &str) -> PersonIndex {
        if let Some(index) = self.known.get(id) {
            return *index;
        }
        let index = self.people.len();
        self.people.push(Person {
            id: id.to_owned(),
            // Somebody who is not declared is said elsewhere.
            is_reachable: self.lowering.reachable.get(id).copied().unwrap_or(true),
        });
        self.known.insert(id.to_owned(), index);
        index
    }

    fn duty(&mut self, duty: &Duty) -> Vec<PersonIndex> {
        duty.people
            .iter()
            .map(|name| self.index(&name.value))
            .collect()
    }
}

struct Building<'l> {
    plan: Plan,
    table: People<'l>,
}

impl Building<'_> {
    /// None if there would be too many turns.
    fn rotation(
        &mut self,
        rotation: &Rotation,
        index: usize,
        priority: i64,
        zone: &TimeZone,
    ) -> Option<()> {
        let lowering = self.table.lowering;
        let windows = rotation.hours.len();
        for shift in &rotation.dates {
            lowering
                .spend(shift.who.people.len() + windows)
                .then_some(())?;
            self.shift(shift, rotation, index, priority, zone);
        }
        if rotation.people_span.is_none() {
            return Some(());
        }
        let last = rotation.until.as_ref();
        let mut state = State::first(rotation);
        for era in 0..=rotation.eras.len() {
            lowering.spend(state.people.len() + windows).then_some(())?;
            let next = rotation.eras.get(era);
            let ends = match next {
                Some(next) => {
                    let handoff = next.handoff.as_ref().or(state.handoff);
                    Some(start(next.from.value, time_of(handoff), zone))
                }
                None => last.map(|until| end(until.value, time_of(state.handoff), zone)),
            };
            let mut layer = self.layer(&state, rotation, zone);
            layer.priority = priority;
            layer.ends = ends;
            self.plan.engine.layers.push(layer);
            self.plan.layers.push(LayerOrigin {
                name: rotation.name.as_ref().map(|name| name.value.clone()),
                rotation: index,
                era,
                span: state.span,
                handoff: state.handoff.map(|handoff| handoff.span),
                until: last.filter(|_| next.is_none()).map(|until| until.span),
                is_shift: false,
            });
            if let Some(next) = next {
                state = state.then(next);
            }
        }
        Some(())
    }

    fn layer(&mut self, state: &State<'_>, rotation: &Rotation, zone: &TimeZone) -> Layer {
        let positions = state
            .people
            .iter()
            .map(|duty| self.table.duty(duty))
            .collect();
        let begins = state
            .from
            .map(|from| begin(from.value, time_of(state.handoff), zone));
        let rhythm = match (state.every, begins) {
            (Some(every), Some(begins)) => rhythm(every.value, begins, state, rotation, zone),
            _ => Rhythm::Always,
        };
        // Hours say where an active day ends; it lasts until the next one begins.
        let duty = rotation.counts_active_days.map(|_| 7 * DAY);
        Layer {
            first: state.first,
            starts: state
                .from
                .map(|from| start(from.value, time_of(state.handoff), zone)),
            duty: rotation.on_for.as_ref().map(|on_for| on_for.value).or(duty),
            windows: rotation.hours.clone(),
            ..Layer::new(positions, rhythm, zone.clone())
        }
    }

    fn shift(
        &mut self,
        shift: &Shift,
        rotation: &Rotation,
        index: usize,
        priority: i64,
        zone: &TimeZone,
    ) {
        let time = time_of(rotation.handoff.as_ref());
        let interval = between(&shift.from.value, &shift.to.value, Some(time), zone);
        let people = self.table.duty(&shift.who);
        if rotation.hours.is_empty() {
            self.plan.engine.fixed.push(Fixed {
                people,
                interval,
                priority,
            });
            self.plan.fixed.push(shift.span);
            return;
        }
        self.plan.engine.layers.push(Layer {
            starts: Some(interval.start),
            ends: Some(interval.end),
            windows: rotation.hours.clone(),
            priority,
            ..Layer::always(people, zone.clone())
        });
        self.plan.layers.push(LayerOrigin {
            name: rotation.name.as_ref().map(|name| name.value.clone()),
            rotation: index,
            era: 0,
            span: shift.span,
            handoff: None,
            until: None,
            is_shift: true,
        });
    }
}

/// What holds in one era.
struct State<'r> {
    people: &'r [Duty],
    span: Span,
    every: Option<&'r Spanned<Every>>,
    handoff: Option<&'r Spanned<Handoff>>,
    from: Option<&'r Spanned<Moment>>,
    first: usize,
}

impl<'r> State<'r> {
    fn first(rotation: &'r Rotation) -> State<'r> {
        State {
            people: &rotation.people,
            span: rotation.people_span.unwrap_or(rotation.span),
            every: rotation.every.as_ref(),
            handoff: rotation.handoff.as_ref(),
            from: rotation.from.as_ref(),
            first: 0,
        }
    }

    fn then(self, era: &'r Era) -> State<'r> {
        let people = era.people.as_deref().unwrap_or(self.people);
        let names = |duty: &Duty| {
            let mut names: Vec<String> =
                duty.people.iter().map(|name| name.value.clone()).collect();
            names.sort_unstable();
            names
        };
        let start = era.start_with.as_ref().map(names);
        let first = start.and_then(|start| people.iter().position(|duty| names(duty) == start));
        State {
            people,
            span: era.span,
            every: era.every.as_ref().or(self.every),
            handoff: era.handoff.as_ref().or(self.handoff),
            from: Some(&era.from),
            first: first.unwrap_or_default(),
        }
    }
}

fn time_of(handoff: Option<&Spanned<Handoff>>) -> Time {
    handoff.map_or(Time::midnight(), |handoff| handoff.value.time)
}

impl Rotation {
    fn handoff_time(&self) -> Time {
        time_of(self.handoff.as_ref())
    }
}

/// Where turn 0 begins on the local clock, perhaps before the rotation does: at the handover at or
/// before its beginning.
fn rhythm(
    every: Every,
    begins: DateTime,
    state: &State<'_>,
    rotation: &Rotation,
    zone: &TimeZone,
) -> Rhythm {
    let anchor = match (state.handoff, every.seconds()) {
        (None, _) => begins,
        (Some(handoff), None) => {
            let at = begins.date().to_datetime(handoff.value.time);
            match at > begins {
                true => at.saturating_sub(every.count.months()),
                false => at,
            }
        }
        (Some(handoff), Some(seconds)) => anchor(begins, handoff.value, seconds),
    };
    if rotation.counts_active_days.is_some() {
        return Rhythm::ActiveDays {
            anchor,
            days: rotation.active_days,
            count: every.count,
        };
    }
    let unit = match every.unit {
        TurnUnit::Second => {
            return Rhythm::Elapsed {
                anchor: resolve(zone, anchor, Occurrence::First),
                seconds: every.count,
            };
        }
        TurnUnit::Hour => Unit::Hour,
        TurnUnit::Day => Unit::Day,
        TurnUnit::Week => Unit::Week,
        TurnUnit::Month => Unit::Month,
    };
    Rhythm::Wall {
        anchor,
        unit,
        count: every.count,
    }
}

/// The last handover at or before a local time, for turns of so many seconds on the clock.
fn anchor(begins: DateTime, handoff: Handoff, turn: i64) -> DateTime {
    let mut day = begins.date();
    if let Some(weekday) = handoff.weekday {
        let since = begins.weekday().since(weekday);
        day = day.saturating_sub(i64::from(since).days());
    }
    let at = day.to_datetime(handoff.time);
    // A weekday comes every week, whatever the turn.
    let step = match handoff.weekday {
        Some(_) => 7 * DAY,
        None => turn,
    };
    let late = utc(begins) - utc(at);
    let turns = match handoff.weekday.is_none() && step < DAY {
        true => late.div_euclid(step),
        false => late.div_euclid(step).min(0),
    };
    at.saturating_add((turns * step).seconds())
}

/// A local time as seconds, to count with.
fn utc(local: DateTime) -> i64 {
    let instant = TimeZone::UTC.to_timestamp(local);
    instant.map_or(0, Timestamp::as_second)
}

/// Where a plan begins on the local clock.
fn begin(moment: Moment, time: Time, zone: &TimeZone) -> DateTime {
    match moment {
        Moment::Day(day) => day.to_datetime(time),
        Moment::Local(local) => local,
        Moment::Instant(instant) => {
            zone.to_datetime(Timestamp::from_second(instant).unwrap_or_default())
        }
    }
}

fn start(moment: Moment, time: Time, zone: &TimeZone) -> Instant {
    match moment {
        Moment::Instant(instant) => instant,
        moment => resolve(zone, begin(moment, time, zone), Occurrence::First),
    }
}

/// A day as an end is included.
fn end(moment: Moment, time: Time, zone: &TimeZone) -> Instant {
    match moment {
        Moment::Instant(instant) => instant,
        Moment::Day(day) => {
            let next = day.tomorrow().unwrap_or(day).to_datetime(time);
            resolve(zone, next, Occurrence::First)
        }
        Moment::Local(local) => resolve(zone, local, Occurrence::Last),
    }
}

fn between(from: &Moment, to: &Moment, time: Option<Time>, zone: &TimeZone) -> Interval {
    let time = time.unwrap_or(Time::midnight());
    Interval::new(start(*from, time, zone), end(*to, time, zone))
}

fn change(what: &Changed, within: Interval, table: &mut People<'_>, zone: &TimeZone) -> Change {
    match what {
        Changed::Cover(who) => Change::Cover {
            people: table.duty(who),
            priority: 0,
        },
        Changed::Swap { who, instead_of } => Change::Swap {
            person: table.index(&instead_of.value),
            by: table.duty(who),
        },
        Changed::Add(who) => Change::Add(table.index(&who.value)),
        Changed::Remove(who) => Change::Remove(table.index(&who.value)),
        Changed::Replace(shifts) => {
            let shift = |shift: &Shift| Fixed {
                people: table.duty(&shift.who),
                interval: between(&shift.from.value, &shift.to.value, None, zone).clip(within),
                priority: 0,
            };
            Change::Replace(shifts.iter().map(shift).collect())
        }
    }
}
