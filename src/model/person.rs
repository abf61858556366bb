//! The people of a unit, and who of them may be called.

use jiff::civil::Date;

use super::Stated;
use super::native::{stated, text};
use crate::binary::binary;
use crate::parse::yaml::Node;
use crate::text::Spanned;

/// Someone who can be reached during an incident.
///
/// A `Person` holds what the file states, in the file's own terms. It may be incomplete: a missing
/// phone is a fact for a rule to judge, not a parse error, and a phone that could not be read is
/// not a missing one.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Spanned<String>,
    pub name: Stated<String>,
    /// A number, as written.
    pub phone: Stated<String>,
    /// Where the number is kept.
    pub phone_in: Stated<String>,
    /// The id of who is called next.
    pub backup: Stated<String>,
    pub email: Stated<String>,
    /// Other names of this person in documents, in chat and on code hosts.
    pub handles: Vec<Spanned<String>>,
    /// The last day with the team, as written.
    pub until: Stated<String>,
}

binary!(struct Person { id, name, phone, phone_in, backup, email, handles, until });

impl Person {
    /// Whether a page can get through: a number, or a place where it is kept.
    pub fn is_reachable(&self) -> bool {
        self.phone.is_given() || self.phone_in.is_given()
    }

    /// Whether the last day with the team has passed; not where it cannot be read.
    pub fn has_left(&self, today: Date) -> bool {
        self.last_day().is_some_and(|last| last.value < today)
    }

    /// The last day with the team, where one is stated.
    pub fn last_day(&self) -> Option<Spanned<Date>> {
        let Stated::Known(until) = &self.until else {
            return None;
        };
        let day = until.value.parse().ok()?;
        Some(Spanned::new(day, until.span))
    }

    /// The entries of a list of people; those without an id are passed over, for the schema says
    /// so.
    pub(super) fn read_all(list: Option<Node<'_, '_>>) -> Vec<Person> {
        let entries = list.into_iter().flat_map(|list| list.items());
        entries.filter_map(Person::read).collect()
    }

    fn read(node: Node<'_, '_>) -> Option<Person> {
        let id = text(node.get("id")?)?;
        let field = |key: &str| node.get(key).map_or(Stated::Missing, stated);
        Some(Person {
            id,
            name: field("name"),
            phone: field("phone"),
            phone_in: field("phone_in"),
            backup: field("backup"),
            email: field("email"),
            handles: texts(node.get("handles")),
            until: field("until"),
        })
    }
}

/// One text, or a list of them.
pub(super) fn texts(node: Option<Node<'_, '_>>) -> Vec<Spanned<String>> {
    let Some(node) = node else {
        return Vec::new();
    };
    if node.is_sequence() {
        return node.items().filter_map(text).collect();
    }
    text(node).into_iter().collect()
}
