//! What is told before a decision about an unknown step, about undoing, and about a lost session. Does not ask.

use std::fmt::Write as _;

use stepmark_core::plan::{Role, SessionState, StepKind};
use stepmark_core::record::{OrphansEnd, Resolution, TransactionStatus};
use stepmark_core::runner::{OpenFailure, Refusal, rollback_plan};
use stepmark_core::{ConnectionName, StepId, StepIndex};

use super::known::Known;

/// The evidence there is of what an unknown step did.
pub(super) fn evidence(known: Known<'_>, step: StepIndex, left_over: Option<OrphansEnd>) -> String {
    let planned = known.step(step);
    let found = known.progress.step(step);
    let attempt = found.attempt.map_or(1, |attempt| attempt.0);
    let begun = found
        .started_at
        .map(|at| format!(", begun {}", at.readable()));
    let id = &planned.id;
    let mut text = format!(
        "Nobody knows whether {id} took effect (attempt {attempt}{}).\n",
        begun.unwrap_or_default()
    );
    if let Some(name) = &planned.connection {
        let _ = writeln!(text, "  On {name}: {}.", known.target(name));
    }
    let _ = writeln!(text, "  {}", found.doubt());
    if let Some(end) = left_over {
        let _ = writeln!(text, "  Processes that it had left {}.", end.words());
    }
    if planned.sql.transaction {
        let _ = match &found.transaction_id {
            Some(id) => writeln!(text, "  COMMIT of its transaction {id} was announced."),
            None => writeln!(text, "  Its COMMIT was never announced, so none was sent."),
        };
    }
    let named = |found: Option<StepIndex>| found.map_or("none", |index| known.id(index));
    let probe = named(known.plan.probes_of(step).next());
    let undo = named(known.plan.undo_of(step).next());
    let _ = writeln!(text, "  Probe: {probe}. Undo: {undo}.");
    let _ = match planned.why_repeatable() {
        Some(why) => writeln!(text, "  It may run again: {why}."),
        None => writeln!(
            text,
            "  It is not idempotent: a second run could do its work twice."
        ),
    };
    text
}

/// What the operator's word leads to.
pub(super) fn resolving(known: Known<'_>, step: StepIndex, resolution: Resolution) -> String {
    let leads_to = match resolution {
        Resolution::Done => "It will count as done, and the steps that need it may run.",
        Resolution::NotDone => "It will count as failed, and can be tried again.",
    };
    let (id, words) = (known.id(step), resolution.words());
    format!(
        "{leads_to}\nHow is it known that {id} {words}? The reason is recorded with your name.\n"
    )
}

/// What undoing all of the run would do, and where undoing `down` to a step would end.
pub(super) fn undoing(known: Known<'_>, down: Option<StepIndex>) -> String {
    let all = rollback_plan(known.plan, known.progress, None);
    let mark = down.map(|step| {
        let found = rollback_plan(known.plan, known.progress, Some(step));
        (step, found.undo.len())
    });
    let mut text = String::new();
    for (name, connection) in known.progress.connections() {
        if connection.transaction != TransactionStatus::Idle {
            let held = match connection.held.as_slice() {
                [] => String::new(),
                held => format!(", and with it {}", known.ids(held)),
            };
            let _ = writeln!(
                text,
                "First the transaction open on {name} is rolled back{held}."
            );
        }
    }
    let up: Vec<StepIndex> = known.progress.steps_up().collect();
    if !up.is_empty() {
        let ids = known.ids(&up);
        let _ = writeln!(text, "What is up in the background ends first: {ids}.");
    }
    text.push_str("Undone one after the other, newest first:\n");
    for (number, undo) in (1..).zip(&all.undo) {
        let planned = known.step(*undo);
        let of = match planned.role {
            Role::RollbackOf(of) | Role::ProbeOf(of) => of,
            Role::Main => *undo,
        };
        let by_hand = match planned.kind {
            StepKind::Manual => ", by hand",
            StepKind::Sql | StepKind::Shell(_) => "",
        };
        let _ = writeln!(
            text,
            "  {number}. {} undoes {}{by_hand}",
            planned.id,
            known.id(of)
        );
        if let Some((step, _)) = mark.filter(|(_, count)| *count == number) {
            let _ = writeln!(text, "  (undoing down to {} ends here)", known.id(step));
        }
    }
    if !all.lasting.is_empty() {
        let ids = known.ids(&all.lasting);
        let _ = writeln!(text, "Without an undo, and staying: {ids}.");
    }
    if let Some(step) = all.barrier {
        let id = known.id(step);
        let _ = writeln!(
            text,
            "{id} is the point of no return: nothing before it is undone."
        );
    }
    text
}

/// What each step had left in a session that is gone.
pub(super) fn lost_state(
    connection: &ConnectionName,
    steps: &[(StepId, Vec<SessionState>)],
) -> String {
    let mut text = format!(
        "The session of {connection} was lost, and what these steps had left in it is gone:\n"
    );
    for (step, states) in steps {
        let words: Vec<&str> = states.iter().map(|state| state.words()).collect();
        let _ = writeln!(text, "  {step}: {}", words.join(", "));
    }
    text
}

/// Why a connection could not be opened, and what it was tried with.
pub(super) fn open_failed(connection: &ConnectionName, failure: &OpenFailure) -> String {
    let mut text = format!("Connection {connection} failed: {}\n", failure.message);
    if let Some(hint) = &failure.hint {
        let _ = writeln!(text, "  {hint}");
    }
    for setting in &failure.settings {
        let (name, value, origin) = (&setting.name, &setting.value, &setting.origin);
        let _ = writeln!(text, "  {name} = {value}, from {origin}");
    }
    text
}

/// The answers that a refusal names by the keys of the screen, and as they are numbered here.
const KEYS: [(&str, &str); 4] = [
    (" (r)", " (1)"),
    (" (s)", " (3)"),
    (" (x)", " (7)"),
    (" (c)", " (Ctrl-C)"),
];

/// Why something is not done, and what to answer instead.
pub(super) fn refused(refusal: &Refusal) -> String {
    let message = refusal.message();
    KEYS.iter()
        .fold(message, |text, (key, number)| text.replace(key, number))
}

/// What becomes of an open transaction's steps when it is rolled back.
pub(super) fn held(held: usize) -> String {
    match held {
        0 => "No step is held in it.".to_owned(),
        1 => "The step held in it is undone.".to_owned(),
        held => format!("The {held} steps held in it are undone."),
    }
}
