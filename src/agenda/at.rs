//! Who is on call at one instant, level by level, and how to reach them.
//!
//! The one place that gives phone numbers out: somebody is looking for one.

use jiff::tz::TimeZone;

use super::Asked;
use crate::model::{Ops, Person, Stated, UnitView};
use crate::oncall::{Instant, Interval, Rendered};

const DAY: i64 = 86_400;

/// How far ahead it is looked for what happens next, in days, one after the other: what changes
/// often is found soon, and what changes often is refused over ten years.
const LOOK_AHEAD: [i64; 3] = [30, 366, 3_653];

/// Who is called at an instant, unit by unit.
#[derive(Debug)]
pub struct Moments<'a> {
    pub at: Instant,
    pub units: Vec<UnitMoment<'a>>,
}

/// Who is called in one unit.
#[derive(Debug)]
pub struct UnitMoment<'a> {
    /// Below the root; empty for the repository itself.
    pub folder: &'a str,
    pub zone: TimeZone,
    /// A paging tool.
    pub paging: Option<&'a str>,
    pub hotline: Option<&'a str>,
    /// In the order in which they are paged.
    pub levels: Vec<Level<'a>>,
    /// Schedules that no level names.
    pub others: Vec<OnDuty<'a>>,
}

/// One level of the escalation.
#[derive(Debug)]
pub struct Level<'a> {
    pub paged: Vec<Paged<'a>>,
    /// Seconds before the next level is paged.
    pub wait: Option<i64>,
    /// The first later level with somebody on call, counted from 1.
    pub next: Option<usize>,
}

#[derive(Debug)]
pub enum Paged<'a> {
    Schedule(OnDuty<'a>),
    Person(Contact<'a>),
}

/// A schedule at an instant.
#[derive(Debug)]
pub struct OnDuty<'a> {
    pub name: &'a str,
    /// Or why it cannot be computed, in words.
    pub people: Result<Vec<Contact<'a>>, String>,
    /// When who is on call changes, and who is on call then, by id; none if nothing is planned.
    pub next: Option<(Instant, Vec<String>)>,
    /// When somebody is on call again, and who, if nobody is and that is not the next change.
    pub again: Option<(Instant, Vec<String>)>,
}

/// Somebody, and how to reach them.
#[derive(Debug)]
pub struct Contact<'a> {
    pub id: String,
    /// None for somebody who is not declared.
    pub person: Option<&'a Person>,
    pub phone: Phone<'a>,
    /// When the leave ends that they are on; whoever is called in it may not answer.
    pub away_until: Option<Instant>,
    /// Who is called if this one does not answer; the backup's own backup is left out.
    pub backup: Option<Box<Contact<'a>>>,
}

/// How somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone<'a> {
    Number(&'a str),
    /// Where the number is kept.
    KeptIn(&'a str),
    Encrypted,
    NotUnderstood,
    Missing,
}

/// Who is called at an instant; of one schedule only, if one was asked for.
pub fn at<'a>(ops: &'a Ops, asked: &[Asked<'a>], is_one: bool, at: Instant) -> Moments<'a> {
    let mut units = Vec::new();
    for unit in ops.views() {
        let own = asked
            .iter()
            .filter(|one| one.unit.folder() == unit.folder());
        let own: Vec<&Asked<'a>> = own.collect();
        let has_levels = !is_one && unit.own_rotas().any(|rota| !rota.escalation.is_empty());
        if own.is_empty() && !has_levels {
            continue;
        }
        let levels = if is_one { Vec::new() } else { levels(unit, at) };
        let is_paged = |asked: &&&Asked<'_>| levels.iter().any(|level| level.names(asked.name()));
        let others = own.iter().filter(|asked| !is_paged(asked));
        let others = others.map(|asked| on_duty(**asked, at)).collect();
        units.push(UnitMoment {
            folder: unit.folder(),
            zone: unit.timezone(),
            paging: given(unit, "who.paging"),
            hotline: given(unit, "who.hotline"),
            levels,
            others,
        });
    }
    Moments { at, units }
}

impl UnitMoment<'_> {
    /// Somebody is on call, or may be, for it cannot be computed.
    pub fn has_anybody(&self) -> bool {
        let mut others = self.others.iter();
        self.levels.iter().any(Level::has_anybody) || others.any(OnDuty::has_anybody)
    }
}

impl Level<'_> {
    fn names(&self, schedule: &str) -> bool {
        let mut paged = self.paged.iter();
        paged.any(|paged| matches!(paged, Paged::Schedule(duty) if duty.name == schedule))
    }

    pub fn has_anybody(&self) -> bool {
        let mut paged = self.paged.iter();
        paged.any(|paged| match paged {
            Paged::Schedule(duty) => duty.has_anybody(),
            Paged::Person(_) => true,
        })
    }
}

impl OnDuty<'_> {
    fn has_anybody(&self) -> bool {
        self.people
            .as_ref()
            .map_or(true, |people| !people.is_empty())
    }
}

