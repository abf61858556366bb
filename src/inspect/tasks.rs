//! Whether the targets, recipes and scripts of packages are there that runbooks run.
//!
//! As with scripts, a page does not say from which folder its commands are run: the files at the
//! root, in the page's folder and between them are meant, from where a `cd` led. A task that none of
//! them has and that another file of the repository may have is unknown: the page may say so in
//! words. Only files that some page asks for are read.

use std::collections::{BTreeMap, BTreeSet};

use super::leads::prefix;
use crate::limits::{DOCUMENT_BYTES, TASK_FILES};
use crate::load::{FileKind, Snapshot};
use crate::model::{MissingTask, MissingTasks, Ops, Runner, Task, TaskFile, joined_path};

/// Asks for each task of each document once.
pub(super) fn find(snapshot: &Snapshot, ops: &Ops) -> MissingTasks {
    let mut missing = MissingTasks::default();
    // The top of the repository, from which tasks are run, is not here.
    if !prefix(snapshot).is_empty() {
        return missing;
    }
    let mut files = Files {
        snapshot,
        read: BTreeMap::new(),
        listed: BTreeMap::new(),
        questions: 0,
    };
    for document in ops.documents() {
        let calls = document
            .runbook
            .iter()
            .flat_map(|runbook| &runbook.calls.tasks);
        let tasks: BTreeSet<&Task> = calls.map(|call| &call.task).collect();
        let own = String::from_utf8_lossy(ops.sources.path(document.file));
        for task in tasks {
            if let Some(nowhere) = files.missing(&own, task) {
                missing.insert(document.file, task, nowhere);
            }
        }
    }
    missing
}

/// The files of tasks that were asked for.
struct Files<'s> {
    snapshot: &'s Snapshot,
    read: BTreeMap<String, TaskFile>,
    /// All of the repository by runner; nothing where there are too many.
    listed: BTreeMap<Runner, Option<Vec<String>>>,
    /// How often it was asked which task was meant.
    questions: usize,
}

/// So many times it is asked which task was meant: it costs as much as a file has tasks.
const QUESTIONS: usize = 100;

impl Files<'_> {
    fn missing(&mut self, own: &str, task: &Task) -> Option<MissingTask> {
        let folders = self.folders(own, task);
        let names = || task.runner.files().iter();
        let paths = folders
            .iter()
            .flat_map(|folder| names().map(move |name| path(folder, name)));
        let paths: Vec<String> = paths
            .filter(|path| self.snapshot.contains(path.as_bytes()))
            .collect();
        // Commands are most often run at the root, which is last.
        let file = paths.last()?;
        let is_file = task.runner == Runner::Make
            && folders
                .iter()
                .any(|folder| self.is_file_of_make(folder, &task.name));
        if is_file || paths.iter().any(|path| self.may_have(path, task)) {
            return None;
        }
        let others = self.all(task.runner)?;
        if others.iter().any(|path| self.may_have(path, task)) {
            return None;
        }
        let can_ask = self.questions < QUESTIONS;
        self.questions += 1;
        let read = self.read.get(file).filter(|_| can_ask);
        let meant = read.and_then(|read| read.meant(&task.name));
        Some(MissingTask {
            file: file.as_str().into(),
            meant: meant.map(Into::into),
        })
    }

    /// The folders whose files a call may mean; that of the call at the root last.
    fn folders(&self, own: &str, task: &Task) -> Vec<String> {
        /// What lies deeper belongs to no task that anybody runs from a page.
        const DEEPEST: usize = 32;
        if own.matches('/').count() > DEEPEST {
            return Vec::new();
        }
        if task.folder.is_empty() {
            return above(own).map(str::to_owned).collect();
        }
        let folders = above(own).filter_map(|stands| joined_path(stands, &task.folder));
        let is_there = |folder: &String| self.snapshot.contains_dir(folder.as_bytes());
        let folders: Vec<String> = folders.filter(is_there).collect();
        let mut found = Vec::new();
        if let Some(folder) = folders.last().filter(|_| task.runner.looks_upwards()) {
            found.extend(above(folder).map(str::to_owned));
        }
        found.extend(folders);
        found
    }

    /// Make takes a file of that name for the target, and makes it of a program's text.
    fn is_file_of_make(&self, folder: &str, name: &str) -> bool {
        const ENDINGS: &[&str] = &["", ".sh", ".c", ".cc", ".cpp"];
        let is_there = |path: String| {
            let path = path.as_bytes();
            self.snapshot.contains(path) || self.snapshot.contains_dir(path)
        };
        ENDINGS
            .iter()
            .any(|ending| is_there(path(folder, &format!("{name}{ending}"))))
    }

    fn may_have(&mut self, path: &str, task: &Task) -> bool {
        if !self.read.contains_key(path) {
            self.read
                .insert(path.to_owned(), read(self.snapshot, path, task.runner));
        }
        self.read[path].may_have(&task.name)
    }

    fn all(&mut self, runner: Runner) -> Option<Vec<String>> {
        let snapshot = self.snapshot;
        let listed = self.listed.entry(runner);
        listed.or_insert_with(|| list(snapshot, runner)).clone()
    }
}

fn read(snapshot: &Snapshot, path: &str, runner: Runner) -> TaskFile {
    let is_plain = snapshot.kind(path.as_bytes()) == Some(FileKind::Regular);
    let bytes = snapshot
        .read(path.as_bytes(), DOCUMENT_BYTES)
        .ok()
        .filter(|_| is_plain);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map_or_else(TaskFile::unread, |text| TaskFile::read(runner, &text))
}

fn list(snapshot: &Snapshot, runner: Runner) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for file in snapshot.files() {
        let Ok(path) = str::from_utf8(&file.path) else {
            continue;
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        if !runner.files().contains(&name) {
            continue;
        }
        if found.len() == TASK_FILES {
            return None;
        }
        found.push(path.to_owned());
    }
    Some(found)
}

/// The folders around a path, the root last.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let mut folder = Some(path);
    std::iter::from_fn(move || {
        let rest = folder.filter(|rest| !rest.is_empty())?;
        folder = Some(rest.rsplit_once('/').map_or("", |(above, _)| above));
        folder
    })
}

fn path(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}
