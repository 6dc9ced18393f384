//! Whether somebody is there, and what they and the flags give before the run.

use std::io::IsTerminal as _;

use stepmark_core::record::Mode;

use super::ask::Ask;
use super::connections::environment;
use super::inputs::inputs;
use super::set_values::{SetValues, set_values};
use super::terminal_prompt::TerminalPrompt;
use super::{Inputs, Runbook};
use crate::arguments::{ScreenArguments, TermArguments};
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// How a person is shown the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presentation {
    /// On the screen.
    Screen,
    /// In lines, with numbered answers.
    Plain,
}

/// In lines where a flag or the settings say so, or where the terminal cannot move its cursor.
pub(crate) fn presentation(flags: &ScreenArguments) -> Presentation {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match flags.plain || flags.prefers_plain || is_dumb {
        true => Presentation::Plain,
        false => Presentation::Screen,
    }
}

/// Refuses to ask in lines where nobody can answer: without a person everything would simply run.
pub(super) fn refuse_deaf(flags: &TermArguments) -> Result<(), Complaint> {
    match flags.settings.screen.plain && !std::io::stdin().is_terminal() {
        false => Ok(()),
        true => Err(Complaint::new(
            Exit::Usage,
            "--plain asks at the terminal, and stdin is none",
        )
        .hint("nothing was executed; run it in a terminal, or headless with --yes")),
    }
}

/// With a person or without: somebody sits at stdin and stdout, and no flag says that nobody is to be asked. What is asked in
/// lines may go through a pipe on its way to be read.
pub(super) fn mode(flags: &TermArguments) -> Mode {
    let is_plain = flags.settings.screen.plain;
    let person = std::io::stdin().is_terminal() && (is_plain || std::io::stdout().is_terminal());
    match person && !flags.yes && !flags.json {
        true => Mode::Interactive,
        false => Mode::Headless,
    }
}

/// The values of the runbook's inputs, before anything is started.
pub(crate) fn gather(
    runbook: &Runbook,
    flags: &TermArguments,
    signals: &Signals,
) -> Result<Inputs, Complaint> {
    refuse_deaf(flags)?;
    gather_beside(runbook, set_values(&flags.set)?, flags, signals)
}

/// As [`gather`], asking nobody.
pub(crate) fn gather_unasked(
    runbook: &Runbook,
    flags: &TermArguments,
) -> Result<Inputs, Complaint> {
    refuse_deaf(flags)?;
    inputs(runbook, set_values(&flags.set)?, &environment, None)
}

/// As [`gather`], with the values in `set`, which are asked for nowhere.
pub(super) fn gather_beside(
    runbook: &Runbook,
    set: SetValues,
    flags: &TermArguments,
    signals: &Signals,
) -> Result<Inputs, Complaint> {
    let inputs = with_person(mode(flags), signals, |person| {
        inputs(runbook, set, &environment, person)
    })?;
    for warning in &inputs.warnings {
        say_on_stderr(&format!("warning: {warning}\n"));
    }
    Ok(inputs)
}

/// Calls `with` with the person, if there is one.
pub(super) fn with_person<T>(
    mode: Mode,
    signals: &Signals,
    with: impl FnOnce(Option<&mut dyn Ask>) -> T,
) -> T {
    let mut prompt = TerminalPrompt::new(signals);
    match mode {
        Mode::Interactive => with(Some(&mut prompt)),
        Mode::Headless => with(None),
    }
}
