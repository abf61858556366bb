//! Our schemas, and where a file does not fit them.
//!
//! The schemas below `schemas/` are the public contract. This is the one module that knows the
//! validating crate: it turns its errors into [`Fault`]s at the bytes of the file. No message
//! repeats a value, for a value may be a phone number or a secret.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Registry, ValidationError, Validator};
use serde_json::Value;

use super::NativeName;
use crate::nearest::{nearest, only_nearest};
use crate::parse::yaml::{Located, Node};
use crate::text::{Source, Span, Spanned};

/// Every published schema: name and text.
pub const SCHEMAS: &[(&str, &str)] = &[
    ("common", include_str!("../../schemas/common.schema.json")),
    ("oncall", include_str!("../../schemas/oncall.schema.json")),
    ("people", include_str!("../../schemas/people.schema.json")),
    ("policy", include_str!("../../schemas/policy.schema.json")),
    (
        "postmortem",
        include_str!("../../schemas/postmortem.schema.json"),
    ),
    (
        "preparedness",
        include_str!("../../schemas/preparedness.schema.json"),
    ),
    ("rules", include_str!("../../schemas/rules.schema.json")),
    ("runbook", include_str!("../../schemas/runbook.schema.json")),
];

/// Where a file does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer to the key that is at fault.
    pub pointer: String,
    /// The key that is too many, the value of the wrong shape, or the first line of the mapping
    /// that misses a key.
    pub span: Span,
    pub kind: FaultKind,
    /// The schema, by name.
    pub schema: &'static str,
    /// What to write where, if a key was meant that can only be one.
    pub correction: Option<Spanned<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    UnknownKey {
        key: String,
        /// The known key that was probably meant.
        nearest: Option<String>,
    },
    MissingKey {
        key: String,
    },
    /// The types that fit, such as `string`.
    WrongType {
        expected: Vec<String>,
    },
    /// The values that fit.
    NotOneOf {
        allowed: Vec<String>,
        /// The value that was probably meant.
        nearest: Option<String>,
    },
    Empty,
    /// It cannot stand beside another key of its mapping.
    Excluded,
    /// What the schema says of a value whose form does not fit.
    WrongForm {
        description: String,
    },
    /// It has the right form, and still cannot be meant, by itself or beside the others.
    Impossible {
        message: String,
        help: Cow<'static, str>,
    },
    Other {
        message: String,
    },
}

impl Fault {
    pub fn is_unknown_key(&self) -> bool {
        matches!(self.kind, FaultKind::UnknownKey { .. })
    }

    /// What is wrong.
    pub fn message(&self) -> String {
        let name = self.name();
        match &self.kind {
            FaultKind::UnknownKey { key, .. } => format!("`{key}` is not a key that is read here"),
            FaultKind::MissingKey { key } => format!("`{key}` is missing in {name}"),
            FaultKind::WrongType { expected } => {
                format!("{name} must be {}", alternatives(expected, with_article))
            }
            FaultKind::NotOneOf { allowed, .. } => {
                format!(
                    "{name} must be {}",
                    alternatives(allowed, |value| format!("`{value}`"))
                )
            }
            FaultKind::Empty => format!("{name} is empty"),
            FaultKind::Excluded => format!("{name} cannot stand beside the other keys here"),
            FaultKind::WrongForm { .. } => {
                format!("{name} is not written in a form that is understood")
            }
            FaultKind::Impossible { message, .. } => message.clone(),
            FaultKind::Other { message } => format!("{name}: {message}"),
        }
    }

    /// What to do.
    pub fn help(&self) -> String {
        match &self.kind {
            FaultKind::UnknownKey {
                nearest: Some(meant),
                ..
            }
            | FaultKind::NotOneOf {
                nearest: Some(meant),
                ..
            } => format!("did you mean `{meant}`?"),
            FaultKind::UnknownKey { nearest: None, .. } => {
                format!(
                    "delete it, or see `prepcheck schema {}` for the keys",
                    self.schema
                )
            }
            FaultKind::MissingKey { key } => format!("add `{key}:`"),
            FaultKind::Impossible { help, .. } => help.clone().into_owned(),
            FaultKind::WrongForm { description } if !description.is_empty() => description.clone(),
            _ => format!("see `prepcheck schema {}` for what fits here", self.schema),
        }
    }

    /// The mapping and the key in it that a correction would write.
    fn claim(&self) -> Option<(String, String)> {
        let meant = self.correction.as_ref()?.value.clone();
        let mapping = self
            .pointer
            .rsplit_once('/')
            .map_or("", |(parent, _)| parent);
        Some((mapping.to_owned(), meant))
    }

    /// The value at fault by its key; items of lists by the list's key.
    fn name(&self) -> String {
        let keys = self.pointer.rsplit('/');
        let key = keys.into_iter().find(|key| key.parse::<usize>().is_err());
        match key.unwrap_or_default() {
            "" => "the file".to_owned(),
            key if self.pointer.ends_with(key) => format!("`{}`", unescape(key)),
            key => format!("an entry of `{}`", unescape(key)),
        }
    }
}

