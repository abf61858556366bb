#![expect(
    clippy::disallowed_methods,
    reason = "tests make the repositories they read"
)]

use std::fs;

use git2::{Index, IndexEntry, IndexTime, ObjectType, Oid, Repository, Signature, Time};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::{Asked, AskedDocument};
use crate::load::{Place, Variables, revision};
use crate::model::{Change, DocumentHistory, Fact, History};

/// A repository that is made commit by commit.
struct Made {
    folder: TempDir,
    git: Repository,
}

fn made() -> Made {
    let folder = TempDir::new().unwrap();
    let git = Repository::init(folder.path()).unwrap();
    git.set_head("refs/heads/main").unwrap();
    Made { folder, git }
}

fn seconds(date: &str) -> i64 {
    let instant: Timestamp = format!("{date}T12:00:00Z").parse().unwrap();
    instant.as_second()
}

impl Made {
    /// A commit with exactly these files, which becomes the newest.
    fn commit(&self, parents: &[Oid], date: &str, author: &str, files: &[(&str, &str)]) -> Oid {
        self.say(parents, seconds(date), author, "change", files)
    }

    fn say(
        &self,
        parents: &[Oid],
        time: i64,
        author: &str,
        message: &str,
        files: &[(&str, &str)],
    ) -> Oid {
        let mut index = Index::new().unwrap();
        for (path, content) in files {
            let id = self.git.blob(content.as_bytes()).unwrap();
            index.add(&entry(path, id)).unwrap();
        }
        let tree = index.write_tree_to(&self.git).unwrap();
        self.say_of(tree, parents, (time, author, message))
    }

    /// A commit of a tree that may be anything.
    fn say_of(
        &self,
        tree: Oid,
        parents: &[Oid],
        (time, author, message): (i64, &str, &str),
    ) -> Oid {
        // By hand: git's library cannot write all the dates that it may have to read.
        let who = format!("{author} <{author}@example.org> {time} +0000");
        let parents = parents.iter().map(|id| format!("parent {id}\n"));
        let parents: String = parents.collect();
        let text = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{message}\n");
        let database = self.git.odb().unwrap();
        let id = database.write(ObjectType::Commit, text.as_bytes()).unwrap();
        self.git
            .reference("refs/heads/main", id, true, "test")
            .unwrap();
        id
    }

    fn lose(&self, id: Oid) {
        let id = id.to_string();
        let (folder, file) = id.split_at(2);
        fs::remove_file(self.git.path().join(format!("objects/{folder}/{file}"))).unwrap();
    }

    fn tree(&self, commit: Oid) -> Oid {
        self.git.find_commit(commit).unwrap().tree_id()
    }

    fn asked(&self, paths: &[&str]) -> Asked {
        let document = |path: &&str| AskedDocument {
            path: path.as_bytes().into(),
            contents: true,
        };
        Asked {
            documents: paths.iter().map(document).collect(),
            since: None,
            now: "2026-11-23T00:00:00Z".parse().unwrap(),
            ignored: Vec::new(),
        }
    }

    fn learn(&self, asked: &Asked) -> History {
        let path = self.folder.path();
        let place = Place {
            path: Some(path),
            current: path,
            variables: Variables::default(),
        };
        let snapshot = revision(&place, "HEAD").unwrap();
        let history = snapshot.history(asked, None);
        for guess in guesses(asked) {
            let ahead = snapshot.history_ahead(&guess);
            let with_ahead = snapshot.history(asked, ahead);
            assert_eq!(format!("{with_ahead:?}"), format!("{history:?}"));
        }
        history
    }

    /// What is known of one document, in a line.
    fn of(&self, path: &str) -> String {
        shown(
            self.learn(&self.asked(&[path]))
                .of(path.as_bytes())
                .unwrap(),
        )
    }
}

/// What could be read ahead: the very thing, too little of it, and something else.
fn guesses(asked: &Asked) -> Vec<Asked> {
    let documents = |paths: &[&[u8]]| {
        let document = |path: &&[u8]| AskedDocument {
            path: (*path).into(),
            contents: false,
        };
        paths.iter().map(document).collect()
    };
    let month = SignedDuration::from_hours(30 * 24);
    let recent = Asked {
        since: asked.now.checked_sub(month).ok(),
        ..asked.clone()
    };
    let elsewhere = Asked {
        documents: documents(&[b"README.md", b"docs/old.md", b"ops/a.md"]),
        ..asked.clone()
    };
    let few = Asked {
        documents: asked.documents.first().cloned().into_iter().collect(),
        ..recent.clone()
    };
    vec![asked.clone(), recent, elsewhere, few]
}

