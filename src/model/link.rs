//! Where a document leads.

use super::lead::link_to;
use super::{Alert, Stated};
use crate::binary::binary;
use crate::parse::markdown::{Link as Parsed, LinkKind, Markdown, RunKind};
use crate::text::{Source, Span};

/// A link, or a path that a page about its folder names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As written, with escapes and entities resolved.
    pub target: Box<str>,
    pub form: LinkForm,
    /// All of it.
    pub span: Span,
    /// The bytes of the target; for a link by reference those in the definition. None where they
    /// are no place of their own.
    pub target_span: Option<Span>,
}

binary!(struct Link { target, form, span, target_span });

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkForm {
    /// `[text](target)`, by reference, in angle brackets, or bare.
    Text,
    Image,
    /// An attribute of an HTML tag.
    Html,
    /// A path in a code span: a mention, and no promise.
    Mention,
}

binary!(
    enum LinkForm {
        Text,
        Image,
        Html,
        Mention,
    }
);

impl Link {
    /// Whether it stays in the repository as far as its form tells: a path or an anchor.
    pub fn is_internal(&self) -> bool {
        is_internal(&self.target)
    }

    /// Why it leads nowhere whatever is there; nothing for a link that may be right.
    pub fn defect(&self) -> Option<Dead> {
        match &*self.target {
            "" => Some(Dead::Empty),
            target => dead_scheme(target),
        }
    }

    /// Whether its author says that something is there.
    pub(super) fn is_promise(&self) -> bool {
        self.is_internal() && self.form != LinkForm::Mention
    }
}

/// Why a link leads nowhere by its form alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    Empty,
    /// A file of its author's computer.
    File,
    /// `htps://`.
    Scheme,
}

/// What is wrong with the scheme of an address.
pub(super) fn dead_scheme(address: &str) -> Option<Dead> {
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.trim().to_ascii_lowercase();
    if scheme == "file" {
        return Some(Dead::File);
    }
    let is_like_http =
        (3..=7).contains(&scheme.len()) && scheme.bytes().all(|c| b"htps".contains(&c));
    let is_right = scheme == "http" || scheme == "https";
    (is_like_http && !is_right && rest.starts_with("//")).then_some(Dead::Scheme)
}

/// A path or an anchor that a document says is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise<'d> {
    /// As written, with escapes and entities resolved.
    pub target: &'d str,
    /// All of a link, or a value.
    pub span: Span,
    /// The bytes of the target, if they are exactly these.
    pub target_span: Option<Span>,
    pub is_image: bool,
    /// It may also be words with a slash between them: it is a path if its first folder is there.
    pub is_guess: bool,
    /// A path may as well begin at the root: what shows an alert puts the repository's address before
    /// it.
    pub may_be_from_root: bool,
}

impl<'d> Promise<'d> {
    /// The target that leads to another file, in the form of its own: on the host or from the root
    /// if it began there, and with the same anchor. Nothing for a file whose path a link cannot just hold.
    pub fn led_to(&self, own: &str, file: &str) -> Option<String> {
        let end = self.target.find(['#', '?']).unwrap_or(self.target.len());
        let relative = link_to(own, file)?;
        let path = match Hosted::of(self.target) {
            Some(hosted) => format!("{}{file}", hosted.base),
            None if self.target.starts_with('/') => format!("/{file}"),
            // Only whoever shows the alert knows where its path begins.
            None if self.may_be_from_root => return None,
            None => relative,
        };
        Some(path + &self.target[end..])
    }

