//! An open action item that is due within days.

use super::{Flaw, all, counted, report_items};
use crate::model::postmortem::ActionItem;
use crate::rule::{
    Answer, Cause, Context, Days, Findings, Group, Level, Param, Rule, Shape, Stricter,
};
use jiff::civil::Date;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/due-soon",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Note,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "an open action item is due within days",
    why: "A reminder while there is still time.",
    fix: "Do it and tick it off, or move its date and say why.",
    params: &[&WITHIN],
    shape: Shape::Repository(check),
};

static WITHIN: Param<Days> = Param {
    name: "within",
    default: Days(7),
    help: "how many days before its date an item is named",
    stricter: Stricter::Larger,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let within = cx.get(&WITHIN);
    for held in all(cx) {
        let open = held.report.open_items();
        let flaws: Vec<Flaw<'_>> = open
            .filter_map(|item| soon(item, held.today, within))
            .collect();
        let verb = if flaws.len() == 1 { "is" } else { "are" };
        let items = counted(flaws.len(), "open action item");
        let message = format!("{items} {verb} due within {within}");
        if let Some(entry) = report_items(out, &flaws, message) {
            entry.help("tick off what is done");
        }
    }
}

fn soon(item: &ActionItem, today: Date, within: Days) -> Option<Flaw<'_>> {
    let left = u32::try_from((item.due.day()? - today).get_days()).ok()?;
    let says = match left {
        0 => "due today".to_owned(),
        left if Days(left) <= within => format!("due in {}", Days(left)),
        _ => return None,
    };
    Some(Flaw {
        item,
        span: item.due.span()?,
        says,
    })
}
