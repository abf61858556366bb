//! Instants in words, in a zone and in UTC.

use jiff::tz::TimeZone;

use crate::oncall::{Instant, Interval, timestamp};

/// A clock change.
pub(super) struct ClockChange {
    pub at: Instant,
    /// Such as `clocks go back by 1 hour to 01:00 GMT`.
    pub words: String,
}

/// `Mon 2026-10-19 09:00 BST`.
pub(super) fn full(instant: Instant, zone: &TimeZone) -> String {
    local(instant, zone, &format!("%a %Y-%m-%d {} %Z", clock(instant)))
}

/// `Mon 2026-10-19 09:00`.
pub(super) fn day_and_time(instant: Instant, zone: &TimeZone) -> String {
    local(instant, zone, &format!("%a %Y-%m-%d {}", clock(instant)))
}

/// `09:00`.
pub(super) fn of_day(instant: Instant, zone: &TimeZone) -> String {
    local(instant, zone, clock(instant))
}

/// `2026-10-19 08:00`, in UTC.
pub(super) fn utc(instant: Instant) -> String {
    local(
        instant,
        &TimeZone::UTC,
        &format!("%Y-%m-%d {}", clock(instant)),
    )
}

/// From when to when in a zone and in UTC, and how long.
pub(super) fn stretch(interval: Interval, zone: &TimeZone) -> String {
    let Interval { start, end } = interval;
    let length = length(interval.seconds());
    let words = format!("{} to {}", full(start, zone), full(end, zone));
    match zone == &TimeZone::UTC {
        true => format!("{words}, {length}"),
        false => format!("{words} ({} to {} UTC), {length}", utc(start), utc(end)),
    }
}

/// `2 days 9 h`, with no more parts than it takes.
pub(super) fn length(seconds: i64) -> String {
    let parts = [
        (
            seconds / 86_400,
            if seconds / 86_400 == 1 {
                " day"
            } else {
                " days"
            },
        ),
        (seconds / 3_600 % 24, " h"),
        (seconds / 60 % 60, " min"),
        (seconds % 60, " s"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    parts.join(" ")
}

/// A zone's name.
pub(super) fn zone(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// Where clocks change within an interval.
pub(super) fn clock_changes(zone: &TimeZone, between: Interval) -> Vec<ClockChange> {
    let mut changes = Vec::new();
    for change in zone.following(timestamp(between.start.saturating_sub(1))) {
        let at = change.timestamp().as_second();
        if at >= between.end {
            break;
        }
        let before = zone.to_offset(timestamp(at - 1)).seconds();
        let by = i64::from(change.offset().seconds() - before);
        if by == 0 {
            continue;
        }
        let way = if by < 0 { "back" } else { "forward" };
        let (hours, minutes) = (by.abs() / 3_600, by.abs() / 60);
        let by = match by.abs() {
            3_600 => "1 hour".to_owned(),
            by if by % 3_600 == 0 => format!("{hours} hours"),
            _ => format!("{minutes} minutes"),
        };
        let to = local(at, zone, "%H:%M %Z");
        changes.push(ClockChange {
            at,
            words: format!("clocks go {way} by {by} to {to}"),
        });
    }
    changes
}

/// Seconds are shown only where there are any.
fn clock(instant: Instant) -> &'static str {
    if instant.rem_euclid(60) == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S"
    }
}

pub(super) fn local(instant: Instant, zone: &TimeZone, format: &str) -> String {
    let zoned = timestamp(instant).to_zoned(zone.clone());
    zoned.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn lengths_have_no_idle_parts() {
        assert_eq!(length(86_400), "1 day");
        assert_eq!(length(2 * 86_400 + 9 * 3_600), "2 days 9 h");
        assert_eq!(length(61), "1 min 1 s");
    }
}
