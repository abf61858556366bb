//! The repository's own templates.

use std::cmp::Reverse;

use super::{Repository, split};
use crate::model::{Document, Kind, Stated, path_facts};
use crate::text::FileId;
use crate::vocabulary::{self, normalise};

/// Sections that only a post-mortem has.
const OF_POSTMORTEMS: &[&str] = &["timeline", "root-cause", "action-items", "went-well"];

/// A template that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Template<'a> {
    pub file: FileId,
    pub path: &'a str,
}

/// The template that the native file names, else the one nearest to a folder.
pub(super) fn of_postmortems<'a>(repository: Repository<'a>, folder: &str) -> Option<Template<'a>> {
    let named = named(repository, "learn.postmortem_template");
    named.or_else(|| nearest(repository, folder, Kind::Postmortem))
}

pub(super) fn of_runbooks<'a>(repository: Repository<'a>, folder: &str) -> Option<Template<'a>> {
    nearest(repository, folder, Kind::Runbook)
}

fn named<'a>(repository: Repository<'a>, slot: &'static str) -> Option<Template<'a>> {
    let ops = repository.ops;
    let is_known =
        |document: &&Document| matches!(document.slots.get(slot), Some(Stated::Known(_)));
    let native = ops.documents().find(is_known)?;
    let Some(Stated::Known(value)) = native.slots.get(slot) else {
        return None;
    };
    let path = Document::named_from(ops.sources.path(native.file), &value.value)?;
    let path = path.split('#').next().unwrap_or_default();
    let mut all = ops.documents().filter_map(|d| template(repository, d));
    all.find(|template| template.path == path)
}

/// The one that shares most folders with a path; of equally near ones the first by path.
fn nearest<'a>(repository: Repository<'a>, folder: &str, kind: Kind) -> Option<Template<'a>> {
    let documents = repository.ops.documents();
    let of_kind = documents.filter(|document| document.kind == Kind::Template);
    let all = of_kind.filter_map(|document| Some((document, template(repository, document)?)));
    let fitting = all.filter(|(document, template)| is_for(document, template.path) == kind);
    let templates = fitting.map(|(_, template)| template);
    templates.max_by_key(|template| (shared(folder, template.path), Reverse(template.path)))
}

fn template<'a>(repository: Repository<'a>, document: &Document) -> Option<Template<'a>> {
    let path = str::from_utf8(repository.ops.sources.path(document.file)).ok()?;
    Some(Template {
        file: document.file,
        path,
    })
}

/// The kind of documents that a template is for; [`Kind::Other`] if nothing tells.
fn is_for(document: &Document, path: &str) -> Kind {
    let facts = path_facts(path.as_bytes());
    let hint = facts.as_ref().and_then(|facts| facts.hint);
    if let Some(kind @ (Kind::Postmortem | Kind::Runbook)) = hint {
        return kind;
    }
    let title = document.title.as_ref().map(|title| normalise(&title.value));
    let names = [title, facts.map(|facts| facts.name)];
    let says = |group, concept| {
        let mut names = names.iter().flatten();
        names.any(|name| vocabulary::names(group, concept, name))
    };
    if says("runbook", "title-runbook") || says("paths", "file-runbook") {
        return Kind::Runbook;
    }
    let mut sections = OF_POSTMORTEMS.iter();
    match sections.any(|section| document.sections.contains_key(section)) {
        true => Kind::Postmortem,
        false => Kind::Other,
    }
}

/// How many folders two paths share from the root on, and whether they lie in the same one.
fn shared(folder: &str, path: &str) -> (bool, usize) {
    let (own, _) = split(path);
    let pairs = folder.split('/').zip(own.split('/'));
    (own == folder, pairs.take_while(|(a, b)| a == b).count())
}
