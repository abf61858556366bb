//! The time a run is judged by: an argument, never the machine's own clock.

use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// An instant, or a whole day, which begins at 00:00 in each unit's own zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    At(Timestamp),
    Day(Date),
}

impl Clock {
    /// The day it is in a zone.
    pub fn today(self, zone: &TimeZone) -> Date {
        match self {
            Clock::At(instant) => Zoned::new(instant, zone.clone()).date(),
            Clock::Day(day) => day,
        }
    }

    /// The instant, in seconds since 1970-01-01T00:00:00Z; a day is its beginning in a zone.
    pub fn instant(self, zone: &TimeZone) -> i64 {
        let instant = match self {
            Clock::At(instant) => instant,
            Clock::Day(day) => {
                let midnight = day.to_zoned(zone.clone());
                midnight.map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
            }
        };
        instant.as_second()
    }

    /// The last instant that it may be anywhere.
    pub fn latest(self) -> Timestamp {
        match self {
            Clock::At(instant) => instant,
            // Where the day ends last, it is noon of the next one in UTC.
            Clock::Day(day) => {
                let next = day.tomorrow().unwrap_or(day).at(12, 0, 0, 0);
                let noon = next.to_zoned(TimeZone::UTC);
                noon.map_or(Timestamp::MAX, |noon| noon.timestamp())
            }
        }
    }

    /// The clock as it is printed, with its zone.
    pub fn show(self) -> String {
        match self {
            Clock::At(instant) => instant.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            Clock::Day(day) => day.to_string(),
        }
    }
}

/// A day written `2026-11-23`, and no other way.
///
/// # Errors
///
/// It is no such day; in words.
pub fn day(text: &str) -> Result<Date, String> {
    let is_day = text.len() == "2026-11-23".len();
    let day = text.parse::<Date>().ok().filter(|_| is_day);
    day.ok_or_else(|| "expected a date such as `2026-11-23`".to_owned())
}

impl FromStr for Clock {
    type Err = String;

    /// `2026-11-23`, or an instant such as `2026-11-23T09:00:00Z`.
    fn from_str(text: &str) -> Result<Clock, String> {
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(Clock::At(instant));
        }
        day(text).map(Clock::Day).map_err(|_| {
            "expected a date such as `2026-11-23` or an instant such as `2026-11-23T09:00:00Z`"
                .to_owned()
        })
    }
}

/// A time that was typed: the clock's own, an instant, or a day or a local time in the zone of
/// whatever it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Now,
    At(Timestamp),
    Local(DateTime),
    /// Its beginning.
    Day(Date),
}

impl FromStr for Moment {
    type Err = String;

    /// `now`, `2026-11-23`, `2026-11-23 09:00`, or an instant such as `2026-11-23T09:00:00Z`.
    fn from_str(text: &str) -> Result<Moment, String> {
        if text == "now" {
            return Ok(Moment::Now);
        }
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(Moment::At(instant));
        }
        if let Ok(day) = day(text) {
            return Ok(Moment::Day(day));
        }
        let begins_with_a_day = text.get(..10).is_some_and(|text| day(text).is_ok());
        let local = text.parse::<DateTime>().ok();
        let local = local.filter(|_| begins_with_a_day && text.len() >= "2026-11-23 09:00".len());
        local.map(Moment::Local).ok_or_else(|| {
            "expected `now`, a date such as `2026-11-23`, a local time such as `2026-11-23 09:00`, or an instant such as `2026-11-23T09:00:00Z`"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_same_day_everywhere_and_an_instant_is_not() {
        let auckland = TimeZone::get("Pacific/Auckland").unwrap();
        let day: Clock = "2026-11-23".parse().unwrap();
        let instant: Clock = "2026-11-23T22:00:00Z".parse().unwrap();
        assert_eq!(day.today(&auckland).to_string(), "2026-11-23");
        assert_eq!(instant.today(&auckland).to_string(), "2026-11-24");
        assert_eq!(instant.today(&TimeZone::UTC).to_string(), "2026-11-23");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "23.11.2026",
            "2026-11",
            "2026-1-5",
            "05/01/2026",
            "tomorrow",
            "",
        ] {
            assert!(text.parse::<Clock>().is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_days_local_times_or_instants() {
        let shown = |text: &str| match text.parse::<Moment>() {
            Ok(Moment::Now) => "now".to_owned(),
            Ok(Moment::At(instant)) => format!("at {instant}"),
            Ok(Moment::Local(local)) => format!("local {local}"),
            Ok(Moment::Day(day)) => format!("day {day}"),
            Err(_) => "refused".to_owned(),
        };
        for (text, moment) in [
            ("now", "now"),
            ("2026-11-23", "day 2026-11-23"),
            ("2026-11-23 09:00", "local 2026-11-23T09:00:00"),
            ("2026-11-23T09:00", "local 2026-11-23T09:00:00"),
            ("2026-11-23T09:00:00Z", "at 2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00+01:00", "at 2026-11-23T08:00:00Z"),
            ("2026-11-23 25:00", "refused"),
            ("20261123T0900", "refused"),
            ("2026-1-5", "refused"),
            ("tomorrow", "refused"),
        ] {
            assert_eq!(shown(text), moment, "{text}");
        }
    }
}
