//! Turns of one layer: where they begin, where they end, and whose they are.

use super::input::{Layer, Rhythm, Unit, Weekdays};
use super::window::{self, monday};
use super::zone::{Clock, DAY, WEEK, Wall, local, wall};
use super::{Error, Instant, Interval, MAX_ITEMS, MAX_TURN};

/// One turn, whole: not cut to any window, but to where its layer starts and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// From 0 at the anchor on.
    pub number: i64,
    /// A place in [`Layer::positions`].
    pub position: usize,
    pub interval: Interval,
}

/// The turns of a layer that touch an interval, in order. Hours and `duty` do not shorten them.
///
/// A layer without turns has one, cut to the interval.
pub fn turns(layer: &Layer, between: Interval) -> Result<Vec<Turn>, Error> {
    check(layer, between)?;
    let (from, to) = reach(layer, between);
    let clock = Clock::new(&layer.zone, from, to);
    // Active days come one by one, and those of a turn may lie behind the interval.
    let around = match layer.rhythm {
        Rhythm::ActiveDays { count, .. } => (count + 1) * WEEK,
        _ => 0,
    };
    let wide = Interval::new(between.start, between.end.saturating_add(around));
    let mut found: Vec<Turn> = Vec::new();
    let gate = gate(layer);
    each(layer, &clock, wide, |piece| {
        let interval = piece.turn.clip(gate);
        match found.last_mut() {
            Some(last) if last.number == piece.number => last.interval.end = interval.end,
            _ => found.push(Turn {
                number: piece.number,
                position: piece.position,
                interval,
            }),
        }
    });
    found.retain(|turn| !turn.interval.clip(between).is_empty());
    Ok(found)
}

/// A turn, or a day of one.
pub(super) struct Piece {
    number: i64,
    pub position: usize,
    turn: Interval,
    pub duty: Interval,
}

/// Whether a layer can be computed at all, and with how many boundaries at most.
pub(super) fn check(layer: &Layer, between: Interval) -> Result<u64, Error> {
    let step = step(&layer.rhythm).ok_or(Error::TurnLength)?;
    let turns = between.seconds() / step + 2;
    let turns = u64::try_from(turns).unwrap_or(u64::MAX);
    let expected = turns.saturating_add(window::expected(&layer.windows, between));
    match expected > MAX_ITEMS {
        true => Err(Error::TooManyTransitions),
        false => Ok(expected),
    }
}

/// The least time between two boundaries, in seconds.
fn step(rhythm: &Rhythm) -> Option<i64> {
    let (count, unit) = match rhythm {
        Rhythm::Always => return Some(MAX_TURN),
        Rhythm::IsoWeeks { .. } => return Some(WEEK),
        Rhythm::Elapsed { seconds, .. } => (*seconds, 1),
        Rhythm::ActiveDays { days, count, .. } => {
            length(*count, 7 * DAY).filter(|_| days.count() > 0)?;
            return Some(DAY);
        }
        Rhythm::Wall { unit, count, .. } => (*count, unit_seconds(*unit)),
    };
    length(count, unit)
}

fn length(count: i64, unit: i64) -> Option<i64> {
    let length = count.checked_mul(unit)?;
    (1..=MAX_TURN).contains(&length).then_some(length)
}

/// Seconds of a unit on the local clock; of the shortest month.
fn unit_seconds(unit: Unit) -> i64 {
    match unit {
        Unit::Hour => 3600,
        Unit::Day => DAY,
        Unit::Week => WEEK,
        Unit::Month => 28 * DAY,
    }
}

/// Between which instants clock changes matter for a layer.
pub(super) fn reach(layer: &Layer, between: Interval) -> (Instant, Instant) {
    let turn = match layer.rhythm {
        Rhythm::ActiveDays { count, .. } => count.saturating_mul(WEEK),
        Rhythm::Wall {
            unit: Unit::Month,
            count,
            ..
        } => count.saturating_mul(31 * DAY),
        ref rhythm => step(rhythm).unwrap_or_default(),
    };
    let turn = match layer.rhythm {
        Rhythm::Always => 0,
        _ => turn.min(2 * MAX_TURN),
    };
    let (from, to) = (
        between.start.saturating_sub(turn + 2 * WEEK),
        between.end.saturating_add(turn + 2 * WEEK),
    );
    match layer.rhythm {
        Rhythm::Wall {
            anchor,
            unit,
            count,
        } if count * unit_seconds(unit) <= DAY => {
            let anchor = wall(anchor);
            (from.min(anchor - 2 * DAY), to.max(anchor + 2 * DAY))
        }
        _ => (from, to),
    }
}

