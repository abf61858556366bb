//! How the team talks to customers.

mod invalid_address;
mod message_without_placeholder;
mod missing_banner;
mod missing_message;
mod missing_social;
mod missing_status_page;
mod missing_support;
mod over_apology;
mod single_poster;

use crate::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &invalid_address::RULE,
    &message_without_placeholder::RULE,
    &missing_banner::RULE,
    &missing_message::RULE,
    &missing_social::RULE,
    &missing_status_page::RULE,
    &missing_support::RULE,
    &over_apology::RULE,
    &single_poster::RULE,
];
