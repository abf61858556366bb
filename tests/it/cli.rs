//! The program as it is run: arguments, streams and exit codes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use snapbox::{assert_data_eq, str};

use crate::git::Repository;
use crate::root;

/// What a run printed and returned.
pub(crate) struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    run_with(folder, arguments, &[])
}

/// Runs the program with these variables of a CI system and no others.
pub(crate) fn run_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let systems = ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "CHANGE_TARGET"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_prepcheck"));
    for variable in systems {
        command.env_remove(variable);
    }
    let output: Output = command
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output()
        .expect("the program runs");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("the report is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("errors are UTF-8"),
    }
}

/// An empty git repository.
pub(crate) fn empty() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    Repository::init(folder.path());
    folder
}

/// Writes a file, with the folders above it.
pub(crate) fn write(folder: &Path, path: &str, text: &(impl AsRef<[u8]> + ?Sized)) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a written file");
}

pub(crate) fn with_file(path: &str, content: &[u8]) -> tempfile::TempDir {
    let folder = empty();
    write(folder.path(), path, content);
    folder
}

#[test]
fn an_empty_repository_gives_five_errors_and_one_next_step() {
    let run = run(empty().path(), &["--as-of", "2026-11-23"]);
    assert_eq!(run.code, Some(1));
    assert_data_eq!(
        run.stdout,
        str![[r#"
prepcheck 0.1.0 - . - policy startup - as of 2026-11-23 - 0 documents

Who gets called when something breaks?

error[answers/unanswered-who]: nothing says who gets called when something breaks
   = help: name a person, how to reach them and a backup

How do we know something is broken?

error[answers/unanswered-detect]: nothing says how you know that something is broken
   = help: say where uptime, errors and metrics are watched, and how customers report

How do we talk to customers?

error[answers/unanswered-communicate]: nothing says how you talk to customers
   = help: name a status page, a support address and the messages to send

How do we fix common problems?

error[answers/unanswered-fix]: nothing says how common problems are fixed
   = help: write down how to roll back, restart, reach the database, read the logs and scale

What do we do after it is fixed?

error[answers/unanswered-learn]: nothing says what happens after an incident
   = help: add a post-mortem template and a place for its action items

who          no   1 error
detect       no   1 error
communicate  no   1 error
fix          no   1 error
learn        no   1 error

5 errors
next: run `prepcheck init`, which writes `ops/preparedness.yaml` to fill in

"#]]
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn levels_decide_the_exit_code() {
    let folder = with_file("ops/preparedness.yaml", b"detect:\n  monitorng: x\n");
    let policy = folder.path().join("prepcheck.yaml");
    let off = "rules:\n".to_owned()
        + &["who", "detect", "communicate", "fix", "learn"]
            .map(|answer| format!("  answers/unanswered-{answer}: off\n"))
            .concat();
    fs::write(&policy, off).expect("a policy");
    assert_eq!(run(folder.path(), &[]).code, Some(0));
    assert_eq!(run(folder.path(), &["--fail-on", "warning"]).code, Some(1));
    assert_eq!(run(folder.path(), &["--fail-on", "never"]).code, Some(0));
    assert_eq!(run(folder.path(), &["--policy", "strict"]).code, Some(1));
}

#[test]
fn a_root_that_is_none_is_said() {
    let folder = with_file("notes.md", b"# Notes\n");
    let missing = run(folder.path(), &["nowhere"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        missing.stderr,
        str![[r#"
error: `nowhere` does not exist

"#]]
    );
    let slip = run(folder.path(), &["statsu"]);
    assert_eq!((slip.code, slip.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        slip.stderr,
        str![[r#"
error: `statsu` does not exist
  help: did you mean the command `status`?

"#]]
    );
    let file = run(folder.path(), &["check", "notes.md"]);
    assert_eq!(file.code, Some(2));
    assert_data_eq!(
        file.stderr,
        str![[r#"
error: `[..]/notes.md` is not a directory
  help: give the directory that holds it

"#]]
    );
}

#[test]
fn faults_of_the_policy_are_errors_of_the_run() {
    for (policy, expected) in [
        (
            "extends: startpu\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `extends` must be `startup`, `team` or `strict`
  help: did you mean `startup`?

"#]],
        ),
        (
            "rules: {answers/unanswered-hwo: off}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `answers/unanswered-hwo` is not a key that is read here
  help: did you mean `answers/unanswered-who`?

"#]],
        ),
        (
            "rules: {answers/unanswered-who: fatal}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `answers/unanswered-who` must be `off`, `note`, `warning` or `error`
  help: see `prepcheck schema policy` for what fits here

"#]],
        ),
        (
            "ruels: {}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `ruels` is not a key that is read here
  help: did you mean `rules`?

"#]],
        ),
        (
            "a: [\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: not valid YAML: this `[` is never closed

"#]],
        ),
        (
            "rules: {answers/never-exercised: {max-age: half a year}}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `max-age` is not written in a form that is understood
  help: write it as in `365 days`

"#]],
        ),
        (
            "rules: {answers/never-exercised: {maxage: 7 days}}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `maxage` is not a key that is read here
  help: did you mean `max-age`?

"#]],
        ),
        (
            "extends: team\nruels: {}\nrules:\n  answers/unanswered-hwo: off\n  runbooks/stale: {max-age: soon}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:2: `ruels` is not a key that is read here
  help: did you mean `rules`?
error: prepcheck.yaml:4: `answers/unanswered-hwo` is not a key that is read here
  help: did you mean `answers/unanswered-who`?
error: prepcheck.yaml:5: `max-age` is not written in a form that is understood
  help: write it as in `365 days`

"#]],
        ),
        (
            "paths: {exclude: ['a{']}\nunits: [../up]\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `a{` is not a pattern: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
error: prepcheck.yaml:2: `../up` is no folder below the root
  help: write it relative to the root, such as `services/api`

"#]],
        ),
        (
            "paths: {exclude: ['a{']}\n",
            str![[r#"
error: the policy has a fault: prepcheck.yaml:1: `a{` is not a pattern: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)

"#]],
        ),
    ] {
        let folder = with_file("prepcheck.yaml", policy.as_bytes());
        let run = run(folder.path(), &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{policy}");
        assert_data_eq!(run.stderr, expected);
    }
}

#[test]
fn the_repository_may_only_tighten_a_trusted_policy() {
    let folder = with_file(
        "prepcheck.yaml",
        b"rules: {answers/unanswered-who: off, files/unknown-field: error}\npaths: {exclude: ['**']}\n",
    );
    let run = run(
        folder.path(),
        &["--policy", "startup", "--format", "compact"],
    );
    assert_eq!(run.code, Some(1));
    assert_data_eq!(
        run.stdout,
        str![[r#"
.: error[answers/unanswered-who]: nothing says who gets called when something breaks
.: error[answers/unanswered-detect]: nothing says how you know that something is broken
.: error[answers/unanswered-communicate]: nothing says how you talk to customers
.: error[answers/unanswered-fix]: nothing says how common problems are fixed
.: error[answers/unanswered-learn]: nothing says what happens after an incident

"#]]
    );
}

#[test]
fn formats_go_where_they_are_sent() {
    let folder = empty();
    let twice = run(folder.path(), &["--format", "json", "--format", "compact"]);
    assert_eq!(twice.code, Some(2));
    assert_data_eq!(
        twice.stderr,
        str![[r#"
error: more than one format goes to standard output
  help: add `=FILE` to all formats but one

"#]]
    );
    let both = run(
        folder.path(),
        &["--format", "json=out.json", "--format", "compact"],
    );
    assert_eq!(both.code, Some(1));
    assert_data_eq!(
        both.stdout,
        str![[r#"
.: error[answers/unanswered-who]: nothing says who gets called when something breaks
.: error[answers/unanswered-detect]: nothing says how you know that something is broken
.: error[answers/unanswered-communicate]: nothing says how you talk to customers
.: error[answers/unanswered-fix]: nothing says how common problems are fixed
.: error[answers/unanswered-learn]: nothing says what happens after an incident

"#]]
    );
    let json = fs::read_to_string(folder.path().join("out.json")).expect("the file");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["summary"]["errors"], 5);
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(5));
}

#[test]
fn explain_says_which_rule_was_meant() {
    let run = run(&root(), &["explain", "answers/unanswerd-who"]);
    assert_eq!(run.code, Some(2));
    assert_data_eq!(
        run.stderr,
        str![[r#"
error: there is no rule `answers/unanswerd-who`
  help: did you mean `answers/unanswered-who`?

"#]]
    );
}

#[test]
fn every_command_prints_something() {
    let folder = empty();
    for arguments in [
        &["status", "--as-of", "2026-11-23"][..],
        &["status", "--format", "json"],
        &["files"],
        &["files", "--format", "json"],
        &["model"],
        &["explain", "answers/unanswered-who"],
        &["rules"],
        &["rules", "--format", "json"],
        &["schema"],
        &["schema", "preparedness"],
        &["completions", "bash"],
        &["completions", "fish"],
        &["man"],
        &["man", "check"],
        &["help"],
        &["--version"],
    ] {
        let run = run(folder.path(), arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        assert!(!run.stdout.trim().is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = empty();
    let program = env!("CARGO_BIN_EXE_prepcheck");
    let script = format!("'{program}' rules | true; echo ${{PIPESTATUS[0]}}");
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output();
    let output = output.expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let acme = root().join("examples/first-day");
    let one = run(
        &acme,
        &[
            ".",
            "--as-of",
            "2026-11-23",
            "--threads",
            "1",
            "--format",
            "json",
        ],
    );
    for threads in ["2", "3", "7"] {
        let several = run(
            &acme,
            &[
                ".",
                "--as-of",
                "2026-11-23",
                "--threads",
                threads,
                "--format",
                "json",
            ],
        );
        assert_eq!(one.stdout, several.stdout);
    }
}

#[test]
fn a_folder_inside_a_larger_repository_is_a_root_of_its_own() {
    let folder = with_file(
        "services/api/ops/preparedness.yaml",
        b"who: {paging: https://page.example}\n",
    );
    fs::write(folder.path().join(".gitignore"), "services\n").expect("an ignore file");
    let inside = run(
        folder.path(),
        &[
            "services/api",
            "--format",
            "compact",
            "--as-of",
            "2026-11-23",
        ],
    );
    assert_data_eq!(
        inside.stdout,
        str![[r#"
./services/api/ops/preparedness.yaml:1:1: error[answers/unanswered-detect]: nothing says how you know that something is broken
./services/api/ops/preparedness.yaml:1:1: error[answers/unanswered-communicate]: nothing says how you talk to customers
./services/api/ops/preparedness.yaml:1:1: error[answers/unanswered-fix]: nothing says how common problems are fixed
./services/api/ops/preparedness.yaml:1:1: error[answers/unanswered-learn]: nothing says what happens after an incident

"#]]
    );
}

#[test]
fn paths_can_be_opened_from_where_the_program_was_run() {
    let folder = with_file("shop/ops/preparedness.yaml", b"detect:\n  monitorng: x\n");
    fs::write(
        folder.path().join("shop/prepcheck.yaml"),
        "scope: [people]\n",
    )
    .expect("a policy");
    let arguments = ["--format", "compact", "--as-of", "2026-11-23"];
    let from_above = run(folder.path(), &[&["shop"], &arguments[..]].concat());
    assert_data_eq!(
        from_above.stdout,
        str![[r#"
./shop/ops/preparedness.yaml:2:3: warning[files/unknown-field]: `monitorng` is not a key that is read here

"#]]
    );
    let from_below = run(&folder.path().join("shop/ops"), &arguments);
    assert_data_eq!(
        from_below.stdout,
        str![[r#"
./preparedness.yaml:2:3: warning[files/unknown-field]: `monitorng` is not a key that is read here

"#]]
    );
}

#[test]
fn what_was_not_judged_does_not_pass() {
    let broken = b"# prepcheck: allow-file[files/invalid-syntax] reason=\"x\"\nwho: [\n";
    let folder = with_file("ops/preparedness.yaml", broken);
    let run = run(folder.path(), &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(json["summary"]["errors"], 0);
    assert_eq!(json["not_assessed"].as_array().map(Vec::len), Some(5));
    assert_eq!(run.code, Some(1));
}

#[test]
fn status_fits_sixty_columns() {
    let example = root().join("examples/first-day");
    let status = run(
        &example,
        &["status", ".", "--width", "60", "--as-of", "2026-11-23"],
    );
    assert_eq!(status.code, Some(0));
    assert!(status.stdout.lines().all(|line| line.chars().count() <= 60));
    assert_data_eq!(
        status.stdout,
        str![[r#"
no  Who gets called when something breaks?
  people             missing
  phone or paging    missing
  backup             missing
  rotation           missing

yes How do we know something is broken?
  uptime             missing
  errors             missing
  metrics            missing
  customer reports   ./ops/preparedness.yaml:6
  health checks      ./ops/preparedness.yaml:7

no  How do we talk to customers?
  status page        missing
  support            ./ops/preparedness.yaml:6
  banner             missing
  social             missing
  first message      missing
  update             missing
  all clear          missing
  day after          missing

yes How do we fix common problems?
  roll back          missing
  restart            ./README.md:27 + 2
  database           missing
  logs               ./docs/runbooks/restart-api.md:23 + 1
  scale              …s/preparedness.yaml:16, not applicable
                     one server is plenty for now
  runbooks           ./docs/runbooks/restart-api.md:1

yes What do we do after it is fixed?
  template           missing
  post-mortems       …tmortems/2026-10-02-checkout-down.md:1
  action items       ./ops/preparedness.yaml:19
  follow-up          missing

"#]]
    );
}

/// Paths open from the current folder, whatever lists them.
#[test]
fn lists_name_files_as_they_open_from_here() {
    let folder = with_file("ops/deep/postmortems/2026-11-02-disk.md", DISK_FULL);
    let here = folder.path().join("ops/deep");
    let day = ["--as-of", "2026-11-23"];
    let mut told = String::new();
    for command in [&["due"][..], &["status"], &["history"]] {
        let run = run(&here, &[command, &day].concat());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let lines = run.stdout.lines().map(str::trim);
        let lines = lines.filter(|line| line.contains("2026-11-02"));
        told.push_str(&lines.map(|line| format!("{line}\n")).collect::<String>());
    }
    told.push_str(&run(&here, &["files"]).stdout);
    assert_data_eq!(
        told,
        str![[r#"
./postmortems/2026-11-02-disk.md:11
post-mortems       ./postmortems/2026-11-02-disk.md:1
./postmortems/2026-11-02-disk.md  (postmortem)
postmortem    ./postmortems/2026-11-02-disk.md  (in `postmortems`)

"#]]
    );
    let path = here.join("postmortems/2026-11-02-disk.md");
    let path = path.to_str().expect("UTF-8");
    let missing = path.replace("disk", "disc");
    for command in ["history", "model"] {
        let elsewhere = run(Path::new("/"), &[command, path]);
        assert_eq!((elsewhere.code, elsewhere.stderr.as_str()), (Some(0), ""));
        let elsewhere = run(Path::new("/"), &[command, &missing]);
        assert_eq!(
            elsewhere.stderr.lines().next(),
            Some(&*format!(
                "error: `{missing}` is no operations document of this repository"
            ))
        );
    }
}

#[test]
fn the_model_of_one_document_is_that_of_all_less_the_others() {
    let folder = with_file("ops/postmortems/2026-11-02-disk.md", DISK_FULL);
    write(folder.path(), "ops/runbooks/disk-full.md", "# Disk full\n");
    let documents = |arguments: &[&str]| {
        let run = run(folder.path(), arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let model: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        model["documents"].as_array().expect("documents").clone()
    };
    let (all, one) = (
        documents(&["model"]),
        documents(&["model", "ops/postmortems/2026-11-02-disk.md"]),
    );
    assert_eq!((all.len(), &all[..1]), (2, &one[..]));
}

const DISK_FULL: &[u8] = b"# Disk full

**Date:** 2026-11-02

## Root cause

The disk was full.

## Action items

- [ ] Rotate logs - Owner: ada - Due: 2026-11-24
";

#[test]
fn options_before_a_command_are_put_in_order() {
    let run = run(empty().path(), &["--as-of", "2026-11-23", "due"]);
    assert_eq!(run.code, Some(2));
    assert_data_eq!(
        run.stderr,
        str![[r#"
error: `due` does not exist
  help: put the command first: `prepcheck due --as-of 2026-11-23`

"#]]
    );
}
