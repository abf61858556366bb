//! A document that was named where a repository could be.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::{Subject, terminal};
use crate::load;

/// The folder to read, and the one document that is asked for: what is no folder is a document, of
/// the repository that it lies in.
pub(super) fn apart(path: Option<PathBuf>) -> Result<(Option<PathBuf>, Option<PathBuf>), Error> {
    Ok(match path {
        Some(path) if path.is_dir() => (Some(path), None),
        Some(path) => (root_around(&path)?, Some(path)),
        None => (None, None),
    })
}

/// The repository that a document lies in, unless it is the one around here.
fn root_around(document: &Path) -> Result<Option<PathBuf>, Error> {
    let current = terminal::current_folder().map_err(|source| Error::CurrentFolder { source })?;
    let Some(document) = whole(document) else {
        return Ok(None);
    };
    let here = load::marked_folder(&current);
    if here.is_some_and(|here| document.starts_with(here)) {
        return Ok(None);
    }
    Ok(load::marked_folder(&document))
}

/// The path of a document below the root of a repository. Neither it nor its folders need be there, as with `--rev`.
pub(super) fn below_root(subject: &Subject, path: &Path) -> Result<Vec<u8>, Error> {
    let below = whole(path).and_then(|whole| {
        let below = whole.strip_prefix(subject.snapshot.root()).ok()?;
        let parts = below.iter().map(|part| part.as_encoded_bytes());
        Some(parts.collect::<Vec<_>>().join(&b'/'))
    });
    below.ok_or_else(|| Error::NoDocument {
        path: path.to_owned(),
    })
}

/// A path from the system's root, with links resolved as far as there are any. The file itself may
/// be a link that is asked for.
fn whole(path: &Path) -> Option<PathBuf> {
    let mut absent = vec![path.file_name()?];
    let mut folder = path.parent()?;
    loop {
        let here = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        if let Ok(mut whole) = here.canonicalize() {
            whole.extend(absent.iter().rev());
            return Some(whole);
        }
        absent.push(folder.file_name()?);
        folder = folder.parent()?;
    }
}
