//! Times and lengths as messages say them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::oncall::{Instant, Interval};
pub(super) use crate::rules::words::{counted, quoted};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// "Sat 2026-11-28 00:00 to 12:00 Europe/London (2026-11-28T00:00:00Z to 2026-11-28T12:00:00Z)".
pub(super) fn stretch(interval: Interval, zone: &TimeZone) -> String {
    let (start, end) = (local(interval.start, zone), local(interval.end, zone));
    let end = match start.date() == end.date() {
        true => time(&end),
        false => day_and_time(&end),
    };
    let here = format!("{} to {end} {}", day_and_time(&start), name(zone));
    match zone == &TimeZone::UTC {
        true => here,
        false => format!("{here} ({} to {})", utc(interval.start), utc(interval.end)),
    }
}

/// "Sat 2026-11-28 00:00 Europe/London (2026-11-28T00:00:00Z)".
pub(super) fn moment(instant: Instant, zone: &TimeZone) -> String {
    let here = format!("{} {}", day_and_time(&local(instant, zone)), name(zone));
    match zone == &TimeZone::UTC {
        true => here,
        false => format!("{here} ({})", utc(instant)),
    }
}

/// The largest two units: "2 days 3 hours".
pub(super) fn length(seconds: i64) -> String {
    let units = [
        (DAY, "day"),
        (HOUR, "hour"),
        (MINUTE, "minute"),
        (1, "second"),
    ];
    let mut left = seconds;
    let mut words = Vec::new();
    for (unit, name) in units {
        let count = left / unit;
        left %= unit;
        if count > 0 && words.len() < 2 {
            words.push(counted(count, name));
        }
    }
    words.join(" ")
}

pub(super) fn local(instant: Instant, zone: &TimeZone) -> Zoned {
    let instant = Timestamp::from_second(instant).unwrap_or_default();
    Zoned::new(instant, zone.clone())
}

/// Seconds after midnight on the local clock.
pub(super) fn time_of_day(instant: Instant, zone: &TimeZone) -> i64 {
    let time = local(instant, zone).time();
    i64::from(time.hour()) * HOUR + i64::from(time.minute()) * MINUTE + i64::from(time.second())
}

/// `09:00`, with seconds where there are any.
pub(super) fn clock(seconds: i64) -> String {
    let (hour, minute, second) = (seconds / HOUR, seconds / MINUTE % 60, seconds % MINUTE);
    match second {
        0 => format!("{hour:02}:{minute:02}"),
        second => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

fn day_and_time(zoned: &Zoned) -> String {
    format!("{} {}", zoned.strftime("%a %Y-%m-%d"), time(zoned))
}

fn time(zoned: &Zoned) -> String {
    let form = match zoned.second() {
        0 => "%H:%M",
        _ => "%H:%M:%S",
    };
    zoned.strftime(form).to_string()
}

fn utc(instant: Instant) -> String {
    let instant = Timestamp::from_second(instant).unwrap_or_default();
    instant.to_string()
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_units_at_most() {
        assert_eq!(length(60), "1 minute");
        assert_eq!(length(12 * HOUR), "12 hours");
        assert_eq!(length(8 * DAY + HOUR + 5), "8 days 1 hour");
        assert_eq!(length(59), "59 seconds");
    }

    #[test]
    fn stretches_are_said_in_the_team_s_zone_and_in_utc() {
        let london = TimeZone::get("Europe/London").unwrap();
        let summer = Interval::new(1_783_065_600, 1_783_108_800);
        assert_eq!(
            stretch(summer, &london),
            "Fri 2026-07-03 09:00 to 21:00 Europe/London (2026-07-03T08:00:00Z to 2026-07-03T20:00:00Z)"
        );
        assert_eq!(
            stretch(summer, &TimeZone::UTC),
            "Fri 2026-07-03 08:00 to 20:00 UTC"
        );
    }
}
