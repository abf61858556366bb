//! What a change to a schedule changes.

use super::{Instant, Interval, Rendered};

/// An interval in which others are on call than before. Ids are sorted; none is a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub interval: Interval,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// Where two schedules differ, over what both windows share: maximal intervals, in order.
///
/// People are compared by their ids, so that a list in another order is no difference.
pub fn compare(before: &Rendered, after: &Rendered) -> Vec<Difference> {
    let shared = before.window.clip(after.window);
    let mut differences: Vec<Difference> = Vec::new();
    let mut at = shared.start;
    while at < shared.end {
        let next = change(before, at).min(change(after, at)).min(shared.end);
        let (old, new) = (before.names_at(at), after.names_at(at));
        if old != new {
            push(&mut differences, Interval::new(at, next), &old, &new);
        }
        at = next;
    }
    differences
}

fn change(rendered: &Rendered, after: Instant) -> Instant {
    rendered.next_handoff(after).unwrap_or(rendered.window.end)
}

fn push(differences: &mut Vec<Difference>, interval: Interval, old: &[&str], new: &[&str]) {
    if let Some(last) = differences.last_mut() {
        let is_same = last.before == old && last.after == new;
        if is_same && last.interval.end == interval.start {
            last.interval.end = interval.end;
            return;
        }
    }
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    differences.push(Difference {
        interval,
        before: owned(old),
        after: owned(new),
    });
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::oncall::{Change, Fixed, Layer, Override, Person, Schedule, render};

    const ADA: usize = 0;
    const BO: usize = 1;

    /// Shifts that are written out, over 0 to 100.
    fn shifts(people: [&str; 2], shifts: &[(&[usize], i64, i64)]) -> Rendered {
        over(Interval::new(0, 100), people, shifts)
    }

    fn over(window: Interval, people: [&str; 2], shifts: &[(&[usize], i64, i64)]) -> Rendered {
        let shifts = shifts.iter().map(|(people, start, end)| Fixed {
            people: people.to_vec(),
            interval: Interval::new(*start, *end),
            priority: 0,
        });
        let schedule = Schedule {
            people: named(people),
            fixed: shifts.collect(),
            ..Schedule::default()
        };
        render(&schedule, window).expect("a schedule")
    }

    fn named(people: [&str; 2]) -> Vec<Person> {
        let person = |id: &str| Person {
            id: id.to_owned(),
            is_reachable: true,
        };
        people.map(person).into()
    }

    fn differences(before: &Rendered, after: &Rendered) -> Vec<String> {
        let differences = compare(before, after).into_iter();
        differences
            .map(|difference| {
                let Interval { start, end } = difference.interval;
                let (before, after) = (difference.before.join(" "), difference.after.join(" "));
                format!("{start}..{end} [{before}] [{after}]")
            })
            .collect()
    }

    #[test]
    fn the_same_people_in_another_order_are_no_difference() {
        let before = shifts(["ada", "bo"], &[(&[ADA], 0, 50), (&[ADA, BO], 50, 100)]);
        let after = shifts(["bo", "ada"], &[(&[BO], 0, 50), (&[BO, ADA], 50, 100)]);
        assert_eq!(differences(&before, &after), [""; 0]);
    }

    #[test]
    fn a_handover_that_moves_is_one_difference() {
        let before = shifts(["ada", "bo"], &[(&[ADA], 0, 50), (&[BO], 50, 100)]);
        let after = shifts(["ada", "bo"], &[(&[ADA], 0, 60), (&[BO], 60, 100)]);
        assert_eq!(differences(&before, &after), ["50..60 [bo] [ada]"]);
        assert_eq!(differences(&after, &before), ["50..60 [ada] [bo]"]);
    }

    #[test]
    fn gaps_that_open_and_close_are_differences() {
        let before = shifts(["ada", "bo"], &[(&[ADA], 10, 40), (&[BO], 40, 100)]);
        let after = shifts(["ada", "bo"], &[(&[ADA], 0, 40), (&[BO], 50, 90)]);
        let found = ["0..10 [] [ada]", "40..50 [bo] []", "90..100 [bo] []"];
        assert_eq!(differences(&before, &after), found);
        let nobody = shifts(["ada", "bo"], &[]);
        assert_eq!(
            differences(&nobody, &before),
            ["10..40 [] [ada]", "40..100 [] [bo]"]
        );
    }

    #[test]
    fn what_changes_within_a_shift_is_cut_out_of_it() {
        let plan = Schedule {
            people: named(["ada", "bo"]),
            layers: vec![Layer::always(vec![ADA], TimeZone::UTC)],
            ..Schedule::default()
        };
        let mut changed = plan.clone();
        changed.overrides.push(Override {
            interval: Interval::new(20, 30),
            change: Change::Add(BO),
        });
        let window = Interval::new(0, 100);
        let [before, after] = [plan, changed].map(|one| render(&one, window).expect("a schedule"));
        assert_eq!(differences(&before, &after), ["20..30 [ada] [ada bo]"]);
    }

    #[test]
    fn only_what_both_windows_share_is_compared() {
        let before = over(Interval::new(0, 60), ["ada", "bo"], &[(&[ADA], 0, 100)]);
        let after = over(Interval::new(40, 100), ["ada", "bo"], &[(&[BO], 0, 100)]);
        assert_eq!(differences(&before, &after), ["40..60 [ada] [bo]"]);
        let later = over(Interval::new(70, 100), ["ada", "bo"], &[(&[BO], 0, 100)]);
        assert_eq!(differences(&before, &later), [""; 0]);
    }
}
