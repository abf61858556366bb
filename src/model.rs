//! What the documents say, in terms that rules can ask about.
//!
//! Lowering is total: a document always becomes facts, and what did not fit is a fact too. Models
//! hold what a file states and never what would be right; judging is the rules' business. They own
//! their strings, so that a document's text can be dropped as soon as its own rules have run.

mod address;
mod alerts;
pub mod allow;
mod anchors;
mod catalogue;
mod date;
mod denial;
mod document;
mod evidence;
mod history;
mod item_history;
mod item_identity;
mod kind;
mod lead;
mod link;
mod lower;
mod message;
mod native;
mod outline;
mod owners;
mod part;
mod path;
mod person;
mod phone;
pub mod postmortem;
mod reading;
mod runbook;
pub mod schedule;
pub mod schedules;
mod schema;
mod sources;
mod stated;
mod task_file;
mod unit;
mod zone;

pub use address::{Defect as AddressDefect, Malformed};
pub use alerts::{Alert, RunbookLink};
pub use allow::{Allow, Reach};
pub use anchors::{Anchors, decoded};
pub use catalogue::Catalogue;
pub use document::{Document, Kind};
pub use evidence::{Evidence, How};
pub use history::{
    Change, Deleted, DocumentHistory, Fact, History, ObjectId, Revert, Unknown, Version,
};
pub(crate) use item_history::aside_traits;
pub use item_history::{
    Author, Dropped, DueDay, ItemHistory, ItemVersion, Moved, Numbered, PastItem,
    follow as follow_items, left_over, past_items,
};
pub use item_identity::{ItemTraits, same_items};
pub use lead::{Lead, Leads, Presence, Tree, joined as joined_path, likeness};
pub use link::{Dead, Hosted, Link, LinkForm, Promise};
pub use lower::{lower, older_items};
pub use message::Message;
pub use native::{SKELETON, native_keys};
pub use owners::{OwnerRule, Owners};
pub use part::{PARTS, Part};
pub use path::{
    Format, NativeName, PathFacts, PathReader, facts as path_facts,
    facts_of_included as path_facts_of_included, is_wanted, stem as path_stem,
};
pub use person::Person;
pub use phone::{Phone, PhoneFault};
pub use postmortem::{ActionItem, Done, Due, PostMortem};
pub use reading::{Defect, Parsed, Reading, Text, read};
pub use runbook::{
    By, Command, CommandBlock, Coverage, Destruction, FIXES, FURTHER_FIXES, INCIDENTS, Interval,
    IntervalUnit, Language, NearMiss, Runbook, Runner, ScriptCall, Section, Task, TaskCall, Why,
};
pub use schedule::{Called, CalledBy, Rota};
pub use schedules::{NotComputable, OncallPlan};
pub use schema::{Fault, FaultKind, SCHEMAS, Schema};
pub use sources::{ContentId, SourceFile, Sources};
pub use stated::Stated;
pub use task_file::{MissingTask, MissingTasks, TaskFile};
pub use unit::{Covered, Missed, Ops, Unit, UnitView};
