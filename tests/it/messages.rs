//! Messages are written in one style.

use prepcheck::rules;

#[test]
fn the_words_of_rules_are_in_style() {
    for rule in rules::all() {
        let starts_low = rule
            .summary
            .starts_with(|c: char| c.is_lowercase() || c == '`');
        assert!(
            starts_low,
            "{}: the summary starts in lower case",
            rule.name
        );
        assert!(
            !rule.summary.ends_with('.'),
            "{}: the summary has no full stop",
            rule.name
        );
        for sentence in [rule.why, rule.fix] {
            assert!(
                sentence.ends_with('.'),
                "{}: `{sentence}` is a sentence",
                rule.name
            );
            assert!(
                sentence.starts_with(char::is_uppercase),
                "{}: `{sentence}`",
                rule.name
            );
        }
        let words = format!("{} {} {}", rule.summary, rule.why, rule.fix).to_lowercase();
        for blaming in [
            "you forgot",
            "you failed",
            "your fault",
            "mistake",
            "wrongly",
            "!",
        ] {
            assert!(!words.contains(blaming), "{}: `{blaming}`", rule.name);
        }
    }
}

#[test]
fn rules_are_named_for_their_group_and_sorted() {
    let names: Vec<&str> = rules::all().map(|rule| rule.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for rule in rules::all() {
        let (group, defect) = rule.name.split_once('/').expect("`group/defect`");
        assert_eq!(group, rule.group.id());
        let is_kebab = defect
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(is_kebab, "{}", rule.name);
        assert!(!rule.causes.is_empty(), "{}", rule.name);
    }
}

/// What the cases say, as the messages that people read.
#[test]
fn the_messages_of_cases_are_in_style() {
    let mut seen = 0;
    for path in expected_files(&crate::root().join("fixtures")) {
        let text = std::fs::read_to_string(&path).expect("an expected file");
        for line in text.lines() {
            let Some((_, message)) = line.split_once("]: ").filter(|_| !line.starts_with(' '))
            else {
                continue;
            };
            let place = path.display();
            assert!(
                !message.ends_with('.'),
                "{place}: `{message}` has no full stop"
            );
            assert!(
                !message.starts_with(char::is_uppercase),
                "{place}: `{message}`"
            );
            seen += 1;
        }
    }
    assert!(seen > 0, "the cases hold messages");
}

fn expected_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of fixtures") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(expected_files(&path));
        } else if path.ends_with("expected.txt") {
            found.push(path);
        }
    }
    found
}
