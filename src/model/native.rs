//! Native files: the answers in our own terms.
//!
//! Native is a file with one of our names and one of our keys in it. Its shape is judged by its
//! schema and by nothing else, so that one fault is said once; what is read here is read leniently.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::evidence::{Evidence, How};
use super::person::texts;
use super::{Fault, FaultKind, NativeName, Person, Rota, Schema, Stated, zone};
use crate::parse::yaml::{Node, Tree};
use crate::text::{Span, Spanned};
use crate::vocabulary;

/// What `prepcheck init` and `new` write where an answer belongs: it counts as nothing, and it is reported
/// until it is replaced.
pub const SKELETON: &str = "FILL-IN";

/// What a native file says.
#[derive(Debug, Default)]
pub(super) struct Native {
    pub evidence: Vec<Evidence>,
    /// The zone of the unit, or the bytes of a name that is none.
    pub timezone: Option<Result<TimeZone, Span>>,
    pub people: Vec<Person>,
    /// Skeleton text that was left in.
    pub skeletons: Vec<Span>,
    pub rota: Rota,
    /// What has the right shape and cannot be meant.
    pub faults: Vec<Fault>,
    /// Who can post to the status page.
    pub posters: Vec<Spanned<String>>,
    pub slots: BTreeMap<&'static str, Stated<String>>,
    /// Our top-level keys and where they stand.
    pub keys: BTreeMap<String, Span>,
}

/// The keys that make a file with one of our names a native one.
pub fn native_keys(name: NativeName) -> Vec<&'static str> {
    Schema::of_native(name).keys()
}

/// Whether a YAML file with one of our names holds one of our keys.
///
/// `preparedness.yaml` is ours whatever stands in it: nobody else uses that name, and a file in
/// which every key is misspelt must not be passed over. The other names are common ones.
pub(super) fn is_native(name: NativeName, tree: &Tree<'_>) -> bool {
    if name == NativeName::Preparedness {
        return true;
    }
    let Some(root) = tree.root() else {
        return false;
    };
    // A rota that is no mapping is a rota nobody can read; lists of people are common data.
    if name == NativeName::Oncall && !root.is_mapping() && !root.is_null() {
        return true;
    }
    // An object of some other system says what it is.
    let is_foreign = root.get("apiVersion").is_some() || root.get("kind").is_some();
    !is_foreign && native_keys(name).iter().any(|key| root.get(key).is_some())
}

/// Reads a native file; what does not fit is passed over, for the schema has said it.
pub(super) fn read(tree: &Tree<'_>, schema: Schema) -> Native {
    let mut native = Native::default();
    let Some(root) = tree.root() else {
        return native;
    };
    for entry in root.entries() {
        let Some(key) = entry.key.as_str() else {
            continue;
        };
        native.keys.insert(key.to_owned(), entry.key.span());
    }
    for (path, slot) in SLOTS {
        let mut node = Some(root);
        for key in path.split('.') {
            node = node.and_then(|node| node.get(key));
        }
        let Some(node) = node else {
            continue;
        };
        native.slots.insert(slot, stated(node));
        // How soon somebody answers does not say who, and incidents are counted together.
        let is_part = *slot == "who.respond_within" || slot.starts_with("fix.incidents.");
        if !is_part {
            native.evidence.extend(evidence(slot, node));
        }
    }
    native.skeletons = skeletons(root);
    native.people = Person::read_all(root.get("people"));
    (native.rota, native.faults) = Rota::read(root, schema.name());
    native.faults.extend(empty_reasons(root, schema));
    native.faults.extend(second_ids(root, schema));
    native.timezone = read_zones(root, schema, &mut native.faults);
    let communicate = root.get("communicate");
    native.posters = texts(communicate.and_then(|node| node.get("posters")));
    for person in &native.people {
        let reachable = person.phone.span().or(person.phone_in.span());
        for (slot, span) in [
            ("who.phone", reachable),
            ("who.backup", person.backup.span()),
        ] {
            let evidence = span.and_then(|span| Evidence::new(slot, span, How::Written));
            native.evidence.extend(evidence);
        }
    }
    native.evidence.sort();
    native
}

