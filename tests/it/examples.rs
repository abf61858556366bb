//! The examples that are shipped, and what the README shows of them.

use std::fs;

use prepcheck::clock::Clock;
use prepcheck::policy::Policy;
use snapbox::{assert_data_eq, str};

use crate::cases::report_of;
use crate::git::Repository;
use crate::root;

fn clock() -> Clock {
    "2026-11-23".parse().expect("a date")
}

#[test]
fn acme_passes_the_strictest_policy() {
    let strict = Policy::shipped("strict").expect("a shipped policy");
    let report = report_of(&root().join("examples/acme"), &strict, clock());
    assert_eq!(report, "");
}

#[test]
fn first_day_shows_what_a_start_up_misses() {
    let startup = Policy::shipped("startup").expect("a shipped policy");
    let report = report_of(&root().join("examples/first-day"), &startup, clock());
    assert_data_eq!(
        report,
        str![[r#"
warning[files/unknown-field]: `monitorng` is not a key that is read here
  ./ops/preparedness.yaml:4:3
   3 | detect:
   4 |   monitorng:
     |   ^^^^^^^^^
   = help: did you mean `monitoring`? (--fix)

error[answers/unanswered-who]: nothing says who gets called when something breaks
  ./ops/preparedness.yaml:1:1
   1 | timezone: Europe/Amsterdam
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: name a person, how to reach them and a backup

warning[detect/missing-monitoring]: nothing says where uptime, errors and metrics are watched
  ./ops/preparedness.yaml:3:1
   3 | detect:
     | ^^^^^^
   = help: link them under `detect: monitoring:`, or name the tools in the incident plan

error[answers/unanswered-communicate]: nothing says how you talk to customers
  ./ops/preparedness.yaml:9:1
   9 | communicate:
     | ^^^^^^^^^^^
   = help: name a status page, a support address and the messages to send

error[runbooks/uncovered-fix]: nothing says how to roll back and reach the database
  ./ops/preparedness.yaml:13:1
  13 | fix:
     | ^^^
   = help: write down the commands, or name the place as in `fix: {rollback: runbooks/operate.md}`
   = note: looked at 1 runbook and the slots of native files

error[runbooks/uncovered-incident]: nothing says what to do about `bad-deploy`, `database-migration`, `external-outage`, `traffic-spike`, `disk-full`, `certificate-expiry` and `secret-exposure`
  ./ops/preparedness.yaml:13:1
  13 | fix:
     | ^^^
   = help: start with `prepcheck new runbook bad-deploy`, link what lies elsewhere under `fix: incidents:`, or say there why it is not applicable
   = note: looked at 1 runbook and the slots of native files

error[postmortems/undated-action]: 3 open action items have no due date
  ./docs/postmortems/2026-10-02-checkout-down.md:19:3
  19 | - add a test with a free sample
     |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no due date
  20 | - get an alert when checkout fails, not a mail
     |   -------------------------------------------- no due date
  21 | - write down how to go back to the old version
     |   -------------------------------------------- no due date
   = help: add `- Due: YYYY-MM-DD`, or link the tracker's issue that has a date

error[postmortems/unowned-action]: 3 open action items have no owner
  ./docs/postmortems/2026-10-02-checkout-down.md:19:3
  19 | - add a test with a free sample
     |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no owner
  20 | - get an alert when checkout fails, not a mail
     |   -------------------------------------------- no owner
  21 | - write down how to go back to the old version
     |   -------------------------------------------- no owner
   = help: add `- Owner: name`, or link the tracker's issue that names one

warning[postmortems/missing-template]: there is no template for post-mortems
  ./ops/preparedness.yaml:18:1
  18 | learn:
     | ^^^^^
   = help: write one, such as `docs/postmortems/template.md`, or say where it is under `learn: postmortem_template:`

"#]]
    );
}

/// The README's pictures are the program's own output.
#[test]
fn the_readme_shows_what_is_printed() {
    let first_day = ["examples/first-day", "--as-of", "2026-11-23"];
    picture("picture", "first-day", &first_day);
    let weeks = ["--from", "2026-10-19", "--to", "2026-11-02"];
    let calendar = [&["oncall", "examples/acme"], &weeks[..]].concat();
    picture("calendar", "acme", &calendar);
    let instant = ["--at", "2026-10-25 01:30", "--schedule", "primary"];
    let instant = [&["oncall", "examples/acme"], &instant[..]].concat();
    picture("instant", "acme", &instant);
}

/// Puts what is printed about an example where the README shows it.
fn picture(name: &str, example: &str, arguments: &[&str]) {
    // A clone of its own, so that the picture does not depend on what git knows of this one.
    let clone = tempfile::tempdir().expect("a folder");
    let folder = format!("examples/{example}");
    let copy = clone.path().join(&folder);
    fs::create_dir_all(&copy).expect("a folder");
    crate::cases::copy(&root().join(&folder), &copy);
    Repository::init(clone.path()).stage_all();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_prepcheck"))
        .args(arguments)
        .args(["--style", "graphical", "--color", "never", "--width", "100"])
        .current_dir(clone.path())
        .output()
        .expect("the program runs");
    let picture = String::from_utf8(output.stdout).expect("UTF-8");
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let start = format!("<!-- {name}: made by the program -->\n```text\n");
    let (before, rest) = readme.split_once(&start).expect("the picture's start");
    let (_, after) = rest.split_once("```").expect("the picture's end");
    crate::generated::fresh(&path, &format!("{before}{start}{picture}```{after}"));
}

/// One honest page by somebody who works alone.
const SOLO: &str = "\
# When something breaks

**Who gets called:** Noor, +31 20 794 6095. Sam is the backup, +31 20 794 6096.

**How we know:** UptimeRobot watches the site, Sentry collects errors, Grafana has the graphs. \
Customers write to support@pantry.example. The health check is <https://api.pantry.example/healthz>.

**How we talk to customers:** we copy the last message and change it.

The status page is <https://status.pantry.example>.

**How we fix it**

- Roll back: `make rollback`
- Restart: `systemctl restart api`
- Database: `make psql`
- Logs: `make logs`
- Scale: ask the host for a larger server
- Bad deploy: `make rollback` first, then look why
- Failed database migration: restore the backup of before with `make restore`
- Payment provider is down: switch the shop to invoices and watch their status page
- Traffic spike: ask the host for a larger server and switch off search
- Disk full: delete the old logs with `make prune`
- Certificate expired: `make renew`
- Leaked secret: revoke it in the host's console, then deploy with a new one

**Afterwards:** we write a blameless post-mortem within three days.
";

#[test]
fn one_honest_page_of_markdown_passes_startup() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("docs")).expect("a folder");
    let page = folder.path().join("docs/incident-response.md");
    fs::write(&page, SOLO).expect("the page");
    let startup = Policy::shipped("startup").expect("a shipped policy");
    let whole = report_of(folder.path(), &startup, clock());
    assert_data_eq!(
        whole,
        str![[r#"
note[comms/missing-banner]: no in-app banner is prepared
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: keep its text ready and name it under `communicate: banner:`

note[comms/missing-message]: these messages are not prepared: first message, update, all clear and day after
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: write them and name them under `communicate: messages:`

warning[postmortems/missing-template]: there is no template for post-mortems
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: write one, such as `docs/postmortems/template.md`, or say where it is under `learn: postmortem_template:`

"#]]
    );

    let line = "The status page is <https://status.pantry.example>.\n";
    fs::write(&page, SOLO.replace(line, "")).expect("the page");
    let without = report_of(folder.path(), &startup, clock());
    assert_data_eq!(
        without,
        str![[r#"
warning[comms/missing-status-page]: no status page is named
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: name it under `communicate: status_page:`, or link it in the incident plan

note[comms/missing-banner]: no in-app banner is prepared
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: keep its text ready and name it under `communicate: banner:`

note[comms/missing-message]: these messages are not prepared: first message, update, all clear and day after
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: write them and name them under `communicate: messages:`

warning[postmortems/missing-template]: there is no template for post-mortems
  ./docs/incident-response.md:1:1
   1 | # When something breaks
     | ^^^^^^^^^^^^^^^^^^^^^^^
   = help: write one, such as `docs/postmortems/template.md`, or say where it is under `learn: postmortem_template:`

"#]]
    );
}
