//! Runs every case below `fixtures/`: a folder a case, `fixtures/<group>/<rule>/<case>/`.
//!
//! A case is a small repository with a `case.toml`. Only the rule of its folder is on, and the
//! group `files`, which is always on. The report is compared, byte for byte, with `expected.txt`;
//! a `pass-` case has none, for it must be silent. What `--fix` would change is compared with
//! `mended.diff`, where it would change anything. `UPDATE=1 cargo test` rewrites what differs.
//!
//! ```toml
//! today = "2026-11-23"               # required: the clock
//! policy = "startup"                 # levels; default `team`
//! shallow = true                     # cut off behind the newest commit
//! [odd]                              # files that git or an editor would spoil
//! "docs/runbooks/a.md" = { hex = "ff41" }
//! "docs/runbooks/b.md" = { symlink = "/etc/passwd" }
//! "docs/runbooks/c.md" = { fifo = true }
//! "docs/runbooks/d.md" = { size = 2000000 }
//! [[commit]]                         # makes it a git repository; the last one holds the rest
//! date = "2026-01-05T09:00:00Z"
//! author = "Ada"
//! message = "add the runbook"
//! paths = ["docs/runbooks/a.md"]
//! edit = [["14:05", "14:50"]]           # with `paths`: what stood there then, in place of what does
//! ```
//!
//! A `prepcheck.yaml` at the case's root is its policy, in place of `policy`.
//!
//! A folder `base/` beside it is the tree of the first commit. The case is then judged beside it:
//! each finding bears its state, and what is no more stands at the end. A `pass-` case may find
//! what it inherits, which fails nobody: it has an `expected.txt` then.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use prepcheck::check::{Outcome, check};
use prepcheck::clock::Clock;
use prepcheck::compare::{Tree, compare};
use prepcheck::fix::{Mending, Verdict, mend};
use prepcheck::inspect::{Inspection, inspect, inspect_both, learn, learn_both, reread};
use prepcheck::load::{Place, Snapshot, Variables};
use prepcheck::policy::{FILE_NAME, Policy};
use prepcheck::report::{self, Base, Header, Report, Texts, diff, plain};
use prepcheck::text::Way;
use prepcheck::{load, model, rules};
use rayon::prelude::*;
use serde::Deserialize;

use crate::git::{Commit, Repository};
use crate::{is_update, root};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    today: String,
    #[serde(default = "team")]
    policy: String,
    #[serde(default)]
    odd: BTreeMap<String, Odd>,
    #[serde(default)]
    shallow: bool,
    #[serde(default)]
    commit: Vec<Commit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum Odd {
    Hex(String),
    Symlink(String),
    /// Its value says nothing; a table needs one.
    Fifo(bool),
    Size(usize),
}

fn team() -> String {
    "team".to_owned()
}

#[test]
fn cases() {
    let folders = case_folders();
    let run = |folder: &PathBuf| outcome(folder).err();
    let mut faults: Vec<String> = folders.par_iter().filter_map(run).collect();
    faults.sort();
    assert!(
        faults.is_empty(),
        "{} of {} cases differ:\n\n{}",
        faults.len(),
        folders.len(),
        faults.join("\n")
    );
    println!("{} cases held", folders.len());
}

/// Also what is staged, and what is committed, gives the report of the files as they are.
#[test]
fn worktree_index_and_revision_give_the_same_report() {
    let clock: Clock = "2026-11-23".parse().expect("a date");
    let policy = Policy::shipped("strict").expect("a shipped policy");
    let folders = case_folders();
    folders.par_iter().for_each(|folder| {
        let tree = tempfile::tempdir().expect("a folder for the case");
        copy(folder, tree.path());
        let repository = Repository::init(tree.path());
        repository.commit_all("2026-01-01T00:00:00Z", "Ada", "all of it");
        let expected = report_of(tree.path(), &policy, clock);
        repository.clear();
        let place = Place {
            path: Some(tree.path()),
            current: tree.path(),
            variables: Variables::default(),
        };
        for snapshot in [load::staged(&place), load::revision(&place, "HEAD")] {
            let snapshot = snapshot.expect("a tree of git");
            let found = report_of_snapshot(&snapshot, &policy, clock);
            assert_eq!(found, expected, "{}", folder.display());
        }
    });
}

