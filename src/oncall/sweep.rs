//! From what is on at which time to who is on call: one pass over all beginnings and ends.

use std::collections::BTreeMap;

use super::{Error, Interval, MAX_WORK, PersonIndex};

/// A place in [`Sets`].
pub(super) type SetIndex = u32;

/// Sets of people, each kept once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sets {
    pub lists: Vec<Vec<PersonIndex>>,
    known: BTreeMap<Vec<PersonIndex>, SetIndex>,
}

impl Sets {
    pub const NOBODY: SetIndex = 0;

    pub fn new() -> Sets {
        let mut sets = Sets::default();
        sets.index(&mut Vec::new());
        sets
    }

    /// Sorts the list; the same people are the same set.
    pub fn index(&mut self, people: &mut Vec<PersonIndex>) -> SetIndex {
        people.sort_unstable();
        people.dedup();
        if let Some(known) = self.known.get(people) {
            return *known;
        }
        let index = SetIndex::try_from(self.lists.len()).unwrap_or(SetIndex::MAX);
        self.lists.push(people.clone());
        self.known.insert(people.clone(), index);
        index
    }

    fn people(&self, set: SetIndex) -> &[PersonIndex] {
        &self.lists[set as usize]
    }
}

/// Something that holds for a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub interval: Interval,
    pub what: What,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Duty {
        priority: i64,
        set: SetIndex,
    },
    Remove(PersonIndex),
    Swap {
        person: PersonIndex,
        by: SetIndex,
    },
    Add(PersonIndex),
    Cover {
        priority: i64,
        set: SetIndex,
    },
    /// Nothing counts but [`What::Shift`].
    Blank,
    Shift(SetIndex),
}

/// Who is on call over a window: intervals that touch, in order, neighbours different, none for
/// nobody.
pub(super) fn sweep(
    items: &[Item],
    window: Interval,
    sets: &mut Sets,
) -> Result<Vec<(Interval, SetIndex)>, Error> {
    let mut found: Vec<(Interval, SetIndex)> = Vec::new();
    let mut give = |start, end, set| {
        let interval = Interval::new(start, end).clip(window);
        if interval.is_empty() || set == Sets::NOBODY {
            return;
        }
        match found.last_mut() {
            Some((last, same)) if *same == set && last.end == interval.start => {
                last.end = interval.end;
            }
            _ => found.push((interval, set)),
        }
    };
    let events = events(items);
    let mut active: Vec<u32> = Vec::new();
    let mut scales = Scales::default();
    let mut work = 0;
    let mut at = 0;
    while at < events.len() {
        let now = events[at].time;
        while at < events.len() && events[at].time == now {
            let event = events[at];
            match event.begins {
                true => active.push(event.item),
                false => active.retain(|item| *item != event.item),
            }
            work += active.len() as u64;
            at += 1;
        }
        let Some(next) = events.get(at) else {
            break;
        };
        work += active.len() as u64;
        if work > MAX_WORK {
            return Err(Error::TooManyAtOnce);
        }
        give(now, next.time, scales.weigh(items, &active, sets));
    }
    Ok(found)
}

#[derive(Clone, Copy)]
struct Event {
    time: i64,
    item: u32,
    begins: bool,
}

fn events(items: &[Item]) -> Vec<Event> {
    let mut events = Vec::with_capacity(items.len() * 2);
    for (index, item) in items.iter().enumerate() {
        let item_index = u32::try_from(index).unwrap_or(u32::MAX);
        for (time, begins) in [(item.interval.start, true), (item.interval.end, false)] {
            events.push(Event {
                time,
                item: item_index,
                begins,
            });
        }
    }
    // The items of each layer are in order, and a stable sort makes use of that.
    events.sort_by_key(|event| event.time);
    events
}

/// What is weighed at one time; kept so that its memory is.
#[derive(Default)]
struct Scales {
    duty: Vec<SetIndex>,
    people: Vec<PersonIndex>,
    removed: Vec<PersonIndex>,
    swapped: Vec<(u32, PersonIndex, SetIndex)>,
    added: Vec<PersonIndex>,
    cover: Vec<SetIndex>,
    shifts: Vec<SetIndex>,
    /// The last union that was made.
    last: (Vec<SetIndex>, SetIndex),
}

impl Scales {
    fn weigh(&mut self, items: &[Item], active: &[u32], sets: &mut Sets) -> SetIndex {
        let is_blank = self.lay_out(items, active);
        if is_blank {
            return union(&mut self.shifts, &mut self.people, &mut self.last, sets);
        }
        if !self.cover.is_empty() {
            return union(&mut self.cover, &mut self.people, &mut self.last, sets);
        }
        let set = union(&mut self.duty, &mut self.people, &mut self.last, sets);
        if self.removed.is_empty() && self.swapped.is_empty() && self.added.is_empty() {
            return set;
        }
        self.change(set, sets)
    }

    /// Sorts what is active into its pans; whether a stretch is replaced.
    fn lay_out(&mut self, items: &[Item], active: &[u32]) -> bool {
        self.duty.clear();
        self.removed.clear();
        self.swapped.clear();
        self.added.clear();
        self.cover.clear();
        self.shifts.clear();
        let (mut duty, mut cover, mut is_blank) = (i64::MIN, i64::MIN, false);
        for index in active {
            match items[*index as usize].what {
                What::Duty { priority, set } => {
                    keep_highest(&mut self.duty, &mut duty, priority, set)
                }
                What::Cover { priority, set } => {
                    keep_highest(&mut self.cover, &mut cover, priority, set);
                }
                What::Remove(person) => self.removed.push(person),
                What::Swap { person, by } => self.swapped.push((*index, person, by)),
                What::Add(person) => self.added.push(person),
                What::Blank => is_blank = true,
                What::Shift(set) => self.shifts.push(set),
            }
        }
        is_blank
    }

    /// Removes, swaps and adds people.
    fn change(&mut self, set: SetIndex, sets: &mut Sets) -> SetIndex {
        // In order of the list, so that the later of two swaps counts.
        self.swapped.sort_unstable_by_key(|(index, ..)| *index);
        let swaps: BTreeMap<PersonIndex, SetIndex> = self
            .swapped
            .iter()
            .map(|(_, person, by)| (*person, *by))
            .collect();
        self.removed.sort_unstable();
        self.people.clear();
        for person in sets.people(set) {
            match swaps.get(person) {
                Some(by) => self.people.extend(sets.people(*by)),
                None if self.removed.binary_search(person).is_ok() => {}
                None => self.people.push(*person),
            }
        }
        self.people.extend(&self.added);
        sets.index(&mut self.people)
    }
}

/// Everybody of several sets, by way of a list of people and the last union.
fn union(
    of: &mut Vec<SetIndex>,
    people: &mut Vec<PersonIndex>,
    last: &mut (Vec<SetIndex>, SetIndex),
    sets: &mut Sets,
) -> SetIndex {
    match of[..] {
        [] => return Sets::NOBODY,
        [one] => return one,
        _ => {}
    }
    of.sort_unstable();
    of.dedup();
    if *of == last.0 {
        return last.1;
    }
    people.clear();
    for set in of.iter() {
        people.extend(sets.people(*set));
    }
    last.0.clone_from(of);
    last.1 = sets.index(people);
    last.1
}

fn keep_highest(kept: &mut Vec<SetIndex>, highest: &mut i64, priority: i64, set: SetIndex) {
    if priority > *highest || kept.is_empty() {
        kept.clear();
        *highest = priority;
    }
    if priority == *highest {
        kept.push(set);
    }
}
