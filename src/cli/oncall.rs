//! `prepcheck oncall`.

use super::args::{self, TextJsonOrIcs};
use super::error::Error;
use super::{Subject, finished, now, print, terminal};
use crate::agenda::{self, Asked};
use crate::clock::{Clock, Moment};
use crate::model::Ops;
use crate::oncall::Interval;
use crate::report::{ical, json, oncall};
use crate::view;

/// Shows who is on call; what is wrong with it is for `check` to judge.
pub(super) fn run(args: &args::Oncall) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let subject = Subject::read(&args.input)?;
    let ops = &subject.inspection.ops;
    let asked = agenda::choose(ops, args.schedule.as_deref()).map_err(Error::UnknownSchedule)?;
    match args.at {
        Some(at) => show_at(args, ops, &asked, (at, clock))?,
        None => show_window(args, ops, &asked, clock)?,
    }
    Ok(finished(&subject))
}

fn show_at(
    args: &args::Oncall,
    ops: &Ops,
    asked: &[Asked<'_>],
    (at, clock): (Moment, Clock),
) -> Result<(), Error> {
    let at = agenda::instant(at, &agenda::zone(ops, asked), clock);
    let moments = agenda::at(ops, asked, args.schedule.is_some(), at);
    let layout = terminal::layout(&args.display, false);
    print(&match args.format {
        TextJsonOrIcs::Human => oncall::render_at(&moments, layout),
        TextJsonOrIcs::Json => json::print_open(&view::oncall_at(&moments)),
        TextJsonOrIcs::Ics => return Err(Error::IcsOfInstant),
    })
}

fn show_window(
    args: &args::Oncall,
    ops: &Ops,
    asked: &[Asked<'_>],
    clock: Clock,
) -> Result<(), Error> {
    let zone = agenda::zone(ops, asked);
    let window: Interval = agenda::window((args.from, args.to), &zone, clock);
    if window.is_empty() {
        return Err(Error::EmptyWindow);
    }
    let agenda = agenda::agenda(asked, window);
    let layout = terminal::layout(&args.display, false);
    let stamp = agenda::instant(Moment::Now, &zone, clock);
    print(&match args.format {
        TextJsonOrIcs::Human => oncall::render(&agenda, layout),
        TextJsonOrIcs::Json => json::print(&view::oncall(&agenda)),
        TextJsonOrIcs::Ics => ical::render(&agenda, stamp),
    })
}
