//! What a runbook can be about: the seven incidents that come to everybody, and the fixes that most
//! incidents need. What is asked in each is data, a file each below `runbooks/`.

use crate::nearest::nearest;
use crate::vocabulary::normalise;

/// An incident type or a fix.
#[derive(Debug, PartialEq, Eq)]
pub struct Topic {
    /// As native files and front matter write it.
    pub id: &'static str,
    pub title: &'static str,
    pub is_fix: bool,
    /// Sections with questions, in Markdown.
    pub(super) questions: &'static str,
}

/// The incident types; `new postmortem` knows them too.
pub const INCIDENTS: &[Topic] = &[
    incident_topic(
        "bad-deploy",
        "Bad deploy",
        include_str!("runbooks/bad-deploy.md"),
    ),
    incident_topic(
        "database-migration",
        "Database migration went wrong",
        include_str!("runbooks/database-migration.md"),
    ),
    incident_topic(
        "external-outage",
        "External outage",
        include_str!("runbooks/external-outage.md"),
    ),
    incident_topic(
        "traffic-spike",
        "Traffic spike",
        include_str!("runbooks/traffic-spike.md"),
    ),
    incident_topic(
        "disk-full",
        "Disk full",
        include_str!("runbooks/disk-full.md"),
    ),
    incident_topic(
        "certificate-expiry",
        "Certificate expiry",
        include_str!("runbooks/certificate-expiry.md"),
    ),
    incident_topic(
        "secret-exposure",
        "Secret exposure",
        include_str!("runbooks/secret-exposure.md"),
    ),
];

const FIXES: &[Topic] = &[
    fix_topic(
        "rollback",
        "Roll back",
        include_str!("runbooks/rollback.md"),
    ),
    fix_topic("restart", "Restart", include_str!("runbooks/restart.md")),
    fix_topic(
        "database",
        "Connect to the database",
        include_str!("runbooks/database.md"),
    ),
    fix_topic("logs", "Read the logs", include_str!("runbooks/logs.md")),
    fix_topic("scale", "Scale up", include_str!("runbooks/scale.md")),
    fix_topic(
        "failover",
        "Fail over",
        include_str!("runbooks/failover.md"),
    ),
    fix_topic(
        "disable-feature",
        "Disable a feature",
        include_str!("runbooks/disable-feature.md"),
    ),
];

impl Topic {
    /// The topic of a name, however its words are joined.
    ///
    /// # Errors
    ///
    /// There is none of that name; perhaps the one that was meant.
    pub fn named(name: &str) -> Result<&'static Topic, Option<&'static str>> {
        let id = normalise(name).replace(' ', "-");
        let found = Topic::all().find(|topic| topic.id == id);
        found.ok_or_else(|| nearest(&id, Topic::all().map(|topic| topic.id)))
    }

    /// Incidents before fixes.
    pub fn all() -> impl Iterator<Item = &'static Topic> {
        INCIDENTS.iter().chain(FIXES)
    }
}

/// What a post-mortem says of its incident: a type, or the team's own number for it.
///
/// # Errors
///
/// It is neither, but a slip of the fingers in this type.
pub fn incident(name: &str) -> Result<String, &'static str> {
    let id = normalise(name).replace(' ', "-");
    if let Some(topic) = INCIDENTS.iter().find(|topic| topic.id == id) {
        return Ok(topic.id.to_owned());
    }
    match nearest(&id, INCIDENTS.iter().map(|topic| topic.id)) {
        Some(meant) => Err(meant),
        None => Ok(name.to_owned()),
    }
}

const fn incident_topic(id: &'static str, title: &'static str, questions: &'static str) -> Topic {
    Topic {
        id,
        title,
        is_fix: false,
        questions,
    }
}

const fn fix_topic(id: &'static str, title: &'static str, questions: &'static str) -> Topic {
    Topic {
        is_fix: true,
        ..incident_topic(id, title, questions)
    }
}
