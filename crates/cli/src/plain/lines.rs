//! Events that are one line, or a few, each. Does not print: the printer does.

use std::fmt::Write as _;
use std::time::Duration;

use stepmark_core::record::{Capture, Event, InputOrigin, Poll, Polls, Work};
use stepmark_core::report::duration;
use stepmark_core::{StepId, VariableName};

use super::one_line::{SECRET_SHOWN, one_line};

/// Moments of a wait are lined up by this many columns.
const MOMENT_COLUMNS: usize = 8;

/// The lines of an event that is neither the start nor the end of something; empty for those, and for what the printer
/// passes over.
pub(super) fn lines(event: &Event) -> String {
    match event {
        Event::TargetIdentified {
            connection, target, ..
        } if target.pooler => format!(
            "{connection} goes through a pooler: blockers and progress of its steps are not seen\n"
        ),
        Event::TargetIdentified { .. } => String::new(),
        Event::EnvironmentConfirmed {
            environment,
            by_flag,
            ..
        } => {
            let how = if *by_flag { " by flag" } else { "" };
            format!("environment {environment} confirmed{how}\n")
        }
        Event::InputGiven {
            name,
            value,
            origin,
        } => input(name, value.as_deref(), origin),
        Event::StatementsGenerated {
            connection, count, ..
        } => {
            let plural = if *count == 1 { "" } else { "s" };
            format!("  generated {count} statement{plural} for {connection}\n")
        }
        Event::CommitAnnounced {
            connection,
            transaction_id,
            ..
        } => format!("  about to commit transaction {transaction_id} on {connection}\n"),
        Event::StepResolved {
            step,
            resolution,
            evidence,
            ..
        } => {
            let how = evidence.phrase(*resolution);
            format!("  {step} {}: {how}\n", resolution.words())
        }
        Event::OrphansSettled {
            step,
            end,
            processes,
            ..
        } => {
            let plural = if processes.len() == 1 { "" } else { "es" };
            format!(
                "  {step}: {} process{plural} left over {}\n",
                processes.len(),
                end.words()
            )
        }
        Event::RollbackStarted { undo, lasting } => rollback(undo, lasting),
        Event::RunbookReplaced { .. } => {
            "the runbook was changed since; its new text goes on from here\n".to_owned()
        }
        Event::TerminalLent { step, .. } => format!("  {step} has the terminal\n"),
        Event::TerminalReturned { .. } => String::new(),
        Event::StepWentUp { step, .. } => format!("[up] {step} is up in the background\n"),
        Event::SessionStateWaived {
            connection, reason, ..
        } => format!("  what was lost with a session of {connection} is waived: {reason}\n"),
        Event::StepNotNeeded {
            step,
            variable,
            value,
        } => {
            let value = value
                .as_deref()
                .map_or_else(|| "not true".to_owned(), one_line);
            format!("[not needed] {step}: {variable} is {value}\n")
        }
        Event::StepSkipped { step, reason } => format!("[skipped] {step}: {reason}\n"),
        Event::StepNotRehearsed { step, why } => {
            format!("[not rehearsed] {step}: {}\n", why.words())
        }
        Event::RehearsalConcluded(conclusion) => format!("rehearsal {}\n", conclusion.words()),
        Event::StepConfirmed {
            step,
            by_flag: false,
            ..
        } => format!("  {step} is confirmed\n"),
        Event::NoteAdded { step, text } => {
            let about = step
                .as_ref()
                .map_or_else(String::new, |step| format!(" {step}:"));
            format!("[note]{about} {text}\n")
        }
        Event::StepInterrupted { step, .. } => {
            format!("  {step}: its runner was gone before an outcome was recorded\n")
        }
        Event::TransactionEnded {
            connection, end, ..
        } => format!("  transaction on {connection} {}\n", end.word()),
        Event::StepFinished {
            captures,
            polls,
            work,
            ..
        } => {
            let seen = polls.as_ref().map(looks);
            let captured = captures.iter().map(capture);
            let lost = not_carried(work);
            seen.into_iter().chain(captured).chain(lost).collect()
        }
        Event::RunStarted(_)
        | Event::RunPaused { .. }
        | Event::RunFinished { .. }
        | Event::RunResumed { .. }
        | Event::StepStarted { .. }
        | Event::StepConfirmed { by_flag: true, .. }
        | Event::StateCompared(_)
        | Event::StopRequested { .. }
        | Event::TailRecovered { .. } => String::new(),
    }
}

fn rollback(undo: &[StepId], lasting: &[StepId]) -> String {
    let list = |steps: &[StepId]| {
        let ids: Vec<&str> = steps.iter().map(StepId::as_str).collect();
        ids.join(", ")
    };
    let mut text = format!("rolling back: {}\n", list(undo));
    if !lasting.is_empty() {
        let _ = writeln!(text, "  without an undo, and staying: {}", list(lasting));
    }
    text
}

fn input(name: &VariableName, value: Option<&str>, origin: &InputOrigin) -> String {
    let value = value.map_or_else(|| SECRET_SHOWN.to_owned(), one_line);
    format!("input {name} = {value}, from {}\n", origin.phrase())
}

