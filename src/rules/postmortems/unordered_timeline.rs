//! A time line out of order.

use super::held;
use crate::model::postmortem::{Event, PostMortem};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/unordered-timeline",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "entries of the time line are out of order",
    why: "Which came first is the question that a time line answers: a wrong hour makes an effect its own cause.",
    fix: "Correct the time or move the entry. Newest first is an order, too.",
    params: &[],
    shape: Shape::Repository(check),
};

/// Marks that one finding shows.
const MARKED: usize = 10;

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let early = early(held.report);
        let Some((first, rest)) = early.split_first() else {
            continue;
        };
        let message = match early.len() {
            1 => "1 entry of the time line is earlier than the one before".to_owned(),
            count => format!("{count} entries of the time line are earlier than those before"),
        };
        let mut entry = out
            .at(
                Subject::Section("timeline".to_owned()),
                first.at.span,
                message,
            )
            .help("correct the time, or move the entry");
        for event in rest.iter().take(MARKED - 1) {
            entry = entry.label(event.at.span, "earlier than the one before");
        }
        held.tempered(entry);
    }
}

/// Entries that are earlier than the one before in the same section; none of a time line that runs
/// backwards as a whole.
fn early(report: &PostMortem) -> Vec<&Event> {
    let mut early = Vec::new();
    let mut later = 0;
    for pair in report.timeline.windows(2) {
        let [before, event] = pair else {
            continue;
        };
        if part(report, before) != part(report, event) {
            continue;
        }
        match is_early(before, event) {
            true => early.push(event),
            false => later += 1,
        }
    }
    let runs_backwards = early.len() > later;
    early.retain(|_| !runs_backwards);
    early
}

/// The innermost section that an entry stands in: two time lines of one document are two.
fn part(report: &PostMortem, event: &Event) -> Option<usize> {
    let holding = |span: Span| span.contains(event.span);
    report
        .sections
        .iter()
        .rposition(|section| holding(section.body))
}

fn is_early(before: &Event, event: &Event) -> bool {
    /// A time without a day that is so much earlier is of the next day; in hours.
    const MIDNIGHT: i64 = 12;
    /// The same where no day is known at all: a night may lie between any two entries.
    const NIGHT: i64 = 6;
    let is_unclear = before.is_day_unclear || event.is_day_unclear;
    if is_unclear || before.at.zone != event.at.zone {
        return false;
    }
    if let (Some(last), Some(this)) = (before.at.instant(), event.at.instant()) {
        let hours = this.duration_until(last).as_hours();
        let is_early = this < last && !is_rounded(before, event);
        return is_early && (event.names_day || hours < MIDNIGHT);
    }
    if before.at.day.is_some() || event.at.day.is_some() {
        return false;
    }
    let (Some(last), Some(this)) = (before.at.time, event.at.time) else {
        return false;
    };
    let hours = this.duration_until(last).as_hours();
    this < last && hours < NIGHT && !is_rounded(before, event)
}

/// Whether an entry says the minute of the one before, which says the second as well.
fn is_rounded(before: &Event, event: &Event) -> bool {
    let (Some(last), Some(this)) = (before.at.time, event.at.time) else {
        return false;
    };
    let minute = |time: jiff::civil::Time| (time.hour(), time.minute());
    minute(last) == minute(this) && this.second() == 0
}
