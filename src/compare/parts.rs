//! The parts of what a finding is about, in one tree and in the other.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Origin, Origins};
use crate::finding::{Extent, Finding, Identity, Subject};
use crate::model::{ItemTraits, same_items};

/// A part of what a finding is about.
pub(super) struct Part<'a> {
    pub(super) subject: &'a Subject,
    /// What it was called in base.
    pub(super) name: Subject,
    pub(super) was: Was,
}

/// What is known of the past of an action item, or of anything else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Was {
    /// There under the name that is given with it; of an action item in this document.
    In(Option<Box<[u8]>>),
    Absent,
    /// In some document, perhaps in other words.
    Unknown,
}

/// The parts that are not among those which went elsewhere; takes the others out of these.
pub(super) fn without_moved<'p, 'a>(
    parts: &[&'p Part<'a>],
    gone: &mut Vec<&Part<'_>>,
) -> Vec<&'p Part<'a>> {
    let mut places: BTreeMap<(&Was, &Subject), Vec<usize>> = BTreeMap::new();
    for (place, old) in gone.iter().enumerate() {
        places.entry((&old.was, &old.name)).or_default().push(place);
    }
    let (mut left, mut taken) = (Vec::new(), BTreeSet::new());
    for part in parts {
        let list = places.get_mut(&(&part.was, &part.name));
        match list.and_then(Vec::pop) {
            Some(place) => _ = taken.insert(place),
            None => left.push(*part),
        }
    }
    *gone = but(std::mem::take(gone), &taken);
    let (kept, taken) = alike(&left, gone);
    *gone = but(std::mem::take(gone), &taken);
    but(left, &kept)
}

/// The parts of two findings that are one, and what only one of them has.
pub(super) struct Beside<'n, 'b, 'a> {
    pub(super) added: Vec<&'n Part<'a>>,
    pub(super) gone: Vec<&'b Part<'a>>,
}

impl<'n, 'b, 'a> Beside<'n, 'b, 'a> {
    pub(super) fn of(now: &'n [Part<'a>], before: &'b [Part<'a>]) -> Beside<'n, 'b, 'a> {
        let mut waiting: BTreeMap<&Subject, Vec<usize>> = BTreeMap::new();
        for (place, part) in before.iter().enumerate().rev() {
            waiting.entry(&part.name).or_default().push(place);
        }
        let mut is_there = vec![false; before.len()];
        let mut added = Vec::new();
        for part in now {
            let here = before.first().map(|old| &old.was);
            let was_here = match &part.was {
                Was::In(Some(_)) => here == Some(&part.was),
                Was::In(None) | Was::Unknown => true,
                Was::Absent => false,
            };
            let list = waiting.get_mut(&part.name).filter(|_| was_here);
            match list.and_then(Vec::pop) {
                Some(place) => is_there[place] = true,
                None => added.push(part),
            }
        }
        let gone = before.iter().zip(is_there);
        let gone: Vec<&Part<'a>> = gone
            .filter(|(_, is_there)| !is_there)
            .map(|(part, _)| part)
            .collect();
        let (kept, taken) = alike(&added, &gone);
        Beside {
            added: but(added, &kept),
            gone: but(gone, &taken),
        }
    }
}

/// A list without some of its places.
fn but<T>(list: Vec<T>, places: &BTreeSet<usize>) -> Vec<T> {
    let list = list.into_iter().enumerate();
    list.filter(|(place, _)| !places.contains(place))
        .map(|(_, it)| it)
        .collect()
}

/// The places of action items of which no more is known than their words, and of those that they
/// are among others.
fn alike(news: &[&Part<'_>], olds: &[&Part<'_>]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let is_unknown = |part: &&Part<'_>| part.was == Was::Unknown;
    let (new_places, news) = texts(news, is_unknown);
    let (old_places, olds) = texts(olds, |_| true);
    let pairs = same_items(&olds, &news).into_iter();
    pairs
        .map(|(old, new)| (new_places[new], old_places[old]))
        .unzip()
}

fn texts<'p>(
    parts: &[&'p Part<'_>],
    counts: impl Fn(&&Part<'_>) -> bool,
) -> (Vec<usize>, Vec<ItemTraits<'p>>) {
    let parts = parts.iter().enumerate().filter(|(_, part)| counts(part));
    let texts = parts.filter_map(|(place, part)| {
        let text = item_text(&part.name)?;
        let traits = ItemTraits {
            text,
            ..ItemTraits::default()
        };
        Some((place, traits))
    });
    texts.unzip()
}

/// What a subject in a document, that of a key in the terms of base, was called there.
pub(super) fn origin(subject: &Subject, key: &Identity, origins: &Origins) -> (Subject, Was) {
    let document = key.document.as_deref();
    let known = match subject {
        Subject::Item(text) => origins.of(document, text),
        _ => return (subject.clone(), Was::In(None)),
    };
    match known {
        Origin::Item(path, text) => (Subject::Item(text.to_owned()), Was::In(Some(path.into()))),
        Origin::New => (subject.clone(), Was::Absent),
        Origin::Unknown => (subject.clone(), Was::Unknown),
    }
}

pub(super) fn parts(finding: &Finding) -> &[Subject] {
    match &finding.extent {
        Some(Extent::Parts(parts)) => parts,
        _ => &[],
    }
}

pub(super) fn subjects(parts: &[&Part<'_>]) -> Vec<Subject> {
    parts.iter().map(|part| part.subject.clone()).collect()
}

pub(super) fn item_text(part: &Subject) -> Option<&str> {
    match part {
        Subject::Item(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(subject: &Subject, was: Was) -> Part<'_> {
        Part {
            subject,
            name: subject.clone(),
            was,
        }
    }

    #[test]
    fn parts_are_new_unless_they_were_there_in_other_words() {
        let item = |text: &str| Subject::Item(text.to_owned());
        let slot = |name: &str| Subject::Slot(name.to_owned());
        let before = [item("Alert on disk usage"), slot("a"), slot("b")];
        let before: Vec<Part<'_>> = before.iter().map(|it| part(it, Was::In(None))).collect();
        let now = [
            (item("Alert on disk usgae"), Was::Unknown),
            (item("Alert on disk usages"), Was::Absent),
            (item("Rotate the keys"), Was::Unknown),
            (slot("b"), Was::In(None)),
            (slot("c"), Was::In(None)),
        ];
        let now: Vec<Part<'_>> = now.iter().map(|(it, was)| part(it, was.clone())).collect();
        let beside = Beside::of(&now, &before);
        let added = [
            item("Alert on disk usages"),
            item("Rotate the keys"),
            slot("c"),
        ];
        assert_eq!(subjects(&beside.added), added);
        assert_eq!(subjects(&beside.gone), [slot("a")]);
        assert!(Beside::of(&before, &before).added.is_empty());
    }
}
