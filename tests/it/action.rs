//! The steps of `action.yml`, run as a runner would.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use prepcheck::parse::yaml::{self, Node};
use prepcheck::text::{FileId, Source};

use crate::cases::copy;
use crate::git::Repository;
use crate::root;

/// A pull request's merge commit in a clone, and the runner's own folder.
struct Runner {
    clone: tempfile::TempDir,
    temporary: tempfile::TempDir,
    base: String,
    merge: String,
}

impl Runner {
    /// A pull request that puts `text` at the end of the file of people.
    fn of_pull_request(text: &str) -> Runner {
        let clone = tempfile::tempdir().expect("a folder");
        let repository = Repository::init(clone.path());
        copy(&root().join("examples/first-day"), clone.path());
        repository.commit_all("2026-11-01T00:00:00Z", "Ada", "base");
        let base = repository.head();
        let people = clone.path().join("ops/people.yaml");
        fs::write(&people, text).expect("a file");
        repository.commit_all("2026-11-02T00:00:00Z", "Grace", "the change");
        let change = repository.head();
        let merge = repository.merge("2026-11-03T00:00:00Z", &base, &change);
        Runner {
            clone,
            temporary: tempfile::tempdir().expect("a folder"),
            base,
            merge,
        }
    }

    /// Exit code and output of the last step that was run.
    fn run(&self, inputs: &[(&str, &str)]) -> (Option<i32>, String) {
        let text = fs::read_to_string(root().join("action.yml")).expect("the action");
        let tree = yaml::parse(Source::new(FileId(0), &text));
        let action = tree.root().expect("a mapping");
        let steps = action.get("runs").and_then(|runs| runs.get("steps"));
        let mut last = (None, String::new());
        for step in steps.expect("steps").items() {
            last = self.step(step, &values(action, inputs));
            if last.0 != Some(0) {
                break;
            }
        }
        last
    }

    fn step(&self, step: Node<'_, '_>, values: &BTreeMap<String, String>) -> (Option<i32>, String) {
        let script = step
            .get("run")
            .and_then(|run| run.as_str())
            .expect("a script");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        for entry in step.get("env").expect("variables").entries() {
            let name = entry.key.as_str().expect("a name");
            let mut value = entry.value.as_str().expect("a value").to_owned();
            for (expression, meant) in values {
                value = value.replace(&format!("${{{{ {expression} }}}}"), meant);
            }
            command.env(name, value);
        }
        let program = Path::new(env!("CARGO_BIN_EXE_prepcheck"));
        let folder = program.parent().expect("a folder").display();
        let path = std::env::var("PATH").unwrap_or_default();
        let output = command
            .env("PATH", format!("{folder}:{path}"))
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", "pull_request")
            .env("GITHUB_BASE_REF", "main")
            .env("GITHUB_SHA", &self.merge)
            .env("GITHUB_PATH", self.temporary.path().join("path"))
            .env("RUNNER_TEMP", self.temporary.path())
            .current_dir(self.clone.path())
            .output()
            .expect("bash runs");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).expect("UTF-8");
        let text = text.replace(&root().display().to_string(), "ACTION");
        (output.status.code(), text.replace(&self.base[..10], "BASE"))
    }
}

/// What the expressions of the action stand for.
fn values(action: Node<'_, '_>, inputs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut values = BTreeMap::from([
        (
            "github.action_path".to_owned(),
            root().display().to_string(),
        ),
        (
            "github.server_url".to_owned(),
            "https://git.example".to_owned(),
        ),
        (
            "github.action_repository".to_owned(),
            "acme/prepcheck".to_owned(),
        ),
    ]);
    for entry in action.get("inputs").expect("inputs").entries() {
        let name = entry.key.as_str().unwrap_or_default();
        let default = entry.value.get("default").and_then(|node| node.as_str());
        let given = inputs.iter().find(|(input, _)| *input == name);
        let value = given.map_or(default.unwrap_or_default(), |(_, value)| value);
        values.insert(format!("inputs.{name}"), value.to_owned());
    }
    values
}

const TODAY: (&str, &str) = ("args", "--as-of 2026-11-23");

#[test]
fn a_pull_request_fails_for_what_it_adds_with_a_line_for_each() {
    let runner = Runner::of_pull_request("people:\n  - {id: linus, phone: call me}\n");
    let (code, output) = runner.run(&[TODAY]);
    assert_eq!(code, Some(1), "{output}");
    let lines = output
        .lines()
        .skip_while(|line| !line.starts_with("::add-matcher"));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(
        lines,
        [
            "::add-matcher::ACTION/.github/prepcheck-matcher.json",
            "./ops/people.yaml:2:24: error[people/invalid-phone]: the phone number of `linus` holds no digits",
            "::remove-matcher owner=prepcheck-error::",
            "::remove-matcher owner=prepcheck-warning::",
            "::remove-matcher owner=prepcheck-note::",
        ],
        "{output}"
    );
    let first = output.lines().next().unwrap_or_default();
    let expected = "prepcheck 0.1.0 - . - policy startup - as of 2026-11-23";
    assert!(
        first.starts_with(expected) && first.ends_with("base main (BASE)"),
        "{first}"
    );
}

#[test]
fn a_pull_request_passes_with_what_it_inherits() {
    let runner = Runner::of_pull_request("# nobody yet\n");
    let (code, output) = runner.run(&[TODAY]);
    assert_eq!(code, Some(0), "{output}");
    assert!(!output.contains("::add-matcher"), "{output}");
    let (code, _) = runner.run(&[TODAY, ("base", "")]);
    assert_eq!(code, Some(1), "without a base all of it fails");
    let (code, output) = runner.run(&[TODAY, ("base", "no-such-revision")]);
    assert_eq!(code, Some(2), "{output}");
}
