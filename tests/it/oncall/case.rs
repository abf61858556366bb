//! Worked cases as data: a schedule, a window, and what must come out.

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use prepcheck::oncall::{
    Change, Fixed, Instant, Interval, Layer, Occurrence, Override, Person, PersonIndex, Rhythm,
    Schedule, Unit, Weekdays, Window, resolve,
};
use serde_json::Value;

pub struct Case {
    pub id: String,
    pub zone: TimeZone,
    pub schedule: Schedule,
    pub secondary: Option<Schedule>,
    pub window: Interval,
    pub expect: Value,
    /// The schedule as the case states it.
    pub stated: Value,
}

pub fn read(text: &str) -> Vec<Case> {
    let file: Value = serde_json::from_str(text).expect("JSON");
    let cases = file["cases"].as_array().expect("a list of cases");
    cases.iter().map(read_case).collect()
}

fn read_case(case: &Value) -> Case {
    let stated = &case["schedule"];
    let window = &case["window"];
    Case {
        id: text(&case["id"]).to_owned(),
        zone: zone(&stated["tz"]),
        schedule: schedule(stated, &stated["tz"]),
        secondary: stated
            .get("secondary")
            .map(|other| schedule(other, &stated["tz"])),
        window: Interval::new(instant(&window["from"]), instant(&window["to"])),
        expect: case["expect"].clone(),
        stated: stated.clone(),
    }
}

pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("text, not {value}"))
}

pub fn instant(value: &Value) -> Instant {
    parse_instant(text(value)).unwrap_or_else(|| panic!("an instant, not {value}"))
}

pub fn parse_instant(text: &str) -> Option<Instant> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn zone(name: &Value) -> TimeZone {
    TimeZone::get(text(name)).expect("a zone")
}

/// Seconds after midnight.
pub fn time(text: &str) -> i64 {
    let mut parts = text
        .split(':')
        .map(|part| part.parse::<i64>().expect("a number"));
    let (hour, minute) = (
        parts.next().expect("an hour"),
        parts.next().expect("a minute"),
    );
    hour * 3600 + minute * 60 + parts.next().unwrap_or_default()
}

pub fn weekday(text: &str) -> Weekday {
    match text {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        other => panic!("a day of the week, not {other}"),
    }
}

fn weekdays(days: &Value) -> Weekdays {
    let days = list(days).iter().map(|day| weekday(text(day)));
    days.fold(Weekdays::default(), Weekdays::with)
}

/// The people that a schedule names, in order.
#[derive(Default)]
struct Names {
    people: Vec<Person>,
}

impl Names {
    fn one(&mut self, name: &Value) -> PersonIndex {
        let id = text(name);
        let known = self.people.iter().position(|person| person.id == id);
        known.unwrap_or_else(|| {
            self.people.push(Person {
                id: id.to_owned(),
                is_reachable: true,
            });
            self.people.len() - 1
        })
    }

    /// One name, or a list of them.
    fn all(&mut self, names: &Value) -> Vec<PersonIndex> {
        match names {
            Value::Array(names) => names.iter().map(|name| self.one(name)).collect(),
            Value::Null => Vec::new(),
            name => vec![self.one(name)],
        }
    }
}

fn schedule(stated: &Value, default_zone: &Value) -> Schedule {
    let mut names = Names::default();
    for person in list(&stated["people"]) {
        let index = names.one(&person["id"]);
        names.people[index].is_reachable = person["reachable"] != Value::Bool(false);
    }
    let default_zone = stated.get("tz").unwrap_or(default_zone);
    let layers = list(&stated["layers"]).iter();
    let layers = layers
        .map(|layer| self::layer(layer, default_zone, &mut names))
        .collect();
    let fixed = fixed(&stated["fixed"], &mut names);
    let overrides = list(&stated["overrides"]).iter();
    let overrides = overrides.map(|one| change(one, &mut names)).collect();
    Schedule {
        people: names.people,
        layers,
        fixed,
        overrides,
    }
}

fn interval(value: &Value) -> Interval {
    Interval::new(instant(&value["start"]), instant(&value["end"]))
}

fn fixed(shifts: &Value, names: &mut Names) -> Vec<Fixed> {
    let shifts = list(shifts).iter();
    let shift = |shift: &Value| Fixed {
        people: names.all(shift.get("users").unwrap_or(&shift["user"])),
        interval: interval(shift),
        priority: shift["priority"].as_i64().unwrap_or_default(),
    };
    shifts.map(shift).collect()
}

