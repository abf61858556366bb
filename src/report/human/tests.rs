//! Whole reports, compared as wholes.

use super::*;
use crate::report::plain::samples::*;
use crate::report::{Location, Report};

fn shown(report: &Report, style: Style, width: usize) -> String {
    format!("\n{}", render(report, layout(style, width)))
}

fn everything(style: Style, width: usize) -> String {
    shown(&full(), style, width)
}

/// One finding with places of every kind, hostile text and far too little room.
fn crowded() -> Report {
    let text = "first line\n\ttabbed: 東京 ##[error] \x1b[31mé after +44 20 7946 0958\r\n\
        a line that is longer than a narrow screen, so that it is cropped around marks\n";
    let own = file("ops/東京.md".as_bytes(), text.as_bytes());
    let other = file(b"other\x1b.md", b"one\ntwo\nthree\nfour\nfive\nsix\nseven");
    let gone = changed_file(b"gone.md", b"one\ntwo\n");
    let label = |location: Location, text: &str| (location, text.to_owned());
    let marked = Item {
        place: Some(on(&own, "after")),
        at: Some("what is said of this place takes more than one line".to_owned()),
        labels: vec![
            label(on(&own, "東京"), "a city\u{202e}"),
            label(on(&own, "first"), "first"),
            label(on(&own, "marks"), "the end of this line"),
            label(on(&own, "tabbed: 東京"), "around a city"),
            label(at(&other, 33..33), "end of file"),
            label(on(&other, "two"), "two"),
            label(at(&gone, 4..5), "gone"),
            label(nowhere_in(&gone), "a whole file"),
        ],
        help: Some("mend it\n##[error]".to_owned()),
        unit: "services/\x1b".to_owned(),
        ..item(
            "group/defect",
            Level::Error,
            "a message that is wrapped if there are few columns",
        )
    };
    let mut report = report(vec![marked]);
    report
        .bugs
        .push("rule `group/defect` failed on ./x\x1b.md: index out of bounds".to_owned());
    report
}

#[test]
fn everything_graphical_at_40() {
    let shown = everything(Style::Graphical, 40);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 · . · policy startup ·
  as of 2026-11-23 · 12 documents · no
  git repository

The documents themselves

warning[files/too-large]
  ⚠ larger than 1 MiB and not judged
   ╰─ ./docs/big.md

Who gets called when something breaks?

error[answers/unanswered-who]
  × nothing says who gets called
  help: write down who is called, with a
        number and a backup
  note: a link to where it is kept is
        enough

How do we fix common problems?

warning[runbooks/stale]
  ⚠ last reviewed 400 days ago, 365 days
  │ allowed
   ╭─[./runbooks/db-failover.md:3:11]
 2 │ title: Database failover
   ·        ────────┬────────
   ·                ╰── this runbook
 3 │ reviewed: 2024-04-27
   ·           ──────────
   ╰────
  help: walk through the steps, then
        update `reviewed:`

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run1.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run2.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run3.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

+ 2 more like this in services/x;
  --all shows them

Not assessed

  runbooks/stale in services/x: there
    is no git history; run prepcheck in
    a full clone
  what was not assessed does not pass:
    it weighs as much as its rule

who          ✗ nothing yet  1 error
detect       ✓ answered
communicate  ✓ answered
fix          ✓ answered     6 warnings
learn        ✓ answered

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more
  than 365 days ago
next: write down who is called, with a
      number and a backup
"
    );
}

#[test]
fn everything_graphical_at_60() {
    let shown = everything(Style::Graphical, 60);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 · . · policy startup · as of 2026-11-23 ·
  12 documents · no git repository

The documents themselves

warning[files/too-large]
  ⚠ larger than 1 MiB and not judged
   ╰─ ./docs/big.md

Who gets called when something breaks?

error[answers/unanswered-who]
  × nothing says who gets called
  help: write down who is called, with a number and a backup
  note: a link to where it is kept is enough

How do we fix common problems?

warning[runbooks/stale]
  ⚠ last reviewed 400 days ago, 365 days allowed
   ╭─[./runbooks/db-failover.md:3:11]
 2 │ title: Database failover
   ·        ────────┬────────
   ·                ╰── this runbook
 3 │ reviewed: 2024-04-27
   ·           ──────────
   ╰────
  help: walk through the steps, then update `reviewed:`

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run1.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run2.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run3.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

+ 2 more like this in services/x; --all shows them

Not assessed

  runbooks/stale in services/x: there is no git history;
    run prepcheck in a full clone
  what was not assessed does not pass: it weighs as much
    as its rule

who          ✗ nothing yet  1 error
detect       ✓ answered
communicate  ✓ answered
fix          ✓ answered     6 warnings
learn        ✓ answered

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more than 365 days ago
next: write down who is called, with a number and a backup
"
    );
}

