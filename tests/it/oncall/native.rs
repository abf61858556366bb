//! Worked cases in native YAML, where the native form can say them.

use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};
use prepcheck::inspect::inspect;
use prepcheck::model::{self, NotComputable};
use prepcheck::oncall::{Instant, Schedule};
use prepcheck::policy::Policy;
use serde_json::Value;

use super::case::{Case, instant, list, parse_instant, text, time};

/// The text of an `oncall.yaml`; nothing if the form cannot say it.
pub fn yaml(case: &Case) -> Option<String> {
    let stated = &case.stated;
    let mut lines = vec![format!("timezone: {}", text(&stated["tz"]))];
    lines.push("people:".to_owned());
    for person in list(&stated["people"]) {
        let reached = match person["reachable"] == Value::Bool(false) {
            true => "",
            false => ", phone_in: the vault",
        };
        lines.push(format!(
            "  - {{id: {}{reached}}}",
            quoted(text(&person["id"]))
        ));
    }
    lines.push("schedules:".to_owned());
    lines.extend(schedule("primary", stated, case)?);
    if let Some(secondary) = stated.get("secondary") {
        lines.extend(schedule("secondary", secondary, case)?);
    }
    Some(lines.join("\n") + "\n")
}

/// What the real parser and lowering make of a text.
pub fn read(yaml: &str) -> Result<Vec<Schedule>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("ops")).expect("a folder");
    std::fs::write(folder.path().join("ops/oncall.yaml"), yaml).expect("a file");
    let snapshot = prepcheck::load::worktree(Some(folder.path()), folder.path(), &model::is_wanted);
    let inspection = inspect(
        &snapshot.expect("a tree"),
        &Policy::shipped("team").expect("a policy"),
    );
    let faults = inspection
        .ops
        .documents()
        .flat_map(|document| &document.faults);
    let faults: Vec<String> = faults.map(|fault| fault.message()).collect();
    if !faults.is_empty() {
        return Err(faults.join("; "));
    }
    let unit = inspection.ops.views().next().expect("a unit");
    let mut schedules = Vec::new();
    for schedule in &unit.oncall().schedules {
        let plan: Result<_, &NotComputable> = schedule.plan.as_ref();
        let plan = plan.map_err(|reason| format!("{reason:?}"))?;
        schedules.push(plan.engine.clone());
    }
    Ok(schedules)
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn schedule(name: &str, stated: &Value, case: &Case) -> Option<Vec<String>> {
    let mut lines = vec![format!("  - name: {name}")];
    let layers = list(&stated["layers"]);
    let fixed = list(&stated["fixed"]);
    let priority = |layer: &Value| layer["priority"].as_i64().unwrap_or_default();
    let mut priorities: Vec<i64> = layers.iter().map(priority).collect();
    let mut rotations: Vec<(i64, Vec<String>)> = Vec::new();
    for layer in layers {
        rotations.push((priority(layer), rotation(layer, case)?));
    }
    if stated.get("fixed").is_some() {
        let of_first = fixed.first().map(priority).unwrap_or_default();
        if fixed.iter().any(|shift| priority(shift) != of_first) {
            return None;
        }
        priorities.push(of_first);
        rotations.push((of_first, dates(fixed)));
    }
    priorities.sort_unstable();
    let is_together = priorities.iter().all(|one| *one == priorities[0]);
    priorities.dedup();
    if !is_together && priorities.len() != rotations.len() {
        return None;
    }
    rotations.sort_by_key(|(priority, _)| -priority);
    match &rotations[..] {
        [] => return None,
        [(_, only)] => lines.extend(only.iter().map(|line| format!("    {line}"))),
        layers => {
            lines.push(format!("    together: {is_together}"));
            lines.push("    layers:".to_owned());
            for (_, layer) in layers {
                for (index, line) in layer.iter().enumerate() {
                    let dash = if index == 0 { "-" } else { " " };
                    lines.push(format!("      {dash} {line}"));
                }
            }
        }
    }
    let overrides = list(&stated["overrides"]);
    if !overrides.is_empty() {
        lines.push("    changes:".to_owned());
        for one in overrides {
            lines.push(format!("      - {}", change(one)?));
        }
    }
    Some(lines)
}

