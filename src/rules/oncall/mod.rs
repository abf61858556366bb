//! Who is on call: whether somebody always is, whether they can be reached, and whether people can
//! live with it.
//!
//! What a tool keeps is linked, not verified, and nothing is said of it. A rota that another rule or
//! the schema finds a fault in is not judged further; where a promise could hide in one that was not
//! understood, that is said.

mod dead_override;
mod empty_rotation;
mod gap;
mod handoff_in_clock_change;
mod inconsistent_handoff;
mod load;
mod long_shift;
mod missing_rotation;
mod missing_secondary;
mod near_miss;
mod never_on_call;
mod night_handoff;
mod no_rest;
mod not_computable;
mod on_leave;
mod outside_hours;
mod overlapping_overrides;
mod overload;
mod pattern;
mod runs_out;
mod same_person_twice;
mod skeleton_person;
mod uneven_load;
mod unreachable_shift;
mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::model::schedules::{NotComputable, Plan, PlannedSchedule};
use crate::model::{How, UnitView};
use crate::oncall::{Interval, PersonIndex, Rendered, subtraction, union};
use crate::rule::{AnyParam, Context, HORIZON, Rule};

pub(super) static RULES: &[&Rule] = &[
    &dead_override::RULE,
    &empty_rotation::RULE,
    &gap::RULE,
    &handoff_in_clock_change::RULE,
    &inconsistent_handoff::RULE,
    &long_shift::RULE,
    &missing_rotation::RULE,
    &missing_secondary::RULE,
    &near_miss::RULE,
    &never_on_call::RULE,
    &night_handoff::RULE,
    &no_rest::RULE,
    &not_computable::RULE,
    &on_leave::RULE,
    &outside_hours::RULE,
    &overlapping_overrides::RULE,
    &overload::RULE,
    &runs_out::RULE,
    &same_person_twice::RULE,
    &skeleton_person::RULE,
    &uneven_load::RULE,
    &unreachable_shift::RULE,
];

/// Settings that all rules of the group share.
pub(super) static SHARED: &[&dyn AnyParam] = &[&HORIZON];

/// Seconds up to which a hole is a slip of the pen.
const NEAR_MISS: i64 = 60;

/// A schedule that was computed and is fit to be judged.
#[derive(Clone, Copy)]
struct Watch<'a> {
    unit: UnitView<'a>,
    schedule: &'a PlannedSchedule,
    plan: &'a Plan,
    rendered: &'a Rendered,
}

impl<'a> Watch<'a> {
    fn name(self) -> &'a str {
        &self.schedule.name.value
    }

    fn window(self) -> Interval {
        self.rendered.window
    }

    /// Everybody who is in the plan, whatever its changes.
    fn people(self) -> BTreeSet<PersonIndex> {
        let engine = &self.plan.engine;
        let positions = engine.layers.iter().flat_map(|layer| &layer.positions);
        let shifts = engine.fixed.iter().map(|fixed| &fixed.people);
        positions.chain(shifts).flatten().copied().collect()
    }

    /// Whether people relieve each other, or one is there all the time.
    fn takes_turns(self) -> bool {
        let engine = &self.plan.engine;
        let has_turns = engine.layers.iter().any(|layer| layer.positions.len() > 1);
        (has_turns || engine.fixed.len() > 1) && self.people().len() > 1
    }

    /// What people are asked to bear: of two, one must stand in for the other, and cannot be
    /// spared it.
    fn bearable(self) -> Cow<'a, Rendered> {
        let is_small = self.people().len() < 3 && !self.plan.overrides.is_empty();
        let plan = is_small.then(|| self.schedule.render_plan(self.window()));
        match plan.flatten() {
            Some(Ok(plan)) => Cow::Owned(plan),
            _ => Cow::Borrowed(self.rendered),
        }
    }
}

/// The schedules of a unit that can be judged, in order.
fn watches<'a>(cx: &Context<'a>, unit: UnitView<'a>) -> Vec<Watch<'a>> {
    let schedules = 0..unit.oncall().schedules.len();
    schedules
        .filter_map(|index| watch(cx, unit, index))
        .collect()
}

