//! The repositories that people have, as the program sees them: whatever git makes of a tree, the
//! report is the same, or one line says why there is none.

use std::fs;
use std::path::Path;
use std::process::Command;

use git2::{ObjectType, Oid};
use snapbox::{assert_data_eq, file, str};
use tempfile::TempDir;

use crate::cli::{Run, run, run_with, write};
use crate::git::Repository;
use crate::year::REPORT;

const POLICY: &str = "scope: [postmortems]\n";

const PATH: &str = "docs/postmortems/2026-01-12-checkout.md";

const OTHER: &str = "docs/postmortems/2026-05-04-search.md";

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

/// A small history: a report, a date that moves, an item that is taken out, another report.
fn made() -> (TempDir, Repository) {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    fill(folder.path(), &repository);
    (folder, repository)
}

fn fill(folder: &Path, repository: &Repository) {
    write(folder, "prepcheck.yaml", POLICY);
    write(folder, PATH, REPORT);
    repository.commit_all("2026-01-13T09:00:00Z", "Ada", "tell what happened");
    let moved = REPORT.replace("2026-02-15", "2026-06-15");
    write(folder, PATH, &moved);
    repository.commit_all("2026-02-20T09:00:00Z", "Grace", "take more time");
    let shorter: Vec<&str> = moved
        .lines()
        .filter(|line| !line.contains("Alert"))
        .collect();
    write(folder, PATH, &(shorter.join("\n") + "\n"));
    let other = REPORT
        .replace("Checkout", "Search")
        .replace("2026-01-12", "2026-05-04");
    write(folder, OTHER, &other);
    repository.commit_all(
        "2026-05-05T09:00:00Z",
        "Ada",
        "tell what happened to search",
    );
}

/// All that a run said.
fn told(run: &Run) -> String {
    let code = run.code.map_or("none".to_owned(), |code| code.to_string());
    format!("{}{}(exit {code})\n", run.stdout, run.stderr)
}

fn check(folder: &Path, arguments: &[&str]) -> String {
    told(&run(
        folder,
        &[&["check", "--format", "compact"], &DAY[..], arguments].concat(),
    ))
}

/// The report for people but for its first line, which says which tree it is of.
fn report(folder: &Path, arguments: &[&str]) -> String {
    let run = run(folder, &[&["check", "--all"], &DAY[..], arguments].concat());
    let (_, rest) = run.stdout.split_once('\n').expect("a first line");
    format!("{rest}{}", run.stderr)
}

fn history(folder: &Path, arguments: &[&str]) -> String {
    told(&run(folder, &[&["history"], &DAY[..], arguments].concat()))
}

/// Whether there is a git to make what the library cannot.
fn has_git() -> bool {
    let has = Command::new("git").arg("--version").output().is_ok();
    if !has {
        println!("there is no git to make repositories with");
    }
    has
}

/// Runs git without anybody's configuration. Whether it could do it: an old one cannot all.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let done = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    done.status.success()
}

fn sections(parts: &[(&str, String)]) -> String {
    let parts = parts
        .iter()
        .map(|(name, text)| format!("=== {name}\n{text}"));
    parts.collect()
}

#[test]
fn what_history_says_of_documents() {
    let (folder, _repository) = made();
    let new = "docs/postmortems/2026-11-20-new.md";
    write(folder.path(), new, REPORT);
    write(folder.path(), "notes.txt", "x");
    let of = |arguments: &[&str]| history(folder.path(), arguments);
    let told = sections(&[
        ("all", of(&[])),
        ("a folder", of(&["."])),
        ("a document", of(&[PATH])),
        ("as JSON", of(&[PATH, "--format", "json"])),
        ("what git does not know", of(&[new])),
        ("the same as JSON", of(&[new, "--format", "json"])),
        ("no document", of(&["notes.txt"])),
        ("nothing there", of(&["docs/nothing.md"])),
        ("another revision", of(&["--rev", "HEAD~1"])),
        (
            "a document of another revision",
            of(&["--rev", "HEAD~1", PATH]),
        ),
        (
            "a document that it has not",
            of(&["--rev", "HEAD~1", OTHER]),
        ),
        ("no revision", of(&["--rev", "nothing"])),
    ]);
    assert_data_eq!(told, file!["repositories/history.txt"].raw());
}