#[test]
fn everything_graphical_at_80() {
    let shown = everything(Style::Graphical, 80);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 · . · policy startup · as of 2026-11-23 · 12 documents · no
  git repository

The documents themselves

warning[files/too-large]
  ⚠ larger than 1 MiB and not judged
   ╰─ ./docs/big.md

Who gets called when something breaks?

error[answers/unanswered-who]
  × nothing says who gets called
  help: write down who is called, with a number and a backup
  note: a link to where it is kept is enough

How do we fix common problems?

warning[runbooks/stale]
  ⚠ last reviewed 400 days ago, 365 days allowed
   ╭─[./runbooks/db-failover.md:3:11]
 2 │ title: Database failover
   ·        ────────┬────────
   ·                ╰── this runbook
 3 │ reviewed: 2024-04-27
   ·           ──────────
   ╰────
  help: walk through the steps, then update `reviewed:`

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run1.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run2.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

warning[runbooks/stub] in services/x
  ⚠ the runbook has no steps
   ╭─[./services/x/run3.md:3:1]
 3 │ nothing yet
   · ───────────
   ╰────

+ 2 more like this in services/x; --all shows them

Not assessed

  runbooks/stale in services/x: there is no git history; run prepcheck in a
    full clone
  what was not assessed does not pass: it weighs as much as its rule

who          ✗ nothing yet  1 error
detect       ✓ answered
communicate  ✓ answered
fix          ✓ answered     6 warnings
learn        ✓ answered

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more than 365 days ago
next: write down who is called, with a number and a backup
"
    );
}

#[test]
fn everything_plain_at_80() {
    let shown = everything(Style::Plain, 80);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 - . - policy startup - as of 2026-11-23 - 12 documents - no git repository

The documents themselves

warning[files/too-large]: larger than 1 MiB and not judged
  ./docs/big.md

Who gets called when something breaks?

error[answers/unanswered-who]: nothing says who gets called
   = help: write down who is called, with a number and a backup
   = note: a link to where it is kept is enough

How do we fix common problems?

warning[runbooks/stale]: last reviewed 400 days ago, 365 days allowed
  ./runbooks/db-failover.md:3:11
   2 | title: Database failover
     |        ----------------- this runbook
   3 | reviewed: 2024-04-27
     |           ^^^^^^^^^^
   = help: walk through the steps, then update `reviewed:`

warning[runbooks/stub]: the runbook has no steps
  ./services/x/run1.md:3:1
   3 | nothing yet
     | ^^^^^^^^^^^
   = unit: services/x

warning[runbooks/stub]: the runbook has no steps
  ./services/x/run2.md:3:1
   3 | nothing yet
     | ^^^^^^^^^^^
   = unit: services/x

warning[runbooks/stub]: the runbook has no steps
  ./services/x/run3.md:3:1
   3 | nothing yet
     | ^^^^^^^^^^^
   = unit: services/x

+ 2 more like this in services/x; --all shows them

Not assessed

  runbooks/stale in services/x: there is no git history; run prepcheck in a full clone
  what was not assessed does not pass: it weighs as much as its rule

who          no   1 error
detect       yes
communicate  yes
fix          yes  6 warnings
learn        yes

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more than 365 days ago
next: write down who is called, with a number and a backup
"
    );
}

