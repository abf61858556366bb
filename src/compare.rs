//! What a change made true: head's verdict beside base's.
//!
//! Both trees were judged with one clock and by head's policy, each with its own exceptions. Every
//! finding of head is then *new* or *inherited*, and every finding of base that head has no more is
//! *fixed*. Two findings are the same one by [`Identity`]: rule, unit, document (followed through
//! renames) and subject, as a multiset; lines never count. Action items are matched by what they
//! say ([`items`]), so that mending a typo makes nothing new. A finding that reaches further than before is new,
//! for what was added to it.
//!
//! Where one of the trees could not be judged, nothing is concluded: what base could not assess is
//! not held against the change, and what head cannot assess is not called fixed.
//!
//! What it refuses: to look at commits, dates of files or who wrote what. Two trees decide.

mod change;
mod duty;
mod items;
mod parts;
mod secrets;
mod weakened;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Judged, Outcome, check};
use crate::clock::Clock;
use crate::finding::{Answer, Extent, Finding, Identity, Level, Subject};
use crate::inspect::{Inspection, Renames, reread};
use crate::load::Snapshot;
use crate::model::{Document, ItemTraits, Ops, same_items};
use crate::policy::Policy;
use crate::rule::NotAssessed;
use crate::rules;
use items::{Items, Origins};
use parts::{Beside, Part, Was, item_text, origin, parts, subjects, without_moved};

pub use change::{Change, Gain, ItemChange, ItemEvent};
pub use duty::DutyChange;

/// One of the two trees.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    pub snapshot: &'a Snapshot,
    pub inspection: &'a Inspection,
    /// The tree's own policy, or why it cannot be used; head's policy judges both trees.
    pub policy: Result<&'a Policy, String>,
}

/// One of the two trees, judged.
#[derive(Clone, Copy, Debug)]
struct Side<'a> {
    snapshot: &'a Snapshot,
    inspection: &'a Inspection,
    outcome: &'a Outcome,
}

impl<'a> Side<'a> {
    fn new(tree: &Tree<'a>, outcome: &'a Outcome) -> Side<'a> {
        Side {
            snapshot: tree.snapshot,
            inspection: tree.inspection,
            outcome,
        }
    }
}

/// How head's verdict differs from base's.
#[derive(Debug, Default)]
pub struct Comparison {
    /// For each finding of head, in its order.
    pub states: Vec<State>,
    /// For each thing that head could not assess, in its order.
    pub not_assessed: Vec<State>,
    /// Findings of base that are mended, in base's order.
    pub fixed: Vec<Judged>,
    /// Findings of base that nobody mended: their document was deleted or emptied, or their action
    /// items were dropped.
    pub removed: Vec<Judged>,
    /// What else the change wins and loses.
    pub change: Change,
}

/// Whether a change made something true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// With what was added to a finding that was there before, if it was.
    New(Option<Extent>),
    Inherited,
}

impl State {
    pub fn is_new(&self) -> bool {
        matches!(self, State::New(_))
    }

    pub fn id(&self) -> &'static str {
        match self {
            State::New(_) => "new",
            State::Inherited => "inherited",
        }
    }
}

impl Comparison {
    /// The worst level of what is new in head: found, or not to be judged any more.
    pub fn worst_new(&self, head: &Outcome, policy: &Policy) -> Option<Level> {
        let found = head.findings.iter().zip(&self.states);
        let found = found.filter(|(_, state)| state.is_new());
        let found = found.map(|(judged, _)| judged.level).max();
        let unknown = head.not_assessed.iter().zip(&self.not_assessed);
        let unknown = unknown.filter(|(_, state)| state.is_new());
        found.max(unknown.map(|(unknown, _)| policy.level(unknown.rule)).max())
    }
}

