//! A runbook that nobody keeps right.

use super::{filled, not_read, place};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "runbooks/missing-owner",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says who keeps a runbook right",
    why: "What belongs to everybody is reviewed by nobody, and is wrong when it is needed.",
    fix: "Name a person or team as `owner` in the runbook's front matter, or give its folder an owner in `CODEOWNERS`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (unit, document, runbook) in filled(cx) {
        let is_owned = runbook.owner.is_some() || !cx.ops.owners(document.file).is_empty();
        // With one person declared, there is no question whose it is.
        if is_owned || unit.people().len() == 1 {
            continue;
        }
        if runbook.is_partly_unread {
            not_read(cx, out, unit, document);
            continue;
        }
        out.at(
            Subject::Document,
            place(document),
            "nothing says who keeps this runbook right",
        )
        .help("name an `owner` in its front matter, or give its folder one in `CODEOWNERS`");
    }
}
