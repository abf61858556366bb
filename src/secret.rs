//! Credentials in plain text, told by their shape.
//!
//! Issuers give their tokens a beginning of their own, and some of them check digits; keys and
//! addresses of databases have a form. What has none of these counts only beside a name that says
//! what it is, and only if it looks as drawn by lot. Placeholders, variables and the examples of
//! handbooks are no secrets. One automaton goes over the text once; what it stops at is looked at
//! within bounds that no text can move.
//!
//! Rules report what is found here and reports hide it, so that both see the same.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is, with its article: "a GitHub token".
    pub kind: &'static str,
    /// Where to point: the secret itself, or the line that begins it.
    pub place: Range<usize>,
    /// What must never be shown, in bytes of the text.
    pub value: Range<usize>,
}

/// Longest value that is looked at, in bytes: no key or token is as long.
const LONGEST: usize = 8192;

/// Longest value beside a name, and longest address with a password, in bytes.
const LONGEST_NAMED: usize = 200;

/// How far apart the two halves of a pair stand, in bytes.
const NEAR: usize = 240;

/// What a credential begins with, or the word beside it.
#[derive(Clone, Copy, Debug)]
enum Mark {
    /// 30 letters and digits with a check sum of 6.
    Checked(&'static str),
    /// At least so many signs that look as drawn by lot.
    Prefixed(&'static str, usize),
    Aws,
    Sendgrid,
    Slack,
    Twilio,
    Jwt,
    Pem,
    Address,
    /// A name; nothing before it, or one of the words that make it telling.
    Name(&'static [&'static str]),
}

const MARKS: &[(&str, Mark)] = &[
    ("ghp_", Mark::Checked("a GitHub token")),
    ("gho_", Mark::Checked("a GitHub token")),
    ("ghu_", Mark::Checked("a GitHub token")),
    ("ghs_", Mark::Checked("a GitHub token")),
    ("ghr_", Mark::Checked("a GitHub token")),
    ("npm_", Mark::Checked("an npm token")),
    ("github_pat_", Mark::Prefixed("a GitHub token", 82)),
    ("glpat-", Mark::Prefixed("a GitLab token", 20)),
    ("sk_live_", Mark::Prefixed("a Stripe key", 24)),
    ("rk_live_", Mark::Prefixed("a Stripe key", 24)),
    ("AIza", Mark::Prefixed("a Google key", 35)),
    ("SG.", Mark::Sendgrid),
    ("AKIA", Mark::Aws),
    ("ASIA", Mark::Aws),
    ("xox", Mark::Slack),
    ("AC", Mark::Twilio),
    ("eyJ", Mark::Jwt),
    ("-----BEGIN ", Mark::Pem),
    ("://", Mark::Address),
    ("password", Mark::Name(&[])),
    ("passwd", Mark::Name(&[])),
    ("passphrase", Mark::Name(&[])),
    ("secret", Mark::Name(&[])),
    ("token", Mark::Name(&[])),
    (
        "key",
        Mark::Name(&[
            "api",
            "access",
            "secret",
            "private",
            "signing",
            "encryption",
            "auth",
        ]),
    ),
];

static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = MARKS.iter().map(|(word, _)| word);
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words);
    automaton.expect("a few short words")
});

/// Every credential in a text, in order; none overlaps another.
pub fn find(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    let mut from = 0;
    // No word holds another, so whatever overlaps the first that ends begins behind its start.
    while let Some(hit) = AUTOMATON.find(Input::new(text).range(from..)) {
        from = hit.start() + 1;
        let (word, mark) = MARKS[hit.pattern().as_usize()];
        let is_name = matches!(mark, Mark::Name(_));
        if is_name || text.get(hit.range()) == Some(word) {
            found.extend(read(text, hit.range(), mark));
        }
    }
    // What an issuer's mark tells comes before what only a name does.
    found.sort_by_key(|secret| (secret.value.start, secret.kind == NAMED));
    let mut end = 0;
    found.retain(|secret| {
        let is_first = secret.value.start >= end;
        end = end.max(secret.value.end);
        is_first
    });
    found
}

/// Runs of letters and digits that are long and drawn by lot, as the lines of a key are; sums to
/// the base 16 are not.
pub fn drawn_runs(text: &str) -> Vec<Range<usize>> {
    const SHORTEST: usize = 40;
    let bytes = text.as_bytes();
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let end = run_end(bytes, at, belongs);
        if end - at >= SHORTEST && is_drawn(&text[at..end]) {
            found.push(at..end);
        }
        at = end.max(at + 1);
    }
    found
}

