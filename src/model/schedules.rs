//! From schedules as files state them to what the engine computes.
//!
//! Each format has a module of its own, which lowers it with its product's semantics. What they
//! share is here: a plan for each unit, with the engine's input, what has been promised, and the
//! bytes to point at. What cannot be computed is kept with the reason, and is never a gap.

mod native;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::person::Person;
use super::schedule::{Coverage, Rota};
use crate::oncall::{self, Instant, Interval, Window};
use crate::text::{Span, Spanned};

pub(super) use native::plan;

/// What a unit says of being on call, ready to be computed. Own schedules only: those of the units
/// around it are in their plans.
#[derive(Clone, Debug, Default)]
pub struct OncallPlan {
    /// In order of the files and of each file.
    pub schedules: Vec<PlannedSchedule>,
    /// Each for one schedule; stated ones if there is any, else what schedules promise by themselves.
    pub promises: Vec<Promise>,
    pub leave: Vec<PlannedLeave>,
    /// The zone of the team.
    pub zone: Option<TimeZone>,
}

/// A schedule that can be computed, or the reason why not.
#[derive(Clone, Debug)]
pub struct PlannedSchedule {
    pub name: Spanned<String>,
    /// The whole entry, for messages that mean all of it.
    pub span: Span,
    /// In which its days and hours are meant.
    pub zone: TimeZone,
    pub plan: Result<Plan, NotComputable>,
    /// Its own hours, if the schedule itself has any.
    pub hours: Vec<Window>,
    pub hours_span: Option<Span>,
    pub coverage: Option<Spanned<Coverage>>,
    /// The schedule that it follows.
    pub follows: Option<Spanned<String>>,
    /// It states itself when it ends, though it follows another.
    pub has_own_end: bool,
    /// Placeholders in place of people.
    pub placeholders: Vec<Span>,
}

/// The engine's input, with the bytes that each part comes from.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub engine: oncall::Schedule,
    /// As [`oncall::Schedule::layers`].
    pub layers: Vec<LayerOrigin>,
    /// As [`oncall::Schedule::fixed`].
    pub fixed: Vec<Span>,
    /// As [`oncall::Schedule::overrides`].
    pub overrides: Vec<Span>,
}

/// Where a layer of the engine comes from.
#[derive(Clone, Debug)]
pub struct LayerOrigin {
    /// Of a layer that has one.
    pub name: Option<String>,
    /// Which rotation of the schedule, in order of the file.
    pub rotation: usize,
    /// Which of its eras, from 0.
    pub era: usize,
    /// The list of people, or the shift of a list of dates.
    pub span: Span,
    /// Where its handover is stated.
    pub handoff: Option<Span>,
    /// Where it is stated that it ends.
    pub until: Option<Span>,
    /// One shift of a list of dates that is limited to hours.
    pub is_shift: bool,
}

/// Why a schedule cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotComputable {
    /// A tool keeps it: linked, not verified.
    ManagedIn(Spanned<String>),
    /// Something in it is wrong or encrypted; where it is wrong, a finding says so.
    NotUnderstood(Span),
    /// It follows a schedule that is not there.
    UnknownSchedule(Spanned<String>),
    /// It follows itself, perhaps through others.
    FollowsItself(Span),
    /// It follows a schedule that cannot be computed.
    FollowsNotComputable(Spanned<String>),
    /// It stands for more turns than [`crate::limits::ONCALL_TURNS`], with those before it.
    TooLarge(Span),
}

/// Hours in which somebody must be on duty.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The schedule that makes it, by its name; perhaps one of a unit around.
    pub schedule: Spanned<String>,
    /// None for always.
    pub hours: Vec<Window>,
    /// The zone of those hours.
    pub zone: TimeZone,
    /// Seconds ahead, if that is stated.
    pub horizon: Option<i64>,
    /// Where it is stated; none for what a schedule promises by itself.
    pub stated: Option<Span>,
}

/// Somebody is away, in the zone of the team.
#[derive(Clone, Debug)]
pub struct PlannedLeave {
    pub who: Spanned<String>,
    pub interval: Interval,
    pub span: Span,
}

impl OncallPlan {
    /// A schedule by its name.
    pub fn schedule(&self, name: &str) -> Option<&PlannedSchedule> {
        self.schedules
            .iter()
            .find(|schedule| schedule.name.value == name)
    }
}

impl PlannedSchedule {
    /// Who is on call over a window; none if that cannot be computed.
    pub fn render(&self, window: Interval) -> Option<Result<oncall::Rendered, oncall::Error>> {
        let plan = self.plan.as_ref().ok()?;
        Some(oncall::render(&plan.engine, window))
    }

    /// The plan alone, without changes.
    pub fn render_plan(&self, window: Interval) -> Option<Result<oncall::Rendered, oncall::Error>> {
        let plan = self.plan.as_ref().ok()?;
        let unchanged = oncall::Schedule {
            overrides: Vec::new(),
            ..plan.engine.clone()
        };
        Some(oncall::render(&unchanged, window))
    }
}

impl Promise {
    /// What is promised over a window.
    pub fn intervals(&self, window: Interval) -> Result<Vec<Interval>, oncall::Error> {
        match self.hours[..] {
            [] => Ok(vec![window]),
            ref hours => oncall::hours(hours, &self.zone, window),
        }
    }

    /// The window that is checked from an instant on: so many seconds if nothing else is stated.
    pub fn window(&self, from: Instant, otherwise: i64) -> Interval {
        Interval::new(from, from.saturating_add(self.horizon.unwrap_or(otherwise)))
    }
}

/// What lowering needs to know of a unit.
pub(super) struct Around<'a> {
    pub rotas: Vec<&'a Rota>,
    pub zone: TimeZone,
    /// The name of a zone that does not exist, where `zone` should have been: days and hours that
    /// are meant in it are not understood.
    pub unknown_zone: Option<Span>,
    pub people: Vec<&'a Person>,
    /// A tool or a hotline reaches everybody.
    pub is_paged: bool,
    /// The plans of the units around it, innermost first.
    pub outer: Vec<&'a OncallPlan>,
}

impl Around<'_> {
    /// Whether a page reaches each declared person. What could not be read counts, for what is not
    /// understood is not missing.
    fn reachable(&self) -> BTreeMap<&str, bool> {
        let is_reachable = |person: &Person| {
            let is_unclear = person.phone.is_unclear() || person.phone_in.is_unclear();
            self.is_paged || person.is_reachable() || is_unclear
        };
        let people = self.people.iter();
        people
            .map(|person| (person.id.value.as_str(), is_reachable(person)))
            .collect()
    }
}