#[test]
fn the_report_does_not_depend_on_how_the_tree_is_had() {
    let (folder, _repository) = made();
    let of_worktree = report(folder.path(), &[]);
    assert_data_eq!(&of_worktree, file!["repositories/report.txt"].raw());
    assert_eq!(report(folder.path(), &["--staged"]), of_worktree);
    assert_eq!(report(folder.path(), &["--rev", "HEAD"]), of_worktree);
    let json = |arguments: &[&str]| {
        let arguments = [&["check", "--format", "json"], &DAY[..], arguments].concat();
        let text = run(folder.path(), &arguments).stdout;
        let mut json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let object = json.as_object_mut().expect("an object");
        object.retain(|key, _| !matches!(key.as_str(), "revision" | "tree"));
        json
    };
    assert_eq!(json(&["--staged"]), json(&[]));
    assert_eq!(json(&["--rev", "HEAD"]), json(&[]));
}

#[test]
fn a_half_staged_file_is_judged_as_it_will_be_committed() {
    let (folder, repository) = made();
    let path = folder.path().join(PATH);
    let committed = fs::read_to_string(&path).expect("a report");
    write(
        folder.path(),
        PATH,
        &committed.replace("2026-06-15", "2026-06-16"),
    );
    repository.stage_all();
    write(
        folder.path(),
        PATH,
        &committed.replace("2026-06-15", "2026-06-17"),
    );
    let told = sections(&[
        ("as it lies there", check(folder.path(), &[])),
        (
            "as it will be committed",
            check(folder.path(), &["--staged"]),
        ),
        (
            "as it is committed",
            check(folder.path(), &["--rev", "HEAD"]),
        ),
    ]);
    assert_data_eq!(told, file!["repositories/half-staged.txt"].raw());
}

#[test]
fn hooks_name_another_index() {
    let (folder, _repository) = made();
    let index = folder.path().join(".git/index");
    let other = folder.path().join(".git/next-index");
    fs::copy(&index, &other).expect("a copy");
    fs::write(&index, b"no index").expect("a written file");
    let staged = ["check", "--format", "compact", "--staged", DAY[0], DAY[1]];
    let by_variable = |index: &str| {
        told(&run_with(
            folder.path(),
            &staged,
            &[("GIT_INDEX_FILE", index)],
        ))
    };
    let told = sections(&[
        ("the other", by_variable(".git/next-index")),
        ("the repository's own", check(folder.path(), &["--staged"])),
        ("none", by_variable(".git/no-index")),
    ]);
    let told = told.replace(&folder.path().display().to_string(), "FOLDER");
    assert_data_eq!(told, file!["repositories/index.txt"].raw());
}

#[test]
fn linked_work_trees_bare_repositories_and_unborn_branches() {
    let (folder, _repository) = made();
    let whole = check(folder.path(), &[]);
    let git = git2::Repository::open(folder.path()).expect("the repository");
    let linked = folder.path().join("linked");
    git.worktree("linked", &linked, None).expect("a work tree");
    for tree in [&[][..], &["--staged"], &["--rev", "HEAD"]] {
        assert_eq!(check(&linked, tree), whole, "{tree:?}");
    }
    let bare = tempfile::tempdir().expect("a folder");
    let url = folder.path().to_str().expect("a path");
    git2::build::RepoBuilder::new()
        .bare(true)
        .clone(url, bare.path())
        .expect("a clone");
    assert_eq!(check(bare.path(), &["--rev", "HEAD"]), whole);
    let unborn = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(unborn.path());
    write(unborn.path(), "prepcheck.yaml", POLICY);
    write(unborn.path(), PATH, REPORT);
    let before = check(unborn.path(), &["--staged"]);
    repository.stage_all();
    let told = sections(&[
        ("bare, its files", check(bare.path(), &[])),
        ("bare, its index", check(bare.path(), &["--staged"])),
        (
            "bare, its history",
            history(bare.path(), &["--rev", "HEAD", PATH]),
        ),
        ("unborn, its files", check(unborn.path(), &[])),
        ("unborn, nothing staged", before),
        ("unborn, its index", check(unborn.path(), &["--staged"])),
        ("unborn, its history", history(unborn.path(), &[])),
        (
            "unborn, a revision",
            history(unborn.path(), &["--rev", "HEAD"]),
        ),
    ]);
    let told = told.replace(&bare.path().display().to_string(), "BARE");
    let told = told.replace(&unborn.path().display().to_string(), "UNBORN");
    assert_data_eq!(told, file!["repositories/odd-places.txt"].raw());
}

