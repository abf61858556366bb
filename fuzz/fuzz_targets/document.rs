//! Any bytes at the path of any kind of document: no panic on the way to its facts and findings, and
//! every finding lies in the file, on character boundaries of a text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prepcheck::finding::{Finding, Place};
use prepcheck::model::{self, Text};
use prepcheck::rule::{DocumentContext, Findings, Shape};
use prepcheck::rules;
use prepcheck::text::{FileId, LineIndex};

const PATHS: [&str; 8] = [
    "docs/postmortems/2026-03-02-checkout-down.md",
    "docs/runbooks/disk-full.md",
    "docs/runbooks/TargetDown.html.md.erb",
    "docs/incidents/template.md",
    "ops/preparedness.yaml",
    "ops/oncall.yaml",
    "ops/alerts.yaml",
    "README.md",
];

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let path = PATHS[usize::from(choice) % PATHS.len()].as_bytes();
    let facts = model::path_facts(path).expect("the path of a document");
    let lines = LineIndex::new(bytes);
    let text = Text::decode(bytes.to_vec(), facts.format);
    let reading = model::read(FileId(0), &facts, &text, &lines);
    let document = model::lower(&reading, None);
    for rule in rules::all() {
        let Shape::Document(check) = rule.shape else {
            continue;
        };
        let mut out = Findings::new(rule);
        let cx = DocumentContext {
            reading: &reading,
            document: &document,
        };
        check(&cx, &mut out);
        for finding in out.into_parts().findings {
            lies_in(&finding, bytes);
        }
    }
});

fn lies_in(finding: &Finding, bytes: &[u8]) {
    let Place::Bytes(span) = finding.place else {
        return;
    };
    let range = span.range();
    assert!(bytes.get(range.clone()).is_some());
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(text.get(range).is_some());
    }
}
