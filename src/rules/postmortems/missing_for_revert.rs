//! Something was taken back on the main line, and no post-mortem tells why.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{all, counted, last_day};
use crate::model::Revert;
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Param, Past, Rule, Shape,
    Stricter, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/missing-for-revert",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Off,
    causes: &[Cause::History, Cause::Clock],
    since: "0.1.0",
    summary: "a change was taken back on the main line, and no post-mortem tells of it",
    why: "A revert is an incident, or nearly one. Without a few lines about it the same change comes again.",
    fix: "Write a post-mortem, as short as it may be, that names the commit or is dated near it. A revert of a revert is none.",
    params: &[&WINDOW],
    shape: Shape::History(PAST, check),
};

const PAST: Past = Past {
    horizon,
    items: false,
};

static WINDOW: Param<Days> = Param {
    name: "window",
    default: Days(14),
    help: "how far the incident may lie from the revert, and how long its post-mortem may take",
    stricter: Stricter::Smaller,
};

/// Reverts longer ago than this are let go.
const HORIZON: Days = Days(365);

/// Reverts that are named in one finding.
const NAMED: usize = 10;

fn horizon(_: &Context<'_>) -> Option<Days> {
    Some(HORIZON)
}

fn check(cx: &Context<'_>, out: &mut Findings) {
    let Some(root) = cx.ops.views().next() else {
        return;
    };
    let zone = root.timezone();
    let today = cx.clock.today(&zone);
    let window = i64::from(cx.get(&WINDOW).0);
    let told = Told::of(cx);
    let untold: Vec<(&Revert, Date)> = cx
        .history
        .reverts
        .iter()
        .filter(|revert| !is_of_a_revert(revert))
        .map(|revert| (revert, revert.change.time.to_zoned(zone.clone()).date()))
        .filter(|(_, day)| i64::from((today - *day).get_days()) > window)
        .filter(|(revert, day)| !told.tells(revert, *day, window))
        .collect();
    if untold.is_empty() {
        return;
    }
    let verb = if untold.len() == 1 { "has" } else { "have" };
    let message = format!(
        "{} on the main line {verb} no post-mortem",
        counted(untold.len(), "revert")
    );
    let commits = untold.iter();
    let commits = commits.map(|(revert, _)| Subject::Commit(revert.change.commit.to_string()));
    let mut entry = out
        .add(
            Subject::Slot("learn.reverts".to_owned()),
            root.anchor(Answer::Learn),
            message,
        )
        .cause(Cause::Clock)
        .extent(Extent::Parts(commits.collect()))
        .help("write a few lines about what went wrong, and name the commit");
    for (revert, day) in untold.iter().take(NAMED) {
        let commit = revert.change.commit;
        entry = entry.note(format!(
            "`{}`: commit {commit:.10} of {day}",
            revert.subject
        ));
    }
    if untold.len() > NAMED {
        entry.note(format!("{} more are not named", untold.len() - NAMED));
    }
}

/// Taking a revert back, or the same change once more: nothing went wrong by that.
fn is_of_a_revert(revert: &Revert) -> bool {
    let again = ["Revert \"Revert ", "Reapply "];
    again.iter().any(|start| revert.subject.starts_with(start))
}

/// What post-mortems tell of.
struct Told<'a> {
    days: BTreeSet<Date>,
    /// The beginnings of commits' names.
    commits: BTreeSet<&'a str>,
}

impl<'a> Told<'a> {
    fn of(cx: &Context<'a>) -> Told<'a> {
        let commits = all(cx).flat_map(|held| &held.report.commits);
        Told {
            days: all(cx).filter_map(|held| last_day(held.report)).collect(),
            commits: commits.map(String::as_str).collect(),
        }
    }

    /// Whether one names the commit or what it took back, or is dated near it.
    fn tells(&self, revert: &Revert, day: Date, window: i64) -> bool {
        let commits = [Some(revert.change.commit), revert.of];
        let is_named = commits.into_iter().flatten().any(|commit| {
            let commit = commit.to_string();
            (7..=commit.len()).any(|digits| self.commits.contains(&commit[..digits]))
        });
        let window = jiff::SignedDuration::from_hours(window * 24);
        let from = day.checked_sub(window).unwrap_or(Date::MIN);
        let until = day.checked_add(window).unwrap_or(Date::MAX);
        is_named || self.days.range(from..=until).next().is_some()
    }
}
