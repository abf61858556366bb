//! The five answers on one screen: each part with where it is written, or that it is missing.

use super::wrap::push_paragraph;
use super::{Layout, Style, mask};
use crate::text::sanitise;
use crate::view::{Status, StatusEvidence, StatusPart, StatusUnit};

/// Columns for the name of a part, with the blanks around it.
const NAME: usize = 21;

/// The answers of every unit, as text.
pub fn render(status: &Status, layout: Layout) -> String {
    let mut out = String::new();
    for unit in &status.units {
        if !out.is_empty() {
            out.push('\n');
        }
        render_unit(&mut out, unit, layout);
    }
    out
}

fn render_unit(out: &mut String, unit: &StatusUnit, layout: Layout) {
    if !unit.unit.is_empty() {
        out.push_str(&format!("{}\n\n", sanitise::path(unit.unit.as_bytes())));
    }
    for (index, answer) in unit.answers.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mark = mark(layout, answer.answered);
        out.push_str(&format!("{mark} {}\n", answer.question));
        for part in &answer.parts {
            render_part(out, part, layout);
        }
    }
}

fn render_part(out: &mut String, part: &StatusPart, layout: Layout) {
    let place = match part.evidence.split_first() {
        Some((first, more)) => place(first, more.len(), layout.width.saturating_sub(NAME)),
        None => "missing".to_owned(),
    };
    out.push_str(&format!(
        "  {:width$} {place}\n",
        part.part,
        width = NAME - 3
    ));
    let reason = part
        .evidence
        .first()
        .and_then(|first| first.reason.as_deref());
    if let Some(reason) = reason {
        let indent = " ".repeat(NAME);
        push_paragraph(out, (&indent, &indent), &mask::shown(reason), layout.width);
    }
}

fn mark(layout: Layout, is_answered: bool) -> &'static str {
    match (layout.style, is_answered) {
        (Style::Graphical, true) => "✓",
        (Style::Graphical, false) => "✗",
        (Style::Plain | Style::Narrated, true) => "yes",
        (Style::Plain | Style::Narrated, false) => "no ",
    }
}

/// The first place and how it is given, in so many columns.
fn place(evidence: &StatusEvidence, more: usize, width: usize) -> String {
    let mut tail = match evidence.how {
        "linked" => ", linked, not verified".to_owned(),
        "not-applicable" => ", not applicable".to_owned(),
        "encrypted" => ", encrypted".to_owned(),
        _ => String::new(),
    };
    if evidence.inherited {
        tail.push_str(", inherited");
    }
    if more > 0 {
        tail.push_str(&format!(" + {more}"));
    }
    let path = sanitise::path(evidence.path.as_bytes());
    let path = format!("{path}:{}", evidence.line);
    format!("{}{tail}", cropped(&path, width.saturating_sub(tail.len())))
}

/// A path that fits; its end tells more than its beginning.
fn cropped(path: &str, room: usize) -> String {
    let length = path.chars().count();
    // A path of a few characters tells nothing, so that narrower is not tried.
    let room = room.max(12);
    if length <= room {
        return path.to_owned();
    }
    let tail: String = path.chars().skip(length - room + 1).collect();
    format!("…{tail}")
}