/// A schema that files are held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    Preparedness,
    People,
    Oncall,
    Runbook,
    Postmortem,
    Policy,
}

impl Schema {
    pub fn of_native(name: NativeName) -> Schema {
        match name {
            NativeName::Preparedness => Schema::Preparedness,
            NativeName::People => Schema::People,
            NativeName::Oncall => Schema::Oncall,
        }
    }

    /// Its top-level keys.
    pub fn keys(self) -> Vec<&'static str> {
        let properties = self.compiled().text["properties"].as_object();
        let keys = properties
            .into_iter()
            .flat_map(|properties| properties.keys());
        keys.map(String::as_str).collect()
    }

    /// Every place where a tree does not fit, in order of the file.
    pub fn faults(self, root: Node<'_, '_>, source: Source<'_>) -> Vec<Fault> {
        let compiled = self.compiled();
        let instance = root.to_json();
        let mut faults = Vec::new();
        for error in compiled.validator.iter_errors(&instance) {
            let mut add = |pointer: String, span: Span, kind: FaultKind, correction| {
                faults.push(Fault {
                    pointer,
                    span,
                    kind,
                    schema: self.name(),
                    correction,
                });
            };
            add_faults(&mut add, root, source, &error);
        }
        faults.sort_by(|a, b| (a.span, &a.pointer).cmp(&(b.span, &b.pointer)));
        faults.dedup();
        withdraw_rivals(&mut faults);
        faults
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Schema::Preparedness => "preparedness",
            Schema::People => "people",
            Schema::Oncall => "oncall",
            Schema::Runbook => "runbook",
            Schema::Postmortem => "postmortem",
            Schema::Policy => "policy",
        }
    }

    fn compiled(self) -> &'static Compiled {
        static PREPAREDNESS: LazyLock<Compiled> = LazyLock::new(|| compile(Schema::Preparedness));
        static PEOPLE: LazyLock<Compiled> = LazyLock::new(|| compile(Schema::People));
        static ONCALL: LazyLock<Compiled> = LazyLock::new(|| compile(Schema::Oncall));
        static RUNBOOK: LazyLock<Compiled> = LazyLock::new(|| compile(Schema::Runbook));
        static POSTMORTEM: LazyLock<Compiled> = LazyLock::new(|| compile(Schema::Postmortem));
        static POLICY: LazyLock<Compiled> = LazyLock::new(|| compile(Schema::Policy));
        match self {
            Schema::Preparedness => &PREPAREDNESS,
            Schema::People => &PEOPLE,
            Schema::Oncall => &ONCALL,
            Schema::Runbook => &RUNBOOK,
            Schema::Postmortem => &POSTMORTEM,
            Schema::Policy => &POLICY,
        }
    }
}

struct Compiled {
    text: Value,
    validator: Validator,
}

fn compile(schema: Schema) -> Compiled {
    static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
        let id = |name: &str| format!("https://prepcheck.dev/schemas/{name}.schema.json");
        Registry::new()
            .extend(SCHEMAS.iter().map(|(name, text)| (id(name), parse(text))))
            .and_then(jsonschema::RegistryBuilder::prepare)
            .expect("our schemas refer to each other and to nothing else")
    });
    let text = SCHEMAS.iter().find(|(name, _)| *name == schema.name());
    let text = parse(text.expect("every schema is published").1);
    let validator = jsonschema::options()
        .offline()
        .with_registry(&REGISTRY)
        .build(&text)
        .expect("our schemas are schemas");
    Compiled { text, validator }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("our schemas are JSON")
}

/// Two keys that stand for one were not both meant, and neither were two meanings of one key.
fn withdraw_rivals(faults: &mut [Fault]) {
    let mut claims: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut places: BTreeMap<Span, usize> = BTreeMap::new();
    for fault in &*faults {
        *places.entry(fault.span).or_default() += 1;
        if let Some(claim) = fault.claim() {
            *claims.entry(claim).or_default() += 1;
        }
    }
    for fault in faults {
        let Some(claim) = fault.claim() else {
            continue;
        };
        if claims.get(&claim) != Some(&1) || places.get(&fault.span) != Some(&1) {
            fault.correction = None;
        }
    }
}

fn add_faults(
    add: &mut dyn FnMut(String, Span, FaultKind, Option<Spanned<String>>),
    root: Node<'_, '_>,
    source: Source<'_>,
    error: &ValidationError<'_>,
) {
    let pointer = error.instance_path().as_str().to_owned();
    let located = root.at_pointer(&pointer);
    let value = located
        .as_ref()
        .map_or(root.span(), |located| located.value.span());
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let known = known_keys(error);
            for key in unexpected {
                let pointer = format!("{pointer}/{}", escape(key));
                let place = root.at_pointer(&pointer).and_then(|located| located.key);
                let nearest = nearest(key, known.iter().map(String::as_str)).map(str::to_owned);
                let only = only_nearest(key, known.iter().map(String::as_str));
                let found = only.zip(located).zip(place);
                let correction = found.and_then(|((meant, mapping), place)| {
                    correction(mapping, source, place, key, meant)
                });
                let key = key.clone();
                add(
                    pointer,
                    place.unwrap_or(value),
                    FaultKind::UnknownKey { key, nearest },
                    correction,
                );
            }
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default().to_owned();
            let span = located.and_then(|located| located.key).unwrap_or(value);
            add(
                pointer,
                first_line(source, span),
                FaultKind::MissingKey { key },
                None,
            );
        }
        kind => add(pointer, value, fault_kind(kind, error), None),
    }
}

