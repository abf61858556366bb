//! Post-mortems in the forms in which people write them, and what is understood of each.
//!
//! `documents/<name>.md` is read as a post-mortem, and `documents/<name>.txt` lists what it says:
//! the head, and an item a line with its state, owners in brackets, due date and text. What is not
//! listed was not found. `UPDATE=1 cargo test` rewrites what differs.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use prepcheck::model::postmortem::{
    ActionItem, Actions, DateSource, Done, Due, Moment, PostMortem,
};
use prepcheck::model::{self, Document, Kind, Reading, Text};
use prepcheck::text::{FileId, LineIndex};
use proptest::prelude::*;

use crate::{is_update, root};

#[test]
fn forms_are_understood() {
    let mut faults = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let got = listing(&text);
        let expected_path = path.with_extension("txt");
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if got == expected {
            continue;
        }
        if is_update() {
            fs::write(&expected_path, &got).expect("a listing");
            continue;
        }
        faults.push(format!(
            "{}:\n{}",
            path.display(),
            differing(&expected, &got)
        ));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn older_contents_have_the_items_that_they_had() {
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let lines = LineIndex::new(text.as_bytes());
        let report = lower(&text, &lines, Kind::Postmortem).postmortem;
        let items = report.as_deref().and_then(model::past_items);
        let older = read(&text, &lines, model::older_items);
        assert_eq!(older, items, "{}", path.display());
    }
}

#[test]
fn a_template_asks_for_sections_and_has_no_items() {
    let text = fs::read_to_string(folder().join("canonical.md")).expect("a document");
    let lines = LineIndex::new(text.as_bytes());
    let document = lower(&text, &lines, Kind::Template);
    let report = document.postmortem.expect("a template's model");
    assert!(report.has("action-items") && report.has("severity"));
    assert_eq!(report.action_items, []);
    assert_eq!(report.left_over, []);
}

