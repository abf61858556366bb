//! Reads files and directories below a root where no handle of a directory is to be had.
//!
//! Every part of a path is looked at before the file is opened, which leaves a moment in which
//! it can be swapped. Paths of the listing that are not UTF-8 cannot exist here.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the disk"
)]

use std::fs::{self, File, FileType};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::cache::Stamp;
use super::{FileKind, Special, Unreadable, Unwritable};

pub(super) struct Root {
    path: PathBuf,
}

/// A name in a directory.
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) node: Node,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Directory,
    File(FileKind),
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Root> {
        fs::read_dir(path)?;
        Ok(Root { path: path.into() })
    }

    /// The bytes of a regular file, at most `limit`; without a stamp, for there is no time of change
    /// to be had that nobody can set.
    pub(super) fn read(
        &self,
        path: &[u8],
        limit: u64,
    ) -> Result<(Vec<u8>, Option<Stamp>), Unreadable> {
        let (path, file_type) = self.look(path)?;
        if !file_type.is_file() {
            return Err(Unreadable::NotRegular(describe(file_type)));
        }
        let file = File::open(path).map_err(explain)?;
        let bytes = file.metadata().map_err(explain)?.len();
        if bytes > limit {
            return Err(Unreadable::TooLarge { bytes });
        }
        let mut content = Vec::new();
        let mut file = file.take(limit.saturating_add(1));
        let read = file.read_to_end(&mut content).map_err(explain)? as u64;
        if read > limit {
            return Err(Unreadable::TooLarge { bytes: read });
        }
        Ok((content, None))
    }

    pub(super) fn stamp(&self, _: &[u8]) -> Option<Stamp> {
        None
    }

    /// Puts new bytes in place of a regular file's, if it holds those that are expected.
    pub(super) fn write(&self, path: &[u8], before: &[u8], after: &[u8]) -> Result<(), Unwritable> {
        let size = before.len() as u64;
        match self.read(path, size).map(|(bytes, _)| bytes) {
            Ok(bytes) if bytes == before => {}
            Ok(_) | Err(Unreadable::TooLarge { .. }) => return Err(Unwritable::Changed),
            Err(reason) => return Err(Unwritable::Unreadable(reason)),
        }
        let (path, _) = self.look(path).map_err(Unwritable::Unreadable)?;
        let permissions = fs::metadata(&path).map_err(unwritable)?.permissions();
        if permissions.readonly() {
            return Err(Unwritable::ReadOnly);
        }
        let draft = path.with_file_name(".prepcheck.tmp");
        let mut options = File::options();
        let file = options.write(true).create_new(true).open(&draft);
        let mut file = file.map_err(unwritable)?;
        let done = file
            .write_all(after)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::set_permissions(&draft, permissions))
            .and_then(|()| fs::rename(&draft, &path));
        done.map_err(|error| {
            // The reason it could not be written says more than why the draft is still there.
            _ = fs::remove_file(&draft);
            unwritable(error)
        })
    }

    /// The names in a directory, in no order; the root is empty.
    pub(super) fn list(&self, path: &[u8]) -> Result<Vec<Entry>, Unreadable> {
        let path = match path {
            b"" => self.path.clone(),
            path => self.look(path)?.0,
        };
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(explain)? {
            let entry = entry.map_err(explain)?;
            entries.push(Entry {
                name: entry.file_name().as_encoded_bytes().to_vec(),
                node: node(entry.file_type().map_err(explain)?),
            });
        }
        Ok(entries)
    }

    /// What a path names, if no part of it is a link.
    fn look(&self, path: &[u8]) -> Result<(PathBuf, FileType), Unreadable> {
        let text = str::from_utf8(path).map_err(|_| Unreadable::Vanished)?;
        let mut reached = self.path.clone();
        let mut file_type = None;
        for part in text.split('/') {
            // Also what would be a drive, a stream or two parts at once.
            if matches!(part, "" | "." | "..") || part.contains(['\\', ':']) {
                return Err(Unreadable::Vanished);
            }
            if file_type.is_some_and(|above: FileType| above.is_symlink()) {
                return Err(Unreadable::BelowSymlink);
            }
            reached.push(part);
            let found = fs::symlink_metadata(&reached).map_err(explain)?;
            file_type = Some(found.file_type());
        }
        match file_type {
            Some(link) if link.is_symlink() => Err(symlink(&reached, text)),
            Some(file_type) => Ok((reached, file_type)),
            None => Err(Unreadable::Vanished),
        }
    }
}

pub(super) fn create_private(path: &Path) -> io::Result<File> {
    File::create_new(path)
}

pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// There are no stamps here, and so no cache that could be read.
pub(super) fn open_regular(_: &Path) -> Option<(File, Stamp)> {
    None
}

pub(super) fn read_exact_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn stamp_of<F>(_: F) -> Option<Stamp> {
    None
}

/// A path of this system for a path of the listing.
pub(super) fn native(path: &[u8]) -> &Path {
    Path::new(str::from_utf8(path).unwrap_or_default())
}

/// Where a link leads, by its words alone.
fn symlink(link: &Path, path: &str) -> Unreadable {
    let Ok(target) = fs::read_link(link) else {
        return Unreadable::Vanished;
    };
    let target = target.as_os_str().as_encoded_bytes().to_vec();
    let mut depth = path.matches('/').count();
    for part in target.split(|byte| matches!(byte, b'/' | b'\\')) {
        match part {
            b".." if depth == 0 => return Unreadable::EscapingSymlink { target },
            b".." => depth -= 1,
            b"." => {}
            name if name.is_empty() || name.contains(&b':') => {
                return Unreadable::EscapingSymlink { target };
            }
            _ => depth += 1,
        }
    }
    Unreadable::Symlink { target }
}

fn node(file_type: FileType) -> Node {
    if file_type.is_dir() {
        return Node::Directory;
    }
    Node::File(if file_type.is_symlink() {
        FileKind::Symlink
    } else if file_type.is_file() {
        FileKind::Regular
    } else {
        FileKind::Special(Special::Device)
    })
}

fn describe(file_type: FileType) -> &'static str {
    match node(file_type) {
        Node::Directory => "a directory",
        Node::File(FileKind::Special(special)) => special.describe(),
        Node::File(_) => "no regular file",
    }
}

fn unwritable(error: io::Error) -> Unwritable {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Unwritable::ReadOnly,
        _ => Unwritable::Other(error.to_string()),
    }
}

fn explain(error: io::Error) -> Unreadable {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unreadable::Vanished,
        io::ErrorKind::PermissionDenied => Unreadable::Denied,
        _ => Unreadable::Other(error.to_string()),
    }
}
