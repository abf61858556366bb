//! A command that destroys something, with nothing near it that asks to stop and look.

use crate::model::Destruction;
use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "runbooks/irreversible-command",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a command that cannot be undone stands there without a word of caution",
    why: "At 3 a.m. people paste what the page says. One that is tired, or in the wrong terminal, then has a second incident.",
    fix: "Say before it what it destroys and how to see that it is the right thing: a check, a dry run, a backup, a second person. A sentence or a comment before it in the same section is enough, and so is a command before it that makes a backup, tries it out or shows what it will hit; what a folder or a bucket is called is not. A command within a text is judged where it is a whole step or line, where it stands in a column of commands, or where its sentence says to run it, as `run …`, `delete it with …` or `clean up: …` do.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    if cx.document.runbook.is_none() {
        return;
    }
    if !Destruction::may_stand_in(cx.reading.source.text) {
        return;
    }
    for block in cx.reading.commands() {
        for Destruction { command, what, .. } in block.unguarded(cx.reading) {
            let message = format!("{what}, and nothing near it asks to stop and look");
            out.at(
                Subject::Command(command.text.to_string()),
                command.span,
                message,
            )
            .help("say before it what it destroys and how to see that it is the right thing: a check, a dry run, a backup, a second person");
        }
    }
}
