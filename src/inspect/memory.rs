//! What the last run made of files that have not changed since.
//!
//! The facts of a document and the findings of document rules depend on its path and bytes, on the
//! kind that the policy gives to it, on the rules in force and on this build, and on nothing else:
//! no clock, no other file. So they can be kept, and are not worked out again.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Judged;
use crate::binary::{Binary, Decoder, Encoder, Words};
use crate::load::{Cache, CachePlace, Draft, Entry, Snapshot, Stamp};
use crate::model::{Kind, SourceFile};
use crate::rule::Rule;
use crate::text::FileId;

/// Fewer documents are read in less time than it would take to notice, so that nothing is left on
/// the disks of most people.
const WORTHWHILE: usize = 256;

/// The cache is written anew when more than one document in so many is not in it as it is now.
const REWRITTEN_FROM: usize = 20;

pub(super) struct Memory {
    cache: Cache,
    words: Words,
    /// What is still true, for each document by its number.
    known: Vec<Option<Entry>>,
    draft: Option<Draft>,
    recalled: AtomicUsize,
}

/// How much there must be before anything is kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    pub place: CachePlace,
    /// Documents.
    pub from: usize,
}

impl Keeping {
    /// As it pays.
    pub fn at(place: CachePlace) -> Keeping {
        Keeping {
            place,
            from: WORTHWHILE,
        }
    }
}

impl Memory {
    /// What is known of the documents at these paths, in the order of their numbers.
    pub(super) fn open(
        keeping: &Keeping,
        snapshot: &Snapshot,
        rules: &[&'static Rule],
        paths: &[&[u8]],
    ) -> Option<Memory> {
        if paths.len() < keeping.from {
            return None;
        }
        let variant: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
        let root: &Path = snapshot.root();
        let cache = Cache::open(&keeping.place, root, &variant)?;
        let known = paths.par_iter().map(|path| {
            let entry = cache.entry(path)?;
            snapshot.is_unchanged(path, entry.stamp).then_some(entry)
        });
        let known: Vec<Option<Entry>> = known.collect();
        let unknown = known.iter().filter(|entry| entry.is_none()).count();
        let is_old = unknown * REWRITTEN_FROM > paths.len();
        Some(Memory {
            words: Words::new(cache.words()),
            draft: is_old.then(|| cache.draft()).flatten(),
            cache,
            known,
            recalled: AtomicUsize::new(0),
        })
    }

    /// What was made of a document, if it is the same as then.
    pub(super) fn recall(
        &self,
        file: FileId,
        path: &[u8],
        given: Option<Kind>,
    ) -> Option<Box<Judged>> {
        let entry = (*self.known.get(file.0 as usize)?)?;
        let bytes = self.cache.read(entry)?;
        let mut from = Decoder::new(&bytes, file, self.cache.words());
        if Option::decode(&mut from)? != given {
            return None;
        }
        let judged = decode(&mut from, path)?;
        if !from.is_done() {
            return None;
        }
        if let Some(draft) = &self.draft {
            draft.add(path, entry.stamp, &bytes);
        }
        self.recalled.fetch_add(1, Ordering::Relaxed);
        Some(Box::new(judged))
    }

    /// Keeps what was made of a document, for another time.
    pub(super) fn keep(&self, judged: &Judged, stamp: Option<Stamp>, given: Option<Kind>) {
        let (Some(draft), Some(stamp)) = (&self.draft, stamp) else {
            return;
        };
        if !judged.document.is_cacheable() {
            return;
        }
        let mut to = Encoder::new(judged.document.file, &self.words);
        given.encode(&mut to);
        encode(judged, &mut to);
        if let Some(bytes) = to.finish() {
            draft.add(&judged.source.path, stamp, &bytes);
        }
    }

    /// Puts what is now known in the place of what was; how many documents were recalled.
    pub(super) fn finish(self) -> usize {
        if let Some(draft) = self.draft {
            draft.finish(&self.words);
        }
        self.recalled.into_inner()
    }
}

fn encode(judged: &Judged, to: &mut Encoder<'_>) {
    judged.source.content.encode(to);
    judged.source.lines.encode(to);
    judged.document.encode(to);
    judged.findings.encode(to);
    judged.is_unread.encode(to);
}

fn decode(from: &mut Decoder<'_>, path: &[u8]) -> Option<Judged> {
    Some(Judged {
        source: SourceFile {
            path: path.into(),
            content: Binary::decode(from)?,
            lines: Binary::decode(from)?,
        },
        document: Binary::decode(from)?,
        findings: Binary::decode(from)?,
        is_unread: Binary::decode(from)?,
    })
}
