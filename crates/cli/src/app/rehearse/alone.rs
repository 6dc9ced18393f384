//! One step on its own: broken off half-way and undone, run whole and undone, and run again.

use stepmark_core::StepIndex;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::StepState;
use stepmark_core::record::HalfWay;

use super::broken_off::{BrokenOff, ways};
use super::director::{Director, Over, why};
use super::findings::not_run;
use super::robot::Came;
use super::state::State;

impl Director<'_> {
    /// Whether `step` has an undo that can be tried on its own.
    pub(super) fn is_tried_on_its_own(&self, step: StepIndex) -> bool {
        let mut undo = self.plan.undo_of(step).peekable();
        undo.peek().is_some()
            && undo.all(|undo| not_run(self.plan, undo).is_none())
            && stepmark_core::runner::why_not(self.plan, step).is_none()
            && self.plan.step(step).kind != StepKind::Manual
            && !self.barrier.is_behind(step)
            && !self.is_in_transaction()
    }

    /// Breaks `step` off, undoes it, runs it, undoes it, and runs it again; whether all of that went well.
    pub(super) fn on_its_own(&mut self, step: StepIndex) -> Result<bool, Over> {
        if !self.look() {
            return Ok(false);
        }
        let before = self.last.clone().expect("it was looked just now");
        let mut shown_half_way = Err("it was not tried".to_owned());
        match ways(self.plan.step(step), self.findings.duration(step)) {
            Err(why) => {
                self.shown
                    .note(&format!("{} is not broken off: {why}", self.id(step)));
                shown_half_way = Err(why);
            }
            Ok(ways) => {
                for way in ways {
                    let broken_off = self.break_off(step, way)?;
                    let half_way = broken_off.as_ref().ok().copied();
                    if self.has_undo_now(step) && !self.undone(step, half_way, &before)? {
                        return Ok(false);
                    }
                    if shown_half_way.is_err() || broken_off.is_ok() {
                        shown_half_way = broken_off;
                    }
                }
            }
        }
        if !self.run(step)? {
            return Ok(false);
        }
        if self.is_in_transaction() {
            self.shown.note(&format!(
                "{} is held in a transaction with later steps",
                self.id(step)
            ));
            return Ok(true);
        }
        if self.has_undo_now(step) && !self.undone(step, None, &before)? {
            return Ok(false);
        }
        self.findings.proven_half_way(step, shown_half_way);
        // One that is not needed, or was passed over, has nothing to run again.
        if self.robot.progress().step(step).state != StepState::RolledBack {
            return Ok(true);
        }
        // What was seen last is what its undo left: what it locks now is not to be taken for what the next one does.
        self.last = None;
        self.run(step)
    }

    /// Undoes `step` and compares with the state before it.
    fn undone(
        &mut self,
        step: StepIndex,
        half_way: Option<HalfWay>,
        before: &State,
    ) -> Result<bool, Over> {
        self.left.clear();
        if !self.undo(step, half_way)? {
            return Ok(false);
        }
        let Some(found) = self.settled(before) else {
            return Ok(false);
        };
        let own = self.blame(step, &found);
        let Some(doubt) = self.judge(step, half_way, &found, &own)? else {
            return Ok(true);
        };
        self.broken(step, doubt);
        Ok(false)
    }

    /// Breaks `step` off; how that was, or why it was not.
    fn break_off(
        &mut self,
        step: StepIndex,
        way: BrokenOff,
    ) -> Result<Result<HalfWay, String>, Over> {
        let place = self.place(step);
        let id = self.id(step).clone();
        self.shown.begins(&place, &id);
        let (came, half_way) = match way {
            BrokenOff::After { statements, of, at } => (
                self.robot.break_off(step, at),
                HalfWay::Stopped {
                    after: statements,
                    of,
                },
            ),
            BrokenOff::Cancelled { after, of } => {
                let micros =
                    |it: std::time::Duration| u64::try_from(it.as_micros()).unwrap_or(u64::MAX);
                let half_way = HalfWay::Cancelled {
                    after_us: micros(after),
                    of_us: micros(of),
                };
                (self.robot.cancel_after(step, after), half_way)
            }
        };
        let came = self.over(came)?;
        let known = self.robot.progress().step(step);
        let broken_off = match (came, &known.state) {
            (Came::Refused(why), _) => Err(why),
            (_, StepState::Failed) => Ok(half_way),
            (_, StepState::Succeeded) => Err("it ended before it could be cancelled".to_owned()),
            (_, _) => Err(why(known.outcome.as_ref())),
        };
        let words = match &broken_off {
            Ok(half_way) => half_way.words(),
            Err(why) => format!("not broken off: {why}"),
        };
        self.shown.done(&place, &id, &words);
        Ok(broken_off)
    }
}
