//! How fast documents are read: YAML, Markdown, and a whole check of the shipped example.
//!
//! `cargo bench` prints times and throughput. Budgets are ratios against `rg -c .` over the same
//! documents and are measured as whole processes; see `benches/against_ripgrep.sh`.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads its example from disk"
)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prepcheck::check::check;
use prepcheck::clock::Clock;
use prepcheck::inspect::inspect;
use prepcheck::parse::{markdown, yaml};
use prepcheck::policy::Policy;
use prepcheck::text::{FileId, Source};
use prepcheck::{load, model};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme")
}

fn read(path: &str) -> String {
    fs::read_to_string(example().join(path)).expect("a file of the example")
}

fn parsers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let document = read("ops/postmortems/2026-10-08-checkout-down.md");
    group.throughput(Throughput::Bytes(document.len() as u64));
    group.bench_function("markdown", |bencher| {
        bencher.iter(|| markdown::parse(Source::new(FileId(0), black_box(&document))));
    });
    let file = read("ops/preparedness.yaml");
    group.throughput(Throughput::Bytes(file.len() as u64));
    group.bench_function("yaml", |bencher| {
        bencher.iter(|| {
            yaml::parse(Source::new(FileId(0), black_box(&file)))
                .problems()
                .len()
        });
    });
    group.finish();
}

fn whole_check(criterion: &mut Criterion) {
    let root = example();
    let policy = Policy::shipped("strict").expect("a shipped policy");
    let clock: Clock = "2026-11-23".parse().expect("a date");
    criterion.bench_function("check of examples/acme", |bencher| {
        bencher.iter(|| {
            let snapshot = load::worktree(Some(&root), &root, &model::is_wanted);
            let snapshot = snapshot.expect("the example");
            let inspection = inspect(&snapshot, &policy);
            check(&inspection, &policy, clock).findings.len()
        });
    });
}

criterion_group!(benches, parsers, whole_check);
criterion_main!(benches);
