//! What `--fix` writes, and above all what it leaves alone.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use prepcheck::check::Outcome;
use prepcheck::clock::Clock;
use prepcheck::finding::Edit;
use prepcheck::fix::{Mending, Verdict, mend};
use prepcheck::inspect::inspect;
use prepcheck::load::{self, Snapshot, Unwritable};
use prepcheck::model;
use prepcheck::policy::Policy;
use prepcheck::text::Span;
use proptest::prelude::*;
use snapbox::{assert_data_eq, str};

use crate::cases::mended;
use crate::cli::{run, with_file};

const PATH: &str = "ops/preparedness.yaml";
const MISSPELT: &[u8] = b"detect:\n  monitorng: {uptime: https://u.example}\n";
const CORRECT: &[u8] = b"detect:\n  monitoring: {uptime: https://u.example}\n";

fn clock() -> Clock {
    "2026-11-23".parse().expect("a date")
}

fn team() -> Policy {
    Policy::shipped("team").expect("a shipped policy")
}

fn snapshot(folder: &Path) -> Snapshot {
    load::worktree(Some(folder), folder, &model::is_wanted).expect("a tree")
}

/// A folder's files after `--fix`, and the exit code.
fn fixed(content: &[u8]) -> (Vec<u8>, Option<i32>) {
    let folder = with_file(PATH, content);
    let code = run(folder.path(), &["--fix", "--fail-on", "never"]).code;
    (fs::read(folder.path().join(PATH)).expect("the file"), code)
}