fn dates(fixed: &[Value]) -> Vec<String> {
    let mut lines = vec!["dates:".to_owned()];
    if fixed.is_empty() {
        return vec!["dates: []".to_owned()];
    }
    for shift in fixed {
        lines.push(format!(
            "  - {{who: {}, {}}}",
            duty(&shift["users"]),
            range(shift)
        ));
    }
    lines
}

fn range(value: &Value) -> String {
    format!(
        "from: {}, to: {}",
        text(&value["start"]),
        text(&value["end"])
    )
}

fn duty(users: &Value) -> String {
    match users {
        Value::Array(names) if names.is_empty() => "nobody".to_owned(),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().map(|name| quoted(text(name))).collect();
            format!("[{}]", names.join(", "))
        }
        name => quoted(text(name)),
    }
}

fn change(one: &Value) -> Option<String> {
    let what = match text(&one["kind"]) {
        "remove" => format!("remove: {}", duty(&one["user"])),
        "add" => format!("add: {}", duty(&one["user"])),
        "swap" => format!(
            "who: {}, instead_of: {}",
            duty(&one["by"]),
            duty(&one["user"])
        ),
        "cover" if one["priority"].as_i64().unwrap_or_default() == 0 => {
            format!("who: {}", duty(one.get("users").unwrap_or(&one["user"])))
        }
        "replace_window" => {
            let shifts = list(&one["shifts"]).iter();
            let shift = |shift: &Value| {
                let who = duty(shift.get("users").unwrap_or(&shift["user"]));
                format!("{{who: {who}, {}}}", range(shift))
            };
            format!(
                "replace: [{}]",
                shifts.map(shift).collect::<Vec<_>>().join(", ")
            )
        }
        _ => return None,
    };
    Some(format!("{{{what}, {}}}", range(one)))
}

fn rotation(layer: &Value, case: &Case) -> Option<Vec<String>> {
    let users = list(&layer["users"]);
    let first = layer["first_index"].as_u64().unwrap_or_default() as usize;
    let turned = users.iter().cycle().skip(first).take(users.len());
    let mut people: Vec<String> = turned.map(duty).collect();
    let is_always = layer["always"] == Value::Bool(true);
    if is_always {
        people.truncate(1);
    }
    let mut lines = vec![format!("people: [{}]", people.join(", "))];
    if let Some(zone) = layer.get("tz") {
        lines.push(format!("timezone: {}", text(zone)));
    }
    let hours: Vec<String> = list(&layer["restrict"]).iter().map(window).collect();
    match is_always {
        true => gates(layer, &mut lines),
        false => turns(layer, case, &hours, &mut lines)?,
    }
    if !hours.is_empty() {
        lines.push(format!("hours: [{}]", hours.join(", ")));
    }
    Some(lines)
}

fn gates(layer: &Value, lines: &mut Vec<String>) {
    for (key, name) in [("starts", "from"), ("ends", "until")] {
        if let Some(at) = layer.get(key) {
            lines.push(format!("{name}: {}", written(text(at))));
        }
    }
}

/// An instant as it is, a local time without its `T`.
fn written(text: &str) -> String {
    match parse_instant(text) {
        Some(_) => text.to_owned(),
        None => text.replace('T', " "),
    }
}

