//! Settings of rules: what a policy may change besides a level.
//!
//! A setting is declared once, as a static beside the rule that asks for it, or in the group's
//! `mod.rs` where all rules of a group share it. Its schema, its line on the rule's page and its
//! reading from a policy are made from that declaration.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value as Json, json};

/// A setting with its default.
#[derive(Debug)]
pub struct Param<T> {
    /// As it is written in a policy.
    pub name: &'static str,
    pub default: T,
    /// One line: what it says.
    pub help: &'static str,
    /// Which values ask for more: a trusted policy from outside may only be tightened.
    pub stricter: Stricter,
}

/// Which values of a setting ask for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stricter {
    Smaller,
    Larger,
}

/// Whole days, written `7 days` or `2 weeks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(pub u32);

/// A number of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u32);

/// One of some names, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub among: &'static [&'static str],
    pub chosen: &'static str,
}

/// A value as a policy gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Days(Days),
    Count(Count),
    Choice(Choice),
}

/// The type of a setting.
pub trait Setting: Copy {
    fn value(self) -> Value;
    /// Nothing for a value of another type.
    fn from_value(value: Value) -> Option<Self>;
}

/// A setting of any type, as policy, pages and schema see it.
pub trait AnyParam: fmt::Debug + Sync {
    fn name(&self) -> &'static str;
    fn help(&self) -> &'static str;
    fn default_value(&self) -> Value;
    fn stricter(&self) -> Stricter;
}

impl<T: Setting + fmt::Debug + Sync> AnyParam for Param<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn help(&self) -> &'static str {
        self.help
    }

    fn default_value(&self) -> Value {
        self.default.value()
    }

    fn stricter(&self) -> Stricter {
        self.stricter
    }
}

/// The settings that a policy changes, by the rule or group that has them.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<(&'static str, &'static str), Value>);

impl Settings {
    pub fn set(&mut self, owner: &'static str, param: &dyn AnyParam, value: Value) {
        self.0.insert((owner, param.name()), value);
    }

    /// What is set, else the default.
    pub fn value(&self, owner: &'static str, param: &dyn AnyParam) -> Value {
        let set = self.0.get(&(owner, param.name()));
        set.copied().unwrap_or_else(|| param.default_value())
    }

    /// The setting of a rule, else of its group, else its default.
    pub fn get<T: Setting>(&self, rule: &'static str, group: &'static str, param: &Param<T>) -> T {
        let set = [rule, group].iter().find_map(|owner| {
            let value = self.0.get(&(owner, param.name))?;
            T::from_value(*value)
        });
        set.unwrap_or(param.default)
    }

    /// Takes the trusted value where it asks for more.
    pub fn tighten(&mut self, owner: &'static str, param: &dyn AnyParam, floor: &Settings) {
        let (own, trusted) = (self.value(owner, param), floor.value(owner, param));
        let is_milder = match param.stricter() {
            Stricter::Smaller => own.rank() > trusted.rank(),
            Stricter::Larger => own.rank() < trusted.rank(),
        };
        if is_milder {
            self.set(owner, param, trusted);
        }
    }
}

impl Value {
    /// Reads a value of the same type as this one.
    pub fn read_like(self, text: &str) -> Option<Value> {
        match self {
            Value::Days(_) => text.parse().ok().map(Value::Days),
            Value::Count(_) => text.parse().ok().map(|count| Value::Count(Count(count))),
            Value::Choice(choice) => {
                let mut among = choice.among.iter();
                let chosen = among.find(|name| **name == text)?;
                Some(Value::Choice(Choice { chosen, ..choice }))
            }
        }
    }

    /// The JSON Schema of values of this type.
    pub fn schema(self) -> Json {
        match self {
            Value::Days(_) => json!({
                "type": "string",
                "pattern": "^[0-9]{1,4} (days?|weeks?)$",
            }),
            Value::Count(_) => json!({ "type": "integer", "minimum": 0, "maximum": 100_000 }),
            Value::Choice(choice) => json!({ "enum": choice.among }),
        }
    }

    /// As an example in a schema.
    pub fn example(self) -> Json {
        match self {
            Value::Count(Count(count)) => json!(count),
            other => json!(other.to_string()),
        }
    }

