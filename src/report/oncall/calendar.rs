//! The drawn calendar: a block for each week, a bar for each schedule.
//!
//! Every day is as wide as every other, whatever its clocks do, so that bars of different weeks can
//! be compared. A column in which anybody is missing who was promised is shown as a gap, however
//! short the gap is; the exact intervals are listed below. All that colours say is also written.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::{AnsiColor, Style};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::listing::shown;
use super::time::{self, ClockChange};
use crate::agenda::{Duty, Entry};
use crate::oncall::{Instant, Interval, Occurrence, resolve};
use crate::report::excerpt::{columns, width};
use crate::report::paint::{ALARM, DIM, HEADING, Paint};
use crate::report::wrap::push_paragraph;
use crate::report::{self, Layout};

const DAY: i64 = 86_400;
const DAYS: usize = 7;

/// Least columns for names of schedules, which `Oct 2026` and a blank must fit into.
const NAME: usize = 9;

/// Columns that a name of a schedule may take from the days.
const NAME_SHARE: usize = 4;

/// Letters from which on a name is known by its beginning.
const CLEAR: usize = 3;

/// Colours of people; red is for gaps.
const COLOURS: [AnsiColor; 10] = [
    AnsiColor::Cyan,
    AnsiColor::Green,
    AnsiColor::Yellow,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
    AnsiColor::BrightGreen,
    AnsiColor::BrightYellow,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightBlue,
];

/// Adds the weeks that a window touches, and what its signs mean.
pub(super) fn push(
    out: &mut String,
    entries: &[Entry<'_>],
    window: Interval,
    zone: &TimeZone,
    layout: Layout,
) {
    let drawn = entries.iter().filter_map(|entry| {
        let duty = entry.duty.as_ref().ok()?;
        Some((shown(entry.asked.name()), duty))
    });
    let drawn: Vec<(String, &Duty)> = drawn.collect();
    if drawn.is_empty() {
        return;
    }
    let mut calendar = Calendar::new(&drawn, window, zone, layout);
    let mut monday = monday(window.start, zone);
    while let Ok(next) = monday.checked_add(1.week()) {
        let week = Week::new(monday, zone, calendar.day);
        if week.edges[0] >= window.end {
            break;
        }
        calendar.push_week(out, &week, &drawn);
        monday = next;
    }
    calendar.push_legend(out);
}

struct Calendar<'a> {
    window: Interval,
    zone: &'a TimeZone,
    layout: Layout,
    paint: Paint,
    /// Columns for names, and for each day.
    name: usize,
    day: usize,
    signs: Signs,
    people: BTreeMap<String, Shown>,
    used: Used,
}

/// How somebody is shown.
struct Shown {
    /// The shortest beginning of the name that nobody else has.
    short: String,
    colour: AnsiColor,
}

/// What must be explained below.
#[derive(Default)]
struct Used {
    short: BTreeSet<String>,
    is_several: bool,
    is_quiet: bool,
    is_unreachable: bool,
}

/// What bars are drawn with.
#[derive(Clone, Copy)]
struct Signs {
    duty: char,
    handover: char,
    gap: char,
    quiet: char,
    unreachable: char,
}

impl Signs {
    fn of(style: report::Style) -> Signs {
        match style {
            report::Style::Graphical => Signs {
                duty: '─',
                handover: '├',
                gap: '▒',
                quiet: '·',
                unreachable: '?',
            },
            report::Style::Plain | report::Style::Narrated => Signs {
                duty: '-',
                handover: '|',
                gap: '!',
                quiet: '.',
                unreachable: '?',
            },
        }
    }
}

/// A week in columns of equal length on the local clock.
struct Week {
    monday: Date,
    /// One more than there are columns.
    edges: Vec<Instant>,
}

impl Week {
    fn new(monday: Date, zone: &TimeZone, columns_of_day: usize) -> Week {
        let mut edges = Vec::with_capacity(DAYS * columns_of_day + 1);
        let midnight = |days: i64| {
            monday
                .saturating_add(days.days())
                .to_datetime(Time::midnight())
        };
        let first = |local| resolve(zone, local, Occurrence::First);
        let mut start = first(midnight(0));
        for day in 0..DAYS as i64 {
            let end = first(midnight(day + 1));
            for column in 0..columns_of_day as i64 {
                let seconds = column * DAY / columns_of_day as i64;
                edges.push(match end - start {
                    DAY => start + seconds,
                    // The clocks change on this day.
                    _ => first(midnight(day).saturating_add(seconds.seconds())),
                });
            }
            start = end;
        }
        edges.push(start);
        Week { monday, edges }
    }

    fn interval(&self) -> Interval {
        Interval::new(self.edges[0], self.edges[self.edges.len() - 1])
    }
}

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// Not in the window.
    Outside,
    /// Nobody, and nobody was promised.
    Quiet,
    Gap,
    /// A shift, by its place.
    Shift(usize),
}