#[test]
fn everything_narrated_at_40() {
    let shown = everything(Style::Narrated, 40);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0, ., policy startup, as
  of 2026-11-23, 12 documents, no git
  repository

The documents themselves

warning files/too-large: larger than 1
  MiB and not judged
  at ./docs/big.md

Who gets called when something breaks?

error answers/unanswered-who: nothing
  says who gets called
  help: write down who is called, with
    a number and a backup
  note: a link to where it is kept is
    enough

How do we fix common problems?

warning runbooks/stale: last reviewed
  400 days ago, 365 days allowed
  at ./runbooks/db-failover.md, line
    3, columns 11 to 20
  line 3: reviewed: 2024-04-27
  at ./runbooks/db-failover.md, line
    2, columns 8 to 24: this runbook
  line 2: title: Database failover
  help: walk through the steps, then
    update `reviewed:`

warning runbooks/stub: the runbook has
  no steps
  unit services/x
  at ./services/x/run1.md, line 3,
    columns 1 to 11
  line 3: nothing yet

warning runbooks/stub: the runbook has
  no steps
  unit services/x
  at ./services/x/run2.md, line 3,
    columns 1 to 11
  line 3: nothing yet

warning runbooks/stub: the runbook has
  no steps
  unit services/x
  at ./services/x/run3.md, line 3,
    columns 1 to 11
  line 3: nothing yet

2 more like this in services/x; --all
  shows them

Not assessed

  runbooks/stale in services/x: there
    is no git history; run prepcheck in
    a full clone
  what was not assessed does not pass:
    it weighs as much as its rule

who: no, 1 error
detect: yes
communicate: yes
fix: yes, 6 warnings
learn: yes

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more
  than 365 days ago
next: write down who is called, with a
      number and a backup
"
    );
}

#[test]
fn everything_narrated_at_60() {
    let shown = everything(Style::Narrated, 60);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0, ., policy startup, as of 2026-11-23, 12
  documents, no git repository

The documents themselves

warning files/too-large: larger than 1 MiB and not judged
  at ./docs/big.md

Who gets called when something breaks?

error answers/unanswered-who: nothing says who gets called
  help: write down who is called, with a number and a
    backup
  note: a link to where it is kept is enough

How do we fix common problems?

warning runbooks/stale: last reviewed 400 days ago, 365
  days allowed
  at ./runbooks/db-failover.md, line 3, columns 11 to 20
  line 3: reviewed: 2024-04-27
  at ./runbooks/db-failover.md, line 2, columns 8 to 24:
    this runbook
  line 2: title: Database failover
  help: walk through the steps, then update `reviewed:`

warning runbooks/stub: the runbook has no steps
  unit services/x
  at ./services/x/run1.md, line 3, columns 1 to 11
  line 3: nothing yet

warning runbooks/stub: the runbook has no steps
  unit services/x
  at ./services/x/run2.md, line 3, columns 1 to 11
  line 3: nothing yet

warning runbooks/stub: the runbook has no steps
  unit services/x
  at ./services/x/run3.md, line 3, columns 1 to 11
  line 3: nothing yet

2 more like this in services/x; --all shows them

Not assessed

  runbooks/stale in services/x: there is no git history;
    run prepcheck in a full clone
  what was not assessed does not pass: it weighs as much
    as its rule

who: no, 1 error
detect: yes
communicate: yes
fix: yes, 6 warnings
learn: yes

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more than 365 days ago
next: write down who is called, with a number and a backup
"
    );
}

#[test]
fn everything_narrated_at_80() {
    let shown = everything(Style::Narrated, 80);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0, ., policy startup, as of 2026-11-23, 12 documents, no git
  repository

The documents themselves

warning files/too-large: larger than 1 MiB and not judged
  at ./docs/big.md

Who gets called when something breaks?

error answers/unanswered-who: nothing says who gets called
  help: write down who is called, with a number and a backup
  note: a link to where it is kept is enough

How do we fix common problems?

warning runbooks/stale: last reviewed 400 days ago, 365 days allowed
  at ./runbooks/db-failover.md, line 3, columns 11 to 20
  line 3: reviewed: 2024-04-27
  at ./runbooks/db-failover.md, line 2, columns 8 to 24: this runbook
  line 2: title: Database failover
  help: walk through the steps, then update `reviewed:`

warning runbooks/stub: the runbook has no steps
  unit services/x
  at ./services/x/run1.md, line 3, columns 1 to 11
  line 3: nothing yet

warning runbooks/stub: the runbook has no steps
  unit services/x
  at ./services/x/run2.md, line 3, columns 1 to 11
  line 3: nothing yet

warning runbooks/stub: the runbook has no steps
  unit services/x
  at ./services/x/run3.md, line 3, columns 1 to 11
  line 3: nothing yet

2 more like this in services/x; --all shows them

Not assessed

  runbooks/stale in services/x: there is no git history; run prepcheck in a
    full clone
  what was not assessed does not pass: it weighs as much as its rule

who: no, 1 error
detect: yes
communicate: yes
fix: yes, 6 warnings
learn: yes

1 error, 7 warnings; 3 allowed
4 post-mortems are of incidents more than 365 days ago
next: write down who is called, with a number and a backup
"
    );
}

