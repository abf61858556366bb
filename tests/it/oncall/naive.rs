//! The same semantics asked instant by instant, with no intervals, no indexes and no arithmetic on
//! instants: what does the clock show, has it shown this before, will it show it again?
//!
//! Everything random lies on quarters of an hour, and so do the clock changes of the zones chosen,
//! so that agreement on every quarter is agreement everywhere.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use prepcheck::oncall::{
    Change, Fixed, Instant, Interval, Layer, Override, Person, Rhythm, Schedule, Unit, Weekdays,
    Window, render,
};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

/// Zones with whole and with half hours, changes at midnight and in the small hours, and a day that
/// was left out.
const ZONES: &[&str] = &[
    "UTC",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Santiago",
    "Asia/Beirut",
];

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    fn one_in(&mut self, chances: i64) -> bool {
        self.between(1, chances) == 1
    }
}

/// A layer as the evaluator reads it.
struct Plain {
    zone: TimeZone,
    positions: Vec<Vec<usize>>,
    first: usize,
    is_backwards: bool,
    starts: Option<Instant>,
    ends: Option<Instant>,
    duty: Option<i64>,
    /// Day of the week, seconds after its midnight, seconds on the clock.
    windows: Vec<(Weekday, i64, i64)>,
    priority: i64,
    rhythm: Rhythm,
    active: Vec<Weekday>,
}

#[test]
fn the_sweep_agrees_with_asking_at_each_instant() {
    for seed in 0..500 {
        let mut random = Random(seed);
        let zone = random_zone(&mut random);
        let between = random_window(&mut random, &zone);
        let layers: Vec<Plain> = (0..random.between(1, 2))
            .map(|_| random_layer(&mut random, &zone, between))
            .collect();
        let overrides = random_overrides(&mut random, between);
        let schedule = Schedule {
            people: people(),
            layers: layers.iter().map(engine_layer).collect(),
            fixed: random_fixed(&mut random, between),
            overrides,
        };
        check(seed, &schedule, &layers, between);
    }
}

fn check(seed: u64, schedule: &Schedule, layers: &[Plain], between: Interval) {
    let rendered = render(schedule, between).expect("a schedule that can be computed");
    for shift in &rendered.shifts {
        let Interval { start, end } = shift.interval;
        assert!(start < end && between.start <= start && end <= between.end);
        assert_eq!((start % QUARTER, end % QUARTER), (0, 0), "seed {seed}");
    }
    let grids: Vec<Grid> = layers
        .iter()
        .map(|layer| Grid::new(layer, between))
        .collect();
    let mut at = between.start;
    while at < between.end {
        let expected = evaluate(schedule, layers, &grids, at);
        let found: BTreeSet<usize> = match rendered.at(at) {
            Some(shift) => rendered.on_call(shift).iter().copied().collect(),
            None => BTreeSet::new(),
        };
        let shown = Timestamp::from_second(at).expect("an instant");
        assert_eq!(found, expected, "seed {seed} at {shown}: {schedule:#?}");
        at += QUARTER;
    }
    let middle = between.start + (between.seconds() / 3) / QUARTER * QUARTER;
    let part = Interval::new(middle, between.end);
    let part = render(schedule, part).expect("a part of it");
    for shift in &part.shifts {
        let start = shift.interval.start;
        assert_eq!(part.names(*shift), rendered.names_at(start), "seed {seed}");
    }
    let cut = rendered.gaps().into_iter().map(|gap| gap.clip(part.window));
    let cut: Vec<Interval> = cut.filter(|gap| !gap.is_empty()).collect();
    assert_eq!(part.gaps(), cut, "seed {seed}");
}

fn people() -> Vec<Person> {
    let names = ["ada", "grace", "linus", "margaret", "edsger"];
    let person = |id: &str| Person {
        id: id.to_owned(),
        is_reachable: true,
    };
    names.map(person).to_vec()
}