/// Judges both trees by one policy and one clock, and sets head's verdict beside base's.
pub fn compare(
    head: &Tree<'_>,
    base: &Tree<'_>,
    policy: &Policy,
    clock: Clock,
) -> (Outcome, Comparison) {
    let renames = &head.inspection.renames;
    let policy = &weakened::policy_of(policy, base);
    let judge = |tree: &Tree<'_>| check(tree.inspection, policy, clock);
    let ((mut of_head, mut of_base), (change, origins)) = rayon::join(
        || rayon::join(|| judge(head), || judge(base)),
        || {
            let none = Renames::default();
            let items = Items::between(head, base, (renames, &none));
            let change = Change {
                duty: duty::between(head, base, renames, clock),
                ..change::between(head, base, renames, &items)
            };
            (change, items.origins())
        },
    );
    let relaxed = weakened::relaxed(head, base, renames);
    of_head.add(
        &head.inspection.ops,
        policy,
        weakened::findings(&relaxed, policy),
    );
    if let Err(reason) = &base.policy {
        of_head.not_assessed.push(weakened::not_assessed(reason));
        of_base.not_assessed.push(weakened::not_assessed(reason));
    }
    let sides = (Side::new(head, &of_head), Side::new(base, &of_base));
    let mut comparison = set_beside(sides, (renames, &origins), change);
    let states = std::mem::take(&mut comparison.states);
    let ops = &head.inspection.ops;
    comparison.states = of_head.weigh_new(ops, policy, states, State::is_new);
    (of_head, comparison)
}

fn set_beside(
    (head, base): (Side<'_>, Side<'_>),
    (renames, origins): (&Renames, &Origins),
    change: Change,
) -> Comparison {
    let heads = keyed_of_head(head, &head.outcome.findings, (renames, origins));
    let bases = keyed(base, &base.outcome.findings);
    let base_of = pairs(&heads, &bases);
    let unassessed: BTreeSet<(&str, &str)> = base.outcome.not_assessed.iter().map(place).collect();
    let unanswered = unanswered(&base.inspection.ops);
    let states = heads.iter().zip(&base_of).map(|(head, base)| match base {
        Some(index) => worse(head, &bases[*index]),
        None if head.is_absent_from(&unassessed) || head.is_rest_of(&unanswered) => {
            State::Inherited
        }
        None => State::New(None),
    });
    let mut states: Vec<State> = states.collect();
    keep_moved(&mut states, &heads, (&bases, &base_of));
    secrets::tell_replaced(&mut states, head, base);
    let mut comparison = Comparison {
        states,
        not_assessed: not_assessed(head.outcome, renames, &unassessed),
        change,
        ..Comparison::default()
    };
    let in_base = (renames, origins);
    add_fixed(&mut comparison, (head, base), in_base, (&bases, &base_of));
    comparison
}

/// The questions that nothing answers, with the folder of the unit.
fn unanswered(ops: &Ops) -> BTreeSet<(Answer, &str)> {
    let units = ops.views().flat_map(|unit| {
        let open = Answer::ALL
            .into_iter()
            .filter(move |answer| !unit.is_answered(*answer));
        open.map(move |answer| (answer, unit.folder()))
    });
    units.collect()
}

/// A finding with its identity in the terms of base.
struct Keyed<'a> {
    finding: &'a Finding,
    key: Identity,
    was: Was,
    /// What it is about, if that is a list.
    parts: Vec<Part<'a>>,
}

impl Keyed<'_> {
    /// Whether it is a part of an answer that is not there, where before nothing of that answer was
    /// there: it was true then, and the greater absence was all that was said of it.
    fn is_rest_of(&self, unanswered: &BTreeSet<(Answer, &str)>) -> bool {
        let answer = rules::get(self.key.rule).and_then(|rule| rule.answer);
        let Some(answer) = answer.filter(|_| self.key.document.is_none()) else {
            return false;
        };
        unanswered.contains(&(answer, self.key.unit.as_str()))
    }

    /// Whether it is an absence that the other tree could not be asked about.
    fn is_absent_from(&self, unassessed: &BTreeSet<(&str, &str)>) -> bool {
        let place = (self.key.rule, self.key.unit.as_str());
        self.key.document.is_none() && unassessed.contains(&place)
    }
}

