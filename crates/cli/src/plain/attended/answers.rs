//! What was said by the run and wants an answer: a step's question, a tick, a lost session; the rest is told.

use stepmark_core::plan::SessionState;
use stepmark_core::runner::{Command, Notice, Refusal};
use stepmark_core::{ConnectionName, StepId};

use super::menu::Menu;
use super::{Attended, print, step_text, told};

impl Attended<'_> {
    /// Answers `notice`, or tells it.
    pub(super) fn answer(&mut self, notice: Notice) {
        match notice {
            Notice::Refused(_, Refusal::NeedsConfirmation { step, typed }) => {
                self.confirm(&step, typed.as_deref());
            }
            Notice::Refused(_, Refusal::NeedsTick(step)) => self.needs_tick(&step),
            Notice::Refused(_, Refusal::SessionStateMissing { connection, steps }) => {
                self.lost_state(connection, &steps);
            }
            // Its own notice came before and says more.
            Notice::Refused(_, Refusal::OpenFailed { .. }) => {}
            // The next question says so.
            Notice::Refused(_, Refusal::NothingReady { blocked_by: None }) => {}
            Notice::Refused(_, refusal) => print(&format!("{}\n", told::refused(&refusal))),
            Notice::OpenFailed(connection, failure) => {
                print(&told::open_failed(&connection, &failure));
            }
            Notice::JournalFailed(message) => print(&format!(
                "The record could not be written, nothing more runs: {message}\n"
            )),
            notice @ (Notice::Untold(..)
            | Notice::Lost(..)
            | Notice::Blind(..)
            | Notice::Unreserved(_)) => {
                super::super::tell(&self.opening.plan, &notice);
            }
        }
    }

    /// Asks the question of a step, or for the text it wants typed.
    fn confirm(&mut self, id: &StepId, wanted: Option<&str>) {
        let Some(step) = self.opening.plan.index_of(id) else {
            return;
        };
        let mut question = step_text::headline(self.known(), step);
        let (answer, is_yes) = match wanted {
            Some(wanted) => (wanted, self.typed(&question, wanted)),
            None => {
                question.push_str("It asks first. Run it?\n");
                ("y", self.is_confirmed(&question, "run it"))
            }
        };
        if is_yes {
            let answer = answer.to_owned();
            self.send(Command::Confirm { step, answer });
        } else {
            self.ticked = None;
            print(&format!("{id} was not confirmed, and did not run.\n"));
        }
    }

    /// A manual step comes next: what was typed for it before it was confirmed counts now.
    fn needs_tick(&mut self, id: &StepId) {
        let Some(step) = self.opening.plan.index_of(id) else {
            return;
        };
        match self.ticked.take() {
            Some((ticked, values)) if ticked == step => self.send(Command::Tick { step, values }),
            Some(_) | None => self.chosen = Some(step),
        }
    }

    fn lost_state(&mut self, connection: ConnectionName, steps: &[(StepId, Vec<SessionState>)]) {
        let question = told::lost_state(&connection, steps);
        let menu = Menu::numbered(&[
            ('b', "back", None),
            (
                'r',
                "go to the first of them, to run them again",
                Some(true),
            ),
            ('w', "waive it: go on without what was lost", Some(false)),
        ]);
        match self.choose(&question, &menu).flatten() {
            Some(true) => {
                let first = steps.first();
                self.chosen = first.and_then(|(step, _)| self.opening.plan.index_of(step));
            }
            Some(false) => self.waive(connection),
            None => {}
        }
    }

    /// Asks why what was lost with a session does not matter.
    pub(super) fn waive(&mut self, connection: ConnectionName) {
        let question = format!(
            "Why does it not matter that the new session of {connection} lacks what was lost? The reason is recorded.\n"
        );
        if let Some(reason) = self.text(&question, "reason") {
            self.send(Command::Waive { connection, reason });
        }
    }
}
