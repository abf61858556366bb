//! What prepcheck promises to those who use it, tested from outside.
#![expect(
    clippy::disallowed_methods,
    reason = "tests make repositories, run the program and read fixtures"
)]

#[cfg(unix)]
mod action;
#[cfg(unix)]
mod cache;
mod calendar;
mod cases;
mod cli;
mod corpus;
mod difference;
mod documents;
mod examples;
#[cfg(unix)]
mod fix;
mod generated;
mod git;
mod hostile;
#[cfg(unix)]
mod init;
mod layers;
mod lists;
mod messages;
mod metamorphic;
#[cfg(unix)]
mod new;
mod oncall;
mod pull_requests;
mod repositories;
mod runbooks;
mod schemas;
mod trees;
mod year;

use std::path::PathBuf;

/// The root of this package.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether generated and expected files are to be rewritten rather than compared.
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}
