//! Where a new document goes: where most of its kind lie, else where they usually do.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::scheme::Placed;
use super::template::{self, Template};
use super::{Repository, joined, split};
use crate::model::{Document, Kind, path_facts};
use crate::vocabulary;

/// Where a repository without post-mortems begins to keep them.
pub const DEFAULT_FOLDER: &str = "docs/postmortems";

/// A folder whose path does not promise runbooks is one of them from so many on.
const A_FEW: usize = 3;

/// A folder, and the documents that show how names are made there.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub folder: String,
    pub documents: Vec<Placed<'a>>,
}

impl<'a> Place<'a> {
    fn empty(folder: String) -> Place<'a> {
        let documents = Vec::new();
        Place { folder, documents }
    }

    /// A folder that was asked for; if it holds no such document, those elsewhere are the example.
    pub fn or_asked(self, asked: Option<&str>, all: Vec<Placed<'a>>) -> Place<'a> {
        let Some(folder) = asked else {
            return self;
        };
        let own: Vec<Placed<'_>> = all
            .into_iter()
            .filter(|placed| placed.base == folder)
            .collect();
        Place {
            folder: folder.to_owned(),
            documents: if own.is_empty() { self.documents } else { own },
        }
    }
}

/// Where most post-mortems lie.
pub(super) fn of_postmortems(repository: Repository<'_>) -> Place<'_> {
    let all = postmortems(repository);
    match fullest(&all) {
        Some(base) => in_folder(base, all),
        None => {
            let template = template::of_postmortems(repository, DEFAULT_FOLDER);
            let folder = of_template(template, Kind::Postmortem);
            Place::empty(folder.unwrap_or_else(|| default(repository, "postmortems")))
        }
    }
}

/// Where most runbooks lie, single pages that are all of a repository's runbooks apart.
pub(super) fn of_runbooks(repository: Repository<'_>) -> Place<'_> {
    let all = runbooks(repository);
    let count = |base: &str| all.iter().filter(|placed| placed.base == base).count();
    let counts = |placed: &&Placed<'_>| {
        !placed.base.is_empty() && (promises_runbooks(placed.base) || count(placed.base) >= A_FEW)
    };
    let counted: Vec<Placed<'_>> = all.iter().filter(counts).copied().collect();
    match fullest(&counted) {
        Some(base) => in_folder(base, all),
        None => {
            let template = template::of_runbooks(repository, "docs/runbooks");
            let folder = of_template(template, Kind::Runbook);
            Place::empty(folder.unwrap_or_else(|| default(repository, "runbooks")))
        }
    }
}

pub(super) fn postmortems(repository: Repository<'_>) -> Vec<Placed<'_>> {
    placed(repository, Kind::Postmortem)
}

/// Runbooks that are about one thing.
pub(super) fn runbooks(repository: Repository<'_>) -> Vec<Placed<'_>> {
    let mut all = placed(repository, Kind::Runbook);
    all.retain(|placed| {
        let (_, name) = split(placed.rest);
        let facts = path_facts(name.as_bytes());
        !facts.is_some_and(|facts| vocabulary::names("paths", "file-runbook", &facts.name))
    });
    all
}

fn placed(repository: Repository<'_>, kind: Kind) -> Vec<Placed<'_>> {
    let ops = repository.ops;
    let of_kind = |document: &&Document| document.kind == kind;
    let mut found = Vec::new();
    for document in ops.documents().filter(of_kind) {
        let bytes = ops.sources.path(document.file);
        let (Ok(path), Some(facts)) = (str::from_utf8(bytes), path_facts(bytes)) else {
            continue;
        };
        found.push(Placed::of(path, facts.is_index));
    }
    found
}

/// The folder of most documents; of equally full ones the first by path.
fn fullest<'a>(documents: &[Placed<'a>]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for placed in documents {
        *counts.entry(placed.base).or_default() += 1;
    }
    let counts = counts.into_iter();
    let fullest = counts.max_by_key(|(base, count)| (*count, Reverse(*base)));
    fullest.map(|(base, _)| base)
}

fn in_folder<'a>(base: &str, all: Vec<Placed<'a>>) -> Place<'a> {
    Place {
        folder: base.to_owned(),
        documents: all
            .into_iter()
            .filter(|placed| placed.base == base)
            .collect(),
    }
}

fn promises_runbooks(folder: &str) -> bool {
    let facts = path_facts(joined(folder, "page.md").as_bytes());
    facts.is_some_and(|facts| facts.hint == Some(Kind::Runbook))
}

/// The folder of a template, if it is one for documents of this kind.
fn of_template(template: Option<Template<'_>>, kind: Kind) -> Option<String> {
    let (folder, _) = split(template?.path);
    let facts = path_facts(joined(folder, "page.md").as_bytes())?;
    (facts.hint == Some(kind) && !facts.is_template).then(|| folder.to_owned())
}

fn default(repository: Repository<'_>, name: &str) -> String {
    let ops = repository.ops;
    let is_in_ops = |document: &Document| {
        document.native.is_some() && ops.sources.path(document.file).starts_with(b"ops/")
    };
    match !repository.has_docs && ops.documents().any(is_in_ops) {
        true => format!("ops/{name}"),
        false => format!("docs/{name}"),
    }
}
