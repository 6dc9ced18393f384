//! What is done about a step whose outcome nobody knows.

use stepmark_core::StepIndex;
use stepmark_core::record::Resolution;
use stepmark_core::runner::{Command, Ways, Witness};

use super::menu::Menu;
use super::{Attended, told};

/// A way out.
#[derive(Clone, Copy)]
enum Way {
    Settle,
    Probe,
    Again,
    Said(Resolution),
    Undo,
    Back,
}

impl Attended<'_> {
    /// Tells the evidence, and asks what is done about `step`.
    pub(super) fn settle(&mut self, step: StepIndex) {
        let known = self.known();
        let planned = known.step(step);
        let before = self.before.taken_up.as_ref();
        let left_over = before.and_then(|before| before.left_over(&planned.id));
        let question = told::evidence(known, step, left_over);
        let ways = Ways::of(known.plan, known.progress, step);
        let sees =
            |probe: StepIndex| format!("run {}, which sees whether it was done", known.id(probe));
        let settle = ways.witness.map(|witness| match witness {
            Witness::NeverCommitted => {
                "record that it was not done: its COMMIT was never announced".to_owned()
            }
            Witness::Server => "ask the server what became of the transaction".to_owned(),
            Witness::Again => {
                let why = planned.why_repeatable().unwrap_or_default();
                format!("run it again, which is safe: {why}")
            }
            Witness::Probe(probe) => sees(probe),
        });
        let probe = ways.probe.map(sees);
        let mut choices: Vec<(char, &str, Way)> = vec![('b', "back", Way::Back)];
        choices.extend(settle.as_deref().map(|label| ('e', label, Way::Settle)));
        choices.extend(probe.as_deref().map(|label| ('p', label, Way::Probe)));
        if ways.again {
            choices.push(('r', "run it again, as an undo may be", Way::Again));
        }
        choices.push((
            'd',
            "done: you know that it took effect",
            Way::Said(Resolution::Done),
        ));
        choices.push((
            'n',
            "not done: you know that it did not",
            Way::Said(Resolution::NotDone),
        ));
        if ways.undo {
            choices.push(('u', "undo it first", Way::Undo));
        }
        match self.choose(&question, &Menu::numbered(&choices)) {
            Some(Way::Settle) => self.send(Command::Settle(step)),
            Some(Way::Probe) => self.send(Command::Probe(step)),
            Some(Way::Again) => {
                let command = Command::run(&self.opening.plan, step);
                self.send(command);
            }
            Some(Way::Said(resolution)) => self.resolve(step, resolution),
            Some(Way::Undo) => self.undo(Some(step)),
            Some(Way::Back) | None => {}
        }
    }

    fn resolve(&mut self, step: StepIndex, resolution: Resolution) {
        let question = told::resolving(self.known(), step, resolution);
        if let Some(reason) = self.text(&question, "reason") {
            self.send(Command::Resolve {
                step,
                resolution,
                reason,
            });
        }
    }
}
