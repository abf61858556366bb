//! A template for post-mortems.

use crate::model::{Kind, Ops, UnitView, path_facts};

/// Where a repository without post-mortems begins to keep them.
const DEFAULT_FOLDER: &str = "docs/postmortems";

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

/// Blameless, and with nothing in it that has to be changed before the first incident.
pub(super) const TEXT: &str = "\
# YYYY-MM-DD: what did not work

<!-- Copy this page for each incident. Write about systems and decisions, not about people:
everybody did what made sense with what they knew. -->

- **Date:** YYYY-MM-DD
- **Duration:** how long customers noticed it
- **Severity:** how bad it was
- **Author:** who wrote this down

## Summary

What happened, in three sentences that a customer would understand.

## Impact

Who could not do what, and for how long.

## Timeline

All times are UTC.

- HH:MM - what happened, was seen or was done

## Root cause

Why it happened. Ask why again until the answer is something that we can change.

## Contributing factors

What made it more likely, larger or longer.

## What went well

What we want to keep.

## What went poorly

What cost us time, or customers their patience.

## Action items

Each with one owner and a due date.

- [ ] what will be different - Owner: name - Due: YYYY-MM-DD

## Follow-up to customers

What customers were told, when, and where.
";