/// Where a layer can be seen.
pub(super) fn gate(layer: &Layer) -> Interval {
    let start = layer.starts.unwrap_or(Instant::MIN);
    Interval::new(start, layer.ends.unwrap_or(Instant::MAX))
}

/// Gives each turn that touches an interval, in order, with the part of it that is duty.
pub(super) fn each(layer: &Layer, clock: &Clock, between: Interval, mut give: impl FnMut(Piece)) {
    let between = between.clip(gate(layer));
    if layer.positions.is_empty() || between.is_empty() {
        return;
    }
    let dealing = Dealing {
        layer,
        clock,
        between,
    };
    match layer.rhythm {
        Rhythm::Always => give(Piece {
            number: 0,
            position: 0,
            turn: between,
            duty: between,
        }),
        Rhythm::Elapsed { anchor, seconds } => dealing.elapsed(anchor, seconds, &mut give),
        Rhythm::Wall {
            anchor,
            unit: Unit::Month,
            count,
        } => dealing.months(wall(anchor), count, &mut give),
        Rhythm::Wall {
            anchor,
            unit,
            count,
        } => {
            dealing.fixed_length(wall(anchor), count * unit_seconds(unit), &mut give);
        }
        Rhythm::ActiveDays {
            anchor,
            days,
            count,
        } => {
            dealing.active_days(wall(anchor), days, count, &mut give);
        }
        Rhythm::IsoWeeks { change } => dealing.iso_weeks(change, &mut give),
    }
}

struct Dealing<'a> {
    layer: &'a Layer,
    clock: &'a Clock,
    between: Interval,
}

impl Dealing<'_> {
    fn elapsed(&self, anchor: Instant, seconds: i64, give: &mut impl FnMut(Piece)) {
        let mut number = self.at_least_first((self.between.start - anchor).div_euclid(seconds));
        loop {
            let start = anchor + number * seconds;
            if start >= self.between.end {
                return;
            }
            let turn = Interval::new(start, start + seconds);
            let duty = self.layer.duty.map(|duty| start.saturating_add(duty));
            give(self.piece(number, turn, duty));
            number += 1;
        }
    }

    /// Turns of equal length on the local clock.
    fn fixed_length(&self, anchor: Wall, step: i64, give: &mut impl FnMut(Piece)) {
        let since = self.clock.wall(self.between.start) - anchor;
        // A clock change moves a boundary by a day at most.
        let slack = DAY / step + 2;
        let first = self.at_least_first(since.div_euclid(step) - slack);
        let vanished = match first < 0 {
            true => -self.vanished(anchor, step, first, 0),
            false => self.vanished(anchor, step, 0, first),
        };
        self.wall(first, vanished, |number| anchor + number * step, give);
    }

    /// Months keep the anchor's day, or take the last day of a shorter month.
    fn months(&self, anchor: Wall, count: i64, give: &mut impl FnMut(Piece)) {
        let of = local(anchor);
        let anchor_month = i64::from(of.year()) * 12 + i64::from(of.month()) - 1;
        let time = anchor.rem_euclid(DAY);
        let boundary = |number: i64| {
            let month = anchor_month + number * count;
            let day = i64::from(of.day()).min(days_in_month(month));
            days_before_month(month) * DAY + (day - 1) * DAY + time
        };
        let from = local(self.clock.wall(self.between.start));
        let since = i64::from(from.year()) * 12 + i64::from(from.month()) - 1 - anchor_month;
        let first = self.at_least_first(since.div_euclid(count) - 2);
        self.wall(first, 0, boundary, give);
    }

    /// Turns between boundaries on the local clock. Those that fall together make no turn, and
    /// whoever is next takes the next one.
    fn wall(
        &self,
        first: i64,
        mut vanished: i64,
        boundary: impl Fn(i64) -> Wall,
        give: &mut impl FnMut(Piece),
    ) {
        let mut number = first;
        let mut at = boundary(number);
        let mut start = self.clock.first(at);
        while start < self.between.end {
            let next = boundary(number + 1);
            let end = self.clock.first(next);
            if start == end {
                vanished += 1;
            } else if end > self.between.start {
                let duty = self.layer.duty;
                let duty = duty.map(|duty| self.clock.last(at.saturating_add(duty)));
                give(self.piece(number - vanished, Interval::new(start, end), duty));
            }
            (number, at, start) = (number + 1, next, end);
        }
    }

    /// How many of the turns from one number to another fall wholly into a jump of the clock.
    fn vanished(&self, anchor: Wall, step: i64, from: i64, to: i64) -> i64 {
        if step > DAY {
            return 0;
        }
        let mut vanished = 0;
        for (jump, landing) in self.clock.jumps() {
            // Of the boundaries from the jump to its landing one is left.
            let first = -(anchor - jump).div_euclid(step);
            let last = (landing - anchor).div_euclid(step);
            vanished += (last.min(to) - first.max(from)).max(0);
        }
        vanished
    }

    fn active_days(&self, anchor: Wall, days: Weekdays, count: i64, give: &mut impl FnMut(Piece)) {
        let time = anchor.rem_euclid(DAY);
        let of_anchor = ordinal(anchor, days);
        // Whole turns around the window, so that each is seen from its first day.
        let around = (count * 7 + 14) * DAY;
        let mut day = self.clock.wall(self.between.start) - around;
        day = day.div_euclid(DAY) * DAY;
        if !self.layer.is_backwards {
            day = day.max(anchor - time);
        }
        day = next_active(day, days);
        loop {
            let next = next_active(day + DAY, days);
            let start = self.clock.first(day + time);
            let end = self.clock.first(next + time);
            let number = (ordinal(day, days) - of_anchor).div_euclid(count);
            if start >= self.between.end {
                return;
            }
            let duty = self.layer.duty.unwrap_or(DAY);
            let duty = self.clock.last((day + time).saturating_add(duty));
            if start < end {
                give(self.piece(number, Interval::new(start, end), Some(duty)));
            }
            day = next;
        }
    }

    fn iso_weeks(&self, change: i64, give: &mut impl FnMut(Piece)) {
        let mut week = monday(self.between.start - change);
        while week + change < self.between.end {
            let start = week + change;
            let number = i64::from(local(week).date().iso_week_date().week());
            let turn = Interval::new(start, start + WEEK);
            let duty = self.layer.duty.map(|duty| start.saturating_add(duty));
            give(self.piece(number, turn, duty));
            week += WEEK;
        }
    }

    fn at_least_first(&self, number: i64) -> i64 {
        match self.layer.is_backwards {
            true => number,
            false => number.max(0),
        }
    }

    fn piece(&self, number: i64, turn: Interval, duty_ends: Option<Instant>) -> Piece {
        let positions = self.layer.positions.len() as i64;
        let first = (self.layer.first % self.layer.positions.len()) as i64;
        let duty_ends = duty_ends.unwrap_or(turn.end).min(turn.end);
        Piece {
            number,
            position: (first + number.rem_euclid(positions)).rem_euclid(positions) as usize,
            turn,
            duty: Interval::new(turn.start, duty_ends).clip(self.between),
        }
    }
}

