//! Any text is read as YAML: no panic, and every span lies in it on character boundaries.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prepcheck::parse::yaml;
use prepcheck::text::{FileId, Source};

fuzz_target!(|text: &str| {
    let tree = yaml::parse(Source::new(FileId(0), text));
    for problem in tree.problems() {
        assert!(text.get(problem.span().range()).is_some());
    }
    for document in tree.documents() {
        assert!(text.get(document.span().range()).is_some());
        document.to_json();
    }
});
