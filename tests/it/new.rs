//! `prepcheck new`: the repository's own names, folders and templates are kept, and nothing is
//! written over or outside.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::cli::{Run, empty, run, with_file, write};

const AS_OF: &[&str] = &["--as-of", "2026-11-23"];

const REPORT: &str = "# Checkout down\n\n## Timeline\n\n- 09:00 - it stopped\n\n## Root cause\n\nA full disk.\n\n## What went well\n\nThe alert.\n";

const RUNBOOK: &str =
    "# A node is down\n\n## Mitigation\n\nRun `drain node`.\n\n## Diagnosis\n\nRun `list nodes`.\n";

fn new_postmortem(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, &[&["new", "postmortem"], AS_OF, arguments].concat())
}

/// The path that was printed; nothing else may stand there.
fn path(run: &Run) -> &str {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout.strip_suffix('\n').expect("one line")
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("a written file")
}

/// The next post-mortem in a repository with these.
fn next_to(paths: &[&str]) -> String {
    let folder = empty();
    for path in paths {
        write(folder.path(), path, REPORT);
    }
    let run = new_postmortem(folder.path(), &["Disk full on db-1"]);
    let path = path(&run).to_owned();
    assert!(folder.path().join(&path).is_file(), "{path}");
    path
}

#[test]
fn an_empty_repository_begins_with_our_own_template() {
    let folder = empty();
    let arguments = [
        "Checkout was down",
        "--incident",
        "disk_full",
        "--severity",
        "SEV-2",
    ];
    let run = new_postmortem(folder.path(), &arguments);
    assert_data_eq!(
        run.stdout,
        str![[r#"
./docs/postmortems/2026-11-23-checkout-was-down.md

"#]]
    );
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let text = read(
        folder.path(),
        "docs/postmortems/2026-11-23-checkout-was-down.md",
    );
    let (front, rest) = text.split_once("\n\n").expect("front matter");
    assert_data_eq!(
        front.to_owned(),
        str![[r#"
---
title: "Checkout was down"  # what did not work, in a few words
date: 2026-11-23  # the day on which the incident began
duration:  # how long customers noticed it
severity: SEV-2  # how bad it was, on your own scale
author:  # who wrote this down
incident: disk-full  # its type, such as disk-full, or your own number for it
status: draft  # while it is a draft, gaps in its form are warnings
---
"#]]
    );
    assert!(rest.starts_with("# Checkout was down\n"), "{rest}");
    let check = crate::cli::run(
        folder.path(),
        &["--format", "compact", "--as-of", "2026-11-23"],
    );
    let about_files = check.stdout.lines().filter(|line| line.contains("[files/"));
    assert_eq!(about_files.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn what_is_not_known_stays_open() {
    let folder = empty();
    let run = new_postmortem(folder.path(), &[]);
    assert_eq!(path(&run), "./docs/postmortems/2026-11-23-incident.md");
    let text = read(folder.path(), path(&run));
    assert!(text.contains("\ntitle:  # what"), "{text}");
    assert!(text.contains("\n# Incident title\n"), "{text}");
    let other = new_postmortem(
        folder.path(),
        &["--incident", "INC-42", "--date", "2026-11-02"],
    );
    assert_eq!(path(&other), "./docs/postmortems/2026-11-02-inc-42.md");
}

#[test]
fn schemes_are_continued() {
    let next = |path: &str| next_to(&[path]);
    assert_eq!(
        next("docs/postmortems/2026-01-05-a.md"),
        "./docs/postmortems/2026-11-23-disk-full-on-db-1.md"
    );
    assert_eq!(
        next("postmortem/2026-01-05_a_b.md"),
        "./postmortem/2026-11-23_disk_full_on_db_1.md"
    );
    assert_eq!(
        next("incidents/20260105-a.md"),
        "./incidents/20261123-disk-full-on-db-1.md"
    );
    assert_eq!(
        next("incidents/2026-01-a.md"),
        "./incidents/2026-11-disk-full-on-db-1.md"
    );
    assert_eq!(
        next("incidents/041-a.md"),
        "./incidents/042-disk-full-on-db-1.md"
    );
    assert_eq!(
        next("incidents/INC-009-a.md"),
        "./incidents/INC-010-disk-full-on-db-1.md"
    );
    assert_eq!(
        next("incidents/PM-2026-001-a.md"),
        "./incidents/PM-2026-002-disk-full-on-db-1.md"
    );
    assert_eq!(
        next("PM2026-009 - Lost node.md"),
        "./PM2026-010 - Disk full on db 1.md"
    );
    assert_eq!(
        next("source/incidents/2026-01-05.html.md.erb"),
        "./source/incidents/2026-11-23-disk-full-on-db-1.html.md.erb"
    );
    assert_eq!(
        next("docs/incidents/2026-01-05-a/README.md"),
        "./docs/incidents/2026-11-23-disk-full-on-db-1/README.md"
    );
    assert_eq!(
        next("docs/incidents/2026-01-05-a/index.md"),
        "./docs/incidents/2026-11-23-disk-full-on-db-1/index.md"
    );
    assert_eq!(
        next("docs/incidents/2025/2025-01-05-a.md"),
        "./docs/incidents/2026/2026-11-23-disk-full-on-db-1.md"
    );
}

#[test]
fn most_documents_decide() {
    let paths = [
        "docs/incidents/2026-01-05-a.md",
        "postmortems/001-a.md",
        "postmortems/002-b.md",
        "postmortems/2026-01-05-c.md",
    ];
    assert_eq!(next_to(&paths), "./postmortems/003-disk-full-on-db-1.md");
}

/// A number is taken by whatever bears it, also by what is no post-mortem.
#[test]
fn numbers_that_are_taken_are_not_given_again() {
    let folder = with_file("incidents/007-a.md", REPORT.as_bytes());
    write(folder.path(), "incidents/012-notes.md", "Nothing yet.\n");
    let run = new_postmortem(folder.path(), &["Disk full"]);
    assert_eq!(path(&run), "./incidents/013-disk-full.md");
    let next = new_postmortem(folder.path(), &["Disk full"]);
    assert_eq!(path(&next), "./incidents/014-disk-full.md");
}

#[test]
fn operations_folders_are_used_where_there_are_no_others() {
    let folder = with_file("ops/preparedness.yaml", b"timezone: Pacific/Auckland\n");
    let run = run(
        folder.path(),
        &[
            "new",
            "postmortem",
            "Checkout",
            "--as-of",
            "2026-11-23T20:00:00Z",
        ],
    );
    // It is tomorrow in Auckland.
    assert_eq!(path(&run), "./ops/postmortems/2026-11-24-checkout.md");
    write(folder.path(), "docs/guide.md", "# Guide\n");
    let run = new_postmortem(folder.path(), &["Login"]);
    assert_eq!(path(&run), "./ops/postmortems/2026-11-23-login.md");
    let fresh = with_file("docs/guide.md", b"# Guide\n");
    write(fresh.path(), "ops/preparedness.yaml", "who:\n");
    let run = new_postmortem(fresh.path(), &["Login"]);
    assert_eq!(path(&run), "./docs/postmortems/2026-11-23-login.md");
}

#[test]
fn the_template_of_init_is_filled_in() {
    let folder = empty();
    assert_eq!(run(folder.path(), &["init"]).code, Some(0));
    let run = new_postmortem(folder.path(), &["Checkout"]);
    assert_data_eq!(
        run.stderr.clone(),
        str![[r#"
note: the text is that of ./docs/postmortems/template.md

"#]]
    );
    let text = read(folder.path(), path(&run));
    let own = empty();
    let other = new_postmortem(own.path(), &["Checkout"]);
    assert_eq!(text, read(own.path(), path(&other)));
}

#[test]
fn the_repositorys_own_template_is_filled_in() {
    let template = "\
---
layout: incident
title: '[Title]'
incident_date: YYYY-MM-DD
severity: TBD
---
# Incident: [short description] (YYYY-MM-DD)

**Date:** YYYY-MM-DD HH:MM UTC
**Owner:** [name]
**Severity**: <sev>

| Field | Value |
|---|---|
| Incident type | TODO |
| Duration | TODO |

## Timeline

| Date | Event |
|---|---|
| YYYY-MM-DD | |

## Action items

- [ ] what - **Date:** YYYY-MM-DD
";
    let folder = with_file("docs/postmortems/TEMPLATE.md", template.as_bytes());
    let arguments = [
        "Checkout | twice",
        "--incident",
        "bad-deploy",
        "--severity",
        "SEV-1",
    ];
    let run = new_postmortem(folder.path(), &arguments);
    assert_data_eq!(
        read(folder.path(), path(&run)),
        str![[r#"
---
layout: incident
title: "Checkout | twice"
incident_date: 2026-11-23
severity: SEV-1
---
# Incident: Checkout | twice (2026-11-23)

**Date:** 2026-11-23 HH:MM UTC
**Owner:** [name]
**Severity**: SEV-1

| Field | Value |
|---|---|
| Incident type | bad-deploy |
| Duration | TODO |

## Timeline

| Date | Event |
|---|---|
| YYYY-MM-DD | |

## Action items

- [ ] what - **Date:** YYYY-MM-DD

"#]]
    );
    assert_data_eq!(
        run.stderr,
        str![[r#"
note: the text is that of ./docs/postmortems/TEMPLATE.md

"#]]
    );
}

#[test]
fn what_has_no_place_in_a_template_is_said() {
    let folder = with_file(
        "docs/postmortems/template.md",
        b"# PMyyyy-nnn\n\n- Severity: minor, major or critical\n\n## Timeline\n\n## Root cause\n",
    );
    let run = new_postmortem(folder.path(), &["Checkout", "--severity", "SEV-1"]);
    assert_data_eq!(
        run.stderr,
        str![[r#"
note: the text is that of ./docs/postmortems/template.md
note: it has no place left open for the title `Checkout`
note: it has no place left open for the date `2026-11-23`
note: it has no place left open for the severity `SEV-1`

"#]]
    );
}

#[test]
fn the_template_that_the_native_file_names_is_used() {
    let folder = with_file("docs/postmortems/template.md", REPORT.as_bytes());
    write(
        folder.path(),
        "ops/preparedness.yaml",
        "learn:\n  postmortem_template: forms/report.md\n",
    );
    write(
        folder.path(),
        "ops/forms/report.md",
        "# Title\n\n## Timeline\n\nOurs.\n\n## Root cause\n",
    );
    let run = new_postmortem(folder.path(), &["Checkout"]);
    let text = read(folder.path(), path(&run));
    assert_eq!(
        text,
        "# Checkout\n\n## Timeline\n\nOurs.\n\n## Root cause\n"
    );
}

#[test]
fn no_title_leads_out_of_the_folder() {
    let folder = empty();
    let next = |title: &str| {
        let run = new_postmortem(folder.path(), &["--", title]);
        (path(&run).to_owned(), read(folder.path(), path(&run)))
    };
    let name = |title: &str| next(title).0.replace("./docs/postmortems/2026-11-23-", "");
    assert_eq!(name("../../../etc/passwd"), "etc-passwd.md");
    assert_eq!(name("/absolute/path"), "absolute-path.md");
    assert_eq!(name("..\\..\\windows"), "windows.md");
    assert_eq!(name("-rf *"), "rf.md");
    assert_eq!(name("\u{1b}[2J\u{202e}gpj"), "2j-gpj.md");
    assert_eq!(
        name("Zürich: Straße überflutet"),
        "zurich-strasse-uberflutet.md"
    );
    assert_eq!(name("決済 障害"), "決済-障害.md");
    assert_eq!(name("../.."), "incident.md");
    let (_, text) = next("one\n---\nincident: [x]\n<!-- \"two\" \\");
    let front: Vec<&str> = text.lines().take(3).collect();
    let title =
        r#"title: "one --- incident: [x] <!-- \"two\" \\"  # what did not work, in a few words"#;
    assert_eq!(
        front,
        [
            "---",
            title,
            "date: 2026-11-23  # the day on which the incident began"
        ]
    );
    assert!(text.contains("\n# one --- incident: [x] \\<!-- "), "{text}");
    let long = name(&"very long ".repeat(1000));
    assert_eq!(long, format!("{}.md", ["very-long"; 6].join("-")));
}

#[test]
fn nothing_is_written_over() {
    let folder = empty();
    let first = new_postmortem(folder.path(), &["Checkout"]);
    write(folder.path(), path(&first), "ours\n");
    let second = new_postmortem(folder.path(), &["Checkout"]);
    assert_eq!((second.code, second.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        second.stderr,
        str![[r#"
error: ./docs/postmortems/2026-11-23-checkout.md is there already
  help: open that one, or give the new one another title

"#]]
    );
    assert_eq!(read(folder.path(), path(&first)), "ours\n");
}

#[test]
fn links_are_not_followed() {
    let folder = empty();
    let outside = tempfile::tempdir().expect("a folder");
    symlink(outside.path(), folder.path().join("docs")).expect("a link");
    let run = new_postmortem(folder.path(), &["Checkout"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        run.stderr,
        str![[r#"
error: ./docs/postmortems/2026-11-23-checkout.md cannot be written
  because: `docs` is a symbolic link, which is not followed

"#]]
    );
    assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 0);
}

#[test]
fn a_folder_may_be_named_below_the_root() {
    let folder = with_file("incidents/INC-009-a.md", REPORT.as_bytes());
    fs::create_dir_all(folder.path().join("services/shop")).expect("a folder");
    let inner = folder.path().join("services/shop");
    let here = new_postmortem(&inner, &["Checkout", "--dir", "../shop/reports"]);
    assert_eq!(path(&here), "./reports/INC-001-checkout.md");
    assert!(inner.join("reports/INC-001-checkout.md").is_file());
    let outside = new_postmortem(&inner, &["Checkout", "--dir", "../../.."]);
    assert_eq!((outside.code, outside.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        outside.stderr,
        str![[r#"
error: the folder `../../..` does not lie in the repository
  help: name a folder below its root

"#]]
    );
}

#[test]
fn no_repository_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = new_postmortem(folder.path(), &["Checkout"]);
    assert_eq!(path(&run), "./docs/postmortems/2026-11-23-checkout.md");
}

#[test]
fn slips_of_the_fingers_are_said() {
    let folder = empty();
    let wrong = new_postmortem(folder.path(), &["--incident", "disk-ful"]);
    assert_data_eq!(
        wrong.stderr,
        str![[r#"
error: there is no incident type `disk-ful`
  help: did you mean `disk-full`?

"#]]
    );
    let slip = run(folder.path(), &["new", "runbook", "rolback"]);
    assert_data_eq!(
        slip.stderr,
        str![[r#"
error: there is no incident or fix `rolback`
  help: did you mean `rollback`?

"#]]
    );
    let unknown = run(folder.path(), &["new", "runbook", "earthquake"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        unknown.stderr,
        str![[r#"
error: there is no incident or fix `earthquake`
  help: there are bad-deploy, database-migration, external-outage, traffic-spike, disk-full, certificate-expiry, secret-exposure, rollback, restart, database, logs, scale, failover, disable-feature

"#]]
    );
}

const TOPICS: &[&str] = &[
    "bad-deploy",
    "database-migration",
    "external-outage",
    "traffic-spike",
    "disk-full",
    "certificate-expiry",
    "secret-exposure",
    "rollback",
    "restart",
    "database",
    "logs",
    "scale",
    "failover",
    "disable-feature",
];

#[test]
fn runbooks_count_as_nothing_until_they_are_filled_in() {
    let folder = empty();
    for topic in TOPICS {
        let run = run(folder.path(), &["new", "runbook", topic]);
        assert_eq!(path(&run), format!("./docs/runbooks/{topic}.md"));
    }
    let check = || {
        run(
            folder.path(),
            &["--format", "compact", "--as-of", "2026-11-23"],
        )
        .stdout
    };
    let said = check();
    assert!(said.contains("[answers/unanswered-fix]"), "{said}");
    assert_eq!(
        said.matches("[people/left-over-skeleton]").count(),
        TOPICS.len()
    );
    assert!(!said.contains("[files/"), "{said}");
    for topic in TOPICS {
        let path = format!("docs/runbooks/{topic}.md");
        let model = run(folder.path(), &["model"]).stdout;
        assert!(model.contains("\"stub\": true"), "{path}");
        let text = read(folder.path(), &path);
        let headings: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        let first = ["## Mitigation", "## Steps"].contains(&headings[0]);
        assert!(first, "{path}");
        assert_eq!(
            headings[1..],
            [
                "## Diagnosis",
                "## Prevention",
                "## Verification",
                "## Escalation"
            ]
        );
        write(
            folder.path(),
            &path,
            &text.replace("FILL-IN", "Ask Ada Byron"),
        );
    }
    let model = run(folder.path(), &["model"]).stdout;
    assert!(!model.contains("\"stub\": true"), "{model}");
    let said = check();
    assert!(!said.contains("[answers/unanswered-fix]"), "{said}");
    assert!(!said.contains("[people/left-over-skeleton]"), "{said}");
}

#[test]
fn runbooks_are_named_as_their_neighbours() {
    let next_to = |neighbours: &[&str], arguments: &[&str]| {
        let folder = empty();
        for neighbour in neighbours {
            write(folder.path(), neighbour, RUNBOOK);
        }
        let run = run(folder.path(), &[&["new", "runbook"], arguments].concat());
        path(&run).to_owned()
    };
    let disk = &["disk-full"];
    assert_eq!(
        next_to(&["runbooks/NodeDown.md"], disk),
        "./runbooks/DiskFull.md"
    );
    assert_eq!(
        next_to(&["ops/runbooks/node_down.mdx"], disk),
        "./ops/runbooks/disk_full.mdx"
    );
    assert_eq!(
        next_to(&["runbooks/007-node.md"], disk),
        "./runbooks/008-disk-full.md"
    );
    assert_eq!(
        next_to(&["source/playbooks/node-down.html.md.erb"], disk),
        "./source/playbooks/disk-full.html.md.erb"
    );
    assert_eq!(
        next_to(&["RUNBOOK.md"], disk),
        "./docs/runbooks/disk-full.md"
    );
    let titled = &["disk-full", "--title", "Postgres: disk full"];
    assert_eq!(
        next_to(&["runbooks/node-down.md"], titled),
        "./runbooks/postgres-disk-full.md"
    );
}

#[test]
fn a_template_for_runbooks_counts_as_nothing_either() {
    let template = "# Runbook title\n\nOwner: TODO\n\n## Mitigation\n\nStop the bleeding with `make stop`.\n\n## Diagnosis\n\n## Escalation\n";
    let folder = with_file("runbooks/template.md", template.as_bytes());
    let run = run(folder.path(), &["new", "runbook", "disk-full"]);
    assert_eq!(path(&run), "./runbooks/disk-full.md");
    assert_data_eq!(
        read(folder.path(), "runbooks/disk-full.md"),
        str![[r#"
# Disk full

FILL-IN: replace what the template leaves open, then delete this line

Owner: TODO

## Mitigation

Stop the bleeding with `make stop`.

## Diagnosis

## Escalation

"#]]
    );
    let said = crate::cli::run(
        folder.path(),
        &["--format", "compact", "--as-of", "2026-11-23"],
    );
    assert!(
        said.stdout.contains("[people/left-over-skeleton]"),
        "{}",
        said.stdout
    );
}
