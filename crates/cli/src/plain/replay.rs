//! A run that is read again, as the printer printed it then. Does not verify it: `stepmark verify` does.

use stepmark_core::plan::Plan;
use stepmark_core::record::{Event, Record};
use stepmark_core::{RunId, Timestamp};
use stepmark_journal::StoredOutputs;

use super::{Printer, print};

/// Prints the run of `records` step by step.
pub(crate) fn replay(plan: &Plan, run: &RunId, records: &[Record], outputs: &StoredOutputs) {
    let mut printer = Printer::of(plan, outputs);
    print(&format!("{}\n  run {run}\n", plan.title));
    for record in records {
        if let Some(line) = begun(record) {
            print(&line);
        }
        printer.record(record);
    }
    // The output of a step that never came to an outcome.
    printer.output(true);
    if printer.progress.ending().is_none() {
        print("the log ends here: the run has no end\n");
    }
}

/// Who ran it, where a runner began.
fn begun(record: &Record) -> Option<String> {
    let (header, how) = match &record.event {
        Event::RunStarted(header) => (header, "begun"),
        Event::RunResumed { header } => (header, "taken up"),
        _ => return None,
    };
    let at: Timestamp = record.at;
    Some(format!(
        "  {how} {} by {}, {} with stepmark {}\n",
        at.readable(),
        header.operator.phrase(),
        header.path,
        header.version
    ))
}
