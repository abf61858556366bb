//! Trees of git: what is staged, and revisions.

use super::*;

fn place<'p>(path: &'p Path, variables: Variables) -> Place<'p> {
    Place {
        path: Some(path),
        current: path,
        variables,
    }
}

fn index_of(root: &Path) -> Snapshot {
    staged(&place(root, Variables::default())).unwrap()
}

fn tree_of(root: &Path, name: &str) -> Snapshot {
    revision(&place(root, Variables::default()), name).unwrap()
}

fn read(snapshot: &Snapshot, path: &str) -> Result<String, Unreadable> {
    let bytes = snapshot.read(path.as_bytes(), LIMIT)?;
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn half_of_a_file_may_be_staged() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md", "ops/b.md"]);
    commit(&repository);
    write(&root, "ops/a.md", "staged");
    track(&repository, &["ops/a.md"]);
    write(&root, "ops/a.md", "later");
    fs::remove_file(root.join("ops/b.md")).unwrap();
    write(&root, "ops/new.md", "untracked");
    let index = index_of(&root);
    assert_eq!(listing(&index), ["ops/a.md", "ops/b.md"]);
    assert_eq!(read(&index, "ops/a.md"), Ok("staged".to_owned()));
    assert_eq!(read(&index, "ops/b.md"), Ok("x".to_owned()));
    assert_eq!(read(&index, "ops/new.md"), Err(Unreadable::Vanished));
    let head = tree_of(&root, "HEAD");
    assert_eq!(listing(&head), ["ops/a.md", "ops/b.md"]);
    assert_eq!(read(&head, "ops/a.md"), Ok("x".to_owned()));
    assert_eq!(
        head.read(b"ops/a.md", 0),
        Err(Unreadable::TooLarge { bytes: 1 })
    );
    assert_eq!(head.files()[1].blob, index.files()[1].blob);
}

#[test]
fn a_revision_is_the_same_with_and_without_what_the_index_knows() {
    let (_keep, root) = directory();
    let paths = [
        "a.md",
        "docs-b/x.md",
        "docs/a.md",
        "docs/b/c.md",
        "ops/d.md",
    ];
    let repository = repository(&root, &paths);
    commit(&repository);
    write(&root, "docs/a.md", "later");
    track(&repository, &["docs/a.md"]);
    let mut index = repository.index().unwrap();
    index
        .read_tree(&repository.head().unwrap().peel_to_tree().unwrap())
        .unwrap();
    index.write().unwrap();
    let bytes = fs::read(root.join(".git/index")).unwrap();
    let after = index::entries(&bytes, |_| ()).unwrap();
    assert_eq!(index::cached_trees(after).unwrap().len(), 5);
    track(&repository, &["docs/a.md"]);
    let known = tree_of(&root, "HEAD");
    fs::remove_file(root.join(".git/index")).unwrap();
    let unknown = tree_of(&root, "HEAD");
    assert_eq!(listing(&known), paths);
    assert_eq!(listing(&unknown), paths);
    let blobs =
        |snapshot: &Snapshot| -> Vec<_> { snapshot.files().iter().map(|file| file.blob).collect() };
    assert_eq!(blobs(&known), blobs(&unknown));
}

#[test]
fn hooks_are_told_of_another_index() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    commit(&repository);
    let other = root.join(".git/next-index-1.lock");
    write(&root, "ops/b.md", "y");
    fs::copy(root.join(".git/index"), &other).unwrap();
    track(&repository, &["ops/b.md"]);
    fs::rename(root.join(".git/index"), root.join("swap")).unwrap();
    fs::rename(&other, root.join(".git/index")).unwrap();
    fs::rename(root.join("swap"), &other).unwrap();
    let variables = |directory: &str| Variables {
        directory: Some(directory.into()),
        index: Some(".git/next-index-1.lock".into()),
    };
    let hook = staged(&place(&root, variables(".git"))).unwrap();
    assert_eq!(listing(&hook), ["ops/a.md", "ops/b.md"]);
    assert_eq!(listing(&index_of(&root)), ["ops/a.md"]);
    let below = staged(&place(&root.join("ops"), variables("../.git"))).unwrap();
    assert_eq!(listing(&below), ["a.md", "b.md"]);
    // A repository that is not the hook's has its own index.
    let (_keep, elsewhere) = directory();
    super::repository(&elsewhere, &["ops/c.md"]);
    let mut variables = variables("");
    variables.directory = Some(root.join(".git"));
    let elsewhere = staged(&place(&elsewhere, variables)).unwrap();
    assert_eq!(listing(&elsewhere), ["ops/c.md"]);
}

