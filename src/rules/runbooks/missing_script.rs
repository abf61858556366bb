//! A command of a runbook runs a script that is not there.

use std::collections::BTreeMap;

use crate::model::{Lead, Runbook, ScriptCall};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "runbooks/missing-script",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a command runs a script that is not in the repository",
    why: "A fix that ends in `No such file or directory` is found out in the incident, by whoever pasted it. Scripts are moved and renamed, and the pages that run them are forgotten.",
    fix: "Correct the path, commit the script, or say before the command where it is run: on which host, in which repository or folder. A path is right from the repository's root, from the page's folder and from any between them. What follows a `cd`, a clone, a download or a shell on another host is not judged.",
    params: &[],
    shape: Shape::Repository(check),
};

/// So many further commands that run one script are pointed at.
const MORE: usize = 9;

fn check(cx: &Context<'_>, out: &mut Findings) {
    for document in &cx.ops.documents {
        let Some(runbook) = document.runbook.as_deref() else {
            continue;
        };
        for (path, calls) in by_path(runbook) {
            if let Lead::Nowhere { meant } = cx.ops.scripts.of(document.file, path) {
                report(out, path, &calls, meant.as_deref());
            }
        }
    }
}

fn by_path(runbook: &Runbook) -> BTreeMap<&str, Vec<&ScriptCall>> {
    let mut found: BTreeMap<&str, Vec<&ScriptCall>> = BTreeMap::new();
    for call in &runbook.scripts {
        found.entry(&call.path).or_default().push(call);
    }
    found
}

/// One finding for all commands that run one script.
fn report(out: &mut Findings, path: &str, calls: &[&ScriptCall], meant: Option<&str>) {
    let message = format!("the script `{path}` is not in the repository");
    let mut entry = out.at(Subject::Command(path.to_owned()), calls[0].span, message);
    for call in calls.iter().skip(1).take(MORE) {
        entry = entry.label(call.span, "and here");
    }
    let more = calls.len().saturating_sub(MORE + 1);
    if more > 0 {
        entry = entry.note(format!("{more} more commands run it"));
    }
    entry.help(match meant {
        Some(meant) => format!("the only file of that name is `{meant}`"),
        None => "correct the path, or say before it where the script is kept".to_owned(),
    });
}
