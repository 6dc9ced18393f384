//! What a key, a button or a click on a key's name stands for.

use crate::replay::Travel;

/// What a key, a button or a click on a key's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// Open the runbook from the first screen.
    Begin,
    /// Run, retry or tick the selected step.
    Run,
    /// Run on until one fails or asks.
    RunOn,
    /// Run the selected step again.
    Retry,
    /// Ask for a reason to skip the selected step.
    Skip,
    /// Cancel the running step; again for harder.
    Cancel,
    /// The same; leave where there is nothing to cancel, as Ctrl-C does in most programs.
    Interrupt,
    /// Ask for a note.
    Note,
    /// Ask whether to roll an open transaction back.
    Abandon,
    /// Ask how far to undo what the run did.
    Undo,
    /// Undo down to the step that the dialog names.
    UndoDown,
    /// Undo all of the run.
    UndoAll,
    /// Ask whether to undo the unknown step that the dialog is about.
    UndoFirst,
    /// Run the undo step that the dialog is about again.
    UndoAgain,
    /// Seek evidence of what the unknown step did.
    Settle,
    /// Run the probe of the unknown step.
    Probe,
    /// Ask how it is known that the unknown step was done.
    WasDone,
    /// Ask how it is known that it was not.
    WasNotDone,
    /// Ask whether to end the selected background step.
    EndBackground,
    /// Select the first step that is to be run again since a session was lost.
    RunAgain,
    /// Ask for a reason to go on without what was lost with a session.
    Waive,
    /// Show who is in the way of the running step.
    Blockers,
    /// Show or hide the output alone.
    Output,
    /// Show or hide which step needs which.
    Graph,
    /// Leave that with the selected step on the page.
    ShowStep,
    /// Show inputs and captured values.
    Inputs,
    /// Ask what to search for.
    Search,
    /// Look for what was typed.
    Find,
    /// Go to the next match of the search.
    NextMatch,
    /// Go to the match before.
    PreviousMatch,
    /// Forget the search.
    EndSearch,
    /// Go to the start of the output.
    OutputStart,
    /// Go to its end, and follow it.
    OutputEnd,
    /// Scroll the runbook, or the output where that has the keys, by what is seen of it.
    PageDown,
    /// The same, back.
    PageUp,
    /// Copy the selected step's text, or the output where that has the keys.
    Copy,
    /// Stop the program until the shell continues it.
    Suspend,
    /// Go to another record of a run that is read again.
    Record(Travel),
    /// Show the keys.
    Help,
    /// Put the run down, asking first where that would lose something.
    Leave,
    /// Put the run down, as the closing summary offers.
    LeaveNow,
    /// Give the keys to the next pane.
    NextPane,
    /// Give the keys to the pane before.
    PreviousPane,
    /// Do what the dialog proposes.
    Accept,
    /// Close the dialog and do nothing.
    Dismiss,
}

impl Action {
    /// Whether it needs a run that still listens.
    pub(crate) fn needs_run(self) -> bool {
        match self {
            Self::Run
            | Self::RunOn
            | Self::Retry
            | Self::Skip
            | Self::Cancel
            | Self::Note
            | Self::Abandon
            | Self::Undo
            | Self::UndoDown
            | Self::UndoAll
            | Self::UndoFirst
            | Self::UndoAgain
            | Self::Settle
            | Self::Probe
            | Self::WasDone
            | Self::WasNotDone
            | Self::EndBackground
            | Self::RunAgain
            | Self::Waive => true,
            Self::Begin
            | Self::Interrupt
            | Self::Blockers
            | Self::Output
            | Self::Graph
            | Self::ShowStep
            | Self::Inputs
            | Self::Search
            | Self::Find
            | Self::OutputStart
            | Self::OutputEnd
            | Self::PageDown
            | Self::PageUp
            | Self::NextMatch
            | Self::PreviousMatch
            | Self::EndSearch
            | Self::Copy
            | Self::Suspend
            | Self::Record(_)
            | Self::Help
            | Self::Leave
            | Self::LeaveNow
            | Self::NextPane
            | Self::PreviousPane
            | Self::Accept
            | Self::Dismiss => false,
        }
    }

    /// Whether it may come from the first screen, where nothing may run yet; the help can be opened there and clicked.
    pub(crate) fn works_before_the_first_step(self) -> bool {
        match self {
            Self::Begin
            | Self::Inputs
            | Self::Copy
            | Self::Suspend
            | Self::Help
            | Self::Leave
            | Self::LeaveNow
            | Self::Accept
            | Self::Dismiss => true,
            Self::Run
            | Self::RunOn
            | Self::Retry
            | Self::Skip
            | Self::Cancel
            | Self::Interrupt
            | Self::Note
            | Self::Abandon
            | Self::Undo
            | Self::UndoDown
            | Self::UndoAll
            | Self::UndoFirst
            | Self::UndoAgain
            | Self::Settle
            | Self::Probe
            | Self::WasDone
            | Self::WasNotDone
            | Self::EndBackground
            | Self::RunAgain
            | Self::Waive
            | Self::Blockers
            | Self::Output
            | Self::Graph
            | Self::ShowStep
            | Self::Search
            | Self::Find
            | Self::OutputStart
            | Self::OutputEnd
            | Self::PageDown
            | Self::PageUp
            | Self::NextMatch
            | Self::PreviousMatch
            | Self::EndSearch
            | Self::Record(_)
            | Self::NextPane
            | Self::PreviousPane => false,
        }
    }

    /// Whether it can start something, so that it must not come from a key pressed before the outcome was shown.
    pub(crate) fn starts_work(self) -> bool {
        match self {
            Self::Run
            | Self::RunOn
            | Self::Retry
            | Self::UndoDown
            | Self::UndoAll
            | Self::UndoFirst
            | Self::UndoAgain
            | Self::Settle
            | Self::Probe
            | Self::WasDone
            | Self::WasNotDone
            | Self::Accept => true,
            Self::Begin
            | Self::Skip
            | Self::Cancel
            | Self::Interrupt
            | Self::Note
            | Self::Abandon
            | Self::Undo
            | Self::EndBackground
            | Self::RunAgain
            | Self::Waive
            | Self::Blockers
            | Self::Output
            | Self::Graph
            | Self::ShowStep
            | Self::Inputs
            | Self::Search
            | Self::Find
            | Self::OutputStart
            | Self::OutputEnd
            | Self::PageDown
            | Self::PageUp
            | Self::NextMatch
            | Self::PreviousMatch
            | Self::EndSearch
            | Self::Copy
            | Self::Suspend
            | Self::Record(_)
            | Self::Help
            | Self::Leave
            | Self::LeaveNow
            | Self::NextPane
            | Self::PreviousPane
            | Self::Dismiss => false,
        }
    }
}
