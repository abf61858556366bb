//! How the team talks to customers.

mod missing_banner;
mod missing_message;
mod missing_social;
mod missing_status_page;
mod missing_support;
mod single_poster;

use crate::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &missing_banner::RULE,
    &missing_message::RULE,
    &missing_social::RULE,
    &missing_status_page::RULE,
    &missing_support::RULE,
    &single_poster::RULE,
];
