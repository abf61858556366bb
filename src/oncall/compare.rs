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
