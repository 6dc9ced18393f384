//! A question that stands over the screen until it is answered.

use std::borrow::Cow;

use stepmark_core::plan::SessionState;
use stepmark_core::record::Resolution;
use stepmark_core::runner::{OpenFailure, Ways, Witness};
use stepmark_core::{ConnectionName, StepId, StepIndex, VariableName};
use tui_input::Input;

use crate::action::Action;

/// What is typed before something is undone in production.
pub(crate) const UNDO: &str = "undo";

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
    Confirm { step: StepIndex, does: Does },
    /// To type a text before a step runs.
    TypedConfirm {
        step: StepIndex,
        wanted: String,
        does: Does,
    },
    /// What each variable is that a manual step captures; the answer ticks it. Where the step's own question was answered
    /// before, with what.
    Tick {
        step: StepIndex,
        names: Vec<VariableName>,
        answer: Option<String>,
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
    /// How far to undo what the run did: down to this step, or all of it.
    Undo { down: Option<StepIndex> },
    /// To type `undo` before that begins.
    TypedUndo { to: Option<StepIndex> },
    /// What becomes of a rollback whose step has failed.
    UndoFailed { step: StepIndex, may_skip: bool },
    /// What is done about a step whose outcome nobody knows.
    Unknown { step: StepIndex, ways: Ways },
    /// How it is known what such a step did.
    Resolve {
        step: StepIndex,
        resolution: Resolution,
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
    /// Nothing: what inputs and captures are worth, where connections lead, and which run it is.
    Values,
    /// Whether to leave, now that this is how far the run came.
    Closing,
    /// Nothing: the keys.
    Help,
}

/// What a confirmed step comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// It runs.
    Run,
    /// It was done by a person, who ticks it.
    Tick,
}

impl Does {
    /// `run`, `tick`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Tick => "tick",
        }
    }
}

impl Question {
    /// How many texts it asks for.
    fn fields(&self) -> usize {
        match self {
            Self::Tick { names, .. } => names.len(),
            Self::TypedConfirm { .. }
            | Self::TypedUndo { .. }
            | Self::Resolve { .. }
            | Self::Skip { .. }
            | Self::Note { .. }
            | Self::Waive { .. } => 1,
            Self::Confirm { .. }
            | Self::Abandon { .. }
            | Self::Undo { .. }
            | Self::UndoFailed { .. }
            | Self::Unknown { .. }
            | Self::EndBackground { .. }
            | Self::LeaveRunning { .. }
            | Self::LeaveOpen { .. }
            | Self::StateMissing { .. }
            | Self::OpenFailed { .. }
            | Self::Blockers
            | Self::Values
            | Self::Closing
            | Self::Help => 0,
        }
    }
}

impl Dialog {
    /// The dialog that asks `question`; where yes is as easy as no, no is chosen. What undoing would do stands there to be
    /// read, and Enter begins it.
    pub(crate) fn new(question: Question) -> Self {
        let mut dialog = Self {
            inputs: vec![Input::default(); question.fields()],
            question,
            field: 0,
            choice: 0,
            complaint: None,
            top: 0,
        };
        dialog.choice = match dialog.question {
            Question::Undo { .. } | Question::Closing => 0,
            _ => dialog.buttons().len().saturating_sub(1),
        };
        dialog
    }

    /// Whether it asks nothing.
    pub(crate) fn only_tells(&self) -> bool {
        self.buttons().last() == Some(&CLOSE)
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
            Question::Confirm {
                does: Does::Run, ..
            } => "Run this step?",
            Question::Confirm {
                does: Does::Tick, ..
            } => "Tick this step?",
            Question::TypedConfirm { .. } => "Type to confirm",
            Question::Tick { .. } => "Tick this step",
            Question::Skip { .. } => "Skip this step",
            Question::Note { .. } => "Add a note",
            Question::Abandon { .. } => "Roll back?",
            Question::Undo { .. } => "Undo",
            Question::TypedUndo { .. } => "Type to undo",
            Question::UndoFailed { .. } => "The rollback has stopped",
            Question::Unknown { .. } => "Nobody knows whether it took effect",
            Question::Resolve {
                resolution: Resolution::Done,
                ..
            } => "It was done",
            Question::Resolve {
                resolution: Resolution::NotDone,
                ..
            } => "It was not done",
            Question::EndBackground { .. } => "End it?",
            Question::LeaveRunning { .. } => "A step is running",
            Question::LeaveOpen { .. } => "A transaction is open",
            Question::StateMissing { .. } => "Session state is lost",
            Question::Waive { .. } => "Go on without it",
            Question::OpenFailed { .. } => "Connection failed",
            Question::Blockers => "In the way",
            Question::Values => "Values, connections and the run",
            Question::Closing => "Leave",
            Question::Help => "Keys",
        }
    }

    /// What the button with the key `c` does.
    pub(crate) fn action_of(&self, c: char) -> Option<Action> {
        let key = c.to_string();
        let buttons = self.buttons();
        let button = buttons.iter().find(|(.., wanted)| *wanted == key);
        button.map(|(action, ..)| *action)
    }

    /// Its buttons with the key that presses each, the one that does something first.
    pub(crate) fn buttons(&self) -> Cow<'static, [Choice]> {
        match &self.question {
            Question::Undo { down } => {
                let down = down.map(|_| (Action::UndoDown, "Down to there", "d"));
                let all = (Action::UndoAll, "All of the run", "a");
                down.into_iter().chain([all, BACK]).collect()
            }
            Question::UndoFailed { may_skip, .. } => {
                let skip = may_skip.then_some((Action::Skip, "Skip it", "s"));
                let again = (Action::UndoAgain, "Try again", "r");
                let leave = (Action::Leave, "Leave", "q");
                let rest = [leave, BACK];
                [again].into_iter().chain(skip).chain(rest).collect()
            }
            Question::Unknown { ways, .. } => ways_out(*ways).into(),
            question => plain_buttons(question).into(),
        }
    }
}