#[test]
fn submodules_and_pointers_are_not_the_documents() {
    let (folder, repository) = made();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    write(
        folder.path(),
        "docs/postmortems/2026-03-01-large.md",
        pointer,
    );
    repository.stage_all();
    let git = git2::Repository::open(folder.path()).expect("the repository");
    let mut index = git.index().expect("an index");
    let mut entry = index.get_path(Path::new(PATH), 0).expect("a file");
    entry.path = b"docs/postmortems/inner".to_vec();
    entry.mode = 0o160_000;
    entry.id = git
        .head()
        .and_then(|head| head.peel_to_commit())
        .expect("a commit")
        .id();
    index.add(&entry).expect("an entry");
    index.write().expect("a written index");
    write(
        folder.path(),
        "docs/postmortems/inner/2026-04-01-inner.md",
        REPORT,
    );
    let files = told(&run(folder.path(), &["files"]));
    let told = sections(&[
        ("files", files),
        ("work tree", check(folder.path(), &[])),
        ("staged", check(folder.path(), &["--staged"])),
    ]);
    assert_data_eq!(told, file!["repositories/submodule-and-pointer.txt"].raw());
}

#[test]
fn sparse_work_trees_are_judged_as_whole_ones() {
    if !has_git() {
        return;
    }
    let (folder, repository) = made();
    write(folder.path(), "src/deep/er/a.txt", "x");
    write(folder.path(), "other/b.txt", "x");
    repository.commit_all("2026-05-06T09:00:00Z", "Ada", "add code");
    let whole = check(folder.path(), &[]);
    let expected = [
        history(folder.path(), &[]),
        told(&run(folder.path(), &["files"])),
    ];
    for index in ["--no-sparse-index", "--sparse-index"] {
        let has_index = git(
            folder.path(),
            &["sparse-checkout", "set", "--cone", index, "src/deep"],
        );
        if !has_index {
            continue;
        }
        assert!(!folder.path().join("docs").exists(), "{index}");
        for tree in [&[][..], &["--staged"], &["--rev", "HEAD"]] {
            assert_eq!(check(folder.path(), tree), whole, "{index} {tree:?}");
        }
        let seen = [
            history(folder.path(), &[]),
            told(&run(folder.path(), &["files"])),
        ];
        assert_eq!(seen, expected, "{index}");
    }
}

