//! A question that stands over the screen until it is answered.

use stepmark_core::plan::SessionState;
use stepmark_core::runner::OpenFailure;
use stepmark_core::{ConnectionName, StepId, StepIndex, VariableName};
use tui_input::Input;

use crate::action::Action;

/// A question that stands over the screen until it is answered.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) question: Question,
    /// What was typed so far into each field; empty where no text is asked for.
    pub(crate) inputs: Vec<Input>,
    /// The field that takes what is typed.
    pub(crate) field: usize,
    /// The button Enter presses, where no text is asked for.
    pub(crate) choice: usize,
    /// Why the last answer was not taken.
    pub(crate) complaint: Option<String>,
    /// Rows scrolled away at the top, where the text is long.
    pub(crate) top: usize,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Whether to run a step that wants to be asked.
    Confirm { step: StepIndex },
    /// To type a text before a step runs.
    TypedConfirm { step: StepIndex, wanted: String },
    /// What each variable is that a manual step captures; the answer ticks it.
    Tick {
        step: StepIndex,
        names: Vec<VariableName>,
    },
    /// Why a step is skipped.
    Skip { step: StepIndex },
    /// What to write down.
    Note { step: Option<StepIndex> },
    /// Whether to roll back.
    Abandon {
        connection: ConnectionName,
        held: usize,
    },
    /// Whether to end a background step.
    EndBackground { step: StepIndex },
    /// Whether to cancel the running step and leave.
    LeaveRunning { step: StepIndex },
    /// Whether to leave although that rolls a transaction back.
    LeaveOpen {
        connection: ConnectionName,
        held: usize,
    },
    /// Whether to make again what was lost with a session, or to go on without it.
    StateMissing {
        connection: ConnectionName,
        steps: Vec<(StepId, Vec<SessionState>)>,
    },
    /// Why what was lost with a session does not matter.
    Waive { connection: ConnectionName },
    /// Nothing: a connection failed, and this is what it was tried with.
    OpenFailed {
        connection: ConnectionName,
        failure: OpenFailure,
    },
    /// Nothing: who is in the way of the running step.
    Blockers,
    /// Nothing: the keys.
    Help,
}

impl Question {
    /// How many texts it asks for.
    fn fields(&self) -> usize {
        match self {
            Self::Tick { names, .. } => names.len(),
            Self::TypedConfirm { .. }
            | Self::Skip { .. }
            | Self::Note { .. }
            | Self::Waive { .. } => 1,
            Self::Confirm { .. }
            | Self::Abandon { .. }
            | Self::EndBackground { .. }
            | Self::LeaveRunning { .. }
            | Self::LeaveOpen { .. }
            | Self::StateMissing { .. }
            | Self::OpenFailed { .. }
            | Self::Blockers
            | Self::Help => 0,
        }
    }
}

impl Dialog {
    /// The dialog that asks `question`; where yes is as easy as no, no is chosen.
    pub(crate) fn new(question: Question) -> Self {
        let mut dialog = Self {
            inputs: vec![Input::default(); question.fields()],
            question,
            field: 0,
            choice: 0,
            complaint: None,
            top: 0,
        };
        dialog.choice = dialog.buttons().len().saturating_sub(1);
        dialog
    }

    /// Whether text is asked for.
    pub(crate) fn takes_text(&self) -> bool {
        !self.inputs.is_empty()
    }

    /// What was typed into the field that takes text; empty where there is none.
    pub(crate) fn typed(&self) -> &str {
        self.inputs.get(self.field).map_or("", Input::value)
    }

    /// What it is about, in a few words.
    pub(crate) fn title(&self) -> &'static str {
        match self.question {
            Question::Confirm { .. } => "Run this step?",
            Question::TypedConfirm { .. } => "Type to confirm",
            Question::Tick { .. } => "Tick this step",
            Question::Skip { .. } => "Skip this step",
            Question::Note { .. } => "Add a note",
            Question::Abandon { .. } => "Roll back?",
            Question::EndBackground { .. } => "End it?",
            Question::LeaveRunning { .. } => "A step is running",
            Question::LeaveOpen { .. } => "A transaction is open",
            Question::StateMissing { .. } => "Session state is lost",
            Question::Waive { .. } => "Go on without it",
            Question::OpenFailed { .. } => "Connection failed",
            Question::Blockers => "In the way",
            Question::Help => "Keys",
        }
    }

    /// What the button with the key `c` does.
    pub(crate) fn action_of(&self, c: char) -> Option<Action> {
        let key = c.to_string();
        let button = self.buttons().iter().find(|(.., wanted)| *wanted == key);
        button.map(|(action, ..)| *action)
    }

    /// Its buttons with the key that presses each, the one that does something first.
    pub(crate) fn buttons(&self) -> &'static [(Action, &'static str, &'static str)] {
        match self.question {
            Question::Confirm { .. } => &[
                (Action::Accept, "Yes, run it", "y"),
                (Action::Dismiss, "No", "n"),
            ],
            Question::TypedConfirm { .. } => &[
                (Action::Accept, "Run it", "Enter"),
                (Action::Dismiss, "Back", "Esc"),
            ],
            Question::Tick { .. } => &[
                (Action::Accept, "Tick it", "Enter"),
                (Action::Dismiss, "Back", "Esc"),
            ],
            Question::Skip { .. } => &[
                (Action::Accept, "Skip it", "Enter"),
                (Action::Dismiss, "Back", "Esc"),
            ],
            Question::Note { .. } => &[
                (Action::Accept, "Write it down", "Enter"),
                (Action::Dismiss, "Back", "Esc"),
            ],
            Question::Abandon { .. } => &[
                (Action::Accept, "Yes, roll back", "y"),
                (Action::Dismiss, "No", "n"),
            ],
            Question::EndBackground { .. } => &[
                (Action::Accept, "Yes, end it", "y"),
                (Action::Dismiss, "No", "n"),
            ],
            Question::LeaveRunning { .. } => &[
                (Action::Accept, "Cancel it and leave", "y"),
                (Action::Dismiss, "Stay", "n"),
            ],
            Question::LeaveOpen { .. } => &[
                (Action::Accept, "Roll back and leave", "y"),
                (Action::Dismiss, "Stay", "n"),
            ],
            Question::StateMissing { .. } => &[
                (Action::RunAgain, "Run them again", "r"),
                (Action::Waive, "Go on without", "w"),
                (Action::Dismiss, "Back", "Esc"),
            ],
            Question::Waive { .. } => &[
                (Action::Accept, "Go on without it", "Enter"),
                (Action::Dismiss, "Back", "Esc"),
            ],
            Question::OpenFailed { .. } | Question::Blockers | Question::Help => {
                &[(Action::Dismiss, "Close", "Esc")]
            }
        }
    }
}