/// How many active days lie before the day of a local time, counted from some Monday.
fn ordinal(wall: Wall, days: Weekdays) -> i64 {
    let monday = monday(wall);
    let weeks = (monday + 3 * DAY).div_euclid(WEEK);
    let of_week = (wall - monday).div_euclid(DAY);
    let before = (0..of_week).filter(|day| days.contains(*day)).count();
    weeks * days.count() + before as i64
}

/// The first active day, as its midnight, at or after a midnight.
fn next_active(mut day: Wall, days: Weekdays) -> Wall {
    while !days.contains((day - monday(day)).div_euclid(DAY)) {
        day += DAY;
    }
    day
}

/// Days since 1970 of the first day of a month, which is counted from the year 0.
fn days_before_month(month: i64) -> i64 {
    // Years that begin in March have their leap day at the end.
    let (year, of_year) = ((month - 2).div_euclid(12), (month - 2).rem_euclid(12));
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * of_year + 2) / 5 - 719_468
}

fn days_in_month(month: i64) -> i64 {
    days_before_month(month + 1) - days_before_month(month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, Weekday, date};

    #[test]
    fn months_have_the_days_of_the_calendar() {
        for year in [1899_i16, 1900, 1970, 2000, 2024, 2025, 2100] {
            for month in 1..=12_i8 {
                let first = date(year, month, 1);
                let number = i64::from(year) * 12 + i64::from(month) - 1;
                let days = wall(first.to_datetime(jiff::civil::Time::midnight())) / DAY;
                assert_eq!(days_before_month(number), days, "{first}");
                assert_eq!(days_in_month(number), i64::from(first.days_in_month()));
            }
        }
    }

    #[test]
    fn active_days_are_counted_over_weeks() {
        let weekend = Weekdays::default()
            .with(Weekday::Saturday)
            .with(Weekday::Sunday);
        let at = |date: Date| wall(date.to_datetime(jiff::civil::Time::midnight()));
        let saturday = at(date(2024, 8, 3));
        assert_eq!(next_active(at(date(2024, 8, 1)), weekend), saturday);
        let days = ordinal(at(date(2024, 8, 17)), weekend) - ordinal(saturday, weekend);
        assert_eq!(days, 4);
    }
}