#[test]
fn every_rule_has_a_case_that_fires_and_one_that_does_not() {
    let folders = case_folders();
    for rule in rules::all() {
        for prefix in ["fail-", "pass-"] {
            let start = root().join("fixtures").join(rule.name).join(prefix);
            let start = start.to_string_lossy().into_owned();
            let has_case = |folder: &PathBuf| folder.to_string_lossy().starts_with(&start);
            assert!(
                folders.iter().any(has_case),
                "{} has no `{prefix}…` case",
                rule.name
            );
        }
    }
}

#[test]
fn every_folder_of_cases_belongs_to_a_rule() {
    for folder in case_folders() {
        let name = rule_name(&folder);
        assert!(
            rules::get(&name).is_some(),
            "`{name}` is no rule: {}",
            folder.display()
        );
    }
}

/// Nothing, or what differs, in words.
fn outcome(folder: &Path) -> Result<(), String> {
    let name = folder
        .strip_prefix(root())
        .unwrap_or(folder)
        .display()
        .to_string();
    let Shown { report, diff } = run_case(folder);
    let is_fail = case_name(folder).starts_with("fail-");
    if is_fail && !folder.join("expected.txt").exists() && !is_update() {
        return Err(format!("{name}: no expected.txt; it would be:\n{report}"));
    }
    // Beside a base only what is new fails anybody.
    let is_beside = folder.join("base").is_dir();
    let fails = match is_beside {
        true => report.contains("= state: new"),
        false => !report.is_empty(),
    };
    if is_fail && !fails {
        return Err(format!("{name}: a `fail-` case, but nothing was found"));
    }
    if !is_fail && fails {
        return Err(format!(
            "{name}: a `pass-` case, but this was found:\n{report}"
        ));
    }
    expect(&name, &folder.join("expected.txt"), &report)?;
    expect(&name, &folder.join("mended.diff"), &diff)
}

/// Compares a file, which is empty if it is not there, with what it should be.
fn expect(name: &str, path: &Path, got: &str) -> Result<(), String> {
    let expected = fs::read_to_string(path).unwrap_or_default();
    if got == expected {
        return Ok(());
    }
    if is_update() {
        let done = match got.is_empty() {
            true => fs::remove_file(path),
            false => fs::write(path, got),
        };
        return done.map_err(|error| format!("{name}: {error}"));
    }
    Err(format!("{name}: expected\n{expected}\ngot\n{got}"))
}

/// What a case shows.
struct Shown {
    report: String,
    /// What `--fix` would change.
    diff: String,
}

fn run_case(folder: &Path) -> Shown {
    let settings = fs::read_to_string(folder.join("case.toml")).unwrap_or_default();
    let settings: Settings = toml::from_str(&settings)
        .unwrap_or_else(|error| panic!("{}/case.toml: {error}", folder.display()));
    let tree = tempfile::tempdir().expect("a folder for the case");
    lay_out(folder, &settings, tree.path());
    let own = rule_name(folder);
    // That history could not be asked is told only where a rule asks it.
    let asks = |rule: &str| own == "history/not-assessed" && rule == "runbooks/stale";
    let policy = policy(folder, &settings)
        .only(|rule| rule == own || asks(rule) || rule.starts_with("files/"));
    let clock: Clock = settings
        .today
        .parse()
        .expect("`today` is a date or an instant");
    let report = match folder.join("base").is_dir() {
        true => report_of_change(folder, &settings, (tree.path(), &policy), clock),
        false => report_of(tree.path(), &policy, clock),
    };
    Shown {
        report,
        diff: diff_of(tree.path(), &policy, clock),
    }
}

