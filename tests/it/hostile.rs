//! A repository is a stranger's: nothing in it reaches an output raw, stops the run, or takes more
//! than its share of time.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use prepcheck::check::check;
use prepcheck::clock::Clock;
use prepcheck::inspect::inspect;
use prepcheck::limits;
use prepcheck::policy::Policy;
use prepcheck::text::sanitise::prints;
use prepcheck::{load, model};
use proptest::prelude::*;

/// Escape sequences, C1, bidi overrides, zero-width characters, line separators, runner commands.
const NASTY: &str = "\u{1b}[31m\u{9b}1m\u{202e}\u{200b}\u{2028}##[error]x\u{7f}";

/// A repository in which every place that a report could quote is hostile.
fn hostile_repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, content: String| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    };
    let key = "\"\\e[31m\\u202e\\n::error::k\"";
    write(
        "ops/preparedness.yaml",
        format!("timezone: 1\nwho:\n  {key}: 1\n  {key}: 2\n  'x##[error]y': {NASTY}\nfix: [\n"),
    );
    write(
        "services/a/ops/preparedness.yaml",
        format!("# prepcheck: allow[{NASTY}] until={NASTY} reason=\"{NASTY}\"\nwho:\n  {key}: 1\n"),
    );
    write(
        "docs/runbooks/a\n::error::b\u{1b}[31m.md",
        format!(
            "<!-- prepcheck: allow[{NASTY}] x -->\n# {NASTY} PagerDuty\n\n## Escalation\n\n{NASTY}\n"
        ),
    );
    write("docs/runbooks/##[error]c.md", format!("# {NASTY}\n"));
    write(
        &format!("docs/incidents/2026-01-05-{}.md", "y".repeat(200)),
        format!("# {NASTY}\n"),
    );
    std::os::unix::fs::symlink(
        "/etc/\u{1b}[31m\n##[error]",
        folder.path().join("docs/runbooks/d.md"),
    )
    .expect("a link");
    folder
}

fn output(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_prepcheck"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let both = [output.stdout, output.stderr].concat();
    String::from_utf8(both).expect("output is UTF-8")
}

#[test]
fn nothing_foreign_reaches_an_output_raw() {
    let folder = hostile_repository();
    for arguments in [
        &["--all", "--style", "plain"][..],
        &["--all", "--style", "graphical", "--color", "never"],
        &[
            "--all",
            "--style",
            "graphical",
            "--color",
            "never",
            "--width",
            "40",
        ],
        &["--all", "--style", "narrated"],
        &["--format", "compact"],
        &["--format", "json"],
        &["status"],
        &["status", "--format", "json"],
        &["files", "--all"],
        &["files", "--format", "json"],
        &["model"],
        &["explain", NASTY],
        &["schema", NASTY],
        &["check", NASTY],
        &["--policy", NASTY],
    ] {
        let text = output(folder.path(), arguments);
        let raw: Vec<char> = text.chars().filter(|c| *c != '\n' && !prints(*c)).collect();
        assert_eq!(raw, Vec::<char>::new(), "{arguments:?}:\n{text:?}");
        assert!(!text.contains("##["), "{arguments:?}:\n{text}");
        let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
        assert_eq!(commands, Vec::<&str>::new(), "{arguments:?}");
    }
}

#[test]
fn a_policy_of_a_stranger_cannot_speak_to_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    for policy in [
        format!("extends: \"{NASTY}\"\n"),
        "rules: {\"\\e[31m\\n::error::x\": off}\n".to_owned(),
        "paths: {exclude: [\"\\e[31m{\"]}\n".to_owned(),
    ] {
        fs::write(folder.path().join("prepcheck.yaml"), policy).expect("a policy");
        let text = output(folder.path(), &["."]);
        assert!(text.starts_with("error: "), "{text}");
        assert!(text.chars().all(|c| c == '\n' || prints(c)), "{text:?}");
        assert!(!text.contains("##["), "{text}");
    }
}