#[test]
fn crowded_graphical_at_40() {
    let shown = shown(&crowded(), Style::Graphical, 40);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 · . · policy startup ·
  as of 2026-11-23 · 12 documents

The documents themselves

error[group/defect] in services/\u{1b}
  × a message that is wrapped if there
  │ are few columns
   ╭─[./ops/東京.md:1:1]
 1 │ first line
   · ──┬──
   ·   ╰── first
 2 │     tabbed: 東京 ##\u{5b}error] …
   ·     ──────┬─────
   ·           ╰── around a city
   ╰────
   ╭─[./ops/東京.md:2:30]
 2 │ …] \u{1b}[31mé after +44 •• •••• •…
   ·                ─────
 3 │ …so that it is cropped around marks
   ·                               ─────
   ╰────
   ╭─[./other\u{1b}.md:2:1]
 2 │ two
   · ─┬─
   ·  ╰── two
   ╰────
   ╭─[./other\u{1b}.md:7:6]
 7 │ seven
   ·      ▲
   ·      ╰── end of file
   ╰────
   ╰─ ./ops/東京.md:2:30: what is said
      of this place takes more than one
      line
   ╰─ ./ops/東京.md:2:10: a city\u{202e}
   ╰─ ./ops/東京.md:3:74: the end of
      this line
   ╰─ ./gone.md:2: gone (changed while
      it was being checked)
   ╰─ ./gone.md: a whole file
  help: mend it\u{a}##\u{5b}error]

who          ✓ answered
detect       ✓ answered
communicate  ✓ answered
fix          ✓ answered
learn        ✓ answered

1 error

BUG IN PREPCHECK: something above may
  be missing. Please report this:
  rule `group/defect` failed on
    ./x\u{1b}.md: index out of bounds
"
    );
}

#[test]
fn crowded_graphical_at_100() {
    let shown = shown(&crowded(), Style::Graphical, 100);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 · . · policy startup · as of 2026-11-23 · 12 documents

The documents themselves

error[group/defect] in services/\u{1b}
  × a message that is wrapped if there are few columns
   ╭─[./ops/東京.md:2:30]
 1 │ first line
   · ──┬──
   ·   ╰── first
 2 │     tabbed: 東京 ##\u{5b}error] \u{1b}[31mé after +44 •• •••• ••58
   ·     ──────┬─────                            ──┬──
   ·           │                                   ╰─┤ what is said of this place takes more than
   ·           │                                     │ one line
   ·           ╰── around a city
 3 │ a line that is longer than a narrow screen, so that it is cropped around marks
   ·                                                                          ──┬──
   ·                                                                            ╰─┤ the end of this
   ·                                                                              │ line
   ╰────
   ╭─[./other\u{1b}.md:2:1]
 2 │ two
   · ─┬─
   ·  ╰── two
   ╰────
   ╭─[./other\u{1b}.md:7:6]
 7 │ seven
   ·      ▲
   ·      ╰── end of file
   ╰────
   ╰─ ./ops/東京.md:2:10: a city\u{202e}
   ╰─ ./gone.md:2: gone (changed while it was being checked)
   ╰─ ./gone.md: a whole file
  help: mend it\u{a}##\u{5b}error]

who          ✓ answered
detect       ✓ answered
communicate  ✓ answered
fix          ✓ answered
learn        ✓ answered

1 error

BUG IN PREPCHECK: something above may be missing. Please report this:
  rule `group/defect` failed on ./x\u{1b}.md: index out of bounds
"
    );
}

