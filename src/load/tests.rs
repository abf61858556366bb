#![expect(clippy::disallowed_methods, reason = "tests make the trees they read")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Oid, Repository, Signature};
use rustix::fs::{CWD, FileType, Gid, Mode, Uid, chown, mkfifoat, mknodat};
use tempfile::TempDir;

use super::*;

mod trees;

const LIMIT: u64 = 1000;

fn ops(path: &[u8]) -> bool {
    path.starts_with(b"ops/") || path.windows(5).any(|part| part == b"/ops/")
}

/// A directory outside every repository, with symbolic links resolved.
fn directory() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().canonicalize().unwrap();
    (directory, path)
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn write_all(root: &Path, paths: &[&str]) {
    for path in paths {
        write(root, path, "x");
    }
}

fn repository(root: &Path, tracked: &[&str]) -> Repository {
    let repository = Repository::init(root).unwrap();
    write_all(root, tracked);
    track(&repository, tracked);
    repository
}

fn track(repository: &Repository, paths: &[&str]) {
    let mut index = repository.index().unwrap();
    for path in paths {
        index.add_path(Path::new(path)).unwrap();
    }
    index.write().unwrap();
}

fn commit(repository: &Repository) -> Oid {
    let tree = repository.index().unwrap().write_tree().unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let author = Signature::now("A", "a@example.org").unwrap();
    repository
        .commit(Some("HEAD"), &author, &author, "m", &tree, &[])
        .unwrap()
}

fn raw_entry(path: &[u8], mode: u32, id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.to_vec(),
    }
}

fn at(root: &Path) -> Snapshot {
    worktree(Some(root), root, &ops).unwrap()
}

/// The listing in words: a letter for the kind, `?` for untracked.
fn listing(snapshot: &Snapshot) -> Vec<String> {
    let line = |file: &File| {
        let kind = match file.kind {
            FileKind::Regular => "",
            FileKind::Symlink => " link",
            FileKind::Submodule => " submodule",
            FileKind::Special(special) => &format!(" {}", special.describe()),
        };
        let untracked = if file.tracked { "" } else { " ?" };
        format!("{}{kind}{untracked}", file.path.escape_ascii())
    };
    snapshot.files().iter().map(line).collect()
}

fn git_prefix(snapshot: &Snapshot) -> Option<&[u8]> {
    match snapshot.provenance() {
        Provenance::Git(git) => Some(&git.prefix),
        Provenance::Plain(_) => None,
    }
}

fn failure(path: &Path) -> Error {
    worktree(Some(path), path, &ops).err().unwrap()
}

#[test]
fn tracked_and_untracked_but_not_ignored() {
    let (_keep, root) = directory();
    repository(
        &root,
        &[".gitignore", "ops/a.md", "src/main.rs", "web/ops/b.md"],
    );
    write(
        &root,
        ".gitignore",
        "*.tmp\nnode_modules/\n/ops/secret*\n!ops/secret-not.md\n",
    );
    write_all(
        &root,
        &[
            "README.md",
            "junk.tmp",
            "node_modules/x/ops/a.md",
            "ops/new.md",
            "ops/new.tmp",
            "ops/secret.md",
            "ops/secret-not.md",
            "ops/new/deep/c.md",
            "fresh/ops/d.md",
            "src/unseen.rs",
            "web/seen.js",
            "docs/e.md",
        ],
    );
    let snapshot = at(&root);
    assert_eq!(
        listing(&snapshot),
        [
            ".gitignore",
            "README.md ?",
            "docs/e.md ?",
            "fresh/ops/d.md ?",
            "ops/a.md",
            "ops/new.md ?",
            "ops/new/deep/c.md ?",
            "ops/secret-not.md ?",
            "src/main.rs",
            "web/ops/b.md",
            "web/seen.js ?",
        ]
    );
    assert_eq!(git_prefix(&snapshot), Some(&b""[..]));
    assert_eq!(snapshot.unlisted(), []);
    assert!(snapshot.contains(b"ops/a.md") && !snapshot.contains(b"ops"));
    assert!(snapshot.contains_dir(b"ops") && snapshot.contains_dir(b"ops/new"));
    assert!(!snapshot.contains_dir(b"op") && snapshot.contains_dir(b""));
}

