//! An open action item that nobody can see to be done.

use super::{Flaw, counted, held, report_items};
use crate::model::postmortem::ActionItem;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/vague-action",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nobody can tell when an open action item is done",
    why: "An item such as \"improve monitoring\" is never done and never not done, so it is never closed, and care cannot be ordered.",
    fix: "Say what will be different: which alert, which limit, which test, which page.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let flaws: Vec<Flaw<'_>> = held.report.open_items().filter_map(vague).collect();
        let items = counted(flaws.len(), "open action item");
        let (verb, it, is) = match flaws.len() {
            1 => ("does", "it", "is"),
            _ => ("do", "they", "are"),
        };
        let message = format!("{items} {verb} not say when {it} {is} done");
        if let Some(entry) = report_items(out, &flaws, message) {
            held.tempered(entry)
                .help("say what will be different, such as `alert when the queue is older than 5 minutes`");
        }
    }
}

fn vague(item: &ActionItem) -> Option<Flaw<'_>> {
    item.is_vague().then(|| Flaw {
        item,
        span: item.text.span,
        says: "done when?".to_owned(),
    })
}
