//! What is overdue and what will be: text for people, Markdown for a tracking issue.

use super::wrap::push_paragraph;
use super::{Layout, counted, mask};
use crate::text::sanitise;
use crate::view::{Due, DueItem, DueOwner, DuePromise};

/// Items without a date that are shown of each owner, unless all of them are asked for.
const UNDATED: usize = 3;

/// Columns for when and the date.
const WHEN: usize = 34;

/// A section an owner, the most urgent item first.
pub fn render(due: &Due, layout: Layout) -> String {
    let mut out = String::new();
    for owner in &due.owners {
        out.push_str(&format!("{}\n", name(owner, mask::shown)));
        let (shown, folded) = shown(owner, layout.all);
        for item in shown {
            render_item(&mut out, item, layout);
        }
        if folded > 0 {
            out.push_str(&format!("  + {folded} more without a date; --all\n"));
        }
        out.push('\n');
    }
    if !due.also.is_empty() {
        out.push_str("also\n");
        for promise in &due.also {
            render_promise(&mut out, promise, layout);
        }
        out.push('\n');
    }
    out.push_str(&tally(due));
    out
}

fn name(owner: &DueOwner, show: impl Fn(&str) -> String) -> String {
    match &owner.owner {
        Some(owner) => show(owner),
        None => "nobody".to_owned(),
    }
}

/// The items to show, and how many are left out.
fn shown(owner: &DueOwner, all: bool) -> (&[DueItem], usize) {
    let dated = owner
        .items
        .iter()
        .filter(|item| item.days.is_some())
        .count();
    let limit = match all {
        true => owner.items.len(),
        false => owner.items.len().min(dated + UNDATED),
    };
    (&owner.items[..limit], owner.items.len() - limit)
}

fn render_item(out: &mut String, item: &DueItem, layout: Layout) {
    let date = item.due.as_deref().unwrap_or_default();
    let first = format!("  {:18}  {:10}  ", when(item.days), mask::shown(date));
    let rest = " ".repeat(WHEN);
    push_paragraph(out, (&first, &rest), &mask::shown(&item.text), layout.width);
    let mut place = place(&item.path, item.line);
    if let [_, others @ ..] = item.owners.as_slice()
        && !others.is_empty()
    {
        place.push_str(&format!(", with {}", mask::shown(&others.join(", "))));
    }
    push_paragraph(out, (&rest, &rest), &place, layout.width);
}

fn render_promise(out: &mut String, promise: &DuePromise, layout: Layout) {
    let first = format!("  {:18}  {:10}  ", when(Some(promise.days)), promise.date);
    let rest = " ".repeat(WHEN);
    let words = format!(
        "{}, {}",
        mask::shown(&promise.what),
        place(&promise.path, promise.line)
    );
    push_paragraph(out, (&first, &rest), &words, layout.width);
}

fn place(path: &str, line: u32) -> String {
    format!("{}:{line}", sanitise::path(path.as_bytes()))
}

fn when(days: Option<i32>) -> String {
    match days {
        None => "no date".to_owned(),
        Some(0) => "due today".to_owned(),
        Some(1) => "due tomorrow".to_owned(),
        Some(days @ 2..) => format!("due in {days} days"),
        Some(-1) => "1 day overdue".to_owned(),
        Some(days) => format!("{} days overdue", days.unsigned_abs()),
    }
}

fn tally(due: &Due) -> String {
    let items = || due.owners.iter().flat_map(|owner| &owner.items);
    let count = |is: fn(&DueItem) -> bool| items().filter(|item| is(item)).count();
    let overdue = count(|item| item.days.is_some_and(|days| days < 0));
    let soon = count(|item| item.days.is_some_and(|days| days >= 0));
    let undated = count(|item| item.days.is_none());
    if overdue + soon + undated + due.later == 0 {
        return "no open action items\n".to_owned();
    }
    format!(
        "{overdue} overdue, {soon} due within {}, {} later, {undated} without a date\n",
        counted(due.within_days as usize, "day"),
        due.later
    )
}

/// The same as a list of tasks; owners stand in code spans, so that the issue calls nobody.
pub fn markdown(due: &Due) -> String {
    let mut out = format!("Action items as of {}: {}", due.as_of, tally(due));
    for owner in &due.owners {
        out.push_str(&format!("\n### {}\n\n", name(owner, code)));
        for item in &owner.items {
            out.push_str(&markdown_item(item));
        }
    }
    if !due.also.is_empty() {
        out.push_str("\n### Also\n\n");
    }
    for promise in &due.also {
        let place = format!("{}:{}", promise.path, promise.line);
        out.push_str(&format!(
            "- {} ({}): {} in {}\n",
            when(Some(promise.days)),
            promise.date,
            code(&promise.what.replace('`', "")),
            sanitise::code_span(&place),
        ));
    }
    out
}

/// What the repository says, in a code span.
fn code(foreign: &str) -> String {
    sanitise::code_span(&mask::mask(foreign))
}

fn markdown_item(item: &DueItem) -> String {
    let when = match item.days {
        Some(..0) => format!("**{}**", when(item.days)),
        _ => when(item.days),
    };
    let date = match (&item.days, &item.due) {
        (Some(_), Some(due)) => format!(" ({due})"),
        (None, Some(due)) => format!(" ({})", code(due)),
        _ => String::new(),
    };
    let place = format!("{}:{}", item.path, item.line);
    format!(
        "- [ ] {}: {when}{date}, {}\n",
        code(&item.text),
        sanitise::code_span(&place)
    )
}
