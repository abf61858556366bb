//! The trees that the program can be asked to read, as it is run.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::cli::{empty, run};
use crate::git::Repository;

#[test]
fn what_is_staged_and_what_is_committed_can_be_read() {
    let folder = empty();
    let path = folder.path().join("RUNBOOK.md");
    let repository = Repository::init(folder.path());
    fs::write(&path, "# Old\n").expect("a file");
    repository.commit_all("2026-01-01T00:00:00Z", "Ada", "add it");
    fs::write(&path, "# Staged\n").expect("a file");
    repository.stage_all();
    fs::write(&path, "# New\n").expect("a file");
    let title = |arguments: &[&str]| {
        let arguments = [&["model", "--format", "json"], arguments].concat();
        let model: serde_json::Value =
            serde_json::from_str(&run(folder.path(), &arguments).stdout).expect("JSON");
        model["documents"][0]["title"].as_str().map(str::to_owned)
    };
    assert_eq!(title(&[]).as_deref(), Some("New"));
    assert_eq!(title(&["--staged"]).as_deref(), Some("Staged"));
    assert_eq!(title(&["--rev", "HEAD"]).as_deref(), Some("Old"));
    let first_line = |arguments: &[&str]| {
        let arguments = [&["--as-of", "2026-11-23"], arguments].concat();
        let run = run(folder.path(), &arguments);
        run.stdout.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        first_line(&["--staged"]),
        "prepcheck 0.1.0 - . staged - policy startup - as of 2026-11-23 - 1 document"
    );
    assert_eq!(
        first_line(&["--rev", "HEAD"]),
        "prepcheck 0.1.0 - . at HEAD - policy startup - as of 2026-11-23 - 1 document"
    );
}

/// As the hook does.
#[test]
fn the_first_commit_has_no_base_and_is_judged_whole() {
    let folder = empty();
    fs::write(folder.path().join("RUNBOOK.md"), "# Rollback\n").expect("a file");
    Repository::open(folder.path()).stage_all();
    for base in ["HEAD", "auto"] {
        let run = run(
            folder.path(),
            &["--staged", "--base", base, "--as-of", "2026-11-23"],
        );
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
        assert_eq!(
            run.stdout.lines().next(),
            Some(
                "prepcheck 0.1.0 - . staged - policy startup - as of 2026-11-23 - 1 document - no \
                 base: there is no commit yet, and all of it is judged"
            )
        );
    }
}

#[test]
fn trees_that_cannot_be_had_are_said() {
    let plain = tempfile::tempdir().expect("a folder");
    let none = run(plain.path(), &["--staged"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        none.stderr,
        str![[r#"
error: `[..]` lies in no git repository
  help: leave out `--staged` and `--rev` to check the files as they are

"#]]
    );
    let unborn = run(empty().path(), &["--rev", "HEAD"]);
    assert_eq!(unborn.code, Some(2));
    assert_data_eq!(
        unborn.stderr,
        str![[r#"
error: the repository at `[..]` has no commit yet
  help: check what is about to be the first one with `--staged`

"#]]
    );
    let both = run(empty().path(), &["--rev", "HEAD", "--staged"]);
    assert_eq!(both.code, Some(2));
}