fn watch<'a>(cx: &Context<'a>, unit: UnitView<'a>, index: usize) -> Option<Watch<'a>> {
    let schedule = &unit.oncall().schedules[index];
    let plan = schedule.plan.as_ref().ok()?;
    let rendered = cx.roster(unit).rendered[index].as_ref()?.as_ref().ok()?;
    let is_fit = schedule.placeholders.is_empty() && !is_empty(plan);
    is_fit.then_some(Watch {
        unit,
        schedule,
        plan,
        rendered,
    })
}

fn all_watches<'a>(cx: &Context<'a>) -> impl Iterator<Item = Watch<'a>> {
    cx.units().flat_map(move |unit| watches(cx, unit))
}

/// The schedule that a name means in a unit: its own, or one around it.
fn find<'a>(cx: &Context<'a>, unit: UnitView<'a>, name: &str) -> Found<'a> {
    for unit in unit.around() {
        let mut schedules = unit.oncall().schedules.iter();
        let Some(index) = schedules.position(|schedule| schedule.name.value == name) else {
            continue;
        };
        return match watch(cx, unit, index) {
            Some(watch) => Found::Fit(watch),
            None => Found::Unknown(&unit.oncall().schedules[index]),
        };
    }
    Found::Nothing
}

enum Found<'a> {
    Fit(Watch<'a>),
    /// It is there, and cannot be judged.
    Unknown(&'a PlannedSchedule),
    Nothing,
}

/// Whether nobody is in it at any time.
fn is_empty(plan: &Plan) -> bool {
    let positions = plan.engine.layers.iter().flat_map(|layer| &layer.positions);
    let shifts = plan.engine.fixed.iter().map(|fixed| &fixed.people);
    positions.chain(shifts).all(|people| people.is_empty())
}

/// Whether a promise may hide in a schedule that nobody can judge: not where a tool keeps it, which
/// is linked and not verified, nor where people are missing in it, which is said.
fn is_unclear(schedule: &PlannedSchedule) -> bool {
    match &schedule.plan {
        Ok(plan) => schedule.placeholders.is_empty() && !is_empty(plan),
        Err(NotComputable::ManagedIn(_) | NotComputable::UnknownSchedule(_)) => false,
        Err(_) => true,
    }
}

/// One level of an escalation, or one schedule where there is none.
struct EscalationStep<'a> {
    names: Vec<&'a str>,
    /// When a page to it reaches somebody; always for what is not known.
    reached: Vec<Interval>,
}

/// Who is paged one after another, as far as the repository says it. None if the order stands
/// elsewhere, so that nobody knows where a page goes.
fn steps<'a>(cx: &Context<'a>, unit: UnitView<'a>) -> Option<Vec<EscalationStep<'a>>> {
    let levels = unit.escalation();
    if levels.is_empty() {
        let evidence = unit.evidence_of("who.escalation");
        if evidence.iter().any(|evidence| evidence.how != How::Written) {
            return None;
        }
        let names = unit.schedules();
        return Some(
            names
                .into_iter()
                .map(|name| step(cx, unit, vec![name]))
                .collect(),
        );
    }
    let names = |level: &'a crate::model::schedule::EscalationLevel| {
        level.page.iter().map(|name| name.value.as_str()).collect()
    };
    let steps = levels.into_iter();
    Some(steps.map(|level| step(cx, unit, names(level))).collect())
}

fn step<'a>(cx: &Context<'a>, unit: UnitView<'a>, names: Vec<&'a str>) -> EscalationStep<'a> {
    let always = Interval::new(i64::MIN, i64::MAX);
    let is_paged = unit.has("who.paging") || unit.has("who.hotline");
    let mut reached = Vec::new();
    for name in &names {
        match find(cx, unit, name) {
            Found::Fit(watch) => reached.extend(reachable(watch.rendered)),
            Found::Unknown(_) => reached.push(always),
            Found::Nothing => {
                let mut people = unit.people().into_iter();
                let person = people.find(|person| person.id.value == **name);
                // Somebody who is not declared is said elsewhere.
                if person.is_none_or(|person| person.is_reachable() || is_paged) {
                    reached.push(always);
                }
            }
        }
    }
    EscalationStep {
        names,
        reached: union(reached),
    }
}

/// When somebody is on call who can be reached.
fn reachable(rendered: &Rendered) -> Vec<Interval> {
    subtraction(&rendered.covered(), &rendered.unreachable())
}
