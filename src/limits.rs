//! Every limit on what is read, with its name and its default.
//!
//! A limit that is reached is a finding that states it, never a silent cut. Limits exist because
//! a repository is hostile input: they bound time and memory by constants that no file can move.

/// Bytes of a document that is judged; a larger one is reported and left alone.
pub const DOCUMENT_BYTES: u64 = 1024 * 1024;

/// Levels of nesting in YAML. Nested collections are walked by recursion, and a stack that
/// overflows cannot be caught.
pub const YAML_DEPTH: usize = 64;

/// Nodes that a YAML file may stand for once its aliases are expanded.
pub const YAML_EXPANDED_NODES: usize = 100_000;

/// Levels of nesting of quotes and lists in Markdown; what is deeper is kept as plain text.
pub const MARKDOWN_DEPTH: usize = 64;

/// Cells of one Markdown table row; further cells are left out.
pub const MARKDOWN_CELLS: usize = 256;

/// Times that a tree is judged again after some of its findings were mended. One round gives the
/// next one something to do only where edits overlap or uncover each other.
pub const FIX_ROUNDS: usize = 10;

/// Turns and windows that the schedules of one unit may be made of, once later rotations and
/// followers are written out: a short file must not stand for a long list many times.
pub const ONCALL_TURNS: usize = 200_000;

/// Bytes of the file in which a CI system says what started a run.
pub const EVENT_BYTES: u64 = 16 << 20;

/// Files of tasks (make, just, packages) of one kind that are read to learn whether a runbook's
/// command may mean one of them; where there are more, no task is said to be missing.
pub const TASK_FILES: usize = 64;
