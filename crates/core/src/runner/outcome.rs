//! From what an engine says to an outcome, and to what happens next.

use super::rollback::undo_ended;
use super::{
    Advance, Cancelling, Decision, Flow, OnFailure, Rolling, ShellEnded, SqlEnded, SqlStop,
    WorkEnded, background, resolving, retrying, unknown,
};
use crate::output::OutputSummary;
use crate::plan::{Captured, CapturedValue, Finding, Plan, Role, Step};
use crate::progress::Progress;
use crate::record::{
    Capture, Event, Failure, Mode, Outcome, PauseReason, Positions, ServerError, TransactionEnd,
    TransactionStatus, Work, bound,
};
use crate::{Attempt, ConnectionName, StepIndex};

/// Records the outcome of an attempt and the ends of transactions on its way.
pub(super) fn finished(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    finished: Finished,
) -> Decision {
    let Finished {
        ended,
        duration_us,
        output,
    } = finished;
    let polls = flow.waiting.take().map(|waiting| waiting.polls);
    let cancelling = flow.cancelling.take().filter(|known| known.step == step);
    let planned = plan.step(step);
    let mut decision = Decision::none();
    let Came {
        outcome,
        work,
        transaction,
        captured,
        positions,
    } = came(plan, progress, flow, step, ended, cancelling, &mut decision);
    let outcome = match cancelling.filter(|_| polls.is_some()) {
        Some(cancelling) => stopped_between_looks(outcome, cancelling, planned.timeout),
        None => outcome,
    };
    let (outcome, captures) = kept(planned, outcome, captured);
    let at = (step, attempt);
    let question = resolving::ask(plan, progress, flow, at, Some(&outcome));
    let asked = question.is_some();
    decision.effects.extend(question);
    let was_cut = flow.cut.take().is_some_and(|cut| cut.step == step);
    let again = !was_cut && retrying::again(plan, flow, at, &outcome, transaction, &mut decision);
    let id = planned.id.clone();
    let known = unknown::probed(plan, progress, at, &outcome);
    let well = matches!(outcome, Outcome::Succeeded { .. });
    let failure = match &outcome {
        // That a probe sees nothing says something of another step, and is no failure of the run.
        _ if matches!(planned.role, Role::ProbeOf(_)) => None,
        Outcome::Succeeded { .. } => None,
        Outcome::Failed { .. } => Some(PauseReason::StepFailed { step: id }),
        Outcome::Unknown { .. } => Some(PauseReason::StepUnknown { step: id }),
    };
    if planned.shell.interactive {
        decision.events.push(Event::TerminalReturned {
            step: planned.id.clone(),
            attempt,
        });
    }
    decision.events.push(Event::StepFinished {
        step: planned.id.clone(),
        attempt,
        outcome,
        work,
        transaction,
        duration_us,
        output,
        captures,
        polls,
        positions: (!positions.is_empty()).then(|| Box::new(positions)),
    });
    decision.events.extend(known);
    if again || asked {
        return decision;
    }
    undo_ended(plan, flow, step, well);
    if let Some(reason) = failure {
        stopped_by(plan, flow, step, reason);
    }
    decision
}

/// What an engine's word comes to, before it is known whether it was asked for.
struct Came {
    outcome: Outcome,
    work: Work,
    transaction: Option<TransactionStatus>,
    captured: Option<Captured>,
    positions: Positions,
}

/// Judges what an engine said of `step`; the transactions that ended on the way go into `decision`.
fn came(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    ended: WorkEnded,
    cancelling: Option<Cancelling>,
    decision: &mut Decision,
) -> Came {
    let planned = plan.step(step);
    let timeout_us = planned.timeout.map_or(0, micros);
    let own = planned.connection.as_ref();
    let before = own.and_then(|name| progress.connection(name));
    let before = before.map(|known| known.transaction);
    let captured = match &ended {
        WorkEnded::Sql(sql) => sql.captured.clone(),
        WorkEnded::Shell(shell) => shell.captured.clone(),
        WorkEnded::Unstartable { .. } => None,
    };
    let mut positions = Positions::default();
    let ((outcome, work), transaction) = match ended {
        WorkEnded::Shell(shell) if planned.shell.background && cancelling.is_none() => {
            let failure = background::early(&WorkEnded::Shell(shell.clone()));
            let (_, work) = shell_outcome(shell, None, timeout_us);
            ((Outcome::Failed { failure }, work), None)
        }
        WorkEnded::Sql(mut sql) => {
            bounded(&mut sql);
            place_in_file(&mut sql, planned);
            let made = made_for(progress, planned, step);
            decision.events = ended_transactions(plan, progress, flow, step, &sql);
            let transaction = match made == own {
                true => Some(sql.transaction),
                false => before,
            };
            positions = std::mem::take(&mut sql.positions);
            (sql_outcome(sql, cancelling, timeout_us), transaction)
        }
        WorkEnded::Shell(shell) => (shell_outcome(shell, cancelling, timeout_us), None),
        // The text never reached the server, so a transaction opened before is as it was.
        WorkEnded::Unstartable { mut message } => {
            bound(&mut message);
            let failure = Failure::Unstartable { message };
            ((Outcome::Failed { failure }, Work::None), before)
        }
    };
    Came {
        outcome,
        work,
        transaction,
        captured,
        positions,
    }
}