/// Some days around a clock change, if the zone has one.
fn random_window(random: &mut Random, zone: &TimeZone) -> Interval {
    let mut around = random.between(1_300_000_000, 1_900_000_000) / QUARTER * QUARTER;
    if random.one_in(10) {
        around = 1_325_000_000 / QUARTER * QUARTER;
    }
    let from = Timestamp::from_second(around).expect("an instant");
    if let Some(change) = zone.following(from).next() {
        around = change.timestamp().as_second();
    }
    let start = around - random.between(-2 * 96, 6 * 96) * QUARTER;
    Interval::new(start, start + random.between(1, 9 * 96) * QUARTER)
}

fn random_zone(random: &mut Random) -> TimeZone {
    let zone = ZONES[random.between(0, ZONES.len() as i64 - 1) as usize];
    TimeZone::get(zone).expect("a zone")
}

fn random_people(random: &mut Random) -> Vec<usize> {
    let count = if random.one_in(4) {
        random.between(0, 2)
    } else {
        1
    };
    (0..count).map(|_| random.between(0, 4) as usize).collect()
}

fn random_layer(random: &mut Random, zone: &TimeZone, between: Interval) -> Plain {
    let zone = match random.one_in(4) {
        true => random_zone(random),
        false => zone.clone(),
    };
    let mut anchor = between.start + random.between(-12 * 96, 3 * 96) * QUARTER;
    // Boundaries that fall on both ends of a skipped hour.
    if random.one_in(2) {
        anchor = anchor.div_euclid(3600) * 3600;
    }
    let local = zone.to_datetime(Timestamp::from_second(anchor).expect("an instant"));
    let active: Vec<Weekday> = Weekday::Monday
        .cycle_forward()
        .take(7)
        .filter(|_| random.one_in(2))
        .collect();
    let wall = |unit, count| Rhythm::Wall {
        anchor: local,
        unit,
        count,
    };
    let rhythm = match random.between(0, 10) {
        0 => Rhythm::Always,
        1 => Rhythm::Elapsed {
            anchor,
            seconds: random.between(1, 300) * QUARTER,
        },
        2 | 3 => wall(Unit::Hour, random.between(1, 5)),
        4 | 5 => wall(Unit::Day, random.between(1, 5)),
        6 => wall(Unit::Week, random.between(1, 2)),
        7 => wall(Unit::Month, 1),
        8 => wall(Unit::Hour, 1),
        9 if !active.is_empty() => Rhythm::ActiveDays {
            anchor: local,
            days: active
                .iter()
                .copied()
                .fold(Weekdays::default(), Weekdays::with),
            count: random.between(1, 3),
        },
        _ => Rhythm::IsoWeeks {
            change: random.between(0, 7 * 96 - 1) * QUARTER,
        },
    };
    let of_day = (i64::from(local.hour()) * 60 + i64::from(local.minute())) * 60;
    let gate = |random: &mut Random| {
        let at = between.start + random.between(-96, 96 * 14) * QUARTER;
        random.one_in(4).then_some(at)
    };
    Plain {
        positions: (0..random.between(1, 4))
            .map(|_| random_people(random))
            .collect(),
        first: random.between(0, 5) as usize,
        is_backwards: random.one_in(2),
        starts: gate(random),
        ends: gate(random),
        duty: random_duty(random, change_of_day(&zone, between) - of_day),
        windows: random_windows(random, change_of_day(&zone, between)),
        priority: random.between(0, 1),
        zone,
        rhythm,
        active,
    }
}

/// A part of each turn, as often as not ending while the clock changes.
fn random_duty(random: &mut Random, change: i64) -> Option<i64> {
    match random.between(0, 5) {
        0 => Some(random.between(1, 200) * QUARTER),
        1 => Some(
            (change + random.between(0, 4) * QUARTER)
                .rem_euclid(DAY)
                .max(QUARTER),
        ),
        _ => None,
    }
}

/// What a zone's clock shows at the next change, in seconds after midnight: the earlier reading.
fn change_of_day(zone: &TimeZone, between: Interval) -> i64 {
    let from = Timestamp::from_second(between.start).expect("an instant");
    let Some(change) = zone.following(from).next() else {
        return 0;
    };
    let offset = zone.to_offset(change.timestamp() - 1.second());
    let earlier = offset.seconds().min(change.offset().seconds());
    (change.timestamp().as_second() + i64::from(earlier)).rem_euclid(DAY)
}

