//! An event in a few words, without any mark-up. Does not choose which events are told.

use std::time::Duration;

use super::duration;
use crate::record::{Comparison, Event, Failure, Outcome, StopSource, Verdict};
use crate::{StepId, VariableName};

/// An event in a few words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The step it is about.
    pub(super) step: Option<StepId>,
    /// What happened; goes on from the step's id, where there is one.
    pub(super) what: String,
    /// More about it; may be empty.
    pub(super) more: String,
}

impl Phrase {
    fn run(what: impl Into<String>, more: impl Into<String>) -> Self {
        Self {
            step: None,
            what: what.into(),
            more: more.into(),
        }
    }

    fn step(step: &StepId, what: impl Into<String>, more: impl Into<String>) -> Self {
        Self {
            step: Some(step.clone()),
            ..Self::run(what, more)
        }
    }
}

/// `event` in one line, the step it is about first.
pub fn sentence(event: &Event) -> String {
    let Phrase { step, what, more } = phrase(event);
    let step = step.map_or_else(String::new, |step| format!("{step} "));
    match more.is_empty() {
        true => format!("{step}{what}"),
        false => format!("{step}{what}: {more}"),
    }
}

/// `event` in a few words.
pub(super) fn phrase(event: &Event) -> Phrase {
    let phrase = match event {
        Event::RunStarted(_)
        | Event::RunResumed { .. }
        | Event::InputGiven { .. }
        | Event::TargetIdentified { .. }
        | Event::TransactionEnded { .. }
        | Event::RollbackStarted { .. }
        | Event::RunbookReplaced { .. }
        | Event::StopRequested { .. }
        | Event::RunPaused { .. }
        | Event::TailRecovered { .. }
        | Event::StateCompared(_)
        | Event::RehearsalConcluded(_)
        | Event::RunFinished { .. } => of_run(event),
        Event::StepStarted { .. }
        | Event::StatementsGenerated { .. }
        | Event::CommitAnnounced { .. }
        | Event::TerminalLent { .. }
        | Event::TerminalReturned { .. }
        | Event::StepWentUp { .. }
        | Event::StepFinished { .. }
        | Event::OrphansSettled { .. }
        | Event::StepResolved { .. }
        | Event::StepInterrupted { .. } => of_attempt(event).or_else(|| of_decision(event)),
        Event::EnvironmentConfirmed { .. }
        | Event::StepNotNeeded { .. }
        | Event::StepSkipped { .. }
        | Event::StepConfirmed { .. }
        | Event::SessionStateWaived { .. }
        | Event::StepNotRehearsed { .. }
        | Event::NoteAdded { .. } => of_decision(event),
    };
    phrase.unwrap_or_default()
}

fn of_run(event: &Event) -> Option<Phrase> {
    Some(match event {
        Event::RunStarted(header) => match &header.rehearsal {
            None => Phrase::run("run started", &header.operator.user),
            Some(rehearsal) => Phrase::run(
                format!("rehearsal {} started", rehearsal.part.words()),
                &header.operator.user,
            ),
        },
        Event::StateCompared(comparison) => compared(comparison),
        Event::RehearsalConcluded(conclusion) => Phrase::run(
            format!("rehearsal {}", conclusion.words()),
            conclusion.because.join("; "),
        ),
        Event::RunResumed { header } => Phrase::run("run taken up again", &header.operator.user),
        Event::InputGiven {
            name,
            value,
            origin,
        } => {
            let value = value.as_deref().unwrap_or("secret");
            let more = format!("{value}, from {}", origin.phrase());
            Phrase::run(format!("input {name}"), more)
        }
        Event::TargetIdentified {
            connection,
            epoch,
            target,
        } => Phrase::run(
            "connected",
            format!(
                "{connection}, session {epoch}: {} as {}, backend {}",
                target.database, target.user, target.backend_pid
            ),
        ),
        Event::TransactionEnded {
            connection,
            end,
            by,
        } => {
            let by = by
                .as_ref()
                .map_or(String::new(), |step| format!(", by {step}"));
            Phrase::run(
                format!("transaction {}", end.word()),
                format!("{connection}{by}"),
            )
        }
        Event::StopRequested { by } => Phrase::run(
            "stop asked for",
            match by {
                StopSource::Operator => "by the operator".to_owned(),
                StopSource::Signal { number } => format!("by signal {number}"),
            },
        ),
        Event::RunPaused { reason } => Phrase::run("run put down", reason.sentence()),
        Event::TailRecovered { length, .. } => {
            Phrase::run("torn last line closed", format!("{length} bytes"))
        }
        Event::RollbackStarted { undo, lasting } => Phrase::run(
            "rollback started",
            format!(
                "{} to undo; no undo for: {}",
                counted(undo.len() as u64, "step"),
                ids(lasting)
            ),
        ),
        Event::RunbookReplaced { runbook, file, .. } => {
            Phrase::run("runbook replaced", format!("{file}, SHA-256 {runbook}"))
        }
        Event::RunFinished { verdict } => Phrase::run("run finished", verdict_words(*verdict)),
        _ => return None,
    })
}

