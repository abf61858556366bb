//! The parts of the five answers that a skeleton asks for.
//!
//! What counts as an answer is the model's business; here stands only how a part is asked for.

use crate::model;

/// A part of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its slot. In the native file it stands at this path, except for people.
    pub key: &'static str,
    /// Slots that make asking for it needless, though they are not quite it.
    pub also: &'static [&'static str],
    pub form: Form,
    /// What belongs there, in a few words.
    pub hint: &'static str,
    /// Its heading on a page, where one would be understood as this part.
    pub heading: Option<&'static str>,
}

/// What stands in a native file where a part is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Skeleton text.
    Text,
    /// Nothing: a date or a length of time has no room for skeleton text.
    Empty,
    People,
    Incidents,
}

/// The seven incidents that come to everybody: key, heading on a page, what belongs there.
pub(super) const INCIDENTS: &[(&str, &str, &str)] = &[
    ("bad-deploy", "Bad deploy", FIRST),
    ("database-migration", "Database migration", FIRST),
    ("external-outage", "External outage", FIRST),
    ("traffic-spike", "Traffic spike", FIRST),
    ("disk-full", "Disk full", FIRST),
    ("certificate-expiry", "Certificate expiry", FIRST),
    ("secret-exposure", "Secret exposure", FIRST),
];

const FIRST: &str = "what to do first";

/// What else a page says of people, in the same form.
pub(super) const PEOPLE: &[(&str, &str, &str)] = &[
    ("phone_in", "Phone numbers", "where they are kept"),
    ("backup", "Backup contact", "who is called next"),
];

/// In the order of the questions.
pub(super) const PARTS: &[Part] = &[
    Part {
        key: "who.people",
        also: &[],
        form: Form::People,
        hint: "who is called first, and how soon they answer",
        heading: Some("Who to call"),
    },
    Part {
        form: Form::Empty,
        ..text(
            "who.respond_within",
            "how soon they answer, such as 30 minutes",
            None,
        )
    },
    text(
        "detect.monitoring.uptime",
        "what notices from outside that the service is down",
        Some("Uptime"),
    ),
    text(
        "detect.monitoring.errors",
        "where errors of the program are collected",
        Some("Error tracking"),
    ),
    text(
        "detect.monitoring.metrics",
        "where load, latency, disks and certificates are measured",
        Some("Metrics"),
    ),
    text(
        "detect.customer_reports",
        "where customers say that something is broken: an address or a channel",
        Some("Customer reports"),
    ),
    text(
        "detect.health_checks",
        "the addresses that are asked automatically whether the service works",
        Some("Health endpoints"),
    ),
    text(
        "communicate.status_page",
        "where customers see how the service is",
        Some("Status updates"),
    ),
    text(
        "communicate.support",
        "where customers write to and get an answer",
        Some("Support"),
    ),
    text(
        "communicate.banner",
        "the text that the product shows during an incident, and how to switch it on",
        Some("Banner"),
    ),
    text(
        "communicate.social",
        "the account on which customers hear from us, if there is one",
        Some("Social account"),
    ),
    text(
        "communicate.messages.investigating",
        "the first message: we know, we are looking",
        Some("First message"),
    ),
    text(
        "communicate.messages.identified",
        "what is broken, and when we write again",
        Some("Progress update"),
    ),
    text(
        "communicate.messages.resolved",
        "it works again",
        Some("All clear"),
    ),
    text(
        "communicate.messages.follow_up",
        "the day after: what happened, and what we do about it",
        Some("The day after"),
    ),
    text(
        "fix.rollback",
        "how to go back to the version before",
        Some("Rolling back"),
    ),
    text(
        "fix.restart",
        "how to restart each part of the service",
        Some("Restart"),
    ),
    text(
        "fix.database",
        "how to get a console on the production database",
        Some("Connect to the database"),
    ),
    text(
        "fix.logs",
        "where the logs are, and how to search them",
        Some("Logs"),
    ),
    text(
        "fix.scale",
        "how to give the service more room",
        Some("Scale up"),
    ),
    Part {
        form: Form::Incidents,
        ..text(
            "fix.incidents",
            "what to do first in each of them",
            Some("Common incidents"),
        )
    },
    Part {
        also: &["learn.postmortem"],
        ..text(
            "learn.postmortem_template",
            "the questions that we answer after an incident, about systems and not about people",
            Some("After an incident"),
        )
    },
    text(
        "learn.action_items",
        "where action items are tracked, each with an owner and a due date",
        Some("Action items"),
    ),
    text(
        "learn.follow_up",
        "how customers hear what happened and what is being done",
        Some("Customer follow-up"),
    ),
    Part {
        form: Form::Empty,
        ..text(
            "exercised",
            "the day of the last drill, written YYYY-MM-DD",
            None,
        )
    },
];

const fn text(key: &'static str, hint: &'static str, heading: Option<&'static str>) -> Part {
    Part {
        key,
        also: &[],
        form: Form::Text,
        hint,
        heading,
    }
}

impl Part {
    /// The slots that give it, the same that `status` looks for.
    pub fn answered_by(&self) -> impl Iterator<Item = &'static str> {
        let is_this = |part: &&model::Part| {
            part.answer.id() == self.section() && part.slots.contains(&self.key)
        };
        let part = model::PARTS.iter().find(is_this);
        let slots = part.map_or(&[][..], |part| part.slots);
        slots.iter().chain(self.also).copied()
    }

    /// The question it belongs to, by its key; the last drill belongs to none.
    pub fn section(&self) -> &'static str {
        self.key.split('.').next().unwrap_or(self.key)
    }

    /// Its key below the section's.
    pub fn rest(&self) -> &'static str {
        let rest = self.key.split_once('.');
        rest.map_or(self.key, |(_, rest)| rest)
    }
}