fn random_windows(random: &mut Random, change: i64) -> Vec<(Weekday, i64, i64)> {
    if random.one_in(2) {
        return Vec::new();
    }
    let window = |random: &mut Random| {
        let day = Weekday::from_monday_zero_offset(random.between(0, 6) as i8);
        let length = match random.one_in(3) {
            true => random.between(1, 7 * 96),
            false => random.between(1, 8),
        };
        // As many as can be end while the clock changes.
        let start = match random.one_in(2) {
            true => change + (random.between(0, 4) - length) * QUARTER,
            false => random.between(0, 95) * QUARTER,
        };
        let day = day.expect("a day of the week");
        (day, start.rem_euclid(DAY), length * QUARTER)
    };
    if random.one_in(2) {
        let (_, start, length) = window(random);
        let days = Weekday::Monday.cycle_forward().take(7);
        return days.map(|day| (day, start, length)).collect();
    }
    (0..random.between(1, 4)).map(|_| window(random)).collect()
}

fn random_interval(random: &mut Random, between: Interval) -> Interval {
    let start = between.start + random.between(-50, 96 * 10) * QUARTER;
    Interval::new(start, start + random.between(0, 96 * 2) * QUARTER)
}

fn random_fixed(random: &mut Random, between: Interval) -> Vec<Fixed> {
    let fixed = |random: &mut Random| Fixed {
        people: random_people(random),
        interval: random_interval(random, between),
        priority: random.between(-1, 2),
    };
    (0..random.between(0, 3)).map(|_| fixed(random)).collect()
}

fn random_overrides(random: &mut Random, between: Interval) -> Vec<Override> {
    let one = |random: &mut Random| {
        let interval = random_interval(random, between);
        let person = random.between(0, 4) as usize;
        let change = match random.between(0, 4) {
            0 => Change::Remove(person),
            1 => Change::Add(person),
            2 => Change::Swap {
                person,
                by: random_people(random),
            },
            3 => Change::Cover {
                people: random_people(random),
                priority: random.between(0, 1),
            },
            _ => Change::Replace(random_fixed(random, interval)),
        };
        Override { interval, change }
    };
    let count = if random.one_in(2) {
        random.between(1, 12)
    } else {
        0
    };
    (0..count).map(|_| one(random)).collect()
}

fn engine_layer(plain: &Plain) -> Layer {
    let windows = plain.windows.iter();
    let windows = windows.map(|(day, start, seconds)| Window::lasting(*day, *start, *seconds));
    Layer {
        first: plain.first,
        is_backwards: plain.is_backwards,
        starts: plain.starts,
        ends: plain.ends,
        duty: plain.duty,
        windows: windows.collect(),
        priority: plain.priority,
        ..Layer::new(plain.positions.clone(), plain.rhythm, plain.zone.clone())
    }
}

/// What one layer's clock shows, quarter by quarter, and whose turn it is.
struct Grid {
    start: Instant,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
struct Cell {
    /// The latest time that the clock has shown so far: what is behind it has begun.
    reached: DateTime,
    now: DateTime,
    /// The earliest time that the clock will still show.
    left: DateTime,
    /// Turns that have begun, counted as they come; none before the first.
    turn: Option<i64>,
}

impl Cell {
    /// Whether the clock will not come to a time any more.
    fn is_over(self, ends: DateTime) -> bool {
        self.now >= ends && self.left > ends
    }
}

impl Grid {
    fn new(plain: &Plain, between: Interval) -> Grid {
        // From before the anchor, so that turns can be counted one by one.
        let (start, end) = (between.start - 14 * DAY, between.end + 5 * DAY);
        let shows = |at| {
            plain
                .zone
                .to_datetime(Timestamp::from_second(at).expect("an instant"))
        };
        let mut cells: Vec<Cell> = Vec::new();
        let mut at = start;
        while at < end {
            let now = shows(at);
            let reached = cells
                .last()
                .map_or(now, |cell: &Cell| cell.reached.max(now));
            cells.push(Cell {
                reached,
                now,
                left: now,
                turn: None,
            });
            at += QUARTER;
        }
        let mut left = shows(end);
        for cell in cells.iter_mut().rev() {
            cell.left = left;
            left = left.min(cell.now);
        }
        let mut grid = Grid { start, cells };
        grid.count_turns(plain);
        grid
    }

