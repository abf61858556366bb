//! What must not change a verdict, and what must: a neglected repository, edited in many ways.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cases::copy;
use crate::cli::{run, run_with};
use crate::git::Repository;
use crate::root;
use crate::year::year;

const UPTIME: &str = "    uptime: https://uptime.acme.example/shop\n";
const TODAY: &str = "2026-11-23";

/// The example of a prepared team, with faults of many kinds put in, in one commit.
struct Neglected {
    folder: tempfile::TempDir,
    repository: Repository,
}

impl Neglected {
    fn new() -> Neglected {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Repository::init(folder.path());
        copy(&root().join("examples/acme"), folder.path());
        let it = Neglected { folder, repository };
        it.edit("ops/preparedness.yaml", "  banner: comms/banner.md\n", "");
        it.edit("ops/preparedness.yaml", UPTIME, "");
        it.edit("ops/preparedness.yaml", "  hotline:", "  hotlien:");
        it.edit(
            "ops/preparedness.yaml",
            "exercised: 2026-09-14",
            "exercised: 2024-09-14",
        );
        it.edit(
            "ops/runbooks/logs.md",
            "reviewed: 2026-11-09",
            "reviewed: 2024-11-09",
        );
        it.write(
            "ops/runbooks/queue.md",
            "# Drain the queue\n\n## Steps\n\nTODO\n",
        );
        it.edit(
            "ops/postmortems/2026-06-18-export-disk-full.md",
            "## Customer follow-up",
            "- [ ] Send all alerts of disks to the pager\n\
             - [ ] Rehearse the restore of an export - Owner: Ada Byron\n\n\
             ## Customer follow-up",
        );
        it.repository
            .commit_all("2026-11-01T00:00:00Z", "Ada", "neglect");
        it
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("a file")
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path().join(path), text).expect("a file");
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }

    fn rename(&self, from: &str, to: &str) {
        let to = self.path().join(to);
        fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
        fs::rename(self.path().join(from), to).expect("a renamed file");
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.path().join(path)).expect("a removed file");
    }

    /// The report beside the commit.
    fn beside(&self, clock: &str) -> Value {
        self.repository.stage_all();
        let arguments = ["--policy", "strict", "--base", "HEAD", "--as-of", clock];
        json(self.path(), &arguments)
    }

    /// What the change made true.
    fn made_true(&self) -> Vec<String> {
        in_state(&self.beside(TODAY), "new")
    }
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run = run(folder, &[&["--format", "json"], arguments].concat());
    assert_eq!(run.stderr, "");
    serde_json::from_str(&run.stdout).expect("JSON")
}

fn plain(folder: &Path, clock: &str) -> Value {
    json(folder, &["--policy", "strict", "--as-of", clock])
}

fn findings(report: &Value) -> &Vec<Value> {
    report["findings"].as_array().expect("findings")
}

fn in_state(report: &Value, state: &str) -> Vec<String> {
    let of_state = findings(report).iter().filter(|it| it["state"] == state);
    of_state.map(shown).collect()
}

fn shown(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    format!("{}: {}", text("rule"), text("message"))
}

/// What is found, without the places in files.
fn content(report: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings(report) {
        *counts.entry(shown(finding)).or_insert(0) += 1;
    }
    counts
}

