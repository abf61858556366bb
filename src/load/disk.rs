//! Reads files and directories below a root, without ever following a symbolic link.
//!
//! Every path is opened from one handle of the root. Where the kernel can be told to refuse links
//! in any part of a path, it is; elsewhere the path is opened part by part, which comes to the
//! same. Asking first and opening then would leave a moment in which a file can be swapped.
//!
//! A file is written beside the one it replaces, and takes its name when it is complete.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::Path;

use rustix::fs::{
    Access, AtFlags, CWD, Dir, FileType, Gid, Mode, OFlags, Stat, Uid, accessat, fchmod, fchown,
    fstat, fsync, openat, readlinkat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::cache::Stamp;
use super::{FileKind, Special, Unreadable, Unwritable, link};

/// Bytes of a path that is looked up.
const PATH_BYTES: usize = 4096;

/// Names that are tried for a file that is not complete; one may be left from a run that was
/// killed.
const ATTEMPTS: u32 = 16;

/// A directory, and everything below it that no symbolic link leads to.
pub(super) struct Root {
    handle: OwnedFd,
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
    /// Opens a root. Links on the way to it are followed: whoever runs the program named it.
    pub(super) fn open(path: &Path) -> io::Result<Root> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = openat(CWD, path, flags, Mode::empty())?;
        Ok(Root { handle })
    }

    /// The bytes of a regular file, at most `limit`, and its stamp from before they were read.
    pub(super) fn read(
        &self,
        path: &[u8],
        limit: u64,
    ) -> Result<(Vec<u8>, Option<Stamp>), Unreadable> {
        let file = self
            .open_below(path, OFlags::empty())
            .map_err(|error| self.explain(path, error))?;
        let status = fstat(&file).map_err(other)?;
        let file_type = FileType::from_raw_mode(status.st_mode);
        if file_type != FileType::RegularFile {
            return Err(Unreadable::NotRegular(describe(file_type)));
        }
        let bytes = u64::try_from(status.st_size).unwrap_or_default();
        if bytes > limit {
            return Err(Unreadable::TooLarge { bytes });
        }
        let content = read_whole(&file, bytes, limit)?;
        Ok((content, Some(stamp(&status))))
    }

    /// The stamp of a regular file; nothing where there is none to open.
    pub(super) fn stamp(&self, path: &[u8]) -> Option<Stamp> {
        let file = self.open_below(path, OFlags::empty()).ok()?;
        stamp_of(&file)
    }

    /// Puts new bytes in place of a regular file's, if it holds those that are expected.
    pub(super) fn write(&self, path: &[u8], before: &[u8], after: &[u8]) -> Result<(), Unwritable> {
        let slash = path.iter().rposition(|byte| *byte == b'/');
        let (folder, name) = match slash {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&b""[..], path),
        };
        let explain = |error| Unwritable::Unreadable(self.explain(path, error));
        let file = self.open_below(path, OFlags::empty()).map_err(explain)?;
        let folder = self.open_below(folder, OFlags::DIRECTORY);
        let folder = folder.map_err(explain)?;
        let status = expect_bytes(&file, before)?;
        expect_writable(&folder, name, &status)?;
        let (draft, handle) = draft(&folder).map_err(unwritable)?;
        let done = fill(&handle, after, &status)
            .and_then(|()| renameat(&folder, draft.as_str(), &folder, name));
        done.map_err(|error| {
            // The reason it could not be written says more than why the draft is still there.
            _ = unlinkat(&folder, draft.as_str(), AtFlags::empty());
            unwritable(error)
        })
    }

    /// The names in a directory, in no order; the root is empty.
    pub(super) fn list(&self, path: &[u8]) -> Result<Vec<Entry>, Unreadable> {
        let directory = self
            .open_below(path, OFlags::DIRECTORY)
            .map_err(|error| self.explain(path, error))?;
        let mut directory = Dir::new(directory).map_err(other)?;
        let mut entries = Vec::new();
        while let Some(entry) = directory.read() {
            let entry = entry.map_err(other)?;
            let name = entry.file_name().to_bytes();
            if matches!(name, b"." | b"..") {
                continue;
            }
            let file_type = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => {
                    let parent = directory.fd().map_err(other)?;
                    file_type(parent, name).unwrap_or(FileType::Unknown)
                }
                known => known,
            };
            let Some(node) = node(file_type) else {
                continue;
            };
            entries.push(Entry {
                name: name.to_vec(),
                node,
            });
        }
        Ok(entries)
    }

    fn open_below(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        if path.is_empty() {
            return open_part(&self.handle, b".", flags);
        }
        if path.contains(&0) || path.split(|byte| *byte == b'/').any(is_step) {
            return Err(Errno::NOENT);
        }
        #[cfg(target_os = "linux")]
        match open_resolved(&self.handle, path, flags) {
            // An old kernel, or a sandbox that does not know the call.
            Err(Errno::NOSYS | Errno::PERM) => {}
            done => return done,
        }
        self.open_by_parts(path, flags)
    }

    fn open_by_parts(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let mut parent: Option<OwnedFd> = None;
        let mut rest = path;
        while let Some(slash) = rest.iter().position(|byte| *byte == b'/') {
            let from = parent.as_ref().unwrap_or(&self.handle);
            parent = Some(open_part(from, &rest[..slash], OFlags::DIRECTORY)?);
            rest = &rest[slash + 1..];
        }
        open_part(parent.as_ref().unwrap_or(&self.handle), rest, flags)
    }

    fn explain(&self, path: &[u8], error: Errno) -> Unreadable {
        match error {
            Errno::NOENT => Unreadable::Vanished,
            Errno::ACCESS | Errno::PERM => Unreadable::Denied,
            // A link, or something that cannot be opened or entered.
            Errno::LOOP
            | Errno::MLINK
            | Errno::NOTDIR
            | Errno::NXIO
            | Errno::NODEV
            | Errno::OPNOTSUPP => self.obstacle(path, error),
            _ => other(error),
        }
    }

    /// What stands in the way, from the root down.
    fn obstacle(&self, path: &[u8], error: Errno) -> Unreadable {
        for (slash, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            match file_type(&self.handle, &path[..slash]) {
                Ok(FileType::Directory) => {}
                Ok(FileType::Symlink) => return Unreadable::BelowSymlink,
                _ => return Unreadable::Vanished,
            }
        }
        match file_type(&self.handle, path) {
            Ok(FileType::Symlink) => self.symlink(path),
            Ok(FileType::RegularFile) => other(error),
            Ok(file_type) => Unreadable::NotRegular(describe(file_type)),
            Err(_) => Unreadable::Vanished,
        }
    }

    fn symlink(&self, path: &[u8]) -> Unreadable {
        let Some(target) = self.target(path) else {
            return Unreadable::Vanished;
        };
        link::explain(path, target, |path| self.target(path))
    }

    /// Where a symbolic link points; none if it is none.
    fn target(&self, path: &[u8]) -> Option<Vec<u8>> {
        if path.len() > PATH_BYTES {
            return None;
        }
        let target = readlinkat(&self.handle, path, Vec::new()).ok()?;
        Some(target.into_bytes())
    }
}