#[test]
fn nearer_ignore_files_win_and_ignored_parents_stay_hidden() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md", "build/ops/b.md"]);
    write(&root, ".gitignore", "*.log\nbuild/\n");
    write(&root, "ops/.gitignore", "!keep.log\n/x.md\n");
    write_all(
        &root,
        &[
            "ops/keep.log",
            "ops/no.log",
            "ops/x.md",
            "ops/y/x.md",
            "build/ops/c.md",
        ],
    );
    write(&root, ".git/info/exclude", "y.md\n");
    write_all(&root, &["ops/y.md"]);
    assert_eq!(
        listing(&at(&root)),
        [
            ".gitignore ?",
            "build/ops/b.md",
            "ops/.gitignore ?",
            "ops/a.md",
            "ops/keep.log ?",
            "ops/y/x.md ?",
        ]
    );
}

#[test]
fn nested_repositories_are_left_alone() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md"]);
    repository(&root.join("ops/inner"), &["ops/b.md"]);
    let snapshot = at(&root);
    assert_eq!(listing(&snapshot), ["ops/a.md"]);
    assert_eq!(snapshot.unlisted().len(), 1);
    assert_eq!(snapshot.unlisted()[0].reason, Reason::NestedRepository);
    assert_eq!(&*snapshot.unlisted()[0].path, b"ops/inner");
    assert_eq!(listing(&at(&root.join("ops/inner"))), ["ops/b.md"]);
}

#[test]
fn a_path_is_the_root_also_inside_a_repository() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md", "team/ops/b.md", "team/x", "team.md"]);
    write_all(&root, &["team/ops/c.md", "team/ops/d.tmp", "team/e.tmp"]);
    write(&root, ".gitignore", "*.tmp");
    write(&root, "team/.gitignore", "!e.tmp");
    let snapshot = at(&root.join("team"));
    assert_eq!(snapshot.root(), root.join("team"));
    assert_eq!(git_prefix(&snapshot), Some(&b"team"[..]));
    assert_eq!(
        listing(&snapshot),
        [".gitignore ?", "e.tmp ?", "ops/b.md", "ops/c.md ?", "x"]
    );
    assert_eq!(snapshot.read(b"ops/b.md", LIMIT), Ok(b"x".to_vec()));
    assert_eq!(
        snapshot.read(b"../team.md", LIMIT),
        Err(Unreadable::Vanished)
    );
}

#[test]
fn without_a_path_the_root_is_searched_upwards() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md", "team/ops/b.md"]);
    write_all(&root, &["team/deep/er/x", "other/y"]);
    let from = |current: &str| worktree(None, &root.join(current), &ops).unwrap();
    assert_eq!(from("team/deep/er").root(), root);
    write(&root, "team/prepcheck.yaml", "");
    assert_eq!(from("team/deep/er").root(), root.join("team"));
    assert_eq!(from("other").root(), root);
}

#[test]
fn a_root_that_git_ignores_or_does_not_track_is_a_plain_directory() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md"]);
    write(&root, ".gitignore", "out\n*.md\n");
    write(&root, "out/.gitignore", "*.tmp\n");
    write_all(&root, &["out/ops/b.md", "out/x.tmp", "new/c.md"]);
    let out = at(&root.join("out"));
    assert_eq!(listing(&out), [".gitignore ?", "ops/b.md ?"]);
    assert_eq!(out.provenance(), &Provenance::Plain(Plain::Untracked));
    let new = at(&root.join("new"));
    assert_eq!(listing(&new), ["c.md ?"]);
}

#[test]
fn ignore_files_above_a_tracked_root_that_they_hide_do_not_count() {
    let (_keep, root) = directory();
    repository(&root, &["out/ops/a.md"]);
    write(&root, ".gitignore", "out\n*.md\n");
    write_all(&root, &["out/ops/b.md"]);
    let snapshot = at(&root.join("out"));
    assert_eq!(listing(&snapshot), ["ops/a.md", "ops/b.md ?"]);
    assert_eq!(git_prefix(&snapshot), Some(&b"out"[..]));
}

