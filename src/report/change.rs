//! What a change does, in words: findings, answers, runbooks and action items, and nothing that
//! stayed as it was.

use jiff::Timestamp;
use serde::Serialize;

use super::{Item, Past, Report, json, mask};
use crate::compare::{DutyChange, Gain, ItemChange, ItemEvent};
use crate::text::sanitise;
use crate::view::FORMAT_VERSION;

/// The difference as text.
pub fn human(report: &Report) -> String {
    let mut out = String::new();
    if let Some(difference) = &report.difference {
        out.push_str(&format!("since {}\n", difference.base.show()));
    }
    if let Some(reason) = without_base(report) {
        return reason;
    }
    for (heading, lines) in sections(report) {
        out.push_str(&format!("\n{heading}\n"));
        for line in lines {
            out.push_str(&format!("  {line}\n"));
        }
    }
    if sections(report).is_empty() {
        out.push_str(NOTHING);
    }
    out
}

/// The difference as Markdown, for a comment on a pull request.
pub fn markdown(report: &Report) -> String {
    if let Some(reason) = without_base(report) {
        return reason;
    }
    let mut out = String::new();
    for (heading, lines) in sections(report) {
        out.push_str(&format!("### {heading}\n\n"));
        for line in lines {
            out.push_str(&format!("- {}\n", sanitise::code_span(&line)));
        }
        out.push('\n');
    }
    if out.is_empty() {
        out.push_str(NOTHING);
    }
    out
}

/// The difference in the versioned contract of `prepcheck diff --format json`.
pub fn render_json(report: &Report) -> String {
    json::print(&view(report))
}

const NOTHING: &str = "this change makes no difference to how prepared you are\n";

/// That there is nothing to compare with, where that is so.
fn without_base(report: &Report) -> Option<String> {
    let reason = report.header.no_base.as_deref()?;
    let reason = sanitise::text(reason);
    Some(format!(
        "nothing is compared, for there is no base: {reason}\n"
    ))
}

/// What changed, under a heading each; nothing under none.
fn sections(report: &Report) -> Vec<(&'static str, Vec<String>)> {
    let Some(difference) = &report.difference else {
        return Vec::new();
    };
    let change = &difference.change;
    let sections = [
        (
            "New findings",
            report.new_items().map(new).collect::<Vec<_>>(),
        ),
        (
            "Fixed, thank you",
            difference.fixed.iter().map(past).collect(),
        ),
        (
            "Gone with what they were about",
            difference.removed.iter().map(past).collect(),
        ),
        ("Won", change.won.iter().map(gain).collect()),
        ("Lost", change.lost.iter().map(gain).collect()),
        ("Action items", change.items.iter().map(item).collect()),
        (
            "On call in the next 7 days",
            change.duty.iter().map(duty).collect(),
        ),
    ];
    let sections = sections.into_iter();
    sections.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn new(item: &Item) -> String {
    let place = item.place.as_ref().map(|place| {
        let path = sanitise::path(&place.file.path);
        let line = place.range.map(|range| format!(":{}", range.start.line));
        format!(" ({path}{})", line.unwrap_or_default())
    });
    let (level, message) = (item.level.id(), mask::shown(&item.message));
    let place = place.unwrap_or_default();
    format!("{level}[{}]: {message}{place}", item.rule)
}

fn past(past: &Past) -> String {
    let path = past
        .path
        .as_ref()
        .map(|path| format!(" ({})", sanitise::path(path)));
    let message = mask::shown(&past.message);
    format!("{}: {message}{}", past.rule, path.unwrap_or_default())
}

fn gain(gain: &Gain) -> String {
    match gain.unit.as_str() {
        "" => gain.name.clone(),
        unit => format!("{} in {}", gain.name, sanitise::text(unit)),
    }
}

fn item(change: &ItemChange) -> String {
    let (text, path) = (mask::shown(&change.text), sanitise::path(&change.path));
    match &change.what {
        ItemEvent::Postponed { from, to } => {
            format!("postponed from {from} to {to}: {text} ({path})")
        }
        ItemEvent::Dated { to } => format!("dated {to}: {text} ({path})"),
        other => format!("{}: {text} ({path})", other.id()),
    }
}

fn duty(change: &DutyChange) -> String {
    let time = |at: Timestamp| {
        at.to_zoned(change.zone.clone())
            .strftime("%a %Y-%m-%d %H:%M %Z")
    };
    let people = |ids: &[String]| match ids {
        [] => "nobody".to_owned(),
        ids => mask::shown(&ids.join(", ")),
    };
    let unit = match change.unit.as_str() {
        "" => String::new(),
        unit => format!(" in {}", sanitise::text(unit)),
    };
    format!(
        "{}{unit}, {} to {}: {} instead of {}",
        mask::shown(&change.schedule),
        time(change.from),
        time(change.until),
        people(&change.after),
        people(&change.before),
    )
}

#[derive(Serialize)]
struct View<'r> {
    format_version: u32,
    base: Option<&'r str>,
    /// What base is, if it is not the commit that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    base_note: Option<String>,
    /// Why nothing is compared, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_base: Option<&'r str>,
    new: Vec<String>,
    fixed: Vec<String>,
    removed: Vec<String>,
    won: Vec<GainView<'r>>,
    lost: Vec<GainView<'r>>,
    items: Vec<ItemView>,
    duty: Vec<DutyView<'r>>,
}

