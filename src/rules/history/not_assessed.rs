//! Git could not be asked what the rules in force must know.

use std::collections::BTreeMap;

use crate::model::{Fact, Unknown};
use crate::rule::{Cause, Context, Findings, Group, Level, Place, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "history/not-assessed",
    group: Group::History,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::History],
    since: "0.1.0",
    summary: "git's history was not there to be asked, or cannot be relied on",
    why: "A date from a history that was cut off is worse than none, so rules about history say nothing, and what they would have found stays unseen.",
    fix: "Fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` for `actions/checkout`. For a partial clone: `git fetch --refetch --no-filter`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    if cx.history.asked_by.is_empty() {
        return;
    }
    let reasons = reasons(cx);
    let Some((first, _)) = reasons.iter().next() else {
        return;
    };
    let message = format!("history was not assessed: {first}");
    let rules = cx.history.asked_by.iter();
    let rules: Vec<String> = rules.map(|rule| format!("`{rule}`")).collect();
    let mut entry = out
        .add(Subject::Unit, Place::Nowhere, message)
        .note(format!("rules that had to know: {}", rules.join(", ")));
    for (reason, documents) in &reasons {
        if let Some(documents) = documents {
            entry = entry.note(format!("{reason}: not known of {documents}"));
        }
    }
    entry.help(help(first));
}

/// Why something is not known, with the number of documents in words where it is known for them
/// one by one.
fn reasons(cx: &Context<'_>) -> BTreeMap<Unknown, Option<String>> {
    let mut counts: BTreeMap<&Unknown, usize> = BTreeMap::new();
    for known in cx.history.documents.values() {
        let facts = [&known.first, &known.last].into_iter();
        let mut unknown = facts.filter_map(|fact| match fact {
            Fact::Unknown(reason) if is_fault(reason) => Some(reason),
            _ => None,
        });
        if let Some(reason) = unknown.next() {
            *counts.entry(reason).or_default() += 1;
        }
    }
    let told = |count: usize| match count {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    let mut reasons: BTreeMap<Unknown, Option<String>> = counts
        .into_iter()
        .map(|(reason, count)| (reason.clone(), Some(told(count))))
        .collect();
    for reason in &cx.history.limits {
        let is_whole = matches!(
            reason,
            Unknown::NoRepository | Unknown::Shallow | Unknown::Missing(_) | Unknown::Corrupt(_)
        );
        if is_whole {
            reasons.entry(reason.clone()).or_insert(None);
        }
    }
    reasons
}

/// Whether this is more than that nobody has asked, or that there is nothing yet.
fn is_fault(reason: &Unknown) -> bool {
    !matches!(
        reason,
        Unknown::NotLoaded | Unknown::NotCommitted | Unknown::Before(_)
    )
}

fn help(reason: &Unknown) -> String {
    match (reason, reason.remedy()) {
        (Unknown::Shallow, Some(command)) => {
            format!("run `{command}`, or set `fetch-depth: 0` for `actions/checkout`")
        }
        (_, Some(command)) => format!("run `{command}`"),
        (Unknown::NoRepository, None) => {
            "check the documents where git keeps them, and not a copy of the files".to_owned()
        }
        _ => {
            "say in the documents themselves what git cannot tell, such as `reviewed:` in a runbook"
                .to_owned()
        }
    }
}