#[test]
fn symbolic_links_are_told_apart_and_never_followed() {
    let (_keep, root) = directory();
    write_all(&root, &["ops/a.md", "other/b.md"]);
    let links = [
        ("ops/in", "a.md"),
        ("ops/in-2", "../other/../ops/./a.md"),
        ("ops/chain", "in"),
        ("ops/loop", "loop"),
        ("ops/dangling", "gone/../../nowhere"),
        ("ops/absolute", "/etc/passwd"),
        ("ops/out", "../../x"),
        ("ops/out-2", "gone/../../../x"),
        ("ops/out-chain", "absolute"),
        ("ops/out-dir", "../up/x"),
        ("up", ".."),
        ("linked", "other"),
    ];
    for (link, target) in links {
        symlink(target, root.join(link)).unwrap();
    }
    let snapshot = at(&root);
    assert!(listing(&snapshot).contains(&"linked link ?".to_owned()));
    let read = |path: &str| snapshot.read(path.as_bytes(), LIMIT).unwrap_err();
    for (link, target) in links {
        let target = target.as_bytes().to_vec();
        let expected = if link == "up" || link.contains("out") || link.contains("absolute") {
            Unreadable::EscapingSymlink { target }
        } else {
            Unreadable::Symlink { target }
        };
        assert_eq!(read(link), expected, "{link}");
    }
    assert_eq!(read("linked/b.md"), Unreadable::BelowSymlink);
    assert_eq!(read("up/x/ops/a.md"), Unreadable::BelowSymlink);
    assert_eq!(read("ops/a.md/x"), Unreadable::Vanished);
    assert_eq!(read("gone/x"), Unreadable::Vanished);
}

#[test]
fn a_tracked_parent_replaced_by_a_link_is_not_followed() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md"]);
    fs::rename(root.join("ops"), root.join("real")).unwrap();
    symlink("real", root.join("ops")).unwrap();
    let snapshot = at(&root);
    assert_eq!(
        listing(&snapshot),
        ["ops link ?", "ops/a.md", "real/a.md ?"]
    );
    assert_eq!(
        snapshot.read(b"ops/a.md", LIMIT),
        Err(Unreadable::BelowSymlink)
    );
}

#[test]
fn long_ways_of_links_end_soon() {
    let (_keep, root) = directory();
    fs::create_dir(root.join("a")).unwrap();
    for number in 0..60 {
        let target = format!("{}l{}", "a/../".repeat(700), number + 1);
        symlink(target, root.join(format!("l{number}"))).unwrap();
    }
    let error = at(&root).read(b"l0", LIMIT).unwrap_err();
    assert!(matches!(error, Unreadable::Symlink { .. }));
}

#[test]
fn special_files_are_not_opened() {
    let (_keep, root) = directory();
    repository(&root, &["ops/tracked.md"]);
    let fifo = |path: &str| mkfifoat(CWD, root.join(path), Mode::RWXU).unwrap();
    fifo("ops/fifo.md");
    fifo("ops/.gitignore");
    fs::remove_file(root.join("ops/tracked.md")).unwrap();
    fifo("ops/tracked.md");
    let _socket = std::os::unix::net::UnixListener::bind(root.join("ops/socket")).unwrap();
    let snapshot = at(&root);
    assert_eq!(
        listing(&snapshot),
        [
            "ops/.gitignore a FIFO ?",
            "ops/fifo.md a FIFO ?",
            "ops/socket a socket ?",
            "ops/tracked.md",
        ]
    );
    let read = |path: &str| snapshot.read(path.as_bytes(), LIMIT).unwrap_err();
    assert_eq!(read("ops/fifo.md"), Unreadable::NotRegular("a FIFO"));
    assert_eq!(read("ops/tracked.md"), Unreadable::NotRegular("a FIFO"));
    assert_eq!(read("ops/socket"), Unreadable::NotRegular("a socket"));
    assert_eq!(read("ops"), Unreadable::NotRegular("a directory"));
}