/// What mending would change in a folder. To mend it again would change nothing.
fn diff_of(tree: &Path, policy: &Policy, clock: Clock) -> String {
    let mut snapshot =
        load::worktree(Some(tree), tree, &model::is_wanted).expect("the case's tree");
    let mending = mended(&mut snapshot, policy, clock);
    let again = mended(&mut snapshot, policy, clock);
    assert!(again.files.is_empty(), "{}: mended again", tree.display());
    assert!(!mending.is_unfinished, "{}: unfinished", tree.display());
    diff::render(&mending, &Way::default())
}

/// Mends a snapshot in memory.
pub(crate) fn mended(snapshot: &mut Snapshot, policy: &Policy, clock: Clock) -> Mending {
    let judge = |snapshot: &Snapshot| {
        let mut inspection = inspect(snapshot, policy);
        learn(&mut inspection, snapshot, (policy, clock), None);
        Verdict {
            outcome: check(&inspection, policy, clock),
            inspection,
        }
    };
    let first = judge(snapshot);
    mend(snapshot, first, judge)
}

/// The policy that the case brings, or the shipped one that it names.
fn policy(folder: &Path, settings: &Settings) -> Policy {
    let own = fs::read_to_string(folder.join(FILE_NAME)).ok();
    let own = own.map(|text| Policy::read(FILE_NAME, &text));
    let named = || Policy::shipped(&settings.policy);
    let policy = own
        .map(|own| own.expect("the case's policy"))
        .or_else(named);
    policy.unwrap_or_else(|| panic!("{}: no policy `{}`", folder.display(), settings.policy))
}

/// The stable form of what is found in a folder.
pub(crate) fn report_of(tree: &Path, policy: &Policy, clock: Clock) -> String {
    let snapshot = load::worktree(Some(tree), tree, &model::is_wanted).expect("the case's tree");
    report_of_snapshot(&snapshot, policy, clock)
}

/// The stable form of what a change makes true: the tree of a case beside its `base/`.
fn report_of_change(
    folder: &Path,
    settings: &Settings,
    (tree, judge): (&Path, &Policy),
    clock: Clock,
) -> String {
    let head = load::worktree(Some(tree), tree, &model::is_wanted).expect("the case's tree");
    let place = Place {
        path: Some(tree),
        current: tree,
        variables: Variables::default(),
    };
    let base = load::revision(&place, &base_commit(tree)).expect("the case's base");
    let policies = [folder.to_owned(), folder.join("base")].map(|own| policy(&own, settings));
    let mut inspections = inspect_both(&head, &base, judge);
    let [one, other] = &mut inspections;
    learn_both([one, other], [&head, &base], (judge, clock), None);
    let tree = |index: usize, snapshot| Tree {
        snapshot,
        inspection: &inspections[index],
        policy: Ok(&policies[index]),
    };
    let (of_head, of_base) = (tree(0, &head), tree(1, &base));
    let (outcome, comparison) = compare(&of_head, &of_base, judge, clock);
    let name = Base {
        name: "base".to_owned(),
        commit: None,
        is_left: false,
    };
    let report = report_from(&head, (&inspections[0], &outcome), judge, clock);
    plain::render_cases(&report.beside(&comparison, &inspections[1], name))
}

/// The first commit of a case.
fn base_commit(tree: &Path) -> String {
    let repository = git2::Repository::open(tree).expect("the case's repository");
    let mut walk = repository.revwalk().expect("commits");
    walk.push_head().expect("a commit");
    let last = walk.last().expect("a first commit").expect("its name");
    last.to_string()
}

/// The stable form of what is found in a snapshot.
fn report_of_snapshot(snapshot: &Snapshot, policy: &Policy, clock: Clock) -> String {
    let mut inspection = inspect(snapshot, policy);
    learn(&mut inspection, snapshot, (policy, clock), None);
    let outcome = check(&inspection, policy, clock);
    let report = report_from(snapshot, (&inspection, &outcome), policy, clock);
    plain::render_cases(&report)
}

