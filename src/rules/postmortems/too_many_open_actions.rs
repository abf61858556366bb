//! More open action items than anybody will do.

use super::held;
use crate::rule::{
    Answer, Cause, Context, Count, Findings, Group, Level, Param, Rule, Shape, Stricter, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/too-many-open-actions",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a post-mortem has more open action items than will be done",
    why: "A list of thirty is a list of none: the three that matter drown in it.",
    fix: "Keep what would have prevented this incident or shortened it, and close the rest as `- [x] text (won't do: why)`.",
    params: &[&LIMIT],
    shape: Shape::Repository(check),
};

static LIMIT: Param<Count> = Param {
    name: "limit",
    default: Count(10),
    help: "how many action items of a post-mortem may be open",
    stricter: Stricter::Smaller,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let Count(limit) = cx.get(&LIMIT);
    for held in held(cx, out) {
        let count = held.report.open_items().count();
        let Some(first) = held.report.open_items().next() else {
            continue;
        };
        if count <= limit as usize {
            continue;
        }
        let message = format!("{count} action items are open, {limit} allowed");
        let entry = out.at(Subject::Document, first.text.span, message);
        held.tempered(entry.here("the first of them"))
            .help("keep what would have prevented or shortened the incident, and close the rest as `- [x] … (won't do: why)`");
    }
}
