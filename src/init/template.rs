//! Where a template for post-mortems goes.

use crate::model::{Kind, Ops, UnitView, path_facts};
use crate::new::DEFAULT_FOLDER;

/// Where the template goes: beside the post-mortems that are there, else where they are usually
/// kept.
pub(super) fn path(ops: &Ops, root: UnitView<'_>) -> String {
    let postmortems = root
        .documents()
        .filter(|document| document.kind == Kind::Postmortem);
    let mut folders =
        postmortems.filter_map(|document| folder_of_postmortems(ops.sources.path(document.file)));
    let folder = folders.next();
    let folder = folder.unwrap_or_else(|| DEFAULT_FOLDER.to_owned());
    format!("{folder}/template.md")
}

/// The outermost folder around a post-mortem in which a template would be known as one; a report
/// may have a folder of its own inside it.
fn folder_of_postmortems(path: &[u8]) -> Option<String> {
    let path = str::from_utf8(path).ok()?;
    let ends = path.match_indices('/').map(|(end, _)| end);
    let mut folders = ends.map(|end| &path[..end]);
    let folder = folders.find(|folder| {
        let facts = path_facts(format!("{folder}/template.md").as_bytes());
        facts.is_some_and(|facts| facts.is_template && facts.hint == Some(Kind::Postmortem))
    })?;
    Some(folder.to_owned())
}