fn report_from(
    snapshot: &Snapshot,
    (inspection, outcome): (&Inspection, &Outcome),
    policy: &Policy,
    clock: Clock,
) -> Report {
    let root = snapshot.root().display();
    assert_eq!(inspection.bugs, Vec::<String>::new(), "{root}");
    let header = Header {
        version: "0",
        root: ".".to_owned(),
        way: Way::default(),
        tree: report::Tree::Worktree,
        policy: policy.name.clone(),
        as_of: clock.show(),
        documents: inspection.ops.documents().len(),
        is_git: snapshot.is_git(),
        no_base: None,
    };
    let sources = &inspection.ops.sources;
    let texts = Texts {
        read: &|file| reread(snapshot, sources, file),
        are_shown: true,
    };
    report::build(inspection, outcome, header, texts)
}

fn lay_out(folder: &Path, settings: &Settings, tree: &Path) {
    let repository = (!settings.commit.is_empty() || folder.join("base").is_dir())
        .then(|| Repository::init(tree));
    if let Some(repository) = &repository {
        let base = folder.join("base");
        if base.is_dir() {
            copy(&base, tree);
            repository.commit_all("2026-01-01T00:00:00Z", "Base", "base");
            repository.clear();
        }
    }
    copy(folder, tree);
    for (path, odd) in &settings.odd {
        synthesise(&tree.join(path), odd);
    }
    if let Some(repository) = &repository {
        for commit in &settings.commit {
            repository.commit(commit);
        }
        repository.stage_all();
        if settings.shallow {
            repository.make_shallow();
        }
    }
}

/// Copies the case's repository, without what describes the case.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder of a case") {
        let entry = entry.expect("an entry of a case");
        let name = entry.file_name();
        let describes = ["case.toml", "expected.txt", "mended.diff", "base"]
            .iter()
            .any(|own| name == *own);
        if describes && from.join("case.toml").exists() {
            continue;
        }
        let target = to.join(&name);
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copied file");
        }
    }
}

fn synthesise(path: &Path, odd: &Odd) {
    fs::create_dir_all(path.parent().expect("a path below the tree")).expect("a folder");
    match odd {
        Odd::Hex(hex) => fs::write(path, bytes(hex)).expect("a file"),
        Odd::Size(size) => fs::write(path, "x\n".repeat(size / 2)).expect("a file"),
        Odd::Symlink(target) => std::os::unix::fs::symlink(target, path).expect("a link"),
        Odd::Fifo(is_one) => {
            assert!(is_one, "`fifo = true`, or no entry");
            let mode = rustix::fs::Mode::from_raw_mode(0o644);
            rustix::fs::mkfifoat(rustix::fs::CWD, path, mode).expect("a FIFO");
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
    let byte = |pair: &[char]| {
        u8::from_str_radix(&pair.iter().collect::<String>(), 16).expect("two hexadecimal digits")
    };
    digits.chunks(2).map(byte).collect()
}

/// Folders with a `case.toml`, three levels below `fixtures/`.
fn case_folders() -> Vec<PathBuf> {
    let mut folders = vec![root().join("fixtures")];
    for _ in 0..3 {
        folders = folders
            .iter()
            .flat_map(|folder| subfolders(folder))
            .collect();
    }
    folders.sort();
    assert!(!folders.is_empty(), "there are cases");
    folders
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of fixtures");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_dir()).collect()
}

fn case_name(folder: &Path) -> String {
    folder
        .file_name()
        .expect("a case has a name")
        .to_string_lossy()
        .into_owned()
}

/// `group/rule` of a case's folder.
fn rule_name(folder: &Path) -> String {
    let rule = folder.parent().expect("a case lies in its rule's folder");
    let group = rule.parent().expect("a rule's folder lies in its group's");
    format!("{}/{}", case_name(group), case_name(rule))
}
