//! Files that are made from the rule list are fresh; `UPDATE=1 cargo test` rewrites them.

use std::fs;
use std::path::Path;

use prepcheck::{catalog, rules};

use crate::{is_update, root};

/// What stands around the table of rules in the README.
const TABLE_START: &str = "<!-- rules: made from the rule list -->\n";
const TABLE_END: &str = "<!-- end of rules -->";

#[test]
fn rule_pages() {
    for rule in rules::all() {
        let folder = root().join("fixtures").join(rule.name);
        let page = catalog::page(rule, example(&folder).as_deref());
        fresh(&folder.join("README.md"), &page);
    }
}

#[test]
fn schema_of_rules() {
    fresh(
        &root().join("schemas/rules.schema.json"),
        &catalog::rules_schema(),
    );
}

#[test]
fn table_of_rules_in_the_readme() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let (before, rest) = readme.split_once(TABLE_START).expect("the table's start");
    let (_, after) = rest.split_once(TABLE_END).expect("the table's end");
    let fresh_text = format!(
        "{before}{TABLE_START}{}{TABLE_END}{after}",
        catalog::table()
    );
    fresh(&path, &fresh_text);
}

/// What the first failing case shows.
fn example(folder: &Path) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?;
    let mut cases: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    cases.sort();
    let mut expected = cases.iter().map(|case| case.join("expected.txt"));
    fs::read_to_string(expected.find(|path| path.exists())?).ok()
}

/// Compares a file with what it should be, or rewrites it.
pub(crate) fn fresh(path: &Path, text: &str) {
    let current = fs::read_to_string(path).unwrap_or_default();
    if current == text {
        return;
    }
    if is_update() {
        fs::write(path, text).expect("a generated file");
        return;
    }
    snapbox::assert_data_eq!(current, snapbox::Data::text(text.to_owned()));
}
