//! Where a link leads, given what is there.
//!
//! First as GitHub resolves it: relative to the page, a leading `/` being the repository's root, a
//! folder as good as a file. Then as the generators of sites do: without an ending or with that of
//! the built page, from the folder that the page itself becomes, from the site's root or its folder
//! of static files, below a base path. Only what fails in all these ways leads nowhere. What a
//! template engine writes, what lies outside the tree, and what lies behind a symbolic link or in a
//! submodule is unknown.
//!
//! Nothing is read here and nothing fetched: whoever asks says what is there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::anchors::decoded;
use crate::text::FileId;

/// What is at a path below the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    File,
    Folder,
    Absent,
    /// Below a submodule, a symbolic link, or a folder that was not listed.
    Unknown,
}

/// What a target was found to lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// A path below the root.
    File(Box<str>),
    Folder,
    Unknown,
    /// With the only file of the tree that may be meant, if there is exactly one of that name.
    Nowhere {
        meant: Option<Box<str>>,
    },
}

/// Where the promises of all documents lead.
#[derive(Debug, Default)]
pub struct Leads {
    /// The targets of each file, sorted.
    found: BTreeMap<FileId, Box<[Target]>>,
}

/// A target as written, and where it leads.
type Target = (Box<str>, Lead);

impl Leads {
    /// Where all targets of a file lead; of a target that is there twice, one is kept.
    pub fn insert(&mut self, file: FileId, mut targets: Vec<Target>) {
        targets.sort_by(|one, other| one.0.cmp(&other.0));
        targets.dedup_by(|one, other| one.0 == other.0);
        if !targets.is_empty() {
            self.found.insert(file, targets.into());
        }
    }

    /// Where a target in a file leads; unknown for what nobody asked for.
    pub fn of(&self, file: FileId, target: &str) -> &Lead {
        let of_file = self.found.get(&file).map_or(&[][..], |of_file| of_file);
        let index = of_file.binary_search_by(|(known, _)| (**known).cmp(target));
        index.map_or(&Lead::Unknown, |index| &of_file[index].1)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Lead)> {
        let all = self.found.values_mut();
        all.flat_map(|of_file| of_file.iter_mut())
            .map(|(target, lead)| (&**target, lead))
    }
}

/// A tree that can be asked what is there.
#[derive(Debug)]
pub struct Tree<'a, L> {
    /// The root's path below the top of its repository, without a slash at its end.
    pub prefix: &'a str,
    pub look: L,
}

/// So many folders above a page are tried as the root of its site.
const SITE_ROOTS: usize = 6;

/// Folders beside or above pages from which generators copy files as they are, or read pages.
const SITE_FOLDERS: &[&str] = &[
    "", "static", "public", "content", "docs", "source", "src", "assets", "pages",
];

/// What a page's file ends with.
const PAGE_ENDINGS: &[&str] = &[
    ".md",
    ".mdx",
    ".html.md.erb",
    ".md.erb",
    ".html.md",
    ".html.erb",
    ".html",
    ".markdown",
    ".rst",
    ".adoc",
    ".ipynb",
];

/// The pages that stand for their folder.
const INDEX_NAMES: &[&str] = &["index", "_index", "readme"];