/// Documents up to the limit that would take quadratic time, or a stack, of a careless parser.
fn large_documents() -> Vec<(&'static str, String)> {
    let size = largest() - 16;
    let fill = |pattern: &str| pattern.repeat(size / pattern.len());
    vec![
        ("a.md", fill("[")),
        ("a.md", fill("> ")),
        ("a.md", fill("- ")),
        ("a.md", fill("*a **a ")),
        ("a.md", fill("<")),
        ("a.md", fill("<!-- prepcheck: allow[a/b] reason=x -->\n")),
        ("a.md", fill("![[")),
        ("a.md", fill("# a\n")),
        (
            "a.md",
            format!("{}\n{}\n", "a|".repeat(size / 4), "-|".repeat(size / 4 - 1)),
        ),
        ("a.md", fill("- [ ] an item\n")),
        ("a.md", fill("a@b.example ")),
        ("RUNBOOK.md", fill("```\nrm -r a \\\n```\n")),
        ("RUNBOOK.md", fill("[a](b.md#c) ")),
        ("RUNBOOK.md", fill("Check the logs; the disk is full. ")),
        ("RUNBOOK.md", format!("<div {}", fill("id="))),
        ("RUNBOOK.md", format!("```\n{}", fill("$ a\\\n"))),
        ("RUNBOOK.md", numbered("[a](/b", "/c.md)\n", size)),
        (
            "a.md",
            "# a\n".repeat(100_000) + &numbered("[a](#a-", ")\n", size / 2),
        ),
        ("ops/preparedness.yaml", fill("[")),
        ("ops/preparedness.yaml", fill("- ")),
        (
            "ops/preparedness.yaml",
            format!("who:\n{}", fill("  - a\n")),
        ),
        (
            "ops/preparedness.yaml",
            fill("# prepcheck: allow[a/b] reason=x\n"),
        ),
        ("ops/preparedness.yaml", numbered("k", ": 1\n", size)),
        (
            "ops/preparedness.yaml",
            format!("a: &a 1\nb:\n{}", fill("  - *a\n")),
        ),
        (
            "ops/oncall.yaml",
            format!(
                "schedules:\n  - {{name: s, people: [{}]}}\n{}",
                numbered("p", ", ", size / 2),
                numbered("  - {name: s", ", follow: s}\n", size / 2 - 64)
            ),
        ),
        (
            "ops/oncall.yaml",
            format!(
                "schedules:\n  - name: s\n    people: [{}]\n    every: 1 week\n    from: 2026-01-05\n    then:\n{}",
                numbered("p", ", ", size / 2),
                "      - {from: 2026-01-05}\n".repeat(size / 64)
            ),
        ),
        (
            "ops/oncall.yaml",
            format!(
                "schedules:\n  - name: s\n    people: [a]\n    changes:\n{}",
                fill("      - {add: b, from: 2026-01-05, to: 2027-01-05}\n")
            ),
        ),
    ]
}

fn numbered(before: &str, after: &str, size: usize) -> String {
    let mut text = String::new();
    for number in 0.. {
        let line = format!("{before}{number}{after}");
        if text.len() + line.len() > size {
            break;
        }
        text.push_str(&line);
    }
    text
}

/// Post-mortems as large as they may be, of which every line is an item, an event, a label or the
/// beginning of one.
fn large_postmortems() -> Vec<String> {
    let size = largest() - 256;
    let report = |head: &str, pattern: &str| {
        let head = format!("# 2026-01-05 x\n\n{head}");
        let body = pattern.repeat((size - head.len()) / pattern.len());
        format!("{head}{body}")
    };
    let actions = "## Action items\n\n";
    let item = "## Action items\n\n- a ";
    let timeline = "## Timeline\n\n";
    let table = "## Action items\n\n| Action | Owner | Due |\n|-|-|-|\n";
    vec![
        report(actions, "- [ ] a - Owner: b\n"),
        report(actions, "["),
        report(actions, "> "),
        report(actions, "**A**\n\n- b\n\n"),
        report(actions, "### 1) a @b\n\n- Owner: c\n\n"),
        report(actions, "1. a\n\n- b\n\n"),
        report(actions, "- a:\n  - b\n"),
        report(item, ":"),
        report(item, "Owner: a "),
        report(item, " (done)"),
        report(item, " - "),
        report(item, "1-1-"),
        report(timeline, "- 10:05 a\n"),
        report(timeline, "10:05 a  \n"),
        report("", "**Action items:** a\n\n"),
        report("", "### Date\n\n2026-01-05\n\n"),
        report("", "## Timeline\n\n- 10:05 a\n\n"),
        report("", "Date: | "),
        report(table, "| a | @b | 2026-01-05 |\n"),
        report(
            actions,
            &format!("{}\n{}\n", "a|".repeat(100_000), "-|".repeat(100_000)),
        ),
    ]
}

