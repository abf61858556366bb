//! Post-mortems: whether they have a form, whether their action items are somebody's and in time,
//! and whether their words help to learn.
//!
//! A post-mortem is history one day: those of incidents longer ago than `since` are not held to the
//! form, and one line of the report counts them. While one is still being written, what its form
//! lacks is a warning at most.

mod blame;
mod date_conflict;
mod distant_due_date;
mod dropped_action;
mod due_soon;
mod duration_mismatch;
mod incomplete_template;
mod late;
mod left_over_placeholder;
mod missing_core_section;
mod missing_follow_up;
mod missing_for_revert;
mod missing_section;
mod missing_template;
mod no_action_items;
mod overdue_action;
mod section;
mod shallow_root_cause;
mod slipped_due_date;
mod too_many_open_actions;
mod undated_action;
mod unknown_owner;
mod unordered_timeline;
mod unowned_action;
mod unreadable_due_date;
mod vague_action;

use jiff::civil::{Date, Weekday};

use crate::model::postmortem::{ActionItem, PostMortem};
use crate::model::{Document, Kind};
use crate::rule::{
    AnyParam, Choice, Context, Days, Entry, Extent, Findings, Level, Param, Rule, Stricter, Subject,
};
use crate::rules::words::counted;
use crate::text::Span;

pub(super) static RULES: &[&Rule] = &[
    &blame::RULE,
    &date_conflict::RULE,
    &distant_due_date::RULE,
    &dropped_action::RULE,
    &due_soon::RULE,
    &duration_mismatch::RULE,
    &incomplete_template::RULE,
    &late::RULE,
    &left_over_placeholder::RULE,
    &missing_core_section::RULE,
    &missing_follow_up::RULE,
    &missing_for_revert::RULE,
    &missing_section::RULE,
    &missing_template::RULE,
    &no_action_items::RULE,
    &overdue_action::RULE,
    &shallow_root_cause::RULE,
    &slipped_due_date::RULE,
    &too_many_open_actions::RULE,
    &undated_action::RULE,
    &unknown_owner::RULE,
    &unordered_timeline::RULE,
    &unowned_action::RULE,
    &unreadable_due_date::RULE,
    &vague_action::RULE,
];

/// What all rules of the group can be told.
pub(super) static SHARED: &[&dyn AnyParam] = &[&SINCE, &TRACKER_LINK];

static SINCE: Param<Days> = Param {
    name: "since",
    default: Days(365),
    help: "how long after the incident a post-mortem is held to form, owners and due dates",
    stricter: Stricter::Larger,
};

/// `required` is stricter than `counts` for every item; `ignored` is, too, and stands last because
/// it asks for the most in the document itself.
static TRACKER_LINK: Param<Choice> = Param {
    name: "tracker-link",
    default: Choice {
        among: &["counts", "required", "ignored"],
        chosen: "counts",
    },
    help: "whether a link to a tracker stands for an open item's owner and due date: it `counts`, every open item is `required` to have one, or it is `ignored`",
    stricter: Stricter::Larger,
};

/// A post-mortem as it is judged today.
struct Held<'a> {
    document: &'a Document,
    report: &'a PostMortem,
    /// The day it is in the zone of its unit.
    today: Date,
    /// It is still being written: a draft, or of an incident a few days ago.
    is_early: bool,
}

impl<'a> Held<'a> {
    /// Where to point for what is absent: the title, else the first line.
    fn place(&self) -> Span {
        let title = self.document.title.as_ref();
        title.map_or(self.document.first_line, |title| title.span)
    }

    /// Reports what its form lacks, which weighs less while it is still being written.
    fn tempered<'f>(&self, entry: Entry<'f>) -> Entry<'f> {
        match self.is_early {
            true => entry
                .at_most(Level::Warning)
                .note("a warning at most for a draft and for 5 working days after the incident"),
            false => entry,
        }
    }

    /// Open items that nothing excuses from naming an owner and a day in the document.
    fn bound_items(&self, cx: &Context<'_>) -> impl Iterator<Item = &'a ActionItem> + use<'a> {
        let is_excused = cx.get(&TRACKER_LINK).chosen != "ignored";
        let open = self.report.open_items();
        open.filter(move |item| item.tracker.is_none() || !is_excused)
    }
}

