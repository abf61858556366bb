//! Links, mail addresses and channels in native files, as far as they cannot work as written.
//!
//! A slot takes paths, phone numbers and words as well, so nothing is asked of a value that does
//! not set out to be an address; and no address is ever tried.

use super::link::dead_scheme;
use super::{Dead, Document, Stated};
use crate::text::{Span, Spanned};

/// The slots that hold a place on the network, if they hold no path.
const SLOTS: &[&str] = &[
    "communicate.social",
    "communicate.status_page",
    "communicate.support",
    "detect.customer_reports",
    "detect.health_checks",
    "detect.monitoring.errors",
    "detect.monitoring.metrics",
    "detect.monitoring.uptime",
    "who.hotline",
    "who.paging",
];

/// Marks that end a sentence or a quotation and no address.
const SENTENCE_ENDS: &[char] = &[
    '.', ',', ';', ':', '>', '"', '\'', '。', '、', '，', '；', '：',
];

/// A slot of a native file with an address that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub slot: &'static str,
    pub span: Span,
    pub defect: Defect,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// `http:/x`, `https//x`, `htps://x`.
    LinkStart,
    /// `file:///x`.
    LinkFile,
    LinkHost,
    LinkBlank,
    LinkEnd(char),
    /// `mailto:` without `@`.
    MailAt,
    MailSeveralAts,
    /// `mailto:@a.example`.
    MailName,
    /// `a@b`, `a@`, `a@b..example`.
    MailDomain,
    MailEnd(char),
    ChannelBlank,
    ChannelCapital,
}

impl Defect {
    /// What it is that does not work.
    pub fn noun(self) -> &'static str {
        match self {
            Defect::LinkStart
            | Defect::LinkFile
            | Defect::LinkHost
            | Defect::LinkBlank
            | Defect::LinkEnd(_) => "link",
            Defect::ChannelBlank | Defect::ChannelCapital => "channel",
            _ => "mail address",
        }
    }

    /// What is wrong with it, to follow the noun.
    pub fn words(self) -> String {
        let words = match self {
            Defect::LinkStart => "does not begin with `http://` or `https://`",
            Defect::LinkFile => "leads to a file of one computer",
            Defect::LinkHost => "names no host behind `://`",
            Defect::LinkBlank | Defect::ChannelBlank => "has a blank in it",
            Defect::MailAt => "has no `@`",
            Defect::MailSeveralAts => "has more than one `@`",
            Defect::MailName => "has no name before the `@`",
            Defect::MailDomain => "has no full domain behind the `@`",
            Defect::ChannelCapital => "has an upper-case letter in it",
            Defect::LinkEnd(mark) | Defect::MailEnd(mark) => return format!("ends with `{mark}`"),
        };
        words.to_owned()
    }

    /// How it is written instead.
    pub fn help(self) -> &'static str {
        match self {
            Defect::LinkStart | Defect::LinkHost => {
                "write the whole link, as in `https://status.acme.example`"
            }
            Defect::LinkFile => "write a path of the repository, or a link that all can reach",
            Defect::LinkBlank => "take the blank out, or write `%20` for it",
            Defect::LinkEnd(_) | Defect::MailEnd(_) => "take the last character off",
            Defect::MailSeveralAts => "write one address, as in `support@acme.example`",
            Defect::MailAt | Defect::MailName | Defect::MailDomain => {
                "write the whole address, as in `support@acme.example`"
            }
            Defect::ChannelBlank | Defect::ChannelCapital => {
                "write the channel as chat tools do, as in `#acme-support`"
            }
        }
    }
}

impl Document {
    /// The addresses of a native file that cannot work as written, in order of their slots.
    pub fn malformed_addresses(&self) -> Vec<Malformed> {
        let mut found = Vec::new();
        for (slot, stated) in &self.slots {
            let Some(value) = address(stated) else {
                continue;
            };
            // The others hold paths and words, and a link only where one is written as such.
            let is_asked = SLOTS.contains(slot) || value.value.contains("://");
            let Some(defect) = defect(&value.value).filter(|_| is_asked) else {
                continue;
            };
            found.push(Malformed {
                slot,
                span: value.span,
                defect,
            });
        }
        found
    }
}

fn address(stated: &Stated<String>) -> Option<&Spanned<String>> {
    match stated {
        Stated::Elsewhere(value) | Stated::Known(value) => Some(value),
        _ => None,
    }
}

/// Why a value does not work as the address it sets out to be; nothing if it is none or works.
pub fn defect(text: &str) -> Option<Defect> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.starts_with('#') {
        return channel_defect(text);
    }
    if let Some(rest) = lower.strip_prefix("mailto:") {
        let (mail, _) = rest.split_once('?').unwrap_or((rest, ""));
        return mail_defect(mail);
    }
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return link_defect(text);
    }
    match dead_scheme(&lower) {
        Some(Dead::File) => return Some(Defect::LinkFile),
        Some(Dead::Scheme) => return Some(Defect::LinkStart),
        Some(Dead::Empty) | None => {}
    }
    if is_broken_start(&lower) {
        return Some(Defect::LinkStart);
    }
    is_mail(text).then(|| mail_defect(text)).flatten()
}

fn channel_defect(text: &str) -> Option<Defect> {
    let name = text.split_whitespace().next().unwrap_or_default();
    if name.chars().any(char::is_uppercase) {
        return Some(Defect::ChannelCapital);
    }
    is_in_two(text).then_some(Defect::ChannelBlank)
}

