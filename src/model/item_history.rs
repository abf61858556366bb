//! What became of a post-mortem's action items, from one of its contents to the next.
//!
//! Items have no ids; [`same_items`] tells which is which. What it takes for the same item is one
//! story: the days it was to be done by, and whether it was taken out while it was still open.
//!
//! What it refuses: to conclude from a content that was not understood, from a draft, or from one
//! that stood for less than a day. What was written and taken out while a report was being written
//! was promised to nobody. What happened while such a content stood has no commit that can be named.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::history::Change;
use super::item_identity::{ItemTraits, same_items};
use super::postmortem::{ActionItem, Actions, PostMortem};

/// Seconds for which a content must stand before its items count as promised.
const STANDS: i64 = 24 * 60 * 60;

/// The action items of one content of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemVersion {
    /// The commit that brought the content; none if it is known from a tree alone.
    pub change: Option<Change>,
    /// None if they were not understood, are kept elsewhere or belong to a draft.
    pub items: Option<Vec<PastItem>>,
}

/// An action item as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastItem {
    pub text: String,
    pub tracker: Option<String>,
    pub owner: Option<String>,
    pub due: Option<Date>,
    pub is_done: bool,
}

/// What became of the items of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemHistory {
    /// The items that are there and whose day was changed, in their order.
    pub moved: Vec<Moved>,
    /// Items that were open when they were taken out, the last to go first.
    pub dropped: Vec<Dropped>,
}

/// The days that an item was to be done by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The item's place in the document.
    pub item: usize,
    /// The oldest first; two or more, each unlike the one before it.
    pub days: Vec<DueDay>,
}

/// A day, and what set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDay {
    pub day: Date,
    pub by: Author,
}

/// What changed an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    Commit(Change),
    /// It is not committed.
    Nobody,
    /// A commit whose content cannot be told, or the one behind it.
    Unknown,
}

/// An open item that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub item: PastItem,
    /// What took it out.
    pub by: Author,
}

/// The items of a content, if they can be compared with those of another.
pub fn past_items(report: &PostMortem) -> Option<Vec<PastItem>> {
    let is_clear = match report.actions {
        Actions::NotUnderstood(_) | Actions::Elsewhere(_) => false,
        Actions::NoSection | Actions::Empty(_) | Actions::NoneNeeded(_) | Actions::Listed => true,
    };
    let items = report.action_items.iter().map(PastItem::of);
    (is_clear && !report.is_draft).then(|| items.collect())
}

/// Follows the items of a document through its contents, the newest first. The first of them may
/// be what the document holds now.
pub fn follow(now: &PostMortem, versions: &[ItemVersion]) -> ItemHistory {
    let Some(items) = past_items(now) else {
        return ItemHistory::default();
    };
    // Most reports are never touched again.
    if versions
        .iter()
        .all(|version| version.items.as_ref() == Some(&items))
    {
        return ItemHistory::default();
    }
    let mut stories = Stories::new(items);
    for (at, version) in versions.iter().enumerate() {
        let newer = at.checked_sub(1).map(|newer| &versions[newer]);
        let is_latest = newer.is_none();
        let Some(items) = &version.items else {
            stories.has_gap = true;
            continue;
        };
        if is_latest || version.stood_until(newer) {
            stories.go_back(items, &Author::of(version));
        }
    }
    let mut history = stories.finish();
    history.dropped = without_asides(history.dropped, &now.asides);
    history
}

/// What still stands there in other form, which nobody can tell from an item, was not taken out.
fn without_asides(dropped: Vec<Dropped>, asides: &[String]) -> Vec<Dropped> {
    let old: Vec<ItemTraits<'_>> = dropped.iter().map(|it| it.item.traits()).collect();
    let standing: BTreeSet<usize> = same_items(&old, &aside_traits(0, asides))
        .into_iter()
        .map(|(old, _)| old)
        .collect();
    let mut at = 0..;
    let mut dropped = dropped;
    dropped.retain(|_| !at.next().is_some_and(|at| standing.contains(&at)));
    dropped
}

/// Paragraphs of a document as items.
pub(crate) fn aside_traits(document: usize, asides: &[String]) -> Vec<ItemTraits<'_>> {
    let asides = asides.iter();
    asides
        .map(|text| ItemTraits {
            document,
            text,
            ..ItemTraits::default()
        })
        .collect()
}

/// An action item with the number of its document.
pub type Numbered = (usize, PastItem);

/// Of some items of an older tree those that a newer one does not have, by their places.
pub fn left_over(old: &[Numbered], new: &[Numbered]) -> Vec<usize> {
    let pairs = same_items(&numbered_traits(old), &numbered_traits(new));
    let kept: BTreeSet<usize> = pairs.into_iter().map(|(old, _)| old).collect();
    (0..old.len()).filter(|old| !kept.contains(old)).collect()
}

fn numbered_traits(list: &[Numbered]) -> Vec<ItemTraits<'_>> {
    let items = list.iter();
    items
        .map(|(document, item)| ItemTraits {
            document: *document,
            ..item.traits()
        })
        .collect()
}

impl PastItem {
    fn of(item: &ActionItem) -> PastItem {
        let first = |owner: &crate::text::Spanned<String>| owner.value.clone();
        PastItem {
            text: item.text.value.clone(),
            tracker: item.tracker.as_ref().map(first),
            owner: item.owners.first().map(first),
            due: item.due.day(),
            is_done: item.is_done(),
        }
    }

