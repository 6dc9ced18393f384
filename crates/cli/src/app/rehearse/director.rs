//! What a rehearsal does, in order: forward, back, compare; and step by step where that is asked for. Speaks to the run
//! through the robot and to the clusters through their state.

use std::collections::BTreeMap;
use std::time::Duration;

use stepmark_core::plan::{Plan, Step, StepKind};
use stepmark_core::progress::StepState;
use stepmark_core::record::{Failure, HalfWay, Outcome, RehearsalPart, TransactionStatus};
use stepmark_core::runner::{may_start, rollback_plan};
use stepmark_core::{StepId, StepIndex};

use super::barrier::Barrier;
use super::findings::Findings;
use super::robot::{Came, Robot};
use super::shown::Shown;
use super::state::{Change, Named, State};

/// Somebody stopped the rehearsal, or its log could not be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Over;

/// How far the way there and back came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// Neither end nor beginning: a step failed, or the clusters could not be looked at.
    Nowhere,
    /// The last step, and not all the way back.
    End,
    /// Everything is as it was in the beginning.
    Beginning,
}

/// Carries out one part of a rehearsal.
pub(super) struct Director<'a> {
    pub(super) plan: &'a Plan,
    pub(super) part: RehearsalPart,
    pub(super) barrier: &'a Barrier,
    pub(super) clusters: &'a [Named<'a>],
    pub(super) ignored: &'a [String],
    pub(super) robot: Robot<'a>,
    pub(super) findings: &'a mut Findings,
    pub(super) shown: &'a mut Shown,
    /// The last state that was looked at.
    pub(super) last: Option<State>,
    /// The state before each step that was tried.
    pub(super) before: BTreeMap<StepIndex, State>,
    /// The steps that were gone through, in order, those passed over too.
    pub(super) order: Vec<StepIndex>,
    /// Where something was found that is not as it was.
    pub(super) left: BTreeMap<String, Left>,
}

/// What an undo left, as long as earlier ones may still take it away.
#[derive(Debug)]
pub(super) struct Doubt {
    /// In words.
    pub(super) why: String,
    /// Where.
    pub(super) places: Vec<String>,
}

/// Something that is not as it was.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// The last change of it that a step was blamed for.
    pub(super) change: Change,
    /// The steps that were.
    pub(super) by: Vec<StepId>,
}

