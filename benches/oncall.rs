//! How fast it is computed who is on call: a thousand schedules of five layers with eight people
//! and fifty overrides each, over 90 days, a year and ten years.
//!
//! `cargo bench --bench oncall`. Budgets: 50 ms and 50 MB for 90 days, 200 ms for a year, and for
//! ten years no more than ten times a year's. The peak of memory is printed first, where the system
//! tells it.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark asks the system how much memory it took"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group};
use jiff::civil::{DateTime, Weekday, date};
use jiff::tz::TimeZone;
use prepcheck::oncall::{
    Change, Interval, Layer, Override, Person, Rhythm, Schedule, Unit, Weekdays, Window, render,
};

const SCHEDULES: usize = 1_000;
const PEOPLE: usize = 8;
const OVERRIDES: i64 = 50;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// 2026-09-01T00:00:00Z: clocks change in the 90 days that follow.
const START: i64 = 1_788_220_800;

const ZONES: [&str; 5] = [
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Sydney",
    "America/Sao_Paulo",
];

fn schedules() -> Vec<Schedule> {
    (0..SCHEDULES).map(schedule).collect()
}

fn schedule(number: usize) -> Schedule {
    let people = (0..PEOPLE).map(|person| Person {
        id: format!("person-{number}-{person}"),
        is_reachable: person % 4 != 3,
    });
    Schedule {
        people: people.collect(),
        layers: layers(number),
        fixed: Vec::new(),
        overrides: (0..OVERRIDES).map(|at| one_override(number, at)).collect(),
    }
}

/// Weeks, days, half days, days within office hours, and months; the fuller layers below.
fn layers(number: usize) -> Vec<Layer> {
    let office = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    let office = office.into_iter().fold(Weekdays::default(), Weekdays::with);
    let rhythms = [
        (Unit::Day, 1, Window::daily(office, 9 * HOUR, 17 * HOUR)),
        (
            Unit::Hour,
            12,
            vec![Window::span(
                (Weekday::Friday, 17 * HOUR),
                (Weekday::Monday, 9 * HOUR),
            )],
        ),
        (
            Unit::Day,
            1,
            Window::daily(Weekdays::ALL, 18 * HOUR, 6 * HOUR),
        ),
        (Unit::Week, 1, Vec::new()),
        (Unit::Month, 1, Vec::new()),
    ];
    let layers = rhythms.into_iter().enumerate();
    layers
        .map(|(index, (unit, count, windows))| {
            let rhythm = Rhythm::Wall {
                anchor: anchor(number),
                unit,
                count,
            };
            let zone = TimeZone::get(ZONES[(number + index) % ZONES.len()]).expect("a zone");
            let positions = (0..PEOPLE).map(|person| vec![(person + index) % PEOPLE]);
            Layer {
                priority: -(index as i64),
                windows,
                ..Layer::new(positions.collect(), rhythm, zone)
            }
        })
        .collect()
}

fn anchor(number: usize) -> DateTime {
    date(2020, 1, 6).at((number % 24) as i8, 0, 0, 0)
}

/// One in nearly two days, of each kind in turn.
fn one_override(number: usize, at: i64) -> Override {
    let person = (number + at as usize) % PEOPLE;
    let start = START + at * 42 * HOUR + (number % 42) as i64 * HOUR;
    let change = match at % 4 {
        0 => Change::Add(person),
        1 => Change::Remove(person),
        2 => Change::Swap {
            person,
            by: vec![(person + 1) % PEOPLE],
        },
        _ => Change::Cover {
            people: vec![person],
            priority: 0,
        },
    };
    Override {
        interval: Interval::new(start, start + 12 * HOUR),
        change,
    }
}

/// How many shifts all schedules have over so many days.
fn shifts(schedules: &[Schedule], days: i64) -> usize {
    let window = Interval::new(START, START + days * DAY);
    let shifts = schedules
        .iter()
        .map(|schedule| render(schedule, window).expect("a schedule").shifts.len());
    shifts.sum()
}

fn horizons(criterion: &mut Criterion) {
    let schedules = schedules();
    let mut group = criterion.benchmark_group("a thousand schedules");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(6));
    for days in [90, 365, 3_650] {
        group.throughput(Throughput::Elements(shifts(&schedules, days) as u64));
        group.bench_function(format!("{days} days"), |bencher| {
            bencher.iter(|| shifts(black_box(&schedules), days));
        });
    }
    group.finish();
}

/// Makes all schedules and what they come to, keeps it all, and prints the peak of memory.
fn print_memory() {
    let window = Interval::new(START, START + 90 * DAY);
    let schedules = schedules();
    let rendered = schedules.iter().map(|schedule| render(schedule, window));
    let rendered: Vec<_> = rendered.collect();
    black_box((&schedules, &rendered));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    if let Some(peak) = peak {
        println!("90 days, all schedules and results kept: {peak}");
    }
}

criterion_group!(benches, horizons);

fn main() {
    print_memory();
    benches();
    Criterion::default().configure_from_args().final_summary();
}