/// A new file that nobody else may read.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(CWD, path, flags, Mode::RUSR | Mode::WUSR)?;
    Ok(file.into())
}

/// A folder that nobody else may enter, with those above it that are missing.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Bytes of a file from an offset, by any number of threads at once.
pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    file.read_exact_at(bytes, at)
}

/// A regular file that is its own name's, and its stamp. Nothing else is waited for or followed.
pub(super) fn open_regular(path: &Path) -> Option<(File, Stamp)> {
    let file = openat(CWD, path, opening(OFlags::empty()), Mode::empty()).ok()?;
    let stamp = stamp_of(&file)?;
    Some((file.into(), stamp))
}

/// The stamp of an open file, if it is a regular one.
pub(super) fn stamp_of(file: impl AsFd) -> Option<Stamp> {
    let status = fstat(file).ok()?;
    let file_type = FileType::from_raw_mode(status.st_mode);
    (file_type == FileType::RegularFile).then(|| stamp(&status))
}

#[expect(
    clippy::unnecessary_cast,
    reason = "the width of these numbers differs between systems"
)]
fn stamp(status: &Stat) -> Stamp {
    Stamp {
        device: status.st_dev as u64,
        inode: status.st_ino as u64,
        bytes: status.st_size as u64,
        modified: (status.st_mtime as i64, status.st_mtime_nsec as i64),
        changed: (status.st_ctime as i64, status.st_ctime_nsec as i64),
    }
}