    fn cell(&self, at: Instant) -> Cell {
        self.cells[((at - self.start) / QUARTER) as usize]
    }

    fn count_turns(&mut self, plain: &Plain) {
        let Rhythm::Wall {
            anchor,
            unit,
            count,
        } = plain.rhythm
        else {
            return;
        };
        let boundary = |number: i64| {
            let span: Span = match unit {
                Unit::Hour => (number * count).hours(),
                Unit::Day => (number * count).days(),
                Unit::Week => (number * count).weeks(),
                Unit::Month => (number * count).months(),
            };
            anchor.checked_add(span).expect("a local time")
        };
        let mut number = 0;
        while boundary(number) > self.cells[0].reached {
            number -= 1;
        }
        let mut turn = 0;
        let mut turns = Vec::new();
        let mut at_anchor = None;
        for cell in &self.cells {
            let before = number;
            while boundary(number + 1) <= cell.reached {
                number += 1;
            }
            // However many boundaries fall on this instant, the next person is on.
            if number != before {
                turn += 1;
            }
            if cell.reached >= anchor && at_anchor.is_none() {
                at_anchor = Some(turn);
            }
            turns.push(turn);
        }
        let Some(at_anchor) = at_anchor else {
            panic!("the anchor lies inside the grid");
        };
        for (cell, turn) in self.cells.iter_mut().zip(turns) {
            cell.turn = Some(turn - at_anchor);
        }
        self.hide_what_is_over(plain, boundary);
    }

