//! A post-mortem that came into the repository late.

use jiff::civil::Date;

use super::{counted, held, last_day, working_days};
use crate::model::Fact;
use crate::rule::{
    Answer, Cause, Context, Count, Days, Findings, Group, Level, Param, Past, Rule, Shape,
    Stricter, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/late",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Note,
    causes: &[Cause::History],
    since: "0.1.0",
    summary: "a post-mortem was first committed long after the incident",
    why: "After a week people remember a story, and no longer what happened.",
    fix: "Nothing mends a report that came late; begin the next one, as a draft, while people still remember. A commit that brings most documents at once does not count.",
    params: &[&WITHIN],
    shape: Shape::History(PAST, check),
};

const PAST: Past = Past {
    horizon,
    items: false,
};

static WITHIN: Param<Count> = Param {
    name: "working-days",
    default: Count(5),
    help: "how many working days after the incident the report is to be begun, Monday to Friday",
    stricter: Stricter::Smaller,
};

fn horizon(cx: &Context<'_>) -> Option<Days> {
    let days = super::judged(cx).filter_map(|held| {
        let age = (held.today - last_day(held.report)?).get_days();
        u32::try_from(age).ok().map(Days)
    });
    days.max()
}

fn check(cx: &Context<'_>, out: &mut Findings) {
    let Count(allowed) = cx.get(&WITHIN);
    for held in held(cx, out) {
        let known = cx.history.of(cx.ops.sources.path(held.document.file));
        let Some(Fact::Known(first)) = known.map(|known| &known.first) else {
            continue;
        };
        let Some(incident) = last_day(held.report).filter(|_| !first.is_import) else {
            continue;
        };
        let zone = cx.ops.timezone(held.document.file);
        let begun = first.time.to_zoned(zone).date();
        if working_days(incident, begun, allowed + 1) <= allowed {
            continue;
        }
        let message = format!(
            "first committed {} after the incident, {allowed} working days allowed",
            days(incident, begun)
        );
        out.at(Subject::Document, held.place(), message)
            .note(format!(
                "the incident was on {incident}, and commit {:.10} of {begun} brought the report",
                first.commit
            ))
            .help("begin the next report, as a draft, within days: `prepcheck new postmortem`");
    }
}

fn days(from: Date, to: Date) -> String {
    let days = usize::try_from((to - from).get_days()).unwrap_or_default();
    counted(days, "day")
}