/// What a button does, what it says, and the key that presses it.
pub(crate) type Choice = (Action, &'static str, &'static str);

const BACK: Choice = (Action::Dismiss, "Back", "Esc");

/// A button for each thing that can be done about an unknown step.
fn ways_out(ways: Ways) -> Vec<Choice> {
    let settle = match ways.witness {
        Some(Witness::Again) => "Run it again",
        Some(Witness::NeverCommitted) => "Record that",
        Some(Witness::Server | Witness::Probe(_)) | None => "Look for evidence",
    };
    [
        (ways.witness.is_some(), (Action::Settle, settle, "e")),
        (ways.probe.is_some(), (Action::Probe, "Run its probe", "p")),
        (ways.again, (Action::UndoAgain, "Run it again", "r")),
        (true, (Action::WasDone, "It was done", "d")),
        (true, (Action::WasNotDone, "It was not done", "n")),
        (ways.undo, (Action::UndoFirst, "Undo it first", "u")),
        (true, BACK),
    ]
    .into_iter()
    .filter(|(is_possible, _)| *is_possible)
    .map(|(_, choice)| choice)
    .collect()
}

/// The buttons of a question that always has the same.
fn plain_buttons(question: &Question) -> &'static [Choice] {
    match question {
        Question::Confirm {
            does: Does::Run, ..
        } => &[(Action::Accept, "Yes, run it", "y"), NO],
        Question::Confirm {
            does: Does::Tick, ..
        } => &[(Action::Accept, "Yes, tick it", "y"), NO],
        Question::TypedConfirm {
            does: Does::Run, ..
        } => &[(Action::Accept, "Run it", "Enter"), BACK],
        Question::TypedConfirm {
            does: Does::Tick, ..
        }
        | Question::Tick { .. } => &[(Action::Accept, "Tick it", "Enter"), BACK],
        Question::Skip { .. } => &[(Action::Accept, "Skip it", "Enter"), BACK],
        Question::Note { .. } => &[(Action::Accept, "Write it down", "Enter"), BACK],
        Question::Abandon { .. } => &[(Action::Accept, "Yes, roll back", "y"), NO],
        Question::TypedUndo { .. } => &[(Action::Accept, "Undo", "Enter"), BACK],
        Question::Resolve { .. } => &[(Action::Accept, "Record it", "Enter"), BACK],
        Question::EndBackground { .. } => &[(Action::Accept, "Yes, end it", "y"), NO],
        Question::LeaveRunning { .. } => &[(Action::Accept, "Cancel it and leave", "y"), STAY],
        Question::LeaveOpen { .. } => &[(Action::Accept, "Roll back and leave", "y"), STAY],
        Question::StateMissing { .. } => &[
            (Action::RunAgain, "Run them again", "r"),
            (Action::Waive, "Go on without", "w"),
            BACK,
        ],
        Question::Waive { .. } => &[(Action::Accept, "Go on without it", "Enter"), BACK],
        Question::Closing => &[(Action::LeaveNow, "Leave", "q"), BACK],
        // What they say goes to whoever can do something about it.
        Question::OpenFailed { .. } | Question::Blockers | Question::Values => {
            &[(Action::Copy, "Copy", "y"), CLOSE]
        }
        // The first three have buttons of their own.
        Question::Undo { .. }
        | Question::UndoFailed { .. }
        | Question::Unknown { .. }
        | Question::Help => &[CLOSE],
    }
}

const CLOSE: Choice = (Action::Dismiss, "Close", "Esc");
const NO: Choice = (Action::Dismiss, "No", "n");
const STAY: Choice = (Action::Dismiss, "Stay", "n");
