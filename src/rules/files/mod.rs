//! Files that cannot be judged, and native files that do not say what they seem to.

mod duplicate_key;
mod escaping_symlink;
mod invalid_syntax;
mod not_utf8;
mod schema;
mod too_complex;
mod too_large;
mod unknown_field;
mod unreadable;

use crate::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &duplicate_key::RULE,
    &escaping_symlink::RULE,
    &invalid_syntax::RULE,
    &not_utf8::RULE,
    &schema::RULE,
    &too_complex::RULE,
    &too_large::RULE,
    &unknown_field::RULE,
    &unreadable::RULE,
];