#[derive(Serialize)]
struct GainView<'r> {
    unit: &'r str,
    name: &'r str,
}

#[derive(Serialize)]
struct DutyView<'r> {
    unit: &'r str,
    schedule: &'r str,
    from: String,
    until: String,
    before: &'r [String],
    after: &'r [String],
}

#[derive(Serialize)]
struct ItemView {
    what: &'static str,
    text: String,
    path: String,
    from: Option<String>,
    to: Option<String>,
}

fn view(report: &Report) -> View<'_> {
    let difference = report.difference.as_ref();
    let list = |of: fn(&super::Difference) -> &Vec<Past>| {
        let list = difference.map(of).into_iter().flatten();
        list.map(past).collect()
    };
    let gains = |of: fn(&super::Difference) -> &Vec<Gain>| {
        let list = difference.map(of).into_iter().flatten();
        list.map(|gain| GainView {
            unit: &gain.unit,
            name: &gain.name,
        })
        .collect()
    };
    let items = difference.map(|it| &it.change.items).into_iter().flatten();
    let duty = difference.map(|it| &it.change.duty).into_iter().flatten();
    View {
        format_version: FORMAT_VERSION,
        base: difference.map(|it| it.base.name.as_str()),
        base_note: difference.and_then(|it| it.base.note()),
        no_base: report.header.no_base.as_deref(),
        new: difference
            .iter()
            .flat_map(|_| report.new_items().map(new))
            .collect(),
        fixed: list(|it| &it.fixed),
        removed: list(|it| &it.removed),
        won: gains(|it| &it.change.won),
        lost: gains(|it| &it.change.lost),
        items: items.map(item_view).collect(),
        duty: duty.map(duty_view).collect(),
    }
}

fn duty_view(change: &DutyChange) -> DutyView<'_> {
    DutyView {
        unit: &change.unit,
        schedule: &change.schedule,
        from: change.from.to_string(),
        until: change.until.to_string(),
        before: &change.before,
        after: &change.after,
    }
}

fn item_view(change: &ItemChange) -> ItemView {
    let (from, to) = match &change.what {
        ItemEvent::Postponed { from, to } => (Some(from.to_string()), Some(to.to_string())),
        ItemEvent::Dated { to } => (None, Some(to.to_string())),
        _ => (None, None),
    };
    ItemView {
        what: change.what.id(),
        text: mask::mask(&change.text).into_owned(),
        path: String::from_utf8_lossy(&change.path).into_owned(),
        from,
        to,
    }
}