#[test]
fn what_was_mended_and_what_remains_is_said() {
    let folder = with_file(PATH, MISSPELT);
    fs::write(
        folder.path().join("ops/restart.md"),
        "# Restart\n\n<!-- prepcheck: allow[files/schema] reason=\"x\" -->\n",
    )
    .expect("a page");
    let arguments = ["--as-of", "2026-11-23", "--policy", "team"];
    let before = run(folder.path(), &arguments);
    assert_data_eq!(
        before.stdout.lines().last().unwrap_or_default(),
        str!["2 findings can be mended with --fix"]
    );
    let with_fix = [&arguments[..], &["--fix"]].concat();
    let first = run(folder.path(), &with_fix);
    let summary = |stdout: &str| {
        let lines: Vec<&str> = stdout.lines().collect();
        lines[lines.len() - 3..].join("\n")
    };
    assert_eq!(first.code, Some(1));
    assert_data_eq!(
        summary(&first.stdout),
        str![[r#"
6 errors, 1 warning, 1 note
mended 2 findings in 2 files
next: answer in ./ops/preparedness.yaml, or on a page of Markdown beside it: who, communicate, fix, learn
"#]]
    );
    assert_eq!(fs::read(folder.path().join(PATH)).expect("it"), CORRECT);
    let second = run(folder.path(), &with_fix);
    assert_data_eq!(
        summary(&second.stdout),
        str![[r#"
6 errors, 1 warning, 1 note
nothing to mend
next: answer in ./ops/preparedness.yaml, or on a page of Markdown beside it: who, communicate, fix, learn
"#]]
    );
    let left: Vec<_> = fs::read_dir(folder.path().join("ops"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_diff_is_printed_and_nothing_is_written() {
    let folder = with_file(PATH, MISSPELT);
    let arguments = ["--as-of", "2026-11-23", "--fix", "--diff"];
    let shown = run(folder.path(), &arguments);
    assert_eq!(shown.code, Some(1));
    assert_eq!(shown.stderr, "would mend 1 finding in 1 file\n");
    assert_data_eq!(
        shown.stdout,
        str![[r#"
--- ./ops/preparedness.yaml
+++ ./ops/preparedness.yaml
@@ -1,2 +1,2 @@
 detect:
-  monitorng: {uptime: https://u.example}
+  monitoring: {uptime: https://u.example}

"#]]
    );
    assert_eq!(fs::read(folder.path().join(PATH)).expect("it"), MISSPELT);
    fs::write(folder.path().join(PATH), CORRECT).expect("the file");
    let shown = run(folder.path(), &arguments);
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(1), ""));
    assert_eq!(shown.stderr, "nothing to mend\n");
    let never = [&arguments[..], &["--fail-on", "never"]].concat();
    assert_eq!(run(folder.path(), &never).code, Some(0));
}

#[test]
fn json_says_what_can_be_and_what_was_mended() {
    let folder = with_file(PATH, MISSPELT);
    let summary = |arguments: &[&str]| {
        let output = run(folder.path(), &[&["--format", "json"], arguments].concat());
        let value: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
        let fixable = value["findings"].as_array().into_iter().flatten();
        let fixable = fixable.filter(|finding| finding["fixable"] == true);
        let summary = &value["summary"];
        let counted = summary["fixable"].clone();
        (fixable.count(), counted, summary["mended"].clone())
    };
    let mended = serde_json::json!({"findings": 1, "files": 1, "finished": true, "refused": 0});
    assert_eq!(summary(&[]), (1, 1.into(), serde_json::Value::Null));
    assert_eq!(summary(&["--fix"]), (0, 0.into(), mended));
}

#[test]
fn only_the_work_tree_is_mended() {
    let folder = with_file(PATH, MISSPELT);
    let staged = run(folder.path(), &["--fix", "--staged"]);
    assert_eq!((staged.code, staged.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        staged.stderr,
        str![[r#"
error: `--fix` mends files of the work tree, and `--staged` reads another tree
  help: leave out `--staged`, then add what was mended

"#]]
    );
    let revision = run(folder.path(), &["--fix", "--diff", "--rev", "HEAD"]);
    assert_eq!(revision.code, Some(2));
    assert_eq!(fs::read(folder.path().join(PATH)).expect("it"), MISSPELT);
}

#[test]
fn line_ends_and_marks_stay() {
    let with = |text: &str| format!("\u{feff}detect:\r\n  {text}: {{}}\r\n\r\n# end").into_bytes();
    assert_eq!(fixed(&with("monitorng")).0, with("monitoring"));
}

#[test]
fn text_that_is_not_utf8_is_left_alone() {
    let content = b"# caf\xe9\ndetect:\n  monitorng: {uptime: https://u.example}\n";
    assert_eq!(fixed(content), (content.to_vec(), Some(0)));
}

#[test]
fn what_is_allowed_or_off_is_left_alone() {
    let allowed =
        b"detect:\n  # prepcheck: allow[files/unknown-field] reason=\"ours\"\n  monitorng: {}\n";
    assert_eq!(fixed(allowed), (allowed.to_vec(), Some(0)));
    let folder = with_file(PATH, MISSPELT);
    let policy = folder.path().join("prepcheck.yaml");
    fs::write(policy, "rules: {files/unknown-field: off}\n").expect("a policy");
    run(folder.path(), &["--fix"]);
    assert_eq!(fs::read(folder.path().join(PATH)).expect("it"), MISSPELT);
}

/// Before the key is corrected nobody reads the person, and the exception covers nothing.
#[test]
fn an_exception_for_what_mending_uncovers_stays() {
    let person = "  # prepcheck: allow[people/invalid-phone] reason=\"a satellite telephone\"\n  \
                  - {id: ada, name: Ada, phone: \"12\"}\n";
    let (after, _) = fixed(format!("poeple:\n{person}").as_bytes());
    assert_eq!(
        String::from_utf8(after).expect("UTF-8"),
        format!("people:\n{person}")
    );
}

#[test]
fn permissions_stay() {
    let folder = with_file(PATH, MISSPELT);
    let path = folder.path().join(PATH);
    for mode in [0o640, 0o755] {
        fs::write(&path, MISSPELT).expect("the file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permissions");
        run(folder.path(), &["--fix"]);
        assert_eq!(fs::read(&path).expect("it"), CORRECT);
        let after = fs::metadata(&path).expect("it").permissions().mode();
        assert_eq!(after & 0o7777, mode);
    }
}

#[test]
fn a_read_only_file_is_left_alone_and_said() {
    let folder = with_file(PATH, MISSPELT);
    let path = folder.path().join(PATH);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    let fixed = run(folder.path(), &["--fix"]);
    assert_eq!(fixed.code, Some(2));
    assert_eq!(
        fixed.stderr,
        "error: ./ops/preparedness.yaml was not written: it is read-only\n  help: run: chmod u+w \
         ./ops/preparedness.yaml, then `prepcheck --fix` again\n"
    );
    assert!(fixed.stdout.contains("did you mean `monitoring`?"));
    let told: Vec<&str> = fixed
        .stdout
        .lines()
        .filter(|line| line.contains("mend"))
        .collect();
    assert_eq!(told, ["1 finding could not be mended"]);
    assert_eq!(fs::read(&path).expect("it"), MISSPELT);
}

#[test]
fn nothing_outside_the_root_is_written() {
    let outside = with_file("target.yaml", MISSPELT);
    let target = outside.path().join("target.yaml");
    let folder = with_file("ops/notes.md", b"# Notes\n");
    symlink(&target, folder.path().join(PATH)).expect("a link");
    run(folder.path(), &["--fix"]);
    assert_eq!(fs::read(&target).expect("it"), MISSPELT);

    let folder = with_file("notes.md", b"# Notes\n");
    symlink(outside.path(), folder.path().join("ops")).expect("a link");
    fs::rename(&target, outside.path().join("preparedness.yaml")).expect("a name");
    run(folder.path(), &["--fix"]);
    let target = outside.path().join("preparedness.yaml");
    assert_eq!(fs::read(target).expect("it"), MISSPELT);
}

/// Mends in memory, lets somebody else do something, then writes.
fn written_after(change: impl FnOnce(&Path)) -> (Vec<Unwritable>, Mending) {
    let folder = with_file(PATH, MISSPELT);
    let mut snapshot = snapshot(folder.path());
    let mut mending = mended(&mut snapshot, &team(), clock());
    assert_eq!((mending.findings(), mending.files.len()), (1, 1));
    change(&folder.path().join(PATH));
    let failed = mending.write(&mut snapshot);
    (
        failed.into_iter().map(|(_, reason)| reason).collect(),
        mending,
    )
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    for other in [&b"detect: {}\n"[..], b"", CORRECT] {
        let (failed, mending) = written_after(|path| fs::write(path, other).expect("the file"));
        assert_eq!(failed, [Unwritable::Changed]);
        assert_eq!(mending.findings(), 0);
    }
    let (failed, _) = written_after(|path| fs::remove_file(path).expect("it"));
    assert_eq!(failed, [Unwritable::Unreadable(load::Unreadable::Vanished)]);
    let outside = with_file("target.yaml", MISSPELT);
    let target = outside.path().join("target.yaml");
    let (failed, _) = written_after(|path| {
        fs::remove_file(path).expect("it");
        symlink(&target, path).expect("a link");
    });
    assert!(
        matches!(failed[..], [Unwritable::Unreadable(_)]),
        "{failed:?}"
    );
    assert_eq!(fs::read(&target).expect("it"), MISSPELT);
    let (failed, _) = written_after(|_| {});
    assert_eq!(failed, []);
}

/// A rule whose edit calls for the next one must not run for ever.
#[test]
fn mending_ends() {
    let folder = with_file(PATH, MISSPELT);
    let mut snapshot = snapshot(folder.path());
    let policy = team();
    let judge = |snapshot: &Snapshot| {
        let inspection = inspect(snapshot, &policy);
        let mut outcome = prepcheck::check::check(&inspection, &policy, clock());
        for judged in &mut outcome.findings {
            if let Some(file) = judged.finding.place.file() {
                let span = Span::new(file, 0..0);
                let text = "#\n".to_owned();
                judged.finding.edits = vec![Edit { span, text }];
            }
        }
        Verdict {
            inspection,
            outcome,
        }
    };
    let first = judge(&snapshot);
    assert!(!first.outcome.findings.is_empty());
    let mending = mend(&mut snapshot, first, judge);
    assert!(mending.is_unfinished);
    let after = mending.files[PATH.as_bytes()].patch.after();
    assert_eq!(after, ["#\n".repeat(10).as_bytes(), MISSPELT].concat());
}

/// A line of a native file, and how it looks when it needs mending in a way that reads nothing new.
#[derive(Clone, Debug)]
struct Line {
    right: &'static str,
    spoilt: String,
}

/// Lines of `fix:`, of which none is given twice.
fn lines() -> impl Strategy<Value = Vec<Line>> {
    const RIGHT: [&str; 6] = [
        "  # our own words",
        "  rollback: docs/a.md",
        "  restart: docs/b.md",
        "",
        "  scale: {not_applicable: serverless}",
        "  databse_two: x",
    ];
    const UNUSED: &str = "# prepcheck: allow[files/schema] reason=\"x\"";
    let spoilt = |right: &'static str| {
        prop_oneof![
            3 => Just(right.to_owned()),
            1 => Just(format!("  {UNUSED}\n{right}")),
            1 => Just(match right {
                "" => String::new(),
                right if right.contains('#') => right.to_owned(),
                right => format!("{right}   {UNUSED}"),
            }),
            1 => Just(right.replace("rollback", "rolbback").replace("restart", "restrat")),
        ]
        .prop_map(move |spoilt| Line { right, spoilt })
    };
    let all: Vec<_> = RIGHT.into_iter().map(spoilt).collect();
    (all, proptest::collection::vec(any::<bool>(), RIGHT.len())).prop_map(|(lines, kept)| {
        let kept = lines.into_iter().zip(kept);
        kept.filter(|(_, keep)| *keep)
            .map(|(line, _)| line)
            .collect()
    })
}

/// Findings that stay, as rule, message and subject, with how often each is there.
fn others(outcome: &Outcome) -> BTreeMap<(&'static str, String, String), usize> {
    let mut found = BTreeMap::new();
    for judged in &outcome.findings {
        let finding = &judged.finding;
        if finding.edits.is_empty() {
            let (message, subject) = (finding.message.clone(), finding.subject.to_string());
            *found.entry((finding.rule, message, subject)).or_insert(0) += 1;
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What was spoilt is mended to the byte, so that every other finding is the one of the file
    /// as it was meant; and where no key was misspelt, the others are the same before and after.
    #[test]
    fn mending_gives_back_what_was_meant(lines in lines(), ending in prop_oneof!["\n", "\r\n"]) {
        let text = |line: &dyn Fn(&Line) -> &str| {
            let lines = lines.iter().map(|one| format!("{}\n", line(one)));
            let text = format!("fix:\n{}learn: {{}}\n", lines.collect::<String>());
            text.replace('\n', &ending)
        };
        let right = text(&|line| line.right);
        let spoilt = text(&|line| &line.spoilt);
        let folder = with_file(PATH, spoilt.as_bytes());
        let mut tree = snapshot(folder.path());
        let policy = team();
        let before = prepcheck::check::check(&inspect(&tree, &policy), &policy, clock());
        let mut mending = mended(&mut tree, &policy, clock());
        let has_misspelt = before.findings.iter().any(|judged| {
            judged.finding.rule == "files/unknown-field" && !judged.finding.edits.is_empty()
        });
        if !has_misspelt {
            prop_assert_eq!(others(&before), others(&mending.verdict.outcome));
        }
        prop_assert_eq!(mending.write(&mut tree), []);
        let after = fs::read_to_string(folder.path().join(PATH)).expect("the file");
        prop_assert_eq!(&after, &right);
        let again = mended(&mut snapshot(folder.path()), &policy, clock());
        prop_assert!(again.files.is_empty());
    }
}
