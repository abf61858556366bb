//! The exceptions that a repository makes, and whether they still hold.

mod allow_without_reason;
mod expired_allow;
mod unused_allow;
mod weakened;

use crate::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &allow_without_reason::RULE,
    &expired_allow::RULE,
    &unused_allow::RULE,
    &weakened::RULE,
];
