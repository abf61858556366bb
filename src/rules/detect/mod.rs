//! How the team learns that something is broken.

mod missing_customer_channel;
mod missing_health_check;
mod missing_monitoring;
mod unwatched_incident;

use crate::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &missing_customer_channel::RULE,
    &missing_health_check::RULE,
    &missing_monitoring::RULE,
    &unwatched_incident::RULE,
];