/// The key that was meant, in place of a key of this mapping: nothing if the mapping stands
/// elsewhere, has that key already, or has the misspelt one twice.
fn correction(
    mapping: Located<'_, '_>,
    source: Source<'_>,
    place: Span,
    key: &str,
    meant: &str,
) -> Option<Spanned<String>> {
    let is_free = mapping.value.entry(meant).is_none() && mapping.value.holds_once(key);
    if mapping.via.is_some() || !is_free {
        return None;
    }
    let written = source.slice(place);
    let quotes = match written.strip_prefix(['"', '\'']) {
        Some(_) => 1,
        None => 0,
    };
    // With escapes inside, the key and its bytes differ.
    let is_plain = written.get(quotes..written.len().saturating_sub(quotes)) == Some(key);
    let inner = Span {
        start: place.start + quotes as u32,
        end: place.end.saturating_sub(quotes as u32),
        ..place
    };
    is_plain.then(|| Spanned::new(meant.to_owned(), inner))
}

fn fault_kind(kind: &ValidationErrorKind, error: &ValidationError<'_>) -> FaultKind {
    match kind {
        ValidationErrorKind::Type { kind } => FaultKind::WrongType {
            expected: match kind {
                TypeKind::Single(one) => vec![one.to_string()],
                TypeKind::Multiple(several) => several.iter().map(|t| t.to_string()).collect(),
            },
        },
        ValidationErrorKind::Enum { options } => not_one_of(strings(options), error),
        ValidationErrorKind::Constant { expected_value } => {
            not_one_of(vec![plain(expected_value)], error)
        }
        ValidationErrorKind::MinLength { .. }
        | ValidationErrorKind::MinItems { .. }
        | ValidationErrorKind::MinProperties { .. } => FaultKind::Empty,
        ValidationErrorKind::FalseSchema => FaultKind::Excluded,
        ValidationErrorKind::Pattern { .. } | ValidationErrorKind::Format { .. } => {
            let description = sibling(error, "description");
            let examples = sibling(error, "examples");
            let example = examples.get(0).and_then(Value::as_str);
            FaultKind::WrongForm {
                description: match example {
                    Some(example) => format!("write it as in `{example}`"),
                    None => description.as_str().unwrap_or_default().to_owned(),
                },
            }
        }
        _ => FaultKind::Other {
            message: error.masked_with("the value").to_string(),
        },
    }
}

fn not_one_of(allowed: Vec<String>, error: &ValidationError<'_>) -> FaultKind {
    let written = error.instance().as_str().unwrap_or_default();
    let nearest = nearest(written, allowed.iter().map(String::as_str)).map(str::to_owned);
    FaultKind::NotOneOf { allowed, nearest }
}

/// The keys that stand beside the failing keyword in its schema.
fn known_keys(error: &ValidationError<'_>) -> Vec<String> {
    let properties = sibling(error, "properties");
    let keys = properties
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    keys.cloned().collect()
}

/// What the failing keyword's schema says beside it; null if nothing.
fn sibling(error: &ValidationError<'_>, keyword: &str) -> Value {
    let location = error
        .absolute_keyword_location()
        .map(|uri| uri.as_str().to_owned());
    let Some(location) = location else {
        return Value::Null;
    };
    let (file, pointer) = location.split_once('#').unwrap_or((&location, ""));
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    let of_file = |(name, _): &&(&str, &str)| file.ends_with(&format!("/{name}.schema.json"));
    let Some((_, text)) = SCHEMAS.iter().find(of_file) else {
        return Value::Null;
    };
    let schema: Value = serde_json::from_str(text).unwrap_or_default();
    let place = schema.pointer(&format!("{parent}/{keyword}"));
    place.cloned().unwrap_or_default()
}

/// The first line of what a span covers: a mapping over forty lines is not worth forty lines.
fn first_line(source: Source<'_>, span: Span) -> Span {
    let line = source.slice(span).lines().next().unwrap_or_default();
    Span {
        end: span.start + u32::try_from(line.len()).unwrap_or_default(),
        ..span
    }
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.filter(|value| !value.is_null()).map(plain).collect()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn alternatives(values: &[String], show: impl Fn(&str) -> String) -> String {
    let shown: Vec<String> = values
        .iter()
        .filter(|v| *v != "null")
        .map(|v| show(v))
        .collect();
    match shown.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn with_article(name: &str) -> String {
    match name {
        "array" => "a list".to_owned(),
        "object" => "a mapping".to_owned(),
        "integer" => "a whole number".to_owned(),
        "string" => "text".to_owned(),
        other => format!("a {other}"),
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
