//! Who is on call in the days to come, before a change and after it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Tree;
use crate::clock::Clock;
use crate::inspect::Renames;
use crate::model::schedules::PlannedSchedule;
use crate::oncall::{self, Interval, Rendered};

/// How far ahead a change of duty is told.
const AHEAD: i64 = 7 * 86_400;

/// An interval in which others are on call than before the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyChange {
    /// Folder of the unit in base's terms; empty for the root's.
    pub unit: String,
    pub schedule: String,
    /// UTC instants; half-open.
    pub from: Timestamp,
    pub until: Timestamp,
    /// The team's zone, after the change.
    pub zone: TimeZone,
    /// Ids, sorted; empty if nobody was, or is, on call.
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// A schedule of one tree by unit and name.
type Schedules<'a> = BTreeMap<(String, String), &'a PlannedSchedule>;

/// The changes of duty within seven days of the clock, by unit, schedule and time.
///
/// A schedule that cannot be computed on either side tells nothing here: that is a finding.
pub(super) fn between(
    head: &Tree<'_>,
    base: &Tree<'_>,
    renames: &Renames,
    clock: Clock,
) -> Vec<DutyChange> {
    let (now, then) = (
        schedules(head, renames),
        schedules(base, &Renames::default()),
    );
    let mut keys: Vec<_> = now.keys().chain(then.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut changes = Vec::new();
    for key in keys {
        let zone = now
            .get(key)
            .or(then.get(key))
            .map(|schedule| &schedule.zone);
        let Some(zone) = zone else { continue };
        let start = clock.instant(zone);
        let window = Interval::new(start, start + AHEAD);
        let (Some(old), Some(new)) = (
            rendered(then.get(key).copied(), window),
            rendered(now.get(key).copied(), window),
        ) else {
            continue;
        };
        for difference in oncall::compare(&old, &new) {
            let instant = |seconds| Timestamp::from_second(seconds).unwrap_or_default();
            changes.push(DutyChange {
                unit: key.0.clone(),
                schedule: key.1.clone(),
                from: instant(difference.interval.start),
                until: instant(difference.interval.end),
                zone: zone.clone(),
                before: difference.before,
                after: difference.after,
            });
        }
    }
    changes
}

fn schedules<'a>(tree: &Tree<'a>, renames: &Renames) -> Schedules<'a> {
    let mut found = Schedules::new();
    for unit in tree.inspection.ops.views() {
        let folder = renames.base_unit(unit.folder()).to_owned();
        for schedule in &unit.oncall().schedules {
            found.insert((folder.clone(), schedule.name.value.clone()), schedule);
        }
    }
    found
}

/// Who is on call over a window: nobody where there is no such schedule.
fn rendered(schedule: Option<&PlannedSchedule>, window: Interval) -> Option<Rendered> {
    match schedule {
        Some(schedule) => schedule.render(window)?.ok(),
        None => oncall::render(&oncall::Schedule::default(), window).ok(),
    }
}
