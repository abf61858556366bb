//! Who is on call over a window, or at an instant, unit by unit: what every form of
//! `prepcheck oncall` shows.
//!
//! Nothing is judged here: rules say what is wrong. What cannot be computed is kept with the reason
//! in words, so that no form shows it as a gap.

mod at;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clock::{Clock, Moment};
use crate::model::schedules::PlannedSchedule;
use crate::model::{NotComputable, Ops, UnitView};
use crate::nearest::nearest;
use crate::oncall::{
    Instant, Interval, Occurrence, Rendered, Shift, intersection, resolve, subtraction, union,
};

pub use at::{Contact, Level, Moments, OnDuty, Paged, Phone, UnitMoment, at};

/// Weeks that are shown when nothing says how many.
const WEEKS: i64 = 4;

/// How far back the beginning of a shift is looked for, in seconds.
const LOOK_BACK: i64 = 400 * 86_400;

/// A schedule that was asked for, and the unit that states it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub unit: UnitView<'a>,
    pub schedule: &'a PlannedSchedule,
}

/// All schedules that were asked for, over a window.
#[derive(Debug)]
pub struct Agenda<'a> {
    pub window: Interval,
    /// In order of the units, then of the files.
    pub entries: Vec<Entry<'a>>,
}

/// One schedule over the window.
#[derive(Debug)]
pub struct Entry<'a> {
    pub asked: Asked<'a>,
    /// Or why it cannot be computed, in words.
    pub duty: Result<Duty, String>,
}

/// What a schedule comes to.
#[derive(Debug)]
pub struct Duty {
    pub rendered: Rendered,
    /// Nobody is on duty, and somebody was promised.
    pub gaps: Vec<Interval>,
    /// Somebody is on duty, and nobody of them can be reached.
    pub unreachable: Vec<Interval>,
}

/// There is no schedule of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub name: String,
    pub meant: Option<String>,
    /// Those that are there.
    pub names: Vec<String>,
}

/// The schedules of a name, or all of them. One of an inner unit may also be meant by its folder,
/// as in `services/shop/primary`.
///
/// # Errors
///
/// There is no such schedule; with the one that was probably meant.
pub fn choose<'a>(ops: &'a Ops, name: Option<&str>) -> Result<Vec<Asked<'a>>, Unknown> {
    let all = ops.views().flat_map(|unit| {
        let schedules = unit.oncall().schedules.iter();
        schedules.map(move |schedule| Asked { unit, schedule })
    });
    let Some(name) = name else {
        return Ok(all.collect());
    };
    let all: Vec<Asked<'a>> = all.collect();
    let is_meant = |asked: &&Asked<'_>| asked.name() == name || asked.path() == name;
    let chosen: Vec<Asked<'a>> = all.iter().filter(is_meant).copied().collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let mut names: Vec<String> = all.iter().map(|asked| asked.name().to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    Err(Unknown {
        name: name.to_owned(),
        meant: nearest(name, names.iter().map(String::as_str)).map(str::to_owned),
        names,
    })
}

impl Asked<'_> {
    pub fn name(&self) -> &str {
        &self.schedule.name.value
    }

    fn path(&self) -> String {
        match self.unit.folder() {
            "" => self.name().to_owned(),
            folder => format!("{folder}/{}", self.name()),
        }
    }

    /// Who is on call over a window, or why that cannot be said.
    fn render(&self, window: Interval) -> Result<Rendered, String> {
        match &self.schedule.plan {
            Err(reason) => Err(why(reason)),
            Ok(plan) => {
                crate::oncall::render(&plan.engine, window).map_err(|error| format!("it {error}"))
            }
        }
    }

    /// When somebody is promised: always, unless promises name hours.
    fn promised(&self, window: Interval) -> Vec<Interval> {
        let promises = &self.unit.oncall().promises;
        let own: Vec<_> = promises
            .iter()
            .filter(|promise| promise.schedule.value == self.name())
            .collect();
        if own.is_empty() {
            return vec![window];
        }
        let hours = own.iter().map(|promise| promise.intervals(window));
        // Hours that are too many to count are taken for always.
        union(
            hours
                .flat_map(|hours| hours.unwrap_or(vec![window]))
                .collect(),
        )
    }
}

