//! A post-mortem: the repository's own template, else ours, with what is known filled in.

use super::fill::{self, Values};
use super::scheme::Scheme;
use super::{Draft, NewFile, Postmortem, Repository, folder, joined, one_line, shown, template};
use crate::model::path_facts;

/// Blameless, and with nothing in it that has to be changed before the first incident.
pub const TEMPLATE: &str = include_str!("postmortem.md");

/// The slug of an incident that nobody has named yet.
const UNNAMED: &str = "incident";

pub(super) fn draft(repository: Repository<'_>, asked: Postmortem<'_>) -> Draft {
    let title = asked.title.map(one_line).filter(|title| !title.is_empty());
    let incident = asked.incident.map(one_line);
    let severity = asked.severity.map(one_line);
    let place = folder::of_postmortems(repository);
    let place = place.or_asked(asked.folder, folder::postmortems(repository));
    let mut scheme = Scheme::of_most(&place.documents).unwrap_or_else(Scheme::dated);
    if asked
        .folder
        .is_some_and(|_| place.documents.iter().all(|own| own.base != place.folder))
    {
        scheme = scheme.in_one_folder();
    }
    let folder = scheme.folder(&place.folder, asked.date);
    let words = [title.as_deref(), incident.as_deref(), Some(UNNAMED)];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    let name = scheme.name(&words, asked.date, &(repository.names_in)(&folder));
    let values = Values {
        title: title.as_deref(),
        date: Some(asked.date),
        severity: severity.as_deref(),
        incident: incident.as_deref(),
        fix: None,
    };
    let (text, notes) = filled(repository, &folder, &values);
    Draft {
        file: NewFile::new(repository.way, joined(&folder, &name), text),
        notes,
    }
}

fn filled(repository: Repository<'_>, folder: &str, values: &Values<'_>) -> (String, Vec<String>) {
    if let Some(template) = template::of_postmortems(repository, folder) {
        let shown = shown(repository.way, template.path.as_bytes());
        let facts = path_facts(template.path.as_bytes());
        let bytes = (repository.read)(template.file);
        let filled = facts.zip(bytes);
        let filled = filled.and_then(|(facts, bytes)| fill::fill(bytes, &facts, values));
        if let Some(filled) = filled {
            let mut notes = vec![format!("the text is that of {shown}")];
            notes.extend(filled.no_place_for);
            return (filled.text, notes);
        }
        let note = format!("{shown} cannot be read as text, so the text is not that of it");
        return (ours(values), vec![note]);
    }
    (ours(values), Vec::new())
}

fn ours(values: &Values<'_>) -> String {
    let facts = path_facts(b"docs/postmortems/template.md");
    let filled = facts.and_then(|facts| fill::fill(TEMPLATE.into(), &facts, values));
    filled.map_or_else(|| TEMPLATE.to_owned(), |filled| filled.text)
}
