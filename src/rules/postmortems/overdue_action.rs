//! An open action item whose day has passed.
//!
//! However old the incident is: a day that was promised and has passed is true, and an edit mends
//! it.

use jiff::civil::Date;

use super::{Flaw, all, counted, report_items};
use crate::model::postmortem::ActionItem;
use crate::rule::{
    Answer, Cause, Context, Days, Findings, Group, Level, Param, Rule, Shape, Stricter,
};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/overdue-action",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "an open action item is past its due date",
    why: "The cause of the incident is still there, and the day by which it should be gone has passed.",
    fix: "Do it and tick it off, move its date and say why, or close it as `- [x] text (won't do: why)`. An item due today is not overdue.",
    params: &[&GRACE],
    shape: Shape::Repository(check),
};

static GRACE: Param<Days> = Param {
    name: "grace",
    default: Days(0),
    help: "how far past its date an item may be",
    stricter: Stricter::Smaller,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let grace = cx.get(&GRACE);
    for held in all(cx) {
        let open = held.report.open_items();
        let flaws: Vec<Flaw<'_>> = open
            .filter_map(|item| overdue(item, held.today, grace))
            .collect();
        let verb = if flaws.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{} {verb} overdue",
            counted(flaws.len(), "open action item")
        );
        if let Some(entry) = report_items(out, &flaws, message) {
            entry.help("tick off what is done, move the date of what is not, or close it as `- [x] … (won't do: why)`");
        }
    }
}

fn overdue(item: &ActionItem, today: Date, grace: Days) -> Option<Flaw<'_>> {
    let day = item.due.day()?;
    let late = u32::try_from((today - day).get_days()).ok().map(Days)?;
    if late <= grace {
        return None;
    }
    Some(Flaw {
        item,
        span: item.due.span()?,
        says: format!("{late} ago"),
    })
}
