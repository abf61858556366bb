//! The year of a small company once more, each step as a pull request.
//!
//! GitHub shows one and the same change in many ways: merged into its base or as it stands on its
//! branch, in a clone that ends early, beside others in a queue, after its base has moved on. Each
//! time the runner has the commits that `actions/checkout` fetches and the variables that GitHub
//! sets, and no others. Whole reports are compared; and what a change made true must not depend on
//! how it is seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use prepcheck::finding::Cause;
use rayon::prelude::*;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

use crate::cli::{Run, write};
use crate::git::Repository;
use crate::year::{Step, YEAR, git};

/// What lands on the main line while a pull request is open; it has faults of its own.
const MEANWHILE: &str = "\
# Mail was late

**Date:** 2025-11-10

## Root cause

The queue of outgoing mail had one worker.

## Action items

- [ ] Give outgoing mail a second worker
- [ ] Alert on the age of mail - Owner: Grace - Due: 2025-12-15
";

/// The repository as its host keeps it.
struct Host {
    folder: tempfile::TempDir,
    repository: Repository,
    /// The newest commit of the main line.
    main: String,
}

/// A pull request, and every commit that the host makes of it.
struct Pull {
    number: usize,
    day: &'static str,
    change: String,
    merge: String,
    /// What has landed on the main line since, and the merge with that.
    landed: String,
    late_merge: String,
    /// The entry of the queue before this one, and this one.
    queued: String,
    group: String,
}

/// One way in which a runner sees a pull request.
struct View {
    name: &'static str,
    event: &'static str,
    /// What GitHub built for the run.
    commit: String,
    reference: String,
    checked_out: String,
    /// The main line when the run began.
    main: String,
    /// What a push moved the branch from.
    before: Option<String>,
    depth: Option<u8>,
}

/// A clone on a runner.
struct Runner {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Host {
    fn new() -> Host {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Repository::init(folder.path());
        for name in ["allowAnySHA1InWant", "allowReachableSHA1InWant"] {
            git(
                folder.path(),
                &["config", &format!("uploadpack.{name}"), "true"],
            );
        }
        let first = &YEAR[0];
        (first.change)(folder.path());
        repository.commit_all(&morning(first), first.who, first.what);
        let main = repository.head();
        Host {
            folder,
            repository,
            main,
        }
    }

    /// Opens a pull request from a fork that takes the step.
    fn open(&self, number: usize, step: &Step) -> Pull {
        let (repository, date) = (&self.repository, morning(step));
        let commit = |who: &str, what: &str, change: &dyn Fn(&Path)| {
            repository.check_out(&self.main);
            change(self.folder.path());
            repository.commit_all(&date, who, what);
            repository.head()
        };
        let change = commit(step.who, step.what, &step.change);
        let landed = commit("Margaret", "tell of late mail", &|folder| {
            write(
                folder,
                "docs/postmortems/2025-11-10-mail-late.md",
                MEANWHILE,
            );
            write(
                folder,
                "docs/runbooks/queue.md",
                "# Drain the queue\n\nTODO\n",
            );
        });
        let merge = |base: &str, change: &str| repository.merge(&date, base, change);
        let queued = merge(&self.main, &landed);
        Pull {
            number,
            day: step.day,
            merge: merge(&self.main, &change),
            late_merge: merge(&landed, &change),
            group: merge(&queued, &change),
            change,
            landed,
            queued,
        }
    }

    fn land(&mut self, pull: &Pull) {
        self.main.clone_from(&pull.merge);
    }

    fn views(&self, pull: &Pull) -> [View; 5] {
        let of_pull = || self.view(pull);
        let stale = || View {
            name: "from a stale branch",
            commit: pull.late_merge.clone(),
            checked_out: pull.late_merge.clone(),
            main: pull.landed.clone(),
            ..of_pull()
        };
        let queue = format!("pr-{}-{}", pull.number, pull.queued);
        [
            of_pull(),
            View {
                name: "from a clone of depth 2",
                depth: Some(2),
                ..of_pull()
            },
            stale(),
            View {
                name: "from a stale branch, with its head checked out",
                checked_out: pull.change.clone(),
                ..stale()
            },
            View {
                name: "in a merge queue",
                event: "merge_group",
                commit: pull.group.clone(),
                reference: format!("refs/heads/gh-readonly-queue/main/{queue}"),
                checked_out: pull.group.clone(),
                depth: Some(2),
                ..of_pull()
            },
        ]
    }

    /// The pull request merged into its base, in a whole clone.
    fn view(&self, pull: &Pull) -> View {
        View {
            name: "from a fork",
            event: "pull_request",
            commit: pull.merge.clone(),
            reference: format!("refs/pull/{}/merge", pull.number),
            checked_out: pull.merge.clone(),
            main: self.main.clone(),
            before: None,
            depth: None,
        }
    }

