//! A year of a small company, as its repository tells it.
//!
//! People come and go, dates slip, an item is deleted, a runbook is renamed and goes stale, a
//! deploy is reverted. After each step the whole report is compared, alone and beside the step
//! before; and at the end the same history is seen through clones of four kinds.

use std::fs;
use std::path::Path;
use std::process::Command;

use snapbox::{assert_data_eq, file};

use crate::cli::{run, write};
use crate::git::Repository;

/// Without what they have decided not to do.
const POLICY: &str = "\
extends: strict
scope: [postmortems, runbooks]
rules:
  postmortems/missing-core-section: off
  postmortems/missing-follow-up: off
  postmortems/missing-section: off
  postmortems/missing-template: off
  runbooks/missing-owner: off
  runbooks/uncovered-fix: off
  runbooks/uncovered-incident: off
";

const RUNBOOK: &str = "\
# Rollback

A bad deploy is rolled back within minutes.

## Mitigation

1. Find the last good release: `deploy list`
2. Roll back to it: `deploy rollback RELEASE`

## Prevention

Deploy to one machine first.
";

pub(crate) const REPORT: &str = "\
# Checkout was down

**Date:** 2026-01-12

## Root cause

A job without a limit took every connection of the database.

## Action items

- [ ] Limit the connections of batch jobs - Owner: Ada - Due: 2026-02-15
- [ ] Alert on waiting connections - Owner: Grace - Due: 2026-09-30
";

const LATE: &str = "\
# Sign-in failed after a deploy

**Date:** 2026-06-02

## Root cause

A cookie had a new name that old servers did not know.

## Action items

- [x] Keep both names for a week - Owner: Linus - Due: 2026-07-31
";

const ITEM: &str = "Limit the connections of batch jobs";
const RUNBOOKS: &str = "docs/runbooks/rollback.md";
const RENAMED: &str = "docs/runbooks/roll-back-a-deploy.md";
const FIRST: &str = "docs/postmortems/2026-01-12-checkout-down.md";
const SECOND: &str = "docs/postmortems/2026-06-02-sign-in-failed.md";

/// What happens on a day: nothing, or a commit.
pub(crate) struct Step {
    pub day: &'static str,
    pub who: &'static str,
    pub what: &'static str,
    pub change: fn(&Path),
}

pub(crate) const YEAR: &[Step] = &[
    Step {
        day: "2025-12-01",
        who: "Ada",
        what: "begin",
        change: |folder| {
            write(folder, "README.md", "# Acme\n\nSee [docs](docs/).\n");
            write(folder, "prepcheck.yaml", POLICY);
            write(folder, RUNBOOKS, RUNBOOK);
        },
    },
    Step {
        day: "2026-01-14",
        who: "Ada",
        what: "tell of the incident of Monday",
        change: |folder| write(folder, FIRST, REPORT),
    },
    Step {
        day: "2026-02-14",
        who: "Ada",
        what: "two weeks more",
        change: |folder| replace(folder, FIRST, "2026-02-15", "2026-03-01"),
    },
    Step {
        day: "2026-03-01",
        who: "Grace",
        what: "and six weeks",
        change: |folder| replace(folder, FIRST, "2026-03-01", "2026-04-15"),
    },
    Step {
        day: "2026-03-20",
        who: "Linus",
        what: "take over from Ada, who leaves",
        change: |folder| replace(folder, FIRST, "Owner: Ada", "Owner: Linus"),
    },
    Step {
        day: "2026-04-02",
        who: "Linus",
        what: "tidy up",
        change: |folder| {
            let item = format!("- [ ] {ITEM} - Owner: Linus - Due: 2026-04-15\n");
            replace(folder, FIRST, &item, "");
        },
    },
    Step {
        day: "2026-04-10",
        who: "Linus",
        what: "say what became of it",
        change: |folder| {
            let rest = "- [ ] Alert on";
            let item = format!("- [x] {ITEM} (won't do: jobs have a database of their own)\n");
            replace(folder, FIRST, rest, &format!("{item}{rest}"));
        },
    },
    Step {
        day: "2026-05-05",
        who: "Grace",
        what: "name the runbook for what it does",
        change: |folder| {
            fs::rename(folder.join(RUNBOOKS), folder.join(RENAMED)).expect("a renamed file");
        },
    },
    Step {
        day: "2026-06-01",
        who: "Linus",
        what: "rename the cookie",
        change: |folder| write(folder, "app/cookie.txt", "acme2\n"),
    },
    Step {
        day: "2026-06-02",
        who: "Grace",
        what: "Revert \"rename the cookie\"",
        change: |folder| write(folder, "app/cookie.txt", "acme\n"),
    },
    Step {
        day: "2026-06-20",
        who: "",
        what: "nobody has told of it for more than two weeks",
        change: |_| {},
    },
    Step {
        day: "2026-06-30",
        who: "Linus",
        what: "tell of the cookie",
        change: |folder| write(folder, SECOND, LATE),
    },
    Step {
        day: "2026-11-23",
        who: "",
        what: "nobody has done anything for months",
        change: |_| {},
    },
];