impl Director<'_> {
    /// Runs up to the point of no return, undoes it all, and compares. How far that came.
    pub(super) fn there_and_back(&mut self) -> Result<Reached, Over> {
        if !self.look() {
            return Ok(Reached::Nowhere);
        }
        let first = self.last.clone().expect("it was looked just now");
        let is_done = self.forward(|director, step| !director.barrier.is_behind(step), false)?;
        let came = self.robot.abandon_all();
        self.over(came)?;
        if !self.look_after_step() {
            return Ok(Reached::Nowhere);
        }
        self.shown.heading("undone, newest first");
        let (mut undone, mut doubts) = (Vec::new(), Vec::new());
        let is_undone = self.back(&mut undone, &mut doubts)?;
        let is_back = is_undone && self.everything(&first, undone, &mut doubts)?;
        for (step, doubt) in doubts {
            self.broken(step, doubt);
        }
        Ok(match (is_done, is_back) {
            (false, _) => Reached::Nowhere,
            (true, false) => Reached::End,
            (true, true) => Reached::Beginning,
        })
    }

    /// Runs to the end; with `every_step` each step that has an undo is also tried half-way, undone, and done again.
    pub(super) fn all_the_way(&mut self, every_step: bool) -> Result<(), Over> {
        self.forward(|_, _| true, every_step)?;
        if !self.before.is_empty() && !self.is_in_transaction() {
            self.look_after_step();
        }
        Ok(())
    }

    /// Runs every step that `wanted` names, as long as they succeed.
    fn forward(
        &mut self,
        wanted: impl Fn(&Self, StepIndex) -> bool,
        every_step: bool,
    ) -> Result<bool, Over> {
        while let Some(step) = self.next(&wanted) {
            let is_own = every_step && self.is_tried_on_its_own(step);
            let is_remembered = self.part == RehearsalPart::UpToNoReturn
                || self.barrier.is_behind(step)
                || !self.before.is_empty();
            if is_remembered && !self.remember(step) {
                return Ok(false);
            }
            self.order.push(step);
            let well = match is_own {
                true => self.on_its_own(step)?,
                false => self.run(step)?,
            };
            if !well {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn next(&self, wanted: impl Fn(&Self, StepIndex) -> bool) -> Option<StepIndex> {
        let progress = self.robot.progress();
        let is_next = |(index, step): &(StepIndex, &Step)| {
            step.is_main()
                && progress.step(*index).state == StepState::Pending
                && !self.order.contains(index)
                && wanted(self, *index)
                && may_start(self.plan, progress, *index).is_ok()
        };
        self.plan.indexed().find(is_next).map(|(index, _)| index)
    }

    /// Runs a step; whether it succeeded.
    pub(super) fn run(&mut self, step: StepIndex) -> Result<bool, Over> {
        let place = self.place(step);
        self.shown.begins(&place, &self.plan.step(step).id);
        let came = self.robot.start(step);
        let came = self.over(came)?;
        self.came_of(step, came, &place)
    }

    /// Tells what came of a step that was to succeed.
    pub(super) fn came_of(
        &mut self,
        step: StepIndex,
        came: Came,
        place: &str,
    ) -> Result<bool, Over> {
        let known = self.robot.progress().step(step).clone();
        let planned = self.plan.step(step);
        let id = &planned.id;
        let took = known
            .duration
            .map_or_else(String::new, stepmark_core::report::duration);
        if let Came::Refused(why) = came {
            self.shown.failed(place, id, &why, "");
            self.findings
                .because(format!("step {id} could not start: {why}"));
            return Ok(false);
        }
        match &known.state {
            StepState::Succeeded
            | StepState::Held
            | StepState::Up
            | StepState::Undone { by: Some(_), .. } => {
                if let Some(duration) = known.duration.filter(|_| planned.kind != StepKind::Manual)
                {
                    self.findings.took(step, duration);
                }
                let how = match (planned.kind, &known.state) {
                    (StepKind::Manual, _) => "ticked by the rehearsal".to_owned(),
                    (_, StepState::Held) => format!("{took}, held in an open transaction"),
                    (_, StepState::Up) => "up in the background".to_owned(),
                    _ => took,
                };
                self.shown.done(place, id, &how);
                Ok(true)
            }
            StepState::Skipped => {
                let why = known.skip_reason.unwrap_or_default();
                self.shown.done(place, id, &why);
                Ok(true)
            }
            StepState::NotNeeded => {
                self.shown.done(place, id, "not needed");
                Ok(true)
            }
            _ => {
                let why = why(known.outcome.as_ref());
                let printed = known
                    .output
                    .map(|output| output.excerpt)
                    .unwrap_or_default();
                self.shown.failed(place, id, &why, &printed);
                self.findings.because(format!("step {id} failed: {why}"));
                Ok(false)
            }
        }
    }

    /// Undoes what was tried, newest first, and looks after each. Whether every undo did its work.
    fn back(
        &mut self,
        undone: &mut Vec<StepId>,
        doubts: &mut Vec<(StepIndex, Doubt)>,
    ) -> Result<bool, Over> {
        let mut tried = self.order.clone();
        tried.retain(|step| self.robot.progress().step(*step).attempt.is_some());
        tried.reverse();
        for step in tried {
            let before = self.before.get(&step).cloned();
            let before = before.expect("only steps before which was looked are gone through");
            if !self.has_undo_now(step) {
                let found = self.last.as_ref().map(|last| before.difference(last));
                self.blame(step, &found.unwrap_or_default());
                continue;
            }
            undone.push(self.id(step).clone());
            if !self.undo(step, None)? {
                return Ok(false);
            }
            let Some(found) = self.settled(&before) else {
                return Ok(false);
            };
            let own = self.blame(step, &found);
            let judged = self.judge(step, None, &found, &own)?;
            doubts.extend(judged.map(|why| (step, why)));
        }
        Ok(true)
    }

    /// Whether undoing down to `step` would run an undo of its own.
    pub(super) fn has_undo_now(&self, step: StepIndex) -> bool {
        let found = rollback_plan(self.plan, self.robot.progress(), Some(step));
        self.plan.undo_of(step).any(|own| found.undo.contains(&own))
    }

    /// Undoes `step`, the newest that is not undone yet; whether that did what it should.
    pub(super) fn undo(
        &mut self,
        step: StepIndex,
        half_way: Option<HalfWay>,
    ) -> Result<bool, Over> {
        let id = self.id(step).clone();
        self.shown.begins("undo", &id);
        let came = self.robot.undo(step);
        let came = self.over(came)?;
        let progress = self.robot.progress();
        let own: Vec<StepIndex> = self.plan.undo_of(step).collect();
        let failed = own.iter().find(|undo| {
            let state = &progress.step(**undo).state;
            matches!(state, StepState::Failed | StepState::Unknown)
        });
        let trouble = match (&came, failed) {
            (Came::Refused(why), _) => Some((own[0], why.clone(), String::new())),
            (_, Some(undo)) => {
                let known = progress.step(*undo);
                let printed = known.output.as_ref().map(|output| output.excerpt.clone());
                Some((
                    *undo,
                    why(known.outcome.as_ref()),
                    printed.unwrap_or_default(),
                ))
            }
            (Came::Done | Came::Over, None) => None,
        };
        let Some((undo, why, printed)) = trouble else {
            let took: Duration = own
                .iter()
                .filter_map(|undo| progress.step(*undo).duration)
                .sum();
            self.shown.took(&stepmark_core::report::duration(took));
            return Ok(true);
        };
        self.shown.failed("undo", &id, &why, &printed);
        let after = half_way.map_or(String::new(), |how| {
            format!(", after it was {}", how.words())
        });
        let why = format!("its undo {} failed{after}: {why}", self.id(undo));
        self.findings.because(format!("step {id}: {why}"));
        self.findings.broken(step, why);
        Ok(false)
    }

    /// Its place among the steps of the main flow.
    pub(super) fn place(&self, step: StepIndex) -> String {
        let main = || self.plan.indexed().filter(|(_, step)| step.is_main());
        let at = main()
            .position(|(index, _)| index == step)
            .map_or(0, |at| at + 1);
        format!("{at}/{}", main().count())
    }

    pub(super) fn id(&self, step: StepIndex) -> &StepId {
        &self.plan.step(step).id
    }

    /// What came of a command, unless the run is over.
    pub(super) fn over(&self, came: Came) -> Result<Came, Over> {
        match came {
            Came::Over => Err(Over),
            Came::Done | Came::Refused(_) => Ok(came),
        }
    }

    /// Whether a transaction of the runbook is open, which would keep us from looking at what it holds.
    pub(super) fn is_in_transaction(&self) -> bool {
        let mut connections = self.robot.progress().connections();
        connections.any(|(_, known)| known.transaction != TransactionStatus::Idle)
    }
}

/// Why an attempt did not do what it should, with the place in the runbook where there is one.
pub(super) fn why(outcome: Option<&Outcome>) -> String {
    match outcome {
        Some(Outcome::Failed { failure }) => {
            let place = match failure {
                Failure::Server(error) => error
                    .position
                    .map(|at| format!(", line {}, column {}", at.line, at.column)),
                _ => None,
            };
            format!("{}{}", failure.headline(), place.unwrap_or_default())
        }
        Some(Outcome::Unknown { because }) => format!("its outcome is unknown: {because}"),
        Some(Outcome::Succeeded { .. }) | None => "it was not run to its end".to_owned(),
    }
}
