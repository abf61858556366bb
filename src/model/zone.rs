//! Names of time zones, and what was probably meant by a name that is none.

use jiff::tz::{self, TimeZone};

use super::native::SKELETON;
use super::schema::{Fault, FaultKind};
use crate::nearest::nearest;
use crate::parse::yaml::Node;
use crate::text::{Span, Spanned};

/// Abbreviations are as long. They are no slips of one another: the one closest to `PST` is `EST`.
const ABBREVIATION: usize = 4;

/// The zone that a value names; nothing if it is encrypted, empty or still to be filled in.
///
/// # Errors
///
/// The fault, at the value, where there is no such zone.
pub(super) fn read(
    node: Option<Node<'_, '_>>,
    pointer: String,
    schema: &'static str,
) -> Result<Option<Spanned<TimeZone>>, Box<Fault>> {
    let Some((name, span)) = node.and_then(|node| Some((node.as_str()?, node.span()))) else {
        return Ok(None);
    };
    if name.is_empty() || name.starts_with("ENC[") || name.contains(SKELETON) {
        return Ok(None);
    }
    match TimeZone::get(name) {
        Ok(zone) => Ok(Some(Spanned::new(zone, span))),
        Err(_) => Err(Box::new(unknown(name, span, pointer, schema))),
    }
}

fn unknown(name: &str, span: Span, pointer: String, schema: &'static str) -> Fault {
    let help = match meant(name) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write a name of the IANA database, such as `Europe/London` or `UTC`".to_owned(),
    };
    Fault {
        pointer,
        span,
        kind: FaultKind::Impossible {
            message: format!("there is no time zone `{name}`"),
            help: help.into(),
        },
        schema,
        correction: None,
    }
}

/// The zone of a city that is named alone, else the closest name.
fn meant(name: &str) -> Option<String> {
    let mut known: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
    known.sort_unstable();
    let city = name.replace(' ', "_");
    let is_of_city = |known: &&String| {
        let known = known.rsplit_once('/');
        known.is_some_and(|(_, last)| last.eq_ignore_ascii_case(&city))
    };
    if let Some(known) = known.iter().find(is_of_city) {
        return Some(known.clone());
    }
    if name.len() <= ABBREVIATION {
        return None;
    }
    nearest(name, known.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn slips_and_cities_are_understood() {
        for (name, zone) in [
            ("Europe/Londn", Some("Europe/London")),
            ("europe/amsterdm", Some("Europe/Amsterdam")),
            ("Berlin", Some("Europe/Berlin")),
            ("new york", Some("America/New_York")),
            ("PST", None),
            ("local time", None),
        ] {
            assert_eq!(meant(name).as_deref(), zone, "{name}");
        }
    }
}