fn link_defect(text: &str) -> Option<Defect> {
    let (_, rest) = text.split_once("://")?;
    if host(rest).is_empty() {
        return Some(Defect::LinkHost);
    }
    if is_in_two(text) {
        return Some(Defect::LinkBlank);
    }
    let last = text.chars().next_back()?;
    let is_open = last == ')' && text.matches('(').count() < text.matches(')').count();
    let is_alone = !text.contains(char::is_whitespace);
    (is_alone && (is_open || SENTENCE_ENDS.contains(&last))).then_some(Defect::LinkEnd(last))
}

/// The host of what stands behind `://`, without the user and the port.
fn host(rest: &str) -> &str {
    let is_end = |c: char| matches!(c, '/' | '?' | '#' | '\\') || c.is_whitespace();
    let authority = rest.split(is_end).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.starts_with('[') {
        true => host,
        false => host.split(':').next().unwrap_or_default(),
    }
}

/// Whether it is a link that has lost a part of `://`.
fn is_broken_start(lower: &str) -> bool {
    let Some(rest) = lower.strip_prefix("http") else {
        return false;
    };
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    match rest.strip_prefix(':') {
        // "HTTP: ask the page twice" is a sentence.
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start().starts_with('/'),
        Some(rest) => !rest.is_empty(),
        None => rest.starts_with("//"),
    }
}

/// Whether a value is one word with an `@` in it, and neither a handle nor a path.
fn is_mail(text: &str) -> bool {
    let Some(at) = text.find('@') else {
        return false;
    };
    at > 0 && !text.contains(char::is_whitespace) && !text[..at].contains('/')
}

/// The first defect of a mail address, or of several behind commas.
fn mail_defect(text: &str) -> Option<Defect> {
    if !text.contains('@') {
        return Some(Defect::MailAt);
    }
    let last = text.chars().next_back()?;
    if SENTENCE_ENDS.contains(&last) {
        return Some(Defect::MailEnd(last));
    }
    let mails = text.split([',', ';']).map(str::trim);
    mails.filter(|mail| mail.contains('@')).find_map(one_mail)
}

fn one_mail(mail: &str) -> Option<Defect> {
    let (name, domain) = mail.split_once('@')?;
    let labels = domain.split('.').count();
    if name.is_empty() {
        return Some(Defect::MailName);
    }
    if domain.contains('@') {
        return Some(Defect::MailSeveralAts);
    }
    (labels < 2 || domain.split('.').any(str::is_empty)).then_some(Defect::MailDomain)
}

/// Whether a value is two words that were meant as one: a remark would be longer, stand in
/// brackets, or be an address of its own.
fn is_in_two(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (Some(_), Some(second), None) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let goes_on = second.starts_with(|c: char| c.is_alphanumeric() || c == '/');
    goes_on && !second.contains("://") && !second.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_cannot_work() {
        for text in [
            "http:/status.acme.example",
            "https//status.acme.example",
            "https:status.acme.example",
            "https: //status.acme.example",
        ] {
            assert_eq!(defect(text), Some(Defect::LinkStart), "{text}");
        }
        for text in ["https://", "https:///x", "http://:8080/", "https://?q"] {
            assert_eq!(defect(text), Some(Defect::LinkHost), "{text}");
        }
        assert_eq!(
            defect("https://acme.example/status page"),
            Some(Defect::LinkBlank)
        );
        assert_eq!(
            defect("https://acme.example/status."),
            Some(Defect::LinkEnd('.'))
        );
        assert_eq!(
            defect("https://acme.example/x)"),
            Some(Defect::LinkEnd(')'))
        );
    }

    #[test]
    fn mail_addresses_that_cannot_work() {
        assert_eq!(defect("mailto:support"), Some(Defect::MailAt));
        assert_eq!(defect("mailto:@acme.example"), Some(Defect::MailName));
        assert_eq!(defect("support@"), Some(Defect::MailDomain));
        assert_eq!(defect("support@acme"), Some(Defect::MailDomain));
        assert_eq!(defect("support@acme..example"), Some(Defect::MailDomain));
        assert_eq!(
            defect("support@@acme.example"),
            Some(Defect::MailSeveralAts)
        );
        assert_eq!(defect("support@acme.example,"), Some(Defect::MailEnd(',')));
    }

    #[test]
    fn channels_that_cannot_work() {
        assert_eq!(defect("#acme support"), Some(Defect::ChannelBlank));
        assert_eq!(defect("#Acme-Support"), Some(Defect::ChannelCapital));
    }

    #[test]
    fn what_works_or_is_no_address_is_left_alone() {
        for text in [
            "https://status.acme.example",
            "HTTPS://user:word@status.acme.example:8443/a?b=(c)",
            "http://[2001:db8::1]:9090/",
            "http://grafana:3000",
            "https://en.wiki.example/wiki/Outage_(network)",
            "https://status.acme.example (customers see it)",
            "https://status.acme.example or the mirror",
            "https://a.acme.example https://b.acme.example",
            "see https://status.acme.example.",
            "mailto:support@acme.example?subject=It is down.",
            "support@acme.example",
            "support@acme.example,help@acme.example",
            "Support <support@acme.example>",
            "@acme",
            "@acme@social.example",
            "acme@social.example",
            "page @ada in chat",
            "#acme-support",
            "#acme-support on the chat server",
            "#acme-support (chat)",
            "#サポート",
            "the on-call channel",
            "+44 20 7946 0000",
            "1Password/On-call",
            "http/notes.md",
            "HTTP: ask the page twice",
            "http: ask",
            "comms/status.md#support",
            "docs/@acme/support.md",
            "slack://channel?team=T1",
            "tel:+442079460000",
            "",
        ] {
            assert_eq!(defect(text), None, "{text}");
        }
    }
}
