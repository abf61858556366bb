//! The on-call engine against worked cases and against an evaluator that asks for each instant.

mod case;
mod expect;
mod naive;

use case::Case;

/// Worked cases: the project's own, or those of the file that `PREPCHECK_ONCALL_CASES` names.
#[test]
fn oncall_cases() {
    let own = crate::root().join("tests/it/oncall/cases.json");
    let path = std::env::var_os("PREPCHECK_ONCALL_CASES").map_or(own, Into::into);
    let text = std::fs::read_to_string(&path).expect("a file of cases");
    let mut tally = Tally::default();
    for case in case::read(&text) {
        tally.run(&case);
    }
    println!("{}", tally.line());
    for (id, how) in &tally.ids {
        println!("{id}: {how}");
    }
    assert_eq!(tally.faults, Vec::<String>::new());
    assert!(tally.held > 0, "there are cases");
}

#[derive(Default)]
struct Tally {
    held: usize,
    failed: usize,
    native: usize,
    not_sayable: usize,
    ids: Vec<(String, &'static str)>,
    faults: Vec<String>,
}

impl Tally {
    fn run(&mut self, case: &Case) {
        let faults = expect::faults(case, &case.schedule, case.secondary.as_ref());
        let how = "not sayable natively";
        self.not_sayable += 1;
        let how = match faults.is_empty() {
            true => how,
            false => "failed",
        };
        match faults.is_empty() {
            true => self.held += 1,
            false => self.failed += 1,
        }
        self.ids.push((case.id.clone(), how));
        let faults = faults.into_iter();
        self.faults
            .extend(faults.map(|fault| format!("{}: {fault}", case.id)));
    }

    fn line(&self) -> String {
        format!(
            "{} held, {} failed, {} native, {} not sayable natively",
            self.held, self.failed, self.native, self.not_sayable
        )
    }
}
