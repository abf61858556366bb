//! An open action item that is due in a far future.

use super::{Flaw, counted, held, report_items};
use crate::model::postmortem::ActionItem;
use crate::rule::{
    Answer, Cause, Context, Days, Findings, Group, Level, Param, Rule, Shape, Stricter,
};
use jiff::civil::Date;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/distant-due-date",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Note,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "an open action item is due in a far future",
    why: "What is due in a year is in nobody's plan, and the cause of the incident stays until then.",
    fix: "Split off what can be done sooner, or close the item if nobody means to do it.",
    params: &[&WITHIN],
    shape: Shape::Repository(check),
};

static WITHIN: Param<Days> = Param {
    name: "within",
    default: Days(180),
    help: "how far ahead an item may be due",
    stricter: Stricter::Smaller,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let within = cx.get(&WITHIN);
    for held in held(cx, out) {
        let open = held.report.open_items();
        let flaws: Vec<Flaw<'_>> = open
            .filter_map(|item| distant(item, held.today, within))
            .collect();
        let verb = if flaws.len() == 1 { "is" } else { "are" };
        let items = counted(flaws.len(), "open action item");
        let message = format!("{items} {verb} due more than {within} from now");
        if let Some(entry) = report_items(out, &flaws, message) {
            entry.help("split off what can be done sooner");
        }
    }
}

fn distant(item: &ActionItem, today: Date, within: Days) -> Option<Flaw<'_>> {
    let left = u32::try_from((item.due.day()? - today).get_days()).ok()?;
    let is_distant = Days(left) > within;
    let span = item.due.span()?;
    is_distant.then(|| Flaw {
        item,
        span,
        says: format!("due in {}", Days(left)),
    })
}