fn keyed<'a>(side: Side<'a>, findings: impl IntoIterator<Item = &'a Judged>) -> Vec<Keyed<'a>> {
    let sources = &side.inspection.ops.sources;
    let findings = findings.into_iter().map(|judged| &judged.finding);
    let keyed = findings.map(|finding| {
        let key = finding.identity(|file| sources.path(file).into());
        let part = |subject| Part {
            subject,
            name: Subject::clone(subject),
            was: match subject {
                Subject::Item(_) => Was::In(key.document.clone()),
                _ => Was::In(None),
            },
        };
        Keyed {
            parts: parts(finding).iter().map(part).collect(),
            was: Was::In(None),
            key,
            finding,
        }
    });
    keyed.collect()
}

/// The same of head, in the terms of base.
fn keyed_of_head<'a>(
    side: Side<'a>,
    findings: impl IntoIterator<Item = &'a Judged>,
    (renames, origins): (&Renames, &Origins),
) -> Vec<Keyed<'a>> {
    let mut all = keyed(side, findings);
    for keyed in &mut all {
        let key = renames.follow(keyed.key.clone());
        for part in &mut keyed.parts {
            (part.name, part.was) = origin(part.subject, &key, origins);
        }
        let (subject, was) = origin(&key.subject, &key, origins);
        let document = match &was {
            Was::In(Some(document)) => Some(document.clone()),
            _ => key.document,
        };
        keyed.key = Identity {
            subject,
            document,
            ..key
        };
        keyed.was = was;
    }
    all
}

/// For each finding of head the one of base that it is, surest first.
///
/// A document lies in one unit, so its unit says nothing more; and it may become another unit's when
/// a native file is put beside it.
fn pairs(heads: &[Keyed<'_>], bases: &[Keyed<'_>]) -> Vec<Option<usize>> {
    let mut pairing = Pairing {
        heads,
        bases,
        base_of: vec![None; heads.len()],
        is_taken: vec![false; bases.len()],
    };
    let own = |key: &Identity| match key.document {
        Some(_) => Identity {
            unit: String::new(),
            ..key.clone()
        },
        None => key.clone(),
    };
    let placeless = |key: &Identity| Identity {
        subject: without_places(&key.subject),
        ..own(key)
    };
    let same_words = |it: &Keyed<'_>| it.finding.message.clone();
    pairing.pair_equal(|it| Some((own(&it.key), same_words(it))));
    pairing.pair_equal(|it| Some((placeless(&it.key), same_words(it))));
    pairing.pair_equal(|it| Some(own(&it.key)));
    pairing.pair_equal(|it| Some(placeless(&it.key)));
    pairing.pair_equal(|it| of_unit(&it.key));
    pairing.pair_items();
    pairing.base_of
}

/// A person or a schedule is the same one in whichever file of the unit it is declared.
fn of_unit(key: &Identity) -> Option<Identity> {
    let is_of_unit = matches!(key.subject, Subject::Person(_) | Subject::Schedule(_));
    is_of_unit.then(|| Identity {
        document: None,
        ..key.clone()
    })
}

/// A pointer without places in lists: what stands before it may come and go.
fn without_places(subject: &Subject) -> Subject {
    let Subject::Key(pointer) = subject else {
        return subject.clone();
    };
    let is_place = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = pointer.split('/');
    let parts: Vec<&str> = parts
        .map(|part| if is_place(part) { "" } else { part })
        .collect();
    Subject::Key(parts.join("/"))
}

/// Which findings are paired so far.
struct Pairing<'a> {
    heads: &'a [Keyed<'a>],
    bases: &'a [Keyed<'a>],
    base_of: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

