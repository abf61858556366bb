//! What is covered, and by what: a matrix for the terminal, a table for Markdown.

use super::wrap::push_paragraph;
use super::{Layout, Style, mask};
use crate::text::sanitise;
use crate::view::{Coverage, CoverageEntry, CoverageRow, CoverageUnit};

/// Columns for the mark and the name.
const NAME: usize = 24;

/// The matrix of every unit.
pub fn render(coverage: &Coverage, layout: Layout) -> String {
    let mut out = String::new();
    for unit in &coverage.units {
        if !out.is_empty() {
            out.push('\n');
        }
        if !unit.unit.is_empty() {
            out.push_str(&format!("{}\n\n", sanitise::path(unit.unit.as_bytes())));
        }
        for (title, rows) in tables(unit) {
            out.push_str(&format!("{title}: {}\n", tally(rows)));
            for row in rows {
                render_row(&mut out, row, layout);
            }
            out.push('\n');
        }
        out.truncate(out.trim_end().len() + 1);
    }
    out
}

fn tables(unit: &CoverageUnit) -> [(&'static str, &[CoverageRow]); 2] {
    [
        ("common incidents", &unit.incidents),
        ("common fixes", &unit.fixes),
    ]
}

fn tally(rows: &[CoverageRow]) -> String {
    let covered = rows.iter().filter(|row| row.covered).count();
    format!("{covered} of {} covered", rows.len())
}

fn render_row(out: &mut String, row: &CoverageRow, layout: Layout) {
    let first = format!(
        "{} {:width$}",
        mark(layout, row.covered),
        row.id,
        width = NAME - 4
    );
    let first = format!("{first:NAME$}");
    let rest = " ".repeat(NAME);
    let words = match row.by.split_first() {
        Some((best, [])) => describe(best),
        Some((best, more)) => format!("{} + {}", describe(best), more.len()),
        None => nothing(row),
    };
    push_paragraph(out, (&first, &rest), &words, layout.width);
}

fn mark(layout: Layout, is_covered: bool) -> &'static str {
    match (layout.style, is_covered) {
        (Style::Graphical, true) => "✓  ",
        (Style::Graphical, false) => "✗  ",
        (Style::Plain | Style::Narrated, true) => "yes",
        (Style::Plain | Style::Narrated, false) => "no ",
    }
}

fn describe(entry: &CoverageEntry) -> String {
    let place = format!("{}:{}", sanitise::path(entry.path.as_bytes()), entry.line);
    if let Some(reason) = &entry.not_applicable {
        return format!("not applicable: {} ({place})", mask::shown(reason));
    }
    let linked = if entry.linked {
        ", linked, not verified"
    } else {
        ""
    };
    format!("{place} ({}{linked})", how(entry.how))
}

/// A way of saying it in words.
fn how(id: &str) -> &str {
    match id {
        "front-matter" => "front matter",
        "file-name" => "file name",
        other => other,
    }
}

fn nothing(row: &CoverageRow) -> String {
    match row.near.first() {
        None => "nothing".to_owned(),
        Some(near) => format!(
            "nothing; {}:{} came close: {}",
            sanitise::path(near.path.as_bytes()),
            near.line,
            near.why
        ),
    }
}

/// The same as tables of Markdown.
pub fn markdown(coverage: &Coverage) -> String {
    let mut out = String::new();
    for unit in &coverage.units {
        for (title, rows) in tables(unit) {
            let place = match unit.unit.as_str() {
                "" => String::new(),
                folder => format!(" of {}", sanitise::code_span(folder)),
            };
            out.push_str(&format!(
                "### {}{place}: {}\n\n",
                capital(title),
                tally(rows)
            ));
            out.push_str("| | covered by | how |\n|---|---|---|\n");
            for row in rows {
                out.push_str(&markdown_row(row));
            }
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len() + 1);
    out
}

fn markdown_row(row: &CoverageRow) -> String {
    let Some(best) = row.by.first() else {
        let near = row.near.first().map_or(String::new(), |near| {
            let place = format!("{}:{}", near.path, near.line);
            format!("{} came close: {}", sanitise::code_span(&place), near.why)
        });
        return format!("| `{}` | **nothing** | {near} |\n", row.id);
    };
    let place = sanitise::code_span(&format!("{}:{}", best.path, best.line));
    let how = match &best.not_applicable {
        Some(reason) => format!(
            "not applicable: {}",
            sanitise::code_span(&mask::mask(reason))
        ),
        None if best.linked => format!("{}, linked, not verified", how(best.how)),
        None => how(best.how).to_owned(),
    };
    let more = match row.by.len() {
        1 => String::new(),
        count => format!(" + {}", count - 1),
    };
    format!("| `{}` | {place}{more} | {how} |\n", row.id)
}

fn capital(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