#[test]
fn sockets_and_devices_that_the_listing_does_not_know() {
    let (_keep, root) = directory();
    let snapshot = at(&root);
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    let read = |path: &str| snapshot.read(path.as_bytes(), LIMIT).unwrap_err();
    assert_eq!(read("socket"), Unreadable::NotRegular("a socket"));
    let made = mknodat(
        CWD,
        root.join("null"),
        FileType::CharacterDevice,
        Mode::RUSR,
        0x103,
    );
    if made.is_ok() {
        let error = read("null");
        assert!(matches!(
            error,
            Unreadable::NotRegular("a device") | Unreadable::Denied
        ));
    }
}

#[test]
fn sizes_are_limited() {
    let (_keep, root) = directory();
    write(&root, "ten", "0123456789");
    write(&root, "empty", "");
    let snapshot = at(&root);
    assert_eq!(
        snapshot.read(b"ten", 9),
        Err(Unreadable::TooLarge { bytes: 10 })
    );
    assert_eq!(snapshot.read(b"ten", 10), Ok(b"0123456789".to_vec()));
    assert_eq!(snapshot.read(b"ten", u64::MAX), Ok(b"0123456789".to_vec()));
    assert_eq!(snapshot.read(b"empty", 0), Ok(Vec::new()));
    assert_eq!(snapshot.read(b"ten\0", 10), Err(Unreadable::Vanished));
}

#[test]
fn names_need_not_be_utf8() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let blob = repository.blob(b"x").unwrap();
    let mut index = repository.index().unwrap();
    index
        .add(&raw_entry(b"ops/\xff.md", 0o100_644, blob))
        .unwrap();
    index.write().unwrap();
    fs::write(root.join(OsStr::from_bytes(b"ops/\xff.md")), "x").unwrap();
    fs::write(root.join(OsStr::from_bytes(b"ops/\xfe.md")), "y").unwrap();
    let snapshot = at(&root);
    assert_eq!(
        listing(&snapshot),
        ["ops/a.md", r"ops/\xfe.md ?", r"ops/\xff.md"]
    );
    assert_eq!(snapshot.read(b"ops/\xfe.md", LIMIT), Ok(b"y".to_vec()));
}

#[test]
fn plain_directories_heed_their_own_ignore_files() {
    let (_keep, root) = directory();
    write(&root, "docs/.gitignore", "*.tmp\n");
    write_all(
        &root,
        &[
            "docs/a.md",
            "docs/b.tmp",
            "docs/sub/c.tmp",
            ".hidden/d.md",
            "e.tmp",
        ],
    );
    repository(&root.join("clone"), &["f.md"]);
    let snapshot = at(&root);
    assert_eq!(
        listing(&snapshot),
        [
            ".hidden/d.md ?",
            "docs/.gitignore ?",
            "docs/a.md ?",
            "e.tmp ?"
        ]
    );
    assert_eq!(
        snapshot.provenance(),
        &Provenance::Plain(Plain::NoRepository)
    );
    assert_eq!(snapshot.unlisted()[0].reason, Reason::NestedRepository);
}

#[test]
fn what_lies_too_deep_is_said() {
    let (_keep, root) = directory();
    let deep = "d/".repeat(walk::DEPTH);
    write_all(&root, &[&format!("{deep}a"), &format!("{deep}d/b")]);
    let snapshot = at(&root);
    assert_eq!(listing(&snapshot), [format!("{deep}a ?")]);
    assert_eq!(snapshot.unlisted()[0].reason, Reason::TooDeep);
}

#[test]
fn conflicts_and_submodules_are_listed_once() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let blob = repository.blob(b"x").unwrap();
    let mut index = repository.index().unwrap();
    for stage in 1..=3 {
        let mut entry = raw_entry(b"ops/conflict.md", 0o100_644, blob);
        entry.flags = stage << 12;
        index.add(&entry).unwrap();
    }
    index.add(&raw_entry(b"vendored", 0o160_000, blob)).unwrap();
    index.add(&raw_entry(b"ops/link", 0o120_000, blob)).unwrap();
    index.write().unwrap();
    write_all(&root, &["vendored/ops/x.md"]);
    let snapshot = at(&root);
    assert_eq!(
        listing(&snapshot),
        [
            "ops/a.md",
            "ops/conflict.md",
            "ops/link link",
            "vendored submodule"
        ]
    );
    assert!(snapshot.contains_dir(b"vendored"));
    assert_eq!(
        snapshot.read(b"vendored", LIMIT),
        Err(Unreadable::NotRegular("a submodule"))
    );
    assert_eq!(
        snapshot.read(b"ops/conflict.md", LIMIT),
        Err(Unreadable::Vanished)
    );
}

