//! `prepcheck coverage`: the seven incidents and the five fixes against what covers them.

use serde::Serialize;

use super::{FORMAT_VERSION, place};
use crate::model::{Covered, FIXES, INCIDENTS, Missed, Ops, Stated, UnitView};

#[derive(Debug, Serialize)]
pub struct Coverage {
    pub format_version: u32,
    pub units: Vec<CoverageUnit>,
}

#[derive(Debug, Serialize)]
pub struct CoverageUnit {
    /// Folder below the root; empty for the repository itself.
    pub unit: String,
    pub incidents: Vec<CoverageRow>,
    pub fixes: Vec<CoverageRow>,
}

/// An incident or a fix.
#[derive(Debug, Serialize)]
pub struct CoverageRow {
    pub id: &'static str,
    pub covered: bool,
    /// The clearest first.
    pub by: Vec<CoverageEntry>,
    /// What looks like coverage and is none; only where nothing covers it.
    pub near: Vec<CoverageNear>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct CoverageEntry {
    pub path: String,
    pub line: u32,
    /// What says so: `title`, `file-name`, `heading`, `slot` …
    pub how: &'static str,
    /// The steps lie behind a link out of the repository: given, not verified.
    pub linked: bool,
    /// Why it does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct CoverageNear {
    pub path: String,
    pub line: u32,
    pub why: &'static str,
}

impl Coverage {
    /// Every path and folder, to be shown as it opens from elsewhere than the root.
    pub fn each_path(&mut self, change: impl Fn(&mut String)) {
        for unit in &mut self.units {
            if !unit.unit.is_empty() {
                change(&mut unit.unit);
            }
            for row in unit.incidents.iter_mut().chain(&mut unit.fixes) {
                row.by.iter_mut().for_each(|entry| change(&mut entry.path));
                row.near.iter_mut().for_each(|near| change(&mut near.path));
            }
        }
    }
}

pub fn coverage(ops: &Ops) -> Coverage {
    let units = ops.views().filter(|unit| !unit.is_mere_container());
    let units = units.map(|unit| CoverageUnit {
        unit: unit.folder().to_owned(),
        incidents: rows(ops, unit, INCIDENTS),
        fixes: rows(ops, unit, FIXES),
    });
    Coverage {
        format_version: FORMAT_VERSION,
        units: units.collect(),
    }
}

fn rows(ops: &Ops, unit: UnitView<'_>, concepts: &[&'static str]) -> Vec<CoverageRow> {
    let row = |id: &&'static str| {
        let covered = unit.coverage(id);
        let mut by: Vec<CoverageEntry> = covered
            .iter()
            .filter_map(|covered| entry(ops, *covered))
            .collect();
        by.dedup();
        let near = match by.is_empty() {
            true => unit.near_misses(id),
            false => Vec::new(),
        };
        let mut near: Vec<CoverageNear> =
            near.iter().map(|missed| near_miss(ops, missed)).collect();
        near.dedup();
        CoverageRow {
            id,
            covered: !by.is_empty(),
            by,
            near,
        }
    };
    concepts.iter().map(row).collect()
}

fn entry(ops: &Ops, covered: Covered<'_>) -> Option<CoverageEntry> {
    let (path, line) = place(ops, covered.span()?);
    let mut entry = CoverageEntry {
        path,
        line,
        how: "slot",
        linked: false,
        not_applicable: None,
    };
    match covered {
        Covered::Document(_, coverage) => {
            entry.how = coverage.by.id();
            entry.linked = coverage.is_elsewhere;
        }
        Covered::Stated(Stated::NotApplicable(reason)) => {
            entry.not_applicable = Some(reason.value.clone());
        }
        Covered::Stated(stated) => entry.linked = matches!(stated, Stated::Elsewhere(_)),
    }
    Some(entry)
}

fn near_miss(ops: &Ops, missed: &Missed<'_>) -> CoverageNear {
    let (path, line) = place(ops, missed.span);
    CoverageNear {
        path,
        line,
        why: missed.why.words(),
    }
}
