//! A runbook that nobody has reviewed for too long.
//!
//! A stated review counts, and so does a change that git knows of. Where a page sets a term of its
//! own, only its reviews count, if it states any. A commit that brought most documents at once, and
//! one that the repository wants to be overlooked, is no look at any of them.

use jiff::civil::Date;

use super::{filled, place};
use crate::model::{Change, Document, Fact, Interval, Runbook, Stated, Unknown};
use crate::rule::{
    Answer, Cause, Context, Days, Entry, Findings, Group, Level, Param, Past, Rule, Shape,
    Stricter, Subject,
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
    fix: "Walk through the runbook, correct what has changed, and set `reviewed:` to today. `review_in: 6 months` in its front matter says how long a review of this page holds; \"Next review\" and \"Review by\" with a day are read too.",
    params: &[&MAX_AGE],
    shape: Shape::History(PAST, check),
};

const PAST: Past = Past {
    horizon,
    items: false,
};

static MAX_AGE: Param<Days> = Param {
    name: "max-age",
    default: Days(365),
    help: "how old the last review may be, where the runbook does not say it itself",
    stricter: Stricter::Smaller,
};

fn horizon(cx: &Context<'_>) -> Option<Days> {
    let limit = cx.get(&MAX_AGE);
    let terms = filled(cx).filter_map(|(_, document, runbook)| {
        if runbook.due().is_some() {
            return None;
        }
        let term = Term::of(runbook, limit);
        let reviewed = runbook.reviewed.known().map(|day| day.value);
        let today = today(cx, document);
        let is_fresh = reviewed.is_some_and(|day| term.holds(day, today));
        (!is_fresh).then(|| term.days())
    });
    terms.max()
}

fn check(cx: &Context<'_>, out: &mut Findings) {
    let limit = cx.get(&MAX_AGE);
    for (_, document, runbook) in filled(cx) {
        let today = today(cx, document);
        let term = Term::of(runbook, limit);
        if let Some(due) = runbook.due() {
            if today > due.value {
                report_due(out, document, due, today);
            }
            continue;
        }
        if let Stated::Known(reviewed) = &runbook.reviewed {
            if reviewed.value > today {
                report_ahead(out, reviewed, today);
            } else if !term.holds(reviewed.value, today) && !is_changed(cx, document, runbook) {
                report_reviewed(out, (document, runbook), reviewed, (term, today));
            }
            continue;
        }
        if runbook.reviewed.is_unclear() {
            continue;
        }
        if let Some(last) = last_change(cx, document)
            && !last.is_within(term, today)
        {
            report_changed(out, (document, runbook), last, (term, today));
        }
    }
}

/// How long a look at a page holds.
#[derive(Clone, Copy)]
enum Term {
    Own(Interval),
    Policy(Days),
}

impl Term {
    fn of(runbook: &Runbook, limit: Days) -> Term {
        match &runbook.review_in {
            Stated::Known(own) => Term::Own(own.value),
            _ => Term::Policy(limit),
        }
    }

    fn holds(self, since: Date, today: Date) -> bool {
        let due = match self {
            Term::Own(own) => own.after(since),
            Term::Policy(limit) => after(since, limit),
        };
        // Beyond the calendar it holds for ever.
        due.is_none_or(|due| today <= due)
    }

    /// At least as long as the term, in days.
    fn days(self) -> Days {
        match self {
            Term::Own(own) => own.at_most_days().map_or(Days(u32::MAX), Days),
            Term::Policy(limit) => limit,
        }
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Term::Own(own) => own.fmt(f),
            Term::Policy(limit) => limit.fmt(f),
        }
    }
}

/// When a page was changed last, as far as git knows.
#[derive(Clone, Copy)]
enum Last<'a> {
    On(Date, &'a Change),
    /// Longer ago than all that was looked at.
    Before(Date),
}

impl Last<'_> {
    fn is_within(self, term: Term, today: Date) -> bool {
        let (Last::On(day, _) | Last::Before(day)) = self;
        term.holds(day, today)
    }
}