#[test]
fn a_path_is_the_root_of_a_tree_too() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md", "team/ops/b.md", "team.md"]);
    commit(&repository);
    write_all(&root, &["empty/x"]);
    for snapshot in [
        index_of(&root.join("team")),
        tree_of(&root.join("team"), "HEAD"),
    ] {
        assert_eq!(git_prefix(&snapshot), Some(&b"team"[..]));
        assert_eq!(listing(&snapshot), ["ops/b.md"]);
        assert_eq!(read(&snapshot, "ops/b.md"), Ok("x".to_owned()));
    }
    assert_eq!(tree_of(&root.join("empty"), "HEAD").files(), []);
}

#[test]
fn conflicts_and_announced_files_are_not_staged() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let blob = repository.blob(b"x").unwrap();
    let mut index = repository.index().unwrap();
    for stage in 1..=3 {
        let mut entry = raw_entry(b"ops/conflict.md", 0o100_644, blob);
        entry.flags = stage << 12;
        index.add(&entry).unwrap();
    }
    let mut announced = raw_entry(b"ops/announced.md", 0o100_644, blob);
    announced.flags_extended = 1 << 13;
    index.add(&announced).unwrap();
    index.write().unwrap();
    let snapshot = index_of(&root);
    assert_eq!(listing(&snapshot), ["ops/a.md", "ops/conflict.md"]);
    assert_eq!(
        read(&snapshot, "ops/conflict.md"),
        Err(Unreadable::InConflict)
    );
}

#[test]
fn what_a_sparse_work_tree_leaves_out_is_read_from_git() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md", "ops/b.md"]);
    let mut index = repository.index().unwrap();
    let mut sparse = index.get_path(Path::new("ops/a.md"), 0).unwrap();
    sparse.flags_extended = 1 << 14;
    index.add(&sparse).unwrap();
    index.write().unwrap();
    fs::remove_dir_all(root.join("ops")).unwrap();
    let snapshot = at(&root);
    assert_eq!(read(&snapshot, "ops/a.md"), Ok("x".to_owned()));
    assert_eq!(read(&snapshot, "ops/b.md"), Err(Unreadable::Vanished));
}

#[test]
fn links_in_trees_are_told_apart_and_never_followed() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let mut index = repository.index().unwrap();
    let links = [
        ("ops/in", "a.md"),
        ("ops/chain", "out"),
        ("ops/loop", "loop"),
        ("ops/out", "../../x"),
        ("ops/absolute", "/etc/passwd"),
    ];
    for (link, target) in links {
        let blob = repository.blob(target.as_bytes()).unwrap();
        index
            .add(&raw_entry(link.as_bytes(), 0o120_000, blob))
            .unwrap();
    }
    index.write().unwrap();
    commit(&repository);
    for snapshot in [index_of(&root), tree_of(&root, "HEAD")] {
        assert!(listing(&snapshot).contains(&"ops/in link".to_owned()));
        for (link, target) in links {
            let target = target.as_bytes().to_vec();
            let expected = match link {
                "ops/in" | "ops/loop" => Unreadable::Symlink { target },
                _ => Unreadable::EscapingSymlink { target },
            };
            assert_eq!(read(&snapshot, link), Err(expected), "{link}");
        }
    }
}

#[test]
fn submodules_are_left_alone_in_trees() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let id = commit(&repository);
    let mut index = repository.index().unwrap();
    index.add(&raw_entry(b"vendored", 0o160_000, id)).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let name = tree.id().to_string();
    for snapshot in [index_of(&root), tree_of(&root, &name)] {
        assert_eq!(listing(&snapshot), ["ops/a.md", "vendored submodule"]);
        assert_eq!(
            read(&snapshot, "vendored"),
            Err(Unreadable::NotRegular("a submodule"))
        );
    }
}

#[test]
fn objects_that_were_not_fetched_are_named() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    commit(&repository);
    let id = repository.blob(b"x").unwrap().to_string();
    let (folder, file) = id.split_at(2);
    fs::remove_file(root.join(format!(".git/objects/{folder}/{file}"))).unwrap();
    let snapshot = tree_of(&root, "HEAD");
    let Err(Unreadable::NotFetched { blob }) = read(&snapshot, "ops/a.md") else {
        panic!("the blob is gone");
    };
    assert_eq!(blob.to_string(), id);
}

