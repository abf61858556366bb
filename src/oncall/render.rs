//! A schedule over a window: shifts, gaps, and stretches in which nobody can be reached.

use jiff::tz::TimeZone;

use super::input::{Change, Fixed, Layer, Override, Schedule};
use super::sweep::{Item, Sets, What, sweep};
use super::turn::{check, each, gate, reach};
use super::zone::Clock;
use super::{Error, Instant, Interval, MAX_ITEMS, PersonIndex, window};

/// Who is on call, and when, over a window.
#[derive(Clone, Debug)]
pub struct Rendered {
    pub window: Interval,
    /// Ids, by [`PersonIndex`].
    pub people: Vec<String>,
    /// Sorted, disjoint, never empty, never of nobody; neighbours that touch differ.
    pub shifts: Vec<Shift>,
    sets: Vec<Vec<PersonIndex>>,
    is_reachable: Vec<bool>,
}

/// The same people on call, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    pub interval: Interval,
    set: u32,
}

/// One person on call, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonShift {
    pub interval: Interval,
    pub person: PersonIndex,
}

impl Rendered {
    /// Who is on call in a shift, in the order of the schedule's people.
    pub fn on_call(&self, shift: Shift) -> &[PersonIndex] {
        &self.sets[shift.set as usize]
    }

    /// The ids of those on call in a shift, sorted.
    pub fn names(&self, shift: Shift) -> Vec<&str> {
        self.sorted(self.on_call(shift))
    }

    /// The shift at an instant; none in a gap and outside the window.
    pub fn at(&self, instant: Instant) -> Option<Shift> {
        let index = self
            .shifts
            .partition_point(|shift| shift.interval.end <= instant);
        let shift = self.shifts.get(index)?;
        shift.interval.contains(instant).then_some(*shift)
    }

    /// The ids of those on call at an instant, sorted; nobody in a gap and outside the window.
    pub fn names_at(&self, instant: Instant) -> Vec<&str> {
        self.at(instant)
            .map(|shift| self.names(shift))
            .unwrap_or_default()
    }

    /// The first instant after another at which who is on call changes, inside the window.
    pub fn next_handoff(&self, after: Instant) -> Option<Instant> {
        let index = self
            .shifts
            .partition_point(|shift| shift.interval.end <= after);
        let shift = self.shifts.get(index)?;
        let next = match shift.interval.start > after {
            true => shift.interval.start,
            false => shift.interval.end,
        };
        (next < self.window.end).then_some(next)
    }

    /// Maximal intervals of the window in which nobody is on call.
    pub fn gaps(&self) -> Vec<Interval> {
        let mut gaps = Vec::new();
        let mut from = self.window.start;
        for shift in &self.shifts {
            if from < shift.interval.start {
                gaps.push(Interval::new(from, shift.interval.start));
            }
            from = shift.interval.end;
        }
        if from < self.window.end {
            gaps.push(Interval::new(from, self.window.end));
        }
        gaps
    }

    /// Maximal intervals in which people are on call and none of them can be reached.
    pub fn unreachable(&self) -> Vec<Interval> {
        self.where_all(|person| !self.is_reachable[person])
    }

    /// Maximal intervals in which somebody is on call, reachable or not.
    pub fn covered(&self) -> Vec<Interval> {
        self.where_all(|_| true)
    }

    fn where_all(&self, is: impl Fn(PersonIndex) -> bool) -> Vec<Interval> {
        let mut found: Vec<Interval> = Vec::new();
        for shift in &self.shifts {
            if !self.on_call(*shift).iter().all(|person| is(*person)) {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.end == shift.interval.start => last.end = shift.interval.end,
                _ => found.push(shift.interval),
            }
        }
        found
    }

    /// Shifts person by person: what one person has without a break is one. By time, then person.
    pub fn by_person(&self) -> Vec<PersonShift> {
        let mut last: Vec<Option<usize>> = vec![None; self.people.len()];
        let mut found: Vec<PersonShift> = Vec::new();
        for shift in &self.shifts {
            for person in self.on_call(*shift) {
                let before = last[*person].map(|index| &mut found[index].interval);
                match before {
                    Some(before) if before.end == shift.interval.start => {
                        before.end = shift.interval.end;
                    }
                    _ => {
                        last[*person] = Some(found.len());
                        let (interval, person) = (shift.interval, *person);
                        found.push(PersonShift { interval, person });
                    }
                }
            }
        }
        found
    }