/// What is done, in words, and the doing.
type Edit = (&'static str, fn(&Neglected));

const NOTHING: &[String] = &[];

#[test]
fn a_head_that_equals_its_base_has_nothing_new_whatever_the_clock() {
    let it = Neglected::new();
    let mut inherited = 0;
    for clock in [
        "2026-11-23",
        "2026-11-24T00:00:01Z",
        "2027-08-01",
        "2031-01-01",
    ] {
        let report = it.beside(clock);
        assert_eq!(in_state(&report, "new"), NOTHING, "{clock}");
        assert_eq!(report["fixed"], Value::Array(Vec::new()), "{clock}");
        inherited = in_state(&report, "inherited").len();
        assert_eq!(inherited, findings(&plain(it.path(), clock)).len());
    }
    assert!(inherited > 4, "the faults are found");
}

#[test]
fn moving_the_clock_adds_only_what_the_clock_causes() {
    let it = Neglected::new();
    let mut before = content(&plain(it.path(), "2026-11-23"));
    for clock in ["2026-12-31", "2027-06-01", "2029-01-01"] {
        let report = plain(it.path(), clock);
        for finding in findings(&report) {
            let is_known = before.contains_key(&shown(finding));
            assert!(
                is_known || finding["cause"] == "clock",
                "{clock}: {finding}"
            );
        }
        before = content(&report);
    }
}

/// Also of what git knows: after each commit of a year, as time goes by without another one.
#[test]
fn moving_the_clock_over_a_history_adds_only_what_the_clock_causes() {
    let year = year();
    for (commit, day) in commits(year.path()) {
        let mut before: Option<BTreeMap<String, usize>> = None;
        for later in [0, 6, 30, 181, 366] {
            let clock = day.checked_add(jiff::Span::new().days(later));
            let clock = clock.expect("a day").to_string();
            let report = json(year.path(), &["--rev", &commit, "--as-of", &clock]);
            let known = |finding: &Value| {
                let before = before.as_ref();
                before.is_none_or(|before| before.contains_key(&shown(finding)))
            };
            for finding in findings(&report) {
                let is_clock = finding["cause"] == "clock";
                assert!(known(finding) || is_clock, "{day} {clock}: {finding}");
            }
            before = Some(content(&report));
        }
    }
}

/// The commits of the main line with their days, the oldest first.
fn commits(folder: &Path) -> Vec<(String, jiff::civil::Date)> {
    let repository = git2::Repository::open(folder).expect("a repository");
    let mut walk = repository.revwalk().expect("commits");
    walk.push_head().expect("a commit");
    let commit = |id: git2::Oid| {
        let seconds = repository.find_commit(id).expect("a commit").time();
        let time = jiff::Timestamp::from_second(seconds.seconds()).expect("an instant");
        (
            id.to_string(),
            time.to_zoned(jiff::tz::TimeZone::UTC).date(),
        )
    };
    let mut commits: Vec<_> = walk.map(|id| commit(id.expect("a name"))).collect();
    commits.reverse();
    commits
}

#[test]
fn an_unrelated_commit_changes_nothing() {
    let (neglected, year) = (Neglected::new().folder, year());
    for folder in [neglected.path(), year.path()] {
        let before = plain(folder, TODAY);
        assert!(findings(&before).len() > 2);
        fs::write(folder.join("main.c"), "int main(void) { return 0; }\n").expect("a file");
        Repository::open(folder).commit_all("2026-11-20T00:00:00Z", "Ada", "code");
        assert_eq!(findings(&plain(folder, TODAY)), findings(&before));
    }
}

/// What git knows of documents goes with them, whether the move is committed or not.
#[test]
fn moving_the_folder_of_a_history_changes_only_paths() {
    let year = year();
    let folder = year.path();
    let alone = || json(folder, &["--as-of", TODAY]);
    let before = content(&alone());
    fs::rename(folder.join("docs"), folder.join("ops")).expect("a renamed folder");
    let readme = fs::read_to_string(folder.join("README.md")).expect("a page");
    fs::write(folder.join("README.md"), readme.replace("docs", "ops")).expect("a page");
    let repository = Repository::open(folder);
    repository.stage_all();
    let beside = json(folder, &["--base", "HEAD", "--as-of", TODAY]);
    assert_eq!(in_state(&beside, "new"), NOTHING);
    assert_eq!(content(&beside), before);
    repository.commit_all("2026-11-20T00:00:00Z", "Ada", "move");
    assert_eq!(content(&alone()), before);
    let beside = json(folder, &["--base", "HEAD~1", "--as-of", TODAY]);
    assert_eq!(in_state(&beside, "new"), NOTHING);
    assert_eq!(content(&beside), before);
}

/// At each step of a year; and beside itself nothing is new, then or a year later.
#[test]
fn the_steps_of_a_history_add_up() {
    let year = year();
    let mut base: Option<String> = None;
    for (commit, day) in commits(year.path()) {
        let run = |more: &[&str], clock: &str| {
            let arguments = ["--rev", &commit, "--as-of", clock];
            json(year.path(), &[&arguments, more].concat())
        };
        let clock = day.to_string();
        if let Some(base) = &base {
            let beside = run(&["--base", base], &clock);
            assert_eq!(content(&beside), content(&run(&[], &clock)), "{day}");
        }
        for clock in [clock, (day + jiff::Span::new().days(366)).to_string()] {
            let itself = run(&["--base", &commit], &clock);
            assert_eq!(in_state(&itself, "new"), NOTHING, "{day}");
            assert_eq!(itself["fixed"], Value::Array(Vec::new()), "{day}");
            assert_eq!(itself["removed"], Value::Array(Vec::new()), "{day}");
        }
        base = Some(commit);
    }
}

#[test]
fn moving_the_folder_changes_only_paths() {
    let it = Neglected::new();
    let before = content(&plain(it.path(), TODAY));
    it.rename("ops", "docs");
    for path in ["README.md", "CODEOWNERS"] {
        let text = it.read(path).replace("ops/", "docs/");
        it.write(path, &text);
    }
    assert_eq!(it.made_true(), NOTHING);
    assert_eq!(content(&plain(it.path(), TODAY)), before);
}

#[test]
fn new_and_inherited_together_are_a_plain_run() {
    let it = Neglected::new();
    it.remove("ops/runbooks/certificate-expiry.md");
    it.edit(
        "ops/people.yaml",
        "people:\n",
        "people:\n  - {id: extra, nmae: Extra}\n",
    );
    let report = it.beside(TODAY);
    assert!(!in_state(&report, "new").is_empty());
    let mut without: Vec<Value> = findings(&report).clone();
    for finding in &mut without {
        let finding = finding.as_object_mut().expect("an object");
        finding.remove("state");
        finding.remove("notes");
    }
    let own: Vec<&Value> = without
        .iter()
        .filter(|it| it["rule"] != "policy/weakened")
        .collect();
    let mut of_plain = findings(&plain(it.path(), TODAY)).clone();
    for finding in &mut of_plain {
        finding.as_object_mut().expect("an object").remove("notes");
    }
    assert_eq!(own, of_plain.iter().collect::<Vec<_>>());
}

#[test]
fn edits_that_say_the_same_make_nothing_new() {
    let edits: &[Edit] = &[
        ("a document gets another name", |it| {
            it.rename("ops/runbooks/queue.md", "ops/runbooks/drain-the-queue.md");
            it.rename(
                "ops/postmortems/2026-06-18-export-disk-full.md",
                "ops/postmortems/2026-06-18-disk.md",
            );
            it.edit(
                "ops/postmortems/README.md",
                "2026-06-18-export-disk-full.md",
                "2026-06-18-disk.md",
            );
        }),
        ("a document gets another name and a mended sentence", |it| {
            let from = "ops/postmortems/2026-06-18-export-disk-full.md";
            it.edit(
                from,
                "Exports were kept for ever.",
                "We kept all exports for ever.",
            );
            it.rename(from, "ops/postmortems/2026-06-18-disk.md");
            it.edit(
                "ops/postmortems/README.md",
                "2026-06-18-export-disk-full.md",
                "2026-06-18-disk.md",
            );
        }),
        ("two reports become one", |it| {
            let gone = "ops/postmortems/2026-06-18-export-disk-full.md";
            let text = it.read(gone);
            let items = text.lines().filter(|line| line.starts_with("- ["));
            let items: String = items.map(|line| format!("{line}\n")).collect();
            it.remove(gone);
            let (name, link) = ("2026-06-18-export-disk-full.md", "README.md");
            it.edit("ops/postmortems/README.md", name, link);
            let other = "ops/postmortems/2026-10-08-checkout-down.md";
            it.edit(
                other,
                "## Action items\n\n",
                &format!("## Action items\n\n{items}"),
            );
        }),
        ("lines come before", |it| {
            let path = "ops/preparedness.yaml";
            let text = format!("# Our answers.\n\n\n{}", it.read(path));
            it.write(path, &text);
        }),
        ("a list changes its order", |it| {
            let path = "ops/postmortems/2026-06-18-export-disk-full.md";
            let item = "- [ ] Send all alerts of disks to the pager\n";
            it.edit(path, item, "");
            it.edit(path, "- [x] Page a day", &format!("{item}- [x] Page a day"));
        }),
        ("a typo in an item is mended", |it| {
            let path = "ops/postmortems/2026-06-18-export-disk-full.md";
            it.edit(
                path,
                "Send all alerts of disks",
                "Send all the alerts for disks",
            );
        }),
        ("a list becomes a table", |it| {
            let path = "ops/postmortems/2026-06-18-export-disk-full.md";
            let items = "- [ ] Send all alerts of disks to the pager\n\
                         - [ ] Rehearse the restore of an export - Owner: Ada Byron\n";
            let table = "\n| Action | Owner | Due | Status |\n|---|---|---|---|\n\
                         | Send all alerts of disks to the pager | | | Open |\n\
                         | Rehearse the restore of an export | Ada Byron | | Open |\n";
            it.edit(path, items, table);
        }),
        ("people change places and files", |it| {
            let people = it.read("ops/people.yaml");
            it.write("ops/people.yaml", "# See preparedness.yaml.\n");
            let path = "ops/preparedness.yaml";
            let text = format!("{}\n{people}", it.read(path));
            it.write(path, &text);
        }),
    ];
    for (what, edit) in edits {
        let it = Neglected::new();
        edit(&it);
        assert_eq!(it.made_true(), NOTHING, "{what}");
    }
}

#[test]
fn a_reflowed_paragraph_makes_nothing_new() {
    let it = Neglected::new();
    let path = "ops/postmortems/2026-06-18-export-disk-full.md";
    let text = it.read(path);
    let mut reflowed = String::new();
    for line in text.lines() {
        let is_prose = line.starts_with(|c: char| c.is_ascii_uppercase());
        match is_prose {
            true => reflowed.push_str(&line.replace(". ", ".\n")),
            false => reflowed.push_str(line),
        }
        reflowed.push('\n');
    }
    assert_ne!(text, reflowed);
    it.write(path, &reflowed);
    assert_eq!(it.made_true(), NOTHING);
}

#[test]
fn what_a_change_makes_true_is_new() {
    let it = Neglected::new();
    it.remove("ops/runbooks/certificate-expiry.md");
    let line = "    certificate-expiry: runbooks/certificate-expiry.md\n";
    it.edit("ops/preparedness.yaml", line, "");
    it.edit(
        "ops/runbooks/README.md",
        "- [Certificate expiry](certificate-expiry.md)\n",
        "",
    );
    let made_true = it.made_true();
    let is_uncovered = |it: &String| it.starts_with("runbooks/uncovered-incident: ");
    assert!(made_true.iter().any(is_uncovered), "{made_true:?}");
    let it = Neglected::new();
    it.edit(
        "ops/preparedness.yaml",
        "    errors: https://errors.acme.example/shop\n",
        "",
    );
    let report = it.beside(TODAY);
    let grown = findings(&report).iter().find(|it| it["state"] == "new");
    let grown = grown.expect("one more part is missing");
    assert_eq!(grown["rule"], "detect/missing-monitoring");
    let notes = grown["notes"].as_array().expect("notes");
    assert!(
        notes
            .iter()
            .any(|note| note == "new here is `detect.monitoring.errors`"),
        "{notes:?}"
    );
}

#[test]
fn what_is_mended_is_thanked_for_and_what_is_excepted_is_not() {
    let it = Neglected::new();
    it.edit("ops/preparedness.yaml", "  hotlien:", "  hotline:");
    let report = it.beside(TODAY);
    let fixed = report["fixed"].as_array().expect("what is fixed");
    let mut rules: Vec<&str> = fixed.iter().filter_map(|it| it["rule"].as_str()).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["files/unknown-field"]);
    let it = Neglected::new();
    it.edit(
        "ops/preparedness.yaml",
        "  hotlien:",
        "  # prepcheck: allow[files/unknown-field] reason=\"read by another program\"\n  hotlien:",
    );
    let report = it.beside(TODAY);
    assert_eq!(report["fixed"], Value::Array(Vec::new()));
    assert_eq!(
        in_state(&report, "new"),
        ["policy/weakened: an exception for `files/unknown-field` is added"]
    );
}

