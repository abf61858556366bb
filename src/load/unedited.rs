//! Which files on disk are as git put them there or saw them last.
//!
//! Git's index keeps what the file system said of a file when its content was added or checked out.
//! It is believed as git believes it: if size, inode and times are still the same, and the file was
//! last touched before the second in which the index was written. Within that second it may have
//! been changed once more without a trace. Whatever is not believed has to be read.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::disk::Root;
use super::index::{self, Marks};
use super::staged::below_prefix;
use super::{Git, read_file};
use crate::model::ObjectId;

/// Of some files those that are surely what git holds by these names.
pub(super) fn find<'p>(
    root: &Root,
    git: &Git,
    files: &[(&'p [u8], ObjectId)],
) -> HashSet<&'p [u8]> {
    let marks = marks(git, files).unwrap_or_default();
    let unedited = marks.into_par_iter().filter(|(path, marks)| {
        let stamp = root.stamp(path);
        stamp.is_some_and(|stamp| marks.fit(&stamp))
    });
    unedited.map(|(path, _)| path).collect()
}

/// What the index says of the files, where it can be believed.
fn marks<'p>(git: &Git, files: &[(&'p [u8], ObjectId)]) -> Option<Vec<(&'p [u8], Marks)>> {
    // Before it is read: an index that takes its place meanwhile is newer.
    let written = Root::open(&git.directory).ok()?.stamp(b"index")?.modified;
    let bytes = read_file(&git.directory.join("index"), u64::MAX).ok()?;
    let asked: HashMap<&[u8], (&'p [u8], ObjectId)> =
        files.iter().map(|file| (file.0, *file)).collect();
    let mut found = Vec::new();
    index::entries(&bytes, |entry| {
        let path = below_prefix(entry.path, &git.prefix);
        let Some((path, blob)) = path.and_then(|path| asked.get(path)) else {
            return;
        };
        let marks = entry.marks.filter(|_| entry.blob == Some(*blob));
        let marks = marks.filter(|marks| i64::from(marks.modified.0) < written.0);
        found.extend(marks.map(|marks| (*path, marks)));
    })?;
    Some(found)
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(
        clippy::disallowed_methods,
        reason = "tests make the repositories they read"
    )]

    use std::fs::{self, File};
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use git2::Repository;
    use tempfile::TempDir;

    use super::*;
    use crate::load::repository;

    /// Writes a file that seems to have been last touched a day ago.
    fn write(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        let day = Duration::from_secs(24 * 60 * 60);
        let file = File::options().append(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - day).unwrap();
    }

    #[test]
    fn what_was_touched_or_is_in_doubt_is_not_believed() {
        let folder = TempDir::new().unwrap();
        let made = Repository::init(folder.path()).unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["old", "edited", "new", "empty"] {
            write(&at(name), if name == "empty" { "" } else { "as it was" });
        }
        fs::write(at("new"), "as it was").unwrap();
        let mut index = made.index().unwrap();
        for name in ["old", "edited", "new", "empty"] {
            index.add_path(Path::new(name)).unwrap();
        }
        index.write().unwrap();
        let blob = index.get_path(Path::new("old"), 0).unwrap().id;
        let blob = repository::object_id(blob);
        write(&at("edited"), "as it is ");
        let git = repository::describe(&made, Vec::new(), None);
        let root = Root::open(folder.path()).unwrap();
        let files = ["old", "edited", "new", "empty", "absent"];
        let files = files.map(|name| (name.as_bytes(), blob));
        let unedited = find(&root, &git, &files);
        assert_eq!(unedited, HashSet::from(["old".as_bytes()]));
        let other = [("old".as_bytes(), ObjectId([1; 20]))];
        assert_eq!(find(&root, &git, &other), HashSet::new());
        fs::write(at(".git/index"), "no index").unwrap();
        assert_eq!(find(&root, &git, &files), HashSet::new());
    }
}
