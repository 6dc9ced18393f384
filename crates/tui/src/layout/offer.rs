//! What a step's header row offers: a button, or the words why there is none.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Role, StepKind};
use stepmark_core::progress::StepState;

use crate::action::Action;
use crate::screen::Screen;

/// What a step's header row offers at its right end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Something to press.
    Button(Action, &'static str),
    /// Why there is nothing to press.
    Words(String),
}

/// What the header row of `step` offers now.
pub(crate) fn offer(screen: &Screen, step: StepIndex) -> Offer {
    let planned = screen.plan().step(step);
    let state = &screen.progress.step(step).state;
    let selected = screen.selected == Some(step);
    if *state == StepState::Running && selected {
        return Offer::Button(Action::Cancel, "Cancel");
    }
    if *state == StepState::Up && selected {
        return Offer::Button(Action::EndBackground, "End it");
    }
    if selected && screen.may_settle(step) {
        return Offer::Button(Action::Run, "Settle");
    }
    let belongs = match planned.role {
        Role::RollbackOf(of) => Some(("undoes", of)),
        Role::ProbeOf(of) => Some(("probes", of)),
        Role::Main => None,
    };
    let is_due = screen.progress.next_undo() == Some(step);
    if let Some((does, of)) = belongs.filter(|_| !(selected && is_due)) {
        return Offer::Words(format!("{does} {}", screen.plan().step(of).id));
    }
    if selected && screen.may_run(step) && *state == StepState::Skipped {
        return Offer::Button(Action::Retry, "Run it after all");
    }
    if selected && screen.is_in_lost_session(step) {
        return Offer::Button(Action::Run, "Session lost: what now?");
    }
    if selected && screen.may_run(step) {
        let label = match (state, planned.kind) {
            (StepState::Failed | StepState::Undone { .. }, _) => "Retry",
            (StepState::Succeeded, _) => "Run again",
            (_, StepKind::Manual) => "Tick",
            (_, StepKind::Sql | StepKind::Shell(_)) => "Run",
        };
        return Offer::Button(Action::Run, label);
    }
    if *state == StepState::Pending && !screen.progress.needs_satisfied(step) {
        let missing = screen.progress.waits_for(screen.plan(), step);
        let missing: Vec<&str> = missing
            .into_iter()
            .map(|need| screen.plan().step(need).id.as_str())
            .collect();
        return Offer::Words(format!("needs {}", missing.join(", ")));
    }
    Offer::Words(String::new())
}