fn change(one: &Value, names: &mut Names) -> Override {
    let change = match text(&one["kind"]) {
        "remove" => Change::Remove(names.one(&one["user"])),
        "add" => Change::Add(names.one(&one["user"])),
        "swap" => Change::Swap {
            person: names.one(&one["user"]),
            by: names.all(&one["by"]),
        },
        "cover" => Change::Cover {
            people: names.all(one.get("users").unwrap_or(&one["user"])),
            priority: one["priority"].as_i64().unwrap_or_default(),
        },
        "replace_window" => Change::Replace(fixed(&one["shifts"], names)),
        other => panic!("a kind of override, not {other}"),
    };
    Override {
        interval: interval(one),
        change,
    }
}

fn layer(stated: &Value, default_zone: &Value, names: &mut Names) -> Layer {
    let zone = zone(stated.get("tz").unwrap_or(default_zone));
    let users = list(&stated["users"]).iter();
    let mut positions: Vec<Vec<PersonIndex>> = users.map(|user| names.all(user)).collect();
    let rhythm = match stated["always"] == Value::Bool(true) {
        true => {
            positions.truncate(1);
            Rhythm::Always
        }
        false => rhythm(stated, &zone),
    };
    let gate = |key: &str| stated.get(key).map(|value| moment(text(value), &zone));
    let windows = list(&stated["restrict"]).iter().flat_map(windows);
    Layer {
        first: stated["first_index"].as_u64().unwrap_or_default() as usize,
        is_backwards: stated["backwards"] == Value::Bool(true),
        starts: gate("starts"),
        ends: gate("ends"),
        duty: stated["duty_seconds"].as_i64(),
        windows: windows.collect(),
        priority: stated["priority"].as_i64().unwrap_or_default(),
        ..Layer::new(positions, rhythm, zone)
    }
}

/// An instant, or a local time.
fn moment(text: &str, zone: &TimeZone) -> Instant {
    parse_instant(text).unwrap_or_else(|| {
        let local = text.parse::<DateTime>().expect("a local time");
        resolve(zone, local, Occurrence::First)
    })
}

fn rhythm(stated: &Value, zone: &TimeZone) -> Rhythm {
    let turn = &stated["turn"];
    let count = turn["count"].as_i64().unwrap_or(1);
    if text(&turn["unit"]) == "iso_week" {
        let number = |key: &str| turn[key].as_i64().unwrap_or_default();
        return Rhythm::IsoWeeks {
            change: (number("change_day") - 1) * 86_400 + number("change_hour") * 3600,
        };
    }
    let anchor = text(&stated["anchor"]);
    let local = match parse_instant(anchor) {
        Some(instant) => zone.to_datetime(Timestamp::from_second(instant).expect("an instant")),
        None => anchor.parse().expect("a local time"),
    };
    let wall = |unit| Rhythm::Wall {
        anchor: local,
        unit,
        count,
    };
    match text(&turn["unit"]) {
        "second" => Rhythm::Elapsed {
            anchor: moment(anchor, zone),
            seconds: count,
        },
        "hour" => wall(Unit::Hour),
        "day" => wall(Unit::Day),
        "week" => wall(Unit::Week),
        "month" => wall(Unit::Month),
        "active_day" => Rhythm::ActiveDays {
            anchor: local,
            days: weekdays(&stated["active_days"]),
            count,
        },
        other => panic!("a unit, not {other}"),
    }
}

fn windows(stated: &Value) -> Vec<Window> {
    if let Some(seconds) = stated["seconds"].as_i64() {
        let start = time(text(&stated["from"]));
        let days = match stated.get("day") {
            Some(day) => vec![weekday(text(day))],
            None => Weekday::Monday.cycle_forward().take(7).collect(),
        };
        let days = days.into_iter();
        return days
            .map(|day| Window::lasting(day, start, seconds))
            .collect();
    }
    let (from, to) = (text(&stated["from"]), text(&stated["to"]));
    let Some(days) = stated.get("days") else {
        let point = |text: &str| {
            let (day, at) = text.split_once(' ').expect("a day and a time");
            (weekday(day), time(at))
        };
        return vec![Window::span(point(from), point(to))];
    };
    Window::daily(weekdays(days), time(from), time(to))
}
