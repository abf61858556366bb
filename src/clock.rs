//! The time a run is judged by: an argument, never the machine's own clock.

use std::str::FromStr;

use jiff::civil::Date;
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
}
