//! Who is on call, computed exactly from what is written.
//!
//! Plain values in, half-open UTC intervals out. Nothing in here knows files, spans or any product:
//! each format is lowered to a [`Schedule`] by `model`, and what comes out is what rules judge,
//! calendars show and pull requests compare.
//!
//! # What it means
//!
//! - An [`Instant`] is whole seconds since 1970-01-01T00:00:00Z. Every interval is half-open.
//! - A **layer** deals turns to its positions in order. A position is a set of people, perhaps
//!   empty. Turn 0 begins at the anchor with position `first`; before it nobody is on duty unless
//!   the layer also counts backwards.
//! - **Wall-clock turns** (hours, days, weeks, months): boundary *k* is the anchor plus *k* turns on
//!   the local clock, then an instant. Months keep the anchor's day of the month, or take the last
//!   day of a shorter month; one month does not shift the next. Boundaries that fall together make
//!   no turn, and nobody loses a turn by it: the next position takes the next turn that exists.
//!   **Elapsed turns** count seconds. **Active days** count only some days of the week; what lies
//!   between them uses up no turn, and nobody is on duty there. **ISO weeks** take the number of the
//!   week in UTC, which jumps at the end of a year.
//! - A layer's **windows** are hours of a local week; several add up. Windows limit duty and never
//!   move turns. `duty` keeps the first part of each turn, or of each active day. `starts` and
//!   `ends` hide what lies before and behind and never move turns either.
//! - **Clock changes never open a hole by themselves.** A skipped local time is the first instant
//!   after the jump. A repeated one begins at its first and ends at its last occurrence; boundaries
//!   between turns are beginnings on both sides.
//! - At each instant the highest **priority** with anybody on duty counts, and everybody with that
//!   priority. An empty position therefore lets the layer below shine through.
//! - **Overrides** act on that, whatever their order in the list but for equals: people are removed,
//!   swapped, added; then covers take the place of everybody (the highest priority counts, equals
//!   share), then replaced stretches leave nothing but their own shifts. A swap counts before a
//!   removal of the same person, does not lead on to another swap, and the later of two swaps of one
//!   person counts.
//! - A **gap** is a maximal interval in which nobody is on duty: the complement of the union of
//!   shifts, never a difference of summed durations, which hides a hole behind an overlap.
//! - **Unreachable** is an interval in which people are on duty and none of them can be reached.
//!
//! # Where it comes from
//!
//! The clock-change rule and turns on the local clock are those that GoAlert wrote down and tests;
//! priorities, active days and duty within a turn are Grafana OnCall's; restrictions over midnight
//! and over the end of the week are PagerDuty's, Opsgenie's and GoAlert's; repeated times read as
//! their first occurrence are RFC 5545's (3.3.5), which moves skipped ones elsewhere.
//!
//! # What holds
//!
//! - Shifts are sorted, disjoint, not empty, inside the window, and neighbours differ.
//! - Shifts and gaps together are the window, without overlap.
//! - A smaller window gives the same answer, clipped.
//! - The cost follows what changes in the window, never its minutes and never the time since the
//!   anchor (but for two clock changes a year where turns are shorter than a day). What would change
//!   more often than [`MAX_ITEMS`] times is refused before anything is made, and so is more work
//!   than [`MAX_WORK`].
//!
//! # What it deliberately leaves out
//!
//! Recorded history and the state of products (a position that somebody advanced by hand), fair
//! dealing that depends on the past, holidays, escalation delays, and everything about the people
//! but whether they can be reached. Leave is compared with shifts by rules; it changes nothing here.

mod compare;
mod input;
mod interval;
mod render;
mod sweep;
mod turn;
mod window;
mod zone;

pub use compare::{Difference, compare};
pub use input::{
    Change, Fixed, Layer, Override, Person, PersonIndex, Rhythm, Schedule, Unit, Weekdays,
};
pub use interval::{Instant, Interval, intersection, subtraction, union};
pub use render::{PersonShift, Rendered, Shift, render, render_layer};
pub use turn::{Turn, turns};
pub use window::{Window, hours};
pub use zone::{Occurrence, resolve, timestamp};

/// Boundaries that one schedule may have in the window that is asked for, counted before any is
/// made: a turn of one second over a thousand years must cost nothing.
pub const MAX_ITEMS: u64 = 200_000;

/// Shifts and overrides that may be weighed against each other over a whole window. Overrides that
/// all overlap would otherwise cost the square of their number.
pub const MAX_WORK: u64 = 20_000_000;

/// The longest turn, in seconds: a hundred years.
pub const MAX_TURN: i64 = 100 * 366 * 86_400;

/// Why a schedule cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("changes more than {MAX_ITEMS} times in the time that is looked at")]
    TooManyTransitions,
    #[error("has so many overlapping changes that they were not weighed against each other")]
    TooManyAtOnce,
    #[error("has turns of no length or of more than a hundred years")]
    TurnLength,
}
