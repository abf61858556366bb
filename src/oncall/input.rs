//! What the engine is asked: a schedule as plain values.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;

use super::{Instant, Interval, Window};
use crate::binary::{Binary, Decoder, Encoder};

/// A place in [`Schedule::people`].
pub type PersonIndex = usize;

/// Everything that decides who is on call.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    pub people: Vec<Person>,
    pub layers: Vec<Layer>,
    /// Shifts that are written out, besides the layers.
    pub fixed: Vec<Fixed>,
    pub overrides: Vec<Override>,
}

/// Somebody who can be on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    /// Whether a page gets through.
    pub is_reachable: bool,
}

/// People who take turns.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Who is on duty in each turn; an empty position is nobody.
    pub positions: Vec<Vec<PersonIndex>>,
    pub rhythm: Rhythm,
    /// The position of turn 0; beyond the end it begins again at the front.
    pub first: usize,
    /// Whether turns extend before the anchor.
    pub is_backwards: bool,
    /// Nobody is on duty before; turns are counted from the anchor all the same.
    pub starts: Option<Instant>,
    /// Nobody is on duty from then on.
    pub ends: Option<Instant>,
    /// On duty only so many seconds from the beginning of each turn, or of each active day.
    pub duty: Option<i64>,
    /// On duty only inside; none for round the clock.
    pub windows: Vec<Window>,
    /// The highest that has anybody counts; equals count together.
    pub priority: i64,
    pub zone: TimeZone,
}

impl Layer {
    /// The same people for ever, round the clock.
    pub fn always(people: Vec<PersonIndex>, zone: TimeZone) -> Layer {
        Layer::new(vec![people], Rhythm::Always, zone)
    }

    pub fn new(positions: Vec<Vec<PersonIndex>>, rhythm: Rhythm, zone: TimeZone) -> Layer {
        Layer {
            positions,
            rhythm,
            first: 0,
            is_backwards: false,
            starts: None,
            ends: None,
            duty: None,
            windows: Vec::new(),
            priority: 0,
            zone,
        }
    }
}

/// When turns change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Never: the first position has the only turn.
    Always,
    /// Every so many seconds, as they pass.
    Elapsed { anchor: Instant, seconds: i64 },
    /// Every so many units on the layer's clock.
    Wall {
        anchor: DateTime,
        unit: Unit,
        count: i64,
    },
    /// Every so many of certain days, at the anchor's time of day.
    ActiveDays {
        anchor: DateTime,
        days: Weekdays,
        count: i64,
    },
    /// Every ISO week in UTC, by the number of the week; the change is so many seconds after Monday
    /// 00:00.
    IsoWeeks { change: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
}

/// Some days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Binary for Weekdays {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.byte(self.0);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Weekdays> {
        let days = from.byte()?;
        (days <= Weekdays::ALL.0).then_some(Weekdays(days))
    }
}

impl Weekdays {
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    pub fn with(self, day: Weekday) -> Weekdays {
        Weekdays(self.0 | 1 << day.to_monday_zero_offset())
    }

    /// By days since Monday.
    pub fn contains(self, day: i64) -> bool {
        self.0 >> day.rem_euclid(7) & 1 == 1
    }

    pub fn count(self) -> i64 {
        i64::from(self.0.count_ones())
    }
}

/// A shift that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub people: Vec<PersonIndex>,
    pub interval: Interval,
    pub priority: i64,
}

/// A difference from what the layers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub interval: Interval,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Remove(PersonIndex),
    /// Others take one person's place, where that person is on duty.
    Swap {
        person: PersonIndex,
        by: Vec<PersonIndex>,
    },
    Add(PersonIndex),
    /// In place of everybody.
    Cover {
        people: Vec<PersonIndex>,
        priority: i64,
    },
    /// Nothing but these shifts.
    Replace(Vec<Fixed>),
}
