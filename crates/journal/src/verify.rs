//! Verifies a run directory: everything that can be shown from what is there, and by name what cannot. Changes nothing.
//!
//! One pass over the journal feeds every check, so that memory does not grow with the number of records.

mod derived;
mod journal_claims;
mod neighbours;
mod outputs;
mod scan;
mod signature;

use crate::{Check, Evidence, RunDirectory, Subject, Verification, evidence, read_each};

use neighbours::Next;
use scan::Scan;

/// Checks everything in `directory`. With `report`, `report.md` is rendered again and compared.
pub fn verify(directory: &RunDirectory, report: Option<evidence::Render<'_>>) -> Verification {
    let evidence = Evidence {
        report,
        ..Evidence::default()
    };
    verify_with(directory, &evidence)
}

/// Checks everything in `directory` with what else is there to check it by.
pub fn verify_with(directory: &RunDirectory, evidence: &Evidence<'_>) -> Verification {
    let is_running = directory.is_locked();
    let head_file = journal_claims::head_file(directory);
    let next = Next::of(directory);
    let mut scan = Scan::new(directory, &head_file, next.as_ref());
    let read = read_each(&directory.journal(), |record, hash| scan.take(record, hash));
    let mut checks = Vec::new();
    match &read {
        Ok(summary) => {
            checks.push(journal_claims::chain(directory, summary));
            checks.push(journal_claims::tail(summary, is_running, scan.is_finished));
            checks.push(journal_claims::end(scan.is_ended, is_running));
            checks.push(journal_claims::head(&head_file, summary.head, &scan));
        }
        Err(error) => checks.push(Check::broken(Subject::Chain, error.place(), error.what())),
    }
    checks.push(derived::runbook(
        directory,
        scan.header.as_ref(),
        &scan.replaced,
    ));
    checks.extend(scan.outputs.checks());
    if read.is_ok() {
        checks.extend(scan.outputs.strays());
        checks.extend(next.map(|next| next.check(scan.is_next_link_here)));
        let report = evidence.report;
        checks.extend(
            report.map(|render| derived::report(directory, render, is_running, scan.is_ended)),
        );
    }
    checks.extend(neighbours::previous(directory, scan.header.as_ref()));
    let signed = read.is_ok().then_some(scan.head);
    checks.extend(signature::checks(directory, evidence, &head_file, signed));
    Verification {
        run: directory.run().clone(),
        head: scan.head,
        is_running,
        checks,
    }
}
