//! Which of the seven incidents a text names.

use std::sync::LazyLock;

use crate::vocabulary::{self, Sieve, Signs};

/// The common incident types, in the order in which people list them.
pub const INCIDENTS: &[&str] = &[
    "bad-deploy",
    "database-migration",
    "external-outage",
    "traffic-spike",
    "disk-full",
    "certificate-expiry",
    "secret-exposure",
];

/// The fixes that every team needs.
pub const FIXES: &[&str] = &["rollback", "restart", "database", "logs", "scale"];

/// Fixes that are known and never demanded.
pub const FURTHER_FIXES: &[&str] = &["failover", "disable-feature"];

/// How clearly a text names an incident type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::model) enum Naming {
    /// Something like it, or something near it.
    Near,
    /// Clear in a title; elsewhere perhaps a step of another procedure.
    AsTitle,
    Clear,
}

/// The incident types that a text names, by the concepts of `vocabulary/incidents.txt` in it.
pub(in crate::model) fn named(concepts: &[&str]) -> Vec<(&'static str, Naming)> {
    // Most texts name nothing at all.
    if concepts.is_empty() {
        return Vec::new();
    }
    let naming = |incident: &&'static str| {
        let has = |part: &str| concepts.iter().any(|name| is_part(name, incident, part));
        Some((*incident, naming(has)?))
    };
    INCIDENTS.iter().filter_map(naming).collect()
}

/// The same for a text.
pub(in crate::model) fn named_in(normalised: &str) -> Vec<(&'static str, Naming)> {
    named(&vocabulary::concepts("incidents", normalised))
}

/// Whether a sentence with these concepts speaks of an incident; a report may do so by its cause.
pub(super) fn is_spoken_of(concepts: &[&str], incident: &str, is_report: bool) -> bool {
    let has = |part: &str| concepts.iter().any(|name| is_part(name, incident, part));
    naming(has) == Some(Naming::Clear) || (is_report && has(".report") && !has(".other"))
}

/// The sentences of a text for which [`is_spoken_of`] may hold.
pub(super) fn sentences<'t>(text: &'t str, is_report: bool, mut each: impl FnMut(&'t str)) {
    static ENDS: Signs = Signs::of(b".;!\n");
    static PARTS: LazyLock<Sieve> = LazyLock::new(|| {
        let names = ["", ".thing", ".trouble", ".report"]
            .map(|part| INCIDENTS.iter().map(move |name| format!("{name}{part}")));
        let names: Vec<String> = names.into_iter().flatten().collect();
        Sieve::told_apart("incidents", &names)
    });
    PARTS.parts(text, &ENDS, |sentence, found| {
        let count = INCIDENTS.len();
        let of = |part: usize| found >> (part * count) & ((1 << count) - 1);
        let by_cause = if is_report { of(3) } else { 0 };
        if of(0) | (of(1) & of(2)) | by_cause != 0 {
            each(sentence);
        }
    });
}

fn naming(has: impl Fn(&str) -> bool) -> Option<Naming> {
    let is_clear = has("") || (has(".thing") && has(".trouble"));
    let is_other = has(".other");
    // What happens to something else is as near as nothing happening to the thing itself.
    let is_near = has(".thing") || (is_other && has(".trouble"));
    match (is_clear, has(".title"), is_other) {
        (true, _, false) => Some(Naming::Clear),
        (false, true, false) => Some(Naming::AsTitle),
        (true, _, true) | (_, true, true) => Some(Naming::Near),
        (false, false, _) => is_near.then_some(Naming::Near),
    }
}

/// Whether a concept is this part of what names an incident.
fn is_part(concept: &str, incident: &str, part: &str) -> bool {
    concept.strip_prefix(incident) == Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_their_incidents() {
        let mut faults = Vec::new();
        for line in include_str!("titles.txt").lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (title, expected) = line.split_once(" | ").expect("a title and its types");
            let named = named_in(&vocabulary::normalise(title)).into_iter();
            let named = named.filter(|(_, naming)| *naming > Naming::Near);
            let named: Vec<&str> = named.map(|(incident, _)| incident).collect();
            let found = match named.is_empty() {
                true => "-".to_owned(),
                false => named.join(" "),
            };
            if found != expected {
                faults.push(format!("{title} | {found}, expected {expected}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