const NAMED: &str = "a password, key or token";

fn read(text: &str, mark: Range<usize>, kind: Mark) -> Option<Secret> {
    match kind {
        Mark::Checked(kind) => {
            let value = whole(text, &mark, is_word)?;
            let body = &text[mark.end..value.end];
            let secret = simple(kind, value);
            (body.len() == 36 && has_check_sum(body)).then_some(secret)
        }
        Mark::Prefixed(kind, least) => {
            let value = whole(text, &mark, |byte| is_word(byte) || byte == b'-')?;
            let body = &text[mark.end..value.end];
            let is_one = body.len() >= least && is_drawn(body) && !is_open(body);
            is_one.then(|| simple(kind, value))
        }
        Mark::Sendgrid => {
            let value = whole(text, &mark, |byte| is_word(byte) || b"-.".contains(&byte))?;
            let (first, second) = text[mark.end..value.end].split_once('.')?;
            let is_one = first.len() == 22 && second.len() == 43 && is_drawn(second);
            is_one.then(|| simple("a SendGrid key", value))
        }
        Mark::Slack => {
            let value = whole(text, &mark, |byte| is_word(byte) || byte == b'-')?;
            let body = &text[mark.end..value.end];
            let last = body.rsplit('-').next()?;
            let is_one = body.get(1..2) == Some("-") && body.matches('-').count() > 1;
            let is_one = is_one && last.len() >= 20 && is_drawn(last) && !is_open(body);
            is_one.then(|| simple("a Slack token", value))
        }
        Mark::Aws => {
            let id = whole(text, &mark, is_word)?;
            let is_id = id.len() == 20 && !is_open(&text[id.clone()]);
            let is_key = |word: &str| word.len() == 40 && is_drawn(word);
            let value = beside(text, id, is_key).filter(|_| is_id)?;
            Some(simple("an AWS secret key", value))
        }
        Mark::Twilio => {
            let id = whole(text, &mark, is_word)?;
            let is_id = id.len() == 34 && is_hexadecimal(&text[mark.end..id.end]);
            let is_token = |word: &str| word.len() == 32 && is_hexadecimal(word);
            let value = beside(text, id, is_token).filter(|_| is_id)?;
            Some(simple("a Twilio token", value))
        }
        Mark::Jwt => json_web_token(text, &mark),
        Mark::Pem => private_key(text, &mark),
        Mark::Address => password_in_address(text, &mark),
        Mark::Name(before) => named(text, &mark, before),
    }
}

fn simple(kind: &'static str, value: Range<usize>) -> Secret {
    Secret {
        kind,
        place: value.clone(),
        value,
    }
}

/// The mark with the signs behind it; nothing if it stands within a longer word.
fn whole(text: &str, mark: &Range<usize>, belongs: fn(u8) -> bool) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = mark.start.checked_sub(1).map(|at| bytes[at]);
    let is_start = !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_start.then(|| mark.start..run_end(bytes, mark.end, belongs))
}

fn run_end(bytes: &[u8], start: usize, belongs: impl Fn(u8) -> bool) -> usize {
    run_within(bytes, start, LONGEST, belongs)
}

