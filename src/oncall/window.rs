//! Hours of a week in which duty is wanted.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::zone::{Clock, DAY, WEEK, Wall};
use super::{Error, Interval, MAX_ITEMS, Weekdays};
use crate::binary::binary;

/// A stretch of every local week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Seconds after Monday 00:00 on the local clock, below a week.
    start: i64,
    /// Seconds on the local clock, from 1 to a week.
    length: i64,
}

binary!(struct Window { start, length });

impl Window {
    /// So many local seconds from a time of a day on.
    pub fn lasting(day: Weekday, start: i64, seconds: i64) -> Window {
        let monday = i64::from(day.to_monday_zero_offset()) * DAY;
        Window {
            start: (monday + start).rem_euclid(WEEK),
            length: seconds.clamp(1, WEEK),
        }
    }

    /// On each of some days from a time to a time, both in seconds after midnight. An end that is
    /// not later lies on the next day; equal times are a whole day.
    pub fn daily(days: Weekdays, start: i64, end: i64) -> Vec<Window> {
        let length = match end - start {
            length if length <= 0 => length + DAY,
            length => length,
        };
        let days = (0..7).filter(|day| days.contains(*day));
        let start_of = |day: i64| (day * DAY + start).rem_euclid(WEEK);
        days.map(|day| Window {
            start: start_of(day),
            length: length.clamp(1, WEEK),
        })
        .collect()
    }

    /// From a time of one day to a time of another, both in seconds after midnight, perhaps over
    /// the end of the week; equal ones are a whole week.
    pub fn span(from: (Weekday, i64), to: (Weekday, i64)) -> Window {
        let of = |(day, time): (Weekday, i64)| i64::from(day.to_monday_zero_offset()) * DAY + time;
        let length = (of(to) - of(from)).rem_euclid(WEEK);
        Window {
            start: of(from).rem_euclid(WEEK),
            length: if length == 0 { WEEK } else { length },
        }
    }

    /// Whether windows leave nothing of a week out.
    pub fn are_whole_week(windows: &[Window]) -> bool {
        let mut reached = 0;
        for window in pattern(windows) {
            if window.start > reached {
                return false;
            }
            reached = reached.max(window.start + window.length);
        }
        reached >= WEEK
    }
}

/// What windows cover between two instants in a zone: sorted, disjoint, clipped.
pub fn hours(
    windows: &[Window],
    zone: &TimeZone,
    between: Interval,
) -> Result<Vec<Interval>, Error> {
    if expected(windows, between) > MAX_ITEMS {
        return Err(Error::TooManyTransitions);
    }
    let clock = Clock::new(zone, between.start - 2 * WEEK, between.end + 2 * WEEK);
    Ok(stretches(windows, &clock, between))
}

/// How many stretches there will be at most.
pub(super) fn expected(windows: &[Window], between: Interval) -> u64 {
    let weeks = u64::try_from(between.seconds() / WEEK + 2).unwrap_or(u64::MAX);
    weeks.saturating_mul(windows.len() as u64)
}

pub(super) fn stretches(windows: &[Window], clock: &Clock, between: Interval) -> Vec<Interval> {
    let pattern = pattern(windows);
    let mut found: Vec<Interval> = Vec::new();
    let mut week = monday(clock.wall(between.start)) - 2 * WEEK;
    let last = clock.wall(between.end);
    while week <= last {
        for window in &pattern {
            let start = clock.first(week + window.start);
            let end = clock.last(week + window.start + window.length);
            let stretch = Interval::new(start, end).clip(between);
            match found.last_mut() {
                _ if stretch.is_empty() => {}
                Some(before) if stretch.start <= before.end => {
                    before.end = before.end.max(stretch.end);
                }
                _ => found.push(stretch),
            }
        }
        week += WEEK;
    }
    found
}

/// The last Monday 00:00 at or before a local time.
pub(super) fn monday(wall: Wall) -> Wall {
    // 1970-01-01 was a Thursday.
    let since = (wall + 3 * DAY).rem_euclid(WEEK);
    wall - since
}

/// Sorted, with what reaches over the end of the week also as if it came from the week before.
fn pattern(windows: &[Window]) -> Vec<Window> {
    let mut pattern = windows.to_vec();
    let over = windows
        .iter()
        .filter(|window| window.start + window.length > WEEK);
    pattern.extend(over.map(|window| Window {
        start: 0,
        length: window.start + window.length - WEEK,
    }));
    pattern.sort_unstable();
    pattern.dedup();
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    #[test]
    fn a_week_can_be_covered_in_pieces() {
        let days = Window::daily(Weekdays::ALL, 9 * HOUR, 9 * HOUR);
        assert!(Window::are_whole_week(&days));
        let office = Window::daily(Weekdays::ALL, 9 * HOUR, 17 * HOUR);
        assert!(!Window::are_whole_week(&office));
        let week = Window::span((Weekday::Friday, 17 * HOUR), (Weekday::Monday, 9 * HOUR));
        let rest = Window::span((Weekday::Monday, 9 * HOUR), (Weekday::Friday, 17 * HOUR));
        assert!(Window::are_whole_week(&[week, rest]));
        assert!(!Window::are_whole_week(&[week]));
    }
}
