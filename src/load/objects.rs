//! Reads the contents of files from git's objects.
//!
//! Nothing is fetched: an object that a partial clone has left out is a reason, not a request. No
//! filter is run, so that a file is what was committed and not what a check-out would make of it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use git2::{ErrorCode, ObjectType, Oid, Repository};

use super::{File, FileKind, Unreadable, entry, link, repository};
use crate::model::ObjectId;

/// The name that git gives to a file of these bytes.
pub(super) fn name(bytes: &[u8]) -> Option<ObjectId> {
    let name = Oid::hash_object(ObjectType::Blob, bytes).ok()?;
    Some(repository::object_id(name))
}

/// The objects of a repository, for many threads at once.
pub(super) struct Objects {
    directory: PathBuf,
    /// Handles that are not in use; one may serve a single thread at a time.
    idle: Mutex<Vec<Repository>>,
}

impl Objects {
    pub(super) fn of(repository: &Repository) -> Objects {
        Objects {
            directory: repository.path().to_owned(),
            idle: Mutex::default(),
        }
    }

    /// Gives back the memory that git's library needs to read objects, until one is read again.
    pub(super) fn close(&self) {
        self.lock().clear();
    }

    /// The bytes of a listed file, at most `limit`.
    pub(super) fn read(
        &self,
        files: &[File],
        path: &[u8],
        limit: u64,
    ) -> Result<Vec<u8>, Unreadable> {
        let file = entry(files, path).ok_or(Unreadable::Vanished)?;
        let Some(blob) = file.blob else {
            return Err(Unreadable::InConflict);
        };
        let bytes = self.blob(blob, limit)?;
        if file.kind != FileKind::Symlink {
            return Ok(bytes);
        }
        Err(link::explain(path, bytes, |path| self.target(files, path)))
    }

    /// Where a symbolic link points; none if it is none.
    fn target(&self, files: &[File], path: &[u8]) -> Option<Vec<u8>> {
        let file = entry(files, path).filter(|file| file.kind == FileKind::Symlink)?;
        self.blob(file.blob?, link::TARGET_BYTES).ok()
    }

    /// The bytes of an object, at most `limit`.
    pub(super) fn blob(&self, blob: ObjectId, limit: u64) -> Result<Vec<u8>, Unreadable> {
        let repository = self.take().map_err(|error| unreadable(blob, &error))?;
        let bytes = read(&repository, blob, limit);
        self.lock().push(repository);
        bytes
    }

    fn take(&self) -> Result<Repository, git2::Error> {
        let idle = self.lock().pop();
        idle.map_or_else(|| repository::open(&self.directory), Ok)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Repository>> {
        // A thread that panicked while it held the lock has not broken a list of handles.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(repository: &Repository, blob: ObjectId, limit: u64) -> Result<Vec<u8>, Unreadable> {
    let failed = |error: git2::Error| unreadable(blob, &error);
    let id = Oid::from_bytes(&blob.0).map_err(failed)?;
    let database = repository.odb().map_err(failed)?;
    // The size is known before anything is unpacked, however large it is said to be.
    let (bytes, kind) = database.read_header(id).map_err(failed)?;
    if kind != ObjectType::Blob {
        let words = format!("git's object {blob} is {kind}, where a file should be");
        return Err(Unreadable::Other(words));
    }
    if bytes as u64 > limit {
        let bytes = bytes as u64;
        return Err(Unreadable::TooLarge { bytes });
    }
    let object = database.read(id).map_err(failed)?;
    Ok(object.data().to_vec())
}

fn unreadable(blob: ObjectId, error: &git2::Error) -> Unreadable {
    if error.code() == ErrorCode::NotFound {
        return Unreadable::NotFetched { blob };
    }
    let words = crate::text::sanitise::text(error.message());
    Unreadable::Other(format!("git cannot read its object {blob}: {words}"))
}
