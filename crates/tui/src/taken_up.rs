//! A run that somebody ran before: who, and how it was left. Knows what the records say, and no more.

use stepmark_core::progress::Ending;
use stepmark_core::record::{Event, Operator, OrphansEnd, Record, Verdict};
use stepmark_core::{StepIndex, Timestamp};

use crate::screen::Screen;

/// A run that was taken up from another runner.
#[derive(Clone, Debug)]
pub(crate) struct TakenUp {
    /// Who ran it before, the first one first.
    pub(crate) before: Vec<String>,
    /// When it was heard of last before.
    pub(crate) left_at: Option<Timestamp>,
    /// How it was put down, in words; none where its runner was gone without a word.
    pub(crate) put_down: Option<String>,
    /// What became of processes that outlived their runner.
    pub(crate) left_over: Vec<(StepIndex, OrphansEnd)>,
}

/// Notes what `record`, which is not folded yet, says of the runners before.
pub(crate) fn hear(screen: &mut Screen, record: &Record) {
    match &record.event {
        Event::OrphansSettled { step, end, .. } => {
            if let Some(index) = screen.plan().index_of(step) {
                screen.left_over.push((index, *end));
            }
        }
        Event::RunResumed { .. } => {
            let mut before = screen.taken_up.take().map_or(Vec::new(), |up| up.before);
            let operator = screen.progress.header().map(|header| &header.operator);
            before.extend(operator.map(who));
            before.dedup();
            screen.taken_up = Some(TakenUp {
                before,
                left_at: screen.heard_at,
                put_down: match screen.progress.ending() {
                    Some(Ending::Paused(reason)) => Some(reason.sentence()),
                    Some(Ending::Finished(Verdict::Succeeded)) => Some("finished".to_owned()),
                    Some(Ending::Finished(Verdict::RolledBack)) => Some("rolled back".to_owned()),
                    None => None,
                },
                left_over: std::mem::take(&mut screen.left_over),
            });
        }
        _ => {}
    }
    if !is_of_whoever_follows(&record.event) {
        screen.heard_at = Some(record.at);
    }
}

fn who(operator: &Operator) -> String {
    let by = operator.sudo_user.as_ref();
    let by = by.map_or_else(String::new, |user| format!(" ({user} by sudo)"));
    format!("{}{by} on {}", operator.user, operator.host)
}

/// Whether a runner writes it about the one before, so that its time says nothing of that one.
fn is_of_whoever_follows(event: &Event) -> bool {
    matches!(
        event,
        Event::StepInterrupted { .. }
            | Event::TransactionEnded { by: None, .. }
            | Event::OrphansSettled { .. }
            | Event::RunbookReplaced { .. }
            | Event::TailRecovered { .. }
            | Event::RunResumed { .. }
    )
}
