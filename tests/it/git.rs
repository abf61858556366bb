//! Real git repositories for tests.

use std::fs;
use std::path::{Path, PathBuf};

use git2::build::CheckoutBuilder;
use git2::{IndexAddOption, Oid, Signature, Time};
use jiff::Timestamp;
use serde::Deserialize;

/// One commit of a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    pub date: String,
    pub author: String,
    pub message: String,
    /// What it adds or changes, as it stands in the tree; all of it if empty.
    #[serde(default)]
    pub paths: Vec<String>,
    /// What stood there then: words of the tree, and those in their place. Only for `paths`.
    #[serde(default)]
    pub edit: Vec<[String; 2]>,
}

/// A repository in a folder, made without a `git` process and without anybody's configuration.
pub(crate) struct Repository {
    git: git2::Repository,
    folder: PathBuf,
}

impl Repository {
    pub(crate) fn init(folder: &Path) -> Repository {
        Repository {
            git: git2::Repository::init(folder).expect("a new repository"),
            folder: folder.to_owned(),
        }
    }

    pub(crate) fn open(folder: &Path) -> Repository {
        Repository {
            git: git2::Repository::open(folder).expect("a repository"),
            folder: folder.to_owned(),
        }
    }

    pub(crate) fn commit(&self, commit: &Commit) {
        if commit.paths.is_empty() {
            self.commit_all(&commit.date, &commit.author, &commit.message);
            return;
        }
        let mut index = self.git.index().expect("an index");
        for path in &commit.paths {
            index.add_path(Path::new(path)).expect("a file of the case");
            if commit.edit.is_empty() {
                continue;
            }
            let mut text = fs::read_to_string(self.folder.join(path)).expect("a text");
            for [now, then] in &commit.edit {
                assert!(text.contains(now), "{path} has no `{now}`");
                text = text.replace(now, then);
            }
            let entry = index.get_path(Path::new(path), 0).expect("just added");
            index
                .add_frombuffer(&entry, text.as_bytes())
                .expect("an older content");
        }
        index.write().expect("a written index");
        self.commit_index(&commit.date, &commit.author, &commit.message);
    }

    pub(crate) fn commit_all(&self, date: &str, author: &str, message: &str) {
        self.stage_all();
        self.commit_index(date, author, message);
    }

    /// Puts the whole folder into the index.
    pub(crate) fn stage_all(&self) {
        let mut index = self.git.index().expect("an index");
        index
            .add_all(["*"], IndexAddOption::DEFAULT, None)
            .expect("staged files");
        index.update_all(["*"], None).expect("staged deletions");
        index.write().expect("a written index");
    }

    /// The name of the newest commit.
    pub(crate) fn head(&self) -> String {
        let head = self.git.head().and_then(|head| head.peel_to_commit());
        head.expect("a commit").id().to_string()
    }

    /// Merges a change into base as a code host does, and leaves the merge checked out.
    pub(crate) fn merge(&self, date: &str, base: &str, change: &str) -> String {
        let (base, change) = (self.named(base), self.named(change));
        let merged = self.git.merge_commits(&base, &change, None);
        let tree = merged.and_then(|mut merged| merged.write_tree_to(&self.git));
        let tree = self.git.find_tree(tree.expect("a merge without conflicts"));
        let who = signature(date, "Host");
        let merge = self
            .git
            .commit(
                None,
                &who,
                &who,
                "merge",
                &tree.expect("a tree"),
                &[&base, &change],
            )
            .expect("a commit");
        self.check_out(&merge.to_string());
        merge.to_string()
    }

    /// Puts the files of a commit into the folder, and no others.
    pub(crate) fn check_out(&self, commit: &str) {
        let commit = self.named(commit);
        let mut options = CheckoutBuilder::new();
        options.force().remove_untracked(true);
        let done = self
            .git
            .checkout_tree(commit.as_object(), Some(&mut options));
        done.expect("the files of a commit");
        self.git.set_head_detached(commit.id()).expect("a new head");
    }

    /// Lets a reference, such as `refs/heads/main`, name a commit.
    pub(crate) fn point(&self, reference: &str, commit: &str) {
        let id = self.named(commit).id();
        let done = self.git.reference(reference, id, true, "test");
        done.expect("a written reference");
    }

    fn named(&self, name: &str) -> git2::Commit<'_> {
        let object = self.git.revparse_single(name).expect("a commit's name");
        object.peel_to_commit().expect("a commit")
    }

    /// Cuts history off behind the newest commit, as a shallow clone does.
    pub(crate) fn make_shallow(&self) {
        let head = self.git.head().expect("a commit").peel_to_commit();
        let id = head.expect("a commit").id();
        fs::write(self.git.path().join("shallow"), format!("{id}\n")).expect("a written file");
    }

    /// Deletes all files, so that another tree can take their place.
    pub(crate) fn clear(&self) {
        for entry in fs::read_dir(&self.folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name == ".git") {
                continue;
            }
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.expect("a removed file");
        }
    }

    fn commit_index(&self, date: &str, author: &str, message: &str) -> Oid {
        let who = signature(date, author);
        let mut index = self.git.index().expect("an index");
        let tree = index.write_tree().expect("a tree");
        let tree = self.git.find_tree(tree).expect("the tree just written");
        let parent = self
            .git
            .head()
            .ok()
            .and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.git
            .commit(Some("HEAD"), &who, &who, message, &tree, &parents)
            .expect("a commit")
    }
}

fn signature(date: &str, author: &str) -> Signature<'static> {
    let instant: Timestamp = date
        .parse()
        .expect("an instant such as 2026-01-05T09:00:00Z");
    let time = Time::new(instant.as_second(), 0);
    let mail = format!("{}@example.org", author.to_lowercase());
    Signature::new(author, &mail, &time).expect("an author")
}

#[test]
fn commits_of_a_case_have_their_dates_and_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    fs::write(folder.path().join("a.md"), "a").expect("a file");
    fs::write(folder.path().join("b.md"), "b").expect("a file");
    let commit = |date: &str, paths: &[&str]| Commit {
        date: date.to_owned(),
        author: "Ada".to_owned(),
        message: "change".to_owned(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        edit: Vec::new(),
    };
    repository.commit(&commit("2026-01-05T09:00:00Z", &["a.md"]));
    repository.commit(&commit("2026-02-05T09:00:00Z", &[]));
    let head = repository.git.head().unwrap().peel_to_commit().unwrap();
    let first = head.parent(0).unwrap();
    assert_eq!(first.time().seconds(), 1_767_603_600);
    assert_eq!(first.tree().unwrap().len(), 1);
    assert_eq!(head.tree().unwrap().len(), 2);
}
