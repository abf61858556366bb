//! `prepcheck oncall`: the calendar, the instant, the contract and the file for calendar programs.

use std::collections::BTreeSet;

use snapbox::{assert_data_eq, str};

use crate::cli::{Run, run, with_file};

/// A rota with everything that a calendar must show across the end of summer time.
const ROTA: &str = "\
timezone: Europe/London
people:
  - {id: ada, name: Ada Byron, phone: +44 20 7946 0000, backup: grace}
  - {id: grace, phone_in: the vault}
  - {id: greta}
schedules:
  - {name: primary, people: [ada, grace], every: 1 week, handoff: Mon 09:00, from: 2026-10-05,
     changes: [{who: nobody, from: 2026-10-24 22:00, to: 2026-10-25 03:00},
               {add: greta, from: 2026-10-20 18:00, to: 2026-10-20 23:00}]}
  - {name: secondary, follow: primary}
  - {name: office, people: [greta], hours: [{days: Mon-Fri, at: \"09:00-17:00\"}]}
  - {name: network, managed_in: \"https://paging.example/network\"}
  - {name: third, follow: network}
escalation:
  - {page: primary, wait: 5 minutes}
  - {page: [secondary, office]}
";

const WINDOW: [&str; 6] = [
    "oncall",
    "--from",
    "2026-10-19",
    "--to",
    "2026-10-28",
    "--style",
];

fn shown(arguments: &[&str]) -> String {
    let Run {
        code,
        stdout,
        stderr,
    } = run(
        with_file("ops/oncall.yaml", ROTA.as_bytes()).path(),
        arguments,
    );
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    stdout
}

fn drawn(style: &str, width: &str) -> String {
    let mut arguments = WINDOW.to_vec();
    arguments.extend([style, "--width", width]);
    format!("\n{}", shown(&arguments))
}

#[test]
fn a_calendar_fits_a_narrow_screen() {
    assert_data_eq!(
        drawn("graphical", "60"),
        str![[r#"

who is on call · Europe/London · Mon 2026-10-19 00:00 to
  Wed 2026-10-28 00:00

Oct 2026   Mon 19 Tue 20 Wed 21 Thu 22 Fri 23 Sat 24 Sun 25*
primary    gra├ada─────+─├ada 23:00 ────────────────▒▒├ada──
secondary  ada├grace 09:00 ─────────────────────────────────
office     ··?gr····?gr····?gr····?gr····?gr················
* Sun 25 Oct: clocks go back by 1 hour to 01:00 GMT

Oct 2026   Mon 26 Tue 27 Wed 28 Thu 29 Fri 30 Sat 31 Sun 1
primary    ada├grace─────
secondary  gra├ada 09:00
office     ··?gr····?gr··

gre greta, + several people, · nobody, and nobody is
  promised, ? nobody who can be reached

primary: nobody from Sat 2026-10-24 22:00 BST to Sun
  2026-10-25 03:00 GMT (2026-10-24 21:00 to 2026-10-25 03:00
  UTC), 6 h
office: nobody who can be reached from Mon 2026-10-19
  09:00 BST to Mon 2026-10-19 17:00 BST (2026-10-19 08:00 to
  2026-10-19 16:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-20
  09:00 BST to Tue 2026-10-20 17:00 BST (2026-10-20 08:00 to
  2026-10-20 16:00 UTC), 8 h
office: nobody who can be reached from Wed 2026-10-21
  09:00 BST to Wed 2026-10-21 17:00 BST (2026-10-21 08:00 to
  2026-10-21 16:00 UTC), 8 h
office: nobody who can be reached from Thu 2026-10-22
  09:00 BST to Thu 2026-10-22 17:00 BST (2026-10-22 08:00 to
  2026-10-22 16:00 UTC), 8 h
office: nobody who can be reached from Fri 2026-10-23
  09:00 BST to Fri 2026-10-23 17:00 BST (2026-10-23 08:00 to
  2026-10-23 16:00 UTC), 8 h
office: nobody who can be reached from Mon 2026-10-26
  09:00 GMT to Mon 2026-10-26 17:00 GMT (2026-10-26 09:00 to
  2026-10-26 17:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-27
  09:00 GMT to Tue 2026-10-27 17:00 GMT (2026-10-27 09:00 to
  2026-10-27 17:00 UTC), 8 h
network: not computed: it is kept in
  https://paging.example/network, linked and not verified
third: not computed: it follows `network`, which cannot be
  computed here

"#]]
    );
}

#[test]
fn a_calendar_fits_an_ordinary_screen() {
    assert_data_eq!(
        drawn("graphical", "80"),
        str![[r#"

who is on call · Europe/London · Mon 2026-10-19 00:00 to Wed 2026-10-28 00:00

Oct 2026   Mon 19   Tue 20   Wed 21   Thu 22   Fri 23   Sat 24   Sun 25*
primary    gra├ada 09:00 ──+─├ada 23:00 ────────────────────────▒▒▒├ada───
secondary  ada├grace 09:00 ───────────────────────────────────────────────
office     ···?gre·····?gre·····?gre·····?gre·····?gre····················
* Sun 25 Oct: clocks go back by 1 hour to 01:00 GMT

Oct 2026   Mon 26   Tue 27   Wed 28   Thu 29   Fri 30   Sat 31   Sun 1
primary    ada├grace 09:00 ──
secondary  gra├ada 09:00 ────
office     ···?gre·····?gre··

+ several people, · nobody, and nobody is promised, ? nobody who can be
  reached

primary: nobody from Sat 2026-10-24 22:00 BST to Sun 2026-10-25 03:00 GMT
  (2026-10-24 21:00 to 2026-10-25 03:00 UTC), 6 h
office: nobody who can be reached from Mon 2026-10-19 09:00 BST to Mon
  2026-10-19 17:00 BST (2026-10-19 08:00 to 2026-10-19 16:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-20 09:00 BST to Tue
  2026-10-20 17:00 BST (2026-10-20 08:00 to 2026-10-20 16:00 UTC), 8 h
office: nobody who can be reached from Wed 2026-10-21 09:00 BST to Wed
  2026-10-21 17:00 BST (2026-10-21 08:00 to 2026-10-21 16:00 UTC), 8 h
office: nobody who can be reached from Thu 2026-10-22 09:00 BST to Thu
  2026-10-22 17:00 BST (2026-10-22 08:00 to 2026-10-22 16:00 UTC), 8 h
office: nobody who can be reached from Fri 2026-10-23 09:00 BST to Fri
  2026-10-23 17:00 BST (2026-10-23 08:00 to 2026-10-23 16:00 UTC), 8 h
office: nobody who can be reached from Mon 2026-10-26 09:00 GMT to Mon
  2026-10-26 17:00 GMT (2026-10-26 09:00 to 2026-10-26 17:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-27 09:00 GMT to Tue
  2026-10-27 17:00 GMT (2026-10-27 09:00 to 2026-10-27 17:00 UTC), 8 h
network: not computed: it is kept in https://paging.example/network, linked
  and not verified
third: not computed: it follows `network`, which cannot be computed here

"#]]
    );
}

#[test]
fn a_calendar_fits_a_wide_screen() {
    assert_data_eq!(
        drawn("graphical", "120"),
        str![[r#"

who is on call · Europe/London · Mon 2026-10-19 00:00 to Wed 2026-10-28 00:00

Oct 2026   Mon 19         Tue 20         Wed 21         Thu 22         Fri 23         Sat 24         Sun 25*
primary    grace─├ada 09:00 ─────────+──├ada 23:00 ────────────────────────────────────────────────▒▒▒▒├ada 03:00 ──
secondary  ada───├grace 09:00 ──────────────────────────────────────────────────────────────────────────────────────
office     ·····?greta·········?greta·········?greta·········?greta·········?greta··································
* Sun 25 Oct: clocks go back by 1 hour to 01:00 GMT

Oct 2026   Mon 26         Tue 27         Wed 28         Thu 29         Fri 30         Sat 31         Sun 1
primary    ada───├grace 09:00 ───────────
secondary  grace─├ada 09:00 ─────────────
office     ·····?greta·········?greta····

+ several people, · nobody, and nobody is promised, ? nobody who can be reached

primary: nobody from Sat 2026-10-24 22:00 BST to Sun 2026-10-25 03:00 GMT (2026-10-24 21:00 to 2026-10-25 03:00 UTC),
  6 h
office: nobody who can be reached from Mon 2026-10-19 09:00 BST to Mon 2026-10-19 17:00 BST (2026-10-19 08:00 to
  2026-10-19 16:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-20 09:00 BST to Tue 2026-10-20 17:00 BST (2026-10-20 08:00 to
  2026-10-20 16:00 UTC), 8 h
office: nobody who can be reached from Wed 2026-10-21 09:00 BST to Wed 2026-10-21 17:00 BST (2026-10-21 08:00 to
  2026-10-21 16:00 UTC), 8 h
office: nobody who can be reached from Thu 2026-10-22 09:00 BST to Thu 2026-10-22 17:00 BST (2026-10-22 08:00 to
  2026-10-22 16:00 UTC), 8 h
office: nobody who can be reached from Fri 2026-10-23 09:00 BST to Fri 2026-10-23 17:00 BST (2026-10-23 08:00 to
  2026-10-23 16:00 UTC), 8 h
office: nobody who can be reached from Mon 2026-10-26 09:00 GMT to Mon 2026-10-26 17:00 GMT (2026-10-26 09:00 to
  2026-10-26 17:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-27 09:00 GMT to Tue 2026-10-27 17:00 GMT (2026-10-27 09:00 to
  2026-10-27 17:00 UTC), 8 h
network: not computed: it is kept in https://paging.example/network, linked and not verified
third: not computed: it follows `network`, which cannot be computed here

"#]]
    );
}

#[test]
fn a_calendar_is_drawn_in_ascii() {
    let plain = drawn("plain", "100");
    assert!(plain.is_ascii());
    assert_data_eq!(
        plain,
        str![[r#"

who is on call, Europe/London, Mon 2026-10-19 00:00 to Wed 2026-10-28 00:00

Oct 2026   Mon 19      Tue 20      Wed 21      Thu 22      Fri 23      Sat 24      Sun 25*
primary    grac|ada 09:00 ------+-|ada 23:00 -------------------------------------!!!|ada------
secondary  ada-|grace 09:00 -------------------------------------------------------------------
office     ....?gret.......?gret.......?gret.......?gret.......?gret...........................
* Sun 25 Oct: clocks go back by 1 hour to 01:00 GMT

Oct 2026   Mon 26      Tue 27      Wed 28      Thu 29      Fri 30      Sat 31      Sun 1
primary    ada-|grace 09:00 -------
secondary  grac|ada 09:00 ---------
office     ....?gret.......?gret...

+ several people, . nobody, and nobody is promised, ? nobody who can be reached

primary: nobody from Sat 2026-10-24 22:00 BST to Sun 2026-10-25 03:00 GMT (2026-10-24 21:00 to
  2026-10-25 03:00 UTC), 6 h
office: nobody who can be reached from Mon 2026-10-19 09:00 BST to Mon 2026-10-19 17:00 BST
  (2026-10-19 08:00 to 2026-10-19 16:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-20 09:00 BST to Tue 2026-10-20 17:00 BST
  (2026-10-20 08:00 to 2026-10-20 16:00 UTC), 8 h
office: nobody who can be reached from Wed 2026-10-21 09:00 BST to Wed 2026-10-21 17:00 BST
  (2026-10-21 08:00 to 2026-10-21 16:00 UTC), 8 h
office: nobody who can be reached from Thu 2026-10-22 09:00 BST to Thu 2026-10-22 17:00 BST
  (2026-10-22 08:00 to 2026-10-22 16:00 UTC), 8 h
office: nobody who can be reached from Fri 2026-10-23 09:00 BST to Fri 2026-10-23 17:00 BST
  (2026-10-23 08:00 to 2026-10-23 16:00 UTC), 8 h
office: nobody who can be reached from Mon 2026-10-26 09:00 GMT to Mon 2026-10-26 17:00 GMT
  (2026-10-26 09:00 to 2026-10-26 17:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-27 09:00 GMT to Tue 2026-10-27 17:00 GMT
  (2026-10-27 09:00 to 2026-10-27 17:00 UTC), 8 h
network: not computed: it is kept in https://paging.example/network, linked and not verified
third: not computed: it follows `network`, which cannot be computed here

"#]]
    );
}

#[test]
fn a_calendar_is_told() {
    assert_data_eq!(
        drawn("narrated", "80"),
        str![[r#"

who is on call, Europe/London, Mon 2026-10-19 00:00 to Wed 2026-10-28 00:00
primary:
  Mon 2026-10-19 00:00 to Mon 2026-10-19 09:00: grace
  Mon 2026-10-19 09:00 to Tue 2026-10-20 18:00: ada
  Tue 2026-10-20 18:00 to Tue 2026-10-20 23:00: ada and greta
  Tue 2026-10-20 23:00 to Sat 2026-10-24 22:00: ada
  Sat 2026-10-24 22:00 to Sun 2026-10-25 03:00: nobody
  Sun 2026-10-25 03:00 to Mon 2026-10-26 09:00: ada
  Mon 2026-10-26 09:00 to Wed 2026-10-28 00:00: grace
secondary:
  Mon 2026-10-19 00:00 to Mon 2026-10-19 09:00: ada
  Mon 2026-10-19 09:00 to Mon 2026-10-26 09:00: grace
  Mon 2026-10-26 09:00 to Wed 2026-10-28 00:00: ada
office:
  Mon 2026-10-19 00:00 to Mon 2026-10-19 09:00: nobody, and nobody is promised
  Mon 2026-10-19 09:00 to Mon 2026-10-19 17:00: greta
  Mon 2026-10-19 17:00 to Tue 2026-10-20 09:00: nobody, and nobody is promised
  Tue 2026-10-20 09:00 to Tue 2026-10-20 17:00: greta
  Tue 2026-10-20 17:00 to Wed 2026-10-21 09:00: nobody, and nobody is promised
  Wed 2026-10-21 09:00 to Wed 2026-10-21 17:00: greta
  Wed 2026-10-21 17:00 to Thu 2026-10-22 09:00: nobody, and nobody is promised
  Thu 2026-10-22 09:00 to Thu 2026-10-22 17:00: greta
  Thu 2026-10-22 17:00 to Fri 2026-10-23 09:00: nobody, and nobody is promised
  Fri 2026-10-23 09:00 to Fri 2026-10-23 17:00: greta
  Fri 2026-10-23 17:00 to Mon 2026-10-26 09:00: nobody, and nobody is promised
  Mon 2026-10-26 09:00 to Mon 2026-10-26 17:00: greta
  Mon 2026-10-26 17:00 to Tue 2026-10-27 09:00: nobody, and nobody is promised
  Tue 2026-10-27 09:00 to Tue 2026-10-27 17:00: greta
  Tue 2026-10-27 17:00 to Wed 2026-10-28 00:00: nobody, and nobody is promised
Sun 2026-10-25: clocks go back by 1 hour to 01:00 GMT

primary: nobody from Sat 2026-10-24 22:00 BST to Sun 2026-10-25 03:00 GMT
  (2026-10-24 21:00 to 2026-10-25 03:00 UTC), 6 h
office: nobody who can be reached from Mon 2026-10-19 09:00 BST to Mon
  2026-10-19 17:00 BST (2026-10-19 08:00 to 2026-10-19 16:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-20 09:00 BST to Tue
  2026-10-20 17:00 BST (2026-10-20 08:00 to 2026-10-20 16:00 UTC), 8 h
office: nobody who can be reached from Wed 2026-10-21 09:00 BST to Wed
  2026-10-21 17:00 BST (2026-10-21 08:00 to 2026-10-21 16:00 UTC), 8 h
office: nobody who can be reached from Thu 2026-10-22 09:00 BST to Thu
  2026-10-22 17:00 BST (2026-10-22 08:00 to 2026-10-22 16:00 UTC), 8 h
office: nobody who can be reached from Fri 2026-10-23 09:00 BST to Fri
  2026-10-23 17:00 BST (2026-10-23 08:00 to 2026-10-23 16:00 UTC), 8 h
office: nobody who can be reached from Mon 2026-10-26 09:00 GMT to Mon
  2026-10-26 17:00 GMT (2026-10-26 09:00 to 2026-10-26 17:00 UTC), 8 h
office: nobody who can be reached from Tue 2026-10-27 09:00 GMT to Tue
  2026-10-27 17:00 GMT (2026-10-27 09:00 to 2026-10-27 17:00 UTC), 8 h
network: not computed: it is kept in https://paging.example/network, linked
  and not verified
third: not computed: it follows `network`, which cannot be computed here

"#]]
    );
}

#[test]
fn colours_say_nothing_that_is_not_written() {
    let mut arguments = WINDOW.to_vec();
    arguments.extend(["graphical", "--width", "80", "--color", "always"]);
    let coloured = shown(&arguments);
    let mut without = String::new();
    for (index, part) in coloured.split("\x1b[").enumerate() {
        let text = part.split_once('m').filter(|_| index > 0);
        without.push_str(text.map_or(part, |(_, text)| text));
    }
    assert_ne!(coloured, without);
    assert_eq!(format!("\n{without}"), drawn("graphical", "80"));
}

#[test]
fn the_contract_is_kept() {
    let json = shown(&[
        "oncall",
        "--from",
        "2026-10-24",
        "--to",
        "2026-10-27T09:00:00Z",
        "--format",
        "json",
    ]);
    assert_data_eq!(
        json,
        str![[r#"
{
  "format_version": 1,
  "from": "2026-10-23T23:00:00Z",
  "to": "2026-10-27T09:00:00Z",
  "schedules": [
    {
      "name": "primary",
      "shifts": [
        {
          "start": "2026-10-23T23:00:00Z",
          "end": "2026-10-24T21:00:00Z",
          "people": [
            "ada"
          ]
        },
        {
          "start": "2026-10-25T03:00:00Z",
          "end": "2026-10-26T09:00:00Z",
          "people": [
            "ada"
          ]
        },
        {
          "start": "2026-10-26T09:00:00Z",
          "end": "2026-10-27T09:00:00Z",
          "people": [
            "grace"
          ]
        }
      ],
      "gaps": [
        {
          "start": "2026-10-24T21:00:00Z",
          "end": "2026-10-25T03:00:00Z"
        }
      ],
      "unreachable": []
    },
    {
      "name": "secondary",
      "shifts": [
        {
          "start": "2026-10-23T23:00:00Z",
          "end": "2026-10-26T09:00:00Z",
          "people": [
            "grace"
          ]
        },
        {
          "start": "2026-10-26T09:00:00Z",
          "end": "2026-10-27T09:00:00Z",
          "people": [
            "ada"
          ]
        }
      ],
      "gaps": [],
      "unreachable": []
    },
    {
      "name": "office",
      "shifts": [
        {
          "start": "2026-10-26T09:00:00Z",
          "end": "2026-10-26T17:00:00Z",
          "people": [
            "greta"
          ]
        }
      ],
      "gaps": [
        {
          "start": "2026-10-23T23:00:00Z",
          "end": "2026-10-26T09:00:00Z"
        },
        {
          "start": "2026-10-26T17:00:00Z",
          "end": "2026-10-27T09:00:00Z"
        }
      ],
      "unreachable": [
        {
          "start": "2026-10-26T09:00:00Z",
          "end": "2026-10-26T17:00:00Z"
        }
      ]
    },
    {
      "name": "network",
      "not_computed": "it is kept in https://paging.example/network, linked and not verified",
      "shifts": [],
      "gaps": [],
      "unreachable": []
    },
    {
      "name": "third",
      "not_computed": "it follows `network`, which cannot be computed here",
      "shifts": [],
      "gaps": [],
      "unreachable": []
    }
  ]
}

"#]]
    );
}

#[test]
fn one_schedule_is_shown_alone() {
    let json = shown(&[
        "oncall",
        "--schedule",
        "secondary",
        "--format",
        "json",
        "--as-of",
        "2026-10-19",
    ]);
    assert_data_eq!(
        json,
        str![[r#"
{
  "format_version": 1,
  "from": "2026-10-18T23:00:00Z",
  "to": "2026-11-16T00:00:00Z",
  "schedules": [
    {
      "name": "secondary",
      "shifts": [
        {
          "start": "2026-10-18T23:00:00Z",
          "end": "2026-10-19T08:00:00Z",
          "people": [
            "ada"
          ]
        },
        {
          "start": "2026-10-19T08:00:00Z",
          "end": "2026-10-26T09:00:00Z",
          "people": [
            "grace"
          ]
        },
        {
          "start": "2026-10-26T09:00:00Z",
          "end": "2026-11-02T09:00:00Z",
          "people": [
            "ada"
          ]
        },
        {
          "start": "2026-11-02T09:00:00Z",
          "end": "2026-11-09T09:00:00Z",
          "people": [
            "grace"
          ]
        },
        {
          "start": "2026-11-09T09:00:00Z",
          "end": "2026-11-16T00:00:00Z",
          "people": [
            "ada"
          ]
        }
      ],
      "gaps": [],
      "unreachable": []
    }
  ]
}

"#]]
    );
}

#[test]
fn an_instant_names_people_numbers_and_what_comes_next() {
    assert_data_eq!(
        shown(&["oncall", "--at", "2026-10-20 19:00"]),
        str![[r#"
who is on call at Tue 2026-10-20 19:00 BST (2026-10-20 18:00 UTC)

1. primary
   Ada Byron (ada): +44 20 7946 0000
     backup: grace: number in the vault
   greta: no number
   next: ada from Tue 2026-10-20 23:00 BST (2026-10-20 22:00 UTC)
   nobody answers for 5 min: level 2

2. secondary, office
   grace: number in the vault
   next: ada from Mon 2026-10-26 09:00 GMT (2026-10-26 09:00 UTC)
   nobody is on call: the page goes nowhere
   next: greta from Wed 2026-10-21 09:00 BST (2026-10-21 08:00 UTC)

network
  not computed: it is kept in https://paging.example/network, linked and not verified

third
  not computed: it follows `network`, which cannot be computed here

"#]]
    );
    let now = ["oncall", "--at", "now", "--as-of", "2026-10-20T18:00:00Z"];
    assert_eq!(shown(&now), shown(&["oncall", "--at", "2026-10-20 19:00"]));
}

#[test]
fn a_gap_says_where_the_page_goes_and_when_somebody_is_there_again() {
    let night = ["oncall", "--at", "2026-10-25T00:30:00Z"];
    assert_data_eq!(
        shown(&night),
        str![[r#"
who is on call at Sun 2026-10-25 01:30 BST (2026-10-25 00:30 UTC)

1. primary
   nobody is on call: the page goes on to level 2
   next: ada from Sun 2026-10-25 03:00 GMT (2026-10-25 03:00 UTC)
   nobody answers for 5 min: level 2

2. secondary, office
   grace: number in the vault
   next: ada from Mon 2026-10-26 09:00 GMT (2026-10-26 09:00 UTC)
   nobody is on call: the page goes nowhere
   next: greta from Mon 2026-10-26 09:00 GMT (2026-10-26 09:00 UTC)

network
  not computed: it is kept in https://paging.example/network, linked and not verified

third
  not computed: it follows `network`, which cannot be computed here

"#]]
    );
    let alone = [
        "oncall",
        "--at",
        "2026-10-25T00:30:00Z",
        "--schedule",
        "primary",
    ];
    assert_data_eq!(
        shown(&alone),
        str![[r#"
who is on call at Sun 2026-10-25 01:30 BST (2026-10-25 00:30 UTC)

nobody is on call: the page goes nowhere

primary
  nobody is on call: the page goes nowhere
  next: ada from Sun 2026-10-25 03:00 GMT (2026-10-25 03:00 UTC)

"#]]
    );
}

#[test]
fn an_instant_is_a_contract_too() {
    let json = shown(&[
        "oncall",
        "--at",
        "2026-10-19",
        "--schedule",
        "primary",
        "--format",
        "json",
    ]);
    assert_data_eq!(
        json,
        str![[r#"
{
  "format_version": 1,
  "at": "2026-10-18T23:00:00Z",
  "units": [
    {
      "unit": "",
      "anybody": true,
      "paging": null,
      "hotline": null,
      "levels": [],
      "others": [
        {
          "name": "primary",
          "people": [
            {
              "id": "grace",
              "name": null,
              "phone": null,
              "phone_in": "the vault"
            }
          ],
          "next": {
            "at": "2026-10-19T08:00:00Z",
            "people": [
              "ada"
            ]
          }
        }
      ]
    }
  ]
}

"#]]
    );
}

#[test]
fn a_zone_that_does_not_exist_makes_nothing_up() {
    let rota = ROTA.replace("Europe/London", "Europe/Londn");
    let folder = with_file("ops/oncall.yaml", rota.as_bytes());
    let window = ["oncall", "--from", "2026-10-19", "--schedule", "primary"];
    assert_data_eq!(
        run(folder.path(), &window).stdout,
        str![[r#"
who is on call, UTC, Mon 2026-10-19 00:00 to Mon 2026-11-16 00:00

primary: not computed: something in it is not understood; `prepcheck` says what

"#]]
    );
}

#[test]
fn what_cannot_be_shown_is_said() {
    let folder = with_file("ops/oncall.yaml", ROTA.as_bytes());
    let said = |arguments: &[&str]| {
        let run = run(folder.path(), arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        run.stderr
    };
    let mut whole = said(&["oncall", "--schedule", "primry"]);
    whole += &said(&["oncall", "--schedule", "weekend"]);
    whole += &said(&["oncall", "--from", "2026-10-19", "--to", "2026-10-19"]);
    whole += &said(&["oncall", "--at", "now", "--format", "ics"]);
    assert_data_eq!(
        whole,
        str![[r#"
error: there is no schedule `primry`
  help: did you mean `primary`?
error: there is no schedule `weekend`
  help: there are network, office, primary, secondary, third
error: the time to show ends before it begins
  help: give `--to` a later time than `--from`
error: `--format ics` is for a time with a beginning and an end, and `--at` is an instant
  help: give `--from` and `--to` instead of `--at`

"#]]
    );
    let nothing = run(with_file("README.md", b"# Shop\n").path(), &["oncall"]);
    assert_eq!((nothing.code, nothing.stderr.as_str()), (Some(0), ""));
    assert_data_eq!(
        nothing.stdout,
        str![[r#"
no schedule is written here: name people under `schedules:` in `ops/oncall.yaml`; `prepcheck schema
oncall` says how

"#]]
    );
}

#[test]
fn calendar_programs_get_an_event_for_each_shift() {
    let file = shown(&[
        "oncall",
        "--from",
        "2026-10-19",
        "--to",
        "2026-10-21",
        "--format",
        "ics",
        "--as-of",
        "2026-10-19T12:00:00Z",
    ]);
    expect_icalendar(&file);
    assert_data_eq!(
        file.replace("\r\n", "\n"),
        str![[r#"
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//prepcheck//prepcheck 0.1.0//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:20261012T080000Z-b81462e4dd399f99@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261018T230000Z
DTEND:20261019T080000Z
SUMMARY:primary: grace
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261019T080000Z-c7f9bab08c28c409@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261019T080000Z
DTEND:20261020T170000Z
SUMMARY:primary: ada
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261020T170000Z-f11c58ee0b66c038@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261020T170000Z
DTEND:20261020T220000Z
SUMMARY:primary: ada/, greta
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261020T220000Z-c7f9bab08c28c409@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261020T220000Z
DTEND:20261020T230000Z
SUMMARY:primary: ada
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261012T080000Z-751bb731b7d782f5@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261018T230000Z
DTEND:20261019T080000Z
SUMMARY:secondary: ada
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261019T080000Z-11142a54f07dcd5d@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261019T080000Z
DTEND:20261020T230000Z
SUMMARY:secondary: grace
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261019T080000Z-7f1c863113b0c048@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261019T080000Z
DTEND:20261019T160000Z
SUMMARY:office: greta
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:20261020T080000Z-7f1c863113b0c048@prepcheck
DTSTAMP:20261019T120000Z
DTSTART:20261020T080000Z
DTEND:20261020T160000Z
SUMMARY:office: greta
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR

"#]]
    );
}

/// What a reader of RFC 5545 may rely on: ends of lines, their length, what an event must have.
fn expect_icalendar(file: &str) {
    assert!(file.ends_with("\r\n") && !file.replace("\r\n", "").contains(['\r', '\n']));
    assert!(file.split("\r\n").all(|line| line.len() <= 75));
    let unfolded = file.replace("\r\n ", "");
    let mut open: Vec<&str> = Vec::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':').expect("a name and a value");
        match name {
            "BEGIN" => {
                open.push(value);
                names.clear();
            }
            "END" => {
                assert_eq!(open.pop(), Some(value));
                let needed = ["DTEND", "DTSTAMP", "DTSTART", "SUMMARY", "UID"];
                assert!(value != "VEVENT" || needed.iter().all(|name| names.contains(name)));
            }
            name => assert!(names.insert(name), "{name} is there once"),
        }
        if name.starts_with("DT") {
            let is_form = |(at, byte): (usize, u8)| match at {
                8 => byte == b'T',
                15 => byte == b'Z',
                _ => byte.is_ascii_digit(),
            };
            assert!(
                value.len() == 16 && value.bytes().enumerate().all(is_form),
                "{value}"
            );
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn events_keep_their_identity_whatever_is_asked_for() {
    let identities = |from: &str, to: &str| -> BTreeSet<String> {
        let file = shown(&[
            "oncall",
            "--from",
            from,
            "--to",
            to,
            "--format",
            "ics",
            "--schedule",
            "primary",
        ]);
        expect_icalendar(&file);
        let lines = file.lines().filter_map(|line| line.strip_prefix("UID:"));
        lines.map(str::to_owned).collect()
    };
    let whole = identities("2026-10-19", "2026-11-16");
    let part = identities("2026-10-28", "2026-11-03");
    assert_eq!(part.len(), 2);
    assert!(part.is_subset(&whole));
}

#[test]
fn whoever_is_on_leave_is_named_with_a_word_about_it() {
    let folder = with_file(
        "ops/preparedness.yaml",
        b"timezone: Europe/Berlin
people:
  - {id: ada, phone: +49 30 2345678, backup: grace}
  - {id: grace, phone_in: vault}
schedules:
  - {name: primary, people: [ada, grace], every: 1 week, handoff: Mon 09:00, from: 2026-11-23}
leave:
  - {who: ada, from: 2026-11-20, to: 2026-12-01}
",
    );
    let run = run(folder.path(), &["oncall", "--at", "2026-11-25 12:00"]);
    assert_data_eq!(
        run.stdout,
        str![[r#"
who is on call at Wed 2026-11-25 12:00 CET (2026-11-25 11:00 UTC)

primary
  ada: +49 30 2345678
    on leave until Wed 2026-12-02 00:00 CET
    backup: grace: number in vault
  next: grace from Mon 2026-11-30 09:00 CET (2026-11-30 08:00 UTC)

"#]]
    );
}