#[test]
fn crowded_plain_at_100() {
    let shown = shown(&crowded(), Style::Plain, 100);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 - . - policy startup - as of 2026-11-23 - 12 documents

The documents themselves

error[group/defect]: a message that is wrapped if there are few columns
  ./ops/東京.md:2:30
   1 | first line
     | ----- first
   2 |     tabbed: 東京 ##\u{5b}error] \u{1b}[31mé after +44 •• •••• ••58
     |     ------------ around a city
     |             ---- a city\u{202e}
     |                                             ^^^^^ what is said of this place takes more than one line
   3 | a line that is longer than a narrow screen, so that it is cropped around marks
     |                                                                          ----- the end of this line
  ./other\u{1b}.md:7:6
   2 | two
     | --- two
 ...
   7 | seven
     |      - end of file
  ./gone.md:2: gone (changed while it was being checked)
  ./gone.md: a whole file
   = unit: services/\u{1b}
   = help: mend it\u{a}##\u{5b}error]

who          yes
detect       yes
communicate  yes
fix          yes
learn        yes

1 error

BUG IN PREPCHECK: something above may be missing. Please report this:
  rule `group/defect` failed on ./x\u{1b}.md: index out of bounds
"
    );
}

#[test]
fn crowded_narrated_at_40() {
    let shown = shown(&crowded(), Style::Narrated, 40);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0, ., policy startup, as
  of 2026-11-23, 12 documents

The documents themselves

error group/defect: a message that is
  wrapped if there are few columns
  unit services/\u{1b}
  at ./ops/東京.md, line 2, columns 30
    to 34: what is said of this place
    takes more than one line
  line 2: ...[31mé after +44 •• •••• ...
  at ./ops/東京.md, line 2, columns 10
    to 11: a city\u{202e}
  line 2: tabbed: 東京 ##\u{5b}er...
  at ./ops/東京.md, line 1, columns 1
    to 5: first
  line 1: first line
  at ./ops/東京.md, line 3, columns 74
    to 78: the end of this line
  line 3: ... it is cropped around marks
  at ./ops/東京.md, line 2, columns 2
    to 11: around a city
  line 2: tabbed: 東京 ##\u{5b}er...
  at ./other\u{1b}.md, line 7, column
    6: end of file
  line 7: seven
  at ./other\u{1b}.md, line 2, columns
    1 to 3: two
  line 2: two
  at ./gone.md, line 2: gone, changed
    while it was being checked
  at ./gone.md: a whole file
  help: mend it\u{a}##\u{5b}error]

who: yes
detect: yes
communicate: yes
fix: yes
learn: yes

1 error

BUG IN PREPCHECK: something above may
  be missing. Please report this:
  rule `group/defect` failed on
    ./x\u{1b}.md: index out of bounds
"
    );
}

#[test]
fn crowded_narrated_at_100() {
    let shown = shown(&crowded(), Style::Narrated, 100);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0, ., policy startup, as of 2026-11-23, 12 documents

The documents themselves

error group/defect: a message that is wrapped if there are few columns
  unit services/\u{1b}
  at ./ops/東京.md, line 2, columns 30 to 34: what is said of this place takes more than one line
  line 2: tabbed: 東京 ##\u{5b}error] \u{1b}[31mé after +44 •• •••• ••58
  at ./ops/東京.md, line 2, columns 10 to 11: a city\u{202e}
  line 2: tabbed: 東京 ##\u{5b}error] \u{1b}[31mé after +44 •• •••• ••58
  at ./ops/東京.md, line 1, columns 1 to 5: first
  line 1: first line
  at ./ops/東京.md, line 3, columns 74 to 78: the end of this line
  line 3: a line that is longer than a narrow screen, so that it is cropped around marks
  at ./ops/東京.md, line 2, columns 2 to 11: around a city
  line 2: tabbed: 東京 ##\u{5b}error] \u{1b}[31mé after +44 •• •••• ••58
  at ./other\u{1b}.md, line 7, column 6: end of file
  line 7: seven
  at ./other\u{1b}.md, line 2, columns 1 to 3: two
  line 2: two
  at ./gone.md, line 2: gone, changed while it was being checked
  at ./gone.md: a whole file
  help: mend it\u{a}##\u{5b}error]

who: yes
detect: yes
communicate: yes
fix: yes
learn: yes

1 error

BUG IN PREPCHECK: something above may be missing. Please report this:
  rule `group/defect` failed on ./x\u{1b}.md: index out of bounds
"
    );
}