/// The zone in which days are meant that were typed: that of the team of the first schedule.
pub fn zone(ops: &Ops, asked: &[Asked<'_>]) -> TimeZone {
    let team = asked.first().map(|asked| asked.unit.timezone());
    team.unwrap_or_else(|| ops.timezone_at(b""))
}

/// The instant of a time that was typed.
pub fn instant(moment: Moment, zone: &TimeZone, clock: Clock) -> Instant {
    let local = |local| resolve(zone, local, Occurrence::First);
    match (moment, clock) {
        (Moment::At(instant), _) | (Moment::Now, Clock::At(instant)) => instant.as_second(),
        (Moment::Day(day), _) | (Moment::Now, Clock::Day(day)) => {
            local(day.to_datetime(jiff::civil::Time::midnight()))
        }
        (Moment::Local(time), _) => local(time),
    }
}

/// From a time on, else from the clock's day on; to a time, else four weeks on.
pub fn window(
    (from, to): (Option<Moment>, Option<Moment>),
    zone: &TimeZone,
    clock: Clock,
) -> Interval {
    let from = from.unwrap_or(Moment::Day(clock.today(zone)));
    let start = instant(from, zone, clock);
    let end = match to {
        Some(to) => instant(to, zone, clock),
        None => weeks_on(start, zone),
    };
    Interval::new(start, end)
}

/// At the same time of day.
fn weeks_on(start: Instant, zone: &TimeZone) -> Instant {
    let local = zone.to_datetime(Timestamp::from_second(start).unwrap_or_default());
    let local = local.saturating_add(WEEKS.weeks());
    resolve(zone, local, Occurrence::First)
}

/// Computes what was asked for.
pub fn agenda<'a>(asked: &[Asked<'a>], window: Interval) -> Agenda<'a> {
    let entries = asked.iter().map(|asked| Entry {
        asked: *asked,
        duty: asked.render(window).map(|rendered| duty(asked, rendered)),
    });
    Agenda {
        window,
        entries: entries.collect(),
    }
}

fn duty(asked: &Asked<'_>, rendered: Rendered) -> Duty {
    let gaps = intersection(&rendered.gaps(), &asked.promised(rendered.window));
    Duty {
        gaps,
        unreachable: rendered.unreachable(),
        rendered,
    }
}

impl Entry<'_> {
    /// When a shift of these people really began: one that the window cuts began before. None if
    /// that is longer ago than is looked.
    pub fn began(&self, shift: Shift, names: &[&str]) -> Option<Instant> {
        let Ok(duty) = &self.duty else {
            return None;
        };
        let start = duty.rendered.window.start;
        if shift.interval.start > start {
            return Some(shift.interval.start);
        }
        let before = Interval::new(start.saturating_sub(LOOK_BACK), start);
        let Ok(before) = self.asked.render(before) else {
            return Some(start);
        };
        let last = before.shifts.last();
        let last = last.filter(|last| last.interval.end == start && before.names(**last) == names);
        match last {
            None => Some(start),
            Some(last) => Some(last.interval.start).filter(|start| *start > before.window.start),
        }
    }
}

impl Duty {
    /// Nobody is on duty, and nobody was promised.
    pub fn quiet(&self) -> Vec<Interval> {
        subtraction(&self.rendered.gaps(), &self.gaps)
    }
}

/// Why a schedule is not computed.
fn why(reason: &NotComputable) -> String {
    match reason {
        NotComputable::ManagedIn(link) => {
            format!("it is kept in {}, linked and not verified", link.value)
        }
        NotComputable::NotUnderstood(_) => {
            "something in it is not understood; `prepcheck` says what".to_owned()
        }
        NotComputable::UnknownSchedule(name) => {
            format!("it follows `{}`, which is not there", name.value)
        }
        NotComputable::FollowsItself(_) => "it follows itself".to_owned(),
        NotComputable::FollowsNotComputable(name) => {
            format!("it follows `{}`, which cannot be computed here", name.value)
        }
        NotComputable::TooLarge(_) => "it stands for too many turns".to_owned(),
    }
}
