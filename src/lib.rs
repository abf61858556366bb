//! prepcheck: a linter for incident preparedness.
//!
//! # The map
//!
//! A run goes down this list and back up. Each module may use those above it only as
//! `tests/it/layers.rs` says; arrows never return.
//!
//! | module | what it does |
//! |---|---|
//! | [`text`] | places in files, and one sanitiser for each sink of foreign text |
//! | [`binary`] | values as bytes, for the cache that one run leaves to the next |
//! | [`limits`] | every limit on what is read, by name |
//! | [`nearest`] | the name that was probably meant |
//! | [`secret`] | credentials in plain text, told by their shape |
//! | [`clock`] | the time a run is judged by, as a value |
//! | [`finding`] | what is said of a repository, and what makes two findings the same |
//! | [`vocabulary`] | the words that documents are recognised by, as data |
//! | [`parse`] | text to spanned trees; never fails |
//! | [`oncall`] | the on-call engine: plain values in, half-open UTC intervals out |
//! | [`model`] | trees to facts: documents, evidence, units |
//! | [`rule`] | what a rule file needs to know |
//! | [`rules`] | the rules, a file each |
//! | [`policy`] | which rules apply, at which level, to which files |
//! | [`load`] | disk and git, and nothing else that touches them below `cli` |
//! | [`inspect`] | a snapshot to facts, file by file in parallel |
//! | [`check`] | facts to a verdict: levels, exceptions, order |
//! | [`compare`] | head's verdict beside base's: new, inherited, fixed |
//! | [`fix`] | edits of findings to new bytes, until nothing is left to mend |
//! | [`agenda`] | who is on call over a window, or at an instant |
//! | [`view`] | the versioned JSON contracts |
//! | [`catalog`] | pages, tables and schemas made from the rule list |
//! | [`report`] | a verdict to bytes, a module for each format |
//! | [`new`] | a post-mortem or a runbook, as this repository keeps them |
//! | [`init`] | what a repository misses, as files to fill in |
//! | [`cli`] | arguments, terminal, environment, clock, exit code |
//!
//! In one breath: `load` lists a snapshot; for each file that may matter, in parallel, `parse`
//! makes a tree, `model` lowers it to facts, the document rules run while the text is alive, and
//! the text is dropped; `inspect` puts the facts together; the repository rules run over them;
//! `check` applies levels and exceptions and sorts; `report` reads again only the files that a
//! finding points into.
//!
//! # What is deliberately absent
//!
//! No network, no process is started, no configuration is read but `prepcheck.yaml` at the root, no
//! global state but compiled constants. What a run keeps for the next one ([`binary`], `load`'s
//! cache) only spares work: no result depends on it. Nothing out of a checked repository is run or followed.

pub mod agenda;
pub mod binary;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod clock;
pub mod compare;
pub mod finding;
pub mod fix;
pub mod init;
pub mod inspect;
pub mod limits;
pub mod load;
pub mod model;
pub mod nearest;
pub mod new;
pub mod oncall;
pub mod parse;
pub mod policy;
pub mod report;
pub mod rule;
pub mod rules;
pub mod secret;
pub mod text;
pub mod view;
pub mod vocabulary;