impl Pairing<'_> {
    fn pair(&mut self, head: usize, base: usize) {
        self.base_of[head] = Some(base);
        self.is_taken[base] = true;
    }

    fn free_heads(&self) -> Vec<usize> {
        let places = 0..self.heads.len();
        places
            .filter(|head| self.base_of[*head].is_none() && self.heads[*head].was != Was::Absent)
            .collect()
    }

    fn free_bases(&self) -> Vec<usize> {
        let places = 0..self.bases.len();
        places.filter(|base| !self.is_taken[*base]).collect()
    }

    /// Pairs what has the same key, in order; as many as are on both sides.
    fn pair_equal<K: Ord>(&mut self, key: impl Fn(&Keyed<'_>) -> Option<K>) {
        let mut waiting: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for base in self.free_bases().into_iter().rev() {
            if let Some(key) = key(&self.bases[base]) {
                waiting.entry(key).or_default().push(base);
            }
        }
        for head in self.free_heads() {
            let key = key(&self.heads[head]);
            let list = key.and_then(|key| waiting.get_mut(&key));
            if let Some(base) = list.and_then(Vec::pop) {
                self.pair(head, base);
            }
        }
    }

    /// Pairs findings about action items that are not there now, by their words.
    fn pair_items(&mut self) {
        let rules: BTreeSet<&str> = self.heads.iter().map(|head| head.key.rule).collect();
        let (heads, bases) = (self.heads, self.bases);
        let documents = numbers(heads.iter().chain(bases));
        for rule in rules {
            let unknown = self.free_heads().into_iter();
            let unknown = unknown.filter(|head| heads[*head].was == Was::Unknown);
            let new = items_of(heads, unknown, rule, &documents);
            let old = items_of(bases, self.free_bases(), rule, &documents);
            let olds: Vec<ItemTraits<'_>> = old.iter().map(|item| item.1).collect();
            let news: Vec<ItemTraits<'_>> = new.iter().map(|item| item.1).collect();
            for (before, after) in same_items(&olds, &news) {
                self.pair(new[after].0, old[before].0);
            }
        }
    }
}

/// A number for each document.
fn numbers<'a>(all: impl Iterator<Item = &'a Keyed<'a>>) -> BTreeMap<&'a [u8], usize> {
    let documents: BTreeSet<&[u8]> = all.filter_map(|it| it.key.document.as_deref()).collect();
    documents.into_iter().zip(0..).collect()
}

/// Findings of a rule about action items, as the matcher takes them.
fn items_of<'a>(
    all: &'a [Keyed<'a>],
    free: impl IntoIterator<Item = usize>,
    rule: &str,
    documents: &BTreeMap<&[u8], usize>,
) -> Vec<(usize, ItemTraits<'a>)> {
    let mut items = Vec::new();
    for index in free {
        let key = &all[index].key;
        let Subject::Item(text) = &key.subject else {
            continue;
        };
        let document = key.document.as_deref().and_then(|path| documents.get(path));
        if key.rule == rule {
            let traits = ItemTraits {
                document: document.copied().unwrap_or(usize::MAX),
                text,
                ..ItemTraits::default()
            };
            items.push((index, traits));
        }
    }
    items
}

/// Whether a finding that was there before reaches further now.
fn worse(head: &Keyed<'_>, base: &Keyed<'_>) -> State {
    let added = match (&head.finding.extent, &base.finding.extent) {
        (Some(Extent::Intervals(now)), Some(Extent::Intervals(before))) => {
            Extent::Intervals(outside(now, before))
        }
        (Some(Extent::Dates(now)), Some(Extent::Dates(before))) => {
            Extent::Dates(beyond(now, before))
        }
        (Some(Extent::Parts(_)), Some(Extent::Parts(_))) => {
            Extent::Parts(subjects(&Beside::of(&head.parts, &base.parts).added))
        }
        _ => return State::Inherited,
    };
    match added.is_empty() {
        true => State::Inherited,
        false => State::New(Some(added)),
    }
}

