//! What a document says of one field, with what it does not say kept apart.

use crate::binary::binary;
use crate::text::{Span, Spanned};

/// A judged field, as its author left it.
///
/// The states are kept apart because they call for different words: what could not be read must
/// never be reported as missing, and an answer that lies elsewhere is an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated<T> {
    Missing,
    /// Something stands there that prepcheck does not understand.
    NotUnderstood(Span),
    /// A value encrypted by SOPS: given, but not for us to read.
    Encrypted(Span),
    /// `{not_applicable: reason}`.
    NotApplicable(Spanned<String>),
    /// A link out of the repository: given, not verified.
    Elsewhere(Spanned<String>),
    Known(Spanned<T>),
}

binary!(
    enum Stated<T> {
        Missing,
        NotUnderstood(span),
        Encrypted(span),
        NotApplicable(reason),
        Elsewhere(link),
        Known(value),
    }
);

impl<T> Stated<T> {
    /// Whether the author gave an answer, whatever it is.
    pub fn is_given(&self) -> bool {
        !matches!(self, Stated::Missing | Stated::NotUnderstood(_))
    }

    /// Whether something stands there that prepcheck does not understand.
    pub fn is_unclear(&self) -> bool {
        matches!(self, Stated::NotUnderstood(_))
    }

    /// The value, if there is one.
    pub fn known(&self) -> Option<&Spanned<T>> {
        match self {
            Stated::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The bytes that state it; nothing for what is missing.
    pub fn span(&self) -> Option<Span> {
        match self {
            Stated::Missing => None,
            Stated::NotUnderstood(span) | Stated::Encrypted(span) => Some(*span),
            Stated::NotApplicable(text) | Stated::Elsewhere(text) => Some(text.span),
            Stated::Known(value) => Some(value.span),
        }
    }
}
