//! An open action item whose date moves back again and again.

use super::{all, counted};
use crate::model::{Author, DueDay, Moved, follow_items};
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Param, Past, Rule, Shape,
    Stricter, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/slipped-due-date",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::History],
    since: "0.1.0",
    summary: "the date of an open action item was moved back more than once, or by far",
    why: "A date that always moves is no promise: the item is too large, or nobody wants it done.",
    fix: "Make the item smaller and do its first part, give it a date that will hold, or close it as `- [x] text (won't do: why)`. Only a change that moves a date fails; a date that was moved before is a note.",
    params: &[&ALLOWED],
    shape: Shape::History(PAST, check),
};

const PAST: Past = Past {
    horizon,
    items: true,
};

static ALLOWED: Param<Days> = Param {
    name: "allowed",
    default: Days(30),
    help: "how far a date may be moved once",
    stricter: Stricter::Smaller,
};

/// Dates that were set longer ago than this are not followed.
const HORIZON: Days = Days(365);

/// Days that are shown of a chain.
const SHOWN: usize = 12;

fn horizon(cx: &Context<'_>) -> Option<Days> {
    let mut open = all(cx).flat_map(|held| held.report.open_items());
    let is_dated = open.any(|item| item.due.day().is_some());
    is_dated.then_some(HORIZON)
}

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in all(cx) {
        let known = cx.history.of(cx.ops.sources.path(held.document.file));
        let Some(known) = known else {
            continue;
        };
        for moved in follow_items(held.report, &known.items).moved {
            let item = &held.report.action_items[moved.item];
            let Some(span) = item.due.span().filter(|_| !item.is_done()) else {
                continue;
            };
            let is_whole = known.first.known().is_some();
            let Some(message) = slipped(&moved, cx.get(&ALLOWED), is_whole) else {
                continue;
            };
            let days = moved.days.iter().map(|day| day.day.to_string());
            let mut entry = out
                .at(Subject::Item(item.text.value.clone()), span, message)
                .extent(Extent::Dates(days.collect()))
                .label(item.text.span, "this item")
                .help("make it smaller, give it a date that will hold, or close it as `- [x] … (won't do: why)`")
                .at_most_while_it_stands(Level::Note);
            for day in moved.days.iter().rev().take(SHOWN).rev() {
                entry = entry.note(told(day));
            }
        }
    }
}

/// What is wrong, if anything is. Of a history that is not whole, more may not be known.
fn slipped(moved: &Moved, allowed: Days, is_whole: bool) -> Option<String> {
    let (first, last) = (moved.days.first()?, moved.days.last()?);
    let pairs = moved.days.windows(2);
    let times = pairs.filter(|pair| pair[0].day < pair[1].day).count();
    let by = u32::try_from((last.day - first.day).get_days())
        .ok()
        .map(Days)?;
    if by == Days(0) || (times < 2 && by <= allowed) {
        return None;
    }
    let times = counted(times, "time");
    Some(match is_whole {
        true => format!("the due date was moved back {times}, by {by} in all"),
        false => format!("the due date was moved back at least {times}, by {by} or more in all"),
    })
}

/// One link of the chain.
fn told(day: &DueDay) -> String {
    match &day.by {
        Author::Commit(change) => format!(
            "{}: set on {} by commit {:.10}",
            day.day, change.day, change.commit
        ),
        Author::Nobody => format!("{}: set by this change", day.day),
        Author::Unknown => format!("{}: set by a commit that is not known", day.day),
    }
}
