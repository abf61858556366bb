//! A runbook that nobody has reviewed for too long.

use jiff::civil::Date;

use super::{filled, place};
use crate::model::{Document, Runbook, Stated};
use crate::rule::{
    Answer, Cause, Context, Days, Findings, Group, Level, Param, Rule, Shape, Stricter, Subject,
};
use crate::text::Spanned;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/stale",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Clock, Cause::History],
    since: "0.1.0",
    summary: "a runbook has not been reviewed for too long",
    why: "Steps that were right last year send people the wrong way at 3 a.m.",
    fix: "Walk through the runbook, correct what has changed, and set `reviewed:` to today. `review_in: 6 months` in its front matter says how long a review of this page holds.",
    params: &[&MAX_AGE],
    shape: Shape::Repository(check),
};

static MAX_AGE: Param<Days> = Param {
    name: "max-age",
    default: Days(365),
    help: "how old the last review may be, where the runbook does not say it itself",
    stricter: Stricter::Smaller,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (_, document, runbook) in filled(cx) {
        if let Stated::Known(reviewed) = &runbook.reviewed {
            judge(cx, out, document, runbook, reviewed);
        }
    }
}

fn judge(
    cx: &Context<'_>,
    out: &mut Findings,
    document: &Document,
    runbook: &Runbook,
    reviewed: &Spanned<Date>,
) {
    let today = cx.clock.today(&cx.ops.timezone(document.file));
    let age = (today - reviewed.value).get_days();
    if age < 0 {
        let ahead = Days(age.unsigned_abs());
        let message = format!("the last review is dated {ahead} ahead of today, {today}");
        out.at(Subject::Document, reviewed.span, message)
            .cause(Cause::Content)
            .help("write the day of the last review that took place");
        return;
    }
    let (due, allowed) = match &runbook.review_in {
        Stated::Known(own) => (own.value.after(reviewed.value), own.value.to_string()),
        _ => {
            let limit = cx.get(&MAX_AGE);
            (after(reviewed.value, limit), limit.to_string())
        }
    };
    if due.is_none_or(|due| today <= due) {
        return;
    }
    let age = Days(age.unsigned_abs());
    let message = format!("last reviewed {age} ago, {allowed} allowed");
    let entry = out
        .at(Subject::Document, reviewed.span, message)
        .label(place(document), "this runbook")
        .help("walk through the steps, then set the date of the review to today");
    if let Stated::Known(own) = &runbook.review_in {
        entry.label(own.span, "the page's own term");
    }
}

fn after(day: Date, limit: Days) -> Option<Date> {
    let span = jiff::Span::new().try_days(i64::from(limit.0)).ok()?;
    day.checked_add(span).ok()
}
