//! The entries of git's index.
//!
//! Of an entry only what is listed here is wanted, and git's library takes ten times as long as this for a large
//! index: it checks the hash, and builds a map of all entries. Whatever is unusual here is left to
//! the library, which then reads the same file or says what is wrong with it.

use super::cache::Stamp;
use super::walk;
use crate::model::ObjectId;

/// Bytes of the hash at the end, and of an entry's object id.
const HASH: usize = 20;

/// Bytes of an entry before its path.
const FIXED: usize = 62;

/// Whether a later part of the entry's flags follows.
const EXTENDED: u16 = 0x4000;

/// The part of the flags that tells the sides of a conflict.
const STAGE: u16 = 0x3000;

/// The part of the flags that holds the length of the path; longer ones have all its bits set.
const LENGTH: u16 = 0x0fff;

/// In the later part of the flags: the file is left out of a sparse work tree.
const SKIP_WORKTREE: u16 = 0x4000;

/// In the later part of the flags: the file is announced, and nothing of it is staged.
const INTENT_TO_ADD: u16 = 0x2000;

/// What the file system said of a file when git last saw its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Seconds and nanoseconds; a git that counts whole seconds gives none of the latter.
    changed: (u32, u32),
    pub(super) modified: (u32, u32),
    inode: u32,
    /// Zero also for a file that git is not sure of.
    bytes: u32,
}

impl Marks {
    fn read(entry: &[u8]) -> Option<Marks> {
        let at = |place: usize| number(entry.get(place..place + 4)?);
        Some(Marks {
            changed: (at(0)?, at(4)?),
            modified: (at(8)?, at(12)?),
            inode: at(20)?,
            bytes: at(36)?,
        })
    }

    /// Whether a file that has this stamp now was not touched since.
    pub(super) fn fit(&self, stamp: &Stamp) -> bool {
        let is_time = |(seconds, rest): (u32, u32), now: (i64, i64)| {
            i64::from(seconds) == now.0 && (rest == 0 || i64::from(rest) == now.1)
        };
        // The index keeps the lower half of what is longer.
        let is_number = |known: u32, now: u64| u64::from(known) == now & u64::from(u32::MAX);
        self.bytes > 0
            && is_number(self.bytes, stamp.bytes)
            && is_number(self.inode, stamp.inode)
            && is_time(self.modified, stamp.modified)
            && is_time(self.changed, stamp.changed)
    }
}

/// One file of the index, or a folder of a sparse one.
pub(super) struct Entry<'p> {
    pub(super) path: &'p [u8],
    pub(super) mode: u32,
    /// None for a side of a conflict.
    pub(super) blob: Option<ObjectId>,
    pub(super) is_sparse: bool,
    pub(super) is_announced: bool,
    pub(super) marks: Option<Marks>,
}

impl<'p> Entry<'p> {
    pub(super) fn new(
        path: &'p [u8],
        mode: u32,
        id: [u8; HASH],
        flags: u16,
        extended: u16,
    ) -> Entry<'p> {
        Entry {
            path,
            mode,
            blob: (flags & STAGE == 0).then_some(ObjectId(id)),
            is_sparse: extended & SKIP_WORKTREE != 0,
            is_announced: extended & INTENT_TO_ADD != 0,
            marks: None,
        }
    }
}

/// A folder whose entries make up a tree that git has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CachedTree {
    /// Without a slash at its end; empty for the whole.
    pub(super) folder: Vec<u8>,
    /// How many entries lie below it.
    pub(super) count: usize,
    pub(super) id: ObjectId,
}

