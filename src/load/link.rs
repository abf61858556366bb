//! Where a symbolic link leads, found out on paper.
//!
//! No link is followed when something is read. Where one leads is only said, so that a link out of
//! the repository is told from one whose target is read on its own.

use super::Unreadable;

/// Bytes of a link's target; a path of the system is no longer.
pub(super) const TARGET_BYTES: u64 = 4096;

/// Links followed on paper to find out where one leads; Linux itself follows no more.
const LINKS: usize = 40;

/// What to say of a link at `path`, below the root; `target_of` gives the target of another path
/// that is a link.
pub(super) fn explain(
    path: &[u8],
    target: Vec<u8>,
    target_of: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Unreadable {
    if stays_inside(path, &target, target_of) {
        Unreadable::Symlink { target }
    } else {
        Unreadable::EscapingSymlink { target }
    }
}

/// Whether a link at `path` stays below the root, links on its way included.
///
/// What does not exist is resolved by its words alone.
fn stays_inside(path: &[u8], target: &[u8], target_of: impl Fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    let mut reached = path.to_vec();
    let mut pending = Vec::new();
    let mut next = Some(target.to_vec());
    let mut links = 0;
    loop {
        if let Some(target) = next.take() {
            links += 1;
            if target.starts_with(b"/") {
                return false;
            }
            if links > LINKS {
                return true;
            }
            ascend(&mut reached);
            let parts = target.rsplit(|byte| *byte == b'/');
            pending.extend(parts.map(<[u8]>::to_vec));
        }
        let Some(part) = pending.pop() else {
            return true;
        };
        match part.as_slice() {
            b"" | b"." => {}
            b".." if reached.is_empty() => return false,
            b".." => ascend(&mut reached),
            name => {
                descend(&mut reached, name);
                next = target_of(&reached);
            }
        }
    }
}

fn ascend(path: &mut Vec<u8>) {
    let parent = path.iter().rposition(|byte| *byte == b'/');
    path.truncate(parent.unwrap_or(0));
}

fn descend(path: &mut Vec<u8>, name: &[u8]) {
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
}
