//! Undoing what the run did: how far, and with the word typed where people depend on it.

use stepmark_core::StepIndex;
use stepmark_core::plan::Role;
use stepmark_core::runner::{Command, may_roll_back, rollback_plan};

use super::menu::Menu;
use super::{Attended, print, told};

/// What is typed before something is undone in production.
const UNDO: &str = "undo";

impl Attended<'_> {
    /// Asks how far to undo: all of the run, or down to `to` where that is less.
    pub(super) fn undo(&mut self, to: Option<StepIndex>) {
        let known = self.known();
        let all = match may_roll_back(known.plan, known.progress, None) {
            Ok(all) => all.undo.len(),
            Err(refusal) => return print(&format!("{}\n", told::refused(&refusal))),
        };
        let main = |step: StepIndex| match known.step(step).role {
            Role::Main => step,
            Role::RollbackOf(of) | Role::ProbeOf(of) => of,
        };
        let is_less = |step: &StepIndex| {
            let found = rollback_plan(known.plan, known.progress, Some(*step));
            (1..all).contains(&found.undo.len())
        };
        let down = to.map(main).filter(is_less);
        let question = told::undoing(known, down);
        let down_to = down.map(|step| format!("undo down to {}", known.id(step)));
        let is_production = known.opening.is_production();
        let mut choices = vec![('b', "back", None)];
        choices.extend(down_to.as_deref().map(|label| ('d', label, Some(down))));
        choices.push(('a', "undo all of the run", Some(None)));
        let Some(Some(to)) = self.choose(&question, &Menu::numbered(&choices)) else {
            return;
        };
        if is_production && !self.typed("This undoes what was done in PRODUCTION.\n", UNDO) {
            return;
        }
        self.send(Command::RollBack { to });
    }
}
