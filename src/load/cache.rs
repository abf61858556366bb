//! What one run leaves to the next: opaque bytes for each file, as long as the file stays the same.
//!
//! Whether a file is the same is asked of the file system and not of its bytes: reading them would
//! be most of the work that is to be spared. A [`Stamp`] holds the time of the last change of the
//! file itself, which no program can set, so that a file of the same size and with its old date is
//! known to be another one. A file that changed a moment before it was read is not kept, for it may
//! change again within the same tick of the clock.
//!
//! A cache belongs to one root and one build of the program; whatever does not fit is as if it were
//! not there, and no fault of a cache is ever reported: the files are read instead. It lies in a
//! folder of the user and never below the root, for what is committed by a stranger must not say
//! what was found. Nobody else may read it: it quotes the documents.
#![expect(
    clippy::disallowed_methods,
    reason = "the cache is read and written here and nowhere else"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::disk;
use crate::binary::{Binary, Decoder, Encoder, Words, binary};
use crate::text::FileId;

/// Behind everything else in a cache.
const MAGIC: &[u8; 16] = b"prepcheck cache\n";

/// Bytes of the place of the index, of its sum and of [`MAGIC`].
const FOOTER: u64 = 8 + 8 + MAGIC.len() as u64;

/// A file is kept if it did not change for this time, in nanoseconds: more than a tick of the clock
/// that file systems ask.
const SETTLED: i128 = 50_000_000;

/// The same for file systems that count whole seconds, some of them only every other one.
const SETTLED_IN_SECONDS: i128 = 2_000_000_000;

/// Caches that were not written for so many seconds are thrown away: 30 days.
const FORGOTTEN: i64 = 30 * 24 * 60 * 60;

/// Marks a folder for programs that make backups, as https://bford.info/cachedir/ asks.
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of prepcheck.\n";

/// What tells whether a file is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) bytes: u64,
    /// Seconds and nanoseconds since 1970-01-01T00:00:00Z.
    pub(super) modified: (i64, i64),
    pub(super) changed: (i64, i64),
}

binary!(struct Stamp { device, inode, bytes, modified, changed });

impl Stamp {
    /// Whether nothing happened to the file for a while before another one was made.
    fn is_settled_before(&self, other: &Stamp) -> bool {
        let counts_seconds = self.modified.1 == 0 && self.changed.1 == 0;
        let needed = if counts_seconds {
            SETTLED_IN_SECONDS
        } else {
            SETTLED
        };
        let newest = self.modified.max(self.changed);
        nanoseconds(other.changed) - nanoseconds(newest) >= needed
    }
}

fn nanoseconds((seconds, rest): (i64, i64)) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(rest)
}

/// Where caches lie, and what program writes them.
#[derive(Clone, Debug)]
pub struct CachePlace {
    /// A folder of the user, made when it is needed.
    pub folder: PathBuf,
    /// The running program: another build of it understands other things.
    pub program: PathBuf,
}

/// What the last run left.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    /// What a cache must have been written for.
    key: Vec<u8>,
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    file: File,
    words: Vec<&'static str>,
    entries: BTreeMap<Box<[u8]>, Entry>,
}

/// The bytes that were kept for a file.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub stamp: Stamp,
    at: u64,
    length: u64,
    /// Tells bytes that a disk gave back as others than it got.
    sum: u64,
}

binary!(struct Entry { stamp, at, length, sum });

impl Cache {
    /// The cache of a root, for all that depends on `variant`; empty if there is none.
    ///
    /// Nothing where no cache may be or can be told from that of another build.
    pub fn open(place: &CachePlace, root: &Path, variant: &[&str]) -> Option<Cache> {
        let folder = absolute(&place.folder)?;
        if folder.starts_with(root) {
            return None;
        }
        let program = disk::stamp_of(&File::open(&place.program).ok()?)?;
        let mut hasher = DefaultHasher::new();
        (root, variant).hash(&mut hasher);
        let mut key = Encoder::new(FileId(0), &NO_WORDS);
        for text in [place.program.as_path(), root] {
            key.bytes(text.as_os_str().as_encoded_bytes());
        }
        program.encode(&mut key);
        for part in variant {
            key.bytes(part.as_bytes());
        }
        let mut cache = Cache {
            path: folder.join(format!("{:016x}.cache", hasher.finish())),
            key: key.finish()?,
            kept: None,
        };
        cache.kept = Kept::read(&cache.path, &cache.key);
        Some(cache)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.kept.is_none()
    }

    /// What was kept for a path, whatever lies there now.
    pub fn entry(&self, path: &[u8]) -> Option<Entry> {
        self.kept.as_ref()?.entries.get(path).copied()
    }

    /// The bytes of an entry.
    pub fn read(&self, entry: Entry) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(entry.length).ok()?];
        disk::read_exact_at(&self.kept.as_ref()?.file, &mut bytes, entry.at).ok()?;
        (sum(&bytes) == entry.sum).then_some(bytes)
    }

    /// The names that the bytes of its entries were written with.
    pub fn words(&self) -> &[&'static str] {
        self.kept.as_ref().map_or(&[], |kept| &kept.words)
    }

    /// A new cache in place of this one, once it is finished.
    pub fn draft(&self) -> Option<Draft> {
        let folder = self.path.parent()?;
        prepare(folder)?;
        let path = self
            .path
            .with_extension(format!("{}.tmp", std::process::id()));
        _ = fs::remove_file(&path);
        let file = disk::create_private(&path).ok()?;
        let made = disk::stamp_of(&file)?;
        clean(folder, made.changed.0);
        Some(Draft {
            path,
            target: self.path.clone(),
            key: self.key.clone(),
            made,
            body: Mutex::new(Body {
                out: BufWriter::new(file),
                end: 0,
                entries: Vec::new(),
                failure: None,
            }),
        })
    }
}