impl<'a> Calendar<'a> {
    fn new(
        drawn: &[(String, &Duty)],
        window: Interval,
        zone: &'a TimeZone,
        layout: Layout,
    ) -> Calendar<'a> {
        let longest = drawn.iter().map(|(name, _)| columns(name)).max();
        let most = (layout.width / NAME_SHARE).max(NAME);
        let name = longest.map_or(NAME, |longest| (longest + 2).clamp(NAME, most));
        let people: BTreeSet<String> = drawn
            .iter()
            .flat_map(|(_, duty)| duty.rendered.people.iter().map(|name| shown(name)))
            .collect();
        Calendar {
            window,
            zone,
            layout,
            paint: Paint::new(layout),
            name,
            day: layout.width.saturating_sub(name) / DAYS,
            signs: Signs::of(layout.style),
            people: shortened(&people),
            used: Used::default(),
        }
    }

    fn push_week(&mut self, out: &mut String, week: &Week, drawn: &[(String, &Duty)]) {
        let changes = time::clock_changes(self.zone, week.interval().clip(self.window));
        out.push('\n');
        self.push_days(out, week, &changes);
        for (name, duty) in drawn {
            out.push_str(&padded(&cropped(name, self.name - 1), self.name));
            let bar = self.bar(week, duty);
            out.push_str(bar.trim_end());
            out.push('\n');
        }
        for change in changes {
            let day = time::local(change.at, self.zone, "%a %-d %b");
            let words = format!("* {day}: {}", change.words);
            push_paragraph(out, ("", "  "), &words, self.layout.width);
        }
    }

    /// The month and the days, each above its first column.
    fn push_days(&self, out: &mut String, week: &Week, changes: &[ClockChange]) {
        let mut line = padded(&week.monday.strftime("%b %Y").to_string(), self.name);
        for day in 0..DAYS {
            let date = week.monday.saturating_add((day as i64).days());
            let format = if self.day < "Mon 19 ".len() {
                "%-d"
            } else {
                "%a %-d"
            };
            let mut words = date.strftime(format).to_string();
            let changes_on = |change: &ClockChange| {
                time::local(change.at, self.zone, "%F") == date.strftime("%F").to_string()
            };
            if changes.iter().any(changes_on) {
                words.push('*');
            }
            line.push_str(&padded(&words, self.day));
        }
        out.push_str(&self.paint.words(line.trim_end(), HEADING));
        out.push('\n');
    }

    fn bar(&mut self, week: &Week, duty: &Duty) -> String {
        let cells: Vec<Cell> = week
            .edges
            .windows(2)
            .map(|edges| self.cell(Interval::new(edges[0], edges[1]), duty))
            .collect();
        let mut bar = String::new();
        let mut from = 0;
        for same in cells.chunk_by(|a, b| a == b) {
            let start = week.edges[from];
            match same[0] {
                Cell::Outside => bar.push_str(&" ".repeat(same.len())),
                Cell::Quiet => bar.push_str(&self.quiet(same.len())),
                Cell::Gap => bar.push_str(&self.gap(same.len())),
                Cell::Shift(index) => bar.push_str(&self.shift(duty, index, start, same.len())),
            }
            from += same.len();
        }
        bar
    }

    /// A gap if there is any, else whoever is on duty in its middle, else anybody.
    fn cell(&self, column: Interval, duty: &Duty) -> Cell {
        let column = column.clip(self.window);
        if column.is_empty() {
            return Cell::Outside;
        }
        if touching(&duty.gaps, column) {
            return Cell::Gap;
        }
        let shifts = &duty.rendered.shifts;
        let middle = column.start + column.seconds() / 2;
        let place = |at: Instant| shifts.partition_point(|shift| shift.interval.end <= at);
        for at in [middle, column.start] {
            let index = place(at);
            let shift = shifts.get(index);
            let until = if at == middle { middle + 1 } else { column.end };
            if shift.is_some_and(|shift| shift.interval.start < until) {
                return Cell::Shift(index);
            }
        }
        Cell::Quiet
    }

    fn quiet(&mut self, length: usize) -> String {
        self.used.is_quiet = true;
        let bar = self.signs.quiet.to_string().repeat(length);
        self.paint.words(&bar, DIM)
    }

    fn gap(&self, length: usize) -> String {
        let sign = self.signs.gap;
        let word = if length >= 8 { " nobody " } else { "nobody" };
        let bar = match length > word.len() {
            true => filled(&format!("{sign}{word}"), sign, length),
            false => filled("", sign, length),
        };
        self.paint.words(&bar, ALARM)
    }

    fn shift(&mut self, duty: &Duty, index: usize, from: Instant, length: usize) -> String {
        let shift = duty.rendered.shifts[index];
        let names: Vec<String> = duty.rendered.names(shift).into_iter().map(shown).collect();
        let is_unreachable = touching(&duty.unreachable, shift.interval);
        self.used.is_unreachable |= is_unreachable;
        let sign = match is_unreachable {
            true => self.signs.unreachable,
            false => self.signs.duty,
        };
        // The column that a shift begins in may begin before it.
        let begins_here = shift.interval.end > from && shift.interval.start > self.window.start;
        let column = DAY / self.day.max(1) as i64;
        let begins_here = begins_here && shift.interval.start > from - column;
        let time = time::of_day(shift.interval.start, self.zone);
        let time = Some(time).filter(|_| begins_here);
        let mark = match time {
            _ if is_unreachable => sign.to_string(),
            Some(_) => self.signs.handover.to_string(),
            None => String::new(),
        };
        let mark = if length > 1 { &mark } else { "" };
        let label = self.label(&names, (mark, time.as_deref()), length);
        let colour = names.first().and_then(|name| self.people.get(name));
        let colour = colour.map_or(Style::new(), |shown| shown.colour.on_default());
        self.paint.words(&filled(&label, sign, length), colour)
    }

    /// As much of who it is and when it begins as fits.
    fn label(
        &mut self,
        names: &[String],
        (mark, time): (&str, Option<&str>),
        length: usize,
    ) -> String {
        let whole = names.join("+");
        if let Some(time) = time {
            let label = format!("{mark}{whole} {time} ");
            if columns(&label) <= length {
                return label;
            }
        }
        let label = format!("{mark}{whole}");
        if columns(&label) <= length {
            return label;
        }
        match names {
            [name] => self.beginning(name, mark, length),
            names => self.several(names, mark, length),
        }
    }

    /// As much of one name as fits.
    fn beginning(&mut self, name: &str, mark: &str, length: usize) -> String {
        let room = length.saturating_sub(columns(mark));
        let short = self.people.get(name).map_or("", |shown| &shown.short);
        let mut begun = String::new();
        let mut taken = 0;
        for character in name.chars() {
            taken += width(character);
            if taken > room {
                break;
            }
            begun.push(character);
        }
        if columns(&begun) < columns(short) || columns(&begun) < CLEAR {
            self.used.short.insert(name.to_owned());
        }
        format!("{mark}{begun}")
    }

    /// The beginnings of names, else only that they are several.
    fn several(&mut self, names: &[String], mark: &str, length: usize) -> String {
        let people = names.iter().filter_map(|name| self.people.get(name));
        let short: Vec<&str> = people.map(|shown| shown.short.as_str()).collect();
        let short = format!("{mark}{}", short.join("+"));
        if columns(&short) <= length {
            self.used.short.extend(names.iter().cloned());
            return short;
        }
        self.used.is_several = true;
        "+".to_owned()
    }

    fn push_legend(&self, out: &mut String) {
        let mut parts: Vec<String> = Vec::new();
        for name in &self.used.short {
            let shown = &self.people[name];
            if shown.short != *name {
                parts.push(format!("{} {name}", shown.short));
            }
        }
        let Signs {
            quiet, unreachable, ..
        } = self.signs;
        if self.used.is_several {
            parts.push("+ several people".to_owned());
        }
        if self.used.is_quiet {
            parts.push(format!("{quiet} nobody, and nobody is promised"));
        }
        if self.used.is_unreachable {
            parts.push(format!("{unreachable} nobody who can be reached"));
        }
        if !parts.is_empty() {
            out.push('\n');
            push_paragraph(out, ("", "  "), &parts.join(", "), self.layout.width);
        }
    }
}