#[test]
fn repositories_of_other_kinds_are_said() {
    if !has_git() {
        return;
    }
    let mut parts = Vec::new();
    for (name, option) in [
        ("sha256", "--object-format=sha256"),
        ("reftable", "--ref-format=reftable"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        if !git(folder.path(), &["init", "-q", option]) {
            println!("this git makes no {name}");
            return;
        }
        write(folder.path(), PATH, REPORT);
        let said = check(folder.path(), &[]) + &history(folder.path(), &[]);
        parts.push((
            name,
            said.replace(&folder.path().display().to_string(), "FOLDER"),
        ));
    }
    assert_data_eq!(
        sections(&parts),
        file!["repositories/other-kinds.txt"].raw()
    );
}

#[cfg(unix)]
#[test]
fn a_repository_of_somebody_else_is_said() {
    use std::os::unix::fs::chown;
    let (folder, _repository) = made();
    for path in [folder.path().join(".git"), folder.path().to_owned()] {
        if chown(&path, Some(12_345), Some(12_345)).is_err() {
            return; // needs the rights of root
        }
    }
    let told = check(folder.path(), &[]);
    let told = told.replace(&folder.path().display().to_string(), "FOLDER");
    assert_data_eq!(
        told,
        str![[r#"
error: the repository at `FOLDER` belongs to somebody else
  help: if you trust it: git config --global --add safe.directory FOLDER
(exit 2)

"#]]
    );
}

/// A commit with a tree, a date and an author of one's choice, which no git would write.
fn commit_raw(git: &git2::Repository, tree: Oid, seconds: i64, author: &str) -> Oid {
    let parent = git.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parent = parent.map_or(String::new(), |parent| format!("parent {}\n", parent.id()));
    let who = format!("{author} <a@example.org> {seconds} +0000");
    let text = format!("tree {tree}\n{parent}author {who}\ncommitter {who}\n\nchange\n");
    let database = git.odb().expect("objects");
    let id = database
        .write(ObjectType::Commit, text.as_bytes())
        .expect("a commit");
    let head = git
        .head()
        .expect("a branch")
        .name()
        .expect("a name")
        .to_owned();
    git.reference(&head, id, true, "test").expect("a branch");
    id
}

/// The tree of what lies in the folder.
fn staged_tree(repository: &Repository, git: &git2::Repository) -> Oid {
    repository.stage_all();
    let mut index = git.index().expect("an index");
    index.read(true).expect("the index as it was written");
    index.write_tree().expect("a tree")
}

#[test]
fn dates_that_cannot_be_and_names_that_speak_to_terminals() {
    let (folder, repository) = made();
    let git = git2::Repository::open(folder.path()).expect("the repository");
    let loud = "docs/postmortems/2026-06-01-\u{1b}[31mred\u{202e}.md";
    write(folder.path(), loud, REPORT);
    // 1901-12-14 and 2106-02-07, as far as 32 bits reach.
    commit_raw(
        &git,
        staged_tree(&repository, &git),
        -2_147_483_000,
        "Eve\u{1b}[2J\u{202e}",
    );
    let path = "docs/postmortems/2026-06-02-far.md";
    write(folder.path(), path, REPORT);
    commit_raw(&git, staged_tree(&repository, &git), 4_294_967_000, "Eve");
    write(folder.path(), PATH, REPORT);
    commit_raw(&git, staged_tree(&repository, &git), 1_780_000_000, "Eve");
    let told = sections(&[
        ("check", check(folder.path(), &[])),
        ("history", history(folder.path(), &[])),
    ]);
    let is_loud = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!told.contains(is_loud));
    assert_data_eq!(told, file!["repositories/dates.txt"].raw());
}

#[test]
fn imports_and_ignored_commits_are_no_reviews() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    write(folder.path(), "prepcheck.yaml", POLICY);
    for day in 10..20 {
        write(
            folder.path(),
            &format!("docs/postmortems/2026-01-{day}-a.md"),
            &format!("{REPORT}\n{day}\n"),
        );
    }
    repository.commit_all("2026-06-01T09:00:00Z", "Ada", "move here from the wiki");
    let path = "docs/postmortems/2026-01-10-a.md";
    write(folder.path(), path, &format!("{REPORT}\nReformatted.\n"));
    repository.commit_all("2026-07-01T09:00:00Z", "Bot", "reformat");
    let before = history(folder.path(), &[path]);
    write(
        folder.path(),
        ".git-blame-ignore-revs",
        &format!("# by a robot\n{}\n", repository.head()),
    );
    repository.commit_all("2026-07-02T09:00:00Z", "Ada", "ignore the robot");
    let told = sections(&[
        ("before", before),
        ("after", history(folder.path(), &[path])),
    ]);
    assert_data_eq!(told, file!["repositories/imports.txt"].raw());
}

/// Takes an object out of the repository.
fn lose(folder: &Path, id: &str) {
    let path = folder.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(path).expect("a loose object");
}

#[test]
fn lost_and_broken_objects_are_named() {
    let mut parts = Vec::new();
    let name_of = |folder: &Path, name: &str| {
        let git = git2::Repository::open(folder).expect("the repository");
        let object = git.revparse_single(name).expect("an object");
        object.id().to_string()
    };
    for (name, lost) in [
        ("a lost document", format!("HEAD:{PATH}")),
        ("a lost folder", "HEAD:docs/postmortems".to_owned()),
        ("a lost tree", "HEAD^{tree}".to_owned()),
        ("a lost tree of an older commit", "HEAD~1^{tree}".to_owned()),
        ("a lost commit", "HEAD~1".to_owned()),
        (
            "a lost document of an older commit",
            format!("HEAD~1:{PATH}"),
        ),
    ] {
        let (folder, _repository) = made();
        lose(folder.path(), &name_of(folder.path(), &lost));
        parts.push((
            name,
            check(folder.path(), &["--rev", "HEAD"]) + &history(folder.path(), &[PATH]),
        ));
    }
    let (folder, repository) = made();
    let git = git2::Repository::open(folder.path()).expect("the repository");
    let database = git.odb().expect("objects");
    let garbage = database
        .write(ObjectType::Tree, b"100644 a.md\0too short")
        .expect("an object");
    let mut root = git.treebuilder(None).expect("a tree");
    root.insert("docs", garbage, 0o040_000).expect("an entry");
    let tree = root.write().expect("a tree");
    commit_raw(&git, tree, 1_780_000_000, "Eve");
    parts.push((
        "a tree of garbage",
        check(folder.path(), &["--rev", "HEAD"]),
    ));
    repository.commit_all("2026-07-02T09:00:00Z", "Ada", "mend it");
    parts.push((
        "a tree of garbage in history",
        check(folder.path(), &[]) + &history(folder.path(), &[PATH]),
    ));
    assert_data_eq!(sections(&parts), file!["repositories/objects.txt"].raw());
}

#[test]
fn a_tree_that_stands_for_millions_of_files_ends_soon() {
    let (folder, repository) = made();
    let git = git2::Repository::open(folder.path()).expect("the repository");
    let mut id = git.blob(REPORT.as_bytes()).expect("a blob");
    let mut mode = 0o100_644;
    for depth in 0..8 {
        let mut tree = git.treebuilder(None).expect("a tree");
        for number in 0..10 {
            let ending = if depth == 0 { ".md" } else { "" };
            tree.insert(format!("{number}{ending}"), id, mode)
                .expect("an entry");
        }
        id = tree.write().expect("a tree");
        mode = 0o040_000;
    }
    let root = git
        .find_tree(staged_tree(&repository, &git))
        .expect("a tree");
    let mut root = git.treebuilder(Some(&root)).expect("a tree");
    root.insert("postmortems", id, mode).expect("an entry");
    let bomb = root.write().expect("a tree");
    commit_raw(&git, bomb, 1_780_000_000, "Eve");
    let at_once = check(folder.path(), &["--rev", "HEAD"]);
    repository.commit_all("2026-07-02T09:00:00Z", "Ada", "take it out");
    let told = sections(&[
        ("the revision", at_once),
        ("in history", check(folder.path(), &[])),
        ("history", history(folder.path(), &[PATH])),
    ]);
    assert_data_eq!(told, file!["repositories/bomb.txt"].raw());
}

#[cfg(unix)]
#[test]
fn names_need_not_be_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let (folder, repository) = made();
    let name = OsStr::from_bytes(b"2026-06-01-\xff.md");
    if fs::write(folder.path().join("docs/postmortems").join(name), REPORT).is_err() {
        return; // a file system of other names
    }
    repository.commit_all("2026-07-02T09:00:00Z", "Ada", "add it");
    let whole = check(folder.path(), &[]);
    assert_eq!(check(folder.path(), &["--staged"]), whole);
    assert_eq!(check(folder.path(), &["--rev", "HEAD"]), whole);
    let told = sections(&[("check", whole), ("history", history(folder.path(), &[]))]);
    assert_data_eq!(told, file!["repositories/names.txt"].raw());
}