#[test]
fn a_year_of_a_small_company() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    let mut told = String::new();
    for (at, step) in YEAR.iter().enumerate() {
        (step.change)(folder.path());
        told.push_str(&format!("=== {}: {}\n", step.day, step.what));
        let check = ["check", "--as-of", step.day, "--format", "compact"];
        if step.who.is_empty() {
            told.push_str(&run(folder.path(), &check).stdout);
            continue;
        }
        let date = format!("{}T09:00:00Z", step.day);
        repository.commit_all(&date, step.who, step.what);
        told.push_str(&run(folder.path(), &check).stdout);
        if at > 0 {
            told.push_str("--- beside the step before\n");
            let beside = [&check[..], &["--base", "HEAD~1"]].concat();
            told.push_str(&run(folder.path(), &beside).stdout);
        }
    }
    told.push_str("=== prepcheck history\n");
    told.push_str(&run(folder.path(), &["history", "--as-of", "2026-11-23"]).stdout);
    assert_data_eq!(told, file!["year/steps.txt"].raw());
}

/// Other ends of lines, as a check-out on another system makes them, are no change.
#[test]
fn ends_of_lines_are_no_change() {
    let folder = year();
    let check = ["check", "--as-of", "2026-11-23", "--format", "compact"];
    let before = run(folder.path(), &check).stdout;
    for path in [RENAMED, FIRST, SECOND] {
        replace(folder.path(), path, "\n", "\r\n");
    }
    assert_eq!(run(folder.path(), &check).stdout, before);
}

/// Whether the move is committed or not, and alone or with a change of the words.
#[test]
fn a_document_that_moves_takes_its_history_along() {
    let folder = year();
    let repository = Repository::open(folder.path());
    let plain = found(folder.path(), &[]);
    assert_eq!(
        plain,
        [
            "runbooks/stale",
            "postmortems/overdue-action",
            "postmortems/late"
        ]
    );
    replace(folder.path(), SECOND, "old servers", "older servers");
    for (from, to) in [(RENAMED, "deploys.md"), (SECOND, "2026-06-02-cookie.md")] {
        let from = folder.path().join(from);
        fs::rename(&from, from.with_file_name(to)).expect("a renamed file");
    }
    let all: Vec<String> = plain
        .iter()
        .map(|rule| format!("{rule} inherited"))
        .collect();
    assert_eq!(found(folder.path(), &["--base", "HEAD"]), all);
    repository.commit_all("2026-11-22T09:00:00Z", "Linus", "rename");
    assert_eq!(found(folder.path(), &["--base", "HEAD~1"]), all);
}

/// The rules that fire on the last day, with their states if there is a base.
fn found(folder: &Path, more: &[&str]) -> Vec<String> {
    let arguments = ["check", "--as-of", "2026-11-23", "--format", "json"];
    let report = run(folder, &[&arguments, more].concat()).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter();
    let words = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", word("rule"), word("state"))
    };
    findings.map(|it| words(it).trim_end().to_owned()).collect()
}

/// Where an object was not fetched, it is said, and nothing is made up.
#[test]
fn the_year_through_clones() {
    if Command::new("git").arg("--version").output().is_err() {
        println!("there is no git to make clones with");
        return;
    }
    let folder = year();
    git(folder.path(), &["config", "uploadpack.allowFilter", "true"]);
    let mut told = String::new();
    for (name, option) in [
        ("full", "--no-local"),
        ("shallow", "--depth=1"),
        ("deeper", "--depth=6"),
        ("blobless", "--filter=blob:none"),
        ("treeless", "--filter=tree:0"),
    ] {
        let clones = tempfile::tempdir().expect("a folder");
        let url = format!("file://{}", folder.path().display());
        git(clones.path(), &["clone", "-q", option, &url, name]);
        let clone = clones.path().join(name);
        told.push_str(&format!("=== {name}\n"));
        let check = ["check", "--as-of", "2026-11-23", "--format", "compact"];
        told.push_str(&run(&clone, &check).stdout);
        told.push_str(&run(&clone, &["history", "--as-of", "2026-11-23", FIRST]).stdout);
    }
    assert_data_eq!(told, file!["year/clones.txt"].raw());
}

/// All steps of the year at once.
pub(crate) fn year() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    for step in YEAR.iter().filter(|step| !step.who.is_empty()) {
        (step.change)(folder.path());
        let date = format!("{}T09:00:00Z", step.day);
        repository.commit_all(&date, step.who, step.what);
    }
    folder
}

fn replace(folder: &Path, path: &str, old: &str, new: &str) {
    let text = fs::read_to_string(folder.join(path)).expect("a document");
    assert!(text.contains(old), "{path} has no `{old}`");
    fs::write(folder.join(path), text.replace(old, new)).expect("a written file");
}

/// Runs git without anybody's configuration.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    let words = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "git {arguments:?}: {words}");
}