fn capture(capture: &Capture) -> String {
    let value = capture.value.as_deref();
    let value = value.map_or_else(|| SECRET_SHOWN.to_owned(), one_line);
    format!("  captured {} = {value}\n", capture.name)
}

/// What the next shell step will not start with.
fn not_carried(work: &Work) -> Option<String> {
    match work {
        Work::Shell {
            state_lost: Some(why),
            ..
        } => Some(format!("  next shell step: {why}\n")),
        Work::Shell { .. } | Work::Sql { .. } | Work::Manual | Work::None => None,
    }
}

/// What a wait saw: the first look, each that saw something else, the last.
fn looks(polls: &Polls) -> String {
    let mut text = String::new();
    let last = polls.seen.len().saturating_sub(1);
    for (at, Poll { after_us, finding }) in polls.seen.iter().enumerate() {
        if at == last && polls.left_out > 0 {
            let _ = writeln!(
                text,
                "  {:>MOMENT_COLUMNS$}  {} changes are not listed",
                "…", polls.left_out
            );
        }
        let moment = duration(Duration::from_micros(*after_us));
        let _ = writeln!(text, "  {moment:>MOMENT_COLUMNS$}  {}", finding.seen);
    }
    let times = if polls.count == 1 { "once" } else { "times" };
    let _ = match polls.count {
        1 => writeln!(text, "  looked {times}"),
        count => writeln!(text, "  looked {count} {times}"),
    };
    text
}

#[cfg(test)]
mod tests {
    use stepmark_core::output::OutputSummary;
    use stepmark_core::plan::Finding;
    use stepmark_core::record::{Outcome, POLLS_KEPT_MAX};
    use stepmark_core::{Attempt, ConnectionName, Digest, StepId};

    use super::*;

    fn finished(captures: Vec<Capture>, polls: Option<Polls>) -> Event {
        Event::StepFinished {
            step: StepId::new("s"),
            attempt: Attempt(1),
            outcome: Outcome::Succeeded { finding: None },
            work: Work::Manual,
            transaction: None,
            duration_us: 0,
            output: OutputSummary::empty(),
            captures,
            polls,
            positions: None,
        }
    }

    fn poll(after_us: u64, seen: &str) -> Poll {
        Poll {
            after_us,
            finding: Finding {
                met: false,
                seen: seen.to_owned(),
            },
        }
    }

    #[test]
    fn what_was_given_and_announced_is_a_line_each_and_secrets_are_signs() {
        let input = |value: Option<&str>, origin| Event::InputGiven {
            name: VariableName::new("app_db"),
            value: value.map(str::to_owned),
            origin,
        };
        let not_needed = |value: Option<&str>| Event::StepNotNeeded {
            step: StepId::new("s"),
            variable: VariableName::new("big"),
            value: value.map(str::to_owned),
        };
        let generated = |count| Event::StatementsGenerated {
            step: StepId::new("s"),
            attempt: Attempt(1),
            connection: ConnectionName::new("b"),
            count,
            digest: Digest::of(b""),
            statements: Vec::new(),
        };
        let variable = "PW".to_owned();
        let events = [
            Event::EnvironmentConfirmed {
                environment: "production".to_owned(),
                answer: "production".to_owned(),
                by_flag: true,
            },
            input(Some("a\nb"), InputOrigin::Default),
            input(None, InputOrigin::Environment { variable }),
            not_needed(Some("false")),
            not_needed(None),
            generated(1),
            generated(2),
            Event::CommitAnnounced {
                step: StepId::new("s"),
                attempt: Attempt(1),
                connection: ConnectionName::new("b"),
                transaction_id: "742".to_owned(),
            },
        ];
        let text: String = events.iter().map(lines).collect();
        assert_eq!(
            text,
            "environment production confirmed by flag
input app_db = a␊b, from its default
input app_db = ‹secret›, from environment variable PW
[not needed] s: big is false
[not needed] s: big is not true
  generated 1 statement for b
  generated 2 statements for b
  about to commit transaction 742 on b
"
        );
    }

    #[test]
    fn a_wait_says_what_it_saw_and_a_capture_what_it_took() {
        let mut polls = Polls::default();
        polls.add(poll(1_000, "the cell is “3”, not “0”"));
        polls.add(poll(2_500_000, "the cell is “3”, not “0”"));
        polls.add(poll(72_000_000, "the cell is “0”"));
        let captures = [Some("shop"), None].map(|value| Capture {
            name: VariableName::new("db"),
            value: value.map(str::to_owned),
        });
        assert_eq!(
            lines(&finished(captures.to_vec(), Some(polls))),
            "      1 ms  the cell is “3”, not “0”
  1 m 12 s  the cell is “0”
  looked 3 times
  captured db = shop
  captured db = ‹secret›
"
        );
        assert_eq!(lines(&finished(Vec::new(), None)), "");
        let mut many = Polls::default();
        for at in 0..40 {
            many.add(poll(at, &at.to_string()));
        }
        let text = lines(&finished(Vec::new(), Some(many)));
        assert_eq!(text.lines().count(), POLLS_KEPT_MAX + 2, "{text}");
        assert!(
            text.ends_with(
                "         …  8 changes are not listed\n      0 ms  39\n  looked 40 times\n"
            ),
            "{text}"
        );
    }
}
