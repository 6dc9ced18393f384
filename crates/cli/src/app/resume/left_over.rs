//! Processes of a run's steps that outlived its runner: waited for, ended, or accepted on record, before anything runs.

use std::path::PathBuf;
use std::time::Duration;

use stepmark_core::progress::StepState;
use stepmark_core::record::{Event, OrphansEnd};
use stepmark_core::{Attempt, StepId};
use stepmark_engines::shell::{Orphan, end_orphans, is_locked, orphans};

use super::Held;
use crate::app::ask::{Ask, Echo, Typed};
use crate::app::person::{mode, with_person};
use crate::arguments::{Orphans, TermArguments};
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// How long processes may take to end when they are asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How often processes that are waited for are looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// An attempt whose processes go on.
struct LeftOver {
    step: StepId,
    attempt: Attempt,
    lock: PathBuf,
    processes: Vec<Orphan>,
}

/// Finds what outlived the runner and has it settled as `choice`, or the person, says.
pub(super) fn settle_left_over(
    held: &Held,
    choice: Option<Orphans>,
    flags: &TermArguments,
    signals: &Signals,
) -> Result<Vec<Event>, Complaint> {
    let run = held.held.directory().run().to_string();
    let mut events = Vec::new();
    for left in find(held, &run) {
        let end = with_person(mode(flags), signals, |person| {
            settle(&left, &run, choice, person)
        })?;
        events.push(Event::OrphansSettled {
            step: left.step,
            attempt: left.attempt,
            end,
            processes: left.processes.iter().map(|process| process.pid).collect(),
        });
    }
    Ok(events)
}

/// Attempts whose lock is held, and those without an outcome that something alive still belongs to.
fn find(held: &Held, run: &str) -> Vec<LeftOver> {
    let directory = held.held.directory();
    let mut found = Vec::new();
    for record in &held.records {
        let Event::StepStarted { step, attempt, .. } = &record.event else {
            continue;
        };
        let lock = directory.locks().join(format!("{step}.{attempt}"));
        let held_now = is_locked(&lock);
        let unfinished = held.parsed.plan.index_of(step).is_some_and(|index| {
            let known = held.progress.step(index);
            let open = matches!(known.state, StepState::Running | StepState::Up);
            open && known.attempt == Some(*attempt)
        });
        if !held_now && !unfinished {
            continue;
        }
        let processes = orphans(&lock, run, step.as_str());
        if held_now || !processes.is_empty() {
            found.push(LeftOver {
                step: step.clone(),
                attempt: *attempt,
                lock,
                processes,
            });
        }
    }
    found
}

fn settle(
    left: &LeftOver,
    run: &str,
    choice: Option<Orphans>,
    person: Option<&mut dyn Ask>,
) -> Result<OrphansEnd, Complaint> {
    let choice = match (choice, person) {
        (Some(choice), _) => choice,
        (None, Some(person)) => ask(left, person)?,
        (None, None) => return Err(still_at_work(left)),
    };
    match choice {
        Orphans::Accept => Ok(OrphansEnd::Accepted),
        Orphans::Wait => {
            say_on_stderr(&text(left));
            say_on_stderr("waiting until they are gone; Ctrl-C leaves everything as it is\n");
            while is_alive(left, run) {
                std::thread::sleep(LOOK_INTERVAL);
            }
            Ok(OrphansEnd::Gone)
        }
        Orphans::Kill => match end_orphans(&left.lock, run, left.step.as_str(), GRACE) {
            true => Ok(OrphansEnd::Killed),
            false => Err(Complaint::new(
                Exit::Refused,
                format!("processes of step {} cannot be ended", left.step),
            )
            .details(lines(left))
            .hint("they may be another user's; end them by hand, then resume")),
        },
    }
}

fn is_alive(left: &LeftOver, run: &str) -> bool {
    is_locked(&left.lock) || !orphans(&left.lock, run, left.step.as_str()).is_empty()
}

fn ask(left: &LeftOver, person: &mut dyn Ask) -> Result<Orphans, Complaint> {
    person.tell(&text(left));
    loop {
        let question =
            "[1] leave  [2] wait for them  [3] kill them  [4] accept that they go on\nanswer: ";
        let Typed::Line(line) = person.ask(question, Echo::Shown) else {
            return Err(left_alone(left));
        };
        match line.trim().to_lowercase().as_str() {
            "1" | "q" | "quit" | "leave" => return Err(left_alone(left)),
            "2" | "w" | "wait" | "wait for them" => return Ok(Orphans::Wait),
            "3" | "k" | "kill" | "kill them" => return Ok(Orphans::Kill),
            "4" | "a" | "accept" | "accept that they go on" => return Ok(Orphans::Accept),
            "" => {}
            _ => person.tell("That is none of the answers: give a number or its first word.\n"),
        }
    }
}

/// The person decided nothing, and nothing happened.
fn left_alone(left: &LeftOver) -> Complaint {
    let message = format!("step {} is left at work; nothing was executed", left.step);
    Complaint::new(Exit::Stopped, message)
        .details(lines(left))
        .hint("resume again once they are gone, or with --orphans wait, kill or accept")
}

fn text(left: &LeftOver) -> String {
    let mut text = format!(
        "processes of step {}, attempt {}, outlived the runner that started them:\n",
        left.step, left.attempt
    );
    for line in lines(left) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn lines(left: &LeftOver) -> Vec<String> {
    if left.processes.is_empty() {
        return vec![format!(
            "  another user\u{2019}s process holds {}",
            left.lock.display()
        )];
    }
    left.processes
        .iter()
        .map(|process| format!("  {}  {}", process.pid, process.command))
        .collect()
}

fn still_at_work(left: &LeftOver) -> Complaint {
    Complaint::new(
        Exit::Refused,
        format!(
            "step {} is still at work, although its runner is gone",
            left.step
        ),
    )
    .details(lines(left))
    .hint("nothing was executed; resume with --orphans wait, kill or accept")
}
