//! What comes again and again at one hour of the local clock, as one thing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::words::{clock, counted, length, local, stretch, time_of_day};
use crate::oncall::Interval;
use crate::rule::{Entry, Extent};

/// Intervals of one cause, in order, never none.
#[derive(Debug)]
pub(super) struct Pattern<C> {
    pub cause: C,
    pub intervals: Vec<Interval>,
}

/// Sorts intervals by cause, and by the hours at which they begin and end on a zone's clock. What the
/// window cuts belongs to what it is a piece of. In order of the first of each.
pub(super) fn patterns<C: Ord + Clone>(
    intervals: &[(C, Interval)],
    window: Interval,
    zone: &TimeZone,
) -> Vec<Pattern<C>> {
    let mut whole: BTreeMap<(&C, i64, i64), Vec<Interval>> = BTreeMap::new();
    let mut cut = Vec::new();
    for (cause, interval) in intervals {
        if interval.start == window.start || interval.end == window.end {
            cut.push((cause, *interval));
            continue;
        }
        let (start, end) = hours(*interval, zone);
        whole
            .entry((cause, start, end))
            .or_default()
            .push(*interval);
    }
    for (cause, interval) in cut {
        let (start, end) = hours(interval, zone);
        let is_piece = |key: &(&C, i64, i64)| {
            let (of, from, to) = *key;
            of == cause
                && (interval.start == window.start || from == start)
                && (interval.end == window.end || to == end)
        };
        let known = whole.keys().find(|key| is_piece(key)).copied();
        let key = known.unwrap_or((cause, start, end));
        whole.entry(key).or_default().push(interval);
    }
    let mut patterns: Vec<Pattern<C>> = Vec::new();
    for ((cause, ..), mut intervals) in whole {
        intervals.sort_unstable();
        patterns.push(Pattern {
            cause: cause.clone(),
            intervals,
        });
    }
    patterns.sort_by_key(|pattern| pattern.intervals[0]);
    patterns
}

/// The local hours at which an interval begins and ends.
fn hours(interval: Interval, zone: &TimeZone) -> (i64, i64) {
    (
        time_of_day(interval.start, zone),
        time_of_day(interval.end, zone),
    )
}

impl<C> Pattern<C> {
    pub(super) fn first(&self) -> Interval {
        self.intervals[0]
    }

    /// "every Saturday 00:00 to 12:00", if that is what it is.
    pub(super) fn rhythm(&self, zone: &TimeZone) -> Option<String> {
        let (days, hours) = self.days_and_hours(zone)?;
        Some(format!("{days} {hours}"))
    }

    /// "every Saturday" and "00:00 to 12:00".
    pub(super) fn days_and_hours(&self, zone: &TimeZone) -> Option<(String, String)> {
        let [_, whole, ..] = self.intervals[..] else {
            return None;
        };
        let (from, to) = hours(whole, zone);
        let days = self.days(zone)?;
        let over = match whole.seconds() {
            seconds if seconds > 24 * 3600 => {
                return Some((
                    days,
                    format!("from {} for {}", clock(from), length(seconds)),
                ));
            }
            _ if to == 0 => "24:00".to_owned(),
            _ => clock(to),
        };
        Some((days, format!("{} to {over}", clock(from))))
    }

    /// "every day", "every Saturday and Sunday", "every 4 weeks on Monday".
    fn days(&self, zone: &TimeZone) -> Option<String> {
        let starts = self.intervals.iter();
        let dates: BTreeSet<jiff::civil::Date> = starts
            .map(|interval| local(interval.start, zone).date())
            .collect();
        let (first, last) = (*dates.first()?, *dates.last()?);
        let mut days: Vec<Weekday> = dates.iter().map(|date| date.weekday()).collect();
        days.sort_by_key(|day| day.to_monday_zero_offset());
        days.dedup();
        let span = (last - first).get_days();
        if let [day] = days[..] {
            let weeks = span / 7 / (dates.len() as i32 - 1).max(1);
            let step = weeks.max(1);
            let mut steps = dates.iter().zip(dates.iter().skip(1));
            let is_regular = steps.all(|(one, next)| (*next - *one).get_days() == step * 7);
            let day = long(day);
            return is_regular.then(|| match step {
                1 => format!("every {day}"),
                weeks => format!("every {weeks} weeks on {day}"),
            });
        }
        let mut all = first.series(1.day()).take_while(|day| *day <= last);
        let is_whole = all.all(|day| !days.contains(&day.weekday()) || dates.contains(&day));
        let names: Vec<&str> = days.iter().map(|day| long(*day)).collect();
        // Two days in a row are no rhythm yet.
        if !is_whole || dates.len() <= days.len() && days.len() < 7 {
            return None;
        }
        Some(match names.as_slice() {
            [_, _, _, _, _, _, _] => "every day".to_owned(),
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"] => {
                "every Monday to Friday".to_owned()
            }
            [rest @ .., last] => format!("every {} and {last}", rest.join(", ")),
            [] => return None,
        })
    }

    /// How often, and when first and next.
    pub(super) fn notes<'f>(&self, mut entry: Entry<'f>, zone: &TimeZone) -> Entry<'f> {
        let times = ["first", "next"];
        let is_one = self.intervals.len() == 1;
        for (which, interval) in times.iter().zip(&self.intervals) {
            let stretch = stretch(*interval, zone);
            entry = entry.note(match is_one {
                true => stretch,
                false => format!("{which}: {stretch}"),
            });
        }
        entry.extent(self.extent())
    }

    pub(super) fn extent(&self) -> Extent {
        let intervals = self.intervals.iter();
        Extent::Intervals(intervals.map(|i| (i.start, i.end)).collect())
    }

    /// "13 times in 90 days".
    pub(super) fn times(&self, window: Interval) -> String {
        let times = counted(self.intervals.len() as i64, "time");
        format!("{times} in {}", counted(window.seconds() / 86_400, "day"))
    }
}

fn long(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
