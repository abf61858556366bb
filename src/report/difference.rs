//! What a change did to a report: which findings it made true, and which it mended.

use super::{Item, Report, first_help};
use crate::check::Judged;
use crate::compare::{Change, Comparison, State};
use crate::finding::{Extent, Level, Subject};
use crate::inspect::Inspection;
use crate::text::{Way, sanitise};

/// What a report is set beside, and what of it is no more.
#[derive(Clone, Debug)]
pub struct Difference {
    pub base: Base,
    /// Findings of base that are mended.
    pub fixed: Vec<Past>,
    /// Findings of base that nobody mended: they went with their document or action items.
    pub removed: Vec<Past>,
    /// What else the change wins and loses.
    pub change: Change,
}

/// The tree that a report is set beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// How it was named or found, such as `origin/main`.
    pub name: String,
    /// The commit's name, if it is one.
    pub commit: Option<String>,
    /// The commit is not what was named, but where the branch that is judged left it.
    pub is_left: bool,
}

/// A finding of base that head has no more.
#[derive(Clone, Debug)]
pub struct Past {
    pub rule: &'static str,
    pub level: Level,
    pub unit: String,
    pub subject: String,
    pub message: String,
    /// Its document in base, from the current folder; perhaps not UTF-8.
    pub path: Option<Vec<u8>>,
    /// The same below the root.
    pub below_root: Option<Vec<u8>>,
}

impl Base {
    /// For a first line: the name, with a short commit where that says more.
    pub fn show(&self) -> String {
        let name = sanitise::text(&self.name);
        match self.commit.as_deref().and_then(|commit| commit.get(..10)) {
            Some(short) if self.is_left => format!("{} ({short})", self.left()),
            Some(short) if !self.name.starts_with(short) => format!("{name} ({short})"),
            _ => name,
        }
    }

    /// What the commit is, if it is not the one that was named.
    pub fn note(&self) -> Option<String> {
        self.is_left.then(|| self.left())
    }

    fn left(&self) -> String {
        format!("where this branch left `{}`", sanitise::text(&self.name))
    }
}

impl Report {
    /// Sets a report of head beside base, of which `comparison` tells.
    #[must_use]
    pub fn beside(
        mut self,
        comparison: &Comparison,
        inspection: &Inspection,
        base: Base,
    ) -> Report {
        for (item, state) in self.items.iter_mut().zip(&comparison.states) {
            item.state = Some(state.id());
            if let State::New(Some(added)) = state {
                item.notes.push(format!("new here is {}", extent(added)));
            }
        }
        let unknown = self.not_assessed.iter_mut();
        for (unknown, state) in unknown.zip(&comparison.not_assessed) {
            unknown.state = Some(state.id());
        }
        let way = &self.header.way;
        let past = |judged: &Judged| past(judged, inspection, way);
        self.difference = Some(Difference {
            fixed: comparison.fixed.iter().map(past).collect(),
            removed: comparison.removed.iter().map(past).collect(),
            change: comparison.change.clone(),
            base,
        });
        self.next_step = first_help(self.new_items());
        self
    }

    /// The findings that a change answers for; all of them, if there is no base.
    pub fn new_items(&self) -> impl Iterator<Item = &Item> + Clone {
        self.items.iter().filter(|item| item.is_new())
    }

    /// How many of them weigh this much.
    pub fn count_new(&self, level: Level) -> usize {
        self.new_items().filter(|item| item.level == level).count()
    }

    /// How many findings were there before.
    pub fn inherited(&self) -> usize {
        self.items.len() - self.new_items().count()
    }
}

impl Item {
    /// Whether a change answers for it, as it does for all if there is no base.
    pub fn is_new(&self) -> bool {
        self.state != Some(State::Inherited.id())
    }
}

fn past(judged: &Judged, inspection: &Inspection, way: &Way) -> Past {
    let finding = &judged.finding;
    // What was absent had no place of its own.
    let absent = matches!(
        finding.subject,
        Subject::Unit | Subject::Answer(_) | Subject::Slot(_)
    );
    let file = finding.place.file().filter(|_| !absent);
    let path = file.map(|file| inspection.ops.sources.path(file));
    Past {
        rule: finding.rule,
        level: judged.level,
        unit: finding.unit.clone(),
        subject: finding.subject.to_string(),
        message: finding.message.clone(),
        path: path.map(|path| way.to(path)),
        below_root: path.map(<[u8]>::to_vec),
    }
}

fn interval((start, end): &(i64, i64)) -> String {
    let show = |second: i64| {
        let instant = jiff::Timestamp::from_second(second);
        instant.map_or_else(
            |_| second.to_string(),
            |instant| instant.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        )
    };
    format!("{} to {}", show(*start), show(*end))
}

fn part(part: &Subject) -> String {
    let shown = part.to_string();
    let name = shown
        .split_once(':')
        .map_or(shown.as_str(), |(_, name)| name);
    format!("`{name}`")
}

/// What was added to a finding, in words.
fn extent(added: &Extent) -> String {
    let parts: Vec<String> = match added {
        Extent::Intervals(intervals) => intervals.iter().map(interval).collect(),
        Extent::Dates(dates) => dates.clone(),
        Extent::Parts(parts) => parts.iter().map(part).collect(),
    };
    parts.join(", ")
}
