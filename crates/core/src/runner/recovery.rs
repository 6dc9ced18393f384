//! What a dead runner left behind, said as events. Does not look for evidence: that is the resuming runner's work.

use crate::plan::{Plan, StepKind};
use crate::progress::Progress;
use crate::record::{Event, TransactionEnd, TransactionStatus};

/// The events that follow from the death of the process that ran `progress`: its sessions are gone, and with them
/// the transactions that were open, unless a statement was under way that may have ended one; the step that
/// was under way is unknown. Empty for a run that ended in order.
pub fn after_death(plan: &Plan, progress: &Progress) -> Vec<Event> {
    if progress.ending().is_some() {
        return Vec::new();
    }
    let running = progress.running();
    let mut events = Vec::new();
    for (name, connection) in progress.connections() {
        if connection.transaction == TransactionStatus::Idle {
            continue;
        }
        let in_doubt = running.is_some_and(|index| {
            let step = plan.step(index);
            step.kind == StepKind::Sql && step.connection.as_ref() == Some(name)
        });
        events.push(Event::TransactionEnded {
            connection: name.clone(),
            end: match in_doubt {
                true => TransactionEnd::Unknown,
                false => TransactionEnd::Lost,
            },
            by: None,
        });
    }
    if let Some(step) = running {
        events.push(Event::StepInterrupted {
            step: plan.step(step).id.clone(),
            attempt: progress
                .step(step)
                .attempt
                .expect("a running step has an attempt"),
        });
    }
    for index in progress.steps_up() {
        let attempt = progress.step(index).attempt;
        events.push(Event::StepInterrupted {
            step: plan.step(index).id.clone(),
            attempt: attempt.expect("a step that is up has an attempt"),
        });
    }
    events
}
