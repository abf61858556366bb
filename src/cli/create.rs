//! Creates files that the user asked for, and writes over nothing.
//!
//! A file is only ever created. No symbolic link is followed below the root, neither to a folder
//! nor to a file, for it may lead out of the repository.
#![expect(
    clippy::disallowed_methods,
    reason = "the files that the user asked for"
)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Creates a file and the folders above it; `false` if something of that name is there.
pub(super) fn create(root: &Path, path: &str, text: &str) -> io::Result<bool> {
    let mut folder = root.to_owned();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for name in folders.split('/').filter(|name| !name.is_empty()) {
        folder.push(name);
        enter(&folder, name)?;
    }
    // Fails on anything that is there, also on a symbolic link that leads nowhere.
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).open(folder.join(name)) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes sure that a folder is there and is one.
fn enter(folder: &Path, name: &str) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(found) => {
            let what = match found.is_symlink() {
                true => "a symbolic link, which is not followed",
                false => "not a folder",
            };
            Err(io::Error::other(format!("`{name}` is {what}")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(folder),
        Err(error) => Err(error),
    }
}
