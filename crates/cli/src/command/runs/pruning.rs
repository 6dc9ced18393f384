//! Removing old runs: which ones, after asking, each with its head kept on record.

use std::collections::HashMap;

use stepmark_core::Timestamp;
use stepmark_journal::{Pruned, prune as prune_one};

use super::RunsArguments;
use super::filter::{age_micros, unclear};
use super::past_run::PastRun;
use crate::app::{Ask as _, Echo, TerminalPrompt, Typed, operator, reason};
use crate::command::list::RunResult;
use crate::diagnostics::visible;
use crate::say::say_on_stdout;
use crate::signals::Signals;
use crate::{Complaint, Exit};

const NAMED_MAX: usize = 20;

/// Removes those of `runs` (newest first) that are not to be kept.
pub(super) fn prune(
    runs: &[PastRun],
    arguments: &RunsArguments,
    now: Timestamp,
) -> Result<Exit, Complaint> {
    if arguments.keep.is_none() && arguments.younger.is_none() {
        let message = "--prune does not say what stays";
        return Err(Complaint::new(Exit::Usage, message)
            .hint("nothing was removed; give --keep N, --younger AGE, or both"));
    }
    let old = old(runs, arguments, now)?;
    if old.is_empty() {
        say_on_stdout("nothing to remove\n");
        return Ok(Exit::Done);
    }
    if !arguments.yes {
        ask(&old)?;
    }
    let by = operator();
    let by = format!("{}@{}", by.user, by.host);
    let mut removed = 0;
    let mut exit = Exit::Done;
    for run in old.iter().rev() {
        match prune_one(&run.directory, &by, now) {
            Ok(Pruned::Removed(_)) => removed += 1,
            Ok(Pruned::Kept { why }) => {
                exit = Exit::Failed;
                say_on_stdout(&format!("kept {}: {}\n", run.id(), visible(&why)));
            }
            Err(error) => {
                let message = format!("cannot remove {}: {}", run.id(), reason(&error));
                return Err(Complaint::new(Exit::Failed, message)
                    .hint("what was removed before it is listed in pruned.jsonl"));
            }
        }
    }
    say_on_stdout(&format!(
        "removed {removed} of {} runs; their heads are in pruned.jsonl\n",
        old.len()
    ));
    Ok(exit)
}

/// The runs that no flag keeps, and that are not the newest of their runbook: those that are finished, and rehearsals however
/// they ended, which nobody takes up again. Runs and rehearsals are counted apart.
fn old<'a>(
    runs: &'a [PastRun],
    arguments: &RunsArguments,
    now: Timestamp,
) -> Result<Vec<&'a PastRun>, Complaint> {
    let since = match &arguments.younger {
        None => None,
        Some(text) => {
            let age = age_micros(text).ok_or_else(|| unclear("--younger", text))?;
            Some(Timestamp::from_micros(now.micros().saturating_sub(age)))
        }
    };
    let keep = arguments.keep.unwrap_or(0).max(1);
    let mut seen: HashMap<_, usize> = HashMap::new();
    let mut old = Vec::new();
    for run in runs {
        let kind = (run.directory.path().parent(), run.is_rehearsal());
        let of_runbook = seen.entry(kind).or_default();
        *of_runbook += 1;
        let is_young = since.is_some_and(|since| run.started().is_none_or(|at| at >= since));
        let is_over = match run.result {
            RunResult::Finished(_) => true,
            RunResult::Paused(_) | RunResult::BrokenOff => run.is_rehearsal(),
            RunResult::Running | RunResult::Unreadable(_) => false,
        };
        if *of_runbook > keep && !is_young && is_over {
            old.push(run);
        }
    }
    Ok(old)
}

fn ask(old: &[&PastRun]) -> Result<(), Complaint> {
    use std::io::IsTerminal as _;
    let names = old.iter().take(NAMED_MAX);
    let names = names.map(|run| format!("{} {}", run.id(), visible(&run.runbook())));
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        let message = format!(
            "{} runs would be removed, and nobody is here to confirm that",
            old.len()
        );
        return Err(Complaint::new(Exit::Refused, message)
            .details(names)
            .hint("nothing was removed; give --yes to remove them without being asked"));
    }
    let signals = Signals::hear()?;
    let mut person = TerminalPrompt::new(&signals);
    let names: Vec<String> = names.map(|name| format!("  {name}\n")).collect();
    person.tell(&names.concat());
    let more = old.len().saturating_sub(NAMED_MAX);
    if more > 0 {
        person.tell(&format!("  and {more} more\n"));
    }
    let question = format!("Remove {} runs for good? Type remove to go on: ", old.len());
    match person.ask(&question, Echo::Shown) {
        Typed::Line(word) if word.trim() == "remove" => Ok(()),
        Typed::Line(_) | Typed::Left => Err(Complaint::new(
            Exit::Stopped,
            "removal was not confirmed; nothing was removed",
        )),
    }
}