    fn traits(&self) -> ItemTraits<'_> {
        ItemTraits {
            document: 0,
            text: &self.text,
            tracker: self.tracker.as_deref(),
            owner: self.owner.as_deref(),
            due: None,
        }
    }
}

impl ItemVersion {
    /// Whether it stood for long enough before the next one.
    fn stood_until(&self, newer: Option<&ItemVersion>) -> bool {
        let time = |version: &ItemVersion| version.change.as_ref().map(|change| change.time);
        let (Some(from), Some(to)) = (time(self), newer.and_then(time)) else {
            return true;
        };
        to.as_second().saturating_sub(from.as_second()) >= STANDS
    }
}

/// One item through time.
struct Story {
    /// As it was when it was last seen, going back.
    item: PastItem,
    /// In which step it was seen last, going back.
    seen: usize,
    /// The newest first.
    days: Vec<DueDay>,
    /// Of an item that is not there any more, the step in which it was there last.
    gone: Option<(usize, PastItem, Author)>,
}

struct Stories {
    /// Those of items that are there come first.
    list: Vec<Story>,
    standing: usize,
    step: usize,
    /// What brought the content that was gone over last.
    by: Author,
    /// A content between that one and the next cannot be told.
    has_gap: bool,
}

impl Stories {
    fn new(items: Vec<PastItem>) -> Stories {
        let story = |item: PastItem| Story {
            days: DueDay::of(&item, &Author::Nobody).into_iter().collect(),
            item,
            seen: 0,
            gone: None,
        };
        let list: Vec<Story> = items.into_iter().map(story).collect();
        Stories {
            standing: list.len(),
            list,
            step: 0,
            by: Author::Nobody,
            has_gap: false,
        }
    }

    /// Takes the items of the next older content.
    fn go_back(&mut self, items: &[PastItem], by: &Author) {
        self.step += 1;
        if self.has_gap {
            self.by = Author::Unknown;
        }
        let newer: Vec<usize> = (0..self.list.len())
            .filter(|story| self.list[*story].seen + 1 == self.step)
            .collect();
        let new: Vec<ItemTraits<'_>> = newer
            .iter()
            .map(|at| self.list[*at].item.traits())
            .collect();
        let old: Vec<ItemTraits<'_>> = items.iter().map(PastItem::traits).collect();
        let pairs = same_items(&old, &new);
        let met: BTreeSet<usize> = pairs.iter().map(|(old, _)| *old).collect();
        for (old, new) in pairs {
            self.list[newer[new]].meet(&items[old], self.step, by, self.has_gap);
        }
        for (_, item) in items
            .iter()
            .enumerate()
            .filter(|(old, _)| !met.contains(old))
        {
            self.list.push(Story {
                item: item.clone(),
                seen: self.step,
                days: Vec::new(),
                gone: Some((self.step, item.clone(), self.by.clone())),
            });
        }
        self.by = by.clone();
        self.has_gap = false;
    }

    fn finish(self) -> ItemHistory {
        let dropped = self.dropped();
        let standing = self.list.into_iter().take(self.standing).enumerate();
        let moved = standing.map(|(item, story)| Moved {
            item,
            days: story.days.into_iter().rev().collect(),
        });
        ItemHistory {
            moved: moved.filter(|moved| moved.days.len() > 1).collect(),
            dropped,
        }
    }

    /// Items that went while they were open, without those that came back.
    fn dropped(&self) -> Vec<Dropped> {
        let gone: Vec<&(usize, PastItem, Author)> = self.list[self.standing..]
            .iter()
            .filter_map(|story| story.gone.as_ref())
            .filter(|(_, item, _)| !item.is_done)
            .collect();
        let old: Vec<ItemTraits<'_>> = gone.iter().map(|(_, item, _)| item.traits()).collect();
        let standing = &self.list[..self.standing];
        let new: Vec<ItemTraits<'_>> = standing.iter().map(|story| story.item.traits()).collect();
        let back: BTreeSet<usize> = same_items(&old, &new)
            .into_iter()
            .filter(|(old, new)| standing[*new].seen < gone[*old].0)
            .map(|(old, _)| old)
            .collect();
        let gone = gone.into_iter().enumerate();
        gone.filter(|(at, _)| !back.contains(at))
            .map(|(_, (_, item, by))| Dropped {
                item: item.clone(),
                by: by.clone(),
            })
            .collect()
    }
}

impl Story {
    /// Takes the item as it was in an older content.
    fn meet(&mut self, older: &PastItem, step: usize, by: &Author, has_gap: bool) {
        self.seen = step;
        self.item = older.clone();
        let Some(day) = DueDay::of(older, by) else {
            return;
        };
        match self.days.last_mut() {
            // The oldest content that has the day is the one that set it.
            Some(last) if last.day == day.day => last.by = day.by,
            last => {
                if let Some(last) = last.filter(|_| has_gap) {
                    last.by = Author::Unknown;
                }
                self.days.push(day);
            }
        }
    }
}

impl DueDay {
    fn of(item: &PastItem, by: &Author) -> Option<DueDay> {
        let by = by.clone();
        item.due.map(|day| DueDay { day, by })
    }
}

impl Author {
    fn of(version: &ItemVersion) -> Author {
        let change = version.change.clone();
        change.map_or(Author::Nobody, Author::Commit)
    }
}