fn today(cx: &Context<'_>, document: &Document) -> Date {
    cx.clock.today(&cx.ops.timezone(document.file))
}

/// Nothing where git does not know it, or the page is being changed now.
fn last_change<'a>(cx: &Context<'a>, document: &Document) -> Option<Last<'a>> {
    let zone = cx.ops.timezone(document.file);
    let known = cx.history.of(cx.ops.sources.path(document.file))?;
    if known.is_changed {
        return None;
    }
    match &known.last {
        Fact::Known(change) => Some(Last::On(change.time.to_zoned(zone).date(), change)),
        Fact::Unknown(Unknown::Before(time)) => Some(Last::Before(time.to_zoned(zone).date())),
        Fact::Unknown(_) => None,
    }
}

/// Whether a change stands for a review: within the policy's term, and where the page sets none of
/// its own.
fn is_changed(cx: &Context<'_>, document: &Document, runbook: &Runbook) -> bool {
    let Term::Policy(limit) = Term::of(runbook, cx.get(&MAX_AGE)) else {
        return false;
    };
    let known = cx.history.of(cx.ops.sources.path(document.file));
    if known.is_some_and(|known| known.is_changed) {
        return true;
    }
    let Some(last @ Last::On(_, change)) = last_change(cx, document) else {
        return false;
    };
    !change.is_import && last.is_within(Term::Policy(limit), today(cx, document))
}

fn report_due(out: &mut Findings, document: &Document, due: &Spanned<Date>, today: Date) {
    let late = Days((today - due.value).get_days().unsigned_abs());
    let message = format!("a review was due {late} ago, on {}", due.value);
    out.at(Subject::Document, due.span, message)
        .label(place(document), "this runbook")
        .help("walk through the steps, then set the days of this review and of the next");
}

fn report_ahead(out: &mut Findings, reviewed: &Spanned<Date>, today: Date) {
    let ahead = Days((reviewed.value - today).get_days().unsigned_abs());
    let message = format!("the last review is dated {ahead} ahead of today, {today}");
    out.at(Subject::Document, reviewed.span, message)
        .cause(Cause::Content)
        .help("write the day of the last review that took place");
}

fn report_reviewed(
    out: &mut Findings,
    (document, runbook): (&Document, &Runbook),
    reviewed: &Spanned<Date>,
    (term, today): (Term, Date),
) {
    let age = Days((today - reviewed.value).get_days().unsigned_abs());
    let message = format!("last reviewed {age} ago, {term} allowed");
    let entry = out
        .at(Subject::Document, reviewed.span, message)
        .label(place(document), "this runbook")
        .help("walk through the steps, then set the date of the review to today");
    label_term(entry, runbook);
}

fn report_changed(
    out: &mut Findings,
    (document, runbook): (&Document, &Runbook),
    last: Last<'_>,
    (term, today): (Term, Date),
) {
    let message = match last {
        Last::On(day, _) => {
            let age = Days((today - day).get_days().unsigned_abs());
            format!("no review is dated, and the last change was {age} ago, {term} allowed")
        }
        Last::Before(_) => {
            format!("no review is dated, and the last change was longer ago than {term}")
        }
    };
    let mut entry = out.at(Subject::Document, place(document), message).help(
        "walk through the steps, correct what has changed, and add `reviewed:` with today's date",
    );
    if let Last::On(day, change) = last {
        let commit = change.commit;
        let brought = if change.is_import {
            "brought in with most others"
        } else {
            "changed"
        };
        entry = entry.note(format!("{brought} on {day} by commit {commit:.10}"));
    }
    label_term(entry, runbook);
}

fn label_term(entry: Entry<'_>, runbook: &Runbook) {
    if let Stated::Known(own) = &runbook.review_in {
        entry.label(own.span, "the page's own term");
    }
}

fn after(day: Date, limit: Days) -> Option<Date> {
    let span = jiff::Span::new().try_days(i64::from(limit.0)).ok()?;
    day.checked_add(span).ok()
}
