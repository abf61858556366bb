//! What a plain scalar means to a JSON Schema, by the core schema of YAML 1.2.
//!
//! Narrower in one place: a number with a leading zero stays text. It is a file mode, a postcode
//! or a phone number, and its author would not recognise the number.

use serde_json::{Number, Value};

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Numbers that JSON cannot hold stay text: infinities, and what is no number at all.
pub(super) fn to_json(text: &str) -> Value {
    if is_null(text) {
        return Value::Null;
    }
    match text {
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !is_decimal(unsigned) {
        return None;
    }
    let positive = text.strip_prefix('+').unwrap_or(text);
    if let Ok(integer) = positive.parse::<u64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = positive.parse::<i64>() {
        return Some(integer.into());
    }
    Number::from_f64(positive.parse().ok()?)
}

fn radix(digits: &str, radix: u32) -> Option<Number> {
    if digits.starts_with('+') {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().map(Number::from)
}

/// `12`, `1.5`, `1.`, `.5`, each perhaps with an exponent.
fn is_decimal(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_fine = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    let empty = whole.is_empty() && fraction.is_empty();
    !empty && !leading_zero && digits(whole) && digits(fraction) && exponent_is_fine
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_by_the_core_schema() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("True", json!(true)),
            ("12", json!(12)),
            ("-7", json!(-7)),
            ("+3", json!(3)),
            ("0", json!(0)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("1.50", json!(1.5)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            ("-1e3", json!(-1000.0)),
            ("18446744073709551615", json!(u64::MAX)),
            ("18446744073709551616", json!(1.844_674_407_370_955_2e19)),
        ] {
            assert_eq!(to_json(text), value, "{text}");
        }
    }

    #[test]
    fn everything_else_is_text() {
        for text in [
            "no",
            "yes",
            "On",
            "0755",
            "-01",
            "00.5",
            "12:30",
            "2026-01-05",
            "1_000",
            "1.2.3",
            ".",
            "+",
            "e3",
            "1e",
            "1e+",
            ".inf",
            "-.INF",
            ".nan",
            "1e999",
            "0x",
            "0xg",
            "0x+1",
            "0o8",
            "+-1",
            "nan",
            "inf",
            "infinity",
            "tRUE",
            " 1",
            "１",
        ] {
            assert_eq!(to_json(text), json!(text), "{text}");
        }
    }
}
