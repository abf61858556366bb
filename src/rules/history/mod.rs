//! History: whether git could be asked.

mod not_assessed;

use crate::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&not_assessed::RULE];
