//! Nothing says how some of the five fixes are done.

use super::report_uncovered;
use crate::model::FIXES;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/uncovered-fix",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how to roll back, restart, reach the database, read the logs or scale",
    why: "Most incidents end with one of these five, whatever their cause. Whoever is on call must not have to find out the commands first.",
    fix: "Write down the commands, in a runbook or an operations page, or name the place under `fix:` in `ops/preparedness.yaml`. What does not exist is `{not_applicable: reason}`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report_uncovered(
        cx,
        out,
        ("fix", FIXES),
        |missing| {
            let words: Vec<&str> = missing.iter().map(|fix| words(fix)).collect();
            format!("nothing says how to {}", listed(&words))
        },
        |missing| {
            format!(
                "write down the commands, or name the place as in `fix: {{{}: runbooks/operate.md}}`",
                missing[0]
            )
        },
    );
}

fn words(fix: &str) -> &str {
    match fix {
        "rollback" => "roll back",
        "database" => "reach the database",
        "logs" => "read the logs",
        other => other,
    }
}
