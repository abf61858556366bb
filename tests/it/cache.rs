//! What one run leaves to the next must never show: only the time that it takes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use prepcheck::inspect::{Inspection, Keeping, inspect, inspect_again};
use prepcheck::load::{self, CachePlace};
use prepcheck::model;
use prepcheck::policy::Policy;

use crate::cli::{empty, run_with, write};
use crate::root;

/// More than a file must have been left alone to be kept.
const SETTLED: Duration = Duration::from_millis(100);

fn place(folder: &Path) -> CachePlace {
    CachePlace {
        folder: folder.to_owned(),
        program: PathBuf::from(env!("CARGO_BIN_EXE_prepcheck")),
    }
}

/// Inspects a folder three times: without a cache, with an empty one, and with what that left.
fn three_times(folder: &Path, caches: &Path) -> [Inspection; 3] {
    let policy = Policy::shipped("strict").expect("a shipped policy");
    let snapshot = load::worktree(Some(folder), folder, &model::is_wanted).expect("a tree");
    let keeping = Keeping {
        place: place(caches),
        from: 0,
    };
    let again = || inspect_again(&snapshot, &policy, Some(&keeping));
    [inspect(&snapshot, &policy), again(), again()]
}

fn expect_the_same(folder: &Path) {
    let caches = tempfile::tempdir().expect("a folder");
    let [plain, first, mut second] = three_times(folder, caches.path());
    assert_eq!(first.recalled, 0);
    let few = plain.ops.documents().filter(|it| !it.is_cacheable());
    let is_read = |file| plain.ops.sources.get(file).content.is_some();
    let read = plain.ops.documents().filter(|it| is_read(it.file));
    assert_eq!(second.recalled, read.count() - few.count());
    second.recalled = 0;
    for (one, other) in plain.ops.documents().zip(second.ops.documents()) {
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
    let [plain, first, second] = [plain, first, second].map(|it| format!("{it:?}"));
    assert!(plain == first, "{}: writing a cache", folder.display());
    assert!(plain == second, "{}: reading a cache", folder.display());
}

#[test]
fn what_is_recalled_is_what_would_be_read() {
    expect_the_same(&root().join("fixtures"));
    match std::env::var_os("PREPCHECK_CORPUS") {
        Some(corpus) => expect_the_same(Path::new(&corpus)),
        None => println!("skipped: set PREPCHECK_CORPUS to a folder of repositories"),
    }
}

/// A repository of many runbooks with a broken link each, and a folder for its cache.
fn many_documents() -> (tempfile::TempDir, tempfile::TempDir) {
    let (folder, caches) = (empty(), tempfile::tempdir().expect("a folder"));
    for number in 0..260 {
        let page = format!("# Disk full {number}\n\n1. See [this](gone-{number:03}.md).\n");
        write(
            folder.path(),
            &format!("docs/runbooks/disk-{number:03}.md"),
            &page,
        );
    }
    std::thread::sleep(SETTLED);
    (folder, caches)
}

fn check(folder: &Path, caches: &Path) -> String {
    let caches = caches.to_str().expect("a path in UTF-8");
    let arguments = ["--format", "compact", "--as-of", "2026-11-23"];
    let run = run_with(folder, &arguments, &[("PREPCHECK_CACHE_DIR", caches)]);
    assert_eq!(run.stderr, "");
    run.stdout
}

#[test]
fn what_is_no_file_in_its_place_is_not_waited_for() {
    let (folder, caches) = many_documents();
    let before = check(folder.path(), caches.path());
    let cache = cache_in(caches.path());
    fs::remove_file(&cache).expect("no cache");
    let status = Command::new("mkfifo").arg(&cache).status();
    assert!(status.expect("mkfifo runs").success());
    assert_eq!(before, check(folder.path(), caches.path()));
    assert_eq!(before, check(folder.path(), caches.path()));
}

/// The names in a folder, without the part of a cache's own that differs from machine to machine.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .map(|name| match name.ends_with(".cache") {
            true => "*.cache".to_owned(),
            false => name,
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_changed_document_is_read_again() {
    let (folder, caches) = many_documents();
    let before = check(folder.path(), caches.path());
    assert_eq!(names(caches.path()), ["*.cache"]);
    assert_eq!(before, check(folder.path(), caches.path()));

    // As long as before, and as old by the date that programs can set.
    let path = folder.path().join("docs/runbooks/disk-100.md");
    let date = fs::metadata(&path)
        .and_then(|it| it.modified())
        .expect("a date");
    let text = fs::read_to_string(&path).expect("a page");
    fs::write(&path, text.replace("gone-100", "gone-xyz")).expect("a written page");
    let file = File::options().write(true).open(&path).expect("the page");
    file.set_modified(date).expect("an old date");
    let after = check(folder.path(), caches.path());
    assert_eq!(after, before.replace("gone-100", "gone-xyz"));

    fs::remove_file(&path).expect("a removed page");
    let without = check(folder.path(), caches.path());
    assert!(!without.contains("gone-xyz") && without.contains("gone-101"));
}

fn cache_in(folder: &Path) -> PathBuf {
    let mut paths = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let cache = paths.find(|path| path.extension().is_some_and(|it| it == "cache"));
    cache.expect("a cache")
}

#[test]
fn a_cache_that_is_damaged_is_as_none() {
    let (folder, caches) = many_documents();
    let before = check(folder.path(), caches.path());
    let cache = cache_in(caches.path());
    const END: &[u8] = b"prepcheck cache\n";
    let whole = fs::read(&cache).expect("the cache");
    for length in [0, 1, 23, 24, whole.len() / 2, whole.len() - 1] {
        fs::write(&cache, &whole[..length]).expect("a cut cache");
        assert_eq!(
            before,
            check(folder.path(), caches.path()),
            "{length} bytes"
        );
        let again = fs::read(&cache).expect("the cache");
        assert!(again.ends_with(END), "a whole cache in its place");
    }
    // A byte that came back as another one, of an entry or of the index.
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut other = whole.clone();
        other[at] ^= 0x01;
        fs::write(&cache, other).expect("another cache");
        assert_eq!(before, check(folder.path(), caches.path()), "byte {at}");
    }
    fs::write(&cache, vec![0xff; whole.len()]).expect("a cache of nothing");
    assert_eq!(before, check(folder.path(), caches.path()));
}

#[test]
fn nothing_is_left_where_it_does_not_belong() {
    let (folder, caches) = many_documents();
    let inside = folder.path().join("caches");
    check(folder.path(), &inside);
    assert!(!inside.exists(), "a stranger could commit it");
    let caches = caches.path().to_str().expect("a path in UTF-8");
    let variables = [("PREPCHECK_CACHE_DIR", caches)];
    let arguments = ["--no-cache", "--format", "compact"];
    run_with(folder.path(), &arguments, &variables);
    assert_eq!(names(Path::new(caches)), Vec::<String>::new());
    let example = root().join("examples/acme");
    run_with(&example, &["--as-of", "2026-11-23"], &variables);
    assert_eq!(
        names(Path::new(caches)),
        Vec::<String>::new(),
        "few documents"
    );
}