/// Each name with the shortest beginning that no other has, and a colour.
fn shortened(people: &BTreeSet<String>) -> BTreeMap<String, Shown> {
    let sorted: Vec<&String> = people.iter().collect();
    // In order of names, the closest one is a neighbour.
    let shared = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let mut shown = BTreeMap::new();
    for (index, name) in sorted.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .map_or(0, |before| shared(name, sorted[before]));
        let behind = sorted
            .get(index + 1)
            .map_or(0, |behind| shared(name, behind));
        let short = name.chars().take(before.max(behind) + 1).collect();
        let colour = COLOURS[index % COLOURS.len()];
        shown.insert((*name).clone(), Shown { short, colour });
    }
    shown
}

/// Whether any of some sorted, disjoint intervals touches another one.
fn touching(intervals: &[Interval], other: Interval) -> bool {
    let index = intervals.partition_point(|interval| interval.end <= other.start);
    intervals
        .get(index)
        .is_some_and(|interval| interval.start < other.end)
}

fn monday(instant: Instant, zone: &TimeZone) -> Date {
    let date = Timestamp::from_second(instant).unwrap_or_default();
    let date = date.to_zoned(zone.clone()).date();
    let since = i64::from(date.weekday().since(Weekday::Monday));
    date.saturating_sub(since.days())
}

fn padded(words: &str, to: usize) -> String {
    filled(words, ' ', to)
}

/// Words, then a sign up to so many columns.
fn filled(words: &str, sign: char, to: usize) -> String {
    let rest = to.saturating_sub(columns(words));
    let mut filled = words.to_owned();
    filled.extend(std::iter::repeat_n(sign, rest));
    filled
}

fn cropped(name: &str, to: usize) -> String {
    if columns(name) <= to {
        return name.to_owned();
    }
    let mut cropped = String::new();
    let mut taken = 2;
    for character in name.chars() {
        taken += width(character);
        if taken > to {
            break;
        }
        cropped.push(character);
    }
    cropped + ".."
}
