//! A zone as a list of stretches with one offset each.
//!
//! Made once for a window and a zone, so that an instant for a local time is a search in a list of
//! two entries a year and never a question to the database.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Instant;

/// Seconds of a local clock since 1970-01-01T00:00:00 on that clock.
pub(super) type Wall = i64;

pub(super) const DAY: i64 = 86_400;
pub(super) const WEEK: i64 = 7 * DAY;

/// Which of two instants is meant by a local time that is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    First,
    Last,
}

/// The instant of a local time: a skipped one is the first instant after the jump.
pub fn resolve(zone: &TimeZone, local: DateTime, occurrence: Occurrence) -> Instant {
    let wall = wall(local);
    let clock = Clock::new(zone, wall - 2 * DAY, wall + 2 * DAY);
    match occurrence {
        Occurrence::First => clock.first(wall),
        Occurrence::Last => clock.last(wall),
    }
}

/// A local time as seconds, as if it were UTC.
pub(super) fn wall(local: DateTime) -> Wall {
    let seconds = TimeZone::UTC.to_timestamp(local).map(Timestamp::as_second);
    // Only the last hours of the year 9999 are out of range.
    seconds.unwrap_or(Timestamp::MAX.as_second())
}

/// The other way round, for dates.
pub(super) fn local(wall: Wall) -> DateTime {
    TimeZone::UTC.to_datetime(timestamp(wall))
}

/// An instant as jiff writes it; one that is out of its range becomes the nearest.
pub fn timestamp(instant: Instant) -> Timestamp {
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let clamped = Timestamp::from_second(instant.clamp(least, most));
    clamped.unwrap_or_default()
}

/// What the clocks of a zone show between two instants.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    /// Where each stretch begins; the first at the beginning of time.
    starts: Vec<Instant>,
    offsets: Vec<i64>,
    /// The local time at which each stretch ends, exclusive; without the last stretch.
    local_ends: Vec<Wall>,
    /// The local time at which each stretch begins; without the first.
    local_starts: Vec<Wall>,
}

impl Clock {
    /// Knows every clock change from `from` to `to`; beyond, the nearest offset is taken to hold.
    pub fn new(zone: &TimeZone, from: Instant, to: Instant) -> Clock {
        let from = timestamp(from);
        let mut clock = Clock {
            starts: vec![Instant::MIN],
            offsets: vec![i64::from(zone.to_offset(from).seconds())],
            local_ends: Vec::new(),
            local_starts: Vec::new(),
        };
        for change in zone.following(from) {
            let at = change.timestamp().as_second();
            if at > to {
                break;
            }
            clock.push(at, i64::from(change.offset().seconds()));
        }
        clock
    }

    fn push(&mut self, at: Instant, offset: i64) {
        let before = self.offsets[self.offsets.len() - 1];
        if before == offset {
            return;
        }
        self.starts.push(at);
        self.offsets.push(offset);
        self.local_ends.push(at + before);
        self.local_starts.push(at + offset);
    }

    /// What the clock shows.
    pub fn wall(&self, instant: Instant) -> Wall {
        let stretch = self.starts.partition_point(|start| *start <= instant) - 1;
        instant.saturating_add(self.offsets[stretch])
    }

    /// The first instant at which the clock shows a time, or has just jumped over it.
    pub fn first(&self, wall: Wall) -> Instant {
        let stretch = self.local_ends.partition_point(|end| *end <= wall);
        let instant = wall.saturating_sub(self.offsets[stretch]);
        instant.max(self.starts[stretch])
    }

    /// The last instant at which the clock shows a time, or has just jumped over it.
    pub fn last(&self, wall: Wall) -> Instant {
        let stretch = self.local_starts.partition_point(|start| *start <= wall);
        let instant = wall.saturating_sub(self.offsets[stretch]);
        let end = self.starts.get(stretch + 1);
        instant.min(end.copied().unwrap_or(Instant::MAX))
    }

    /// The local times that the clock jumps over, as it jumps from the first to the second.
    pub fn jumps(&self) -> impl Iterator<Item = (Wall, Wall)> {
        let pairs = self.local_ends.iter().zip(&self.local_starts);
        pairs
            .map(|(end, start)| (*end, *start))
            .filter(|(end, start)| end < start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instants(zone: &str, local: &str) -> [String; 2] {
        let zone = TimeZone::get(zone).unwrap();
        let local: DateTime = local.parse().unwrap();
        [Occurrence::First, Occurrence::Last]
            .map(|occurrence| timestamp(resolve(&zone, local, occurrence)).to_string())
    }

    #[test]
    fn ordinary_times_have_one_instant() {
        let both = instants("Asia/Kolkata", "2026-03-28T09:00");
        assert_eq!(both, ["2026-03-28T03:30:00Z", "2026-03-28T03:30:00Z"]);
    }

    #[test]
    fn skipped_times_are_the_first_instant_after_the_jump() {
        for local in ["2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T02:00"] {
            let both = instants("Europe/London", local);
            assert_eq!(both, ["2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"]);
        }
        let midnight = instants("Africa/Cairo", "2023-04-28T00:00");
        assert_eq!(midnight, ["2023-04-27T22:00:00Z", "2023-04-27T22:00:00Z"]);
        let day = instants("Pacific/Apia", "2011-12-30T12:00");
        assert_eq!(day, ["2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"]);
    }

    #[test]
    fn repeated_times_have_a_first_and_a_last() {
        let both = instants("Europe/London", "2026-10-25T01:30");
        assert_eq!(both, ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]);
        let half = instants("Australia/Lord_Howe", "2026-04-05T01:45");
        assert_eq!(half, ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"]);
    }
}
