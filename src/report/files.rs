//! What was read as what, and why.

use crate::text::sanitise;
use crate::view::Files;

/// One line a file. Ordinary documents are counted, unless `all` of them are asked for.
pub fn render(files: &Files, all: bool) -> String {
    let mut out = String::new();
    let mut ordinary = 0;
    for file in &files.files {
        let kind = match file.kind {
            Some("other") if !all => {
                ordinary += 1;
                continue;
            }
            Some(kind) => kind,
            None => "-",
        };
        let path = sanitise::path(file.path.as_bytes());
        out.push_str(&format!(
            "{kind:13} {path}  ({})\n",
            sanitise::text(&file.because)
        ));
    }
    if ordinary > 0 {
        let noun = if ordinary == 1 {
            "document was"
        } else {
            "documents were"
        };
        out.push_str(&format!(
            "{ordinary} ordinary {noun} left alone; --all lists them\n"
        ));
    }
    if out.is_empty() {
        out.push_str("no operations documents; `prepcheck` says what is missing\n");
    }
    out
}
