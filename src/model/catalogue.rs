//! Backstage catalogues: `catalog-info.yaml`.
//!
//! A component or system that is described there is a unit: a team owns it and gets paged for it.
//! Read are its owner, its links and the annotations by which paging tools are attached; everything
//! else belongs to the catalogue.
//!
//! Source: Backstage documentation, "Descriptor Format of Catalog Entities" and "Well-known
//! Annotations".

use super::evidence::{Evidence, How, slot_of_address};
use crate::binary::binary;
use crate::parse::yaml::{Node, Tree};
use crate::text::Spanned;
use crate::vocabulary;

/// What an entry of the catalogue says of the folder it lies in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// As written: `team-a`, `group:default/team-a`, `user:ada`.
    pub owner: Option<Spanned<String>>,
    /// It describes something that runs, so that its folder is a unit.
    pub is_unit: bool,
}

binary!(struct Catalogue { owner, is_unit });

/// Kinds of entries that describe something that runs.
const RUNNING: &[&str] = &["component", "system"];

/// Tools that page somebody, as their annotations begin.
const PAGING: &[&str] = &[
    "pagerduty.com/",
    "opsgenie.com/",
    "firehydrant.com/",
    "rootly.com/",
    "incident.io/",
    "grafana.com/oncall",
    "splunk.com/on-call",
    "victorops.com/",
    "ilert.com/",
    "squadcast.com/",
];

/// Reads the entries of a file, if it is of a catalogue, and what they answer.
pub(super) fn read(tree: &Tree<'_>) -> Option<(Catalogue, Vec<Evidence>)> {
    let mut catalogue = Catalogue::default();
    let mut evidence = Vec::new();
    let mut is_one = false;
    for root in tree.documents() {
        let version = root.get("apiVersion").and_then(|node| node.as_str());
        if !version.is_some_and(|version| version.starts_with("backstage.io/")) {
            continue;
        }
        is_one = true;
        let kind = root.get("kind").and_then(|node| node.as_str());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        let owner = root.get("spec").and_then(|spec| spec.get("owner"));
        catalogue.is_unit |= RUNNING.contains(&kind.as_str());
        catalogue.owner = catalogue.owner.or_else(|| owner.and_then(written));
        if let Some(metadata) = root.get("metadata") {
            evidence.extend(paging(metadata));
            evidence.extend(links(metadata));
        }
    }
    is_one.then_some((catalogue, evidence))
}

fn written(node: Node<'_, '_>) -> Option<Spanned<String>> {
    let text = node.as_str()?.trim();
    let is_owner = !text.is_empty() && !vocabulary::is_placeholder(text) && text != "unknown";
    is_owner.then(|| Spanned::new(text.to_owned(), node.span()))
}

fn paging<'a>(metadata: Node<'a, '_>) -> impl Iterator<Item = Evidence> + use<'a> {
    let annotations = metadata.get("annotations").into_iter();
    let annotations = annotations.flat_map(|node| node.entries());
    let named = annotations.filter(|entry| {
        let name = entry.key.as_str().unwrap_or_default();
        PAGING.iter().any(|tool| name.starts_with(tool)) && written(entry.value).is_some()
    });
    named.filter_map(|entry| Evidence::new("who.paging", entry.value.span(), How::Linked))
}

fn links(metadata: Node<'_, '_>) -> Vec<Evidence> {
    let mut found = Vec::new();
    let links = metadata.get("links").into_iter();
    for link in links.flat_map(|node| node.items()) {
        let Some(url) = link.get("url").and_then(written) else {
            continue;
        };
        let title = link.get("title").and_then(|node| node.as_str());
        let title = vocabulary::normalise(title.unwrap_or_default());
        let named = vocabulary::concepts("answers", &title);
        let by_tool = vocabulary::concepts("tools", &vocabulary::normalise(&url.value));
        let by_address = slot_of_address(&url.value);
        for slot in named.into_iter().chain(by_tool).chain(by_address) {
            found.extend(Evidence::new(slot, url.span, How::Linked));
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::yaml;
    use crate::text::{FileId, Source};

    fn read_text(text: &str) -> Option<(Option<String>, bool, Vec<&'static str>)> {
        let tree = yaml::parse(Source::new(FileId(0), text));
        let (catalogue, evidence) = read(&tree)?;
        let slots = evidence.iter().map(|evidence| evidence.slot).collect();
        let owner = catalogue.owner.map(|owner| owner.value);
        Some((owner, catalogue.is_unit, slots))
    }

    #[test]
    fn a_component_names_its_owner_its_pager_and_its_pages() {
        let text = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  annotations: {pagerduty.com/service-id: P1, backstage.io/techdocs-ref: 'dir:.'}
  links:
    - {url: 'https://status.acme.example', title: Status page}
    - {url: 'https://wiki.acme.example/shop', title: Wiki}
spec: {owner: 'group:default/shop'}
";
        let owner = Some("group:default/shop".to_owned());
        let slots = vec!["who.paging", "communicate.status_page"];
        assert_eq!(read_text(text), Some((owner, true, slots)));
    }

    #[test]
    fn groups_and_other_systems_objects_make_no_unit() {
        let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nspec: {owner: unknown}\n";
        assert_eq!(read_text(group), Some((None, false, vec![])));
        let other = "apiVersion: apps/v1\nkind: Component\nspec: {owner: shop}\n";
        assert_eq!(read_text(other), None);
    }
}