/// Slots that do not apply for a reason that is none.
fn empty_reasons(root: Node<'_, '_>, schema: Schema) -> Vec<Fault> {
    let mut found = Vec::new();
    for (path, _) in SLOTS {
        let mut node = Some(root);
        for key in path.split('.').chain(["not_applicable"]) {
            node = node.and_then(|node| node.get(key));
        }
        let Some(node) = node else { continue };
        if node.as_str().is_some_and(is_no_reason) {
            found.push(Fault {
                pointer: format!("/{}/not_applicable", path.replace('.', "/")),
                span: node.span(),
                kind: FaultKind::Impossible {
                    message: "`not_applicable` gives no reason".to_owned(),
                    help: "say why, as in `{not_applicable: we have no disks}`".into(),
                },
                schema: schema.name(),
                correction: None,
            });
        }
    }
    found
}

/// What people write to be done with it. Nothing at all is the schema's business.
fn is_no_reason(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "no",
        "none",
        "not",
        "nope",
        "n",
        "na",
        "n/a",
        "yes",
        "y",
        "true",
        "false",
        "ok",
        "null",
        "nil",
        "not applicable",
        "tbd",
        "todo",
        "x",
        "-",
        "--",
        "?",
        ".",
    ];
    WORDS.contains(&&*text.trim().to_lowercase())
}

/// People whose id somebody before them has.
fn second_ids(root: Node<'_, '_>, schema: Schema) -> Vec<Fault> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    let people = root.get("people").into_iter().flat_map(|list| list.items());
    for (index, person) in people.enumerate() {
        let Some(id) = person.get("id").and_then(text) else {
            continue;
        };
        if known.contains(&id.value) {
            found.push(Fault {
                pointer: format!("/people/{index}/id"),
                span: id.span,
                kind: FaultKind::Impossible {
                    message: format!("two people have the id `{}`", id.value),
                    help: "give each person an id of their own".into(),
                },
                schema: schema.name(),
                correction: None,
            });
        }
        known.insert(id.value);
    }
    found
}

/// The zone of the unit; those of its people are held to the same.
fn read_zones(
    root: Node<'_, '_>,
    schema: Schema,
    faults: &mut Vec<Fault>,
) -> Option<Result<TimeZone, Span>> {
    let people = root.get("people").into_iter().flat_map(|list| list.items());
    for (index, person) in people.enumerate() {
        let pointer = format!("/people/{index}/timezone");
        let read = zone::read(person.get("timezone"), pointer, schema.name());
        faults.extend(read.err().map(|fault| *fault));
    }
    match zone::read(root.get("timezone"), "/timezone".to_owned(), schema.name()) {
        Ok(zone) => zone.map(|zone| Ok(zone.value)),
        Err(fault) => {
            let span = fault.span;
            faults.push(*fault);
            Some(Err(span))
        }
    }
}

/// Every value that still holds skeleton text, in order of the file.
fn skeletons(node: Node<'_, '_>) -> Vec<Span> {
    let mut found = Vec::new();
    let values = node.entries().map(|entry| entry.value).chain(node.items());
    for value in values {
        if value.as_str().is_some_and(|text| text.contains(SKELETON)) {
            found.push(value.span());
        }
        found.extend(skeletons(value));
    }
    found
}

/// Where each slot stands in a native file.
const SLOTS: &[(&str, &str)] = &[
    ("people", "who.people"),
    ("who.respond_within", "who.respond_within"),
    ("who.paging", "who.paging"),
    ("who.hotline", "who.hotline"),
    ("schedules", "who.rotation"),
    ("escalation", "who.escalation"),
    ("detect.monitoring.uptime", "detect.monitoring.uptime"),
    ("detect.monitoring.errors", "detect.monitoring.errors"),
    ("detect.monitoring.metrics", "detect.monitoring.metrics"),
    ("detect.customer_reports", "detect.customer_reports"),
    ("detect.health_checks", "detect.health_checks"),
    ("communicate.status_page", "communicate.status_page"),
    ("communicate.support", "communicate.support"),
    ("communicate.banner", "communicate.banner"),
    ("communicate.social", "communicate.social"),
    (
        "communicate.messages.investigating",
        "communicate.messages.investigating",
    ),
    (
        "communicate.messages.identified",
        "communicate.messages.identified",
    ),
    (
        "communicate.messages.resolved",
        "communicate.messages.resolved",
    ),
    (
        "communicate.messages.follow_up",
        "communicate.messages.follow_up",
    ),
    ("fix.rollback", "fix.rollback"),
    ("fix.restart", "fix.restart"),
    ("fix.database", "fix.database"),
    ("fix.logs", "fix.logs"),
    ("fix.scale", "fix.scale"),
    ("fix.incidents", "fix.incidents"),
    ("fix.incidents.bad-deploy", "fix.incidents.bad-deploy"),
    (
        "fix.incidents.database-migration",
        "fix.incidents.database-migration",
    ),
    (
        "fix.incidents.external-outage",
        "fix.incidents.external-outage",
    ),
    ("fix.incidents.traffic-spike", "fix.incidents.traffic-spike"),
    ("fix.incidents.disk-full", "fix.incidents.disk-full"),
    (
        "fix.incidents.certificate-expiry",
        "fix.incidents.certificate-expiry",
    ),
    (
        "fix.incidents.secret-exposure",
        "fix.incidents.secret-exposure",
    ),
    ("learn.postmortem_template", "learn.postmortem_template"),
    ("learn.action_items", "learn.action_items"),
    ("learn.follow_up", "learn.follow_up"),
    ("exercised", "exercised"),
];

