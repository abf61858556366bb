//! What head asks less of the repository than base did: its policy, and its exceptions.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Tree;
use crate::finding::{Finding, Level, Place, Subject};
use crate::inspect::Renames;
use crate::model::{Allow, Reach};
use crate::policy::Policy;
use crate::rule::{ChangeContext, Findings, NotAssessed, Relaxation, Shape};
use crate::rules;

const RULE: &str = "policy/weakened";

/// Head's policy, under which a change cannot switch off in passing what would tell of that: this
/// rule weighs what it weighed before, if that is more.
pub(super) fn policy_of(head: &Policy, base: &Tree<'_>) -> Policy {
    let before = base.policy.as_ref().map(|policy| policy.level(RULE));
    head.with_floor(RULE, before.unwrap_or(Level::Off))
}

/// What head asks less than base, each with its place in head.
pub(super) fn relaxed(head: &Tree<'_>, base: &Tree<'_>, renames: &Renames) -> Vec<Relaxation> {
    let mut relaxed = Vec::new();
    if let (Ok(now), Ok(before)) = (&head.policy, &base.policy) {
        relaxed.extend(now.relaxed_from(before, head.inspection.policy_file));
    }
    relaxed.extend(added_exceptions(head, base, renames));
    relaxed
}

/// What the rules about changes find, under the policy by which both trees are judged.
pub(super) fn findings(relaxed: &[Relaxation], policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules::all().filter(|rule| policy.level(rule.name) > Level::Off) {
        if let Shape::Change(check) = rule.shape {
            let mut out = Findings::new(rule);
            check(&ChangeContext { relaxed }, &mut out);
            findings.extend(out.into_parts().findings);
        }
    }
    findings
}

/// That the policies cannot be compared.
pub(super) fn not_assessed(reason: &str) -> NotAssessed {
    NotAssessed {
        rule: RULE,
        unit: String::new(),
        reason: format!("the policy of the base cannot be used: {reason}"),
    }
}

/// What an exception is known by: its document in base, its rule, and whether it covers the file.
type Key<'a> = (&'a [u8], &'a str, bool);

fn added_exceptions(head: &Tree<'_>, base: &Tree<'_>, renames: &Renames) -> Vec<Relaxation> {
    let mut before: BTreeMap<Key<'_>, Vec<Option<Date>>> = BTreeMap::new();
    for (path, allow) in allows(base) {
        before.entry(key(path, allow)).or_default().push(end(allow));
    }
    let mut added = Vec::new();
    for (path, allow) in allows(head) {
        let ends = before
            .entry(key(renames.base_path(path), allow))
            .or_default();
        let rule = &allow.rule.value;
        let message = match closest(ends, end(allow)) {
            None => format!("an exception for `{rule}` is added"),
            Some(before) if reaches_further(end(allow), before) => {
                format!("the exception for `{rule}` holds longer than before")
            }
            Some(_) => continue,
        };
        added.push(Relaxation {
            subject: Subject::Allow(rule.clone()),
            place: Place::Bytes(allow.span),
            message,
        });
    }
    added
}

fn allows<'a>(tree: &Tree<'a>) -> impl Iterator<Item = (&'a [u8], &'a Allow)> {
    let ops = &tree.inspection.ops;
    let documents = ops.documents();
    let allows = documents.flat_map(move |document| {
        let path = ops.sources.path(document.file);
        document.allows.iter().map(move |allow| (path, allow))
    });
    allows.filter(|(_, allow)| allow.fault.is_none() && allow.reason.is_some())
}

fn key<'a>(path: &'a [u8], allow: &'a Allow) -> Key<'a> {
    (path, &allow.rule.value, allow.reach == Reach::File)
}

fn end(allow: &Allow) -> Option<Date> {
    allow.until.as_ref().map(|until| until.value)
}

/// Takes the end of an exception that was there before: the same one, else any.
fn closest(ends: &mut Vec<Option<Date>>, end: Option<Date>) -> Option<Option<Date>> {
    let same = ends.iter().position(|other| *other == end);
    match same {
        Some(place) => Some(ends.swap_remove(place)),
        None => ends.pop(),
    }
}

/// Whether one end is later than another; an exception without an end is for ever.
fn reaches_further(now: Option<Date>, before: Option<Date>) -> bool {
    match (now, before) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(now), Some(before)) => now > before,
    }
}