/// All post-mortems, however old.
fn all<'a>(cx: &Context<'a>) -> impl Iterator<Item = Held<'a>> + use<'a> {
    let (ops, clock) = (cx.ops, cx.clock);
    ops.documents().filter_map(move |document| {
        let report = document.postmortem.as_deref();
        let report = report.filter(|_| document.kind == Kind::Postmortem)?;
        let today = clock.today(&ops.timezone(document.file));
        Some(Held {
            document,
            report,
            today,
            is_early: report.is_draft || is_recent(report, today),
        })
    })
}

/// The post-mortems that are held to their form; says how many are not.
fn held<'a>(cx: &Context<'a>, out: &mut Findings) -> Vec<Held<'a>> {
    let since = cx.get(&SINCE);
    let (held, older): (Vec<Held<'a>>, Vec<Held<'a>>) =
        all(cx).partition(|held| !is_older(held, since));
    if !older.is_empty() {
        out.remark(format!(
            "{} of incidents more than {since} ago: form, owners and due dates are not asked for",
            counted(older.len(), "post-mortem")
        ));
    }
    held
}

/// The post-mortems that are held to their form.
fn judged<'a>(cx: &Context<'a>) -> impl Iterator<Item = Held<'a>> + use<'a> {
    let since = cx.get(&SINCE);
    all(cx).filter(move |held| !is_older(held, since))
}

fn is_older(held: &Held<'_>, since: Days) -> bool {
    let Some(incident) = last_day(held.report) else {
        return false;
    };
    i64::from((held.today - incident).get_days()) > i64::from(since.0)
}

/// The last day of the incident.
fn last_day(report: &PostMortem) -> Option<Date> {
    let stating = report.incident_date.as_ref()?;
    Some(stating.until.unwrap_or(stating.day))
}

/// Whether the incident was within five working days, Monday to Friday.
fn is_recent(report: &PostMortem, today: Date) -> bool {
    const WORKING_DAYS: u32 = 5;
    // Weekends included; the other side of the date line may be a day ahead.
    const AT_MOST: std::ops::RangeInclusive<i32> = -1..=7;
    let Some(incident) = last_day(report) else {
        return false;
    };
    if !AT_MOST.contains(&(today - incident).get_days()) {
        return false;
    }
    working_days(incident, today, WORKING_DAYS + 1) <= WORKING_DAYS
}

/// The working days after a day up to another, Monday to Friday; no more than `limit` are counted.
fn working_days(after: Date, until: Date, limit: u32) -> u32 {
    let days = after.series(jiff::Span::new().days(1)).skip(1);
    let days = days.take_while(|day| *day <= until);
    let is_working = |day: &Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let counted = (0..limit).zip(days.filter(is_working));
    counted.map(|(at, _)| at + 1).last().unwrap_or_default()
}

/// What is wrong with one action item, and where.
struct Flaw<'a> {
    item: &'a ActionItem,
    span: Span,
    says: String,
}

/// Reports the flaws of a document's items in one finding; nothing if there are none.
///
/// A document may hold thousands of items: the finding is of all of them and marks the first few.
fn report_items<'f>(
    out: &'f mut Findings,
    flaws: &[Flaw<'_>],
    message: String,
) -> Option<Entry<'f>> {
    const MARKED: usize = 20;
    let (first, rest) = flaws.split_first()?;
    let part = |flaw: &Flaw<'_>| Subject::Item(flaw.item.text.value.clone());
    let mut entry = out
        .at(Subject::Document, first.span, message)
        .here(first.says.as_str())
        .extent(Extent::Parts(flaws.iter().map(part).collect()));
    for flaw in rest.iter().take(MARKED - 1) {
        entry = entry.label(flaw.span, flaw.says.as_str());
    }
    if flaws.len() > MARKED {
        entry = entry.note(format!("{} more are not marked", flaws.len() - MARKED));
    }
    Some(entry)
}

/// "1 open action item has", "3 open action items have".
fn open_items_have(count: usize) -> String {
    let verb = if count == 1 { "has" } else { "have" };
    format!("{} {verb}", counted(count, "open action item"))
}
