//! Documents of other people's repositories: a folder of checkouts that `PREPCHECK_CORPUS` names.

use std::fs;
use std::path::PathBuf;

use prepcheck::inspect::inspect;
use prepcheck::policy::{self, Policy};
use prepcheck::{load, model};

fn corpus() -> Option<PathBuf> {
    std::env::var_os("PREPCHECK_CORPUS").map(PathBuf::from)
}

#[test]
fn every_repository_is_read_without_a_fault_of_ours() {
    let Some(corpus) = corpus() else {
        println!("skipped: set PREPCHECK_CORPUS to a folder of repositories");
        return;
    };
    let policy = Policy::shipped(policy::DEFAULT).expect("the default is shipped");
    let mut read = 0;
    for entry in fs::read_dir(corpus).expect("the corpus") {
        let folder = entry.expect("an entry").path();
        if !folder.is_dir() {
            continue;
        }
        let snapshot = load::worktree(Some(&folder), &folder, &model::is_wanted).expect("a tree");
        let inspection = inspect(&snapshot, &policy);
        assert_eq!(
            inspection.bugs,
            Vec::<String>::new(),
            "{}",
            folder.display()
        );
        read += inspection.ops.documents().len();
    }
    assert!(read > 0, "the corpus holds documents");
}