    /// What a runner cannot compare before it has fetched more.
    fn short_views(&self, pull: &Pull) -> [View; 5] {
        let of_pull = || View {
            depth: Some(1),
            ..self.view(pull)
        };
        let pushed = || View {
            name: "a push, in a clone of depth 1",
            event: "push",
            reference: "refs/heads/main".to_owned(),
            main: pull.merge.clone(),
            before: Some(self.main.clone()),
            ..of_pull()
        };
        [
            View {
                name: "the merge, in a clone of depth 1",
                ..of_pull()
            },
            View {
                name: "the head of a stale branch, in a clone of depth 1",
                commit: pull.late_merge.clone(),
                checked_out: pull.change.clone(),
                main: pull.landed.clone(),
                ..of_pull()
            },
            pushed(),
            View {
                name: "a forced push, in a whole clone",
                before: Some(pull.landed.clone()),
                depth: None,
                ..pushed()
            },
            View {
                name: "a queue, in a clone of depth 1",
                event: "merge_group",
                commit: pull.group.clone(),
                reference: format!("refs/heads/gh-readonly-queue/main/pr-{}", pull.number),
                checked_out: pull.group.clone(),
                ..of_pull()
            },
        ]
    }

    /// Fetches and checks out as `actions/checkout` does.
    fn check_out(&self, pull: &Pull, view: &View) -> Runner {
        let point = |name: &str, commit: &str| self.repository.point(name, commit);
        point("refs/heads/main", &view.main);
        point(&format!("refs/pull/{}/head", pull.number), &pull.change);
        point(&view.reference, &view.commit);
        let folder = tempfile::tempdir().expect("a folder");
        let clone = folder.path().join("work");
        let url = format!("file://{}", self.folder.path().display());
        let repository = git2::Repository::init(&clone).expect("a new repository");
        repository.remote("origin", &url).expect("a remote");
        let kept = view.reference.replacen("refs/", "refs/remotes/", 1);
        let wanted = match view.checked_out == view.commit {
            true => format!("+{}:{kept}", view.checked_out),
            false => view.checked_out.clone(),
        };
        let depth = view.depth.map(|depth| format!("--depth={depth}"));
        let mut fetch = vec!["fetch", "-q", "--prune", "--no-recurse-submodules"];
        match &depth {
            Some(depth) => fetch.extend(["--no-tags", depth, "origin"]),
            None => fetch.extend([
                "origin",
                "+refs/heads/*:refs/remotes/origin/*",
                "+refs/tags/*:refs/tags/*",
            ]),
        }
        fetch.push(&wanted);
        git(&clone, &fetch);
        Repository::open(&clone).check_out(&view.checked_out);
        let event = folder.path().join("event.json");
        fs::write(&event, account(pull, view).to_string()).expect("a written file");
        Runner {
            variables: variables(view, &clone, &event),
            folder,
        }
    }
}

/// GitHub's account of what started the run, as far as anybody could want it.
fn account(pull: &Pull, view: &View) -> Value {
    let repository = json!({"full_name": "acme/shop", "fork": false, "default_branch": "main"});
    let fork = json!({"full_name": "newcomer/shop", "fork": true, "default_branch": "main"});
    match view.event {
        "merge_group" => json!({
            "action": "checks_requested",
            "merge_group": {
                "base_ref": "refs/heads/main",
                "base_sha": pull.queued,
                "head_ref": view.reference,
                "head_sha": pull.group,
            },
            "repository": repository,
        }),
        "push" => json!({
            "ref": view.reference,
            "before": view.before,
            "after": view.commit,
            "deleted": false,
            "repository": repository,
        }),
        _ => json!({
            "action": "synchronize",
            "number": pull.number,
            "pull_request": {
                "number": pull.number,
                "base": {"ref": "main", "sha": view.main, "repo": repository},
                "head": {"ref": "patch-1", "sha": pull.change, "repo": fork},
                "merge_commit_sha": null,
            },
            "repository": repository,
        }),
    }
}

/// All that the program is told of the runner.
fn variables(view: &View, clone: &Path, event: &Path) -> Vec<(&'static str, String)> {
    let short = view.reference.splitn(3, '/').nth(2).unwrap_or_default();
    let (head, base) = match view.event {
        "pull_request" => ("patch-1", "main"),
        _ => ("", ""),
    };
    let given = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_BASE_REF", base),
        ("GITHUB_EVENT_NAME", view.event),
        ("GITHUB_EVENT_PATH", &event.display().to_string()),
        ("GITHUB_HEAD_REF", head),
        ("GITHUB_REF", &view.reference),
        ("GITHUB_REF_NAME", short),
        ("GITHUB_REPOSITORY", "acme/shop"),
        ("GITHUB_SHA", &view.commit),
        ("GITHUB_WORKSPACE", &clone.display().to_string()),
        (
            "HOME",
            &clone.parent().unwrap_or(clone).display().to_string(),
        ),
    ];
    given.map(|(name, value)| (name, value.to_owned())).into()
}

