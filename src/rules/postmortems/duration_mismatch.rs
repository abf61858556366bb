//! A duration that start and end contradict.

use super::{counted, held};
use crate::model::postmortem::PostMortem;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/duration-mismatch",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the duration is not the time from start to end",
    why: "How long it took is the number that others copy, add up and report.",
    fix: "Correct the one that is wrong. If the duration counts something else, such as the time to notice, say so beside it.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let Some(mismatch) = mismatch(held.report) else {
            continue;
        };
        let message = format!(
            "{} stated, {} from start to end",
            length(mismatch.stated),
            length(mismatch.measured)
        );
        let entry = out
            .at(
                Subject::Key("duration".to_owned()),
                mismatch.duration,
                message,
            )
            .label(mismatch.start, "the start")
            .label(mismatch.end, "the end");
        held.tempered(entry)
            .help("correct the one that is wrong, or say what the duration counts");
    }
}

struct Mismatch {
    duration: Span,
    start: Span,
    end: Span,
    /// In seconds.
    stated: u64,
    measured: u64,
}

/// Durations are rounded: a fifth, and a quarter of an hour, is no contradiction.
fn mismatch(report: &PostMortem) -> Option<Mismatch> {
    const ROUNDED: u64 = 15 * 60;
    let duration = report.duration.as_ref()?;
    let stated = duration.seconds?;
    let measured = u64::try_from(report.measured_seconds()?).ok()?;
    let apart = stated.abs_diff(measured);
    let is_rounded = apart <= ROUNDED || apart <= stated.max(measured) / 5;
    (!is_rounded).then_some(Mismatch {
        duration: duration.text.span,
        start: report.start.as_ref()?.span,
        end: report.end.as_ref()?.span,
        stated,
        measured,
    })
}

/// "2 hours 30 minutes".
fn length(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let hours = (hours > 0).then(|| counted(usize::try_from(hours).unwrap_or(usize::MAX), "hour"));
    let minutes = (minutes > 0 || hours.is_none())
        .then(|| counted(usize::try_from(minutes).unwrap_or(usize::MAX), "minute"));
    let parts: Vec<String> = hours.into_iter().chain(minutes).collect();
    parts.join(" ")
}
