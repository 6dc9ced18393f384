//! What follows from what engines say: of attempts, and of sessions.

use super::decide::give_up_opening;
use super::outcome::{Finished, concluded, finished};
use super::starting::opened;
use super::{
    Advance, Decision, Effect, Flow, OpenFailure, Refusal, Report, background, resolving,
    session_state, waiting,
};
use crate::plan::{Plan, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Event, Mode, PauseReason, TransactionEnd, TransactionStatus};
use crate::{Attempt, ConnectionName, Digest, StepIndex};

/// What follows from what an engine says.
pub(super) fn reported(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    report: Report,
) -> Decision {
    match report {
        Report::Ended {
            step,
            attempt,
            ended,
            duration_us,
            output,
        } => {
            let ended = Finished {
                ended,
                duration_us,
                output,
            };
            match progress.step(step).state {
                StepState::Up => background::ended(plan, flow, (step, attempt), ended),
                _ => finished(plan, progress, flow, (step, attempt), ended),
            }
        }
        Report::WentUp { step, attempt } => background::went_up(plan, flow, step, attempt),
        Report::Polled {
            step,
            attempt,
            ended,
            elapsed_us,
        } => waiting::looked(plan, flow, (step, attempt), ended, elapsed_us),
        Report::Resolved {
            step,
            attempt,
            fate,
        } => resolving::answered(plan, progress, flow, (step, attempt), fate.ok()),
        Report::Concluded {
            step,
            attempt,
            duration_us,
            output,
        } => concluded(plan, progress, flow, (step, attempt), duration_us, output),
        Report::Generated {
            step,
            attempt,
            count,
            digest,
            statements,
        } => generated(plan, flow, (step, attempt), count, digest, statements),
        Report::CommitReady {
            step,
            attempt,
            connection,
            transaction_id,
        } => {
            let mut decision = Decision::effect(Effect::Commit { step, attempt });
            decision
                .events
                .extend(transaction_id.map(|transaction_id| Event::CommitAnnounced {
                    step: plan.step(step).id.clone(),
                    attempt,
                    connection,
                    transaction_id,
                }));
            decision
        }
        Report::Opened { .. }
        | Report::OpenFailed { .. }
        | Report::Abandoned { .. }
        | Report::Closed { .. }
        | Report::Lost { .. } => of_a_session(plan, progress, flow, report),
    }
}

fn of_a_session(plan: &Plan, progress: &Progress, flow: &mut Flow, report: Report) -> Decision {
    match report {
        Report::Opened { connection, target } => {
            flow.open.insert(connection.clone());
            if flow.opening.as_ref() != Some(&connection) {
                return Decision::effect(Effect::Close(connection));
            }
            flow.opening = None;
            opened(plan, progress, flow, connection, target)
        }
        Report::OpenFailed {
            connection,
            failure,
        } => {
            if flow.opening.as_ref() != Some(&connection) {
                return Decision::none();
            }
            give_up_opening(flow);
            open_failed(flow, connection, *failure)
        }
        Report::Abandoned { connection, end } => {
            flow.abandoning = None;
            flow.advance = Advance::Wait;
            if end != TransactionEnd::RolledBack {
                flow.open.remove(&connection);
            }
            Decision::event(Event::TransactionEnded {
                connection,
                end,
                by: None,
            })
        }
        Report::Closed { connection, end } => {
            flow.open.remove(&connection);
            let mut decision = Decision::none();
            if let Some(end) = end {
                decision.events.push(Event::TransactionEnded {
                    connection,
                    end,
                    by: None,
                });
            }
            decision
        }
        Report::Lost {
            connection,
            message,
        } => {
            flow.open.remove(&connection);
            if let Some(waiting) = waits_on(plan, progress, &connection) {
                return waiting::lost(flow, waiting, message);
            }
            session_state::lost(progress, flow, &connection);
            let open = progress
                .connection(&connection)
                .is_some_and(|known| known.transaction != TransactionStatus::Idle);
            let mut decision = Decision::none();
            if open {
                decision.events.push(Event::TransactionEnded {
                    connection,
                    end: TransactionEnd::Lost,
                    by: None,
                });
            }
            decision
        }
        Report::Ended { .. }
        | Report::WentUp { .. }
        | Report::Polled { .. }
        | Report::Resolved { .. }
        | Report::Concluded { .. }
        | Report::Generated { .. }
        | Report::CommitReady { .. } => Decision::none(),
    }
}

/// Records which statements were made and lets them run, unless the step was cancelled meanwhile.
fn generated(
    plan: &Plan,
    flow: &Flow,
    (step, attempt): (StepIndex, Attempt),
    count: u64,
    digest: Digest,
    statements: Vec<String>,
) -> Decision {
    let planned = plan.step(step);
    let cancelled = flow.cancelling.is_some_and(|known| known.step == step);
    Decision {
        events: vec![Event::StatementsGenerated {
            step: planned.id.clone(),
            attempt,
            connection: planned.made_for().cloned().unwrap_or_default(),
            count,
            digest,
            statements,
        }],
        effects: vec![match cancelled {
            true => Effect::Conclude { step, attempt },
            false => Effect::RunGenerated { step, attempt },
        }],
        refusal: None,
    }
}

/// The `wait` step under way whose session this is, with its attempt.
fn waits_on(
    plan: &Plan,
    progress: &Progress,
    connection: &ConnectionName,
) -> Option<(StepIndex, Attempt)> {
    let step = progress.running()?;
    let planned = plan.step(step);
    let waits = planned.kind == StepKind::Sql
        && planned.flow.wait.is_some()
        && planned.connection.as_ref() == Some(connection);
    waits.then_some(step).zip(progress.step(step).attempt)
}

fn open_failed(flow: &mut Flow, connection: ConnectionName, failure: OpenFailure) -> Decision {
    flow.advance = Advance::Wait;
    if flow.terms.mode == Mode::Headless {
        flow.leave(PauseReason::Target {
            message: format!("{connection}: {}", failure.message),
        });
    }
    Decision::refuse(Refusal::OpenFailed {
        connection,
        message: failure.message,
    })
}