fn turns(layer: &Value, case: &Case, hours: &[String], lines: &mut Vec<String>) -> Option<()> {
    let turn = &layer["turn"];
    let count = turn["count"].as_i64().unwrap_or(1);
    let unit = match text(&turn["unit"]) {
        "active_day" => "day",
        "iso_week" => return None,
        unit => unit,
    };
    lines.push(format!(
        "every: {count} {unit}{}",
        if count == 1 { "" } else { "s" }
    ));
    let anchor = text(&layer["anchor"]);
    let at = instant_of(anchor, case);
    let asked = earliest(case);
    // Nobody is on duty before `from` in the native form.
    if layer["backwards"] == Value::Bool(true) && at > asked {
        return None;
    }
    let starts = layer
        .get("starts")
        .map(|starts| instant_of(text(starts), case));
    match starts.filter(|starts| *starts > at) {
        None => lines.push(format!("from: {}", written(anchor))),
        Some(_) if unit == "week" => {
            let local: DateTime = anchor.parse().ok()?;
            let day = local.strftime("%a %H:%M");
            lines.push(format!("from: {}", text(&layer["starts"])));
            lines.push(format!("handoff: {day}"));
        }
        Some(_) => return None,
    }
    if let Some(ends) = layer.get("ends") {
        lines.push(format!("until: {}", written(text(ends))));
    }
    let duty = layer["duty_seconds"].as_i64();
    if text(&turn["unit"]) == "active_day" {
        lines.push("count: active days".to_owned());
        if hours.is_empty() {
            lines.push(active_hours(layer, anchor, duty));
        }
    }
    if let Some(duty) = duty {
        lines.push(format!("on_for: {duty} seconds"));
    }
    Some(())
}

/// What active days without hours mean: so much of each of them, from the anchor's time on.
fn active_hours(layer: &Value, anchor: &str, duty: Option<i64>) -> String {
    let local: DateTime = anchor.parse().expect("a local time");
    let until = local + duty.unwrap_or(86_400).min(86_400).seconds();
    let days: Vec<&str> = list(&layer["active_days"]).iter().map(text).collect();
    let (from, until) = (local.strftime("%H:%M"), until.strftime("%H:%M"));
    format!(
        "hours: [{{days: [{}], at: \"{from}-{until}\"}}]",
        days.join(", ")
    )
}

/// The first instant that a case asks about.
fn earliest(case: &Case) -> Instant {
    let mut asked = vec![case.window.start];
    asked.extend(list(&case.expect["handoffs"]).first().map(instant));
    asked.into_iter().min().unwrap_or_default()
}

fn instant_of(text: &str, case: &Case) -> Instant {
    parse_instant(text).unwrap_or_else(|| {
        let local: DateTime = text.parse().expect("a local time");
        let zoned = local.to_zoned(case.zone.clone()).expect("an instant");
        zoned.timestamp().as_second()
    })
}

fn window(stated: &Value) -> String {
    if let Some(seconds) = stated["seconds"].as_i64() {
        let from = time(text(&stated["from"]));
        let day = stated.get("day").map(text);
        return lasting(day, from, seconds);
    }
    let (from, to) = (text(&stated["from"]), text(&stated["to"]));
    match stated.get("days") {
        None => format!("{{span: \"{from} - {to}\"}}"),
        Some(days) => {
            let days: Vec<&str> = list(days).iter().map(text).collect();
            format!("{{days: [{}], at: \"{from}-{to}\"}}", days.join(", "))
        }
    }
}

fn lasting(day: Option<&str>, from: i64, seconds: i64) -> String {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let clock = |seconds: i64| {
        let at = Timestamp::from_second(seconds.rem_euclid(86_400)).expect("a time");
        at.strftime("%H:%M:%S").to_string()
    };
    let end = from + seconds;
    match day {
        None => format!("{{daily: \"{}-{}\"}}", clock(from), clock(end)),
        Some(day) => {
            let index = DAYS.iter().position(|known| *known == day).expect("a day");
            let last = DAYS[(index as i64 + end / 86_400) as usize % 7];
            format!(
                "{{span: \"{day} {} - {last} {}\"}}",
                clock(from),
                clock(end)
            )
        }
    }
}