#[test]
fn what_goes_with_its_document_or_its_item_is_not_thanked_for() {
    let report = "ops/postmortems/2026-06-18-export-disk-full.md";
    let deletions: &[Edit] = &[
        ("a document is deleted", |it| {
            it.remove("ops/runbooks/logs.md")
        }),
        ("a document is emptied", |it| {
            it.write("ops/runbooks/logs.md", "")
        }),
        ("a document keeps its headings", |it| {
            it.write("ops/runbooks/logs.md", "# Logs\n\n## Steps\n");
        }),
    ];
    for (what, edit) in deletions {
        let it = Neglected::new();
        edit(&it);
        let beside = it.beside(TODAY);
        assert_eq!(beside["fixed"], Value::Array(Vec::new()), "{what}");
        let removed = beside["removed"].as_array().expect("what is gone");
        let paths: Vec<&Value> = removed.iter().map(|it| &it["path"]).collect();
        assert!(!paths.is_empty(), "{what}");
        assert!(
            paths.iter().all(|path| *path == "ops/runbooks/logs.md"),
            "{what}"
        );
    }
    let it = Neglected::new();
    it.edit(report, "- [ ] Send all alerts of disks to the pager\n", "");
    it.edit(
        report,
        "- [ ] Rehearse the restore of an export - Owner: Ada Byron\n",
        "",
    );
    let beside = it.beside(TODAY);
    assert_eq!(beside["fixed"], Value::Array(Vec::new()));
    let removed = beside["removed"].as_array().expect("what is gone");
    let rules: Vec<&str> = removed
        .iter()
        .filter_map(|it| it["rule"].as_str())
        .collect();
    assert_eq!(
        rules,
        ["postmortems/undated-action", "postmortems/unowned-action"]
    );
    assert_eq!(
        in_state(&beside, "new"),
        ["postmortems/dropped-action: 2 open action items were taken out"]
    );
}

#[test]
fn the_environment_decides_what_auto_means() {
    let it = Neglected::new();
    it.edit(
        "ops/people.yaml",
        "people:\n",
        "people:\n  - {id: extra, nmae: Extra}\n",
    );
    it.repository
        .commit_all("2026-11-20T00:00:00Z", "Ada", "add somebody");
    let arguments = ["--base", "auto", "--as-of", TODAY, "--format", "compact"];
    let target = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request_target"),
    ];
    let refused = run_with(it.path(), &arguments, &target);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        refused.stderr,
        "error: in `pull_request_target` the checked-out tree is the base branch, not the change\n  \
         help: start the workflow on `pull_request`, which needs no secrets for this\n"
    );
}
