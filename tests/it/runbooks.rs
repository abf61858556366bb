//! What is understood of runbooks, reports and alert rules: a small repository in `runbooks/` and
//! one listing of everything in it, `runbooks.txt`. `UPDATE=1` rewrites the listing.

use std::fmt::Write;
use std::fs;

use prepcheck::inspect::{Inspection, inspect};
use prepcheck::model::{Document, FIXES, INCIDENTS, Stated};
use prepcheck::policy::{self, Policy};
use prepcheck::text::Span;
use prepcheck::{load, model};

use crate::{is_update, root};

#[test]
fn what_runbooks_say() {
    let folder = root().join("tests/it/runbooks");
    let policy = Policy::shipped(policy::DEFAULT).expect("the default is shipped");
    let snapshot = load::worktree(Some(&folder), &folder, &model::is_wanted).expect("a tree");
    let listing =
        listing(&inspect(&snapshot, &policy)).expect("a string takes all that is written");
    let path = root().join("tests/it/runbooks.txt");
    if is_update() {
        fs::write(&path, &listing).expect("the listing");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    snapbox::assert_data_eq!(listing, snapbox::Data::text(expected).raw());
}

fn listing(inspection: &Inspection) -> Result<String, std::fmt::Error> {
    let ops = &inspection.ops;
    let mut out = String::new();
    for document in ops.documents() {
        let path = String::from_utf8_lossy(ops.sources.path(document.file));
        let stub = if document.is_stub { ", a stub" } else { "" };
        writeln!(out, "{path}: {}{stub}", document.kind.id())?;
        let line = |span: Span| ops.sources.line(span.file, span.start);
        write_document(&mut out, document, &line)?;
    }
    let unit = ops.views().next().expect("the root is a unit");
    for concept in INCIDENTS.iter().chain(FIXES) {
        writeln!(
            out,
            "{concept}: covered {} times, missed {} times",
            unit.coverage(concept).len(),
            unit.near_misses(concept).len()
        )?;
    }
    Ok(out)
}

fn write_document(
    out: &mut String,
    document: &Document,
    line: &dyn Fn(Span) -> u32,
) -> std::fmt::Result {
    for incident in &document.incidents {
        writeln!(
            out,
            "  about {}, line {}",
            incident.value,
            line(incident.span)
        )?;
    }
    for alert in &document.alerts {
        write!(
            out,
            "  alert {}, line {}",
            alert.name.value,
            line(alert.name.span)
        )?;
        match &alert.runbook {
            None => writeln!(out)?,
            Some(link) if link.has_template => writeln!(out, ": unknown")?,
            Some(link) => writeln!(out, ": {}", link.value)?,
        }
    }
    let Some(runbook) = &document.runbook else {
        return Ok(());
    };
    for coverage in &runbook.covers {
        let elsewhere = if coverage.is_elsewhere {
            ", elsewhere"
        } else {
            ""
        };
        writeln!(
            out,
            "  covers {} by its {}, line {}{elsewhere}",
            coverage.concept,
            coverage.by.id(),
            line(coverage.span)
        )?;
    }
    for near in &runbook.near_misses {
        writeln!(
            out,
            "  not {}: {}, line {}",
            near.concept,
            near.why.words(),
            line(near.span)
        )?;
    }
    for section in &runbook.sections {
        let filled = if section.is_filled { "" } else { ", empty" };
        writeln!(
            out,
            "  section {}, line {}{filled}",
            section.name,
            line(section.span)
        )?;
    }
    for alert in &runbook.alerts {
        writeln!(out, "  for alert {}", alert.value)?;
    }
    if let Some(owner) = &runbook.owner {
        writeln!(out, "  owner {}", owner.value)?;
    }
    match &runbook.reviewed {
        Stated::Known(day) => writeln!(out, "  reviewed {}", day.value)?,
        Stated::NotUnderstood(span) => writeln!(out, "  reviewed ?, line {}", line(*span))?,
        _ => {}
    }
    if let Stated::Known(interval) = &runbook.review_in {
        let interval = interval.value;
        writeln!(out, "  review in {} {:?}", interval.count, interval.unit)?;
    }
    if let Some(pointer) = &runbook.pointer {
        writeln!(out, "  points to {}", pointer.value)?;
    }
    Ok(())
}
