//! Nothing in the root README leads to the operations documents.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Document, How, Kind, Ops, path_facts};
use crate::rule::{Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "answers/undiscoverable",
    group: Group::Answers,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing in the root README leads to the operations documents",
    why: "At 3 a.m. people open the repository's front page. What is not reachable from there is looked for in vain, or not at all.",
    fix: "Link from the root README to the incident plan, to the folder of the runbooks, or to a page that lists them.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let ops = cx.ops;
    let Some(readme) = ops
        .documents()
        .find(|document| is_root_readme(ops, document))
    else {
        return;
    };
    let Some(suggested) = suggested(ops).filter(|_| !is_operations(readme)) else {
        return;
    };
    if ops
        .units
        .iter()
        .any(|unit| unit.unread.contains(&readme.file))
    {
        out.not_assessed("", "the root README could not be read".to_owned());
        return;
    }
    if names_them(readme) || Places::new(ops).can_be_reached_from(readme) {
        return;
    }
    let path = String::from_utf8_lossy(ops.sources.path(suggested.file)).into_owned();
    out.at(
        Subject::Unit,
        readme.first_line,
        "nothing in the README leads to the operations documents",
    )
    .help(format!(
        "link to `{path}`, to its folder, or to a page that lists these documents"
    ));
}

/// Whether the README says where such documents are kept, if it is outside the repository.
fn names_them(readme: &Document) -> bool {
    let mut linked = readme.evidence.iter().filter(|e| e.how == How::Linked);
    linked.any(|evidence| matches!(evidence.slot, "fix.runbooks" | "who.rotation"))
}

/// Whether a document is one that people look for in an incident.
fn is_operations(document: &Document) -> bool {
    !matches!(document.kind, Kind::Other | Kind::AlertRules)
}

fn is_root_readme(ops: &Ops, document: &Document) -> bool {
    let path = ops.sources.path(document.file);
    let is_at_root = !path.contains(&b'/');
    is_at_root && path_facts(path).is_some_and(|facts| facts.name == "readme")
}

/// The document that helps most, of those that are there.
fn suggested(ops: &Ops) -> Option<&Document> {
    let documents = ops.documents().filter(|document| is_operations(document));
    documents.min_by_key(|document| match document.kind {
        Kind::IncidentPlan => 0,
        Kind::Preparedness => 1,
        Kind::Oncall => 2,
        Kind::Runbook => 3,
        _ => 4,
    })
}

/// What links can lead to.
struct Places<'a> {
    ops: &'a Ops,
    /// The operations documents and the folders around them, but not the root.
    goals: BTreeSet<&'a [u8]>,
    /// The pages whose links are known.
    pages: BTreeMap<&'a [u8], &'a Document>,
}

impl<'a> Places<'a> {
    fn new(ops: &'a Ops) -> Places<'a> {
        let mut goals = BTreeSet::new();
        for document in ops.documents().filter(|document| is_operations(document)) {
            let path = ops.sources.path(document.file);
            let ends = (0..path.len()).filter(|at| path[*at] == b'/');
            goals.extend(ends.map(|end| &path[..end]));
            goals.insert(path);
        }
        let pages = ops
            .documents()
            .filter(|document| !document.links.is_empty());
        let pages = pages.map(|document| (ops.sources.path(document.file), document));
        Places {
            ops,
            goals,
            pages: pages.collect(),
        }
    }

    /// By a link, or by two with a page about its folder between them.
    fn can_be_reached_from(&self, readme: &Document) -> bool {
        let mut linked = self.linked(readme);
        linked.any(|path| {
            let page = self.pages.get(path.as_bytes());
            self.is_goal(&path)
                || page.is_some_and(|page| self.linked(page).any(|path| self.is_goal(&path)))
        })
    }

    /// A page about a folder stands for the folder.
    fn is_goal(&self, path: &str) -> bool {
        let is_index = || path_facts(path.as_bytes()).is_some_and(|facts| facts.is_index);
        let folder = path.rsplit_once('/').map(|(folder, _)| folder.as_bytes());
        self.goals.contains(path.as_bytes())
            || (folder.is_some_and(|folder| self.goals.contains(folder)) && is_index())
    }

    fn linked(&self, page: &'a Document) -> impl Iterator<Item = String> + use<'a> {
        page.linked_paths(self.ops.sources.path(page.file))
    }
}
