//! Half-open intervals of time, and sums of lists of them.

/// Whole seconds since 1970-01-01T00:00:00Z.
pub type Instant = i64;

/// From `start` up to, but not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    pub start: Instant,
    pub end: Instant,
}

impl Interval {
    pub fn new(start: Instant, end: Instant) -> Interval {
        Interval { start, end }
    }

    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Seconds; never negative.
    pub fn seconds(self) -> i64 {
        self.end.saturating_sub(self.start).max(0)
    }

    pub fn contains(self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// What both cover; perhaps empty.
    pub fn clip(self, to: Interval) -> Interval {
        Interval::new(self.start.max(to.start), self.end.min(to.end))
    }
}

/// What any of them covers: sorted, disjoint, neighbours that touch made one.
pub fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|interval| !interval.is_empty());
    intervals.sort_unstable();
    let mut united: Vec<Interval> = Vec::new();
    for interval in intervals {
        match united.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => united.push(interval),
        }
    }
    united
}

/// What `of` covers and `without` does not. Both are sorted and disjoint, as [`union`] makes them.
pub fn subtraction(of: &[Interval], without: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    let mut next = 0;
    for interval in of {
        let mut start = interval.start;
        while next < without.len() && without[next].end <= start {
            next += 1;
        }
        let mut at = next;
        while at < without.len() && without[at].start < interval.end {
            if start < without[at].start {
                left.push(Interval::new(start, without[at].start));
            }
            start = without[at].end;
            at += 1;
        }
        if start < interval.end {
            left.push(Interval::new(start, interval.end));
        }
        // The last one may reach into the next interval.
        next = at.saturating_sub(1).max(next);
    }
    left
}

/// What both cover. Both are sorted and disjoint, as [`union`] makes them.
pub fn intersection(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let mut both = Vec::new();
    let (mut left, mut right) = (0, 0);
    while left < one.len() && right < other.len() {
        let shared = one[left].clip(other[right]);
        if !shared.is_empty() {
            both.push(shared);
        }
        match one[left].end < other[right].end {
            true => left += 1,
            false => right += 1,
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(pairs: &[(i64, i64)]) -> Vec<Interval> {
        let intervals = pairs.iter();
        intervals.map(|(s, e)| Interval::new(*s, *e)).collect()
    }

    #[test]
    fn unions_join_what_touches() {
        let all = list(&[(5, 7), (0, 2), (2, 3), (6, 9), (4, 4)]);
        assert_eq!(union(all), list(&[(0, 3), (5, 9)]));
    }

    #[test]
    fn subtractions_leave_the_rest() {
        let of = list(&[(0, 10), (12, 20), (30, 40)]);
        let without = list(&[(1, 2), (9, 13), (15, 35)]);
        let left = list(&[(0, 1), (2, 9), (13, 15), (35, 40)]);
        assert_eq!(subtraction(&of, &without), left);
        assert_eq!(subtraction(&of, &[]), of);
        assert_eq!(subtraction(&of, &list(&[(-5, 50)])), []);
    }

    #[test]
    fn intersections_are_what_both_cover() {
        let one = list(&[(0, 10), (12, 20)]);
        let other = list(&[(5, 13), (14, 15), (19, 30)]);
        let both = list(&[(5, 10), (12, 13), (14, 15), (19, 20)]);
        assert_eq!(intersection(&one, &other), both);
    }
}
