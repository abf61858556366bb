//! From text to spanned trees.
//!
//! Parsers never fail: what they do not understand becomes a problem beside the tree. Every span is
//! a raw range of the original bytes. Inputs are hostile, so each parser bounds its depth and its
//! time by [`crate::limits`].

pub mod markdown;
pub mod mask;
pub mod yaml;