fn run_within(bytes: &[u8], start: usize, most: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let rest = bytes[start..].iter().take(most);
    start + rest.take_while(|byte| belongs(**byte)).count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The other half of a pair, on this line or one close to it.
fn beside(text: &str, id: Range<usize>, fits: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || b"/+".contains(&byte);
    let end = (id.end + NEAR).min(bytes.len());
    let mut at = id.start.saturating_sub(NEAR);
    while at < end {
        let run = run_end(bytes, at, belongs);
        let is_other = run <= id.start || at >= id.end;
        if run > at && is_other && text.get(at..run).is_some_and(&fits) {
            return Some(at..run);
        }
        at = run + 1;
    }
    None
}

/// The last 6 signs are the CRC-32 of those before them, to the base 62: so GitHub and npm make
/// their tokens, <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>.
fn has_check_sum(body: &str) -> bool {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let (random, sum) = body.split_at(body.len() - 6);
    let mut left = u64::from(crc32(random.as_bytes()));
    sum.bytes().rev().all(|digit| {
        let expected = DIGITS[usize::try_from(left % 62).unwrap_or_default()];
        left /= 62;
        digit == expected
    })
}

/// The check sum of IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

fn json_web_token(text: &str, mark: &Range<usize>) -> Option<Secret> {
    /// The signature of the token that every handbook shows.
    const EXAMPLE: &str = "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
    let value = whole(text, mark, |byte| is_word(byte) || b"-.".contains(&byte))?;
    let mut parts = text[value.clone()].trim_end_matches('.').split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let header = base64(header)?;
    let is_header = header.starts_with(b"{") && header.windows(5).any(|word| word == b"\"alg\"");
    let is_one = is_header && claims.starts_with("eyJ") && signature.len() >= 20;
    (is_one && signature != EXAMPLE).then(|| simple("a JSON web token", value))
}

/// The bytes that base64 stands for, in the alphabet for addresses.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

/// The header is pointed at; the lines behind it are the key.
fn private_key(text: &str, mark: &Range<usize>) -> Option<Secret> {
    const LONGEST_HEADER: usize = 60;
    let rest = &text.as_bytes()[mark.end..];
    let length = rest
        .iter()
        .take(LONGEST_HEADER)
        .position(|byte| b"\n\\\"".contains(byte));
    let line = text.get(mark.end..mark.end + length.unwrap_or(rest.len().min(LONGEST_HEADER)))?;
    let header = line.trim_end().strip_suffix("PRIVATE KEY-----")?;
    if !header
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b' ')
    {
        return None;
    }
    let start = mark.end + line.trim_end().len();
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\\\r\n \t:,".contains(&byte);
    let end = run_end(text.as_bytes(), start, belongs);
    let mut lines = text[start..end].split(['\n', '\\', ' ']);
    let is_key = lines.any(|line| line.len() >= 40 && is_drawn(line.trim()) && !is_open(line));
    is_key.then_some(Secret {
        kind: "a private key",
        place: mark.start..start,
        value: start..end,
    })
}

fn password_in_address(text: &str, mark: &Range<usize>) -> Option<Secret> {
    const SCHEMES: &[&str] = &[
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongodb",
        "mongodb+srv",
        "redis",
        "rediss",
        "amqp",
        "amqps",
        "sqlserver",
        "clickhouse",
    ];
    let bytes = text.as_bytes();
    let before = bytes[..mark.start].iter().rev().take(16);
    let is_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'+';
    let scheme = &text[mark.start - before.take_while(is_scheme).count()..mark.start];
    if !SCHEMES.contains(&scheme) {
        return None;
    }
    let is_part = |byte: u8| byte.is_ascii_graphic() && !b"/'\"`<>()[]".contains(&byte);
    let end = run_within(bytes, mark.end, LONGEST_NAMED, is_part);
    let (user, host) = text[mark.end..end].rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let is_here = ["localhost", "127.0.0.1"]
        .iter()
        .any(|own| host.starts_with(own));
    let is_own_name = password.eq_ignore_ascii_case(name);
    let is_long = password.len() >= 8 && classes(password) > 1;
    let is_one = is_long && !is_open(password) && !is_here && !is_own_name;
    let start = mark.end + name.len() + 1;
    is_one.then(|| simple("the password of a database", start..start + password.len()))
}

fn named(text: &str, mark: &Range<usize>, before: &[&str]) -> Option<Secret> {
    let bytes = text.as_bytes();
    let lead = text.get(mark.start.saturating_sub(12)..mark.start);
    let lead = lead.unwrap_or_default().to_ascii_lowercase();
    let lead = lead.trim_end_matches(['_', '-', ' ', '.']);
    if !before.is_empty() && !before.iter().any(|word| lead.ends_with(word)) {
        return None;
    }
    // `password`: "…, **token** = …, key=…
    let is_between = |byte: u8| b" \t\"'`*".contains(&byte);
    let sign = run_end(bytes, mark.end, is_between);
    if sign - mark.end > 4 || !bytes.get(sign).is_some_and(|byte| b":=".contains(byte)) {
        return None;
    }
    let start = run_end(bytes, sign + 1, is_between);
    let is_value = |byte: u8| byte.is_ascii_graphic() && !b"\"'`,;".contains(&byte);
    let end = run_within(bytes, start, LONGEST_NAMED + 1, is_value);
    let value = &text[start..end];
    let is_one = start - sign < 8 && value.len() <= LONGEST_NAMED && is_secret_value(value);
    is_one.then(|| simple(NAMED, start..end))
}