/// Calls `each` with every entry, in the order of the file. What follows the entries.
///
/// None if this is no index, or one that has not all its entries here. In a sparse index an entry
/// may be a whole folder, with its tree and a slash at the end of its path.
pub(super) fn entries(bytes: &[u8], mut each: impl FnMut(&Entry<'_>)) -> Option<&[u8]> {
    let version = match bytes.get(..8)?.split_at(4) {
        (b"DIRC", version) => number(version)?,
        _ => return None,
    };
    let count = number(bytes.get(8..12)?)?;
    let body = bytes.get(..bytes.len().checked_sub(HASH)?)?;
    let mut path = Vec::new();
    let mut at = 12;
    for _ in 0..count {
        let entry = body.get(at..)?;
        let mode = number(entry.get(24..28)?)?;
        let flags = u16::from_be_bytes(entry.get(60..FIXED)?.try_into().ok()?);
        let id = entry[40..60].try_into().ok()?;
        let (start, extended) = match version {
            3 | 4 if flags & EXTENDED != 0 => {
                let extended = entry.get(FIXED..FIXED + 2)?.try_into().ok()?;
                (FIXED + 2, u16::from_be_bytes(extended))
            }
            2..=4 => (FIXED, 0),
            _ => return None,
        };
        let length = match version {
            4 => start + compressed_path(entry.get(start..)?, &mut path)?,
            _ => whole_path(entry, start, flags, &mut path)?,
        };
        each(&Entry {
            marks: Marks::read(entry),
            ..Entry::new(&path, mode, id, flags, extended)
        });
        at += length;
    }
    let rest = body.get(at..)?;
    extensions_are_optional(rest).then_some(rest)
}

/// The folders of which nothing is staged, from what follows the entries; none if that is not kept,
/// or not understood.
pub(super) fn cached_trees(mut rest: &[u8]) -> Option<Vec<CachedTree>> {
    while let Some((header, after)) = rest.split_at_checked(8) {
        let size = usize::try_from(number(&header[4..])?).ok()?;
        let (body, next) = after.split_at_checked(size)?;
        if header.starts_with(b"TREE") {
            return trees(body);
        }
        rest = next;
    }
    None
}

/// Each folder is its name, a zero, the number of its entries or -1, that of the folders in it,
/// which follow, and unless there was -1 the id of its tree.
fn trees(mut rest: &[u8]) -> Option<Vec<CachedTree>> {
    let mut found = Vec::new();
    let mut folder = Vec::new();
    // Of each folder around: the length of its path, and how many folders in it are to come.
    let mut around: Vec<(usize, usize)> = Vec::new();
    while !rest.is_empty() {
        while let Some((_, 0)) = around.last() {
            around.pop();
            folder.truncate(around.last().map_or(0, |(length, _)| *length));
        }
        let (name, after) = split_at_byte(rest, 0)?;
        let (count, after) = split_at_byte(after, b' ')?;
        let (folders, after) = split_at_byte(after, b'\n')?;
        let folders = str::from_utf8(folders).ok()?.parse().ok()?;
        if let Some((_, left)) = around.last_mut() {
            *left -= 1;
        }
        if !folder.is_empty() {
            folder.push(b'/');
        }
        folder.extend_from_slice(name);
        rest = after;
        if let Ok(count) = str::from_utf8(count).ok()?.parse() {
            let (id, after) = rest.split_at_checked(HASH)?;
            if around.len() < walk::DEPTH {
                found.push(CachedTree {
                    folder: folder.clone(),
                    count,
                    id: ObjectId(id.try_into().ok()?),
                });
            }
            rest = after;
        }
        around.push((folder.len(), folders));
    }
    Some(found)
}

fn split_at_byte(bytes: &[u8], end: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == end)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// Reads a path that is filled up with zeros to eight bytes; the length of the whole entry.
fn whole_path(entry: &[u8], start: usize, flags: u16, path: &mut Vec<u8>) -> Option<usize> {
    let rest = entry.get(start..)?;
    let length = match usize::from(flags & LENGTH) {
        short if short < usize::from(LENGTH) => short,
        _ => end(rest)?,
    };
    if rest.get(length) != Some(&0) {
        return None;
    }
    path.clear();
    path.extend_from_slice(&rest[..length]);
    Some((start + length) / 8 * 8 + 8)
}

/// Reads a path that says how many bytes of the one before it to drop, and what to add; its
/// length in the file.
fn compressed_path(rest: &[u8], path: &mut Vec<u8>) -> Option<usize> {
    let mut dropped = 0_usize;
    let mut used = 0;
    loop {
        let byte = *rest.get(used)?;
        used += 1;
        dropped = dropped.checked_mul(128)?.checked_add((byte & 127).into())?;
        if byte & 128 == 0 {
            break;
        }
        // Each further byte counts from where shorter numbers end.
        dropped += 1;
    }
    let added = rest.get(used..)?;
    let length = end(added)?;
    path.truncate(path.len().checked_sub(dropped)?);
    path.extend_from_slice(&added[..length]);
    Some(used + length + 1)
}

/// Whether nothing follows that changes what the entries mean, as a shared index does. That some
/// of them are folders shows in themselves.
fn extensions_are_optional(mut rest: &[u8]) -> bool {
    while let Some((header, after)) = rest.split_at_checked(8) {
        let size = number(&header[4..]).and_then(|size| usize::try_from(size).ok());
        let Some(after) = size.and_then(|size| after.get(size..)) else {
            return false;
        };
        if !header[0].is_ascii_uppercase() && !header.starts_with(b"sdir") {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

fn end(path: &[u8]) -> Option<usize> {
    path.iter().position(|byte| *byte == 0)
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(version: u32, entries: &[&[u8]], extensions: &[u8]) -> Vec<u8> {
        let count = u32::try_from(entries.len()).unwrap();
        let head = [*b"DIRC", version.to_be_bytes(), count.to_be_bytes()].concat();
        [head, entries.concat(), extensions.to_vec(), vec![7; HASH]].concat()
    }

    fn entry(flags: u16, path: &[u8]) -> Vec<u8> {
        let mut entry = vec![0; FIXED];
        entry[24..28].copy_from_slice(&0o100_644_u32.to_be_bytes());
        entry[60..].copy_from_slice(&flags.to_be_bytes());
        if flags & EXTENDED != 0 {
            entry.extend([0, 0]);
        }
        entry.extend(path);
        entry
    }

    fn padded(flags: u16, path: &[u8]) -> Vec<u8> {
        let mut entry = entry(flags, path);
        entry.push(0);
        entry.resize(entry.len().next_multiple_of(8), 0);
        entry
    }

    fn paths(bytes: &[u8]) -> Option<Vec<String>> {
        let mut paths = Vec::new();
        entries(bytes, |entry| {
            paths.push(entry.path.escape_ascii().to_string());
        })?;
        Some(paths)
    }

    #[test]
    fn paths_of_every_length() {
        let long = [b'l'; 5000];
        for length in 0..17 {
            let path = &long[..length];
            let flags = u16::try_from(length).unwrap();
            let extended = padded(flags | EXTENDED, path);
            let bytes = index(
                3,
                &[&padded(flags, path), &extended, &padded(LENGTH, &long)],
                b"TREE\0\0\0\x02ab",
            );
            let expected = [length, length, 5000].map(|length| "l".repeat(length));
            assert_eq!(paths(&bytes).unwrap(), expected);
        }
    }

    #[test]
    fn paths_that_build_on_the_one_before() {
        let first = entry(0, b"\0ops/a.md\0");
        let second = entry(EXTENDED, b"\x04b.md\0");
        let third = entry(0, b"\x08\xff\0");
        let bytes = index(4, &[&first, &second, &third], b"");
        assert_eq!(paths(&bytes).unwrap(), ["ops/a.md", "ops/b.md", r"\xff"]);
        let far = [b"\0".to_vec(), vec![b'p'; 300], b"\0".to_vec()].concat();
        let back = entry(0, b"\x81\x2aq\0");
        let bytes = index(4, &[&entry(0, &far), &back], b"");
        assert_eq!(paths(&bytes).unwrap()[1], format!("{}q", "p".repeat(2)));
    }

    #[test]
    fn folders_of_a_sparse_index() {
        let (file, folder) = (padded(1, b"a"), padded(2, b"b/"));
        let sparse = index(3, &[&file, &folder], b"sdir\0\0\0\0");
        assert_eq!(paths(&sparse), Some(vec!["a".to_owned(), "b/".to_owned()]));
    }

    #[test]
    fn folders_and_their_trees() {
        let tree = |head: &[u8], id: u8| [head, &[id; HASH]].concat();
        let body = [
            tree(b"\x003 2\n", 1),
            tree(b"ops\x002 1\n", 2),
            tree(b"runbooks\x001 0\n", 3),
            b"src\x00-1 1\n".to_vec(),
            tree(b"bin\x001 0\n", 4),
        ]
        .concat();
        let size = u32::try_from(body.len()).unwrap().to_be_bytes();
        let rest = [b"REUC\0\0\0\x01x".as_slice(), b"TREE", &size, &body].concat();
        let found = cached_trees(&rest).unwrap();
        let found: Vec<(&str, usize, u8)> = found
            .iter()
            .map(|tree| {
                (
                    str::from_utf8(&tree.folder).unwrap(),
                    tree.count,
                    tree.id.0[0],
                )
            })
            .collect();
        let expected = [
            ("", 3, 1),
            ("ops", 2, 2),
            ("ops/runbooks", 1, 3),
            ("src/bin", 1, 4),
        ];
        assert_eq!(found, expected);
        for length in 0..body.len() {
            // Whatever was cut off is refused, or ends between two folders.
            let _ = trees(&body[..length]);
        }
        assert_eq!(cached_trees(b"REUC\0\0\0\x01x"), None);
    }

    #[test]
    fn what_is_unusual_is_refused() {
        let file = padded(1, b"a");
        assert_eq!(paths(&index(2, &[&file], b"link\0\0\0\0")), None);
        assert_eq!(paths(&index(2, &[&file], b"TREE\0\0\0\x09")), None);
        assert_eq!(paths(&index(5, &[&file], b"")), None);
        assert_eq!(paths(&index(4, &[&entry(0, b"\x01a\0")], b"")), None);
        assert_eq!(paths(&index(4, &[&entry(0, &[255; 40])], b"")), None);
        let whole = index(2, &[&file], b"");
        for length in 0..whole.len() {
            assert_eq!(paths(&whole[..length]), None);
        }
    }
}
