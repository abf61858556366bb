//! The commands that list: what is covered, and what is due.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::cli::{empty, run, with_file};

const REPORT: &str = "\
# Checkout was down

**Date:** 2026-10-02

## Action items

- [ ] Alert on the age of the queue - Owner: @ada - Due: 2026-11-01
- [ ] Renew the certificate by a job | with a test - Owner: Grace, @ada - Due: 2026-11-24
- [ ] Write the runbook - Owner: @ada - Due: 2027-03-01
- [x] Restart the worker - Owner: @ada - Due: 2026-10-03
- [ ] Look into `##[error]` lines
- [ ] Ask the host about limits - Owner: @ada - Due: Q4 2026
";

const PEOPLE: &str = "\
people:
  - {id: ada, name: Ada Byron, phone_in: 1Password, backup: grace}
  - {id: grace, name: Grace Hopper, phone_in: 1Password, backup: ada, until: 2026-12-01}
";

const RUNBOOK: &str = "\
---
reviewed: 2026-05-01
review_in: 6 months
---
# Disk full

Delete the rotated logs:

```bash
rm /var/log/*.gz
```
";

fn repository() -> tempfile::TempDir {
    let folder = empty();
    for (path, text) in [
        ("docs/postmortems/2026-10-02-checkout.md", REPORT),
        ("docs/runbooks/disk-full.md", RUNBOOK),
        ("ops/people.yaml", PEOPLE),
        (
            "ops/preparedness.yaml",
            "fix:\n  rollback: https://wiki.acme.example/rollback\n  scale: {not_applicable: serverless}\n",
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn what_is_due_is_listed_by_owner_and_date() {
    let folder = repository();
    let list = run(folder.path(), &["due", "--as-of", "2026-11-23"]);
    assert_eq!((list.code, list.stderr.as_str()), (Some(0), ""));
    assert_data_eq!(
        list.stdout,
        str![[r#"
@ada
  22 days overdue     2026-11-01  Alert on the age of the queue
                                  ./docs/postmortems/2026-10-02-checkout.md:7
  no date             Q4 2026     Ask the host about limits
                                  ./docs/postmortems/2026-10-02-checkout.md:12

Grace
  due tomorrow        2026-11-24  Renew the certificate by a job | with a test
                                  ./docs/postmortems/2026-10-02-checkout.md:8, with @ada

nobody
  no date                         Look into ##/u{5b}error] lines
                                  ./docs/postmortems/2026-10-02-checkout.md:11

also
  22 days overdue     2026-11-01  the next review of this runbook is due,
                                  ./docs/runbooks/disk-full.md:2
  due in 8 days       2026-12-01  `grace` leaves, ./ops/people.yaml:3

1 overdue, 1 due within 30 days, 1 later, 2 without a date

"#]]
    );
    let narrow = run(
        folder.path(),
        &[
            "due",
            "--as-of",
            "2026-11-23",
            "--within",
            "1w",
            "--width",
            "60",
        ],
    );
    assert!(narrow.stdout.lines().all(|line| line.chars().count() <= 60));
}

#[test]
fn what_is_due_fills_a_tracking_issue() {
    let folder = repository();
    let list = run(
        folder.path(),
        &[
            "due",
            "--as-of",
            "2026-11-23",
            "--within",
            "20w",
            "--format",
            "markdown",
        ],
    );
    assert_data_eq!(
        list.stdout,
        str![[r#"
Action items as of 2026-11-23: 1 overdue, 2 due within 140 days, 0 later, 2 without a date

### `@ada`

- [ ] `Alert on the age of the queue`: **22 days overdue** (2026-11-01), `docs/postmortems/2026-10-02-checkout.md:7`
- [ ] `Write the runbook`: due in 98 days (2027-03-01), `docs/postmortems/2026-10-02-checkout.md:9`
- [ ] `Ask the host about limits`: no date (`Q4 2026`), `docs/postmortems/2026-10-02-checkout.md:12`

### `Grace`

- [ ] `Renew the certificate by a job /u{7c} with a test`: due tomorrow (2026-11-24), `docs/postmortems/2026-10-02-checkout.md:8`

### nobody

- [ ] `Look into ##/u{5b}error] lines`: no date, `docs/postmortems/2026-10-02-checkout.md:11`

### Also

- 22 days overdue (2026-11-01): `the next review of this runbook is due` in `docs/runbooks/disk-full.md:2`
- due in 8 days (2026-12-01): `grace leaves` in `ops/people.yaml:3`

"#]]
    );
}

#[test]
fn nothing_is_due_in_a_repository_without_post_mortems() {
    let list = run(empty().path(), &["due", "--as-of", "2026-11-23"]);
    assert_eq!(list.code, Some(0));
    assert_data_eq!(
        list.stdout,
        str![[r#"
no open action items

"#]]
    );
    let wrong = run(empty().path(), &["due", "--within", "soon"]);
    assert_eq!(wrong.code, Some(2));
}

#[test]
fn what_is_due_is_a_contract() {
    let folder = repository();
    let list = run(
        folder.path(),
        &[
            "due",
            "--as-of",
            "2026-11-23",
            "--within",
            "1d",
            "--format",
            "json",
        ],
    );
    assert_data_eq!(
        list.stdout,
        str![[r#"
{
  "format_version": 1,
  "as_of": "2026-11-23",
  "within_days": 1,
  "owners": [
    {
      "owner": "@ada",
      "items": [
        {
          "days": -22,
          "due": "2026-11-01",
          "path": "docs/postmortems/2026-10-02-checkout.md",
          "line": 7,
          "text": "Alert on the age of the queue",
          "owners": [
            "@ada"
          ],
          "tracker": null
        },
        {
          "days": null,
          "due": "Q4 2026",
          "path": "docs/postmortems/2026-10-02-checkout.md",
          "line": 12,
          "text": "Ask the host about limits",
          "owners": [
            "@ada"
          ],
          "tracker": null
        }
      ]
    },
    {
      "owner": "Grace",
      "items": [
        {
          "days": 1,
          "due": "2026-11-24",
          "path": "docs/postmortems/2026-10-02-checkout.md",
          "line": 8,
          "text": "Renew the certificate by a job | with a test",
          "owners": [
            "Grace",
            "@ada"
          ],
          "tracker": null
        }
      ]
    },
    {
      "owner": null,
      "items": [
        {
          "days": null,
          "due": null,
          "path": "docs/postmortems/2026-10-02-checkout.md",
          "line": 11,
          "text": "Look into ##/u005berror] lines",
          "owners": [],
          "tracker": null
        }
      ]
    }
  ],
  "also": [
    {
      "days": -22,
      "date": "2026-11-01",
      "what": "the next review of this runbook is due",
      "path": "docs/runbooks/disk-full.md",
      "line": 2
    }
  ],
  "later": 1
}

"#]]
    );
}

#[test]
fn the_matrix_of_what_is_covered() {
    let folder = repository();
    let matrix = run(folder.path(), &["coverage", "--width", "60"]);
    assert_eq!((matrix.code, matrix.stderr.as_str()), (Some(0), ""));
    assert!(matrix.stdout.lines().all(|line| line.chars().count() <= 60));
    assert_data_eq!(
        matrix.stdout,
        str![[r#"
common incidents: 1 of 7 covered
no  bad-deploy          nothing
no  database-migration  nothing
no  external-outage     nothing
no  traffic-spike       nothing
yes disk-full           ./docs/runbooks/disk-full.md:5
                        (title) + 1
no  certificate-expiry  nothing
no  secret-exposure     nothing

common fixes: 2 of 5 covered
yes rollback            ./ops/preparedness.yaml:2 (slot,
                        linked, not verified)
no  restart             nothing
no  database            nothing
no  logs                nothing
yes scale               not applicable: serverless
                        (./ops/preparedness.yaml:3)

"#]]
    );
    let table = run(folder.path(), &["coverage", "--format", "markdown"]);
    assert_data_eq!(
        table.stdout,
        str![[r#"
### Common incidents: 1 of 7 covered

| | covered by | how |
|---|---|---|
| `bad-deploy` | **nothing** |  |
| `database-migration` | **nothing** |  |
| `external-outage` | **nothing** |  |
| `traffic-spike` | **nothing** |  |
| `disk-full` | `docs/runbooks/disk-full.md:5` + 1 | title |
| `certificate-expiry` | **nothing** |  |
| `secret-exposure` | **nothing** |  |

### Common fixes: 2 of 5 covered

| | covered by | how |
|---|---|---|
| `rollback` | `ops/preparedness.yaml:2` | slot, linked, not verified |
| `restart` | **nothing** |  |
| `database` | **nothing** |  |
| `logs` | **nothing** |  |
| `scale` | `ops/preparedness.yaml:3` | not applicable: `serverless` |

"#]]
    );
}

#[test]
fn a_unit_is_covered_by_what_lies_around_it() {
    let folder = repository();
    let unit = folder.path().join("services/api/ops");
    fs::create_dir_all(&unit).expect("a folder");
    let slots = "fix:\n  restart: https://wiki.acme.example/api-restart\n";
    fs::write(unit.join("preparedness.yaml"), slots).expect("a file");
    let matrix = run(folder.path(), &["coverage"]);
    assert_data_eq!(
        matrix.stdout,
        str![[r#"
common incidents: 1 of 7 covered
no  bad-deploy          nothing
no  database-migration  nothing
no  external-outage     nothing
no  traffic-spike       nothing
yes disk-full           ./docs/runbooks/disk-full.md:5 (title) + 1
no  certificate-expiry  nothing
no  secret-exposure     nothing

common fixes: 2 of 5 covered
yes rollback            ./ops/preparedness.yaml:2 (slot, linked, not verified)
no  restart             nothing
no  database            nothing
no  logs                nothing
yes scale               not applicable: serverless (./ops/preparedness.yaml:3)

./services/api

common incidents: 1 of 7 covered
no  bad-deploy          nothing
no  database-migration  nothing
no  external-outage     nothing
no  traffic-spike       nothing
yes disk-full           ./docs/runbooks/disk-full.md:5 (title) + 1
no  certificate-expiry  nothing
no  secret-exposure     nothing

common fixes: 3 of 5 covered
yes rollback            ./ops/preparedness.yaml:2 (slot, linked, not verified)
yes restart             ./services/api/ops/preparedness.yaml:2 (slot, linked, not verified)
no  database            nothing
no  logs                nothing
yes scale               not applicable: serverless (./ops/preparedness.yaml:3)

"#]]
    );
}

/// Lists are pasted into issues and logs: what belongs to nobody else stays hidden in each form.
#[test]
fn credentials_and_numbers_are_hidden_in_every_list() {
    const TOKEN: &str = "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";
    let text = format!(
        "# Outage\n\n## Root cause\n\nA key.\n\n## Action items\n\n\
         - [ ] Replace {TOKEN} - Owner: {TOKEN} - Due: soon, {TOKEN}\n\
         - [ ] Call back - Owner: ada.byron@mail.example - Due: ask +49 151 2345 6789\n"
    );
    let folder = with_file("postmortems/2026-11-01-outage.md", text.as_bytes());
    for arguments in [
        &["due", "--all"][..],
        &["due", "--format", "json"],
        &["due", "--format", "markdown"],
        &["model", "--format", "json"],
        &["check", "--all"],
        &["check", "--format", "json"],
        &["check", "--format", "compact"],
    ] {
        let run = run(folder.path(), arguments);
        let out = run.stdout + &run.stderr;
        assert!(out.contains("2026-11-01-outage.md"), "{arguments:?}: {out}");
        for hidden in [TOKEN, "ada.byron@mail", "2345 6789"] {
            assert!(!out.contains(hidden), "{arguments:?} shows {hidden}: {out}");
        }
    }
}
