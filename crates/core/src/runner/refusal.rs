//! Why a command is not carried out.

use crate::plan::{Position, SessionState};
use crate::{ConnectionName, StepId, VariableName};

/// Why a command is not carried out, with what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A step is under way.
    StepRunning(StepId),
    /// No step is under way.
    NothingRunning,
    /// A session is being opened or closed.
    Busy,
    /// Steps it needs are not done.
    NeedsMissing {
        /// The step.
        step: StepId,
        /// What it needs and does not have, with the state each is in.
        missing: Vec<(StepId, &'static str)>,
    },
    /// It is done already.
    AlreadyDone(StepId),
    /// Its last outcome is unknown; running it again could do its work twice.
    OutcomeUnknown(StepId),
    /// It belongs to another step and is not in the main flow.
    NotInMainFlow(StepId),
    /// Its question must be answered first; with the text to type, if one is asked for.
    NeedsConfirmation {
        /// The step.
        step: StepId,
        /// What must be typed.
        typed: Option<String>,
    },
    /// What was typed is not what was asked for.
    WrongConfirmation {
        /// The step.
        step: StepId,
        /// What must be typed.
        typed: String,
    },
    /// A person must do it and say so.
    NeedsTick(StepId),
    /// It needs the terminal of a person.
    NeedsTerminal(StepId),
    /// Values must be given for the variables it captures.
    NeedsValues {
        /// The step.
        step: StepId,
        /// The variables, in order.
        names: Vec<VariableName>,
    },
    /// A value that was typed cannot be captured.
    BadValue {
        /// The variable.
        name: VariableName,
        /// Why, as the end of a sentence about it.
        why: &'static str,
    },
    /// A variable in its text or its `when` has no value, or one that cannot stand there.
    Unfillable {
        /// The step.
        step: StepId,
        /// Where in the runbook, if in its text.
        position: Option<Position>,
        /// The variable.
        variable: VariableName,
        /// Why, as the end of a sentence about it; never the value.
        why: &'static str,
    },
    /// A step that runs before the run ends, whatever happens, needs a person.
    AlwaysDue(StepId),
    /// It is not a manual step.
    NotManual(StepId),
    /// It is `required`.
    Required(StepId),
    /// A reason must be given.
    NeedsReason,
    /// Another step's transaction is open on its connection, and it does not descend from that step.
    OutsideTransaction {
        /// The step.
        step: StepId,
        /// Whose transaction.
        connection: ConnectionName,
        /// The step that opened it.
        opener: StepId,
    },
    /// The transaction open on its connection has failed, and can only be rolled back.
    TransactionFailed {
        /// The step.
        step: StepId,
        /// Whose transaction.
        connection: ConnectionName,
    },
    /// What steps left in a session is gone with it; they must be run again, or waived, first.
    SessionStateMissing {
        /// The connection.
        connection: ConnectionName,
        /// Those steps, and what each left.
        steps: Vec<(StepId, Vec<SessionState>)>,
    },
    /// No session state is missing there.
    NothingToWaive(ConnectionName),
    /// Nothing that was done has an undo, or none that may run.
    NothingToUndo {
        /// The `no-return` step that nothing before is undone because of.
        barrier: Option<StepId>,
    },
    /// Its outcome is not unknown.
    NotUnknown(StepId),
    /// Nothing can tell what it did.
    NoEvidence(StepId),
    /// It was never tried.
    NotTried(StepId),
    /// No step says `probe=` of it.
    NoProbe(StepId),
    /// Only a rehearsal does that.
    NotRehearsal,
    /// It is no background step that is up.
    NotUp(StepId),
    /// No transaction is open there.
    NoTransaction(ConnectionName),
    /// Nothing is left that could start.
    NothingReady {
        /// The failed or unknown step that is in the way, if one is.
        blocked_by: Option<StepId>,
    },
    /// The session now leads somewhere else than before.
    TargetChanged {
        /// The connection.
        connection: ConnectionName,
        /// What differs.
        difference: String,
    },
    /// The session could not be opened.
    OpenFailed {
        /// The connection.
        connection: ConnectionName,
        /// Why, in one line.
        message: String,
    },
    /// The run is over.
    RunEnded,
}

impl Refusal {
    /// Whether it is a question that a person may answer, and the step goes on then.
    pub fn asks_a_person(&self) -> bool {
        matches!(
            self,
            Self::NeedsConfirmation { .. } | Self::NeedsTick(_) | Self::NeedsValues { .. }
        )
    }