/// A step did not do what it should: nothing runs on by itself, and without a person the run is put down, after what it
/// did was undone if that was asked for.
fn stopped_by(plan: &Plan, flow: &mut Flow, step: StepIndex, reason: PauseReason) {
    flow.advance = Advance::Wait;
    if flow.terms.mode == Mode::Interactive {
        return;
    }
    let failed = matches!(reason, PauseReason::StepFailed { .. });
    match flow.terms.on_failure {
        OnFailure::RollBack if failed && plan.step(step).is_main() && flow.leaving.is_none() => {
            flow.rolling = Some(Rolling {
                then_leave: Some(reason),
                ..Rolling::down_to(None)
            });
        }
        OnFailure::RollBack | OnFailure::Stop => flow.leave(reason),
    }
}

/// The connection that the work which just ended was on: another than the step's own once its statements were made.
fn made_for<'a>(
    progress: &Progress,
    planned: &'a Step,
    step: StepIndex,
) -> Option<&'a ConnectionName> {
    let made = planned
        .made_for()
        .filter(|_| progress.step(step).generated.is_some());
    made.or(planned.connection.as_ref())
}

/// The transactions that ended on the way; a session that was lost is open no more.
fn ended_transactions(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    sql: &SqlEnded,
) -> Vec<Event> {
    let planned = plan.step(step);
    let Some(connection) = made_for(progress, planned, step) else {
        return Vec::new();
    };
    let lost = matches!(sql.stop, Some(SqlStop::Lost { .. }));
    if lost {
        flow.open.remove(connection);
    }
    let ended = |end| Event::TransactionEnded {
        connection: connection.clone(),
        end,
        by: (!lost).then(|| planned.id.clone()),
    };
    ends(progress, plan, step, sql)
        .into_iter()
        .map(ended)
        .collect()
}

/// How an attempt's work ended, when, and what it printed.
pub(super) struct Finished {
    /// How.
    pub(super) ended: WorkEnded,
    /// From intent to end in microseconds.
    pub(super) duration_us: u64,
    /// What it printed, already on disk.
    pub(super) output: OutputSummary,
}

/// Records the outcome of an attempt that no engine works for: a wait between two looks, or a `gexec` whose statements
/// were made and not sent.
pub(super) fn concluded(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    duration_us: u64,
    output: OutputSummary,
) -> Decision {
    let last = flow
        .waiting
        .as_mut()
        .and_then(|waiting| waiting.last.take());
    let before = match plan.step(step).shell.interactive {
        true => "it got the terminal",
        false => "the statements it made were sent",
    };
    let ended = last.unwrap_or_else(|| WorkEnded::Unstartable {
        message: format!("cancelled before {before}"),
    });
    let ended = Finished {
        ended,
        duration_us,
        output,
    };
    finished(plan, progress, flow, (step, attempt), ended)
}

/// The outcome of a wait that was cancelled: the last look said nothing of that when it had ended before.
fn stopped_between_looks(
    outcome: Outcome,
    cancelling: Cancelling,
    timeout: Option<std::time::Duration>,
) -> Outcome {
    match outcome {
        Outcome::Unknown { .. }
        | Outcome::Failed {
            failure:
                Failure::Cancelled { .. }
                | Failure::TimedOut { .. }
                | Failure::Lost { .. }
                | Failure::Unstartable { .. },
        } => outcome,
        Outcome::Succeeded { .. } | Outcome::Failed { .. } => Outcome::Failed {
            failure: interrupted(cancelling, timeout.map_or(0, micros), None),
        },
    }
}

/// The variables that a step bound, and its outcome with regard to them: what it should capture must be there, and only a
/// step that can be run again may hold a secret in memory alone.
fn kept(planned: &Step, outcome: Outcome, captured: Option<Captured>) -> (Outcome, Vec<Capture>) {
    let names = &planned.flow.captures;
    if names.is_empty() || !matches!(outcome, Outcome::Succeeded { .. }) {
        return (outcome, Vec::new());
    }
    let failed = |mut message: String| {
        bound(&mut message);
        let failure = Failure::Capture { message };
        (Outcome::Failed { failure }, Vec::new())
    };
    let values = match captured {
        Some(Ok(values)) if values.len() == names.len() => values,
        Some(Err(message)) => return failed(message),
        Some(Ok(_)) | None => return failed("the engine captured nothing".to_owned()),
    };
    let secret = values.contains(&CapturedValue::Secret);
    if secret && !planned.flow.idempotent {
        return failed(
            "the value holds a secret, which no record may; mark the step `idempotent`, so that a resumed run can capture it again".to_owned(),
        );
    }
    let captures = names.iter().zip(values).map(|(name, value)| Capture {
        name: name.clone(),
        value: match value {
            CapturedValue::Plain(value) => Some(value),
            CapturedValue::Secret => None,
        },
    });
    (outcome, captures.collect())
}