fn of_attempt(event: &Event) -> Option<Phrase> {
    Some(match event {
        Event::StepStarted { step, attempt, .. } => {
            Phrase::step(step, "started", format!("attempt {attempt}"))
        }
        Event::StatementsGenerated {
            step,
            connection,
            count,
            digest,
            ..
        } => Phrase::step(
            step,
            format!("made {count} statements"),
            format!("for {connection}, SHA-256 {digest}"),
        ),
        Event::CommitAnnounced {
            step,
            connection,
            transaction_id,
            ..
        } => Phrase::step(
            step,
            "about to commit",
            format!("transaction {transaction_id} on {connection}"),
        ),
        Event::StepFinished {
            step,
            outcome,
            duration_us,
            ..
        } => {
            let took = duration(Duration::from_micros(*duration_us));
            let (word, why) = outcome_words(outcome);
            Phrase::step(step, word, format!("{took}{why}"))
        }
        Event::StepResolved {
            step,
            resolution,
            evidence,
            ..
        } => Phrase::step(step, resolution.words(), evidence.phrase(*resolution)),
        Event::OrphansSettled {
            step,
            end,
            processes,
            ..
        } => Phrase::step(
            step,
            format!("left {} processes behind", processes.len()),
            end.words(),
        ),
        Event::TerminalLent { step, .. } => Phrase::step(step, "got the terminal", ""),
        Event::TerminalReturned { step, .. } => Phrase::step(step, "gave the terminal back", ""),
        Event::StepWentUp { step, .. } => Phrase::step(step, "is up", ""),
        Event::StepInterrupted { step, attempt } => {
            Phrase::step(step, "unknown", format!("attempt {attempt} has no outcome"))
        }
        _ => return None,
    })
}

fn of_decision(event: &Event) -> Option<Phrase> {
    Some(match event {
        Event::EnvironmentConfirmed {
            environment,
            answer,
            by_flag,
        } => Phrase::run(
            format!("environment {environment} confirmed"),
            format!("{answer}{}", by_flag_words(*by_flag)),
        ),
        Event::StepNotNeeded {
            step,
            variable,
            value,
        } => Phrase::step(step, "not needed", not_needed(variable, value.as_deref())),
        Event::StepSkipped { step, reason } => Phrase::step(step, "skipped", reason),
        Event::StepNotRehearsed { step, why } => Phrase::step(step, "not rehearsed", why.words()),
        Event::StepConfirmed {
            step,
            answer,
            by_flag,
            by_rehearsal,
        } => {
            let by = match by_rehearsal {
                true => " (by the rehearsal, not by a person)",
                false => by_flag_words(*by_flag),
            };
            let more = format!("{answer}{by}");
            Phrase::step(step, "confirmed", more)
        }
        Event::SessionStateWaived {
            connection,
            steps,
            reason,
        } => Phrase::run(
            format!("lost session state of {connection} waived"),
            format!("{reason} (left by {})", ids(steps)),
        ),
        Event::NoteAdded {
            step: Some(step),
            text,
        } => Phrase::step(step, "note", text),
        Event::NoteAdded { step: None, text } => Phrase::run("note", text),
        _ => return None,
    })
}