    fn rank(self) -> usize {
        match self {
            Value::Days(Days(number)) | Value::Count(Count(number)) => number as usize,
            Value::Choice(Choice { among, chosen }) => {
                let at = among.iter().position(|name| *name == chosen);
                at.unwrap_or_default()
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Days(days) => days.fmt(f),
            Value::Count(Count(count)) => count.fmt(f),
            Value::Choice(choice) => f.write_str(choice.chosen),
        }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 day"),
            days => write!(f, "{days} days"),
        }
    }
}

impl std::str::FromStr for Days {
    type Err = ();

    fn from_str(text: &str) -> Result<Days, ()> {
        let (number, unit) = text.split_once(' ').ok_or(())?;
        let number: u32 = number.parse().map_err(|_| ())?;
        match unit {
            "day" | "days" => Ok(Days(number)),
            "week" | "weeks" => number.checked_mul(7).map(Days).ok_or(()),
            _ => Err(()),
        }
    }
}

impl Setting for Days {
    fn value(self) -> Value {
        Value::Days(self)
    }

    fn from_value(value: Value) -> Option<Days> {
        match value {
            Value::Days(days) => Some(days),
            _ => None,
        }
    }
}

impl Setting for Count {
    fn value(self) -> Value {
        Value::Count(self)
    }

    fn from_value(value: Value) -> Option<Count> {
        match value {
            Value::Count(count) => Some(count),
            _ => None,
        }
    }
}

impl Setting for Choice {
    fn value(self) -> Value {
        Value::Choice(self)
    }

    fn from_value(value: Value) -> Option<Choice> {
        match value {
            Value::Choice(choice) => Some(choice),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static AGE: Param<Days> = Param {
        name: "max-age",
        default: Days(365),
        help: "how old it may be",
        stricter: Stricter::Smaller,
    };

    static LINK: Param<Choice> = Param {
        name: "tracker-link",
        default: Choice {
            among: &["counts", "ignored", "required"],
            chosen: "counts",
        },
        help: "what a link is worth",
        stricter: Stricter::Larger,
    };

    #[test]
    fn a_rule_s_own_setting_goes_before_its_group_s_and_both_before_the_default() {
        let mut settings = Settings::default();
        assert_eq!(settings.get("g/r", "g", &AGE), Days(365));
        settings.set("g", &AGE, Value::Days(Days(30)));
        assert_eq!(settings.get("g/r", "g", &AGE), Days(30));
        settings.set("g/r", &AGE, Value::Days(Days(7)));
        assert_eq!(settings.get("g/r", "g", &AGE), Days(7));
    }

    #[test]
    fn a_floor_can_only_be_tightened() {
        let mut floor = Settings::default();
        floor.set("g/r", &AGE, Value::Days(Days(180)));
        let mut milder = Settings::default();
        milder.tighten("g/r", &AGE, &floor);
        assert_eq!(milder.get("g/r", "g", &AGE), Days(180));
        let mut stricter = Settings::default();
        stricter.set("g/r", &AGE, Value::Days(Days(30)));
        stricter.tighten("g/r", &AGE, &floor);
        assert_eq!(stricter.get("g/r", "g", &AGE), Days(30));
        let required = LINK.default.value().read_like("required").unwrap();
        let mut strict_link = Settings::default();
        strict_link.set("g/r", &LINK, required);
        strict_link.tighten("g/r", &LINK, &Settings::default());
        assert_eq!(strict_link.get("g/r", "g", &LINK).chosen, "required");
    }

    #[test]
    fn values_are_read_by_the_type_of_their_setting() {
        let days = |text| Value::Days(Days(0)).read_like(text);
        assert_eq!(days("1 day"), Some(Value::Days(Days(1))));
        assert_eq!(days("2 weeks"), Some(Value::Days(Days(14))));
        assert_eq!(days("7"), None);
        assert_eq!(days("7 months"), None);
        assert_eq!(days("-7 days"), None);
        let count = |text| Value::Count(Count(0)).read_like(text);
        assert_eq!(count("12"), Some(Value::Count(Count(12))));
        assert_eq!(count("many"), None);
        assert_eq!(LINK.default_value().read_like("maybe"), None);
    }
}
