//! Everything a run can record.

use serde::{Deserialize, Deserializer, Serialize};

use super::of_kind::OfKind;
use super::{
    Capture, Comparison, Conclusion, Evidence, IncludedSource, InputOrigin, NotRehearsed,
    OrphansEnd, Outcome, PauseReason, Polls, Positions, Resolution, RunHeader, StopSource,
    TargetIdentity, TransactionEnd, TransactionStatus, Verdict, Work,
};
use crate::output::OutputSummary;
use crate::plan::StepKind;
use crate::{Attempt, ConnectionName, Digest, StepId, VariableName};

/// Defines the enum twice: as it stands in a journal, named by a member `type`, and as a value whose name is already known.
/// Serde reads the first by keeping every member until it has seen `type`, which takes more than twice as long.
macro_rules! named_by_type {
    ($(#[$meta:meta])* pub enum $name:ident { $($variants:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        pub enum $name { $($variants)* }

        #[derive(Deserialize)]
        #[serde(remote = "Event", rename_all = "snake_case")]
        enum Named { $($variants)* }
    };
}

named_by_type! {
    /// A fact about a run: owned, past tense, never derived, never secret.
    pub enum Event {
        /// The first record of every run.
        RunStarted(Box<RunHeader>),
        /// Somebody said that the runbook may work on the environment it is written for.
        EnvironmentConfirmed {
            /// `environment:` of the runbook.
            environment: String,
            /// What was typed.
            answer: String,
            /// Whether a flag gave it and not a person at the terminal.
            by_flag: bool,
        },
        /// An input has its value.
        InputGiven {
            /// The input.
            name: VariableName,
            /// Its value; none for a secret, which no record holds.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            value: Option<String>,
            /// Where the value came from.
            origin: InputOrigin,
        },
        /// A connection was opened and said what it leads to.
        TargetIdentified {
            /// The connection.
            connection: ConnectionName,
            /// Its n-th session of this run, from 1.
            epoch: u32,
            /// What it leads to.
            target: Box<TargetIdentity>,
        },
        /// The intent: from here on the step may have had an effect.
        StepStarted {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
            /// What does its work.
            kind: StepKind,
            /// The exact text, with secret slots where secrets go.
            text: String,
            /// Digest of kind, connection and text.
            digest: Digest,
            /// The connection it works on.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            connection: Option<ConnectionName>,
        },
        /// The statements that a `gexec` step made, before the first of them is sent. All of them are in the step's output.
        StatementsGenerated {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
            /// The connection they run on.
            connection: ConnectionName,
            /// How many there are.
            count: u64,
            /// SHA-256 of their texts, each followed by a NUL byte.
            digest: Digest,
            /// The first of them, whole, as many as go into 32 KiB.
            statements: Vec<String>,
        },
        /// The COMMIT of a `transaction` step is about to be sent.
        CommitAnnounced {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
            /// The connection.
            connection: ConnectionName,
            /// Its `pg_current_xact_id()`, which `pg_xact_status()` takes.
            transaction_id: String,
        },
        /// A step got the terminal.
        TerminalLent {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
        },
        /// The terminal came back from a step.
        TerminalReturned {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
        },
        /// A background step is up; steps that need it may start.
        StepWentUp {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
        },
        /// What steps had left in a session that is gone is not made again.
        SessionStateWaived {
            /// Whose session.
            connection: ConnectionName,
            /// The steps that had left something there.
            steps: Vec<StepId>,
            /// Why that does not matter, in the operator's words.
            reason: String,
        },
        /// The outcome of an attempt.
        StepFinished {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
            /// How it ended.
            outcome: Outcome,
            /// What was done on the way.
            work: Work,
            /// State of the connection's transaction afterwards; a step that succeeded while it is not idle is held.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            transaction: Option<TransactionStatus>,
            /// From intent to outcome, in microseconds, by the monotonic clock.
            duration_us: u64,
            /// What it printed.
            output: OutputSummary,
            /// The variables it bound; only of a step that succeeded.
            #[serde(skip_serializing_if = "Vec::is_empty", default)]
            captures: Vec<Capture>,
            /// What it saw while it asked, if it is a `wait` step.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            polls: Option<Polls>,
            /// Where the server stood before and after, if it is SQL.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            positions: Option<Box<Positions>>,
        },
        /// A transaction that steps were held in came to its end, and settles them together.
        TransactionEnded {
            /// Whose transaction.
            connection: ConnectionName,
            /// How it ended.
            end: TransactionEnd,
            /// The step whose statement ended it; none when the session's end or the operator did.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            by: Option<StepId>,
        },
        /// An attempt's outcome was never recorded, found when the run was taken up again.
        StepInterrupted {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
        },
        /// Processes of an attempt had outlived the runner that started them, and no longer are in the way.
        OrphansSettled {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
            /// What became of them.
            end: OrphansEnd,
            /// Their process ids, as far as they were seen.
            processes: Vec<i32>,
        },
        /// An unknown outcome became known.
        StepResolved {
            /// The step.
            step: StepId,
            /// Its attempt.
            attempt: Attempt,
            /// What it had done.
            resolution: Resolution,
            /// Who or what says so.
            evidence: Evidence,
        },
        /// What the run did is being undone, newest first.
        RollbackStarted {
            /// The steps that undo, in the order they will run.
            undo: Vec<StepId>,
            /// The steps whose effect has no undo and stays.
            lasting: Vec<StepId>,
        },
        /// The run goes on with another text of its runbook; no step that was tried differs.
        RunbookReplaced {
            /// SHA-256 of its exact bytes.
            runbook: Digest,
            /// The file beside the journal that holds them.
            file: String,
            /// How many steps its main flow has.
            steps: u64,
            /// The files it includes, as they were read for it.
            #[serde(skip_serializing_if = "Vec::is_empty", default)]
            included: Vec<IncludedSource>,
        },
        /// A step's `when` variable is not true.
        StepNotNeeded {
            /// The step.
            step: StepId,
            /// The variable.
            variable: VariableName,
            /// Its value; none when it has none, or a secret one.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            value: Option<String>,
        },
        /// The operator passed a step over.
        StepSkipped {
            /// The step.
            step: StepId,
            /// Why, in the operator's words.
            reason: String,
        },
        /// The question asked before a step was answered.
        StepConfirmed {
            /// The step.
            step: StepId,
            /// What was typed; `y` for a plain question.
            answer: String,
            /// Whether a flag gave it and not a person at the terminal.
            by_flag: bool,
            /// Whether a rehearsal gave it, and nobody else.
            #[serde(skip_serializing_if = "std::ops::Not::not", default)]
            by_rehearsal: bool,
        },
        /// A rehearsal passed a step over, and what needs it goes on.
        StepNotRehearsed {
            /// The step.
            step: StepId,
            /// Why.
            why: NotRehearsed,
        },
        /// A rehearsal compared the clusters with what they were before.
        StateCompared(Box<Comparison>),
        /// A rehearsal, or its first part, came to its end.
        RehearsalConcluded(Box<Conclusion>),
        /// The operator wrote something down.
        NoteAdded {
            /// The step it is about.
            #[serde(skip_serializing_if = "Option::is_none", default)]
            step: Option<StepId>,
            /// The note.
            text: String,
        },
        /// The operator or a signal asked the run to end early.
        StopRequested {
            /// Who asked.
            by: StopSource,
        },
        /// The run ended with something left to do; it can be taken up again.
        RunPaused {
            /// Why.
            reason: PauseReason,
        },
        /// The run was taken up again.
        RunResumed {
            /// By whom, on what.
            header: Box<RunHeader>,
        },
        /// The journal's torn last line was closed off; the bytes stay where they are.
        TailRecovered {
            /// Byte offset at which the dead bytes begin.
            offset: u64,
            /// How many there are.
            length: u64,
            /// Their SHA-256.
            digest: Digest,
        },
        /// The run came to its end: every step is settled, or all that has an undo is undone.
        RunFinished {
            /// How it came out.
            verdict: Verdict,
        },
    }
}

impl Event {
    /// The event called `kind`, whose members are among `members`. It is what reading `members` alone gives, in half the time.
    ///
    /// # Errors
    /// When there is no such event, or members are missing or not of their type.
    pub fn of_kind<'de, D: Deserializer<'de>>(kind: &str, members: D) -> Result<Self, D::Error> {
        Named::deserialize(OfKind { kind, members })
    }
}