/// Whether a value beside a telling name is one: long and drawn, short and of all classes, or a
/// long number to the base 16.
fn is_secret_value(value: &str) -> bool {
    const NEITHER: &[&str] = &["://", "(", ")", "[", "sha256", "arn:", "vault:", "::"];
    let is_path = value.starts_with(['/', '.', '~', '!', '-']) || value.contains(".yaml");
    if is_open(value) || is_path || NEITHER.iter().any(|sign| value.contains(sign)) {
        return false;
    }
    match value.len() {
        0..10 => false,
        10..16 => classes(value) == 4 && changes(value) * 5 >= value.len() * 2,
        _ => is_drawn(value) || (value.len() >= 32 && is_hexadecimal(value)),
    }
}

/// Whether a text looks as drawn by lot: letters of both cases and digits change places all the
/// time, which they do not in names and words.
fn is_drawn(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.bytes().filter(is).count() > 1;
    let is_mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    is_mixed && changes(text) * 5 >= text.len() * 2
}

fn is_hexadecimal(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.bytes().all(is_digit) && digits > 2 && digits + 2 < text.len()
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 4,
        _ => 8,
    }
}

/// How often a sign is of another class than the one before it.
fn changes(text: &str) -> usize {
    let pairs = text.as_bytes().windows(2);
    pairs
        .filter(|pair| class(pair[0]) != class(pair[1]))
        .count()
}

fn classes(text: &str) -> u32 {
    let all = text.bytes().fold(0, |all, byte| all | class(byte));
    all.count_ones()
}

/// Whether a value is left open, or made to be read: placeholders, variables, examples.
fn is_open(value: &str) -> bool {
    const SIGNS: &[&str] = &[
        "<", ">", "$", "{", "}", "%", "*", "...", "…", "•", "ENC[", "__",
    ];
    const WORDS: &[&str] = &[
        "example",
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "your",
        "dummy",
        "fake",
        "sample",
        "redacted",
        "secret",
        "password",
        "passwd",
        "foobar",
        "xxx",
        "1234567",
        "abcdef",
        "aaaa",
        "0000",
        "test",
        "todo",
        "fill-in",
        "hidden",
        "removed",
    ];
    let lower = value.to_ascii_lowercase();
    SIGNS.iter().any(|sign| value.contains(sign)) || WORDS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<&'static str> {
        find(text).into_iter().map(|secret| secret.kind).collect()
    }

    #[test]
    fn check_sums_are_those_of_the_issuers() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert!(has_check_sum("Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y3gm1IL"));
        assert!(!has_check_sum("Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y3gm1IM"));
    }

    #[test]
    fn what_looks_drawn_and_what_does_not() {
        for text in [
            "yHUig43kiJfahqSIjOugM1yT",
            "CN6Zj4a3dDVhYRnKTbxTNJFoBinF5aJXVuLkSIc4",
        ] {
            assert!(is_drawn(text), "{text}");
        }
        for text in [
            "getSecretValueFromVault12",
            "production-database-01",
            "MAX_RETRIES_2",
        ] {
            assert!(!is_drawn(text), "{text}");
        }
    }

    #[test]
    fn tokens_by_their_shape() {
        let drawn = "yHUig43kiJfahqSIjOugM1yTyHUig43kiJf";
        let google = format!("AIza{drawn}");
        let stripe = format!("sk_live_{drawn}");
        let gitlab = format!("glpat-{}", &drawn[..20]);
        let slack = format!("xoxb-{}-{}-{}", "7204815936", "5930472816", &drawn[..24]);
        assert_eq!(kinds(&google), ["a Google key"]);
        assert_eq!(kinds(&stripe), ["a Stripe key"]);
        assert_eq!(kinds(&gitlab), ["a GitLab token"]);
        assert_eq!(kinds(&slack), ["a Slack token"]);
        assert_eq!(kinds(&stripe.replace("live", "test")), [""; 0]);
    }

    #[test]
    fn no_text_takes_quadratic_time() {
        for mark in [
            "eyJ",
            "token=",
            "AKIA ",
            "-----BEGIN PRIVATE KEY-----",
            "redis://a:",
            "ghp_",
        ] {
            assert_eq!(
                find(&mark.repeat(1_000_000 / mark.len())).len(),
                0,
                "{mark}"
            );
        }
    }
}
