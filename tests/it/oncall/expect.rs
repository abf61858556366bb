//! What a case expects, held against the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::DateTime;
use prepcheck::oncall::{
    Instant, Interval, Layer, Occurrence, Rendered, Rhythm, Schedule, Unit, render, render_layer,
    resolve, turns,
};
use serde_json::Value;

use super::case::{Case, instant, list, text};

/// What does not come out as expected; nothing if the case holds.
pub fn faults(case: &Case, schedule: &Schedule, secondary: Option<&Schedule>) -> Vec<String> {
    let mut faults = Faults {
        case,
        schedule,
        rendered: rendered(schedule, case.window),
        found: Vec::new(),
    };
    let expect = case.expect.as_object().expect("expectations");
    for (key, value) in expect {
        match key.as_str() {
            "oncall_at" => faults.oncall_at(value),
            "shifts" => faults.shifts(value),
            "gaps" => faults.same("gaps", &intervals(value), &faults.rendered.gaps()),
            "gaps_prefix" => {
                let expected = intervals(value);
                let mut gaps = faults.rendered.gaps();
                gaps.truncate(expected.len());
                faults.same("gaps_prefix", &expected, &gaps);
            }
            "unreachable" => {
                let unreachable = faults.rendered.unreachable();
                faults.same("unreachable", &intervals(value), &unreachable);
            }
            "handoffs" => faults.handoffs(value),
            "turns" => faults.turns(value),
            "resolve" => faults.resolve(value),
            "quality" => faults.quality(value),
            "same_person_turn_starts" => {
                faults.same_person(value, secondary.expect("a secondary"));
            }
            "variants" => faults.variants(value),
            other => faults.found.push(format!("`{other}` is not understood")),
        }
    }
    faults.found
}

fn rendered(schedule: &Schedule, window: Interval) -> Rendered {
    render(schedule, window).expect("a schedule that can be computed")
}

fn intervals(value: &Value) -> Vec<Interval> {
    let interval = |one: &Value| Interval::new(instant(&one["start"]), instant(&one["end"]));
    list(value).iter().map(interval).collect()
}

fn show(instant: Instant) -> String {
    Timestamp::from_second(instant).map_or_else(|_| instant.to_string(), |at| at.to_string())
}

struct Faults<'a> {
    case: &'a Case,
    schedule: &'a Schedule,
    rendered: Rendered,
    found: Vec<String>,
}