impl<L: Fn(&str) -> Presence> Tree<'_, L> {
    /// Where a target in the file at `own` leads, without its anchor.
    pub fn lead(&self, own: &str, target: &str) -> Lead {
        let path = &target[..target.find(['#', '?']).unwrap_or(target.len())];
        if is_open(target) {
            return Lead::Unknown;
        }
        if path.is_empty() {
            return Lead::File(own.into());
        }
        let path = decoded(path);
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let on_host = match path.strip_prefix('/') {
            Some(path) => self.below_prefix(path),
            None => joined(folder, &path),
        };
        // What leads out of the tree may be the code host's own page.
        let Some(on_host) = on_host else {
            return self.on_site(own, &path).unwrap_or(Lead::Unknown);
        };
        match (self.look)(&on_host) {
            Presence::File => Lead::File(on_host.into()),
            Presence::Folder => Lead::Folder,
            Presence::Unknown => Lead::Unknown,
            Presence::Absent => match self.on_site(own, &path) {
                Some(lead) => lead,
                None if self.is_of_larger_site(own, &path) => Lead::Unknown,
                None => Lead::Nowhere { meant: None },
            },
        }
    }

    /// The path as seen from the root, for one as seen from the top of the repository.
    fn below_prefix(&self, path: &str) -> Option<String> {
        let path = joined("", path)?;
        if self.prefix.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(self.prefix)?;
        let rest = rest.strip_prefix('/').or(rest.is_empty().then_some(""))?;
        Some(rest.to_owned())
    }

    fn on_site(&self, own: &str, path: &str) -> Option<Lead> {
        match path.strip_prefix('/') {
            Some(path) => self.below_site_roots(own, path),
            // Generators take the name of a source as the host does.
            None if is_source(path) => None,
            None => {
                let folders = page_folders(own);
                let from_page = folders.iter().filter_map(|folder| joined(folder, path));
                let mut paths = from_page.chain(held_at_root(own, path));
                paths.find_map(|path| self.as_page(&path))
            }
        }
    }

    /// Whether a path is the address of a page, and not of a file, in a folder of which nothing is
    /// here: the tree is a part of a site that others write as well.
    fn is_of_larger_site(&self, own: &str, path: &str) -> bool {
        let Some(path) = path.strip_prefix('/') else {
            return false;
        };
        let last = path.trim_end_matches('/').rsplit('/').next();
        let is_page =
            last.is_some_and(|last| !last.contains(|c: char| c == '.' || c.is_uppercase()));
        let first = path.split('/').next().unwrap_or_default();
        let is_here = |root: String| {
            let path = joined(&root, first);
            path.is_some_and(|path| (self.look)(&path) != Presence::Absent)
        };
        is_page && !self.site_roots(own).into_iter().any(is_here)
    }

    /// An absolute path, of which up to two names may be the site's base path.
    fn below_site_roots(&self, own: &str, path: &str) -> Option<Lead> {
        let mut shorter = Some(path.trim_start_matches('/'));
        let mut paths = Vec::new();
        // The name of a source has no base path before it.
        let most = if is_source(path) { 1 } else { 3 };
        while let Some(path) = shorter.filter(|path| !path.is_empty() && paths.len() < most) {
            paths.push(path);
            shorter = path.split_once('/').map(|(_, rest)| rest);
        }
        for root in self.site_roots(own) {
            for path in &paths {
                let found = joined(&root, path).and_then(|path| self.as_page(&path));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Folders that are there and may be where a site's paths begin, the nearest first.
    fn site_roots(&self, own: &str) -> Vec<String> {
        let mut roots = Vec::new();
        let mut folder = own;
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if folder.matches('/').count() < SITE_ROOTS {
                roots.extend(self.folders_in(folder));
            }
        }
        roots.extend(self.folders_in(""));
        roots
    }

    fn folders_in(&self, folder: &str) -> impl Iterator<Item = String> {
        let all = SITE_FOLDERS
            .iter()
            .filter_map(move |name| joined(folder, name));
        all.filter(|path| (self.look)(path) == Presence::Folder)
    }

    /// A path as the address of a built page.
    fn as_page(&self, path: &str) -> Option<Lead> {
        match (self.look)(path) {
            Presence::File => return Some(Lead::File(path.into())),
            Presence::Folder => return Some(Lead::Folder),
            Presence::Unknown => return Some(Lead::Unknown),
            Presence::Absent => {}
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if (self.look)(folder) != Presence::Folder {
            return None;
        }
        let stem = name.strip_suffix(".html").or(name.strip_suffix(".htm"));
        let stem = stem.unwrap_or(name);
        let is_index = INDEX_NAMES.contains(&stem.to_ascii_lowercase().as_str());
        let stems: &[&str] = match is_index {
            true => &["index", "_index", "README", "readme"],
            false => &[stem],
        };
        for stem in stems {
            for ending in PAGE_ENDINGS {
                let page = joined(folder, &format!("{stem}{ending}"))?;
                if (self.look)(&page) == Presence::File {
                    return Some(Lead::File(page.into()));
                }
            }
        }
        None
    }
}

/// The folders from which a relative link of a page may be meant: its own, and the one that a
/// generator makes of the page.
fn page_folders(own: &str) -> Vec<String> {
    let (folder, name) = own.rsplit_once('/').unwrap_or(("", own));
    let stem = name.split('.').next().unwrap_or_default();
    let is_index = INDEX_NAMES.contains(&stem.to_ascii_lowercase().as_str());
    let mut folders = vec![folder.to_owned()];
    if !is_index {
        folders.extend(joined(folder, stem));
    }
    folders
}

fn is_source(path: &str) -> bool {
    const ENDINGS: &[&str] = &[".md", ".mdx", ".markdown", ".erb"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// A path that a browser takes no higher than the site's root, where the page lies in it.
fn held_at_root(own: &str, path: &str) -> Option<String> {
    let (folder, _) = own.rsplit_once('/')?;
    let name = folder.rsplit('/').next()?;
    let mut path = path
        .strip_prefix("../")
        .filter(|_| SITE_FOLDERS.contains(&name))?;
    while let Some(rest) = path.strip_prefix("../") {
        path = rest;
    }
    joined(folder, path)
}

/// A path from a folder, both below the root; nothing for what leads out of it.
pub fn joined(folder: &str, path: &str) -> Option<String> {
    let is_plain = |path: &str| !path.split('/').any(|name| matches!(name, "" | "." | ".."));
    if is_plain(path) && (folder.is_empty() || is_plain(folder)) {
        return Some(match folder.is_empty() {
            true => path.to_owned(),
            false => [folder, "/", path].concat(),
        });
    }
    let mut names: Vec<&str> = Vec::new();
    for name in folder.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// What stands in a path that is not written to its end.
static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let marks = [
        "{", "}", "<", ">", "$(", "...", "…", "[", "path/to/", "YYYY", "TODO", "FIXME", "TBD", "  ",
    ];
    AhoCorasick::new(marks).expect("a few short texts are not too many")
});

/// Whether a template engine writes part of a path, or its author left it open.
fn is_open(path: &str) -> bool {
    // A blank at an end, or two in a row, are where the tag of a template engine was.
    MARKS.is_match(path) || path.trim() != path
}

/// What files that may be meant for one another have in common: the name in lower case, without
/// the ending of a page. Nothing for names that are in every other folder.
pub fn likeness(path: &str) -> Option<Cow<'_, str>> {
    let name = path.trim_end_matches('/').rsplit('/').next()?;
    let lower = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    };
    let ending = PAGE_ENDINGS.iter().find(|ending| lower.ends_with(**ending));
    let length = lower.len() - ending.map_or(0, |ending| ending.len());
    let stem = match lower {
        Cow::Borrowed(name) => Cow::Borrowed(&name[..length]),
        Cow::Owned(mut name) => {
            name.truncate(length);
            Cow::Owned(name)
        }
    };
    let is_common = stem.is_empty() || INDEX_NAMES.contains(&&*stem);
    (!is_common).then_some(stem)
}

/// The path of a file as a link in another file would write it; nothing for a path with signs that
/// a link has to escape.
pub(super) fn link_to(own: &str, file: &str) -> Option<String> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@~".contains(c);
    if !file.chars().all(is_plain) {
        return None;
    }
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut from = folder.split('/').filter(|name| !name.is_empty()).peekable();
    let mut to = file.split('/').peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..");
    let names: Vec<&str> = up.chain(to).collect();
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[&str] = &[
        "README.md",
        "docs/runbooks/db.md",
        "docs/runbooks/disk full.md",
        "site/content/en/docs/ops/restart.md",
        "site/static/img/a.png",
        "source/documentation/deploy.html.md.erb",
        "guide/_index.md",
    ];

    fn lead(own: &str, target: &str) -> Lead {
        let look = |path: &str| {
            let below = format!("{path}/");
            match path {
                _ if FILES.contains(&path) => Presence::File,
                "" => Presence::Folder,
                _ if path.starts_with("vendor") => Presence::Unknown,
                _ if FILES.iter().any(|file| file.starts_with(&below)) => Presence::Folder,
                _ => Presence::Absent,
            }
        };
        let tree = Tree { prefix: "", look };
        tree.lead(own, target)
    }

    #[test]
    fn links_lead_where_the_host_or_the_site_would_take_them() {
        let own = "docs/runbooks/app.md";
        for (own, target, file) in [
            (own, "db.md#x", "docs/runbooks/db.md"),
            (own, "#x", own),
            (own, "/README.md?plain=1", "README.md"),
            (own, "disk%20full.md", "docs/runbooks/disk full.md"),
            (own, "db", "docs/runbooks/db.md"),
            (own, "db.html", "docs/runbooks/db.md"),
            (own, "../db/", "docs/runbooks/db.md"),
            (own, "/runbooks/db/", "docs/runbooks/db.md"),
            (own, "/base/runbooks/db", "docs/runbooks/db.md"),
            (
                "source/documentation/x.html.md.erb",
                "/documentation/deploy.html",
                "source/documentation/deploy.html.md.erb",
            ),
            (
                "site/content/en/docs/a.md",
                "/docs/ops/restart/",
                "site/content/en/docs/ops/restart.md",
            ),
            (
                "site/content/en/docs/a.md",
                "/img/a.png",
                "site/static/img/a.png",
            ),
            (own, "/guide/index.html", "guide/_index.md"),
            ("docs/a.md", "../runbooks/db/", "docs/runbooks/db.md"),
        ] {
            assert_eq!(lead(own, target), Lead::File(file.into()), "{target}");
        }
        assert_eq!(lead(own, "../"), Lead::Folder);
        for target in [
            "{{ url }}",
            "../../../x.md",
            "/vendor/a.md",
            "<page>.md",
            "/team/ada",
        ] {
            assert_eq!(lead(own, target), Lead::Unknown, "{target}");
        }
        for target in [
            "dc.md",
            "../db.md",
            "/docs/db.md",
            "DB.md",
            "runbooks/db.md",
        ] {
            assert_eq!(lead(own, target), Lead::Nowhere { meant: None }, "{target}");
        }
    }

    #[test]
    fn a_root_below_the_top_has_no_other_folders() {
        let look = |path: &str| match path {
            "a.md" => Presence::File,
            "" => Presence::Folder,
            _ => Presence::Absent,
        };
        let tree = Tree {
            prefix: "services/api",
            look,
        };
        let nowhere = Lead::Nowhere { meant: None };
        assert_eq!(
            tree.lead("b.md", "/services/api/a.md"),
            Lead::File("a.md".into())
        );
        assert_eq!(tree.lead("b.md", "/services/api/c.md"), nowhere);
        assert_eq!(tree.lead("b.md", "/services/web/c.md"), Lead::Unknown);
    }

    #[test]
    fn names_are_alike_but_for_case_and_ending() {
        for (one, other) in [("a/Disk-Full.md", "disk-full.html"), ("b.md", "x/B.MDX")] {
            assert_eq!(likeness(one), likeness(other));
        }
        for name in ["a/README.md", "index.html", "", "/"] {
            assert_eq!(likeness(name), None, "{name}");
        }
    }

    #[test]
    fn links_are_written_relative_to_their_page() {
        let link = |own, file| link_to(own, file);
        assert_eq!(link("docs/a.md", "docs/b/c.md").as_deref(), Some("b/c.md"));
        assert_eq!(
            link("docs/a.md", "ops/c.md").as_deref(),
            Some("../ops/c.md")
        );
        assert_eq!(link("a.md", "ops/c.md").as_deref(), Some("ops/c.md"));
        assert_eq!(link("a.md", "ops/c d.md"), None);
    }
}
