//! What `prepcheck new` would write: a post-mortem or a runbook, as this repository keeps them.
//!
//! A [`Draft`] is text and a path, made from what the repository says; this module touches no disk.
//! The folder, the scheme of names, the running number and the template are the repository's own
//! where it has any. A title may come from anywhere: only letters, digits and what joins them reach
//! a path, so that no title leads out of the folder.

mod fill;
mod folder;
mod open;
mod postmortem;
mod runbook;
mod scheme;
mod slug;
mod template;
mod topic;

use std::fmt;

use jiff::civil::Date;

use crate::model::Ops;
use crate::text::{FileId, Way, sanitise};

pub use folder::DEFAULT_FOLDER;
pub use postmortem::TEMPLATE;
pub use topic::{INCIDENTS, Topic, incident};

/// A repository as far as a new document has to fit into it.
#[derive(Clone, Copy)]
pub struct Repository<'a> {
    pub ops: &'a Ops,
    pub way: &'a Way,
    /// Whether a folder `docs` is there.
    pub has_docs: bool,
    /// The names of what lies directly in a folder below the root.
    pub names_in: &'a dyn Fn(&str) -> Vec<String>,
    /// The bytes of a document as it was judged.
    pub read: &'a dyn Fn(FileId) -> Option<Vec<u8>>,
}

/// What a post-mortem is to be about.
#[derive(Clone, Copy, Debug)]
pub struct Postmortem<'a> {
    pub title: Option<&'a str>,
    /// Its type, or the team's own number for it.
    pub incident: Option<&'a str>,
    pub severity: Option<&'a str>,
    /// The day on which the incident began.
    pub date: Date,
    /// Below the root; else the repository's own folder.
    pub folder: Option<&'a str>,
}

/// What a runbook is to be about.
#[derive(Clone, Copy, Debug)]
pub struct Runbook<'a> {
    pub topic: &'static Topic,
    pub title: Option<&'a str>,
    /// Below the root; else the repository's own folder.
    pub folder: Option<&'a str>,
}

/// A document to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub file: NewFile,
    /// What whoever asked for it should know, a line each.
    pub notes: Vec<String>,
}

/// A file to create; it is not to replace one that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Below the root, `/`-separated.
    pub path: String,
    /// The same for people, as `./…`.
    pub shown: String,
    pub text: String,
}

impl NewFile {
    pub fn new(way: &Way, path: String, text: String) -> NewFile {
        let shown = shown(way, path.as_bytes());
        NewFile { path, shown, text }
    }
}

/// A path below the root for people, as it opens from the current folder.
pub fn shown(way: &Way, path: &[u8]) -> String {
    sanitise::path(&way.to(path))
}

/// A post-mortem under the next name in the repository's scheme.
pub fn postmortem(repository: Repository<'_>, asked: Postmortem<'_>) -> Draft {
    postmortem::draft(repository, asked)
}

/// A runbook that counts for nothing until it is filled in.
pub fn runbook(repository: Repository<'_>, asked: Runbook<'_>) -> Draft {
    runbook::draft(repository, asked)
}

/// The folder in which a post-mortem without a folder of its own would go, below the root: in its
/// unit's zone "today" is meant.
pub fn postmortem_folder(repository: Repository<'_>) -> String {
    folder::of_postmortems(repository).folder
}

impl fmt::Debug for Repository<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("way", &self.way)
            .field("has_docs", &self.has_docs)
            .finish_non_exhaustive()
    }
}

/// A path of a folder and a name in it.
fn joined(folder: &str, name: &str) -> String {
    match folder.is_empty() {
        true => name.to_owned(),
        false => format!("{folder}/{name}"),
    }
}

/// Folder and name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// One line of text that prints, for a title or a field.
fn one_line(text: &str) -> String {
    /// Characters; nobody reads on.
    const LONGEST: usize = 200;
    let prints = |c: char| if sanitise::prints(c) { c } else { ' ' };
    let text: String = text.chars().map(prints).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}