/// A scalar's text, whatever its type.
pub(super) fn text(node: Node<'_, '_>) -> Option<Spanned<String>> {
    let text = node.as_str()?.trim();
    let is_empty = node.is_null() || text.is_empty() || text.contains(SKELETON);
    let is_given = !is_empty && !vocabulary::is_placeholder(text);
    is_given.then(|| Spanned::new(text.to_owned(), node.span()))
}

/// What a slot says: an answer as text, or the reason why there is none.
pub(super) fn stated(node: Node<'_, '_>) -> Stated<String> {
    if let Some(reason) = node.get("not_applicable") {
        let is_reason = |reason: &&str| !reason.trim().is_empty() && !is_no_reason(reason);
        return match reason.as_str().filter(is_reason) {
            Some(text) => Stated::NotApplicable(Spanned::new(text.to_owned(), reason.span())),
            None => Stated::NotUnderstood(reason.span()),
        };
    }
    if node.as_str().is_none() {
        return Stated::NotUnderstood(node.span());
    }
    let Some(value) = text(node) else {
        return Stated::Missing;
    };
    match value.value.as_str() {
        text if text.starts_with("ENC[") => Stated::Encrypted(value.span),
        text if text.contains("://") => Stated::Elsewhere(value),
        _ => Stated::Known(value),
    }
}

/// Evidence from a slot, in the shape that the schema asks for and in no other.
fn evidence(slot: &'static str, node: Node<'_, '_>) -> Option<Evidence> {
    let is_list_of = |fits: fn(Node<'_, '_>) -> bool| node.is_sequence() && node.items().any(fits);
    let is_given = |node: Node<'_, '_>| stated(node).is_given();
    let how = match (slot, stated(node)) {
        (slot, _) if LISTS_OF_MAPPINGS.contains(&slot) => {
            is_list_of(|item| item.is_mapping() && names_somebody(item)).then_some(How::Written)?
        }
        ("fix.incidents", _) => {
            let mut incidents = node.entries().map(|entry| entry.value);
            incidents.any(is_given).then_some(How::Written)?
        }
        (_, Stated::NotApplicable(_)) => How::NotApplicable,
        (_, Stated::Encrypted(_)) => How::Encrypted,
        (_, Stated::Elsewhere(_)) => How::Linked,
        (_, Stated::Known(_)) => How::Written,
        ("detect.health_checks", _) => is_list_of(is_given).then_some(How::Written)?,
        (_, Stated::Missing | Stated::NotUnderstood(_)) => return None,
    };
    let reason = node.get("not_applicable").and_then(|node| node.as_str());
    let reason = reason.filter(|_| how == How::NotApplicable).map(Box::from);
    Evidence::new(slot, node.span(), how).map(|evidence| Evidence { reason, ..evidence })
}

/// Slots that hold a list of people, schedules or levels.
const LISTS_OF_MAPPINGS: &[&str] = &["who.people", "who.rotation", "who.escalation"];

/// Whether an entry of such a list holds anything that is filled in.
fn names_somebody(item: Node<'_, '_>) -> bool {
    let mut values = item.entries().map(|entry| entry.value);
    values.any(|value| text(value).is_some() || value.is_sequence())
}
