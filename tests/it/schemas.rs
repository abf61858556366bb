//! The published schemas, and that the model reads what they promise.

use prepcheck::inspect::inspect;
use prepcheck::model::{self, NativeName, SCHEMAS, Schema};
use prepcheck::parse::yaml;
use prepcheck::policy::Policy;
use prepcheck::text::{FileId, Source};
use serde_json::Value;

fn schema(name: &str) -> Value {
    let (_, text) = SCHEMAS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a schema");
    serde_json::from_str(text).expect("JSON")
}

/// Faults of a YAML text, as messages.
pub(crate) fn faults(schema: Schema, text: &str) -> Vec<String> {
    let source = Source::new(FileId(0), text);
    let tree = yaml::parse(source);
    assert_eq!(tree.problems(), [], "{text}");
    let root = tree.root().expect("a document");
    let faults = schema.faults(root, source);
    faults.iter().map(model::Fault::message).collect()
}

#[test]
fn every_property_is_described() {
    for (name, _) in SCHEMAS {
        let schema = schema(name);
        assert_eq!(
            schema["$id"],
            format!("https://prepcheck.dev/schemas/{name}.schema.json")
        );
        check_described(name, &schema);
    }
}

/// Parts of a schema that only judge what is described elsewhere.
const CONDITIONS: &[&str] = &["/if", "/then", "/else", "/dependentSchemas"];

fn check_described(place: &str, value: &Value) {
    if let Some(properties) = value["properties"].as_object() {
        for (key, property) in properties {
            let is_reference = property["$ref"].is_string();
            let is_condition = CONDITIONS.iter().any(|part| place.contains(part));
            let is_described = property["title"].is_string() && property["description"].is_string();
            assert!(
                is_reference || is_condition || is_described,
                "{place}: `{key}` has no words"
            );
        }
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                check_described(&format!("{place}/{key}"), member);
            }
        }
        Value::Array(items) => {
            for item in items {
                check_described(place, item);
            }
        }
        _ => {}
    }
}

#[test]
fn the_examples_of_the_schemas_fit_them() {
    let held = [
        ("preparedness", Schema::Preparedness),
        ("people", Schema::People),
        ("oncall", Schema::Oncall),
        ("runbook", Schema::Runbook),
        ("postmortem", Schema::Postmortem),
    ];
    for (name, held) in held {
        let schema = schema(name);
        let examples = schema["examples"]
            .as_array()
            .expect("examples of whole files");
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            let text = serde_json::to_string(example).expect("JSON is YAML");
            assert_eq!(faults(held, &text), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn the_readme_shows_files_that_fit() {
    let readme = std::fs::read_to_string(crate::root().join("README.md")).expect("the README");
    let mut blocks = readme.split("```yaml\n").skip(1);
    let native = blocks
        .next()
        .and_then(|block| block.split("```").next())
        .expect("a block");
    assert_eq!(faults(Schema::Preparedness, native), Vec::<String>::new());
    let policy = blocks
        .next()
        .and_then(|block| block.split("```").next())
        .expect("a block");
    Policy::read("README.md", policy).expect("a policy that can be used");
}

/// Each slot that the schema offers becomes evidence when it alone is filled in.
#[test]
fn every_slot_of_the_schema_is_read() {
    let schema = schema("preparedness");
    let mut slots = Vec::new();
    for answer in ["who", "detect", "communicate", "fix", "learn"] {
        for key in schema["properties"][answer]["properties"]
            .as_object()
            .expect("slots")
            .keys()
        {
            slots.push((answer, key.as_str()));
        }
    }
    for (answer, key) in slots {
        let value = match key {
            "monitoring" => "{uptime: https://u.example}",
            "messages" => "{resolved: a.md}",
            "incidents" => "{disk-full: a.md}",
            // How soon somebody answers does not say who.
            "respond_within" => continue,
            // Never demanded, so never an answer.
            "failover" | "disable-feature" => continue,
            // Who can post does not say where.
            "posters" => continue,
            _ => "https://x.example",
        };
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("ops")).expect("a folder");
        let text = format!("{answer}:\n  {key}: {value}\n");
        std::fs::write(folder.path().join("ops/preparedness.yaml"), &text).expect("a file");
        let snapshot =
            prepcheck::load::worktree(Some(folder.path()), folder.path(), &model::is_wanted);
        let inspection = inspect(
            &snapshot.expect("a tree"),
            &Policy::shipped("team").expect("a policy"),
        );
        let document = inspection.ops.documents().next().expect("a document");
        assert_eq!(document.native, Some(NativeName::Preparedness));
        let slots: Vec<&str> = document
            .evidence
            .iter()
            .map(|evidence| evidence.slot)
            .collect();
        assert!(!slots.is_empty(), "`{answer}.{key}` is read");
        assert!(
            slots[0].starts_with(&format!("{answer}.{key}")),
            "{slots:?}"
        );
    }
}

#[test]
fn the_shipped_policies_fit_the_schema() {
    for (name, text) in prepcheck::policy::SHIPPED {
        assert_eq!(faults(Schema::Policy, text), Vec::<String>::new(), "{name}");
        assert!(Policy::shipped(name).is_some(), "{name}");
    }
}