/// What a comparison found: of one step's undo, or of several at once.
fn compared(comparison: &Comparison) -> Phrase {
    let how = comparison
        .half_way
        .map_or(String::new(), |half_way| format!(", {}", half_way.words()));
    let undone = ids(&comparison.undone);
    let what = match comparison.is_same() {
        true => "everything was as it had been",
        false => "NOT everything was as it had been",
    };
    let differences = comparison.differences.iter().map(|difference| {
        let by = match difference.left_by.as_slice() {
            [] => String::new(),
            steps => format!(" (left by {})", ids(steps)),
        };
        format!("{}: {}{by}", difference.place, difference.what)
    });
    let more = (comparison.more > 0).then(|| format!("and {} more", comparison.more));
    let found: Vec<String> = differences.chain(more).collect();
    let size = format!(
        "compared {} and {}",
        counted(comparison.databases, "database"),
        counted(comparison.tables, "table")
    );
    let found = match found.is_empty() {
        true => size,
        false => found.join("; "),
    };
    Phrase::run(what, format!("after the undo of {undone}{how}; {found}"))
}

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// How a run that came to its end came out.
pub(super) fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Succeeded => "succeeded",
        Verdict::RolledBack => "rolled back",
    }
}

fn ids(steps: &[StepId]) -> String {
    let ids: Vec<&str> = steps.iter().map(StepId::as_str).collect();
    match ids.is_empty() {
        true => "none".to_owned(),
        false => ids.join(", "),
    }
}

/// Why a step was not needed.
pub(super) fn not_needed(variable: &VariableName, value: Option<&str>) -> String {
    value.map_or_else(
        || format!("{variable} has no value"),
        |value| format!("{variable} is {value}"),
    )
}

fn by_flag_words(by_flag: bool) -> &'static str {
    if by_flag { " (by flag)" } else { "" }
}

/// A word for an outcome, and why, with a comma before it.
fn outcome_words(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Succeeded { finding: None } => ("done", String::new()),
        Outcome::Succeeded {
            finding: Some(finding),
        } => ("done", format!(", {}", finding.seen)),
        Outcome::Failed { failure } => ("failed", format!(", {}", failure.headline())),
        Outcome::Unknown { because } => ("unknown", format!(", {because}")),
    }
}

/// What a failure says beyond its headline, as label and text.
pub(super) fn failure_details(failure: &Failure) -> Vec<(&'static str, String)> {
    let error = match failure {
        Failure::Server(error) => Some(&**error),
        Failure::Cancelled { error } | Failure::TimedOut { error, .. } => error.as_deref(),
        Failure::Exit { .. }
        | Failure::Killed { .. }
        | Failure::Check(_)
        | Failure::Capture { .. }
        | Failure::RolledBack
        | Failure::EndedEarly { .. }
        | Failure::Lost { .. }
        | Failure::NotDone { .. }
        | Failure::Unstartable { .. } => None,
    };
    let Some(error) = error else {
        return Vec::new();
    };
    let fields = [
        ("detail", &error.detail),
        ("hint", &error.hint),
        ("context", &error.context),
        ("schema", &error.schema),
        ("table", &error.table),
        ("column", &error.column),
        ("constraint", &error.constraint),
    ];
    let said = fields
        .into_iter()
        .filter_map(|(label, value)| Some((label, value.clone()?)));
    let place = error.position.iter().map(|position| {
        let file = error.file.as_deref().unwrap_or("the runbook");
        let place = format!(
            "line {}, column {} of {file}",
            position.line, position.column
        );
        ("at", place)
    });
    said.chain(place).collect()
}