fn levels<'a>(unit: UnitView<'a>, at: Instant) -> Vec<Level<'a>> {
    let stated = unit.escalation().into_iter();
    let mut levels: Vec<Level<'a>> = stated
        .map(|level| Level {
            paged: level
                .page
                .iter()
                .map(|name| paged(unit, &name.value, at))
                .collect(),
            wait: level.wait.as_ref().map(|wait| wait.value),
            next: None,
        })
        .collect();
    let mut next = None;
    for index in (0..levels.len()).rev() {
        levels[index].next = next;
        if levels[index].has_anybody() {
            next = Some(index + 1);
        }
    }
    levels
}

/// A name at a level is that of a schedule, here or around, else somebody's id.
fn paged<'a>(unit: UnitView<'a>, name: &str, at: Instant) -> Paged<'a> {
    let mut schedules = unit.around().filter_map(|unit| {
        let schedule = unit.oncall().schedule(name)?;
        Some(Asked { unit, schedule })
    });
    match schedules.next() {
        Some(asked) => Paged::Schedule(on_duty(asked, at)),
        None => Paged::Person(contact(unit, name, at, true)),
    }
}

fn on_duty(asked: Asked<'_>, at: Instant) -> OnDuty<'_> {
    let name = &asked.schedule.name.value;
    let rendered = match look_ahead(asked, at) {
        Ok(rendered) => rendered,
        Err(reason) => {
            return OnDuty {
                name,
                people: Err(reason),
                next: None,
                again: None,
            };
        }
    };
    let ids = rendered.names_at(at);
    let next = rendered.next_handoff(at);
    let again = rendered
        .shifts
        .iter()
        .find(|shift| shift.interval.start > at);
    let again = again.filter(|shift| ids.is_empty() && Some(shift.interval.start) != next);
    OnDuty {
        name,
        next: next.map(|next| (next, owned(&rendered.names_at(next)))),
        again: again.map(|shift| (shift.interval.start, owned(&rendered.names(*shift)))),
        people: Ok(ids
            .into_iter()
            .map(|id| contact(asked.unit, id, at, true))
            .collect()),
    }
}

/// As far ahead as it takes to see what happens next, if that can be computed.
fn look_ahead(asked: Asked<'_>, at: Instant) -> Result<Rendered, String> {
    let mut found = Err(String::new());
    for days in LOOK_AHEAD {
        let window = Interval::new(at, at.saturating_add(days * DAY));
        match asked.render(window) {
            Ok(rendered) if rendered.next_handoff(at).is_some() => return Ok(rendered),
            Ok(rendered) => found = Ok(rendered),
            Err(reason) => return found.or(Err(reason)),
        }
    }
    found
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn contact<'a>(unit: UnitView<'a>, id: &str, at: Instant, with_backup: bool) -> Contact<'a> {
    let mut people = unit.people().into_iter();
    let person = people.find(|person| person.id.value == id);
    let backup = person.and_then(|person| match &person.backup {
        Stated::Known(backup) if with_backup => Some(contact(unit, &backup.value, at, false)),
        _ => None,
    });
    Contact {
        id: id.to_owned(),
        person,
        phone: person.map_or(Phone::Missing, phone),
        away_until: away_until(unit, id, at),
        backup: backup.map(Box::new),
    }
}

/// When the leave ends that somebody is on at an instant, here or around.
fn away_until(unit: UnitView<'_>, id: &str, at: Instant) -> Option<Instant> {
    let leave = unit.around().flat_map(|unit| &unit.oncall().leave);
    let own = leave.filter(|leave| leave.who.value == id && leave.interval.contains(at));
    own.map(|leave| leave.interval.end).max()
}

impl Contact<'_> {
    /// The name that the person's file gives.
    pub fn name(&self) -> Option<&str> {
        match &self.person?.name {
            Stated::Known(name) => Some(&name.value),
            _ => None,
        }
    }
}

/// A number before the place where it is kept; what can be read before what cannot.
fn phone(person: &Person) -> Phone<'_> {
    let [number, place] = [&person.phone, &person.phone_in].map(written);
    let stated = [&person.phone, &person.phone_in];
    let is = |state: fn(&Stated<String>) -> bool| stated.into_iter().any(state);
    match (number, place) {
        (Some(number), _) => Phone::Number(number),
        (None, Some(place)) => Phone::KeptIn(place),
        _ if is(|stated| matches!(stated, Stated::Encrypted(_))) => Phone::Encrypted,
        _ if is(Stated::is_unclear) => Phone::NotUnderstood,
        _ => Phone::Missing,
    }
}

/// A tool or a number that the unit, or the nearest one around it, states.
fn given<'a>(unit: UnitView<'a>, slot: &str) -> Option<&'a str> {
    let mut units = unit.around();
    units.find_map(|unit| written(unit.slot(slot)?))
}

fn written(stated: &Stated<String>) -> Option<&str> {
    match stated {
        Stated::Known(text) | Stated::Elsewhere(text) => Some(&text.value),
        _ => None,
    }
}