/// Texts of servers have no limit of their own; those of records do.
fn bounded(sql: &mut SqlEnded) {
    if let Some(tag) = &mut sql.tag {
        bound(tag);
    }
    match &mut sql.stop {
        Some(SqlStop::Refused(error)) => **error = std::mem::take(&mut **error).bounded(),
        Some(SqlStop::Lost { message, .. }) => bound(message),
        Some(SqlStop::RolledBack) | None => {}
    }
}

/// The transaction ends an engine saw, and the one that a lost session implies.
fn ends(progress: &Progress, plan: &Plan, step: StepIndex, sql: &SqlEnded) -> Vec<TransactionEnd> {
    let mut ends = sql.ends.clone();
    if let Some(SqlStop::Lost { in_doubt, .. }) = &sql.stop {
        let was_open = plan
            .step(step)
            .connection
            .as_ref()
            .and_then(|name| progress.connection(name))
            .is_some_and(|known| known.transaction != TransactionStatus::Idle);
        if was_open && ends.is_empty() {
            ends.push(match in_doubt {
                true => TransactionEnd::Unknown,
                false => TransactionEnd::Lost,
            });
        }
    }
    ends
}

/// Engines know lines and columns; which file they are of is the plan's knowledge.
fn place_in_file(sql: &mut SqlEnded, planned: &Step) {
    if let Some(SqlStop::Refused(error)) = &mut sql.stop
        && error.position.is_some()
    {
        error.file = planned.body.file.as_deref().map(str::to_owned);
    }
}

fn sql_outcome(sql: SqlEnded, cancelling: Option<Cancelling>, timeout_us: u64) -> (Outcome, Work) {
    let work = Work::Sql {
        statements: sql.statements,
        finished: sql.finished,
        rows: sql.rows,
        tag: sql.tag,
    };
    let outcome = match (sql.stop, cancelling) {
        (None, _) => judged(sql.finding),
        (Some(SqlStop::Refused(error)), Some(cancelling)) => Outcome::Failed {
            failure: interrupted(cancelling, timeout_us, Some(error)),
        },
        (Some(SqlStop::Refused(error)), None) => Outcome::Failed {
            failure: Failure::Server(error),
        },
        (Some(SqlStop::RolledBack), _) => Outcome::Failed {
            failure: Failure::RolledBack,
        },
        (
            Some(SqlStop::Lost {
                message,
                in_doubt: true,
            }),
            _,
        ) => Outcome::Unknown {
            because: match sql.finished < sql.statements {
                true => format!(
                    "the connection was lost while statement {} of {} was under way: {message}",
                    sql.finished + 1,
                    sql.statements
                ),
                false => {
                    format!("the connection was lost while its COMMIT was under way: {message}")
                }
            },
        },
        (Some(SqlStop::Lost { message, .. }), _) => Outcome::Failed {
            failure: Failure::Lost { message },
        },
    };
    (outcome, work)
}

fn shell_outcome(
    shell: ShellEnded,
    cancelling: Option<Cancelling>,
    timeout_us: u64,
) -> (Outcome, Work) {
    // With its children killed a script may well end in order (`wait` returns 0), so exit 0 proves nothing here.
    let outcome = match (shell.exit, shell.signal, cancelling) {
        (_, _, Some(cancelling)) => Outcome::Failed {
            failure: interrupted(cancelling, timeout_us, None),
        },
        (Some(0), ..) => judged(shell.finding),
        (Some(code), ..) => Outcome::Failed {
            failure: Failure::Exit { code },
        },
        (None, signal, None) => Outcome::Failed {
            failure: Failure::Killed {
                signal: signal.unwrap_or(0),
            },
        },
    };
    let work = Work::Shell {
        exit: shell.exit,
        signal: shell.signal,
        state_lost: shell.state_lost,
    };
    (outcome, work)
}

fn judged(finding: Option<Finding>) -> Outcome {
    match finding {
        Some(finding) if !finding.met => Outcome::Failed {
            failure: Failure::Check(finding),
        },
        finding => Outcome::Succeeded { finding },
    }
}

fn interrupted(
    cancelling: Cancelling,
    timeout_us: u64,
    error: Option<Box<ServerError>>,
) -> Failure {
    match cancelling.timed_out {
        true => Failure::TimedOut {
            after_us: timeout_us,
            error,
        },
        false => Failure::Cancelled { error },
    }
}

fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
