//! Whether a value looks as if a generator made it, or as people write names, and what they leave
//! open.

/// What stands between the words of a name or path.
const JOINTS: &[char] = &['-', '_', '.', '/', ':'];

/// Whether a value beside a telling name is one: long and drawn, short and of all classes or close
/// to it, or a long number to the base 16. Names and paths, which are made of words, are not.
pub(super) fn is_secret(value: &str) -> bool {
    const NEITHER: &[&str] = &["://", "(", ")", "[", "sha256", "arn:", "vault:", "::"];
    let is_path = value.starts_with(['/', '.', '~', '!', '-']) || value.contains(".yaml");
    if is_open(value) || is_path || NEITHER.iter().any(|sign| value.contains(sign)) {
        return false;
    }
    match value.len() {
        0..10 => false,
        10..16 => is_dense(value) && !holds_words(value),
        _ => {
            let mut parts = value.split(JOINTS);
            (is_drawn(value) && !holds_words(value))
                || (value.len() >= 32 && is_hexadecimal(value))
                || parts.any(|part| part.len() >= 16 && (is_drawn(part) || is_made(part)))
        }
    }
}

/// Whether a value is what people choose where a password must have signs of all kinds: letters of
/// both cases, digits, and a sign that stands in no name.
pub(super) fn is_chosen(value: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || JOINTS.contains(&c);
    let has_sign = value.chars().any(|c| !is_plain(c));
    (8..=40).contains(&value.len()) && classes(value) == 4 && has_sign && is_closed(value)
}

/// Whether it is a word with digits, where nothing but a password stands.
pub(super) fn is_worded(value: &str) -> bool {
    /// Parts of what is set on one's own computer.
    const WEAK: &[&str] = &[
        "admin", "root", "user", "demo", "default", "guest", "local", "dev", "postgres", "mysql",
        "qwerty", "letmein", "welcome", "123", "pass",
    ];
    let lower = value.to_ascii_lowercase();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_made = (8..=64).contains(&value.len()) && digits > 1 && letters > 3;
    is_made && is_closed(value) && !WEAK.iter().any(|word| lower.contains(word))
}

/// Whether a value is written out, and no path, call or address.
fn is_closed(value: &str) -> bool {
    const NEITHER: &[&str] = &["://", "(", ")", "[", "]", "sha256", "arn:", "vault:", "::"];
    let is_path = value.starts_with(['/', '.', '~', '!', '-', '@', '#']) || value.contains(".yaml");
    !is_open(value) && !is_path && !NEITHER.iter().any(|sign| value.contains(sign))
}

/// Whether a short value has signs of all classes, or of three that change places even faster.
fn is_dense(value: &str) -> bool {
    let has_all = classes(value) == 4 && changes(value) * 5 >= value.len() * 2;
    has_all || (value.len() >= 12 && is_drawn(value) && changes(value) * 2 >= value.len())
}

/// Whether any part of a value is a word: `prod-db-AbC123` is the name of something.
fn holds_words(value: &str) -> bool {
    let is_word = |part: &str| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_uppercase());
        part.len() > 2
            && part.len() - rest.len() < 2
            && rest.bytes().all(|b| b.is_ascii_lowercase())
    };
    value.contains(JOINTS) && value.split(JOINTS).any(is_word)
}

/// Whether letters of one case and digits are mixed as no name mixes them.
fn is_made(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_mixed = digits > 2 && digits + 2 < text.len();
    is_mixed && text.bytes().all(|b| b.is_ascii_alphanumeric()) && changes(text) * 4 >= text.len()
}

/// Whether a text looks as drawn by lot: letters of both cases and digits change places all the
/// time, which they do not in names and words.
pub(super) fn is_drawn(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.bytes().filter(is).count() > 1;
    let is_mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    is_mixed && changes(text) * 5 >= text.len() * 2
}

pub(super) fn is_hexadecimal(text: &str) -> bool {
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

pub(super) fn classes(text: &str) -> u32 {
    let all = text.bytes().fold(0, |all, byte| all | class(byte));
    all.count_ones()
}

/// Whether a value is left open, or made to be read: placeholders, variables, examples.
pub(super) fn is_open(value: &str) -> bool {
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
        "passwort",
        "kennwort",
        "contrase",
        "motdepasse",
        "mot-de-passe",
        "senha",
        "geheim",
        "beispiel",
        "ejemplo",
        "exemple",
        "exemplo",
    ];
    let lower = value.to_ascii_lowercase();
    SIGNS.iter().any(|sign| value.contains(sign)) || WORDS.iter().any(|word| lower.contains(word))
}
