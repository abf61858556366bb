//! Credentials in plain text, told by their shape.
//!
//! Issuers give their tokens a beginning of their own, and some of them check digits; keys and
//! addresses of databases have a form. What has none of these counts only beside a name that says
//! what it is, and only if it looks as drawn by lot. Placeholders, variables and the examples of
//! handbooks are no secrets. One automaton goes over the text once; what it stops at is looked at
//! within bounds that no text can move.
//!
//! Rules report what is found here and reports hide it, so that both see the same.

mod table;
mod value;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

pub use table::cells;

use value::{classes, is_chosen, is_drawn, is_hexadecimal, is_open, is_secret, is_worded};

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

/// Longest token that is looked at, in bytes: those of issuers have some 200 at most, and a text may
/// begin one every few bytes.
const LONGEST_TOKEN: usize = 512;

/// Longest value beside a name, and longest address with a password, in bytes.
const LONGEST_NAMED: usize = 200;

/// Most bytes between a name and its value, as in the padded cells of a table.
const BETWEEN: usize = 40;

/// How far before a place its line is looked at, in bytes.
const BEFORE: usize = 100;

/// How far apart the two halves of a pair stand, in bytes.
const NEAR: usize = 240;

/// What a credential begins with, or the word beside it.
#[derive(Clone, Copy, Debug)]
enum Mark {
    /// 30 letters and digits with a check sum of 6.
    Checked(&'static str),
    /// At least so many signs that look as drawn by lot.
    Prefixed(&'static str, usize),
    /// So many digits to the base 16.
    Hexadecimal(&'static str, usize),
    Aws,
    Sendgrid,
    Slack,
    SlackHook,
    Twilio,
    Model,
    Jwt,
    Pem,
    Address,
    /// A header, or the word in one, that goes before a token.
    Header,
    /// A flag behind which a user and a password stand.
    Login,
    /// A command that takes a token.
    LogIn,
    /// A flag that is of a password behind one of these programs.
    Flag(&'static [&'static str]),
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
    ("hvs.", Mark::Prefixed("a Vault token", 24)),
    ("hvb.", Mark::Prefixed("a Vault token", 24)),
    ("dop_v1_", Mark::Hexadecimal("a DigitalOcean token", 64)),
    ("doo_v1_", Mark::Hexadecimal("a DigitalOcean token", 64)),
    ("sk-", Mark::Model),
    ("sk_live_", Mark::Prefixed("a Stripe key", 24)),
    ("rk_live_", Mark::Prefixed("a Stripe key", 24)),
    ("AIza", Mark::Prefixed("a Google key", 35)),
    ("SG.", Mark::Sendgrid),
    ("AKIA", Mark::Aws),
    ("ASIA", Mark::Aws),
    ("xox", Mark::Slack),
    ("/services/T", Mark::SlackHook),
    ("AC", Mark::Twilio),
    ("eyJ", Mark::Jwt),
    ("-----BEGIN ", Mark::Pem),
    ("://", Mark::Address),
    ("authorization", Mark::Header),
    ("bearer", Mark::Header),
    (" -u", Mark::Login),
    (" --user", Mark::Login),
    ("vault login", Mark::LogIn),
    (
        " -p",
        Mark::Flag(&["mysql", "mariadb", "mongo", "sshpass", "login"]),
    ),
    (" -a", Mark::Flag(&["redis-cli", "valkey-cli"])),
    ("pass", Mark::Name(&[])),
    ("pwd", Mark::Name(&[])),
    ("kennwort", Mark::Name(&[])),
    ("contrase", Mark::Name(&[])),
    ("senha", Mark::Name(&[])),
    ("пароль", Mark::Name(&[])),
    ("パスワード", Mark::Name(&[])),
    ("密码", Mark::Name(&[])),
    ("secret", Mark::Name(&[])),
    ("token", Mark::Name(&[])),
    (
        "key",
        Mark::Name(&[
            "api",
            "access",
            "account",
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
        let is_of_any_case = matches!(mark, Mark::Name(_) | Mark::Header);
        if is_of_any_case || text.get(hit.range()) == Some(word) {
            found.extend(read(text, hit.range(), mark));
        }
    }
    found.extend(table::in_columns(text).map(|value| simple(NAMED, value)));
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
        Mark::Hexadecimal(kind, length) => {
            let value = whole(text, &mark, is_word)?;
            let body = &text[mark.end..value.end];
            let is_one = body.len() == length && is_hexadecimal(body) && !is_open(body);
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
        Mark::SlackHook => slack_hook(text, &mark),
        Mark::Model => key_of_a_model(text, &mark),
        Mark::Jwt => json_web_token(text, &mark),
        Mark::Pem => private_key(text, &mark),
        Mark::Address => password_in_address(text, &mark),
        Mark::Header => in_header(text, &mark),
        Mark::Login => behind_login(text, &mark),
        Mark::LogIn => behind_command(text, &mark),
        Mark::Flag(programs) => behind_flag(text, &mark, programs),
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
    is_start.then(|| mark.start..run_within(bytes, mark.end, LONGEST_TOKEN, belongs))
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

/// The bytes that base64 stands for, in either alphabet.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
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
    const DATABASES: &[&str] = &[
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
    let is_part = |byte: u8| byte.is_ascii_graphic() && !b"/'\"`<>()[]".contains(&byte);
    let end = run_within(bytes, mark.end, LONGEST_NAMED, is_part);
    let (user, host) = text[mark.end..end].rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let is_here = ["localhost", "127.0.0.1"]
        .iter()
        .any(|own| host.starts_with(own));
    let is_own_name = password.eq_ignore_ascii_case(name);
    let (kind, is_one) = match DATABASES.contains(&scheme) {
        true => {
            let is_long = password.len() >= 8 && classes(password) > 1;
            ("the password of a database", is_long && !is_open(password))
        }
        false => ("a password in an address", is_secret(password)),
    };
    let start = mark.end + name.len() + 1;
    let is_one = is_one && !is_here && !is_own_name;
    is_one.then(|| simple(kind, start..start + password.len()))
}

fn slack_hook(text: &str, mark: &Range<usize>) -> Option<Secret> {
    if !text[..mark.start].ends_with("hooks.slack.com") {
        return None;
    }
    let start = mark.end - 1;
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/';
    let value = start..run_within(text.as_bytes(), start, LONGEST_NAMED, belongs);
    let mut parts = text[value.clone()].split('/').skip(2);
    let last = parts.next()?;
    let is_one = last.len() >= 20 && is_drawn(last) && !is_open(last);
    is_one.then(|| simple("a Slack webhook", value))
}

/// Keys of the makers of language models: `sk-proj-…`, `sk-ant-…`, and older ones with no word.
fn key_of_a_model(text: &str, mark: &Range<usize>) -> Option<Secret> {
    const WORDS: &[(&str, &str)] = &[
        ("ant-", "an Anthropic key"),
        ("proj-", "an OpenAI key"),
        ("svcacct-", "an OpenAI key"),
        ("admin-", "an OpenAI key"),
        ("", "an OpenAI key"),
    ];
    // Words such as `task-` and `risk-`, and chains of them.
    if text[..mark.start].ends_with(|c: char| c.is_alphanumeric() || "-_".contains(c)) {
        return None;
    }
    let belongs = |byte: u8| is_word(byte) || byte == b'-';
    let value = mark.start..run_within(text.as_bytes(), mark.end, LONGEST_NAMED, belongs);
    let body = &text[mark.end..value.end];
    let mut kinds = WORDS.iter();
    let (word, kind) = kinds.find(|(word, _)| body.starts_with(word))?;
    let drawn = &body[word.len()..];
    let is_bare = word.is_empty();
    let is_long = drawn.len() >= if is_bare { 48 } else { 24 };
    let is_one = is_long && is_drawn(drawn) && !is_open(drawn);
    (is_one && !(is_bare && drawn.contains(['-', '_']))).then(|| simple(kind, value))
}

/// `Authorization: Bearer …`, or the scheme alone, as `--header "Bearer …"` has it.
fn in_header(text: &str, mark: &Range<usize>) -> Option<Secret> {
    const SCHEMES: &[&str] = &["bearer", "token", "basic", "apikey"];
    let bytes = text.as_bytes();
    let is_between = |byte: u8| b" \t\"'`:=".contains(&byte);
    let mut start = run_within(bytes, mark.end, BETWEEN, is_between);
    let word = start..run_within(bytes, start, BETWEEN, |byte| byte.is_ascii_alphabetic());
    let scheme = text[word.clone()].to_ascii_lowercase();
    if SCHEMES.contains(&scheme.as_str()) {
        start = run_within(bytes, word.end, BETWEEN, is_between);
    }
    let value = value_at(text, start)?;
    let written = &text[value.clone()];
    let is_one = match scheme.as_str() {
        "basic" => is_login(&String::from_utf8(base64(written.trim_end_matches('='))?).ok()?),
        _ => is_secret(written),
    };
    (start > mark.end && is_one).then(|| simple(NAMED, value))
}

/// `-u name:password`, as curl takes it.
fn behind_login(text: &str, mark: &Range<usize>) -> Option<Secret> {
    let is_between = |byte: u8| b" =\"'".contains(&byte);
    let start = run_within(text.as_bytes(), mark.end, 3, is_between);
    let login = value_at(text, start)?;
    let (name, password) = text[login.clone()].split_once(':')?;
    let line = before_in_line(text, mark.start);
    let is_of_web = ["curl", "wget", "http"].iter().any(|p| line.contains(p));
    let is_worded = is_of_web && is_worded(password) && !is_of_here(text, mark.start);
    let is_one = is_login(&text[login.clone()]) || (is_worded && !password.contains(name));
    is_one.then(|| simple(NAMED, start + name.len() + 1..login.end))
}

/// `vault login <token>`.
fn behind_command(text: &str, mark: &Range<usize>) -> Option<Secret> {
    let mut start = mark.end;
    // Past up to two flags.
    for _ in 0..3 {
        start = run_within(text.as_bytes(), start, 3, |byte| b" \"'".contains(&byte));
        let value = value_at(text, start)?;
        if !text[value.clone()].starts_with('-') {
            return is_secret(&text[value.clone()]).then(|| simple(NAMED, value));
        }
        start = value.end;
    }
    None
}

/// Whether a line speaks of the computer that one sits at, where passwords are examples.
fn is_of_here(text: &str, at: usize) -> bool {
    let end = run_within(text.as_bytes(), at, LONGEST_NAMED, |byte| byte != b'\n');
    let end = (at..=end).rev().find(|end| text.is_char_boundary(*end));
    let behind = end.map_or("", |end| &text[at..end]);
    let before = before_in_line(text, at);
    let names = |line: &str| line.contains("localhost") || line.contains("127.0.0.1");
    names(before) || names(behind)
}

fn is_login(text: &str) -> bool {
    let login = text.split_once(':');
    login.is_some_and(|(name, password)| name != password && is_secret(password))
}

fn behind_flag(text: &str, mark: &Range<usize>, programs: &[&str]) -> Option<Secret> {
    let line = before_in_line(text, mark.start);
    if !programs.iter().any(|program| line.contains(program)) {
        return None;
    }
    let start = run_within(text.as_bytes(), mark.end, 3, |byte| {
        b" =\"'".contains(&byte)
    });
    let value = value_at(text, start)?;
    is_secret(&text[value.clone()]).then(|| simple(NAMED, value))
}

/// What stands before a place in its line, as far as is looked.
fn before_in_line(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let before = bytes[..at].iter().rev().take(BEFORE);
    let start = at - before.take_while(|byte| !b"\r\n".contains(byte)).count();
    // Within a letter of several bytes nothing is cut.
    let start = (start..at).find(|start| text.is_char_boundary(*start));
    start.map_or("", |start| &text[start..at])
}

/// The word of a value that begins here, without what ends a sentence or emphasis.
fn value_at(text: &str, start: usize) -> Option<Range<usize>> {
    let is_value = |byte: u8| byte.is_ascii_graphic() && !b"\"'`,;|".contains(&byte);
    let end = run_within(text.as_bytes(), start, LONGEST_NAMED + 1, is_value);
    let value = text.get(start..end)?;
    let length = value.trim_end_matches(['.', '*', '!', '?']).len();
    (value.len() <= LONGEST_NAMED).then_some(start..start + length)
}

fn named(text: &str, mark: &Range<usize>, before: &[&str]) -> Option<Secret> {
    let line = before_in_line(text, mark.start);
    let lead = line.get(line.len().saturating_sub(12)..);
    let lead = lead.unwrap_or_default().to_ascii_lowercase();
    let lead = lead.trim_end_matches(['_', '-', ' ', '.']);
    if !before.is_empty() && !before.iter().any(|word| lead.ends_with(word)) {
        return None;
    }
    let word = line.rsplit([' ', '\t', '"', '\'', '`', '(']).next()?;
    // It names where a secret is kept.
    if word.contains("arn:") {
        return None;
    }
    let end = name_end(text, mark.end);
    let start = match word.starts_with("--") && text[end..].starts_with(' ') {
        true => run_within(text.as_bytes(), end, 3, |byte| b" \"'".contains(&byte)),
        false => behind_sign(text, end).or_else(|| behind_is(text, end))?,
    };
    // "see 1Password" and `$PASSWORD` are values themselves, and name no cell beside them.
    let is_value = word.contains(['$', '<', '{']) || word.ends_with(|c: char| c.is_ascii_digit());
    if is_value && text[end..start].contains('|') {
        return None;
    }
    let value = value_at(text, start)?;
    let written = &text[value.clone()];
    // `PGPASSWORD=…`: nothing else stands behind it, so that words with digits are enough.
    let is_variable = start == end + 1 && text.get(mark.clone()) == Some("PASS");
    let is_set = is_variable && is_worded(written) && !is_of_here(text, mark.start);
    if is_secret(written) || is_set {
        return Some(simple(NAMED, value));
    }
    // What ends a sentence may belong to a password too.
    let end = run_within(text.as_bytes(), value.end, 2, |byte| b"!?".contains(&byte));
    let value = value.start..end;
    (is_chosen(&text[value.clone()]) && is_last(text, end)).then(|| simple(NAMED, value))
}

/// Whether nothing more than marks of emphasis stands behind a value in its line or cell.
fn is_last(text: &str, end: usize) -> bool {
    let is_mark = |byte: u8| b" \t\"'`*.!".contains(&byte);
    let end = run_within(text.as_bytes(), end, BETWEEN, is_mark);
    matches!(text.as_bytes().get(end), None | Some(b'\n' | b'\r' | b'|'))
}

/// Where a name ends of which the mark is the beginning: `password`, `SECRET_KEY_BASE`.
fn name_end(text: &str, end: usize) -> usize {
    const TAILS: &[&str] = &["word", "wort", "wd", "phrase", "_base", "ña", "na", "e"];
    let has = |tail: &&&str| {
        let rest = text.as_bytes().get(end..end + tail.len());
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(tail.as_bytes()))
    };
    end + TAILS.iter().find(has).map_or(0, |tail| tail.len())
}

/// Where the value begins in `password`: "…, **token** = …, key=…, or in the next cell of a row.
fn behind_sign(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_between = |byte: u8| b" \t\"'`*".contains(&byte);
    let sign = run_within(bytes, end, BETWEEN, is_between);
    let most = match bytes.get(sign)? {
        b':' | b'=' if sign - end <= 4 => 7,
        b'|' => BETWEEN,
        _ => return None,
    };
    let start = run_within(bytes, sign + 1, most, is_between);
    (start - sign <= most).then_some(start)
}

/// Where it begins in "the password of the database is …".
fn behind_is(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_said = |byte: u8| byte.is_ascii_alphanumeric() || b" -`*'_".contains(&byte);
    let said = text.get(end..run_within(bytes, end, BEFORE, is_said))?;
    let at = said
        .find(" is ")
        .filter(|_| said.starts_with([' ', '`', '*']))?;
    let start = end + at + " is ".len();
    let rest = text[start..]
        .strip_prefix("now ")
        .map_or(start, |_| start + "now ".len());
    Some(run_within(bytes, rest, 4, |byte| b" \"'`*".contains(&byte)))
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
    fn tokens_of_further_issuers() {
        let drawn = "yHUig43kiJfahqSIjOugM1yTq8Zw2Lk0PdVn5RxB7cEs3GtU";
        let sum = "9fceb02d0ae598e95dc970b74767f193".repeat(2);
        let hook = format!("T{}/B{}/{}", "7204815936", "5930472816", &drawn[..24]);
        for (text, kind) in [
            (format!("hvs.{drawn}"), "a Vault token"),
            (format!("dop_v1_{sum}"), "a DigitalOcean token"),
            (format!("sk-{drawn}"), "an OpenAI key"),
            (format!("sk-proj-{drawn}"), "an OpenAI key"),
            (format!("sk-ant-api03-{drawn}"), "an Anthropic key"),
            (
                format!("https://hooks.slack.com/services/{hook}"),
                "a Slack webhook",
            ),
            (
                format!("AccountName=acme;AccountKey={drawn}{}==;", &drawn[..38]),
                NAMED,
            ),
            (format!("SECRET_KEY_BASE={sum}"), NAMED),
        ] {
            assert_eq!(kinds(&text), [kind], "{text}");
        }
        for text in [
            "the disk-full-alert-of-2026-11-23-A1b2C3d4E5f6",
            "hvs.<token>",
            "https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "sk-ant-api03-your-key-goes-here-A1b2C3d4E5f6",
            "AccountKey=$AZURE_KEY==",
        ] {
            assert_eq!(kinds(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn values_where_only_a_secret_stands() {
        for (text, value) in [
            (
                "curl -H 'Authorization: Bearer yHUig43kiJfahqSIjOugM1yTq8Zw2Lk0PdVn'",
                "yHUig43kiJfahqSIjOugM1yTq8Zw2Lk0PdVn",
            ),
            (
                "curl -H \"authorization: bearer 4k2h9x7w3m5q8v6b1n0t4r2y\" x",
                "4k2h9x7w3m5q8v6b1n0t4r2y",
            ),
            (
                "Authorization: Basic ZGVwbG95OktxMkxtWng3V3YzUg==",
                "ZGVwbG95OktxMkxtWng3V3YzUg==",
            ),
            (
                "curl -u deploy:yHUig43kiJfahqSI https://x",
                "yHUig43kiJfahqSI",
            ),
            ("curl --user 'deploy:yHUig43kiJfahqSI'", "yHUig43kiJfahqSI"),
            (
                "https://deploy:yHUig43kiJfahqSI@api.acme.example/v1",
                "yHUig43kiJfahqSI",
            ),
            ("mysql -u root -pyHUig43kiJfahqSI shop", "yHUig43kiJfahqSI"),
            ("sshpass -p 'Kq2LmZx7Wv3R' ssh web1", "Kq2LmZx7Wv3R"),
            (
                "redis-cli -h cache -a yHUig43kiJfahqSI info",
                "yHUig43kiJfahqSI",
            ),
            ("PGPASSWORD=Kq2LmZx7Wv3R psql", "Kq2LmZx7Wv3R"),
            ("MYSQL_PWD=Kq2LmZx7Wv3R mysql", "Kq2LmZx7Wv3R"),
            ("docker login --password Kq2LmZx7Wv3R", "Kq2LmZx7Wv3R"),
            ("The password is Kq2LmZx7Wv3R.", "Kq2LmZx7Wv3R"),
            (
                "The root password of the database is now `Kq2LmZx7Wv3R`.",
                "Kq2LmZx7Wv3R",
            ),
            ("| Password | `Kq2LmZx7Wv3R` |", "Kq2LmZx7Wv3R"),
            ("| Password        |Kq2LmZx7Wv3R|", "Kq2LmZx7Wv3R"),
            ("**Password:** **Kq2LmZx7Wv3R**", "Kq2LmZx7Wv3R"),
            ("Passwort: Kq2LmZx7Wv3R", "Kq2LmZx7Wv3R"),
            ("Contraseña: `Kq2LmZx7Wv3R`", "Kq2LmZx7Wv3R"),
            ("Mot de passe : Kq2LmZx7Wv3R", "Kq2LmZx7Wv3R"),
            ("Kennwort: Herbst2025!", "Herbst2025!"),
            ("| Senha | Kq2LmZx7Wv3R |", "Kq2LmZx7Wv3R"),
            (
                "vault login s.yHUig43kiJfahqSIjOugM1yT",
                "s.yHUig43kiJfahqSIjOugM1yT",
            ),
            (
                "vault login -no-print s.yHUig43kiJfahqSIjOugM1yT",
                "s.yHUig43kiJfahqSIjOugM1yT",
            ),
            ("export PGPASSWORD=kastanie2047", "kastanie2047"),
            ("curl -u deploy:kastanie2047 https://x", "kastanie2047"),
            (
                "| Host | Password |\n|---|---|\n| db1 | `Kq2LmZx7Wv3R` |\n",
                "Kq2LmZx7Wv3R",
            ),
            (
                "User | Passwort | Since\n--- | :---: | ---\nada | Herbst2025! | May\n",
                "Herbst2025!",
            ),
        ] {
            let found = find(text);
            let values = found.iter().map(|secret| &text[secret.value.clone()]);
            assert_eq!(values.collect::<Vec<_>>(), [value], "{text}");
        }
    }

    #[test]
    fn references_and_what_is_left_open() {
        for text in [
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod-db-AbC123",
            "secret: prod-db-AbC123",
            "`vault kv get secret/data/app-Prod-Db1`",
            "token: secret/data/shop/Prod2",
            "secret: shop-db-credentials-5f7b9c8d4",
            "secretName: shop-tls-v2-Ab12",
            "the password is in 1Password",
            "The secret is stored in `prod/db/AbC123`.",
            "the token is rotated by RotateTokensV2Job",
            "| Password | see 1Password |",
            "| Token | Kind |",
            "curl -u deploy:$PASSWORD https://x",
            "curl -u \"$USER:$PASS\" https://x",
            "curl -u deploy: https://x",
            "docker run -u 1000:1000 -p 8080:80 shop",
            "mysql -u root -p shop",
            "mysql -u root -p\"$MYSQL_PWD\" shop",
            "ssh -p 2222 web1 && mkdir -p Kq2LmZx7Wv3R",
            "redis-cli -a \"$REDIS_PASSWORD\" info",
            "sshpass -p <password> ssh web1",
            "Authorization: Bearer $TOKEN",
            "Authorization: Bearer <token>",
            "Authorization: Basic authentication",
            "https://user:password@api.acme.example",
            "https://deploy:${TOKEN}@api.acme.example",
            "https://acme.example:8443/a@b",
            "pwd: /home/Deploy1/App2",
            "password: CorrectHorseBatteryStaple",
            "Passwort: im Tresor",
            "Contraseña: <contraseña>",
            "Mot de passe : voir 1Password",
            "vault login -method=oidc",
            "vault login $VAULT_TOKEN",
            "vault login s.your-token-goes-here-A1b2C3",
            "export PGPASSWORD=changeme2024",
            "PGPASSWORD=kastanie2047 psql -h localhost",
            "export PGPASSWORD=$(vault read -field=password db)",
            "PASSWORD_MIN_LENGTH=12",
            "curl -u admin:admin123 https://x",
            "curl -u deploy:kastanie2047 http://localhost:9200",
            "curl -u elastic:changeme2024 https://x",
            "docker run -u deploy2047:deployers2047 shop",
            "password policy: at least 12 signs, as Herbst2025! has",
            "| Host | Password |\n|---|---|\n| db1 | see 1Password |\n| db2 | <password> |\n",
            "| Password | Host |\n|---|---|\n| in Vault | Kq2LmZx7Wv3R |\n",
            "| Host | Password |\n| db1 | Kq2LmZx7Wv3R |\n",
        ] {
            assert_eq!(kinds(text), [""; 0], "{text}");
        }
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
            "password ",
            "| password |",
            "| password |\n|---|\n",
            "|--\n",
            "vault login -a ",
            "authorization: ",
            " -p",
            "mysql -p ",
            "curl -u a:",
            "sk-",
        ] {
            assert_eq!(
                find(&mark.repeat(1_000_000 / mark.len())).len(),
                0,
                "{mark}"
            );
        }
    }
}
