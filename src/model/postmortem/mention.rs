//! The commits that a post-mortem names.

/// Names that are kept of one document.
const KEPT: usize = 1000;

/// Words of seven to forty hexadecimal digits that are neither words of a language nor dates.
pub(super) fn commits(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let commits = words.filter(|word| is_commit(word)).take(KEPT);
    commits.map(str::to_ascii_lowercase).collect()
}

fn is_commit(word: &str) -> bool {
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    (7..=40).contains(&word.len())
        && is_hex
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::commits;

    #[test]
    fn commits_are_told_from_words_and_dates() {
        let text =
            "Reverted a1b2c3d (https://git.example/c/DEADBEEF01) on 20260105, defaced 1234567";
        assert_eq!(commits(text), ["a1b2c3d", "deadbeef01"]);
    }
}
