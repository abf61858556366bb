//! The five answers on one screen.

use super::{Layout, Style};
use crate::text::sanitise;
use crate::view::{Status, StatusAnswer, StatusEvidence, StatusUnit};

/// Lines of evidence shown for one part of an answer.
const SHOWN: usize = 2;

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
        out.push_str(&format!("./{}\n\n", sanitise::text(&unit.unit)));
    }
    for (index, answer) in unit.answers.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mark = match (layout.style, answer.answered) {
            (Style::Graphical, true) => "✓",
            (Style::Graphical, false) => "✗",
            (_, true) => "yes",
            (_, false) => "no ",
        };
        out.push_str(&format!("{mark} {}\n", answer.question));
        render_evidence(out, answer, layout);
    }
}

fn render_evidence(out: &mut String, answer: &StatusAnswer, layout: Layout) {
    if !answer.answered {
        out.push_str(&format!(
            "    nothing yet; see `prepcheck explain answers/unanswered-{}`\n",
            answer.id
        ));
        return;
    }
    for evidence in answer.evidence.chunk_by(|a, b| a.slot == b.slot) {
        let slot = evidence[0].slot;
        out.push_str(&format!(
            "    {}\n",
            slot.replace('_', " ").replace('.', ": ")
        ));
        for shown in evidence.iter().take(SHOWN) {
            out.push_str(&format!("      {}\n", cropped(&place(shown), layout.width)));
        }
        if evidence.len() > SHOWN {
            out.push_str(&format!("      + {} more\n", evidence.len() - SHOWN));
        }
    }
}

fn place(evidence: &StatusEvidence) -> String {
    let mut words = format!("./{}:{}", sanitise::text(&evidence.path), evidence.line);
    match evidence.how {
        "linked" => words.push_str(", linked, not verified"),
        "not-applicable" => words.push_str(", not applicable"),
        "encrypted" => words.push_str(", encrypted"),
        _ => {}
    }
    if evidence.inherited {
        words.push_str(", inherited");
    }
    words
}

/// A line that fits; the end of a path tells more than its beginning.
fn cropped(text: &str, width: usize) -> String {
    let room = width.saturating_sub("      ".len());
    let length = text.chars().count();
    if length <= room {
        return text.to_owned();
    }
    let skipped = length - room.saturating_sub(1);
    let tail: String = text.chars().skip(skipped).collect();
    format!("…{tail}")
}