fn entry(path: &str, id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

fn shown(history: &DocumentHistory) -> String {
    let earlier = history.earlier_paths.iter();
    let earlier: Vec<_> = earlier
        .map(|path| format!(", was {}", path.escape_ascii()))
        .collect();
    format!(
        "{} to {}, {} by {}{}",
        fact(&history.first, day),
        fact(&history.last, day),
        fact(&history.versions, usize::to_string),
        fact(&history.authors, |names| names.join(" ")),
        earlier.concat()
    )
}

fn fact<T>(fact: &Fact<T>, show: impl Fn(&T) -> String) -> String {
    match fact {
        Fact::Known(value) => show(value),
        Fact::Unknown(reason) => {
            let words = reason.to_string();
            // Ids differ with the library that writes the objects.
            let is_id =
                |word: &str| word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            let words = words
                .split(' ')
                .map(|word| if is_id(word) { "*" } else { word });
            let words: Vec<&str> = words.collect();
            format!("({})", words.join(" "))
        }
    }
}

fn day(change: &Change) -> String {
    let import = if change.is_import { "!" } else { "" };
    format!("{}{import}", change.day)
}

const DOC: &str = "ops/a.md";

#[test]
fn first_last_versions_and_authors() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[("x", "1")]);
    let two = made.commit(&[one], "2026-01-02", "Ada", &[("x", "1"), (DOC, "a")]);
    let three = made.commit(&[two], "2026-01-03", "Bo", &[("x", "1"), (DOC, "b")]);
    made.commit(&[three], "2026-01-04", "Cy", &[("x", "2"), (DOC, "b")]);
    assert_eq!(made.of(DOC), "2026-01-02 to 2026-01-03, 2 by Ada Bo");
    assert_eq!(
        made.of("ops/new.md"),
        "(it was never committed) to (it was never committed), \
         (it was never committed) by (it was never committed)"
    );
    let learnt = made.learn(&made.asked(&[DOC]));
    let contents = &learnt.of(DOC.as_bytes()).unwrap().contents;
    let blob = |content: &[u8]| made.git.blob(content).unwrap().to_string();
    let blobs: Vec<String> = contents
        .iter()
        .map(|version| version.blob.to_string())
        .collect();
    assert_eq!(blobs, [blob(b"b"), blob(b"a")]);
    assert_eq!(learnt.commits, 4);
}

#[test]
fn renames_are_followed_wherever_they_lead() {
    let made = made();
    let one = made.commit(
        &[],
        "2026-01-01",
        "Ada",
        &[("old/deep/a.txt", "a"), ("z", "1")],
    );
    let two = made.commit(
        &[one],
        "2026-01-02",
        "Bo",
        &[("old/deep/a.txt", "b"), ("z", "1")],
    );
    let three = made.commit(
        &[two],
        "2026-01-03",
        "Cy",
        &[("docs/a.md", "b"), ("z", "1")],
    );
    let four = made.commit(
        &[three],
        "2026-01-04",
        "Di",
        &[("docs/a.md", "c"), ("z", "1")],
    );
    let five = made.commit(&[four], "2026-01-05", "Ed", &[(DOC, "c"), ("z", "1")]);
    made.commit(&[five], "2026-01-06", "Flo", &[(DOC, "c"), ("z", "2")]);
    assert_eq!(
        made.of(DOC),
        "2026-01-01 to 2026-01-04, 3 by Ada Bo Di, was docs/a.md, was old/deep/a.txt"
    );
}

#[test]
fn of_equal_contents_the_one_of_the_same_name_was_moved() {
    let made = made();
    let old = [("old/a.md", "t"), ("old/b.md", "t")];
    let one = made.commit(&[], "2026-01-01", "Ada", &old[..1]);
    let two = made.commit(&[one], "2026-01-02", "Bo", &old);
    made.commit(
        &[two],
        "2026-01-03",
        "Cy",
        &[("ops/a.md", "t"), ("ops/b.md", "t")],
    );
    assert_eq!(
        made.of("ops/a.md"),
        "2026-01-01 to 2026-01-01, 1 by Ada, was old/a.md"
    );
    assert_eq!(
        made.of("ops/b.md"),
        "2026-01-02 to 2026-01-02, 1 by Bo, was old/b.md"
    );
}

const LONG: &str = "the disk of the queue was full for an hour and nobody had been called about it";
const MENDED: &str =
    "the disk of the queue was full for an hour and nobody had been called in time";