#[test]
fn pointers_of_lfs_are_not_the_document() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n";
    write(&root, "ops/a.md", pointer);
    track(&repository, &["ops/a.md"]);
    commit(&repository);
    for snapshot in [at(&root), index_of(&root), tree_of(&root, "HEAD")] {
        assert_eq!(read(&snapshot, "ops/a.md"), Err(Unreadable::LfsPointer));
    }
}

#[test]
fn bare_repositories_have_revisions_and_nothing_else() {
    let (_keep, root) = directory();
    let source = repository(&root.join("work"), &["ops/a.md"]);
    commit(&source);
    let bare = root.join("bare.git");
    let url = root.join("work");
    git2::build::RepoBuilder::new()
        .bare(true)
        .clone(url.to_str().unwrap(), &bare)
        .unwrap();
    let snapshot = tree_of(&bare, "HEAD");
    assert_eq!(listing(&snapshot), ["ops/a.md"]);
    assert_eq!(read(&snapshot, "ops/a.md"), Ok("x".to_owned()));
    let error = staged(&place(&bare, Variables::default())).unwrap_err();
    assert!(matches!(error, Error::Bare { .. }));
}

#[test]
fn linked_work_trees_have_their_own_index() {
    let (_keep, root) = directory();
    let repository = repository(&root.join("main"), &["ops/a.md"]);
    commit(&repository);
    let linked = root.join("linked");
    repository.worktree("linked", &linked, None).unwrap();
    write(&linked, "ops/b.md", "y");
    track(&Repository::open(&linked).unwrap(), &["ops/b.md"]);
    assert_eq!(listing(&index_of(&linked)), ["ops/a.md", "ops/b.md"]);
    assert_eq!(listing(&index_of(&root.join("main"))), ["ops/a.md"]);
    assert_eq!(listing(&tree_of(&linked, "HEAD")), ["ops/a.md"]);
    // As git sets it for hooks there.
    let variables = Variables {
        directory: Some(root.join("main/.git/worktrees/linked")),
        index: None,
    };
    let hook = staged(&place(&linked, variables)).unwrap();
    assert_eq!(listing(&hook), ["ops/a.md", "ops/b.md"]);
}

#[test]
fn trees_that_cannot_be_had() {
    let (_keep, root) = directory();
    write_all(&root, &["plain/ops/a.md"]);
    let plain = root.join("plain");
    let none = Variables::default;
    for error in [
        staged(&place(&plain, none())).unwrap_err(),
        revision(&place(&plain, none()), "HEAD").unwrap_err(),
    ] {
        assert!(matches!(error, Error::NoRepository { .. }), "{error:?}");
    }
    let unborn = root.join("unborn");
    repository(&unborn, &["ops/a.md"]);
    assert_eq!(listing(&index_of(&unborn)), ["ops/a.md"]);
    for name in ["HEAD", "main~3", "", "^", "HEAD:ops/a.md"] {
        let error = revision(&place(&unborn, none()), name).unwrap_err();
        assert!(matches!(error, Error::NoCommit { .. }), "{name}: {error:?}");
    }
    commit(&Repository::open(&unborn).unwrap());
    for name in ["main~3", "", "^", "HEAD:ops/a.md"] {
        let error = revision(&place(&unborn, none()), name).unwrap_err();
        assert!(
            matches!(error, Error::UnknownRevision { .. }),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn a_tree_that_stands_for_millions_of_files_is_refused() {
    let (_keep, root) = directory();
    let repository = Repository::init(&root).unwrap();
    let mut id = repository.blob(b"x").unwrap();
    let mut mode = 0o100_644;
    for _ in 0..8 {
        let mut tree = repository.treebuilder(None).unwrap();
        for name in 0..10 {
            tree.insert(format!("{name}"), id, mode).unwrap();
        }
        id = tree.write().unwrap();
        mode = 0o040_000;
    }
    let error = revision(&place(&root, Variables::default()), &id.to_string()).unwrap_err();
    assert!(matches!(error, Error::TooManyFiles { .. }), "{error:?}");
}

#[test]
fn names_in_trees_need_not_be_utf8() {
    let (_keep, root) = directory();
    let repository = repository(&root, &["ops/a.md"]);
    let blob = repository.blob(b"x").unwrap();
    let mut index = repository.index().unwrap();
    index
        .add(&raw_entry(b"ops/\xff.md", 0o100_644, blob))
        .unwrap();
    index.write().unwrap();
    commit(&repository);
    for snapshot in [index_of(&root), tree_of(&root, "HEAD")] {
        assert_eq!(listing(&snapshot), ["ops/a.md", r"ops/\xff.md"]);
        assert_eq!(snapshot.read(b"ops/\xff.md", LIMIT), Ok(b"x".to_vec()));
    }
}