    /// Takes turns away where `duty` has ended.
    fn hide_what_is_over(&mut self, plain: &Plain, boundary: impl Fn(i64) -> DateTime) {
        let Some(duty) = plain.duty else {
            return;
        };
        let mut number = 0;
        while boundary(number) > self.cells[0].reached {
            number -= 1;
        }
        for cell in &mut self.cells {
            while boundary(number + 1) <= cell.reached {
                number += 1;
            }
            let over = boundary(number)
                .checked_add(duty.seconds())
                .expect("a local time");
            if cell.is_over(over) {
                cell.turn = None;
            }
        }
    }
}

fn evaluate(schedule: &Schedule, layers: &[Plain], grids: &[Grid], at: Instant) -> BTreeSet<usize> {
    let mut on: Vec<(i64, BTreeSet<usize>)> = Vec::new();
    for (layer, grid) in layers.iter().zip(grids) {
        on.push((layer.priority, on_layer(layer, grid, at)));
    }
    for fixed in &schedule.fixed {
        if fixed.interval.contains(at) {
            on.push((fixed.priority, fixed.people.iter().copied().collect()));
        }
    }
    on.retain(|(_, people)| !people.is_empty());
    let highest = on.iter().map(|(priority, _)| *priority).max();
    let planned: BTreeSet<usize> = on
        .into_iter()
        .filter(|(priority, _)| Some(*priority) == highest)
        .flat_map(|(_, people)| people)
        .collect();
    overridden(schedule, planned, at)
}

fn overridden(schedule: &Schedule, planned: BTreeSet<usize>, at: Instant) -> BTreeSet<usize> {
    let now = schedule
        .overrides
        .iter()
        .filter(|one| one.interval.contains(at));
    let now: Vec<&Change> = now.map(|one| &one.change).collect();
    let mut result = BTreeSet::new();
    for person in planned {
        let mut instead = vec![person];
        if now.contains(&&Change::Remove(person)) {
            instead = Vec::new();
        }
        for change in &now {
            match change {
                Change::Swap { person: of, by } if *of == person => instead = by.clone(),
                _ => {}
            }
        }
        result.extend(instead);
    }
    for change in &now {
        if let Change::Add(person) = change {
            result.insert(*person);
        }
    }
    let mut covers: Vec<(i64, &Vec<usize>)> = Vec::new();
    for change in &now {
        if let Change::Cover { people, priority } = change {
            covers.push((*priority, people));
        }
    }
    if let Some(highest) = covers.iter().map(|(priority, _)| *priority).max() {
        covers.retain(|(priority, _)| *priority == highest);
        result = covers
            .into_iter()
            .flat_map(|(_, people)| people.clone())
            .collect();
    }
    let mut replaced: Option<BTreeSet<usize>> = None;
    for change in &now {
        if let Change::Replace(shifts) = change {
            let here = shifts.iter().filter(|shift| shift.interval.contains(at));
            let people = here.flat_map(|shift| shift.people.iter().copied());
            replaced.get_or_insert_default().extend(people);
        }
    }
    replaced.unwrap_or(result)
}

fn on_layer(plain: &Plain, grid: &Grid, at: Instant) -> BTreeSet<usize> {
    let is_visible = plain.starts.is_none_or(|starts| starts <= at)
        && plain.ends.is_none_or(|ends| at < ends)
        && (plain.windows.is_empty() || plain.windows.iter().any(|w| is_inside(*w, grid, at)));
    let turn = match is_visible {
        true => turn(plain, grid, at),
        false => None,
    };
    let Some(turn) = turn.filter(|turn| plain.is_backwards || *turn >= 0 || is_endless(plain))
    else {
        return BTreeSet::new();
    };
    let position = match plain.rhythm {
        Rhythm::Always => 0,
        _ => (turn + plain.first as i64).rem_euclid(plain.positions.len() as i64) as usize,
    };
    plain.positions[position].iter().copied().collect()
}

fn is_endless(plain: &Plain) -> bool {
    matches!(plain.rhythm, Rhythm::Always | Rhythm::IsoWeeks { .. })
}

fn is_inside((day, start, seconds): (Weekday, i64, i64), grid: &Grid, at: Instant) -> bool {
    let cell = grid.cell(at);
    let mut date = cell.reached.date();
    for _ in 0..10 {
        if date.weekday() == day {
            let begins = date
                .at(0, 0, 0, 0)
                .checked_add(start.seconds())
                .expect("a time");
            let ends = begins.checked_add(seconds.seconds()).expect("a time");
            if begins <= cell.reached && !cell.is_over(ends) {
                return true;
            }
        }
        date = date.yesterday().expect("a day before");
    }
    false
}

fn turn(plain: &Plain, grid: &Grid, at: Instant) -> Option<i64> {
    match plain.rhythm {
        Rhythm::Always => Some(0),
        Rhythm::Elapsed { anchor, seconds } => {
            let over = plain.duty.unwrap_or(seconds);
            let is_on = (at - anchor).rem_euclid(seconds) < over;
            is_on.then_some((at - anchor).div_euclid(seconds))
        }
        Rhythm::Wall { .. } => grid.cell(at).turn,
        Rhythm::ActiveDays { anchor, count, .. } => active_day(plain, grid, at, anchor, count),
        Rhythm::IsoWeeks { change } => {
            let shifted = Timestamp::from_second(at - change).expect("an instant");
            let week = TimeZone::UTC.to_datetime(shifted).date().iso_week_date();
            let since = (at - change + 3 * DAY).rem_euclid(7 * DAY);
            let is_on = plain.duty.is_none_or(|duty| since < duty);
            is_on.then_some(i64::from(week.week()))
        }
    }
}

fn active_day(
    plain: &Plain,
    grid: &Grid,
    at: Instant,
    anchor: DateTime,
    count: i64,
) -> Option<i64> {
    let cell = grid.cell(at);
    let begins = |date: Date| date.to_datetime(anchor.time());
    let mut day = cell.reached.date();
    while !plain.active.contains(&day.weekday()) || begins(day) > cell.reached {
        day = day.yesterday().expect("a day before");
    }
    let duty = plain.duty.unwrap_or(DAY);
    let over = begins(day).checked_add(duty.seconds());
    if cell.is_over(over.expect("a time")) {
        return None;
    }
    let (mut number, mut on) = (0_i64, anchor.date());
    while on < day {
        number += i64::from(plain.active.contains(&on.weekday()));
        on = on.tomorrow().expect("a day after");
    }
    while on > day {
        on = on.yesterday().expect("a day before");
        number -= i64::from(plain.active.contains(&on.weekday()));
    }
    Some(number.div_euclid(count))
}