    fn sorted(&self, people: &[PersonIndex]) -> Vec<&str> {
        let mut names: Vec<&str> = people.iter().map(|person| &*self.people[*person]).collect();
        names.sort_unstable();
        names
    }
}

/// Computes a schedule over a window.
pub fn render(schedule: &Schedule, window: Interval) -> Result<Rendered, Error> {
    let mut rendering = Rendering::new(schedule.people.len(), window);
    rendering.expect(schedule)?;
    let mut clocks = Clocks::new(schedule, window);
    for layer in &schedule.layers {
        rendering.layer(layer, clocks.of(&layer.zone));
    }
    for fixed in &schedule.fixed {
        rendering.fixed(fixed);
    }
    for change in &schedule.overrides {
        rendering.change(change);
    }
    rendering.finish(schedule)
}

/// One layer alone, as if there were nothing else: for questions about a layer that nobody sees.
pub fn render_layer(
    schedule: &Schedule,
    layer: usize,
    window: Interval,
) -> Result<Rendered, Error> {
    let alone = Schedule {
        people: schedule.people.clone(),
        layers: schedule.layers.get(layer).cloned().into_iter().collect(),
        ..Schedule::default()
    };
    render(&alone, window)
}

/// A clock for each zone, for all layers in it.
struct Clocks {
    known: Vec<(TimeZone, Clock)>,
}

impl Clocks {
    fn new(schedule: &Schedule, window: Interval) -> Clocks {
        let mut zones: Vec<(&TimeZone, (Instant, Instant))> = Vec::new();
        for layer in &schedule.layers {
            let (from, to) = reach(layer, window);
            match zones.iter_mut().find(|(zone, _)| *zone == &layer.zone) {
                Some((_, range)) => *range = (range.0.min(from), range.1.max(to)),
                None => zones.push((&layer.zone, (from, to))),
            }
        }
        let clock = |(zone, (from, to)): (&TimeZone, _)| (zone.clone(), Clock::new(zone, from, to));
        Clocks {
            known: zones.into_iter().map(clock).collect(),
        }
    }

    fn of(&mut self, zone: &TimeZone) -> &Clock {
        let known = self.known.iter().position(|(known, _)| known == zone);
        let index = known.expect("each layer's zone was looked at");
        &self.known[index].1
    }
}

struct Rendering {
    window: Interval,
    people: usize,
    sets: Sets,
    items: Vec<Item>,
}

impl Rendering {
    fn new(people: usize, window: Interval) -> Rendering {
        Rendering {
            window,
            people,
            sets: Sets::new(),
            items: Vec::new(),
        }
    }

    /// Refuses what would change too often, before anything is made.
    fn expect(&mut self, schedule: &Schedule) -> Result<(), Error> {
        let replaced = schedule.overrides.iter().map(|one| match &one.change {
            Change::Replace(shifts) => shifts.len() + 1,
            _ => 1,
        });
        let mut expected = (schedule.fixed.len() + replaced.sum::<usize>()) as u64;
        for layer in &schedule.layers {
            let gate = self.window.clip(gate(layer));
            expected = expected.saturating_add(check(layer, gate)?);
        }
        match expected > MAX_ITEMS {
            true => Err(Error::TooManyTransitions),
            false => Ok(()),
        }
    }

    fn layer(&mut self, layer: &Layer, clock: &Clock) {
        let visible = self.window.clip(gate(layer));
        if visible.is_empty() {
            return;
        }
        let positions: Vec<u32> = layer
            .positions
            .iter()
            .map(|people| self.set(people))
            .collect();
        let windows = match layer.windows[..] {
            [] => vec![visible],
            ref windows => window::stretches(windows, clock, visible),
        };
        let mut next = 0;
        each(layer, clock, self.window, |piece| {
            let set = positions[piece.position];
            while next < windows.len() && windows[next].end <= piece.duty.start {
                next += 1;
            }
            let mut at = next;
            while at < windows.len() && windows[at].start < piece.duty.end {
                let what = What::Duty {
                    priority: layer.priority,
                    set,
                };
                // Nobody lets the layers below through.
                if set != Sets::NOBODY {
                    self.item(windows[at].clip(piece.duty), what);
                }
                at += 1;
            }
        });
    }

