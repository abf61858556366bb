//! How a path below the root is opened from the folder in which the program runs.

/// The way from the current folder to the root; the default is that they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// From the current folder to the root, `/`-separated.
    to_root: Vec<u8>,
    /// The folders from the root down to the current one, if it lies there.
    here: Vec<Vec<u8>>,
}

impl Way {
    /// Between two folders, as their parts from the system's root.
    pub fn between(current: &[impl AsRef<[u8]>], root: &[impl AsRef<[u8]>]) -> Way {
        let pairs = current.iter().zip(root);
        let shared = pairs
            .take_while(|(one, other)| one.as_ref() == other.as_ref())
            .count();
        let (own, down) = (&current[shared..], &root[shared..]);
        let up = own.iter().map(|_| b"..".as_slice());
        let is_below = down.is_empty();
        Way {
            to_root: up
                .chain(down.iter().map(AsRef::as_ref))
                .collect::<Vec<_>>()
                .join(&b'/'),
            here: own
                .iter()
                .filter(|_| is_below)
                .map(|part| part.as_ref().to_vec())
                .collect(),
        }
    }

    /// A path below the root as it is opened from the current folder.
    pub fn to(&self, path: &[u8]) -> Vec<u8> {
        if self.to_root.is_empty() {
            return path.to_vec();
        }
        if self.here.is_empty() {
            return [&self.to_root, path].join(&b'/');
        }
        let mut parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
        let folders = &parts[..parts.len() - 1];
        let pairs = self.here.iter().zip(folders);
        let shared = pairs.take_while(|(one, other)| one == *other).count();
        parts.drain(..shared);
        let up = self.here.iter().skip(shared).map(|_| b"..".as_slice());
        up.chain(parts).collect::<Vec<_>>().join(&b'/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(current: &[&str], root: &[&str], path: &str) -> String {
        let current: Vec<&[u8]> = current.iter().map(|part| part.as_bytes()).collect();
        let root: Vec<&[u8]> = root.iter().map(|part| part.as_bytes()).collect();
        let way = Way::between(&current, &root);
        String::from_utf8(way.to(path.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn paths_open_from_the_current_folder() {
        let root: &[&str] = &["home", "shop"];
        assert_eq!(seen(root, root, "a/b.md"), "a/b.md");
        let inside: &[&str] = &["home", "shop", "a", "b"];
        assert_eq!(seen(inside, root, "a/b/c.md"), "c.md");
        assert_eq!(seen(inside, root, "a/b/c/d.md"), "c/d.md");
        assert_eq!(seen(inside, root, "a/c.md"), "../c.md");
        assert_eq!(seen(inside, root, "a/b"), "../b");
        assert_eq!(seen(inside, root, "README.md"), "../../README.md");
        assert_eq!(seen(&["home", "mail"], root, "a.md"), "../shop/a.md");
        assert_eq!(seen(&[], root, "a.md"), "home/shop/a.md");
    }
}