/// The largest document that is judged; a part of it in an unoptimised build, where what is
/// quadratic still takes minutes and what is linear does not.
fn largest() -> usize {
    let whole = usize::try_from(limits::DOCUMENT_BYTES).expect("a small limit");
    if cfg!(debug_assertions) {
        whole / 8
    } else {
        whole
    }
}

/// Far above what is measured, for machines that are busy: what this catches takes minutes.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn no_document_takes_more_than_its_share_of_time() {
    for (path, content) in large_documents() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = match path {
            "a.md" => "docs/incident-response.md",
            other => other,
        };
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(&file, &content).expect("a file");
        let start = Instant::now();
        judge(folder.path());
        let beginning: String = content.chars().take(20).collect();
        assert!(
            start.elapsed() < PATIENCE,
            "`{beginning}…` took {:?}",
            start.elapsed()
        );
    }
}

/// A page that asks for files of tasks.
const TASKS: &str = "# Disk full\n\n```sh\nmake clean\njust clean\nnpm run clean\n```\n";

#[test]
fn no_file_of_tasks_takes_more_than_its_share_of_time() {
    let calls: String = (0..60_000).map(|at| format!("make a{at}\n")).collect();
    let page = format!("# Disk full\n\n```sh\n{calls}```\n");
    let of = |line: &dyn Fn(u32) -> String| (0..60_000).map(line).collect::<String>();
    for text in [
        of(&|at| format!("b{at}:\n")),
        of(&|at| format!("b{at}%:\n")),
        of(&|_| "a: \\\n".to_owned()),
        of(&|_| "$(a:".to_owned()),
        of(&|_| "define a\n".to_owned()),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("docs/runbooks")).expect("a folder");
        fs::write(folder.path().join("docs/runbooks/disk-full.md"), &page).expect("a file");
        fs::write(folder.path().join("Makefile"), &text).expect("a file");
        let start = Instant::now();
        judge(folder.path());
        let beginning: String = text.chars().take(20).collect();
        let took = start.elapsed();
        assert!(took < PATIENCE, "`{beginning}…` took {took:?}");
    }
}

#[test]
fn no_postmortem_takes_more_than_its_share_of_time() {
    for content in large_postmortems() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("docs/postmortems/2026-01-05-x.md");
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(&file, &content).expect("a file");
        let start = Instant::now();
        judge(folder.path());
        let beginning: String = content.chars().take(60).collect();
        assert!(
            start.elapsed() < PATIENCE,
            "`{beginning}…` took {:?}",
            start.elapsed()
        );
    }
}

/// How many findings there are; panics if a file's task panicked.
fn judge(folder: &Path) -> usize {
    let strict = Policy::shipped("strict").expect("a shipped policy");
    let snapshot = load::worktree(Some(folder), folder, &model::is_wanted).expect("a tree");
    let inspection = inspect(&snapshot, &strict);
    assert_eq!(inspection.bugs, Vec::<String>::new());
    let clock: Clock = "2026-11-23".parse().expect("a date");
    check(&inspection, &strict, clock).findings.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any bytes in any of the files that are read: no panic, and whole spans.
    #[test]
    fn any_file_is_judged(
        markdown in "([#>*|`\\-\\[\\]() a-zé\\n\u{1b}<!:{}%$=]|prepcheck: allow|## Escalation\n|\\*\\*Date:\\*\\*){0,200}",
        yaml in "([a-z:&*\\-\\[\\]{}#\"' \\n\t]|who:\n|  paging: |<<: ){0,200}",
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, content) in [
            ("RUNBOOK.md", markdown.as_bytes()),
            ("docs/postmortems/2026-01-05.md", markdown.as_bytes()),
            ("docs/on-call.html.md.erb", markdown.as_bytes()),
            ("ops/preparedness.yaml", yaml.as_bytes()),
            ("monitoring/alerts.yaml", yaml.as_bytes()),
            ("docs/incident-response.md", &bytes),
            ("Makefile", &bytes),
            ("justfile", markdown.as_bytes()),
            ("package.json", yaml.as_bytes()),
            ("docs/runbooks/disk-full.md", TASKS.as_bytes()),
            ("ops/oncall.yaml", &bytes),
        ] {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
            fs::write(file, content).expect("a file");
        }
        let policy = Policy::shipped("strict").expect("a shipped policy");
        let clock: Clock = "2026-11-23".parse().expect("a date");
        judge(folder.path());
        crate::cases::report_of(folder.path(), &policy, clock);
    }
}