impl Faults<'_> {
    fn equal<T: Debug + PartialEq>(&mut self, what: &str, expected: &T, found: &T) {
        if expected != found {
            self.found.push(format!(
                "{what}\n  expected {expected:?}\n  found    {found:?}"
            ));
        }
    }

    fn same(&mut self, what: &str, expected: &[Interval], found: &[Interval]) {
        let shown = |intervals: &[Interval]| -> Vec<String> {
            let shown = intervals
                .iter()
                .map(|i| format!("{} - {}", show(i.start), show(i.end)));
            shown.collect()
        };
        self.equal(what, &shown(expected), &shown(found));
    }

    fn oncall_at(&mut self, value: &Value) {
        for one in list(value) {
            let at = instant(&one["t"]);
            let expected: BTreeSet<&str> = list(&one["users"]).iter().map(text).collect();
            let expected: Vec<&str> = expected.into_iter().collect();
            let found = rendered(self.schedule, Interval::new(at, at + 1));
            self.equal(&format!("at {}", show(at)), &expected, &found.names_at(at));
            if self.case.window.contains(at) {
                let inside = self.rendered.clone();
                self.equal(&show(at), &expected, &inside.names_at(at));
            }
        }
    }

    fn shifts(&mut self, value: &Value) {
        let mut expected: Vec<(Instant, &str, Instant)> = Vec::new();
        for shift in list(value) {
            let (start, end) = (instant(&shift["start"]), instant(&shift["end"]));
            expected.push((start, text(&shift["user"]), end));
        }
        expected.sort_unstable();
        let rendered = self.rendered.clone();
        let mut found: Vec<(Instant, &str, Instant)> = Vec::new();
        for shift in rendered.by_person() {
            let name = rendered.people[shift.person].as_str();
            found.push((shift.interval.start, name, shift.interval.end));
        }
        found.sort_unstable();
        self.equal("shifts", &expected, &found);
    }

    /// All boundaries between the first and the last that are listed.
    fn handoffs(&mut self, value: &Value) {
        let expected: Vec<Instant> = list(value).iter().map(instant).collect();
        let (first, last) = (expected[0], expected[expected.len() - 1]);
        let mut found: BTreeSet<Instant> = BTreeSet::new();
        for interval in self.turns_of(Interval::new(first - 1, last + 1)) {
            found.extend([interval.start, interval.end]);
        }
        found.retain(|at| (first..=last).contains(at));
        let shown = |all: Vec<Instant>| all.into_iter().map(show).collect::<Vec<String>>();
        self.equal(
            "handoffs",
            &shown(expected),
            &shown(found.into_iter().collect()),
        );
    }

    fn turns(&mut self, value: &Value) {
        let found = self.turns_of(self.case.window);
        for turn in intervals(value) {
            if !found.contains(&turn) {
                self.found
                    .push(format!("no turn {} - {}", show(turn.start), show(turn.end)));
            }
        }
    }

    fn turns_of(&self, between: Interval) -> Vec<Interval> {
        let turns = turns(&self.schedule.layers[0], between).expect("turns");
        turns.into_iter().map(|turn| turn.interval).collect()
    }

    fn resolve(&mut self, value: &Value) {
        for one in list(value) {
            let local: DateTime = text(&one["local"]).parse().expect("a local time");
            let occurrence = match text(&one["pick"]) {
                "last" => Occurrence::Last,
                _ => Occurrence::First,
            };
            let found = resolve(&self.case.zone, local, occurrence);
            self.equal(
                &local.to_string(),
                &text(&one["instant"]),
                &show(found).as_str(),
            );
        }
    }

    fn same_person(&mut self, value: &Value, secondary: &Schedule) {
        let expected: Vec<Instant> = list(value).iter().map(instant).collect();
        let second = rendered(secondary, self.case.window);
        let mut found = Vec::new();
        for turn in self.turns_of(self.case.window) {
            let at = turn.start;
            let first = self.rendered.names_at(at);
            if second.names_at(at).iter().any(|name| first.contains(name)) {
                found.push(at);
            }
        }
        self.equal("same person", &expected, &found);
    }

    /// There is no agreed answer: the engine keeps the anchor's day, or takes the last of a shorter
    /// month, and that must be one of the readings.
    fn variants(&mut self, value: &Value) {
        let readings: Vec<Vec<&str>> = value
            .as_object()
            .expect("readings")
            .values()
            .map(|dates| list(dates).iter().map(text).collect())
            .collect();
        let (first, last) = (readings[0][0], readings[0][1]);
        let anchor: DateTime = format!("{first}T00:00").parse().expect("a date");
        let count = match first[..4] == last[..4] {
            true => 1,
            false => 12,
        };
        let unit = Unit::Month;
        let rhythm = Rhythm::Wall {
            anchor,
            unit,
            count,
        };
        let layer = Layer::new(vec![vec![0]], rhythm, self.case.zone.clone());
        let found = turns(&layer, self.case.window).expect("turns");
        let found: Vec<String> = found
            .iter()
            .map(|turn| show(turn.interval.start)[..10].to_owned())
            .collect();
        if !readings.iter().any(|reading| *reading == found) {
            self.found
                .push(format!("{found:?} is no reading of this schedule"));
        }
    }

    /// A well-known report that sums durations instead of uniting intervals.
    fn quality(&mut self, value: &Value) {
        let found = quality(self.schedule, self.case.window, &value["days"]);
        self.equal("total", &value["total"].as_i64(), &Some(found.total));
        let mut overloaded: BTreeMap<&str, i64> = BTreeMap::new();
        for (name, percent) in value["overloaded"].as_object().expect("people") {
            overloaded.insert(name, percent.as_i64().expect("a number"));
        }
        let found_overloaded = found.overloaded.iter();
        let found_overloaded = found_overloaded.map(|(name, percent)| (name.as_str(), *percent));
        self.equal("overloaded", &overloaded, &found_overloaded.collect());
        if let Some(not_covered) = value["not_covered_percent"].as_i64() {
            self.equal("not covered", &not_covered, &found.not_covered);
        }
    }
}

struct Quality {
    total: i64,
    not_covered: i64,
    overloaded: BTreeMap<String, i64>,
}

fn quality(schedule: &Schedule, window: Interval, days: &Value) -> Quality {
    let mut spent: BTreeMap<&str, i64> = BTreeMap::new();
    let mut sum = 0;
    for layer in 0..schedule.layers.len() {
        let alone = render_layer(schedule, layer, window).expect("a layer");
        for shift in &alone.shifts {
            sum += shift.interval.seconds();
            for person in alone.on_call(*shift) {
                *spent.entry(&schedule.people[*person].id).or_default() += shift.interval.seconds();
            }
        }
    }
    for fixed in &schedule.fixed {
        sum += fixed.interval.seconds();
        for person in &fixed.people {
            *spent.entry(&schedule.people[*person].id).or_default() += fixed.interval.seconds();
        }
    }
    let whole = days.as_f64().expect("days") * 86_400.0;
    let good = half_even(100.0 * (sum as f64 / whole).min(1.0));
    let times: Vec<f64> = spent.values().map(|seconds| *seconds as f64).collect();
    let balance = balance(&times);
    let average = times.iter().sum::<f64>() / times.len().max(1) as f64;
    let mut overloaded = BTreeMap::new();
    for (name, seconds) in spent {
        let over = half_even(100.0 * seconds as f64 / average) - 100;
        if balance < 95 && over > 0 {
            overloaded.insert(name.to_owned(), over);
        }
    }
    let balance = if balance >= 95 { 100 } else { balance };
    Quality {
        total: match sum {
            0 => 0,
            _ => half_even((good + balance) as f64 / 2.0),
        },
        not_covered: 100 - good,
        overloaded,
    }
}

/// The mean over pairs of people of the lesser time by the greater, in percent.
fn balance(times: &[f64]) -> i64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (index, one) in times.iter().enumerate() {
        for other in &times[index + 1..] {
            sum += one.min(*other) / one.max(*other);
            pairs += 1.0;
        }
    }
    match pairs == 0.0 {
        true => 100,
        false => half_even(100.0 * sum / pairs),
    }
}

fn half_even(value: f64) -> i64 {
    value.round_ties_even() as i64
}