/// A path of this system for a path of the listing.
pub(super) fn native(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

/// Opens a path below a directory in one call that refuses links in all its parts.
#[cfg(target_os = "linux")]
fn open_resolved(root: &OwnedFd, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let mut attempts = 0;
    loop {
        let opened = openat2(root, path, opening(flags), Mode::empty(), resolve);
        // The kernel could not be sure because something was renamed meanwhile.
        if !matches!(opened, Err(Errno::AGAIN | Errno::INTR)) || attempts == 16 {
            return opened;
        }
        attempts += 1;
    }
}

/// Opens a single name in a directory.
fn open_part(parent: &OwnedFd, name: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    openat(parent, name, opening(flags), Mode::empty())
}

/// Without waiting for the other end of a FIFO, and without gaining a terminal.
fn opening(flags: OFlags) -> OFlags {
    flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC
}

fn read_whole(file: &OwnedFd, size: u64, limit: u64) -> Result<Vec<u8>, Unreadable> {
    // A byte more than there should be: room to see the end, and that the file has grown.
    let narrow = |bytes: u64| {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        bytes.saturating_add(1)
    };
    let mut bytes = Vec::with_capacity(narrow(size));
    loop {
        match rustix::io::read(file, rustix::buffer::spare_capacity(&mut bytes)) {
            Ok(0) => return Ok(bytes),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(other(error)),
        }
        let length = bytes.len() as u64;
        if length > limit {
            return Err(Unreadable::TooLarge { bytes: length });
        }
        if bytes.len() == bytes.capacity() {
            bytes.reserve_exact(narrow(limit - length).min(bytes.len().max(PATH_BYTES)));
        }
    }
}

/// The state of a regular file that holds these bytes.
fn expect_bytes(file: &OwnedFd, before: &[u8]) -> Result<Stat, Unwritable> {
    let status = fstat(file).map_err(unwritable)?;
    let file_type = FileType::from_raw_mode(status.st_mode);
    if file_type != FileType::RegularFile {
        let what = Unreadable::NotRegular(describe(file_type));
        return Err(Unwritable::Unreadable(what));
    }
    let size = before.len() as u64;
    match read_whole(file, size, size) {
        Ok(bytes) if bytes == before => Ok(status),
        Ok(_) | Err(Unreadable::TooLarge { .. }) => Err(Unwritable::Changed),
        Err(reason) => Err(Unwritable::Unreadable(reason)),
    }
}

/// A new name could be given to a file that nobody may write; its owner did not mean that.
fn expect_writable(folder: &OwnedFd, name: &[u8], status: &Stat) -> Result<(), Unwritable> {
    let anybody = Mode::WUSR | Mode::WGRP | Mode::WOTH;
    let access = accessat(folder, name, Access::WRITE_OK, AtFlags::EACCESS);
    let is_refused = matches!(access, Err(Errno::ACCESS | Errno::ROFS | Errno::PERM));
    match is_refused || !Mode::from_raw_mode(status.st_mode).intersects(anybody) {
        true => Err(Unwritable::ReadOnly),
        false => Ok(()),
    }
}

/// A new, empty file in a directory.
fn draft(folder: &OwnedFd) -> Result<(String, OwnedFd), Errno> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut attempt = 0;
    loop {
        let name = format!(".prepcheck-{attempt}.tmp");
        match openat(folder, name.as_str(), flags, Mode::RUSR | Mode::WUSR) {
            Err(Errno::EXIST) if attempt < ATTEMPTS => attempt += 1,
            opened => return Ok((name, opened?)),
        }
    }
}

