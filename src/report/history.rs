//! What git knows of documents, for people.

use super::{Layout, mask};
use crate::report::wrap::push_paragraph;
use crate::text::sanitise;
use crate::view::{History, HistoryChange, HistoryDocument, HistoryDropped, HistoryMoved};

/// Columns before what is known.
const INDENT: &str = "            ";

/// A paragraph a document, with its dates, its earlier names and what became of its items.
pub fn render(history: &History, layout: Layout) -> String {
    let mut out = String::new();
    for document in &history.documents {
        render_document(&mut out, document, layout);
    }
    for limit in &history.limits {
        let words = format!("history is not known in full: {}", sanitise::text(limit));
        push_paragraph(&mut out, ("", "  "), &words, layout.width);
    }
    for command in &history.remedies {
        let words = format!("to know more, run: {command}");
        push_paragraph(&mut out, ("", "  "), &words, layout.width);
    }
    if out.is_empty() {
        out.push_str("no operations documents; `prepcheck` says what is missing\n");
    }
    out
}

fn render_document(out: &mut String, document: &HistoryDocument, layout: Layout) {
    let path = sanitise::path(document.path.as_bytes());
    out.push_str(&format!("{path}  ({})\n", document.kind));
    let mut line = |name: &str, words: &str| {
        let first = format!("  {name:10}");
        push_paragraph(out, (&first, INDENT), words, layout.width);
    };
    if let Some(first) = &document.first {
        line("first", &told(first));
    }
    if let Some(last) = &document.last {
        line("last", &told(last));
    }
    if let Some(versions) = document.versions {
        line("versions", &versions.to_string());
    }
    for reason in &document.unknown {
        line("not known", &sanitise::text(reason));
    }
    for earlier in &document.earlier_paths {
        line("was", &sanitise::path(earlier.as_bytes()));
    }
    for moved in &document.moved {
        line("moved", &of_moved(moved));
    }
    for dropped in &document.dropped {
        line("taken out", &of_dropped(dropped));
    }
    out.push('\n');
}

fn told(change: &HistoryChange) -> String {
    let brought = if change.import {
        ", with most others"
    } else {
        ""
    };
    format!("{}, commit {:.10}{brought}", change.day, change.commit)
}

fn of_moved(moved: &HistoryMoved) -> String {
    let days = moved.days.iter().map(|day| match &day.change {
        Some(change) => format!(
            "{} (set on {}, commit {:.10})",
            day.due, change.day, change.commit
        ),
        None if day.unknown => format!("{} (by a commit that is not known)", day.due),
        None => format!("{} (not committed)", day.due),
    });
    let days: Vec<String> = days.collect();
    format!(
        "line {}, {}: {}",
        moved.line,
        mask::shown(&moved.text),
        days.join(", then ")
    )
}

fn of_dropped(dropped: &HistoryDropped) -> String {
    let due = dropped.due.as_ref().map(|due| format!(", due {due}"));
    let by = match &dropped.change {
        Some(change) => format!("on {}, commit {:.10}", change.day, change.commit),
        None if dropped.unknown => "by a commit that is not known".to_owned(),
        None => "not committed".to_owned(),
    };
    let text = mask::shown(&dropped.text);
    format!("{text}{}: {by}", due.unwrap_or_default())
}