/// Takes action items that only moved to another document, as when two reports become one, out of
/// what is new.
fn keep_moved(
    states: &mut [State],
    heads: &[Keyed<'_>],
    (bases, base_of): (&[Keyed<'_>], &[Option<usize>]),
) {
    let mut gone = gone_items(heads, (bases, base_of));
    for ((state, head), base) in states.iter_mut().zip(heads).zip(base_of) {
        if !state.is_new() || head.parts.is_empty() {
            continue;
        }
        let Some(gone) = gone.get_mut(head.key.rule) else {
            continue;
        };
        let before = base.map_or(&[][..], |base| &bases[base].parts);
        let added = Beside::of(&head.parts, before).added;
        let left = without_moved(&added, gone);
        if left.is_empty() {
            *state = State::Inherited;
        } else if left.len() < added.len() {
            *state = State::New(Some(Extent::Parts(subjects(&left))));
        }
    }
}

/// By rule, the action items of which base said something and head no more where they were.
fn gone_items<'a>(
    heads: &'a [Keyed<'a>],
    (bases, base_of): (&'a [Keyed<'a>], &[Option<usize>]),
) -> BTreeMap<&'a str, Vec<&'a Part<'a>>> {
    let pairs = base_of.iter().enumerate();
    let pairs = pairs.filter_map(|(head, base)| Some(((*base)?, head)));
    let head_of: BTreeMap<usize, usize> = pairs.collect();
    let mut gone: BTreeMap<&str, Vec<&Part<'_>>> = BTreeMap::new();
    for (index, base) in bases.iter().enumerate() {
        let now = head_of
            .get(&index)
            .map_or(&[][..], |head| &heads[*head].parts);
        let items = Beside::of(now, &base.parts).gone.into_iter();
        let items = items.filter(|part| item_text(part.subject).is_some());
        gone.entry(base.key.rule).or_default().extend(items);
    }
    gone
}

/// What of some sorted intervals lies in none of the others.
fn outside(now: &[(i64, i64)], before: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut left = Vec::new();
    let mut others = before.iter().peekable();
    for (start, end) in now {
        let mut start = *start;
        while let Some((from, to)) = others.peek() {
            if *from >= *end {
                break;
            }
            if *from > start {
                left.push((start, *from));
            }
            start = start.max(*to);
            if *to > *end {
                break;
            }
            others.next();
        }
        if start < *end {
            left.push((start, *end));
        }
    }
    left
}

/// The dates that were not there, as often as they were not.
fn beyond(now: &[String], before: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for date in before {
        *counts.entry(date).or_default() += 1;
    }
    let is_new = |date: &&String| match counts.get_mut(*date) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    now.iter().filter(is_new).cloned().collect()
}

fn place(unknown: &NotAssessed) -> (&str, &str) {
    (unknown.rule, &unknown.unit)
}

fn not_assessed(
    head: &Outcome,
    renames: &Renames,
    unassessed: &BTreeSet<(&str, &str)>,
) -> Vec<State> {
    let states = head.not_assessed.iter().map(|unknown| {
        let place = (unknown.rule, renames.base_unit(&unknown.unit));
        match unassessed.contains(&place) {
            true => State::Inherited,
            false => State::New(None),
        }
    });
    states.collect()
}

/// Sorts what base had and head has no more.
fn add_fixed(
    comparison: &mut Comparison,
    (head, base): (Side<'_>, Side<'_>),
    (renames, origins): (&Renames, &Origins),
    (bases, base_of): (&[Keyed<'_>], &[Option<usize>]),
) {
    let matched: BTreeSet<usize> = base_of.iter().copied().flatten().collect();
    let gone: Vec<usize> = (0..bases.len())
        .filter(|base| !matched.contains(base))
        .collect();
    let gone_keyed: Vec<Keyed<'_>> = keyed(
        base,
        gone.iter().map(|index| &base.outcome.findings[*index]),
    );
    let allowed = keyed_of_head(head, &head.outcome.allowed, (renames, origins));
    let pairs = pairs(&allowed, &gone_keyed);
    let excepted: BTreeSet<usize> = pairs.into_iter().flatten().collect();
    let documents = Documents::of(head, renames);
    let dropped = dropped(&comparison.change);
    let unassessed: BTreeSet<(&str, &str)> = head
        .outcome
        .not_assessed
        .iter()
        .map(|unknown| (unknown.rule, renames.base_unit(&unknown.unit)))
        .collect();
    let (mut fixed, mut removed) = (Vec::new(), Vec::new());
    // Each is read from the disk.
    let mut known: BTreeMap<&[u8], Remains> = BTreeMap::new();
    for (place, index) in gone.into_iter().enumerate() {
        let keyed = &gone_keyed[place];
        if excepted.contains(&place) || keyed.is_absent_from(&unassessed) {
            continue;
        }
        let judged = base.outcome.findings[index].clone();
        let remains = match keyed.key.document.as_deref() {
            Some(path) => *known.entry(path).or_insert_with(|| documents.remains(path)),
            None => Remains::Text,
        };
        match remains {
            Remains::Unread => {}
            Remains::Nothing => removed.push(judged),
            Remains::Text if keyed.went_with(&dropped) => removed.push(judged),
            Remains::Text => fixed.push(judged),
        }
    }
    comparison.fixed = fixed;
    comparison.removed = removed;
}

/// Action items that were open and went without a word, by document of base and text.
type DroppedItems<'a> = BTreeSet<(&'a [u8], &'a str)>;

fn dropped(change: &Change) -> DroppedItems<'_> {
    let items = change.items.iter();
    let dropped = items.filter(|item| item.what == ItemEvent::Dropped);
    dropped
        .map(|item| (item.path.as_slice(), item.text.as_str()))
        .collect()
}

