//! Which revision a tree is set beside.

use super::error::Error;
use crate::load::{Place, Snapshot};

/// A revision to compare with.
pub(super) struct Found {
    /// As git understands it.
    pub revision: String,
    /// As reports name it.
    pub name: String,
}

/// The revision that was asked for; none where there is nothing to compare with by design.
pub(super) fn find(
    asked: &str,
    _place: &Place<'_>,
    _head: &Snapshot,
) -> Result<Option<Found>, Error> {
    Ok(Some(Found {
        revision: asked.to_owned(),
        name: asked.to_owned(),
    }))
}