    fn fixed(&mut self, fixed: &Fixed) {
        let set = self.set(&fixed.people);
        if set != Sets::NOBODY {
            let priority = fixed.priority;
            self.item(fixed.interval, What::Duty { priority, set });
        }
    }

    fn change(&mut self, one: &Override) {
        let what = match &one.change {
            Change::Remove(person) => What::Remove(*person),
            Change::Add(person) if *person < self.people => What::Add(*person),
            Change::Add(_) => return,
            Change::Swap { person, by } => What::Swap {
                person: *person,
                by: self.set(by),
            },
            Change::Cover { people, priority } => What::Cover {
                priority: *priority,
                set: self.set(people),
            },
            Change::Replace(shifts) => {
                for shift in shifts {
                    let set = self.set(&shift.people);
                    self.item(shift.interval.clip(one.interval), What::Shift(set));
                }
                What::Blank
            }
        };
        self.item(one.interval, what);
    }

    fn item(&mut self, interval: Interval, what: What) {
        let interval = interval.clip(self.window);
        if !interval.is_empty() {
            self.items.push(Item { interval, what });
        }
    }

    fn set(&mut self, people: &[PersonIndex]) -> u32 {
        let known = people
            .iter()
            .copied()
            .filter(|person| *person < self.people);
        self.sets.index(&mut known.collect())
    }

    fn finish(mut self, schedule: &Schedule) -> Result<Rendered, Error> {
        let shifts = sweep(&self.items, self.window, &mut self.sets)?;
        let shifts = shifts.into_iter();
        Ok(Rendered {
            window: self.window,
            people: schedule
                .people
                .iter()
                .map(|person| person.id.clone())
                .collect(),
            shifts: shifts
                .map(|(interval, set)| Shift { interval, set })
                .collect(),
            sets: self.sets.lists,
            is_reachable: schedule
                .people
                .iter()
                .map(|person| person.is_reachable)
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oncall::{MAX_TURN, Person, Rhythm};

    fn alone(rhythm: Rhythm) -> Schedule {
        let person = Person {
            id: "ada".to_owned(),
            is_reachable: true,
        };
        Schedule {
            people: vec![person],
            layers: vec![Layer::new(vec![vec![0]], rhythm, TimeZone::UTC)],
            ..Schedule::default()
        }
    }

    #[test]
    fn a_turn_of_a_second_for_a_thousand_years_is_refused() {
        let schedule = alone(Rhythm::Elapsed {
            anchor: 0,
            seconds: 1,
        });
        let years = Interval::new(0, 1000 * 366 * 86_400);
        assert_eq!(
            render(&schedule, years).err(),
            Some(Error::TooManyTransitions)
        );
    }

    #[test]
    fn turns_of_no_length_or_for_ever_are_refused() {
        for seconds in [0, -1, MAX_TURN + 1, i64::MAX] {
            let schedule = alone(Rhythm::Elapsed { anchor: 0, seconds });
            let day = Interval::new(0, 86_400);
            assert_eq!(render(&schedule, day).err(), Some(Error::TurnLength));
        }
    }

    #[test]
    fn overlapping_overrides_do_not_cost_their_square() {
        let mut schedule = alone(Rhythm::Always);
        for at in 0..50_000 {
            schedule.overrides.push(Override {
                interval: Interval::new(at, 200_000 - at),
                change: Change::Add(0),
            });
        }
        let day = Interval::new(0, 200_000);
        assert_eq!(render(&schedule, day).err(), Some(Error::TooManyAtOnce));
    }

    #[test]
    fn what_changes_is_where_the_window_says() {
        let schedule = alone(Rhythm::Elapsed {
            anchor: 10,
            seconds: 5,
        });
        let rendered = render(&schedule, Interval::new(0, 100)).unwrap();
        assert_eq!(rendered.gaps(), [Interval::new(0, 10)]);
        assert_eq!(rendered.covered(), [Interval::new(10, 100)]);
        assert_eq!(rendered.next_handoff(0), Some(10));
        assert_eq!(rendered.next_handoff(10), None);
        assert_eq!(rendered.names_at(10), ["ada"]);
    }
}
