//! Two days for one incident.

use super::held;
use crate::model::postmortem::{DateSource, PostMortem, Stating};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/date-conflict",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a post-mortem gives two days for its incident",
    why: "One of the two was copied from another report: whoever looks for what happened that day finds the wrong one.",
    fix: "Correct the one that is wrong. The file's name is a statement as well.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let Some(first) = &held.report.incident_date else {
            continue;
        };
        let report = held.report;
        let others = report.conflicting_dates();
        let others: Vec<&Stating> = others
            .filter(|other| contradicts(report, first, other))
            .collect();
        if let Some((other, rest)) = others.split_first() {
            let message = format!(
                "{} and {} give different days for the incident",
                says(first),
                says(other)
            );
            let mut entry = out
                .at(Subject::Document, first.span, message)
                .here(day(first))
                .label(other.span, day(other));
            for other in rest {
                entry = entry.label(other.span, day(other));
            }
            held.tempered(entry).help("correct the one that is wrong");
        }
        if let Some((start, end)) = turned(report) {
            let entry = out.at(
                Subject::Key("end".to_owned()),
                end,
                "the incident ends before it starts",
            );
            held.tempered(entry.label(start, "the start"))
                .help("correct the one that is wrong");
        }
    }
}

/// Whether two statements cannot both be of one incident. A day between zones, the day on which a
/// page was published, a file named for the day it was written, and a time line that begins weeks
/// before the effect contradict nothing.
fn contradicts(report: &PostMortem, first: &Stating, other: &Stating) -> bool {
    const WEEKS: i32 = 31;
    let (before, after) = match (first.source, other.source) {
        (DateSource::Publication, _) | (_, DateSource::Publication) => return false,
        (DateSource::Timeline, _) | (_, DateSource::Timeline) => (WEEKS, WEEKS),
        (DateSource::FileName, _) if !is_of_timeline(report, first) => (WEEKS, 1),
        (_, DateSource::FileName) if !is_of_timeline(report, other) => (1, WEEKS),
        _ => (1, 1),
    };
    let (start, end) = (first.day, first.until.unwrap_or(first.day));
    let (other_start, other_end) = (other.day, other.until.unwrap_or(other.day));
    (other_start - end).get_days() > after || (start - other_end).get_days() > before
}

/// Whether the time line is of the day that a file is named for: then it is that of the incident.
fn is_of_timeline(report: &PostMortem, named: &Stating) -> bool {
    let mut dates = report.dates.iter();
    let timeline = dates.find(|stating| stating.source == DateSource::Timeline);
    timeline.is_some_and(|timeline| timeline.day == named.day)
}

fn turned(report: &PostMortem) -> Option<(Span, Span)> {
    let (start, end) = (report.start.as_ref()?, report.end.as_ref()?);
    let is_turned = report.measured_seconds().is_some_and(|seconds| seconds < 0)
        || start
            .day
            .zip(end.day)
            .is_some_and(|(start, end)| end < start);
    is_turned.then_some((start.span, end.span))
}

fn says(stating: &Stating) -> &'static str {
    match stating.source {
        DateSource::Field => "the date",
        DateSource::FileName => "the file's name",
        DateSource::Title => "the title",
        DateSource::Publication => "the front matter",
        DateSource::Timeline => "the time line",
    }
}

fn day(stating: &Stating) -> String {
    format!("{}: {}", says(stating), stating.day)
}