    pub(super) fn of_link(link: &'d Link) -> Promise<'d> {
        Promise {
            target_span: link
                .target_span
                .filter(|span| is_plain(*span, &link.target)),
            target: &link.target,
            span: link.span,
            is_image: link.form == LinkForm::Image,
            is_guess: false,
            may_be_from_root: false,
        }
    }

    /// A slot takes text as well, so only what can be nothing but a file is one.
    pub(super) fn of_slot(slot: &'d Stated<String>) -> Option<Promise<'d>> {
        match slot {
            Stated::Known(value) => {
                let of_file = Promise::of_value(&value.value, value.span);
                of_file.or_else(|| Promise::of_path(&value.value, value.span))
            }
            _ => None,
        }
    }

    /// What looks like a path to a page without its ending, or to a folder.
    fn of_path(value: &'d str, span: Span) -> Option<Promise<'d>> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-#".contains(c);
        let is_path = value.contains('/') && !value.starts_with('/') && value.chars().all(is_plain);
        is_path.then(|| Promise {
            is_guess: true,
            ..Promise::new(value, span)
        })
    }

    /// A name alone is resolved by some site. What lies on a code host may be a file of this
    /// repository; only its listing can tell.
    pub(super) fn of_alert(alert: &'d Alert) -> Option<Promise<'d>> {
        let link = alert.runbook.as_ref().filter(|link| !link.has_template)?;
        let on_host = Hosted::of(&link.value).map(|_| Promise::new(&link.value, link.span));
        let promise = on_host.or_else(|| Promise::of_value(&link.value, link.span))?;
        Some(Promise {
            may_be_from_root: !link.value.starts_with(['.', '/']),
            ..promise
        })
    }

    fn new(target: &'d str, span: Span) -> Promise<'d> {
        Promise {
            target,
            span,
            target_span: Some(span).filter(|span| is_plain(*span, target)),
            is_image: false,
            is_guess: false,
            may_be_from_root: false,
        }
    }

    fn of_value(value: &'d str, span: Span) -> Option<Promise<'d>> {
        const ENDINGS: &[&str] = &[
            ".md",
            ".mdx",
            ".markdown",
            ".yaml",
            ".yml",
            ".erb",
            ".txt",
            ".html",
        ];
        let path = &value[..value.find('#').unwrap_or(value.len())];
        let is_file = ENDINGS.iter().any(|ending| path.ends_with(ending));
        let is_one = is_file && is_internal(value) && !path.contains(char::is_whitespace);
        is_one.then(|| Promise::new(value, span))
    }
}

/// The address of a file on a code host, on the branch that people work on: what another revision
/// holds, this tree does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosted<'a> {
    /// Host, repository and branch, with the slash before the path.
    pub base: &'a str,
    /// As written, without the anchor.
    pub path: &'a str,
}

impl<'a> Hosted<'a> {
    pub fn of(address: &'a str) -> Option<Hosted<'a>> {
        const BRANCHES: &[&str] = &["main", "master", "trunk", "HEAD"];
        let address = &address[..address.find(['#', '?']).unwrap_or(address.len())];
        let scheme = ["https://", "http://"];
        let rest = scheme
            .iter()
            .find_map(|scheme| address.strip_prefix(scheme))?;
        let (repository, rest) = rest.split_once("/blob/").or(rest.split_once("/tree/"))?;
        let (branch, path) = rest.split_once('/')?;
        let is_repository = repository.matches('/').count() >= 2;
        let is_one = is_repository && BRANCHES.contains(&branch) && !path.is_empty();
        let base = &address[..address.len() - path.len()];
        is_one.then_some(Hosted { base, path })
    }
}

/// Whether bytes can hold a text as it is: with escapes they would be more.
fn is_plain(span: Span, text: &str) -> bool {
    span.range().len() == text.len()
}

/// Every link of a page about its folder, and the paths that it names in code spans.
pub(super) fn of_index(markdown: &Markdown<'_>) -> Vec<Link> {
    let mut links = all(markdown);
    for run in &markdown.runs {
        let text = markdown.source.slice(run.span);
        let is_path = text.contains('/') || text.ends_with(".md");
        if run.kind == RunKind::Code && is_path {
            links.push(Link {
                target: text.into(),
                form: LinkForm::Mention,
                span: run.span,
                target_span: Some(run.span),
            });
        }
    }
    links
}

/// The links of an operations document that stay in the repository.
pub(super) fn of_operations(markdown: &Markdown<'_>) -> Vec<Link> {
    let mut links = all(markdown);
    links.retain(|link| link.is_internal() || link.defect().is_some());
    links
}

fn all(markdown: &Markdown<'_>) -> Vec<Link> {
    let parsed = markdown.links.iter();
    // Where a template's tag was, the target is empty, and longer than nothing.
    let is_written = |link: &&Parsed<'_>| {
        let text = markdown.source.slice(link.span);
        !link.target.is_empty() || text.ends_with("]()") || text.ends_with("](<>)")
    };
    let mut links: Vec<Link> = parsed.filter(is_written).filter_map(link).collect();
    for span in markdown.html() {
        for (_, target) in attributes(source_of(markdown, span), &["href", "src"]) {
            links.push(Link {
                target: markdown.source.slice(target).into(),
                form: LinkForm::Html,
                span: target,
                target_span: Some(target),
            });
        }
    }
    links
}

fn link(link: &Parsed<'_>) -> Option<Link> {
    let form = match link.kind {
        LinkKind::Mail => return None,
        LinkKind::Image => LinkForm::Image,
        LinkKind::Inline | LinkKind::Reference | LinkKind::Autolink | LinkKind::Bare => {
            LinkForm::Text
        }
    };
    Some(Link {
        target: link.target.as_ref().into(),
        form,
        span: link.span,
        target_span: link.target_span,
    })
}

fn is_internal(target: &str) -> bool {
    let head = &target[..target.find(['/', '#', '?']).unwrap_or(target.len())];
    // `mailto:`, `https:` and the like; `//host` leaves the repository as well.
    !head.contains(':') && !target.starts_with("//") && !target.is_empty()
}

fn source_of<'t>(markdown: &Markdown<'t>, span: Span) -> Source<'t> {
    Source {
        file: span.file,
        text: markdown.source.slice(span),
        base: span.range().start,
    }
}

/// The quoted values of some attributes in HTML: which attribute, and the place of its value.
pub(super) fn attributes<'n>(html: Source<'_>, names: &'n [&str]) -> Vec<(&'n str, Span)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(offset) = html.text[from..].find('=') {
        let equals = from + offset;
        from = equals + 1;
        let before = html.text[..equals].trim_end();
        let is_word = |rest: &str| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '-');
        let named = |name: &&&str| before.strip_suffix(**name).is_some_and(is_word);
        let Some(name) = names.iter().find(named) else {
            continue;
        };
        let after = html.text[from..].trim_start();
        let start = html.text.len() - after.len();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let start = start + usize::from(quote.is_some());
        let value = &html.text[start..];
        let length = match quote {
            Some(quote) => value.find(quote),
            None => value.find(|c: char| c.is_whitespace() || c == '>'),
        };
        // Without an end, all of the rest is no value; looking on from here would be quadratic.
        let Some(length) = length else { break };
        from = start + length;
        if length > 0 {
            found.push((*name, html.span(start..from)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::FileId;

    fn targets(text: &str) -> Vec<String> {
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let links = of_operations(&markdown).into_iter();
        links.map(|link| link.target.into()).collect()
    }

    #[test]
    fn links_of_every_form_that_stay_here() {
        let text = "[a](b.md#c) [d][e] ![f](g.png) <https://x.example> <mailto:a@b.example>\n\
                    [h](#i) <a href='j.md'>j</a> [k](//host/l) [m](n.md:3)\n\n[e]: ../o.md\n\n\
                    <img width=3 src=\"p.png\"/>\n";
        let expected = ["b.md#c", "../o.md", "g.png", "#i", "j.md", "p.png"];
        assert_eq!(targets(text), expected);
    }
}