#[test]
fn other_documents_pay_for_no_model() {
    let text = fs::read_to_string(folder().join("canonical.md")).expect("a document");
    let lines = LineIndex::new(text.as_bytes());
    assert!(lower(&text, &lines, Kind::Runbook).postmortem.is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text: no panic, spans on the borders of characters and inside the file, and items in
    /// the order in which they stand.
    #[test]
    fn any_document_is_understood_or_not(
        text in "([#>*|`~\\-\\[\\]() a-zé：、✅\\n:.,@/<&;0-9]|## Action items\n|## Timeline\n|\\*\\*Date:\\*\\* |Owner: @ada|Due: 2026-01-05|- \\[ \\] |\n\n- |\n\n1\\. |\n\\| Action \\| Owner \\| Due \\|\n\\|-\\|-\\|-\\|\n\\| a \\| b \\| c \\|\n|10:05 |&amp;|担当: |\\(won't do: x\\)|2026-02-31|3/4/26){0,60}",
    ) {
        let lines = LineIndex::new(text.as_bytes());
        let document = lower(&text, &lines, Kind::Postmortem);
        let report = document.postmortem.as_ref().expect("a post-mortem's model");
        for span in spans(report) {
            let range = span.range();
            prop_assert!(text.get(range.clone()).is_some(), "{range:?}");
        }
    }
}

/// What is understood of a text, in lines.
fn listing(text: &str) -> String {
    let lines = LineIndex::new(text.as_bytes());
    let document = lower(text, &lines, Kind::Postmortem);
    let report = document.postmortem.as_ref().expect("a post-mortem's model");
    let mut out = String::new();
    head(&mut out, report);
    for item in &report.action_items {
        let line = lines.line(item.span.start);
        writeln!(out, "{line} {}", item_line(item)).expect("a string");
    }
    for text in &report.left_over {
        writeln!(out, "left over: {}", text.value).expect("a string");
    }
    out
}

fn head(out: &mut String, report: &PostMortem) {
    let mut line = |text: String| writeln!(out, "{text}").expect("a string");
    if let Some(stating) = &report.incident_date {
        line(format!("date {}", stating.day));
    }
    for stating in report.conflicting_dates() {
        line(format!(
            "conflict {} {}",
            stating.day,
            source(stating.source)
        ));
    }
    if let Some(text) = &report.unclear_date {
        line(format!("unclear date {}", text.value));
    }
    for (name, moment) in [("start", &report.start), ("end", &report.end)] {
        if let Some(moment) = moment {
            line(format!("{name} {}", show(moment)));
        }
    }
    if let Some(length) = &report.duration {
        let seconds = length.seconds.map_or("?".to_owned(), |s| s.to_string());
        line(format!("duration {seconds} s"));
    }
    if let Some(severity) = &report.severity {
        line(format!("severity {}", severity.value));
    }
    for author in &report.authors {
        line(format!("author {}", author.value));
    }
    if report.is_draft {
        line("draft".to_owned());
    }
    if !report.timeline.is_empty() {
        let zone = report.timeline_zone.as_ref();
        let zone = zone.map_or(String::new(), |zone| format!(", zone {}", zone.value));
        line(format!("timeline {} events{zone}", report.timeline.len()));
    }
    line(match &report.actions {
        Actions::NoSection => "action-items no section".to_owned(),
        Actions::Empty(_) => "action-items empty".to_owned(),
        Actions::NoneNeeded(_) => "action-items none needed".to_owned(),
        Actions::Elsewhere(link) => format!("action-items elsewhere {}", link.value),
        Actions::NotUnderstood(_) => "action-items not understood".to_owned(),
        Actions::Listed => "action-items listed".to_owned(),
    });
}

fn show(moment: &Moment) -> String {
    let parts = [
        moment.day.map(|day| day.to_string()),
        moment.time.map(|time| time.to_string()),
        moment.zone.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn source(source: DateSource) -> &'static str {
    match source {
        DateSource::Field => "field",
        DateSource::FileName => "file name",
        DateSource::Title => "title",
        DateSource::Publication => "publication",
        DateSource::Timeline => "time line",
    }
}

fn item_line(item: &ActionItem) -> String {
    let done = match item.done {
        Done::Yes => "done",
        Done::No => "open",
        Done::Unstated => "unstated",
    };
    let mut owners: Vec<String> = item
        .owners
        .iter()
        .map(|owner| owner.value.clone())
        .collect();
    let unclear = item
        .unclear_owner
        .iter()
        .map(|text| format!("?{}", text.value));
    owners.extend(unclear);
    let due = match &item.due {
        Due::Missing => "-".to_owned(),
        Due::Day(day) => day.value.to_string(),
        Due::Placeholder(text) => format!("placeholder {}", text.value),
        Due::OpenEnded(text) => format!("open-ended {}", text.value),
        Due::Unreadable(text) => format!("unreadable {}", text.value),
    };
    let mut line = format!("{done} [{}] {due} {}", owners.join(", "), item.text.value);
    let done_on = item.done_on.as_ref().map(|day| day.value.to_string());
    let text = |value: &Option<prepcheck::text::Spanned<String>>| {
        value.as_ref().map(|value| value.value.clone())
    };
    for (name, value) in [
        ("on", done_on),
        ("dropped:", text(&item.dropped)),
        ("priority", text(&item.priority)),
        ("tracker", text(&item.tracker)),
    ] {
        if let Some(value) = value {
            write!(line, "; {name} {value}").expect("a string");
        }
    }
    line
}

fn lower(text: &str, lines: &LineIndex, kind: Kind) -> Document {
    read(text, lines, |reading| model::lower(reading, Some(kind)))
}

fn read<T>(text: &str, lines: &LineIndex, take: impl Fn(&Reading<'_>) -> T) -> T {
    let facts = model::path_facts(b"docs/postmortems/report.md").expect("a path that is read");
    let text = Text::decode(text.as_bytes().to_vec(), facts.format);
    take(&model::read(FileId(0), &facts, &text, lines))
}

fn spans(report: &PostMortem) -> Vec<prepcheck::text::Span> {
    let mut spans = Vec::new();
    for section in &report.sections {
        spans.extend([section.heading, section.body]);
    }
    for event in &report.timeline {
        spans.extend([event.span, event.at.span]);
    }
    for item in &report.action_items {
        spans.extend([item.span, item.text.span]);
        spans.extend(
            item.owners
                .iter()
                .chain(&item.unclear_owner)
                .map(|owner| owner.span),
        );
        spans.extend(item.due.span());
        let others = [&item.dropped, &item.priority, &item.tracker];
        spans.extend(others.into_iter().flatten().map(|text| text.span));
        spans.extend(item.done_on.as_ref().map(|day| day.span));
    }
    spans.extend(report.left_over.iter().map(|text| text.span));
    spans.extend(report.dates.iter().map(|stating| stating.span));
    spans
}

/// The lines of two listings that the other does not have.
fn differing(expected: &str, got: &str) -> String {
    let mut out = String::new();
    for line in expected
        .lines()
        .filter(|line| !got.lines().any(|other| other == *line))
    {
        writeln!(out, "  - {line}").expect("a string");
    }
    for line in got
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line))
    {
        writeln!(out, "  + {line}").expect("a string");
    }
    out
}

fn folder() -> PathBuf {
    root().join("tests/it/documents")
}

fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the documents");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    paths.sort();
    paths
}