#[test]
fn nothing_found() {
    let mut clean = report(Vec::new());
    clean.header.documents = 1;
    clean.allowed = 2;
    let shown = shown(&clean, Style::Graphical, 80);
    assert_eq!(
        shown,
        r"
prepcheck 0.1.0 · . · policy startup · as of 2026-11-23 · 1 document

who          ✓ answered
detect       ✓ answered
communicate  ✓ answered
fix          ✓ answered
learn        ✓ answered

no findings; 2 allowed
"
    );
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let mut coloured = layout(Style::Graphical, 80);
    coloured.colour = true;
    let shown = render(&report(vec![stale()]), coloured).replace('\x1b', "ESC");
    assert_eq!(
        format!("\n{shown}"),
        r"
ESC[2mprepcheck 0.1.0 · . · policy startup · as of 2026-11-23 · 12 documentsESC[0m

ESC[1mHow do we fix common problems?ESC[0m

ESC[1mESC[33mwarning[runbooks/stale]ESC[0m
  ESC[33m⚠ESC[0m last reviewed 400 days ago, 365 days allowed
   ╭─[./runbooks/db-failover.md:3:11]
 ESC[2m2ESC[0m │ title: Database failover
   · ESC[36m       ────────┬────────ESC[0m
   ·                ESC[36m╰── ESC[36mthis runbookESC[0mESC[0m
 ESC[2m3ESC[0m │ reviewed: 2024-04-27
   · ESC[33m          ──────────ESC[0m
   ╰────
  ESC[1mESC[36mhelp:ESC[0m walk through the steps, then update `reviewed:`

who          ESC[32m✓ answeredESC[0m
detect       ESC[32m✓ answeredESC[0m
communicate  ESC[32m✓ answeredESC[0m
fix          ESC[32m✓ answeredESC[0m     1 warning
learn        ESC[32m✓ answeredESC[0m

ESC[1m1 warningESC[0m
"
    );
}

#[test]
fn no_escape_without_colour_and_no_line_too_wide() {
    for report in [full(), crowded()] {
        for style in [Style::Graphical, Style::Plain, Style::Narrated] {
            for width in [0, 40, 41, 47, 60, 80, 100, 200, usize::MAX] {
                for all in [false, true] {
                    let layout = Layout {
                        all,
                        ..layout(style, width)
                    };
                    let shown = render(&report, layout);
                    assert!(!shown.contains(|next: char| next.is_control() && next != '\n'));
                    check_lines(&shown, layout);
                }
            }
        }
    }
}

fn check_lines(shown: &str, layout: Layout) {
    assert!(!shown.contains("\n\n\n"));
    for line in shown.lines() {
        assert_eq!(line, line.trim_end());
        let is_free = layout.style == Style::Plain || line.contains("╭─[");
        assert!(is_free || columns(line) <= layout.width.max(40), "{line}");
    }
}

#[test]
fn all_shows_all() {
    let all = Layout {
        all: true,
        ..layout(Style::Plain, 80)
    };
    let findings = |text: String| {
        text.lines()
            .filter(|line| line.starts_with("warning["))
            .count()
    };
    assert_eq!(findings(render(&full(), all)), 7);
    assert_eq!(findings(everything(Style::Plain, 80)), 5);
}

#[test]
fn hundreds_of_places_are_all_said() {
    let text = "word\n".repeat(300);
    let long = file(b"x.md", text.as_bytes());
    let place = |line: usize| (at(&long, line * 5..line * 5 + 4), format!("place {line}."));
    let many = Item {
        labels: (0..300).map(place).collect(),
        ..item("group/defect", Level::Note, "a message")
    };
    let report = report(vec![many]);
    for style in [Style::Graphical, Style::Plain, Style::Narrated] {
        let shown = render(&report, layout(style, 80));
        for line in 0..300 {
            assert_eq!(shown.matches(&format!("place {line}.")).count(), 1);
        }
    }
}
