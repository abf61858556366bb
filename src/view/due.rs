//! `prepcheck due`: open action items and other promises, by owner and by date.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{FORMAT_VERSION, place};
use crate::clock::Clock;
use crate::model::postmortem::{self, ActionItem};
use crate::model::{Document, Ops, Runbook, Stated};
use crate::text::{FileId, Span};

#[derive(Debug, Serialize)]
pub struct Due {
    pub format_version: u32,
    pub as_of: String,
    pub within_days: u32,
    /// Those whose owner has the most urgent item first; items that nobody owns have no owner.
    pub owners: Vec<DueOwner>,
    /// Promises of other documents that end within the time, by date.
    pub also: Vec<DuePromise>,
    /// Open items that are due later.
    pub later: usize,
}

#[derive(Debug, Serialize)]
pub struct DueOwner {
    pub owner: Option<String>,
    /// By date, those without one at the end.
    pub items: Vec<DueItem>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DueItem {
    /// Days from today: negative if overdue; null without a date.
    pub days: Option<i32>,
    pub due: Option<String>,
    pub path: String,
    pub line: u32,
    pub text: String,
    /// Everybody who owns it, the first one first.
    pub owners: Vec<String>,
    pub tracker: Option<String>,
}

/// Something else that a date was set for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DuePromise {
    pub days: i32,
    pub date: String,
    pub what: String,
    pub path: String,
    pub line: u32,
}

impl Due {
    /// Every path, to be shown as it opens from elsewhere than the root.
    pub fn each_path(&mut self, change: impl Fn(&mut String)) {
        let items = self.owners.iter_mut().flat_map(|owner| &mut owner.items);
        items.for_each(|item| change(&mut item.path));
        for promise in &mut self.also {
            change(&mut promise.path);
        }
    }
}

/// What is overdue, due within so many days, or without a date.
pub fn due(ops: &Ops, clock: Clock, within_days: u32) -> Due {
    let window = Window {
        ops,
        clock,
        within: i32::try_from(within_days).unwrap_or(i32::MAX),
    };
    let mut by_owner: BTreeMap<Option<String>, DueOwner> = BTreeMap::new();
    let mut later = 0;
    for document in ops.documents() {
        let reports = document.postmortem.iter();
        for item in reports.flat_map(|report| report.open_items()) {
            let Some(item) = window.item(document, item) else {
                later += 1;
                continue;
            };
            let owner = item.owners.first().cloned();
            let list = by_owner
                .entry(owner.as_deref().map(key))
                .or_insert(DueOwner {
                    owner,
                    items: Vec::new(),
                });
            list.items.push(item);
        }
    }
    let mut owners: Vec<DueOwner> = by_owner.into_values().collect();
    for owner in &mut owners {
        owner.items.sort_by(|a, b| urgency(a).cmp(&urgency(b)));
    }
    // The map gave them by name, which holds where urgency does not decide.
    owners.sort_by_key(|owner| owner.items.first().map(|item| urgency(item).0));
    Due {
        format_version: FORMAT_VERSION,
        as_of: clock.show(),
        within_days,
        owners,
        also: window.promises(),
        later,
    }
}

/// Items by date, those without one at the end.
fn urgency(item: &DueItem) -> ((bool, Option<i32>), &DueItem) {
    ((item.days.is_none(), item.days), item)
}

/// One person however the name is written.
fn key(owner: &str) -> String {
    owner.trim_start_matches('@').to_lowercase()
}

struct Window<'a> {
    ops: &'a Ops,
    clock: Clock,
    within: i32,
}

impl Window<'_> {
    /// An open item, unless its day comes later.
    fn item(&self, document: &Document, item: &ActionItem) -> Option<DueItem> {
        let day = item.due.day();
        let days = day.map(|day| self.days(document.file, day));
        if days.is_some_and(|days| days > self.within) {
            return None;
        }
        let (path, line) = place(self.ops, item.span);
        let stated = match &item.due {
            postmortem::Due::Day(day) => Some(day.value.to_string()),
            postmortem::Due::OpenEnded(text) | postmortem::Due::Unreadable(text) => {
                Some(text.value.clone())
            }
            postmortem::Due::Missing | postmortem::Due::Placeholder(_) => None,
        };
        Some(DueItem {
            days,
            due: stated,
            path,
            line,
            text: item.text.value.clone(),
            owners: item
                .owners
                .iter()
                .map(|owner| owner.value.clone())
                .collect(),
            tracker: item.tracker.as_ref().map(|link| link.value.clone()),
        })
    }

    /// What else ends within the time, or has ended.
    fn promises(&self) -> Vec<DuePromise> {
        let mut list = Vec::new();
        for document in self.ops.documents() {
            let file = document.file;
            for allow in &document.allows {
                if let Some(until) = &allow.until {
                    let what = format!("the exception for `{}` ends", allow.rule.value);
                    list.extend(self.promise(file, until.value, until.span, what));
                }
            }
            for person in &document.people {
                let Stated::Known(until) = &person.until else {
                    continue;
                };
                if let Ok(day) = until.value.parse() {
                    let what = format!("`{}` leaves", person.id.value);
                    list.extend(self.promise(file, day, until.span, what));
                }
            }
            let runbook = document.runbook.as_deref();
            if let Some(next) = runbook.and_then(Runbook::next_review) {
                let what = "the next review of this runbook is due".to_owned();
                list.extend(self.promise(file, next.value, next.span, what));
            }
        }
        list.sort();
        list
    }

    fn promise(&self, file: FileId, day: Date, span: Span, what: String) -> Option<DuePromise> {
        let days = self.days(file, day);
        let (path, line) = place(self.ops, span);
        (days <= self.within).then(|| DuePromise {
            days,
            date: day.to_string(),
            what,
            path,
            line,
        })
    }

    /// Days from today, in the zone of the file's unit.
    fn days(&self, file: FileId, day: Date) -> i32 {
        let today = self.clock.today(&self.ops.timezone(file));
        (day - today).get_days()
    }
}