#[test]
fn what_is_moved_and_mended_is_followed_and_changed() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[("ops/2026-disk.md", LONG)]);
    made.commit(&[one], "2026-01-02", "Bo", &[(DOC, MENDED)]);
    assert_eq!(
        made.of(DOC),
        "2026-01-01 to 2026-01-02, 2 by Ada Bo, was ops/2026-disk.md"
    );
}

#[test]
fn what_is_moved_from_elsewhere_and_mended_keeps_its_name() {
    let made = made();
    let old = [("old/deep/a.md", LONG), ("old/b.md", LONG)];
    let one = made.commit(&[], "2026-01-01", "Ada", &old);
    made.commit(&[one], "2026-01-02", "Bo", &[(DOC, MENDED)]);
    assert_eq!(
        made.of(DOC),
        "2026-01-01 to 2026-01-02, 2 by Ada Bo, was old/deep/a.md"
    );
}

#[test]
fn another_text_in_the_place_of_one_is_new() {
    let made = made();
    let other = "the certificate of the shop expired at noon and nobody had been called about it";
    let one = made.commit(&[], "2026-01-01", "Ada", &[("ops/b.md", LONG)]);
    made.commit(&[one], "2026-01-02", "Bo", &[(DOC, other)]);
    assert_eq!(made.of(DOC), "2026-01-02 to 2026-01-02, 1 by Bo");
}

#[test]
fn what_a_lost_file_was_moved_to_is_unknown() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[("ops/b.md", LONG)]);
    made.commit(&[one], "2026-01-02", "Bo", &[(DOC, MENDED)]);
    made.lose(made.git.blob(LONG.as_bytes()).unwrap());
    let lost = "git has not fetched object *";
    assert_eq!(
        made.of(DOC),
        format!("({lost}) to 2026-01-02, ({lost}) by ({lost})")
    );
}

#[test]
fn a_copy_is_no_rename_and_a_deleted_document_may_come_back() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[("ops/t.md", "t"), (DOC, "t")]);
    let two = made.commit(&[one], "2026-01-02", "Bo", &[("ops/t.md", "t")]);
    let copied = [("ops/t.md", "t"), (DOC, "t"), ("ops/c.md", "t")];
    made.commit(&[two], "2026-01-03", "Cy", &copied);
    assert_eq!(made.of("ops/c.md"), "2026-01-03 to 2026-01-03, 1 by Cy");
    assert_eq!(made.of(DOC), "2026-01-01 to 2026-01-03, 2 by Ada Cy");
}

#[test]
fn a_merge_counts_only_for_what_no_parent_has() {
    let made = made();
    let root = made.commit(&[], "2026-01-01", "Ada", &[(DOC, "a"), ("ops/b.md", "a")]);
    let left = made.commit(
        &[root],
        "2026-01-02",
        "Bo",
        &[(DOC, "b"), ("ops/b.md", "a")],
    );
    let right = made.commit(
        &[root],
        "2026-01-03",
        "Cy",
        &[(DOC, "a"), ("ops/b.md", "b")],
    );
    let merged = [(DOC, "b"), ("ops/b.md", "c"), ("ops/evil.md", "e")];
    made.commit(&[left, right], "2026-01-04", "Di", &merged);
    assert_eq!(made.of(DOC), "2026-01-01 to 2026-01-02, 2 by Ada Bo");
    assert_eq!(
        made.of("ops/b.md"),
        "2026-01-01 to 2026-01-04, 3 by Ada Cy Di"
    );
    assert_eq!(made.of("ops/evil.md"), "2026-01-04 to 2026-01-04, 1 by Di");
}

#[test]
fn the_walk_ends_at_the_horizon() {
    let made = made();
    let files = |a: &'static str, n: &'static str| [(DOC, a), ("ops/b.md", "b"), ("n", n)];
    let mut newest = made.commit(&[], "2020-01-01", "Ada", &files("a", "0"));
    for day in 1..9 {
        let date = format!("2020-02-0{day}");
        let number = ["1", "2", "3", "4", "5", "6", "7", "8"][day - 1];
        newest = made.commit(&[newest], &date, "Ada", &files("a", number));
    }
    made.commit(&[newest], "2026-01-01", "Bo", &files("b", "8"));
    let mut asked = made.asked(&[DOC, "ops/b.md"]);
    asked.since = Some("2025-11-23T00:00:00Z".parse().unwrap());
    let learnt = made.learn(&asked);
    let before = "(it lies before 2025-11-23)";
    assert_eq!(
        shown(learnt.of(DOC.as_bytes()).unwrap()),
        format!("{before} to 2026-01-01, {before} by {before}")
    );
    assert_eq!(
        shown(learnt.of(b"ops/b.md").unwrap()),
        format!("{before} to {before}, {before} by {before}")
    );
    assert_eq!(learnt.commits, 6);
}

