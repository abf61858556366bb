//! A command of a runbook runs a script, or a task of make, just or npm, that is not there.

use std::collections::BTreeMap;

use crate::model::{Lead, MissingTask, Runbook, Task};
use crate::rule::{Answer, Cause, Context, Entry, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/missing-script",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a command runs a script, target or recipe that is not in the repository",
    why: "A fix that ends in `No such file or directory` is found out in the incident, by whoever pasted it. Scripts and targets are moved and renamed, and the pages that run them are forgotten.",
    fix: "Correct the path, commit the script, or say before the command where it is run: on which host, in which repository or folder. A path is right from the repository's root, from the page's folder and from any between them. Targets of make, recipes of just and scripts of `package.json` are looked for in the files of these folders, or of the folder that `cd` or a flag names; where there is no such file, where one includes others or makes targets of variables, and where a file elsewhere in the repository has the name, nothing is said. A command within a text is judged where it is a whole step or line, where it stands in a column of commands, or where its sentence says to run it, as `run …`, `delete it with …` or `clean up: …` do. What else follows a `cd`, a clone, a download or a shell on another host is not judged.",
    params: &[],
    shape: Shape::Repository(check),
};

/// So many further commands that run one script are pointed at.
const MORE: usize = 9;

fn check(cx: &Context<'_>, out: &mut Findings) {
    for document in cx.ops.documents() {
        let Some(runbook) = document.runbook.as_deref() else {
            continue;
        };
        for (path, calls) in by_path(runbook) {
            if let Lead::Nowhere { meant } = cx.ops.scripts.of(document.file, path) {
                report_script(out, path, &calls, meant.as_deref());
            }
        }
        for (task, calls) in by_task(runbook) {
            if let Some(missing) = cx.ops.missing_tasks.of(document.file, task) {
                report_task(out, task, &calls, missing);
            }
        }
    }
}

fn by_path(runbook: &Runbook) -> BTreeMap<&str, Vec<Span>> {
    let mut found: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for call in &runbook.calls.scripts {
        found.entry(&call.path).or_default().push(call.span);
    }
    found
}

fn by_task(runbook: &Runbook) -> BTreeMap<&Task, Vec<Span>> {
    let mut found: BTreeMap<&Task, Vec<Span>> = BTreeMap::new();
    for call in &runbook.calls.tasks {
        found.entry(&call.task).or_default().push(call.span);
    }
    found
}

fn report_script(out: &mut Findings, path: &str, calls: &[Span], meant: Option<&str>) {
    let message = format!("the script `{path}` is not in the repository");
    let entry = report(out, Subject::Command(path.to_owned()), calls, message);
    entry.help(match meant {
        Some(meant) => format!("the only file of that name is `{meant}`"),
        None => "correct the path, or say before it where the script is kept".to_owned(),
    });
}

fn report_task(out: &mut Findings, task: &Task, calls: &[Span], missing: &MissingTask) {
    let (name, noun, file) = (&task.name, task.runner.noun(), &missing.file);
    let message = format!("`{file}` has no {noun} `{name}`");
    let command = format!("{} {name}", task.program);
    let entry = report(out, Subject::Command(command), calls, message);
    entry.help(match &missing.meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "correct the name, or say before it in which folder it is run".to_owned(),
    });
}

/// One finding for all commands that run the same.
fn report<'o>(
    out: &'o mut Findings,
    subject: Subject,
    calls: &[Span],
    message: String,
) -> Entry<'o> {
    let more = |more| format!("{more} more commands run it");
    out.at(subject, calls[0], message)
        .and_here(&calls[1..], MORE, more)
}
