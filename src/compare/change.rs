//! What a change does to how prepared a repository is, besides findings: which parts of the answers,
//! which incidents and which action items it wins and loses.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Tree;
use super::duty::DutyChange;
use super::items::{Item, Items};
use crate::inspect::Renames;
use crate::model::{
    ActionItem, FIXES, INCIDENTS, ItemTraits, PARTS, UnitView, aside_traits, same_items,
};

/// What is there, or done, after a change and was not before; and the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub won: Vec<Gain>,
    pub lost: Vec<Gain>,
    pub items: Vec<ItemChange>,
    /// Who is on call in the next seven days.
    pub duty: Vec<DutyChange>,
}

/// A part of an answer, an incident or a fix, in a unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain {
    /// Folder of the unit; empty for the root's.
    pub unit: String,
    /// Such as `detect: errors` or `runbook: disk-full`.
    pub name: String,
}

/// What happened to an action item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// Its document below the root: in head, or in base if it is gone.
    pub path: Vec<u8>,
    pub text: String,
    pub what: ItemEvent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemEvent {
    Added,
    /// Open before, and neither there nor done now.
    Dropped,
    /// Closed where it stood, with the word that it will not be done.
    Declined,
    Postponed {
        from: Date,
        to: Date,
    },
    Completed,
    /// It got an owner, and had none.
    Assigned,
    /// It got a day that it is due on, and had none.
    Dated {
        to: Date,
    },
}

impl ItemEvent {
    pub fn id(&self) -> &'static str {
        match self {
            ItemEvent::Added => "added",
            ItemEvent::Dropped => "dropped",
            ItemEvent::Declined => "declined",
            ItemEvent::Postponed { .. } => "postponed",
            ItemEvent::Completed => "completed",
            ItemEvent::Assigned => "assigned",
            ItemEvent::Dated { .. } => "dated",
        }
    }
}

impl Change {
    pub fn is_empty(&self) -> bool {
        *self == Change::default()
    }
}

/// What a change wins and loses.
pub(super) fn between(
    head: &Tree<'_>,
    base: &Tree<'_>,
    renames: &Renames,
    items: &Items<'_>,
) -> Change {
    let (now, before) = (gains(head, renames), gains(base, &Renames::default()));
    Change {
        won: now.difference(&before).cloned().collect(),
        lost: before.difference(&now).cloned().collect(),
        items: of_items(items, head, renames),
        duty: Vec::new(),
    }
}

fn gains(tree: &Tree<'_>, renames: &Renames) -> BTreeSet<Gain> {
    let mut gains = BTreeSet::new();
    let units = tree.inspection.ops.views();
    for unit in units.filter(|unit| !unit.is_mere_container()) {
        for name in names(unit) {
            let unit = renames.base_unit(unit.folder()).to_owned();
            gains.insert(Gain { unit, name });
        }
    }
    gains
}

fn names(unit: UnitView<'_>) -> Vec<String> {
    let parts = PARTS
        .iter()
        .filter(|part| part.slots.iter().any(|slot| unit.has(slot)));
    let mut names: Vec<String> = parts
        .map(|part| format!("{}: {}", part.answer.id(), part.name))
        .collect();
    let concepts = INCIDENTS.iter().chain(FIXES);
    let covered = concepts.filter(|concept| unit.is_covered(concept));
    names.extend(covered.map(|concept| format!("runbook: {concept}")));
    names
}

fn of_items(items: &Items<'_>, head: &Tree<'_>, renames: &Renames) -> Vec<ItemChange> {
    let before: BTreeMap<usize, usize> =
        items.pairs.iter().map(|(old, new)| (*new, *old)).collect();
    let mut changes = Vec::new();
    for (index, new) in items.news.iter().enumerate() {
        let old = before.get(&index).map(|old| items.olds[*old].item);
        let events = events(old, new.item).into_iter();
        changes.extend(events.map(|what| change(new, what)));
    }
    let kept: BTreeSet<usize> = before.into_values().collect();
    let is_gone = |old: &usize| !kept.contains(old) && !items.olds[*old].item.is_done();
    let gone: Vec<usize> = (0..items.olds.len()).filter(is_gone).collect();
    let asides = asides(head, renames, &items.numbers);
    let dropped = without(gone, &items.traits(&items.olds), &asides).into_iter();
    changes.extend(dropped.map(|old| change(&items.olds[old], ItemEvent::Dropped)));
    changes
}

/// Those of some places whose items stand nowhere among others.
fn without(places: Vec<usize>, traits: &[ItemTraits<'_>], others: &[ItemTraits<'_>]) -> Vec<usize> {
    let items: Vec<ItemTraits<'_>> = places.iter().map(|place| traits[*place]).collect();
    let standing = same_items(&items, others).into_iter();
    let standing: BTreeSet<usize> = standing.map(|(item, _)| places[item]).collect();
    let left = places.into_iter();
    left.filter(|place| !standing.contains(place)).collect()
}

/// What still stands in other form, which nobody can tell from an item.
fn asides<'a>(
    head: &Tree<'a>,
    renames: &Renames,
    numbers: &BTreeMap<&[u8], usize>,
) -> Vec<ItemTraits<'a>> {
    let ops = &head.inspection.ops;
    let mut asides = Vec::new();
    for document in ops.documents() {
        let path = renames.base_path(ops.sources.path(document.file));
        let (Some(report), Some(number)) = (&document.postmortem, numbers.get(path)) else {
            continue;
        };
        asides.extend(aside_traits(*number, &report.asides));
    }
    asides
}

fn events(old: Option<&ActionItem>, new: &ActionItem) -> Vec<ItemEvent> {
    let Some(old) = old else {
        let added = Some(ItemEvent::Added).filter(|_| !new.is_done());
        return added.into_iter().collect();
    };
    match (old.is_done(), new.is_done()) {
        (false, true) if new.dropped.is_some() => vec![ItemEvent::Declined],
        (false, true) => vec![ItemEvent::Completed],
        (_, true) => Vec::new(),
        (_, false) => events_of_open(old, new),
    }
}

fn events_of_open(old: &ActionItem, new: &ActionItem) -> Vec<ItemEvent> {
    let is_assigned = old.owners.is_empty() && !new.owners.is_empty();
    let assigned = Some(ItemEvent::Assigned).filter(|_| is_assigned);
    let due = match (old.due.day(), new.due.day()) {
        (Some(from), Some(to)) if to > from => Some(ItemEvent::Postponed { from, to }),
        (None, Some(to)) => Some(ItemEvent::Dated { to }),
        _ => None,
    };
    assigned.into_iter().chain(due).collect()
}

fn change(it: &Item<'_>, what: ItemEvent) -> ItemChange {
    ItemChange {
        path: it.path.to_vec(),
        text: it.item.text.value.clone(),
        what,
    }
}
