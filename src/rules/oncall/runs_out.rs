//! A rota that ends soon.

use super::words::{length, moment};
use super::{Watch, all_watches};
use crate::oncall::Instant;
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Param, Rule, Shape, Stricter,
    Subject,
};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "oncall/runs-out",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "a rota ends within `lead`, and nothing follows",
    why: "A list of dates ends quietly. Whoever notices does so on the first night without anybody.",
    fix: "Add the next shifts to `dates`, extend `until`, or go on in `then`. A rota without an end never runs out.",
    params: &[&LEAD],
    shape: Shape::Repository(check),
};

static LEAD: Param<Days> = Param {
    name: "lead",
    default: Days(21),
    help: "how long before its end a rota is said to run out",
    stricter: Stricter::Larger,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let Days(lead) = cx.get(&LEAD);
    for watch in all_watches(cx) {
        let own = watch.schedule.follows.is_none() || watch.schedule.has_own_end;
        let Some((end, span)) = end(watch).filter(|_| own) else {
            continue;
        };
        let now = watch.window().start;
        let left = end - now;
        // What has ended is a gap, and said as one.
        if left <= 0 || left > i64::from(lead) * 86_400 {
            continue;
        }
        let zone = watch.unit.timezone();
        let name = watch.name();
        let left = length(left);
        let place = span.unwrap_or(watch.schedule.name.span);
        out.at(
            Subject::Schedule(name.to_owned()),
            place,
            format!("`{name}` ends in {left}"),
        )
        .unit(watch.unit.folder())
        .here("it ends here")
        .extent(Extent::Intervals(vec![(end, end + 1)]))
        .note(format!(
            "nobody is on call in it from {} on",
            moment(end, &zone)
        ))
        .help("add the next shifts to `dates`, extend `until`, or go on in `then`");
    }
}

/// When the last of its layers and shifts ends, if all of them do, and where that is stated.
fn end(watch: Watch<'_>) -> Option<(Instant, Option<Span>)> {
    let plan = watch.plan;
    let mut last: Option<(Instant, Option<Span>)> = None;
    for (layer, origin) in plan.engine.layers.iter().zip(&plan.layers) {
        let end = (layer.ends?, origin.until.or(Some(origin.span)));
        last = last.max(Some(end));
    }
    for (fixed, span) in plan.engine.fixed.iter().zip(&plan.fixed) {
        last = last.max(Some((fixed.interval.end, Some(*span))));
    }
    last
}
