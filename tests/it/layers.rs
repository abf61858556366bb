//! Which module may use which: arrows point down only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// A row per module, lowest first.
/// A new module fails the test until it has a row; an unused permission fails it too.
const MAY_USE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("binary", &["text"]),
    ("limits", &[]),
    ("nearest", &[]),
    ("clock", &[]),
    ("secret", &[]),
    ("finding", &["binary", "text"]),
    ("vocabulary", &[]),
    ("parse", &["limits", "text"]),
    ("oncall", &["binary"]),
    (
        "model",
        &[
            "binary",
            "finding",
            "limits",
            "nearest",
            "oncall",
            "parse",
            "text",
            "vocabulary",
        ],
    ),
    ("rule", &["clock", "finding", "model", "oncall", "text"]),
    (
        "rules",
        &["model", "nearest", "oncall", "rule", "secret", "text"],
    ),
    (
        "policy",
        &["finding", "model", "parse", "rule", "rules", "text"],
    ),
    ("load", &["binary", "limits", "model", "text"]),
    (
        "inspect",
        &[
            "binary", "clock", "finding", "limits", "load", "model", "policy", "rule", "rules",
            "text",
        ],
    ),
    (
        "check",
        &[
            "clock", "finding", "inspect", "model", "policy", "rule", "rules", "text",
        ],
    ),
    (
        "compare",
        &[
            "check", "clock", "finding", "inspect", "load", "model", "oncall", "policy", "rule",
            "rules", "secret", "text",
        ],
    ),
    (
        "fix",
        &[
            "check", "finding", "inspect", "limits", "load", "rule", "rules", "text",
        ],
    ),
    ("agenda", &["clock", "model", "nearest", "oncall"]),
    (
        "view",
        &[
            "agenda", "check", "clock", "finding", "inspect", "model", "oncall", "rule", "text",
        ],
    ),
    ("catalog", &["finding", "policy", "rule", "rules", "view"]),
    (
        "report",
        &[
            "agenda", "check", "compare", "finding", "fix", "inspect", "limits", "model", "oncall",
            "secret", "text", "view",
        ],
    ),
    ("new", &["model", "nearest", "parse", "text", "vocabulary"]),
    ("init", &["finding", "model", "new", "policy", "text"]),
    (
        "cli",
        &[
            "agenda", "catalog", "check", "clock", "compare", "finding", "fix", "init", "inspect",
            "limits", "load", "model", "nearest", "new", "oncall", "policy", "report", "rules",
            "text", "view",
        ],
    ),
];

#[test]
fn modules_use_only_what_lies_below_them() {
    let uses = uses();
    let declared: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    let found: BTreeSet<&str> = uses.keys().map(String::as_str).collect();
    assert_eq!(
        found, declared,
        "every module has a row, and every row a module"
    );
    for (module, allowed) in MAY_USE {
        let used: Vec<&str> = uses[*module].iter().map(String::as_str).collect();
        assert_eq!(
            used, *allowed,
            "`{module}` uses the left, may use the right"
        );
    }
}

#[test]
fn rows_go_upwards() {
    for (index, (module, allowed)) in MAY_USE.iter().enumerate() {
        for below in *allowed {
            let is_below = MAY_USE[..index].iter().any(|(name, _)| name == below);
            assert!(
                is_below,
                "`{module}` may not use `{below}`, which does not lie below it"
            );
        }
    }
}

/// For each module the other modules that its files name.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let source = root().join("src");
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&source) {
        let module = module(&source, &file);
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source file");
        let used = uses.entry(module.clone()).or_default();
        used.extend(
            named_modules(&text)
                .into_iter()
                .filter(|name| *name != module),
        );
    }
    uses
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn module(source: &Path, file: &Path) -> String {
    let path = file.strip_prefix(source).expect("a file below src");
    let first = path.components().next().expect("a path has a component");
    let first = first.as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The names behind `crate::`, one by one or in braces, outside comments.
fn named_modules(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => names.extend(listed(list)),
            None => names.extend(identifier(rest)),
        }
    }
    names
}

/// The first identifiers of the entries of a braced list, up to its closing brace.
fn listed(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut at_start) = (0, true);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if c.is_whitespace() => {}
            _ if at_start && depth == 0 => {
                names.extend(identifier(&list[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_ascii_lowercase() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}
