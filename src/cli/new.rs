//! `prepcheck new`: writes one document and prints its path, and nothing else, to standard output.

use std::path::{Component, Path, PathBuf};

use super::create::create;
use super::error::Error;
use super::{Subject, args, now, print, terminal};
use crate::inspect::reread;
use crate::new::{self, Draft, Postmortem, Repository, Runbook, Topic};
use crate::text::sanitise;

pub(super) fn run(what: args::NewWhat) -> Result<u8, Error> {
    match what {
        args::NewWhat::Postmortem(args) => run_postmortem(&args),
        args::NewWhat::Runbook(args) => run_runbook(&args),
    }
}

fn run_postmortem(args: &args::NewPostmortem) -> Result<u8, Error> {
    let incident = args.incident.as_deref().map(incident).transpose()?;
    let subject = here()?;
    let folder = folder(&subject, args.dir.as_deref())?;
    let draft = with_repository(&subject, |repository| {
        let place = folder.clone();
        let place = place.unwrap_or_else(|| new::postmortem_folder(repository));
        let zone = repository.ops.timezone_at(place.as_bytes());
        let clock = args.as_of.unwrap_or_else(now);
        let asked = Postmortem {
            title: args.title.as_deref(),
            incident: incident.as_deref(),
            severity: args.severity.as_deref(),
            date: args.date.unwrap_or_else(|| clock.today(&zone)),
            folder: folder.as_deref(),
        };
        new::postmortem(repository, asked)
    });
    write(&subject, &draft)
}

fn run_runbook(args: &args::NewRunbook) -> Result<u8, Error> {
    let topic = Topic::named(&args.topic).map_err(|meant| unknown_topic(&args.topic, meant))?;
    let subject = here()?;
    let folder = folder(&subject, args.dir.as_deref())?;
    let asked = Runbook {
        topic,
        title: args.title.as_deref(),
        folder: folder.as_deref(),
    };
    let draft = with_repository(&subject, |repository| new::runbook(repository, asked));
    write(&subject, &draft)
}

fn incident(name: &str) -> Result<String, Error> {
    new::incident(name).map_err(|meant| Error::UnknownIncident {
        name: name.to_owned(),
        meant,
    })
}

fn unknown_topic(name: &str, meant: Option<&'static str>) -> Error {
    let names: Vec<&str> = Topic::all().map(|topic| topic.id).collect();
    Error::UnknownTopic {
        name: name.to_owned(),
        meant,
        names: names.join(", "),
    }
}

/// The repository around the current folder.
fn here() -> Result<Subject, Error> {
    Subject::read(&args::Input {
        path: None,
        policy: None,
        staged: false,
        rev: None,
        no_cache: false,
        threads: None,
    })
}

fn with_repository(subject: &Subject, draft: impl FnOnce(Repository<'_>) -> Draft) -> Draft {
    let (snapshot, ops) = (&subject.snapshot, &subject.inspection.ops);
    draft(Repository {
        ops,
        way: &subject.way,
        has_docs: snapshot.contains_dir(b"docs"),
        names_in: &|folder| names_in(subject, folder),
        read: &|file| reread(snapshot, &ops.sources, file),
    })
}

/// The names of files and folders that lie directly in a folder.
fn names_in(subject: &Subject, folder: &str) -> Vec<String> {
    let mut names = Vec::new();
    for file in subject.snapshot.files() {
        let Some(rest) = file.path.strip_prefix(folder.as_bytes()) else {
            continue;
        };
        let below = match folder.is_empty() {
            true => rest,
            false => match rest.strip_prefix(b"/") {
                Some(below) => below,
                None => continue,
            },
        };
        let name = below.split(|byte| *byte == b'/').next().unwrap_or(below);
        names.extend(str::from_utf8(name).ok().map(str::to_owned));
    }
    names.dedup();
    names
}

/// A folder as it was typed, as a path below the root.
fn folder(subject: &Subject, typed: Option<&Path>) -> Result<Option<String>, Error> {
    let Some(typed) = typed else {
        return Ok(None);
    };
    let current = terminal::current_folder().map_err(|source| Error::CurrentFolder { source })?;
    let whole = without_dots(&current.join(typed));
    let below = whole.strip_prefix(subject.snapshot.root()).ok();
    let path = below.and_then(Path::to_str);
    let path = path.ok_or_else(|| Error::OutOfRepository {
        folder: typed.to_owned(),
    })?;
    Ok(Some(path.replace(std::path::MAIN_SEPARATOR, "/")))
}

/// A path by its words alone: what is a link on the way is found out when it is entered.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            part => plain.push(part),
        }
    }
    plain
}

fn write(subject: &Subject, draft: &Draft) -> Result<u8, Error> {
    let file = &draft.file;
    let path = file.shown.clone();
    match create(subject.snapshot.root(), &file.path, &file.text) {
        Ok(true) => {}
        Ok(false) => return Err(Error::IsThere { path }),
        Err(source) => return Err(Error::Create { path, source }),
    }
    for note in &draft.notes {
        eprintln!("note: {}", sanitise::text(note));
    }
    print(&format!("{path}\n"))?;
    Ok(super::finished(subject))
}
