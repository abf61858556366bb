//! Everything that is made from the rule list: pages, tables and the schema of rules.
//!
//! A fact about a rule stands in the rule's own file and nowhere else. Files made here are kept in
//! the repository, and a test says when they no longer match.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::finding::Level;
use crate::policy::{Policy, SHIPPED};
use crate::rule::{AnyParam, Rule};
use crate::rules;
use crate::view::{FORMAT_VERSION, RuleRow, Rules, rule_row};

/// The page of a rule, as Markdown; `example` is a report in which it fires.
pub fn page(rule: &Rule, example: Option<&str>) -> String {
    let levels = levels(rule.name);
    let levels: Vec<String> = levels
        .iter()
        .map(|(policy, level)| format!("{} in `{policy}`", level.id()))
        .collect();
    let causes: Vec<&str> = rule.causes.iter().map(|cause| cause.id()).collect();
    let mut page = format!(
        "# {}\n\nFires when {}.\n\n{}\n\n## What to do\n\n{}\n\n## Levels\n\n{}. Cause: {}. Since {}.\n",
        rule.name,
        rule.summary,
        rule.why,
        rule.fix,
        sentence(&levels.join(", ")),
        causes.join(", "),
        rule.since,
    );
    page.push_str(&settings(rule));
    if let Some(example) = example {
        page.push_str("\n## Example\n\n```text\n");
        page.push_str(example.trim_end());
        page.push_str("\n```\n");
    }
    page
}

/// Every rule with its level in each shipped policy.
pub fn rules() -> Rules {
    Rules {
        format_version: FORMAT_VERSION,
        rules: rules::all().map(row).collect(),
    }
}

/// The rules as a Markdown table, for the README.
pub fn table() -> String {
    let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let mut table = format!("| rule | {} | fires when |\n|---|", names.join(" | "));
    table.push_str(&"---|".repeat(names.len() + 1));
    table.push('\n');
    for rule in rules::all() {
        let levels: Vec<&str> = levels(rule.name)
            .iter()
            .map(|(_, level)| level.id())
            .collect();
        table.push_str(&format!(
            "| [{name}](fixtures/{folder}/README.md) | {} | {} |\n",
            levels.join(" | "),
            rule.summary,
            name = rule.name,
            folder = rule.name,
        ));
    }
    table
}

/// The schema of `rules:` in a policy.
pub fn rules_schema() -> String {
    let mut properties = Map::new();
    for rule in rules::all() {
        properties.insert(rule.name.to_owned(), rule_schema(rule));
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://prepcheck.dev/schemas/rules.schema.json",
        "title": "Rules",
        "description": "Levels and settings of single rules, by name.",
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
        "examples": [{ "answers/unanswered-learn": "warning" }],
        "$defs": {
            "level": {
                "title": "Level",
                "description": "How much a finding weighs: `error` fails the check, `off` silences the rule.",
                "enum": Level::ALL.map(Level::id),
                "examples": ["warning"],
            },
            "settings": shared_settings_schema(),
        }
    });
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain data");
    text.push('\n');
    text
}

/// The settings that a rule has of its own or shares with its group, as a section of its page.
fn settings(rule: &Rule) -> String {
    let group = rule.group.id();
    let shared = rules::shared_settings().iter();
    let shared = shared.filter(|(name, _)| *name == group);
    let shared = shared.flat_map(|(_, params)| params.iter());
    let (own, shared) = (rule.params.iter().map(describe), shared.map(describe));
    let own: Vec<String> = own.collect();
    let shared: Vec<String> = shared.collect();
    let mut text = String::new();
    if !own.is_empty() {
        let example = rule.params[0];
        text.push_str(&format!(
            "\n## Settings\n\n{}\n\n```yaml\n# prepcheck.yaml\nrules:\n  {}: {{level: {}, {}: {}}}\n```\n",
            own.join("\n"),
            rule.name,
            rule.level.id(),
            example.name(),
            example.default_value(),
        ));
    }
    if !shared.is_empty() {
        text.push_str(&format!(
            "\n## Settings of the group\n\nUnder `settings: {{{group}: …}}` in `prepcheck.yaml`, for all rules of the group:\n\n{}\n",
            shared.join("\n"),
        ));
    }
    text
}

fn describe(param: &&'static dyn AnyParam) -> String {
    let (name, help, default) = (param.name(), param.help(), param.default_value());
    format!("- `{name}`: {help}; `{default}` by default")
}

fn param_schema(param: &dyn AnyParam) -> Value {
    let mut schema = param.default_value().schema();
    schema["title"] = json!(param.name());
    let default = param.default_value();
    let description = format!("{}, such as `{default}`.", sentence(param.help()));
    schema["description"] = json!(description);
    schema["default"] = default.example();
    schema["examples"] = json!([default.example()]);
    schema
}

fn shared_settings_schema() -> Value {
    let mut groups = Map::new();
    for (group, params) in rules::shared_settings() {
        let properties = params.iter().map(|param| {
            let schema = param_schema(*param);
            (param.name().to_owned(), schema)
        });
        let group_schema = json!({
            "title": group,
            "description": format!("Settings that all rules of the group `{group}` share."),
            "type": ["object", "null"],
            "properties": properties.collect::<Map<_, _>>(),
            "additionalProperties": false,
        });
        groups.insert((*group).to_owned(), group_schema);
    }
    json!({
        "title": "Settings",
        "description": "Settings that all rules of a group share, by group.",
        "type": ["object", "null"],
        "properties": groups,
        "additionalProperties": false,
    })
}

fn rule_schema(rule: &Rule) -> Value {
    let mut properties = Map::from_iter([("level".to_owned(), json!({ "$ref": "#/$defs/level" }))]);
    for param in rule.params {
        properties.insert(param.name().to_owned(), param_schema(*param));
    }
    // A rule without settings is named to give it a level.
    let required: &[&str] = if rule.params.is_empty() {
        &["level"]
    } else {
        &[]
    };
    json!({
        "title": rule.name,
        "description": format!("Fires when {}.", rule.summary),
        "type": ["string", "object"],
        "if": { "type": "string" },
        "then": { "$ref": "#/$defs/level" },
        "else": {
            "properties": properties,
            "required": required,
            "additionalProperties": false
        }
    })
}

fn row(rule: &'static Rule) -> RuleRow {
    let levels: BTreeMap<&str, Level> = levels(rule.name).into_iter().collect();
    let names: Vec<&'static str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    rule_row(rule, |policy| levels[policy].id(), &names)
}

/// A rule's level in each shipped policy, mildest policy first.
fn levels(rule: &str) -> Vec<(&'static str, Level)> {
    let level = |name: &'static str| {
        let policy = Policy::shipped(name).expect("the name comes from the list of policies");
        (name, policy.level(rule))
    };
    SHIPPED.iter().map(|(name, _)| level(name)).collect()
}

fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
