//! Hours that leave a minute out.

use std::collections::BTreeMap;

use super::pattern::{Pattern, patterns};
use super::words::{counted, length, time_of_day};
use super::{NEAR_MISS, Watch, watches};
use crate::oncall::Interval;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/near-miss",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content, Cause::Clock],
    since: "0.1.0",
    summary: "a schedule leaves a minute or less uncovered",
    why: "An end is not included, so that hours up to 23:59 leave the last minute of the day to nobody. A page in that minute goes nowhere, and nobody will ever find out why.",
    fix: "Write `24:00` for the end of a day, and let each stretch end where the next one begins.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let mut said: BTreeMap<&str, Vec<Interval>> = BTreeMap::new();
        for watch in watches(cx, unit) {
            let holes = holes(watch);
            let follows = watch.schedule.follows.as_ref();
            let same = follows.and_then(|name| said.get(name.value.as_str()));
            // Whoever follows is mended with the one that is followed.
            if !holes.is_empty() && same != Some(&holes) {
                say(out, watch, &holes);
            }
            said.insert(watch.name(), holes);
        }
    }
}

fn holes(watch: Watch<'_>) -> Vec<Interval> {
    let mut holes = watch.rendered.gaps();
    let window = watch.window();
    let is_cut = |hole: &Interval| hole.start == window.start || hole.end == window.end;
    holes.retain(|hole| hole.seconds() <= NEAR_MISS && !is_cut(hole));
    holes
}

/// All of them in one finding: where there is one slip of the pen there are more.
fn say(out: &mut Findings, watch: Watch<'_>, holes: &[Interval]) {
    let zone = watch.unit.timezone();
    let all: Vec<((), Interval)> = holes.iter().map(|hole| ((), *hole)).collect();
    let patterns = patterns(&all, watch.window(), &zone);
    let rhythm = match patterns.as_slice() {
        [only] => only.rhythm(&zone),
        _ => None,
    };
    let all = Pattern {
        cause: (),
        intervals: holes.to_vec(),
    };
    let times = all.times(watch.window());
    let name = watch.name();
    let longest = holes
        .iter()
        .map(|hole| hole.seconds())
        .max()
        .unwrap_or_default();
    let hole = length(longest);
    let message = match rhythm {
        Some(rhythm) => format!("`{name}` leaves {hole} to nobody {rhythm}, {times}"),
        None => format!("`{name}` leaves {hole} to nobody {times}"),
    };
    let ends_late = holes.iter().all(|hole| time_of_day(hole.end, &zone) == 0);
    let help = match ends_late {
        true => {
            "an end is not included: write `24:00` in `hours`, or 00:00 of the next day in `dates`"
        }
        false => "let each stretch end where the next one begins: an end is not included",
    };
    let mut layers = watch.plan.engine.layers.iter();
    // Hours come again in every week; a slip in a date comes near with time.
    let cause = match layers.any(|layer| !layer.windows.is_empty()) {
        true => Cause::Content,
        false => Cause::Clock,
    };
    let place = watch
        .schedule
        .hours_span
        .unwrap_or(watch.schedule.name.span);
    let entry = out
        .at(Subject::Schedule(name.to_owned()), place, message)
        .unit(watch.unit.folder())
        .cause(cause)
        .help(help);
    let entry = all.notes(entry, &zone);
    if patterns.len() > 1 {
        entry.note(format!(
            "at {} of the day",
            counted(patterns.len() as i64, "time")
        ));
    }
}
