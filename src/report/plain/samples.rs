//! Reports for the tests of the text formats.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Answer, Level};
use crate::report::{
    AnswerRow, Header, Item, Layout, LocatedRange, Location, NotAssessed, Report, SourceText, Style,
};
use crate::text::{FileId, LineIndex, Position, Span};

pub fn file(path: &[u8], bytes: &[u8]) -> Arc<SourceText> {
    Arc::new(SourceText {
        path: path.to_vec(),
        below_root: path.to_vec(),
        lines: LineIndex::new(bytes),
        bytes: Some(bytes.to_vec()),
    })
}

/// A file whose bytes are no longer those that were judged.
pub fn changed_file(path: &[u8], bytes: &[u8]) -> Arc<SourceText> {
    Arc::new(SourceText {
        path: path.to_vec(),
        below_root: path.to_vec(),
        lines: LineIndex::new(bytes),
        bytes: None,
    })
}

pub fn at(file: &Arc<SourceText>, range: Range<usize>) -> Location {
    let span = Span::new(FileId(0), range);
    let bytes = file.bytes.as_deref().unwrap_or_default();
    Location {
        file: Arc::clone(file),
        range: Some(LocatedRange {
            span,
            start: Position::of(span.start, &file.lines, bytes),
            end: Position::of(span.end, &file.lines, bytes),
        }),
    }
}

/// The place of the first occurrence of some words.
pub fn on(file: &Arc<SourceText>, words: &str) -> Location {
    let bytes = file.bytes.as_deref().unwrap_or_default();
    let length = words.len();
    let start = bytes
        .windows(length)
        .position(|window| window == words.as_bytes());
    let start = start.expect("the words are in the file");
    at(file, start..start + length)
}

pub fn nowhere_in(file: &Arc<SourceText>) -> Location {
    Location {
        file: Arc::clone(file),
        range: None,
    }
}

pub fn item(rule: &'static str, level: Level, message: &str) -> Item {
    Item {
        rule,
        level,
        cause: "content",
        answer: None,
        unit: String::new(),
        subject: "document".to_owned(),
        message: message.to_owned(),
        place: None,
        at: None,
        labels: Vec::new(),
        help: None,
        notes: Vec::new(),
        has_fix: false,
        state: None,
    }
}

/// The example of the style guide.
pub fn stale() -> Item {
    let text = "---\ntitle: Database failover\nreviewed: 2024-04-27\n---\n";
    let runbook = file(b"runbooks/db-failover.md", text.as_bytes());
    let message = "last reviewed 400 days ago, 365 days allowed";
    Item {
        answer: Some(Answer::Fix),
        place: Some(on(&runbook, "2024-04-27")),
        labels: vec![(on(&runbook, "Database failover"), "this runbook".to_owned())],
        help: Some("walk through the steps, then update `reviewed:`".to_owned()),
        ..item("runbooks/stale", Level::Warning, message)
    }
}

pub fn unanswered() -> Item {
    Item {
        answer: Some(Answer::Who),
        help: Some("write down who is called, with a number and a backup".to_owned()),
        notes: vec!["a link to where it is kept is enough".to_owned()],
        ..item(
            "answers/unanswered-who",
            Level::Error,
            "nothing says who gets called",
        )
    }
}

pub fn report(items: Vec<Item>) -> Report {
    Report {
        header: Header {
            version: "0.1.0",
            root: ".".to_owned(),
            way: crate::text::Way::default(),
            tree: super::super::Tree::Worktree,
            policy: "startup".to_owned(),
            as_of: "2026-11-23".to_owned(),
            documents: 12,
            is_git: true,
            no_base: None,
        },
        answers: Answer::ALL.map(|answer| answer_row(&items, answer)).into(),
        items,
        allowed: 0,
        not_assessed: Vec::new(),
        remarks: Vec::new(),
        bugs: Vec::new(),
        next_step: None,
        mended: None,
        difference: None,
    }
}

fn answer_row(items: &[Item], answer: Answer) -> AnswerRow {
    let count = |level| {
        let same = |item: &&Item| item.answer == Some(answer) && item.level == level;
        items.iter().filter(same).count()
    };
    AnswerRow {
        answer,
        is_answered: count(Level::Error) == 0,
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        notes: count(Level::Note),
    }
}

/// A report with a bit of everything.
pub fn full() -> Report {
    let big = file(b"docs/big.md", b"");
    let too_large = Item {
        place: Some(nowhere_in(&big)),
        ..item(
            "files/too-large",
            Level::Warning,
            "larger than 1 MiB and not judged",
        )
    };
    let placed = |number: usize| {
        let text = format!("# Runbook {number}\n\nnothing yet\n");
        let runbook = file(
            format!("services/x/run{number}.md").as_bytes(),
            text.as_bytes(),
        );
        Item {
            answer: Some(Answer::Fix),
            unit: "services/x".to_owned(),
            place: Some(on(&runbook, "nothing yet")),
            ..item("runbooks/stub", Level::Warning, "the runbook has no steps")
        }
    };
    let mut items = vec![unanswered(), stale(), too_large];
    items.extend((1..=5).map(placed));
    let mut report = report(items);
    report.allowed = 3;
    report.header.is_git = false;
    report.not_assessed.push(NotAssessed {
        rule: "runbooks/stale",
        unit: "services/x".to_owned(),
        reason: "there is no git history; run prepcheck in a full clone".to_owned(),
        state: None,
    });
    let older = "4 post-mortems are of incidents more than 365 days ago";
    report.remarks.push(older.to_owned());
    report.next_step = Some("write down who is called, with a number and a backup".to_owned());
    report
}

pub fn layout(style: Style, width: usize) -> Layout {
    Layout {
        style,
        width,
        colour: false,
        all: false,
    }
}