impl Keyed<'_> {
    /// Whether all the action items that it is about were dropped.
    fn went_with(&self, dropped: &DroppedItems<'_>) -> bool {
        let Some(path) = self.key.document.as_deref() else {
            return false;
        };
        let is_dropped =
            |part: &Subject| item_text(part).is_some_and(|text| dropped.contains(&(path, text)));
        match &self.finding.extent {
            _ if is_dropped(&self.key.subject) => true,
            Some(Extent::Parts(parts)) => !parts.is_empty() && parts.iter().all(is_dropped),
            _ => false,
        }
    }
}

/// What is left in head of a document of base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remains {
    /// It was deleted, or emptied but for headings and comments.
    Nothing,
    /// It is there, and what it says is not known.
    Unread,
    Text,
}

/// The documents of head by their paths in base.
struct Documents<'a> {
    head: Side<'a>,
    files: BTreeMap<&'a [u8], &'a Document>,
}

impl<'a> Documents<'a> {
    fn of(head: Side<'a>, renames: &'a Renames) -> Documents<'a> {
        let ops = &head.inspection.ops;
        let path = |file| renames.base_path(ops.sources.path(file));
        let files = ops
            .documents()
            .map(|document| (path(document.file), document));
        Documents {
            files: files.collect(),
            head,
        }
    }

    fn remains(&self, path: &[u8]) -> Remains {
        let Some(document) = self.files.get(path) else {
            return Remains::Nothing;
        };
        if document.is_cut {
            return Remains::Unread;
        }
        let sources = &self.head.inspection.ops.sources;
        match reread(self.head.snapshot, sources, document.file) {
            None => Remains::Unread,
            Some(bytes) if says_nothing(&bytes) => Remains::Nothing,
            Some(_) => Remains::Text,
        }
    }
}

/// Whether there are only headings and comments.
fn says_nothing(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let is_mark = |line: &[u8]| line.iter().all(|byte| b"-=".contains(byte));
    lines
        .into_iter()
        .all(|line| is_mark(line) || line.starts_with(b"#"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_there_before_is_outside() {
        let before = [(0, 10), (20, 30)];
        assert_eq!(outside(&[(0, 10), (20, 30)], &before), []);
        assert_eq!(outside(&[(2, 8)], &before), []);
        assert_eq!(outside(&[(5, 25)], &before), [(10, 20)]);
        assert_eq!(outside(&[(-5, 40)], &before), [(-5, 0), (10, 20), (30, 40)]);
        assert_eq!(
            outside(&[(0, 4), (6, 12), (40, 50)], &before),
            [(10, 12), (40, 50)]
        );
        assert_eq!(outside(&[(0, 4)], &[]), [(0, 4)]);
    }

    #[test]
    fn places_in_lists_do_not_count() {
        let key = |pointer: &str| Subject::Key(pointer.to_owned());
        assert_eq!(
            without_places(&key("/people/12/phone")),
            key("/people//phone")
        );
    }
}
