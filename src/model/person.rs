//! The people of a unit, and who of them may be called.

use super::Stated;
use super::native::{stated, text};
use crate::parse::yaml::Node;
use crate::text::{Span, Spanned};

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

impl Person {
    /// Whether a page can get through: a number, or a place where it is kept.
    pub fn is_reachable(&self) -> bool {
        self.phone.is_given() || self.phone_in.is_given()
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

/// Somebody or something that a schedule or an escalation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The id of a person, or the name of a schedule.
    pub name: Spanned<String>,
    pub by: CalledBy,
}

/// What names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledBy {
    /// A person in a rotation.
    Schedule,
    /// A person or schedule at a level of the escalation.
    Escalation,
    /// A change, a leave or a promise: named, but not thereby on call.
    Mention,
}

/// Who is called, as far as it is written as a list; what schedules mean is computed elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Rota {
    /// In order of the file.
    pub called: Vec<Called>,
    /// Names of the schedules.
    pub schedules: Vec<Spanned<String>>,
    /// Levels of the escalation.
    pub levels: usize,
    /// Where the escalation or the schedules begin.
    pub span: Option<Span>,
}

impl Rota {
    pub(super) fn read(root: Node<'_, '_>) -> Rota {
        let mut rota = Rota::default();
        for schedule in items(root.get("schedules")) {
            rota.span = rota.span.or(Some(schedule.span()));
            rota.schedules.extend(schedule.get("name").and_then(text));
            rota.read_schedule(schedule);
        }
        for level in items(root.get("escalation")) {
            rota.span = rota.span.or(Some(level.span()));
            rota.levels += 1;
            rota.call(level.get("page"), CalledBy::Escalation);
        }
        for leave in items(root.get("leave")) {
            rota.call(leave.get("who"), CalledBy::Mention);
        }
        for promise in items(root.get("require")) {
            rota.call(promise.get("who"), CalledBy::Mention);
        }
        rota
    }

    fn read_schedule(&mut self, schedule: Node<'_, '_>) {
        self.call(schedule.get("people"), CalledBy::Schedule);
        for era in items(schedule.get("then")) {
            self.call(era.get("people"), CalledBy::Schedule);
            self.call(era.get("start_with"), CalledBy::Mention);
        }
        for shift in items(schedule.get("dates")) {
            self.call(shift.get("who"), CalledBy::Schedule);
        }
        for change in items(schedule.get("changes")) {
            for key in ["who", "instead_of", "add", "remove"] {
                self.call(change.get(key), CalledBy::Mention);
            }
            for shift in items(change.get("replace")) {
                self.call(shift.get("who"), CalledBy::Mention);
            }
        }
        // A layer is a schedule of its own, but for its name and its changes.
        for layer in items(schedule.get("layers")) {
            self.read_schedule(layer);
        }
    }

    /// Notes a name, a list of them, or a list of pairs.
    fn call(&mut self, node: Option<Node<'_, '_>>, by: CalledBy) {
        let Some(node) = node else {
            return;
        };
        let mut names = texts(Some(node));
        for pair in items(Some(node)).filter(|node| node.is_sequence()) {
            names.extend(texts(Some(pair)));
        }
        for name in names.into_iter().filter(|name| name.value != "nobody") {
            self.called.push(Called { name, by });
        }
    }
}

fn items<'a, 't>(node: Option<Node<'a, 't>>) -> impl Iterator<Item = Node<'a, 't>> {
    node.into_iter().flat_map(|node| node.items())
}
