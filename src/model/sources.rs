//! The files that were read: enough to point into them, without their text.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use crate::binary::{Binary, Decoder, Encoder};
use crate::text::{FileId, LineIndex};

/// Tells whether a file still holds the bytes that were judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentId(u64);

impl ContentId {
    pub fn of(bytes: &[u8]) -> ContentId {
        // Fixed keys: the same bytes have the same id in every run of this build. An excerpt is at
        // stake and nothing else, so a keyed or cryptographic hash would buy nothing.
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        ContentId(hasher.finish())
    }
}

impl Binary for ContentId {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.0.encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<ContentId> {
        u64::decode(from).map(ContentId)
    }
}

/// One file that was looked into.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Below the root, `/`-separated, as git knows it; perhaps not UTF-8.
    pub path: Box<[u8]>,
    pub content: Option<ContentId>,
    pub lines: LineIndex,
}

/// All files that were looked into; their ids are in order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<FileId, SourceFile>,
}

impl Sources {
    pub fn insert(&mut self, id: FileId, file: SourceFile) {
        self.files.insert(id, file);
    }

    /// # Panics
    ///
    /// If the id belongs to other sources.
    pub fn get(&self, file: FileId) -> &SourceFile {
        &self.files[&file]
    }

    pub fn path(&self, file: FileId) -> &[u8] {
        &self.get(file).path
    }

    /// The line of a byte, from 1.
    pub fn line(&self, file: FileId, offset: u32) -> u32 {
        self.get(file).lines.line(offset)
    }
}
