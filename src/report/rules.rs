//! The list of rules as text.

use crate::view::Rules;

/// A line a rule: its level in each shipped policy, its name, and when it fires.
pub fn render(rules: &Rules) -> String {
    let names: Vec<&str> = rules.rules.iter().map(|rule| rule.rule).collect();
    let width = names
        .iter()
        .map(|name| name.len())
        .max()
        .unwrap_or_default();
    let mut out = format!(
        "{:8} {:8} {:8} {:width$}  fires when\n",
        "startup", "team", "strict", "rule"
    );
    for rule in &rules.rules {
        let level = |policy: &str| rule.levels.get(policy).copied().unwrap_or_default();
        out.push_str(&format!(
            "{:8} {:8} {:8} {:width$}  {}\n",
            level("startup"),
            level("team"),
            level("strict"),
            rule.rule,
            rule.summary
        ));
    }
    out
}