impl Kept {
    fn read(path: &Path, key: &[u8]) -> Option<Kept> {
        let (file, stamp) = disk::open_regular(path)?;
        let end = stamp.bytes.checked_sub(FOOTER)?;
        let mut footer = [0; FOOTER as usize];
        disk::read_exact_at(&file, &mut footer, end).ok()?;
        let (at, rest) = footer.split_first_chunk()?;
        let (expected, magic) = rest.split_first_chunk()?;
        if magic != MAGIC {
            return None;
        }
        let at = u64::from_le_bytes(*at);
        let mut index = vec![0; usize::try_from(end.checked_sub(at)?).ok()?];
        disk::read_exact_at(&file, &mut index, at).ok()?;
        if sum(&index) != u64::from_le_bytes(*expected) {
            return None;
        }
        let mut index = Decoder::new(&index, FileId(0), &[]);
        if index.bytes()? != key {
            return None;
        }
        let words: Vec<String> = Vec::decode(&mut index)?;
        let entries: Vec<(Box<[u8]>, Entry)> = Vec::decode(&mut index)?;
        let entries: BTreeMap<_, _> = entries.into_iter().collect();
        let is_inside = |entry: &Entry| entry.at.checked_add(entry.length) <= Some(at);
        if !index.is_done() || !entries.values().all(is_inside) {
            return None;
        }
        // They live as long as the names that are compiled in, whose place they take: a few
        // kilobytes, once a run.
        let words = words.into_iter().map(|word| &*word.leak());
        Some(Kept {
            file,
            words: words.collect(),
            entries,
        })
    }
}

/// A cache that is being written.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    target: PathBuf,
    key: Vec<u8>,
    made: Stamp,
    body: Mutex<Body>,
}

#[derive(Debug)]
struct Body {
    out: BufWriter<File>,
    /// Bytes written so far.
    end: u64,
    entries: Vec<(Box<[u8]>, Entry)>,
    failure: Option<io::Error>,
}

impl Draft {
    /// Keeps bytes for a file that had this stamp before it was read, unless it is too young.
    pub fn add(&self, path: &[u8], stamp: Stamp, bytes: &[u8]) {
        if !stamp.is_settled_before(&self.made) {
            return;
        }
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        if body.failure.is_some() {
            return;
        }
        // What was written of it nobody knows, so that nothing behind it has a place.
        body.failure = body.out.write_all(bytes).err();
        let length = bytes.len() as u64;
        let entry = Entry {
            stamp,
            at: body.end,
            length,
            sum: sum(bytes),
        };
        body.end += length;
        body.entries.push((path.into(), entry));
    }

    /// Puts the draft in the place of what was kept before, all of it or nothing.
    pub fn finish(self, words: &Words) {
        let path = self.path.clone();
        if self.complete(words).is_err() {
            _ = fs::remove_file(path);
        }
    }

    fn complete(self, words: &Words) -> io::Result<()> {
        let mut body = self
            .body
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(failure) = body.failure.take() {
            return Err(failure);
        }
        body.entries.sort_by(|a, b| a.0.cmp(&b.0));
        let mut index = Encoder::new(FileId(0), &NO_WORDS);
        index.bytes(&self.key);
        let words: Vec<String> = words.list().into_iter().map(str::to_owned).collect();
        words.encode(&mut index);
        body.entries.encode(&mut index);
        let index = index.finish().unwrap_or_default();
        body.out.write_all(&index)?;
        body.out.write_all(&body.end.to_le_bytes())?;
        body.out.write_all(&sum(&index).to_le_bytes())?;
        body.out.write_all(MAGIC)?;
        body.out.flush()?;
        fs::rename(self.path, self.target)
    }
}

/// The index of a cache has no names of the program in it.
static NO_WORDS: Words = Words::none();

/// A folder, absolute and without symbolic links as far as it is there, so that it can be told
/// whether it lies below a root.
fn absolute(folder: &Path) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let there = folder.ancestors().find(|path| path.exists())?;
    let rest = folder.strip_prefix(there).ok()?;
    Some(fs::canonicalize(there).ok()?.join(rest))
}

fn sum(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn prepare(folder: &Path) -> Option<()> {
    if folder.is_dir() {
        return Some(());
    }
    disk::create_private_folder(folder).ok()?;
    // The tag is for other programs; without it the cache works as well.
    _ = fs::write(folder.join("CACHEDIR.TAG"), TAG);
    Some(())
}

/// Throws away what nobody has written for long; `now` in seconds since 1970-01-01T00:00:00Z.
fn clean(folder: &Path, now: i64) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = path
            .extension()
            .is_some_and(|it| it == "cache" || it == "tmp");
        let is_old = disk::open_regular(&path)
            .is_some_and(|(_, stamp)| now.saturating_sub(stamp.changed.0) > FORGOTTEN);
        if is_ours && is_old {
            // Somebody else may have been faster.
            _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(seconds: i64, nanoseconds: i64) -> Stamp {
        Stamp {
            device: 1,
            inode: 2,
            bytes: 3,
            modified: (0, nanoseconds),
            changed: (seconds, nanoseconds),
        }
    }

    #[test]
    fn a_file_settles_by_the_clock_of_its_file_system() {
        let made = stamp(100, 40_000_000);
        assert!(stamp(99, 990_000_000).is_settled_before(&made));
        assert!(!stamp(99, 990_000_001).is_settled_before(&made));
        assert!(!stamp(101, 1).is_settled_before(&made));
        assert!(stamp(98, 0).is_settled_before(&made));
        assert!(!stamp(99, 0).is_settled_before(&made));
    }
}