/// Makes a draft what a file of this state with these bytes would be.
fn fill(draft: &OwnedFd, bytes: &[u8], like: &Stat) -> Result<(), Errno> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(draft, rest) {
            Ok(written) => rest = &rest[written..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    let own = fstat(draft)?;
    if (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid) {
        let (user, group) = (Uid::from_raw(like.st_uid), Gid::from_raw(like.st_gid));
        fchown(draft, Some(user), Some(group))?;
    }
    fchmod(draft, Mode::from_raw_mode(like.st_mode))?;
    fsync(draft)
}

fn unwritable(error: Errno) -> Unwritable {
    match error {
        Errno::ACCESS | Errno::PERM | Errno::ROFS => Unwritable::ReadOnly,
        _ => Unwritable::Other(io::Error::from(error).to_string()),
    }
}

fn file_type(parent: impl AsFd, path: &[u8]) -> Result<FileType, Errno> {
    let status = statat(parent, path, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(FileType::from_raw_mode(status.st_mode))
}

fn node(file_type: FileType) -> Option<Node> {
    let kind = match file_type {
        FileType::Directory => return Some(Node::Directory),
        FileType::RegularFile => FileKind::Regular,
        FileType::Symlink => FileKind::Symlink,
        FileType::Fifo => FileKind::Special(Special::Fifo),
        FileType::Socket => FileKind::Special(Special::Socket),
        FileType::CharacterDevice | FileType::BlockDevice => FileKind::Special(Special::Device),
        // Gone between its name and its type.
        FileType::Unknown => return None,
    };
    Some(Node::File(kind))
}

fn describe(file_type: FileType) -> &'static str {
    match node(file_type) {
        Some(Node::Directory) => "a directory",
        Some(Node::File(FileKind::Special(special))) => special.describe(),
        _ => "no regular file",
    }
}

fn other(error: Errno) -> Unreadable {
    Unreadable::Other(io::Error::from(error).to_string())
}

/// Whether a part of a path does not name something in its parent.
fn is_step(part: &[u8]) -> bool {
    matches!(part, b"" | b"." | b"..")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Systems without the call that refuses links must come to the same answers.
    #[test]
    fn opening_by_parts_comes_to_the_same() {
        let directory = tempfile::TempDir::new().unwrap();
        let root = Root::open(directory.path()).unwrap();
        let make = |path: &str| {
            let file = OFlags::CREATE | OFlags::WRONLY;
            openat(&root.handle, path, file, Mode::RWXU).unwrap();
        };
        let link = |target: &str, path: &str| {
            rustix::fs::symlinkat(target, &root.handle, path).unwrap();
        };
        rustix::fs::mkdirat(&root.handle, "d", Mode::RWXU).unwrap();
        make("a");
        make("d/b");
        link("d", "in");
        link("/", "out");
        link("b", "d/c");
        let paths = [
            "a", "d", "d/b", "d/c", "in", "in/b", "out", "out/etc", "a/x", "x", "x/y", "d/x",
        ];
        for path in paths.map(str::as_bytes) {
            let explain = |error| root.explain(path, error);
            let opened = root.open_below(path, OFlags::empty());
            let by_parts = root.open_by_parts(path, OFlags::empty());
            assert_eq!(
                opened.map(drop).map_err(explain),
                by_parts.map(drop).map_err(explain),
                "{}",
                path.escape_ascii()
            );
        }
    }
}
