//! A runbook: the repository's own template, else questions for this incident or fix.
//!
//! Every line that is to be answered holds skeleton text, so that the page counts as no answer.

use super::fill::{self, Values};
use super::scheme::Scheme;
use super::{
    Draft, NewFile, Repository, Runbook, Topic, folder, joined, one_line, shown, template,
};
use crate::model::{SKELETON, path_facts};

pub(super) fn draft(repository: Repository<'_>, asked: Runbook<'_>) -> Draft {
    let topic = asked.topic;
    let title = asked.title.map(one_line).filter(|title| !title.is_empty());
    let place = folder::of_runbooks(repository);
    let place = place.or_asked(asked.folder, folder::runbooks(repository));
    let scheme = Scheme::of_most_plain(&place.documents).unwrap_or_else(Scheme::plain);
    let words = [title.as_deref(), Some(topic.id)];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    let taken = (repository.names_in)(&place.folder);
    let name = scheme.name(&words, jiff::civil::Date::default(), &taken);
    let title = title.as_deref().unwrap_or(topic.title);
    let (text, notes) = filled(repository, &place.folder, topic, title);
    Draft {
        file: NewFile::new(repository.way, joined(&place.folder, &name), text),
        notes,
    }
}

fn filled(
    repository: Repository<'_>,
    folder: &str,
    topic: &Topic,
    title: &str,
) -> (String, Vec<String>) {
    let Some(template) = template::of_runbooks(repository, folder) else {
        return (skeleton(topic, title), Vec::new());
    };
    let values = Values {
        title: Some(title),
        incident: (!topic.is_fix).then_some(topic.id),
        fix: topic.is_fix.then_some(topic.id),
        ..Values::default()
    };
    let shown = shown(repository.way, template.path.as_bytes());
    let facts = path_facts(template.path.as_bytes());
    let bytes = (repository.read)(template.file);
    let filled = facts.zip(bytes).and_then(|(facts, bytes)| {
        let filled = fill::fill(bytes, &facts, &values)?;
        Some(fill::marked(filled.text, &facts))
    });
    match filled {
        Some(text) => (text, vec![format!("the text is that of {shown}")]),
        None => {
            let note = format!("{shown} cannot be read as text, so the text is not that of it");
            (skeleton(topic, title), vec![note])
        }
    }
}

fn skeleton(topic: &Topic, title: &str) -> String {
    let kind = if topic.is_fix { "fixes" } else { "incidents" };
    let (quoted, heading) = (fill::yaml_text(title), fill::markdown_text(title));
    let (id, questions) = (topic.id, topic.questions);
    format!(
        "---\n\
         title: {quoted}\n\
         {kind}: [{id}]\n\
         owner: {SKELETON}  # who keeps this page right: a person or a team\n\
         reviewed:  # the day on which somebody last walked through the steps\n\
         review_in: 6 months\n\
         ---\n\n\
         # {heading}\n\n\
         <!-- Answer each question by a command, a link or a line that somebody can follow at 3 a.m.\n\
         Until then it counts as no answer. -->\n\n\
         {questions}\n\
         ## Escalation\n\n\
         - {SKELETON}: after how many minutes without progress is somebody else called?\n\
         - {SKELETON}: who is that, and how are they reached?\n"
    )
}