#[test]
fn behind_a_shallow_boundary_nothing_is_known() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[(DOC, "a"), ("ops/b.md", "b")]);
    let two = made.commit(&[one], "2026-01-02", "Bo", &[(DOC, "b"), ("ops/b.md", "b")]);
    let three = [(DOC, "b"), ("ops/b.md", "c"), ("ops/c.md", "c")];
    made.commit(&[two], "2026-01-03", "Cy", &three);
    fs::write(made.git.path().join("shallow"), format!("{two}\n")).unwrap();
    let cut = "(the clone is shallow)";
    assert_eq!(made.of(DOC), format!("{cut} to {cut}, {cut} by {cut}"));
    assert_eq!(
        made.of("ops/b.md"),
        format!("{cut} to 2026-01-03, {cut} by {cut}")
    );
    assert_eq!(made.of("ops/c.md"), "2026-01-03 to 2026-01-03, 1 by Cy");
}

#[test]
fn behind_a_replaced_commit_nothing_is_known() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[(DOC, "a")]);
    let two = made.commit(&[one], "2026-01-02", "Bo", &[(DOC, "b")]);
    made.commit(&[two], "2026-01-03", "Cy", &[(DOC, "c")]);
    let name = format!("refs/replace/{one}");
    made.git.reference(&name, two, true, "test").unwrap();
    let cut = "(commit * was replaced or grafted)";
    assert_eq!(made.of(DOC), format!("{cut} to 2026-01-03, {cut} by {cut}"));
}

#[test]
fn missing_and_broken_objects_are_named() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[(DOC, "a")]);
    let two = made.commit(&[one], "2026-01-02", "Bo", &[(DOC, "b")]);
    let three = made.commit(&[two], "2026-01-03", "Cy", &[(DOC, "c")]);
    made.commit(&[three], "2026-01-04", "Di", &[(DOC, "d")]);
    let missing = "(git has not fetched object *)";
    let tree = made.tree(two);
    made.lose(tree);
    assert_eq!(
        made.of(DOC),
        format!("{missing} to 2026-01-04, {missing} by {missing}")
    );
    made.lose(two);
    assert_eq!(
        made.of(DOC),
        format!("{missing} to 2026-01-04, {missing} by {missing}")
    );
    let limits = made.learn(&made.asked(&[DOC])).limits;
    assert_eq!(limits.len(), 1);
    assert_eq!(limits[0].remedy(), Some("git fetch --refetch --no-filter"));
}

#[test]
fn a_tree_of_garbage_ends_the_walk() {
    let made = made();
    let database = made.git.odb().unwrap();
    let garbage = database.write(ObjectType::Tree, b"100644 a.md\0too short");
    let one = made.commit(&[], "2026-01-01", "Ada", &[(DOC, "a")]);
    let bad = made.say_of(
        garbage.unwrap(),
        &[one],
        (seconds("2026-01-02"), "Bo", "change"),
    );
    made.commit(&[bad], "2026-01-03", "Cy", &[(DOC, "c")]);
    let corrupt = "(git cannot read object *)";
    assert_eq!(
        made.of(DOC),
        format!("{corrupt} to {corrupt}, {corrupt} by {corrupt}")
    );
    let limits = made.learn(&made.asked(&[DOC])).limits;
    assert_eq!(limits[0].remedy(), Some("git fsck"));
}

#[test]
fn dates_that_cannot_be_right_are_not_given() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[]);
    let future = made.commit(&[one], "2106-02-07", "Bo", &[("ops/future.md", "1")]);
    let fine = [("ops/future.md", "1"), ("ops/fine.md", "1")];
    let now = made.commit(&[future], "2026-01-03", "Cy", &fine);
    let old = [&fine[..], &[("ops/old.md", "1")]].concat();
    let ancient = made.say(&[now], -2_000_000_000, "Di", "change", &old);
    let skewed = [&old[..], &[("ops/skewed.md", "1")]].concat();
    let newer = made.commit(&[ancient], "2026-01-05", "Ed", &skewed);
    made.commit(
        &[newer],
        "2026-01-02",
        "Flo",
        &[&skewed[..], &[("ops/last.md", "1")]].concat(),
    );
    let first = |path: &str| made.of(path).split(" to ").next().unwrap().to_owned();
    assert_eq!(first("ops/future.md"), "(commit * is dated in the future)");
    assert_eq!(first("ops/fine.md"), "2026-01-03");
    let wrong = "(commit * is dated before what it builds on)";
    for path in ["ops/old.md", "ops/skewed.md", "ops/last.md"] {
        assert_eq!(first(path), wrong, "{path}");
    }
}