impl Runner {
    /// Runs the program as a step of a job.
    fn run(&self, arguments: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_prepcheck"))
            .args(arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path().join("work"))
            .output()
            .expect("the program runs");
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the report is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("errors are UTF-8"),
        }
    }

    /// Runs the command that an error names.
    fn obey(&self, error: &str) {
        let command = error.split_once("run: ").expect("a command").1;
        let command = command.lines().next().unwrap_or_default();
        let command = command.split(", ").next().unwrap_or_default();
        let done = Command::new("sh")
            .args(["-c", command])
            .current_dir(self.folder.path().join("work"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .expect("a shell");
        let words = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{command}: {words}");
    }

    /// The report for people and the one for machines.
    fn check(&self, day: &str) -> Seen {
        let path = self.folder.path().join("report.json");
        let format = format!("json={}", path.display());
        let run = self.run(&["--base", "auto", "--as-of", day, "--format", &format]);
        let report = fs::read(path).unwrap_or_default();
        let code = run.code.map_or_else(String::new, |code| code.to_string());
        Seen {
            code: run.code,
            text: format!("{}{}exit {code}\n", run.stdout, run.stderr),
            report: serde_json::from_slice(&report).unwrap_or_default(),
        }
    }
}

/// What a run said.
struct Seen {
    code: Option<i32>,
    text: String,
    report: Value,
}

#[test]
fn the_year_by_pull_requests() {
    if !has_git() {
        return;
    }
    let mut host = Host::new();
    let mut told = String::new();
    let steps = YEAR.iter().enumerate().skip(1);
    for (number, step) in steps.filter(|(_, step)| !step.who.is_empty()) {
        let pull = host.open(number, step);
        let views = host.views(&pull);
        let runners: Vec<Runner> = views
            .iter()
            .map(|view| host.check_out(&pull, view))
            .collect();
        let seen: Vec<Seen> = runners
            .par_iter()
            .map(|runner| runner.check(pull.day))
            .collect();
        told.push_str(&format!("=== {}: {}\n", step.day, step.what));
        told.push_str(&format!("--- {}\n{}", views[0].name, seen[0].text));
        for (view, other) in views.iter().zip(&seen).skip(1) {
            told.push_str(&format!("--- {}\n", view.name));
            told.push_str(&unlike(&seen[0].text, &other.text));
            agree(&seen[0], other, &format!("{} {}", step.day, view.name));
        }
        host.land(&pull);
    }
    assert_data_eq!(told, file!["pull_requests/year.txt"].raw());
}

/// Where the base is not in the clone, the error names the command that brings it.
#[test]
fn a_base_that_is_missing_is_there_after_the_command_that_the_error_names() {
    if !has_git() {
        return;
    }
    let mut host = Host::new();
    for (number, step) in YEAR.iter().enumerate().take(5).skip(1) {
        host.land(&host.open(number, step));
    }
    let pull = host.open(5, &YEAR[5]);
    let view = host.view(&pull);
    let whole = host.check_out(&pull, &view).check(pull.day);
    let mut told = String::new();
    for view in host.short_views(&pull) {
        let runner = host.check_out(&pull, &view);
        let without = runner.check(pull.day);
        assert_eq!(without.code, Some(2), "{}", view.name);
        told.push_str(&format!("=== {}\n{}", view.name, without.text));
        runner.obey(&without.text);
        let with = runner.check(pull.day);
        told.push_str(with.text.lines().next().unwrap_or_default());
        told.push('\n');
        match view.before.as_ref() {
            Some(before) => assert_eq!(with.report["base"]["commit"], **before),
            None => agree(&whole, &with, view.name),
        }
    }
    assert_data_eq!(told, file!["pull_requests/missing.txt"].raw());
}

/// A clone of one branch has no other, and each command that an error names brings it nearer.
#[test]
fn a_clone_of_one_branch_gets_its_base_by_the_commands_that_errors_name() {
    if !has_git() {
        return;
    }
    let host = Host::new();
    let pull = host.open(1, &YEAR[1]);
    host.repository.point("refs/heads/main", &pull.landed);
    host.repository.point("refs/heads/feature", &pull.change);
    let url = format!("file://{}", host.folder.path().display());
    let mut told = String::new();
    let clones: [(&str, &[&str], &str); 3] = [
        ("a clone of one commit", &["--depth=1"], "main"),
        ("a clone of one branch", &["--single-branch"], "main"),
        (
            "the tips of two branches",
            &["--depth=1", "--no-single-branch"],
            "origin/main",
        ),
    ];
    for (name, options, base) in clones {
        let folder = tempfile::tempdir().expect("a folder");
        let runner = Runner {
            folder,
            variables: Vec::new(),
        };
        let clone = [&["clone", "-q", "-b", "feature", &url, "work"], options].concat();
        git(runner.folder.path(), &clone);
        let seen = |base: &str| runner.run(&["--base", base, "--as-of", pull.day]);
        let without = seen(base);
        assert_eq!(without.code, Some(2), "{name}");
        runner.obey(&without.stderr);
        let with = seen("origin/main").stdout;
        let first = with.lines().next().unwrap_or_default();
        told.push_str(&format!("=== {name}\n{}{first}\n", without.stderr));
        told.push_str(&seen("main").stderr);
    }
    assert_data_eq!(told, file!["pull_requests/one-branch.txt"].raw());
}

/// A run that stands for no change judges everything, and says why.
#[test]
fn a_run_without_a_base_says_so() {
    if !has_git() {
        return;
    }
    let host = Host::new();
    let pull = host.open(1, &YEAR[1]);
    let view = View {
        event: "schedule",
        ..host.view(&pull)
    };
    let runner = host.check_out(&pull, &view);
    let seen = runner.check(pull.day);
    assert_eq!(
        seen.text.lines().next(),
        Some(
            "prepcheck 0.1.0 - . - policy strict + prepcheck.yaml - as of 2026-01-14 - 3 documents \
             - no base: a `schedule` run judges everything"
        )
    );
    assert_eq!(seen.report["no_base"], "a `schedule` run judges everything");
    assert_eq!(seen.report["base"], Value::Null);
    let difference = runner.run(&["diff", "--as-of", pull.day]);
    assert_eq!(
        (difference.code, difference.stdout.as_str()),
        (
            Some(0),
            "nothing is compared, for there is no base: a `schedule` run judges everything\n"
        )
    );
}

fn has_git() -> bool {
    let has_git = Command::new("git").arg("--version").output().is_ok();
    if !has_git {
        println!("there is no git to make clones with");
    }
    has_git
}

/// The lines that only one of two reports has.
fn unlike(report: &str, other: &str) -> String {
    let only_in = |sign: char, one: &str, other: &str| -> String {
        let known: BTreeSet<&str> = other.lines().collect();
        let lines = one.lines().filter(|line| !known.contains(line));
        lines.map(|line| format!("{sign} {line}\n")).collect()
    };
    only_in('-', report, other) + &only_in('+', other, report)
}

/// What is new or fixed must not depend on how a change is seen; but of what only history tells,
/// a clone that ends early may know less.
fn agree(whole: &Seen, other: &Seen, what: &str) {
    let is_shallow = other.report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .any(|finding| finding["rule"] == "history/not-assessed");
    for list in [new, fixed] {
        let (all, others) = (list(&whole.report), list(&other.report));
        let unseen: Vec<&Told> = all.difference(&others).collect();
        let may_be_unseen = |told: &Told| is_shallow && told.rule_reads_history();
        let is_excused = unseen.iter().all(|told| may_be_unseen(told));
        assert!(is_excused, "{what} does not see {unseen:?}");
        let added: Vec<&Told> = others.difference(&all).collect();
        assert!(added.is_empty(), "{what} adds {added:?}");
    }
    assert_eq!(whole.code, other.code, "{what}");
}

/// A finding by what it is about.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    rule: String,
    subject: String,
    path: String,
}

impl Told {
    fn of(finding: &Value) -> Told {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        Told {
            rule: text("rule"),
            subject: text("subject"),
            path: text("path"),
        }
    }

    fn rule_reads_history(&self) -> bool {
        let rule = prepcheck::rules::get(&self.rule);
        rule.is_some_and(|rule| rule.causes.contains(&Cause::History))
    }
}

fn new(report: &Value) -> BTreeSet<Told> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let new = findings.filter(|finding| finding["state"] == "new");
    new.map(Told::of).collect()
}

fn fixed(report: &Value) -> BTreeSet<Told> {
    let fixed = report["fixed"].as_array().expect("what is fixed");
    fixed.iter().map(Told::of).collect()
}

fn morning(step: &Step) -> String {
    format!("{}T09:00:00Z", step.day)
}
