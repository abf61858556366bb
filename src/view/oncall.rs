//! `prepcheck oncall`: shifts and gaps over a window, or who is called at an instant.

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::agenda::{self, Agenda, Contact, Moments, OnDuty, Paged, Phone};
use crate::oncall::{Instant, Interval, Rendered, timestamp};

/// `prepcheck oncall --format json`.
#[derive(Debug, Serialize)]
pub struct Oncall {
    pub format_version: u32,
    pub from: String,
    pub to: String,
    pub schedules: Vec<OncallSchedule>,
}

#[derive(Debug, Serialize)]
pub struct OncallSchedule {
    pub name: String,
    /// Folder below the root; left out for the repository itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Why it is not computed; the lists are empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_computed: Option<String>,
    pub shifts: Vec<OncallShift>,
    /// Nobody is on duty, promised or not.
    pub gaps: Vec<Stretch>,
    pub unreachable: Vec<Stretch>,
}

#[derive(Debug, Serialize)]
pub struct OncallShift {
    pub start: String,
    pub end: String,
    /// Ids, sorted.
    pub people: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Stretch {
    pub start: String,
    pub end: String,
}

/// `prepcheck oncall --at TIME --format json`. It holds phone numbers.
#[derive(Debug, Serialize)]
pub struct OncallAt {
    pub format_version: u32,
    pub at: String,
    pub units: Vec<OncallUnit>,
}

#[derive(Debug, Serialize)]
pub struct OncallUnit {
    pub unit: String,
    /// Whether anybody is called at all; unknown counts as somebody.
    pub anybody: bool,
    pub paging: Option<String>,
    pub hotline: Option<String>,
    pub levels: Vec<OncallLevel>,
    /// Schedules that no level names.
    pub others: Vec<OncallDuty>,
}

#[derive(Debug, Serialize)]
pub struct OncallLevel {
    /// Seconds before the next level is paged.
    pub wait: Option<i64>,
    pub schedules: Vec<OncallDuty>,
    pub people: Vec<OncallContact>,
}

#[derive(Debug, Serialize)]
pub struct OncallDuty {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_computed: Option<String>,
    pub people: Vec<OncallContact>,
    /// What happens next; nobody is an empty list.
    pub next: Option<OncallNext>,
}

#[derive(Debug, Serialize)]
pub struct OncallNext {
    pub at: String,
    pub people: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct OncallContact {
    pub id: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub phone_in: Option<String>,
    /// When the leave ends that they are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_leave_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Box<OncallContact>>,
}

pub fn oncall(agenda: &Agenda<'_>) -> Oncall {
    Oncall {
        format_version: FORMAT_VERSION,
        from: show(agenda.window.start),
        to: show(agenda.window.end),
        schedules: agenda.entries.iter().map(schedule).collect(),
    }
}

pub fn oncall_at(moments: &Moments<'_>) -> OncallAt {
    let units = moments.units.iter().map(|unit| OncallUnit {
        unit: unit.folder.to_owned(),
        anybody: unit.has_anybody(),
        paging: unit.paging.map(str::to_owned),
        hotline: unit.hotline.map(str::to_owned),
        levels: unit.levels.iter().map(level).collect(),
        others: unit.others.iter().map(duty).collect(),
    });
    OncallAt {
        format_version: FORMAT_VERSION,
        at: show(moments.at),
        units: units.collect(),
    }
}

fn schedule(entry: &agenda::Entry<'_>) -> OncallSchedule {
    let rendered = entry.duty.as_ref().ok().map(|duty| &duty.rendered);
    let gaps = rendered.map(Rendered::gaps).unwrap_or_default();
    let unreachable = entry.duty.as_ref().map(|duty| &duty.unreachable[..]);
    OncallSchedule {
        name: entry.asked.name().to_owned(),
        unit: entry.asked.unit.folder().to_owned(),
        not_computed: entry.duty.as_ref().err().cloned(),
        shifts: rendered.map(shifts).unwrap_or_default(),
        gaps: gaps.into_iter().map(stretch).collect(),
        unreachable: unreachable
            .unwrap_or_default()
            .iter()
            .map(|interval| stretch(*interval))
            .collect(),
    }
}

fn shifts(rendered: &Rendered) -> Vec<OncallShift> {
    let shifts = rendered.shifts.iter().map(|shift| OncallShift {
        start: show(shift.interval.start),
        end: show(shift.interval.end),
        people: owned(rendered.names(*shift)),
    });
    shifts.collect()
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn stretch(interval: Interval) -> Stretch {
    Stretch {
        start: show(interval.start),
        end: show(interval.end),
    }
}

fn level(level: &agenda::Level<'_>) -> OncallLevel {
    let mut shown = OncallLevel {
        wait: level.wait,
        schedules: Vec::new(),
        people: Vec::new(),
    };
    for paged in &level.paged {
        match paged {
            Paged::Schedule(one) => shown.schedules.push(duty(one)),
            Paged::Person(person) => shown.people.push(contact(person)),
        }
    }
    shown
}

fn duty(duty: &OnDuty<'_>) -> OncallDuty {
    let people = duty.people.as_ref().map(|people| &people[..]);
    OncallDuty {
        name: duty.name.to_owned(),
        not_computed: duty.people.as_ref().err().cloned(),
        people: people.unwrap_or_default().iter().map(contact).collect(),
        next: duty.next.as_ref().map(|(at, people)| OncallNext {
            at: show(*at),
            people: people.clone(),
        }),
    }
}

fn contact(contact: &Contact<'_>) -> OncallContact {
    let (phone, phone_in) = match contact.phone {
        Phone::Number(number) => (Some(number.to_owned()), None),
        Phone::KeptIn(place) => (None, Some(place.to_owned())),
        Phone::Encrypted | Phone::NotUnderstood | Phone::Missing => (None, None),
    };
    OncallContact {
        id: contact.id.clone(),
        name: contact.name().map(str::to_owned),
        on_leave_until: contact.away_until.map(show),
        phone,
        phone_in,
        backup: contact
            .backup
            .as_deref()
            .map(|backup| Box::new(self::contact(backup))),
    }
}

/// `2026-01-01T00:00:00Z`.
fn show(instant: Instant) -> String {
    timestamp(instant).to_string()
}
