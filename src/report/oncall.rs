//! Who is on call, for people: a drawn calendar, or who it is at one instant.

mod at;
mod calendar;
mod listing;
mod narrated;
mod time;

use super::paint::{DIM, Paint};
use super::wrap::push_paragraph;
use super::{Layout, Style};
use crate::agenda::{Agenda, Entry};

pub use at::render as render_at;

/// No layout is narrower or wider, in columns.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=400;

/// What is said where no schedule is written.
const NONE: &str = "no schedule is written here: name people under `schedules:` in `ops/oncall.yaml`; `prepcheck schema oncall` says how";

/// The calendar of every schedule, unit by unit.
pub fn render(agenda: &Agenda<'_>, layout: Layout) -> String {
    let layout = fitted(layout);
    let mut out = String::new();
    if agenda.entries.is_empty() {
        push_paragraph(&mut out, ("", ""), NONE, layout.width);
    }
    let of_unit = |a: &Entry<'_>, b: &Entry<'_>| a.asked.unit.folder() == b.asked.unit.folder();
    for entries in agenda.entries.chunk_by(of_unit) {
        if !out.is_empty() {
            out.push('\n');
        }
        render_unit(&mut out, entries, agenda, layout);
    }
    out
}

fn render_unit(out: &mut String, entries: &[Entry<'_>], agenda: &Agenda<'_>, layout: Layout) {
    let unit = entries[0].asked.unit;
    let zone = unit.timezone();
    let separator = if layout.style == Style::Graphical {
        " · "
    } else {
        ", "
    };
    let mut heading = vec!["who is on call".to_owned()];
    if !unit.folder().is_empty() {
        heading.push(listing::shown(unit.folder()));
    }
    heading.push(time::zone(&zone));
    heading.push(format!(
        "{} to {}",
        time::day_and_time(agenda.window.start, &zone),
        time::day_and_time(agenda.window.end, &zone)
    ));
    let mut lines = String::new();
    push_paragraph(
        &mut lines,
        ("", "  "),
        &heading.join(separator),
        layout.width,
    );
    for line in lines.lines() {
        out.push_str(&Paint::new(layout).words(line, DIM));
        out.push('\n');
    }
    match layout.style {
        Style::Narrated => narrated::push(out, entries, agenda.window, &zone, layout.width),
        Style::Graphical | Style::Plain => {
            calendar::push(out, entries, agenda.window, &zone, layout);
        }
    }
    listing::push(out, entries, &zone, layout);
}

fn fitted(layout: Layout) -> Layout {
    Layout {
        width: layout.width.clamp(*WIDTHS.start(), *WIDTHS.end()),
        ..layout
    }
}
