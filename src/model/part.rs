//! The parts of the five answers: what must be written down, in the order people read it.

use crate::finding::Answer;

/// One part of an answer, and the slots that give it.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub answer: Answer,
    pub name: &'static str,
    /// Any of them will do.
    pub slots: &'static [&'static str],
}

/// Every part, by answer.
pub const PARTS: &[Part] = &[
    part(Answer::Who, "people", &["who.people"]),
    part(
        Answer::Who,
        "phone or paging",
        &["who.phone", "who.paging", "who.hotline"],
    ),
    part(Answer::Who, "backup", &["who.backup", "who.escalation"]),
    part(Answer::Who, "rotation", &["who.rotation"]),
    part(Answer::Detect, "uptime", &["detect.monitoring.uptime"]),
    part(Answer::Detect, "errors", &["detect.monitoring.errors"]),
    part(Answer::Detect, "metrics", &["detect.monitoring.metrics"]),
    part(
        Answer::Detect,
        "customer reports",
        &["detect.customer_reports", "communicate.support"],
    ),
    part(Answer::Detect, "health checks", &["detect.health_checks"]),
    part(
        Answer::Communicate,
        "status page",
        &["communicate.status_page"],
    ),
    part(
        Answer::Communicate,
        "support",
        &["communicate.support", "detect.customer_reports"],
    ),
    part(Answer::Communicate, "banner", &["communicate.banner"]),
    part(Answer::Communicate, "social", &["communicate.social"]),
    part(
        Answer::Communicate,
        "first message",
        &["communicate.messages.investigating", MESSAGES],
    ),
    part(
        Answer::Communicate,
        "update",
        &["communicate.messages.identified", MESSAGES],
    ),
    part(
        Answer::Communicate,
        "all clear",
        &["communicate.messages.resolved", MESSAGES],
    ),
    part(
        Answer::Communicate,
        "day after",
        &[
            "communicate.messages.follow_up",
            "learn.follow_up",
            MESSAGES,
        ],
    ),
    part(Answer::Fix, "roll back", &["fix.rollback"]),
    part(Answer::Fix, "restart", &["fix.restart"]),
    part(Answer::Fix, "database", &["fix.database"]),
    part(Answer::Fix, "logs", &["fix.logs"]),
    part(Answer::Fix, "scale", &["fix.scale"]),
    part(Answer::Fix, "runbooks", &["fix.runbooks", "fix.incidents"]),
    part(Answer::Learn, "template", &["learn.postmortem_template"]),
    part(
        Answer::Learn,
        "post-mortems",
        &["learn.postmortems", "learn.postmortem"],
    ),
    part(Answer::Learn, "action items", &["learn.action_items"]),
    part(Answer::Learn, "follow-up", &["learn.follow_up"]),
];

/// A section or folder of messages that does not say which.
const MESSAGES: &str = "communicate.messages";

const fn part(answer: Answer, name: &'static str, slots: &'static [&'static str]) -> Part {
    Part {
        answer,
        name,
        slots,
    }
}