    /// The refusal for a person: what is in the way and what to do next.
    pub fn message(&self) -> String {
        match self {
            Self::StepRunning(step) => format!("step {step} is running; cancel it first (c)"),
            Self::NothingRunning => "no step is running".to_owned(),
            Self::Busy => "a connection is being opened or closed; one moment".to_owned(),
            Self::NeedsMissing { step, missing } => {
                let list: Vec<String> = missing
                    .iter()
                    .map(|(id, state)| format!("{id} ({state})"))
                    .collect();
                format!("step {step} needs {} first", list.join(", "))
            }
            Self::AlreadyDone(step) => format!("step {step} is done already"),
            Self::OutcomeUnknown(step) => {
                format!(
                    "the outcome of step {step} is unknown; running it again could do its work twice"
                )
            }
            Self::NotInMainFlow(step) => {
                format!("step {step} belongs to another step and does not run on its own")
            }
            Self::NeedsConfirmation { step, typed: None } => {
                format!("step {step} asks for confirmation")
            }
            Self::NeedsConfirmation {
                step,
                typed: Some(text),
            } => {
                format!("step {step} asks you to type \u{201c}{text}\u{201d}")
            }
            Self::WrongConfirmation { step, typed } => {
                format!("step {step} was not confirmed: type exactly \u{201c}{typed}\u{201d}")
            }
            Self::NeedsTick(step) => format!("step {step} is for a person: do it, then tick it"),
            Self::NeedsTerminal(step) => format!(
                "step {step} is interactive and gets the terminal, and there is none; run it without --yes from a terminal"
            ),
            Self::NeedsValues { step, names } => {
                let list: Vec<&str> = names.iter().map(VariableName::as_str).collect();
                format!("step {step} asks for {}", list.join(", "))
            }
            Self::BadValue { name, why } => format!("{name} {why}"),
            Self::Unfillable {
                step,
                position,
                variable,
                why,
            } => {
                let place = position.map_or(String::new(), |position| {
                    format!(", line {}, column {}", position.line, position.column)
                });
                format!("step {step}{place}: {variable} {why}")
            }
            Self::AlwaysDue(step) => {
                format!("step {step} always runs before the end: do it or skip it (s), then leave")
            }
            Self::NotManual(step) => format!("step {step} is not a manual step"),
            Self::Required(step) => format!("step {step} is required and cannot be skipped"),
            Self::NeedsReason => "skipping takes a reason".to_owned(),
            Self::OutsideTransaction {
                step,
                connection,
                opener,
            } => format!(
                "step {step} would run inside the transaction that step {opener} opened on {connection}; end that first"
            ),
            Self::TransactionFailed { step, connection } => format!(
                "the transaction open on {connection} has failed, so its server would refuse step {step}: roll it back first (x)"
            ),
            Self::SessionStateMissing { connection, steps } => missing_state(connection, steps),
            Self::NothingToWaive(connection) => {
                format!("no step left anything in a lost session of {connection}")
            }
            Self::NothingToUndo { barrier: None } => {
                "nothing that was done has an undo (a step with `rollback=`)".to_owned()
            }
            Self::NothingToUndo {
                barrier: Some(step),
            } => format!("step {step} is the point of no return: nothing before it is undone"),
            Self::NotUnknown(step) => format!("the outcome of step {step} is not unknown"),
            Self::NoEvidence(step) => format!(
                "nothing can tell what step {step} did: it has no probe, is not idempotent, and announced no COMMIT"
            ),
            Self::NotTried(step) => format!("step {step} was never tried"),
            Self::NoProbe(step) => format!("step {step} has no probe (a step with `probe={step}`)"),
            Self::NotRehearsal => "only a rehearsal does that".to_owned(),
            Self::NotUp(step) => format!("step {step} is not up in the background"),
            Self::NoTransaction(connection) => format!("no transaction is open on {connection}"),
            Self::NothingReady {
                blocked_by: Some(step),
            } => {
                format!("step {step} is in the way: retry it (r) or skip it (s)")
            }
            Self::NothingReady { blocked_by: None } => "nothing is left to run".to_owned(),
            Self::TargetChanged {
                connection,
                difference,
            } => {
                format!("connection {connection} leads somewhere else than before: {difference}")
            }
            Self::OpenFailed {
                connection,
                message,
            } => format!("connection {connection}: {message}"),
            Self::RunEnded => "the run is over".to_owned(),
        }
    }
}

fn missing_state(connection: &ConnectionName, steps: &[(StepId, Vec<SessionState>)]) -> String {
    let list: Vec<String> = steps
        .iter()
        .map(|(id, states)| {
            let words: Vec<&str> = states.iter().map(|state| state.words()).collect();
            format!("{id} ({})", words.join(", "))
        })
        .collect();
    format!(
        "the session of {connection} is a new one, and what these steps left in the old one is gone: {}; run them again, or waive them (w)",
        list.join(", ")
    )
}
