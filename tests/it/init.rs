//! `prepcheck init`: what it writes, what it leaves alone, and that what it wrote counts as nothing
//! until it is filled in.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use prepcheck::model::Schema;
use snapbox::{assert_data_eq, str};

use crate::cli::{Run, empty, run, with_file};

/// What `init` prints, once it has succeeded.
fn init(folder: &Path, arguments: &[&str]) -> String {
    let run = run(folder, &[&["init"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    run.stdout
}

/// The answers that nothing gives, by the rules that say so.
fn unanswered(folder: &Path) -> Vec<String> {
    let report = check(folder);
    let lines = report.stdout.lines();
    let rules =
        lines.filter_map(|line| line.split_once("[answers/unanswered-")?.1.split(']').next());
    rules.map(str::to_owned).collect()
}

fn check(folder: &Path) -> Run {
    run(folder, &["--format", "compact", "--as-of", "2026-11-23"])
}

/// Every file with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with(".git") {
                folders.push(path);
            } else if path.is_file() {
                let name = path
                    .strip_prefix(folder)
                    .expect("below")
                    .display()
                    .to_string();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("a written file")
}

/// Replaces all skeleton text, as somebody would who answers honestly.
fn fill_in(folder: &Path, path: &str, words: &str) {
    let text = read(folder, path).replace("FILL-IN", words);
    fs::write(folder.join(path), text).expect("a file");
}

#[test]
fn a_skeleton_counts_as_nothing() {
    let folder = empty();
    assert_data_eq!(
        init(folder.path(), &[]),
        str![[r#"
wrote ./docs/postmortems/template.md
wrote ./ops/preparedness.yaml
next: fill in ./ops/preparedness.yaml, then run prepcheck

"#]]
    );
    assert_eq!(check(folder.path()).code, Some(1));
    // The template for post-mortems is whole, and an answer.
    assert_eq!(
        unanswered(folder.path()),
        ["who", "detect", "communicate", "fix"]
    );
}

#[test]
fn the_native_skeleton_fits_its_schema() {
    let folder = empty();
    init(folder.path(), &[]);
    let text = read(folder.path(), "ops/preparedness.yaml");
    let faults = crate::schemas::faults(Schema::Preparedness, &text);
    assert_eq!(faults, Vec::<String>::new());
    let report = check(folder.path()).stdout;
    let about_files: Vec<&str> = report
        .lines()
        .filter(|line| line.contains("[files/"))
        .collect();
    assert_eq!(about_files, Vec::<&str>::new());
}

#[test]
fn a_filled_in_skeleton_answers() {
    let folder = empty();
    init(folder.path(), &[]);
    fill_in(
        folder.path(),
        "ops/preparedness.yaml",
        "https://wiki.acme.example",
    );
    assert_eq!(unanswered(folder.path()), Vec::<String>::new());
}

#[test]
fn a_page_counts_as_nothing_until_it_is_filled_in() {
    let folder = empty();
    assert_data_eq!(
        init(folder.path(), &["--markdown"]),
        str![[r#"
wrote ./INCIDENT_RESPONSE.md
next: fill in ./INCIDENT_RESPONSE.md, then run prepcheck

"#]]
    );
    let all = ["who", "detect", "communicate", "fix", "learn"];
    assert_eq!(unanswered(folder.path()), all);
    fill_in(folder.path(), "INCIDENT_RESPONSE.md", "We ask Ada Byron");
    assert_eq!(unanswered(folder.path()), Vec::<String>::new());
    let before = files(folder.path());
    assert_data_eq!(
        init(folder.path(), &["--markdown"]),
        str![[r#"
left ./INCIDENT_RESPONSE.md as it is: it is there already
next: run prepcheck

"#]]
    );
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_page_goes_among_the_other_documents() {
    let folder = with_file("docs/guide.md", b"# Guide\n");
    init(folder.path(), &["--markdown"]);
    let names: Vec<String> = files(folder.path()).into_keys().collect();
    assert_eq!(names, ["docs/guide.md", "docs/incident-response.md"]);
}

#[test]
fn a_second_run_writes_nothing() {
    let folder = empty();
    init(folder.path(), &[]);
    let before = files(folder.path());
    assert_data_eq!(
        init(folder.path(), &[]),
        str![[r#"
left ./docs/postmortems/template.md as it is: it is a template for post-mortems
left ./ops/preparedness.yaml as it is: it is there already
next: fill in ./ops/preparedness.yaml, then run prepcheck

"#]]
    );
    assert_eq!(files(folder.path()), before);
}

#[test]
fn what_a_file_lacks_is_shown_and_not_written() {
    let content = b"# ours\nwho: {paging: https://page.acme.example}\nfix:\n  rollback: a.md\n  restart: FILL-IN\n";
    let folder = with_file("preparedness.yaml", content);
    fs::create_dir(folder.path().join("docs")).expect("a folder");
    let template = folder.path().join("docs/postmortem-template.md");
    fs::write(&template, "# Post-mortem\n\n## Timeline\n\n## Root cause\n").expect("a template");
    let before = files(folder.path());
    assert_data_eq!(
        init(folder.path(), &[]),
        str![[r##"
left ./docs/postmortem-template.md as it is: it is a template for post-mortems
left ./preparedness.yaml as it is: it is there already

nothing answers this yet; add it to ./preparedness.yaml, below the keys or headings that are there:

people:
  - id: FILL-IN        # a short name, such as ada
...
who:
  respond_within:  # how soon they answer, such as 30 minutes
detect:
...
fix:
  database: FILL-IN  # how to get a console on the production database
...
next: add these lines to ./preparedness.yaml and fill them in, then run prepcheck

"##]]
    );
    assert_eq!(files(folder.path()), before);
}

#[test]
fn what_documents_answer_is_left_out() {
    let folder = with_file(
        "docs/runbooks/operate.md",
        b"# Operate the shop\n\n## Roll back\n\nRun `deploy --previous`.\n\n## Restart\n\nRun `restart shop`.\n",
    );
    let postmortem =
        "# Checkout down\n\n## Timeline\n\n- 09:00 - it stopped\n\n## Root cause\n\nA full disk.\n";
    let reports = folder.path().join("docs/incidents/2026-10-02-checkout");
    fs::create_dir_all(&reports).expect("a folder");
    fs::write(reports.join("README.md"), postmortem).expect("a post-mortem");
    init(folder.path(), &[]);
    let text = read(folder.path(), "ops/preparedness.yaml");
    let fix = text.split("# How do we fix common problems?\n").nth(1);
    let fix = fix
        .and_then(|rest| rest.split("\n\n# When").next())
        .expect("the part");
    assert_data_eq!(
        fix.to_owned(),
        str![[r#"
# rollback: docs/runbooks/operate.md answers this
# restart: docs/runbooks/operate.md answers this
# incidents: docs/runbooks/operate.md answers this
fix:
  database: FILL-IN  # how to get a console on the production database
  logs: FILL-IN  # where the logs are, and how to search them
  scale: FILL-IN  # how to give the service more room

# What do we do after it is fixed?
# postmortem_template: docs/incidents/template.md answers this
learn:
  action_items: FILL-IN  # where action items are tracked, each with an owner and a due date
  follow_up: FILL-IN  # how customers hear what happened and what is being done
"#]]
    );
    assert!(folder.path().join("docs/incidents/template.md").exists());
}

#[test]
fn from_three_people_on_it_is_a_team() {
    let people = "people:\n  - {id: ada}\n  - {id: grace}\n  - {id: linus}\n";
    let folder = with_file("ops/people.yaml", people.as_bytes());
    init(folder.path(), &[]);
    let policy = read(folder.path(), "prepcheck.yaml");
    assert_data_eq!(
        policy,
        str![[r#"
# Three people or more: the rules for teams apply.
extends: team

"#]]
    );
    fs::write(folder.path().join("prepcheck.yaml"), "extends: strict\n").expect("a policy");
    init(folder.path(), &[]);
    assert_eq!(read(folder.path(), "prepcheck.yaml"), "extends: strict\n");
    let two = with_file("ops/people.yaml", b"people: [{id: ada}, {id: grace}]\n");
    init(two.path(), &[]);
    assert!(!two.path().join("prepcheck.yaml").exists());
}

#[test]
fn links_are_not_followed() {
    let folder = empty();
    let outside = tempfile::tempdir().expect("a folder");
    symlink(outside.path(), folder.path().join("ops")).expect("a link");
    symlink("nowhere", folder.path().join("docs")).expect("a link");
    let run = run(folder.path(), &["init"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        run.stderr,
        str![[r#"
error: ./docs/postmortems/template.md was not written: `docs` is a symbolic link, which is not followed
error: ./ops/preparedness.yaml was not written: `ops` is a symbolic link, which is not followed

"#]]
    );
    assert_eq!(files(outside.path()), BTreeMap::new());
}

/// A file that the listing does not show is left alone all the same.
#[test]
fn ignored_files_and_dangling_links_are_left_alone() {
    let folder = with_file("ops/preparedness.yaml", b"who:\n");
    fs::write(folder.path().join(".gitignore"), "ops/preparedness.yaml\n").expect("a file");
    init(folder.path(), &[]);
    assert_eq!(read(folder.path(), "ops/preparedness.yaml"), "who:\n");
    let linked = empty();
    symlink(
        "../elsewhere.md",
        linked.path().join("INCIDENT_RESPONSE.md"),
    )
    .expect("a link");
    init(linked.path(), &["--markdown"]);
    let link = fs::read_link(linked.path().join("INCIDENT_RESPONSE.md")).expect("still a link");
    assert_eq!(link, Path::new("../elsewhere.md"));
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_of_the_run() {
    let folder = empty();
    fs::write(folder.path().join("ops"), "a file").expect("a file");
    fs::write(folder.path().join("docs"), "a file").expect("a file");
    let blocked = run(folder.path(), &["init"]);
    assert_eq!((blocked.code, blocked.stdout.as_str()), (Some(2), ""));
    let folder = empty();
    let set = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode));
    set(0o555).expect("permissions");
    // Whoever may write everywhere is not stopped by permissions.
    if fs::create_dir(folder.path().join("probe")).is_err() {
        assert_eq!(run(folder.path(), &["init"]).code, Some(2));
    }
    set(0o755).expect("permissions");
}

#[test]
fn names_of_files_cannot_add_lines_to_a_skeleton() {
    let folder = with_file(
        "docs/runbooks/a\nwho: {paging: https:\u{2028}/x.md",
        b"# Restart the shop\n\nRun `restart shop`.\n",
    );
    init(folder.path(), &[]);
    let text = read(folder.path(), "ops/preparedness.yaml");
    let faults = crate::schemas::faults(Schema::Preparedness, &text);
    assert_eq!(faults, Vec::<String>::new());
    assert!(unanswered(folder.path()).contains(&"who".to_owned()));
}
