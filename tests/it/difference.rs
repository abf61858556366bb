//! `prepcheck diff`: what a change does, in words.

use std::fs;
use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::cli::{run, write};
use crate::git::Repository;

const ONCALL: &str = "\
people:
  - {id: ada, name: Ada Byron, phone_in: 1Password, backup: grace}
  - {id: grace, name: Grace Hopper, phone_in: 1Password, backup: ada}
timezone: Europe/Berlin
schedules:
  - name: primary
    people: [ada, grace]
    every: 1 week
    handoff: Mon 09:00
    from: 2026-01-05
";

const REPORT: &str = "\
# Checkout was down

**Date:** 2026-11-02

## Action items

- [ ] Alert on the age of the queue - Owner: ada - Due: 2026-12-01
- [ ] Renew the certificate by a job - Owner: grace - Due: 2026-12-10
- [ ] Write the runbook - Owner: grace - Due: 2026-12-20
- [ ] Rehearse the way back
- [ ] Buy a second host - Owner: ada - Due: 2026-12-20
";

#[test]
fn a_change_is_told_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    write(folder.path(), "ops/preparedness.yaml", ONCALL);
    write(
        folder.path(),
        "docs/postmortems/2026-11-02-checkout.md",
        REPORT,
    );
    write(
        folder.path(),
        "docs/runbooks/disk-full.md",
        "# Disk full\n\nDelete the rotated logs.\n",
    );
    repository.commit_all("2026-11-20T09:00:00Z", "Ada", "base");

    let swap = "    changes:\n      - {who: grace, instead_of: ada, from: 2026-11-25 09:00, to: 2026-11-27 09:00}\n";
    write(
        folder.path(),
        "ops/preparedness.yaml",
        &format!("{ONCALL}{swap}"),
    );
    let report = REPORT
        .replace("Due: 2026-12-01", "Due: 2027-02-01")
        .replace("- [ ] Renew the certificate", "- [x] Renew the certificate")
        .replace("way back", "way back - Owner: ada - Due: 2026-12-18")
        .replace(
            "- [ ] Buy a second host - Owner: ada - Due: 2026-12-20",
            "- [x] Buy a second host (won't do: one is enough)",
        )
        .replace(
            "- [ ] Write the runbook - Owner: grace - Due: 2026-12-20\n",
            "- [ ] Ask the host about limits\n",
        );
    write(
        folder.path(),
        "docs/postmortems/2026-11-02-checkout.md",
        &report,
    );
    fs::remove_file(folder.path().join("docs/runbooks/disk-full.md")).expect("a runbook");
    write(
        folder.path(),
        "docs/runbooks/bad-deploy.md",
        "# Bad deploy\n\nGo back to the release before.\n",
    );

    let arguments = ["diff", "--base", "HEAD", "--as-of", "2026-11-23"];
    let told = run(folder.path(), &arguments);
    assert_eq!((told.code, told.stderr.as_str()), (Some(1), ""));
    assert_data_eq!(
        told.stdout.replacen(&commit(folder.path()), "COMMIT", 1),
        str![[r#"
since HEAD (COMMIT)

New findings
  error[runbooks/uncovered-incident]: nothing says what to do about `database-migration`, `external-outage`, `traffic-spike`, `disk-full`, `certificate-expiry` and `secret-exposure` (./ops/preparedness.yaml:1)
  error[postmortems/undated-action]: 1 open action item has no due date (./docs/postmortems/2026-11-02-checkout.md:9)
  error[postmortems/unowned-action]: 1 open action item has no owner (./docs/postmortems/2026-11-02-checkout.md:9)
  note[postmortems/dropped-action]: 1 open action item was taken out (./docs/postmortems/2026-11-02-checkout.md:5)
  note[postmortems/slipped-due-date]: the due date was moved back 1 time, by 62 days in all (./docs/postmortems/2026-11-02-checkout.md:7)

Won
  runbook: bad-deploy

Lost
  runbook: disk-full

Action items
  postponed from 2026-12-01 to 2027-02-01: Alert on the age of the queue (./docs/postmortems/2026-11-02-checkout.md)
  completed: Renew the certificate by a job (./docs/postmortems/2026-11-02-checkout.md)
  added: Ask the host about limits (./docs/postmortems/2026-11-02-checkout.md)
  assigned: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)
  dated 2026-12-18: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)
  declined: Buy a second host (./docs/postmortems/2026-11-02-checkout.md)
  dropped: Write the runbook (./docs/postmortems/2026-11-02-checkout.md)

On call in the next 7 days
  primary, Wed 2026-11-25 09:00 CET to Fri 2026-11-27 09:00 CET: grace instead of ada

"#]]
    );
    let markdown = run(
        folder.path(),
        &[&arguments[..], &["--format", "markdown"]].concat(),
    );
    assert_data_eq!(
        markdown.stdout,
        str![[r#"
### New findings

- ``error[runbooks/uncovered-incident]: nothing says what to do about `database-migration`, `external-outage`, `traffic-spike`, `disk-full`, `certificate-expiry` and `secret-exposure` (./ops/preparedness.yaml:1)``
- `error[postmortems/undated-action]: 1 open action item has no due date (./docs/postmortems/2026-11-02-checkout.md:9)`
- `error[postmortems/unowned-action]: 1 open action item has no owner (./docs/postmortems/2026-11-02-checkout.md:9)`
- `note[postmortems/dropped-action]: 1 open action item was taken out (./docs/postmortems/2026-11-02-checkout.md:5)`
- `note[postmortems/slipped-due-date]: the due date was moved back 1 time, by 62 days in all (./docs/postmortems/2026-11-02-checkout.md:7)`

### Won

- `runbook: bad-deploy`

### Lost

- `runbook: disk-full`

### Action items

- `postponed from 2026-12-01 to 2027-02-01: Alert on the age of the queue (./docs/postmortems/2026-11-02-checkout.md)`
- `completed: Renew the certificate by a job (./docs/postmortems/2026-11-02-checkout.md)`
- `added: Ask the host about limits (./docs/postmortems/2026-11-02-checkout.md)`
- `assigned: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)`
- `dated 2026-12-18: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)`
- `declined: Buy a second host (./docs/postmortems/2026-11-02-checkout.md)`
- `dropped: Write the runbook (./docs/postmortems/2026-11-02-checkout.md)`

### On call in the next 7 days

- `primary, Wed 2026-11-25 09:00 CET to Fri 2026-11-27 09:00 CET: grace instead of ada`


"#]]
    );
    let json = run(
        folder.path(),
        &[&arguments[..], &["--format", "json"]].concat(),
    );
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_data_eq!(
        json["duty"].to_string(),
        str![[
            r#"[{"after":["grace"],"before":["ada"],"from":"2026-11-25T08:00:00Z","schedule":"primary","unit":"","until":"2026-11-27T08:00:00Z"}]"#
        ]]
    );
}

#[test]
fn no_change_is_told_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    write(folder.path(), "ops/preparedness.yaml", ONCALL);
    repository.commit_all("2026-11-20T09:00:00Z", "Ada", "base");
    let told = run(
        folder.path(),
        &["diff", "--base", "HEAD", "--as-of", "2026-11-23"],
    );
    assert_eq!(told.code, Some(0));
    assert_data_eq!(
        told.stdout.replacen(&commit(folder.path()), "COMMIT", 1),
        str![[r#"
since HEAD (COMMIT)
this change makes no difference to how prepared you are

"#]]
    );
}

/// What others did on `main` since a branch left it is none of that branch's doing.
#[test]
fn a_base_that_has_moved_on_is_taken_where_the_branch_left_it() {
    const PATH: &str = "docs/postmortems/2026-11-02-checkout.md";
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    write(folder.path(), "ops/preparedness.yaml", ONCALL);
    write(folder.path(), PATH, REPORT);
    repository.commit_all("2026-11-20T09:00:00Z", "Ada", "base");
    let left = repository.head();
    let moved = format!("{REPORT}- [ ] Page the second level - Owner: ada - Due: 2026-12-20\n");
    write(folder.path(), PATH, &moved);
    repository.commit_all("2026-11-21T09:00:00Z", "Grace", "moved on");
    repository.point("refs/heads/others", &repository.head());
    repository.check_out(&left);
    let own = REPORT.replace("way back", "way back - Owner: ada - Due: 2026-12-18");
    write(folder.path(), PATH, &own);
    let seen = |arguments: &[&str]| {
        let arguments = [arguments, &["--as-of", "2026-11-23"]].concat();
        let told = run(folder.path(), &arguments);
        assert_eq!(told.stderr, "");
        told.stdout.replace(&left[..10], "COMMIT")
    };
    let told = seen(&["diff", "--base", "others"]);
    assert_data_eq!(
        told,
        str![[r#"
since where this branch left `others` (COMMIT)

Fixed, thank you
  postmortems/undated-action: 1 open action item has no due date (./docs/postmortems/2026-11-02-checkout.md)
  postmortems/unowned-action: 1 open action item has no owner (./docs/postmortems/2026-11-02-checkout.md)

Action items
  assigned: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)
  dated 2026-12-18: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)

"#]]
    );
    let [check, staged, tip, ancestor] = [
        &["--base", "others"][..],
        &["--base", "others", "--staged"],
        &["--base", "others^{tree}"],
        &["--base", &left],
    ]
    .map(&seen);
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_data_eq!(
        [check, staged, tip, ancestor]
            .map(|text| first(&text))
            .join("\n"),
        str![[r#"
prepcheck 0.1.0 - . - policy startup - as of 2026-11-23 - 2 documents - base where this branch left `others` (COMMIT)
prepcheck 0.1.0 - . staged - policy startup - as of 2026-11-23 - 2 documents - base where this branch left `others` (COMMIT)
prepcheck 0.1.0 - . - policy startup - as of 2026-11-23 - 2 documents - base others^{tree}
prepcheck 0.1.0 - . - policy startup - as of 2026-11-23 - 2 documents - base COMMIT8d00a8f8b8a7cdd7e5089a2031eeeb
"#]]
    );
    let json = seen(&["--base", "others", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let expected = serde_json::json!({
        "name": "others",
        "commit": left.replace(&left[..10], "COMMIT"),
        "note": "where this branch left `others`",
    });
    assert_eq!(json["base"], expected);
    let lost = seen(&["diff", "--base", "others^{tree}"]);
    assert_data_eq!(
        lost,
        str![[r#"
since others^{tree}

New findings
  note[postmortems/dropped-action]: 1 open action item was taken out (./docs/postmortems/2026-11-02-checkout.md:5)

Fixed, thank you
  postmortems/undated-action: 1 open action item has no due date (./docs/postmortems/2026-11-02-checkout.md)
  postmortems/unowned-action: 1 open action item has no owner (./docs/postmortems/2026-11-02-checkout.md)

Action items
  assigned: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)
  dated 2026-12-18: Rehearse the way back (./docs/postmortems/2026-11-02-checkout.md)
  dropped: Page the second level (./docs/postmortems/2026-11-02-checkout.md)

"#]]
    );
}

#[test]
fn a_base_that_shares_nothing_is_no_base() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = Repository::init(folder.path());
    write(folder.path(), "ops/preparedness.yaml", ONCALL);
    repository.commit_all("2026-11-20T09:00:00Z", "Ada", "one");
    repository.point("refs/heads/other", &repository.head());
    let git = git2::Repository::open(folder.path()).expect("a repository");
    git.set_head("refs/heads/fresh").expect("a branch");
    repository.commit_all("2026-11-21T09:00:00Z", "Ada", "two");
    let told = run(folder.path(), &["diff", "--base", "other"]);
    assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        told.stderr,
        str![[r#"
error: the base cannot be found: this clone has no commit that this branch and `other` share
  help: to compare files whatever their history: --base 'other^{tree}'

"#]]
    );
    let literal = ["diff", "--base", "other^{tree}", "--as-of", "2026-11-23"];
    assert_eq!(run(folder.path(), &literal).code, Some(0));
}

/// The short name of the newest commit.
fn commit(folder: &Path) -> String {
    let repository = git2::Repository::open(folder).expect("a repository");
    let head = repository
        .head()
        .expect("a branch")
        .target()
        .expect("a commit");
    head.to_string()[..10].to_owned()
}