#[test]
fn linked_work_trees_and_their_loss() {
    let (_keep, root) = directory();
    let repository = repository(&root.join("main"), &["ops/a.md"]);
    commit(&repository);
    let linked = root.join("linked");
    repository.worktree("linked", &linked, None).unwrap();
    let snapshot = at(&linked);
    assert_eq!(listing(&snapshot), ["ops/a.md"]);
    assert_eq!(git_prefix(&snapshot), Some(&b""[..]));
    fs::remove_dir_all(root.join("main")).unwrap();
    let snapshot = at(&linked);
    assert_eq!(listing(&snapshot), ["ops/a.md ?"]);
    assert_eq!(
        snapshot.provenance(),
        &Provenance::Plain(Plain::LostRepository)
    );
}

#[test]
fn an_empty_repository_has_no_tracked_files() {
    let (_keep, root) = directory();
    repository(&root, &[]);
    write_all(&root, &["ops/a.md"]);
    let snapshot = at(&root);
    assert_eq!(listing(&snapshot), ["ops/a.md ?"]);
    assert_eq!(git_prefix(&snapshot), Some(&b""[..]));
    fs::remove_file(root.join(".git/index")).unwrap_or_default();
    assert_eq!(listing(&at(&root)), ["ops/a.md ?"]);
}

#[test]
fn roots_that_cannot_be_used() {
    let (_keep, root) = directory();
    write_all(&root, &["file"]);
    Repository::init_bare(root.join("bare.git")).unwrap();
    assert!(matches!(failure(&root.join("gone")), Error::Missing { .. }));
    assert!(matches!(
        failure(&root.join("file")),
        Error::NotDirectory { .. }
    ));
    assert!(matches!(
        failure(&root.join("file/x")),
        Error::NotDirectory { .. }
    ));
    let bare = failure(&root.join("bare.git"));
    assert!(matches!(bare, Error::Bare { .. }));
    assert_eq!(
        bare.hint().unwrap(),
        "check a revision with `--rev HEAD`, or give a work tree"
    );
}

#[test]
fn repositories_of_an_unknown_kind() {
    for (key, value) in [("refStorage", "reftable"), ("objectFormat", "sha256")] {
        let (_keep, root) = directory();
        let repository = repository(&root, &["ops/a.md"]);
        let mut config = repository.config().unwrap();
        config.set_i32("core.repositoryformatversion", 1).unwrap();
        config.set_str(&format!("extensions.{key}"), value).unwrap();
        let error = failure(&root);
        assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
    }
}

#[test]
fn a_repository_of_another_owner_is_refused() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md"]);
    let (user, group) = (Uid::from_raw(12_345), Gid::from_raw(12_345));
    if chown(root.join(".git"), Some(user), Some(group)).is_err() {
        return; // needs the rights of root
    }
    chown(&root, Some(user), Some(group)).unwrap();
    let error = failure(&root);
    let expected = format!(
        "if you trust it: git config --global --add safe.directory {}",
        root.display()
    );
    assert_eq!(error.hint(), Some(expected));
}

#[test]
fn deleted_files_have_vanished() {
    let (_keep, root) = directory();
    repository(&root, &["ops/a.md"]);
    fs::remove_dir_all(root.join("ops")).unwrap();
    let snapshot = at(&root);
    assert_eq!(listing(&snapshot), ["ops/a.md"]);
    assert_eq!(snapshot.read(b"ops/a.md", LIMIT), Err(Unreadable::Vanished));
}

#[test]
fn files_named_on_the_command_line() {
    let (_keep, root) = directory();
    write(&root, "policy.yaml", "0123456789");
    let file = root.join("policy.yaml");
    assert_eq!(read_file(&file, 10).unwrap(), b"0123456789");
    let error = read_file(&file, 9).unwrap_err();
    assert_eq!(error.to_string(), "it has more than 9 bytes");
    assert!(read_file(&root, 9).is_err());
}

#[test]
fn snapshots_are_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Snapshot>();
}
