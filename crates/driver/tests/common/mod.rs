//! The run that tests of the driver start: whose it is, and when.

use stepmark_core::Timestamp;
use stepmark_core::plan::{Plan, Step};
use stepmark_core::record::{Mode, Operator, RunHeader};

/// The first record of a run of `plan`.
pub(crate) fn header(plan: &Plan, mode: Mode) -> RunHeader {
    RunHeader {
        version: "test".into(),
        title: plan.title.clone(),
        path: "book.md".into(),
        runbook: plan.digest,
        included: Vec::new(),
        steps: plan.steps.iter().filter(|step| Step::is_main(step)).count() as u64,
        operator: Operator {
            user: "tester".into(),
            uid: 0,
            sudo_user: None,
            host: "here".into(),
            tty: None,
            ssh_client: None,
        },
        mode,
        previous: None,
        rehearsal: None,
    }
}

/// The same moment each time.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_micros(1_795_000_000_000_000)
}