#[test]
fn imports_are_marked_and_ignored_commits_do_not_count() {
    let made = made();
    let paths = ["ops/0.md", "ops/1.md", "ops/2.md", "ops/3.md", "ops/4.md"];
    let all = |content: &'static str| paths.map(|path| (path, content));
    let one = made.commit(&[], "2026-01-01", "Ada", &all("a"));
    let sweep = made.commit(&[one], "2026-01-02", "Bo", &all("b"));
    let mut last = all("b");
    last[0].1 = "c";
    made.commit(&[sweep], "2026-01-03", "Cy", &last);
    let mut asked = made.asked(&paths);
    asked.ignored = vec![crate::load::repository::object_id(sweep)];
    let learnt = made.learn(&asked);
    let of = |path: &str| shown(learnt.of(path.as_bytes()).unwrap());
    assert_eq!(of("ops/0.md"), "2026-01-01! to 2026-01-03, 3 by Ada Bo Cy");
    assert_eq!(of("ops/1.md"), "2026-01-01! to 2026-01-01!, 2 by Ada Bo");
}

#[test]
fn reverts_say_what_they_take_back() {
    let made = made();
    let one = made.commit(&[], "2026-01-01", "Ada", &[(DOC, "a")]);
    let said = format!("Revert \"deploy\"\n\nThis reverts commit {one}.\n");
    let two = made.say(&[one], seconds("2026-01-02"), "Bo", &said, &[(DOC, "b")]);
    made.say(
        &[two],
        seconds("2026-01-03"),
        "Cy",
        "Revert \"x\"",
        &[(DOC, "c")],
    );
    let learnt = made.learn(&made.asked(&[DOC]));
    let lines: Vec<String> = learnt
        .reverts
        .iter()
        .map(|revert| {
            let of = revert.of.map(|id| id.to_string() == one.to_string());
            format!("{} {} {of:?}", revert.change.day, revert.subject)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "2026-01-03 Revert \"x\" None",
            "2026-01-02 Revert \"deploy\" Some(true)"
        ]
    );
}

#[test]
fn a_tree_that_stands_for_millions_of_files_is_visited_once() {
    let made = made();
    let mut id = made.git.blob(b"x").unwrap();
    let mut mode = 0o100_644;
    for _ in 0..12 {
        let mut tree = made.git.treebuilder(None).unwrap();
        for name in 0..10 {
            tree.insert(format!("{name}"), id, mode).unwrap();
        }
        id = tree.write().unwrap();
        mode = 0o040_000;
    }
    let commit = |parents: &[Oid], entries: &[(&str, Oid, i32)]| {
        let mut tree = made.git.treebuilder(None).unwrap();
        for (name, id, mode) in entries {
            tree.insert(name, *id, *mode).unwrap();
        }
        let tree = made.git.find_tree(tree.write().unwrap()).unwrap();
        let who = Signature::new("A", "a", &Time::new(seconds("2026-01-01"), 0)).unwrap();
        let parents: Vec<_> = parents
            .iter()
            .map(|id| made.git.find_commit(*id).unwrap())
            .collect();
        let parents: Vec<_> = parents.iter().collect();
        made.git
            .commit(Some("HEAD"), &who, &who, "m", &tree, &parents)
            .unwrap()
    };
    let readme = made.git.blob(b"new").unwrap();
    let bomb = commit(&[], &[("bomb", id, 0o040_000)]);
    commit(&[bomb], &[("RUNBOOK.md", readme, 0o100_644)]);
    let asked = made.asked(&["RUNBOOK.md"]);
    let git = crate::load::repository::describe(
        &made.git,
        Vec::new(),
        made.git.refname_to_id("HEAD").ok(),
    );
    let learnt = super::load(&git, &asked, None);
    let history = learnt.of(b"RUNBOOK.md").unwrap();
    assert_eq!(shown(history), "2026-01-01 to 2026-01-01, 1 by A");
}

#[test]
fn nothing_of_a_plain_folder_is_known() {
    let folder = TempDir::new().unwrap();
    let snapshot = crate::load::worktree(Some(folder.path()), folder.path(), &|_| true).unwrap();
    let learnt = snapshot.history(&made().asked(&[DOC]), None);
    let none = "(there is no git repository)";
    assert_eq!(
        shown(learnt.of(DOC.as_bytes()).unwrap()),
        format!("{none} to {none}, {none} by {none}")
    );
}
