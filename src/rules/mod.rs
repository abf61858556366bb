//! All rules, a folder a group and a file a rule.

mod absence;
mod answers;
mod comms;
mod detect;
mod files;
mod history;
mod oncall;
mod people;
mod policy;
mod postmortems;
mod runbooks;
mod words;

use std::collections::BTreeSet;

use crate::nearest::nearest;
use crate::rule::{AnyParam, Rule};

/// All rules, by name.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let groups = [
        answers::RULES,
        comms::RULES,
        detect::RULES,
        files::RULES,
        history::RULES,
        oncall::RULES,
        people::RULES,
        policy::RULES,
        postmortems::RULES,
        runbooks::RULES,
    ];
    groups.into_iter().flatten().copied()
}

/// The names of the groups, in order.
pub fn groups() -> impl Iterator<Item = &'static str> {
    let names: BTreeSet<&str> = all().map(|rule| rule.group.id()).collect();
    names.into_iter()
}

/// By group, in order.
type GroupSettings = (&'static str, &'static [&'static dyn AnyParam]);

static SHARED_SETTINGS: &[GroupSettings] = &[
    ("oncall", oncall::SHARED),
    ("postmortems", postmortems::SHARED),
];

/// What all rules of a group can be told at once, by group, in order.
pub fn shared_settings() -> &'static [GroupSettings] {
    SHARED_SETTINGS
}

pub fn get(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}

/// The rule that was probably meant; the part behind the slash is enough.
pub fn meant(name: &str) -> Option<&'static str> {
    let whole = nearest(name, all().map(|rule| rule.name));
    whole.or_else(|| {
        let defect = |rule: &&Rule| rule.name.split('/').nth(1) == Some(name);
        all().find(defect).map(|rule| rule.name)
    })
}
