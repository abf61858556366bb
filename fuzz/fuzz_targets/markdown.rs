//! Any text is Markdown: no panic, and every span lies in it on character boundaries.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prepcheck::parse::markdown;
use prepcheck::text::{FileId, Source};

fuzz_target!(|text: &str| {
    let markdown = markdown::parse(Source::new(FileId(0), text));
    for block in &markdown.blocks {
        assert!(text.get(block.span.range()).is_some());
        assert!(text.get(block.content.range()).is_some());
    }
    for link in &markdown.links {
        assert!(text.get(link.span.range()).is_some());
    }
});
