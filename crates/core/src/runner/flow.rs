//! The volatile side of a run: what is wanted next and which sessions are open. Lost in a crash, on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::Leaving;
use crate::record::{Mode, TargetIdentity};
use crate::{ConnectionName, StepId, StepIndex};

/// What is wanted next and what is under way; handed from one decision to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// What was agreed when the run was started.
    pub terms: Terms,
    /// What happens when a step is over.
    pub advance: Advance,
    /// The step to start as soon as that is possible.
    pub wanted: Option<StepIndex>,
    /// The step whose question was answered for the start to come.
    pub confirmed: Option<StepIndex>,
    /// Sessions that are open.
    pub open: BTreeSet<ConnectionName>,
    /// The session that is being opened.
    pub opening: Option<ConnectionName>,
    /// The session whose transaction is being rolled back.
    pub abandoning: Option<ConnectionName>,
    /// The cancel under way.
    pub cancelling: Option<Cancelling>,
    /// Why the run is being put down, once it is.
    pub leaving: Option<Leaving>,
    /// Whether the run's last record was decided.
    pub ended: bool,
}

/// What was agreed when the run was started, by flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// With a person or without.
    pub mode: Mode,
    /// Plain questions are answered yes and manual steps ticked, recorded as by flag.
    pub yes: bool,
    /// Texts given beforehand for typed confirmations.
    pub typed: BTreeMap<StepId, String>,
    /// Put the run down after this step.
    pub until: Option<StepIndex>,
    /// What was shown before the start: the first session of a connection must lead there.
    pub shown: BTreeMap<ConnectionName, TargetIdentity>,
}

/// What happens when a step is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// Nothing, until the operator says so.
    Wait,
    /// The next step starts, as long as they succeed.
    RunOn,
}

/// A cancel under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelling {
    /// The step.
    pub step: StepIndex,
    /// How hard it was asked so far, from 1.
    pub force: u8,
    /// Whether its timeout asked, and not a person or a signal.
    pub timed_out: bool,
}

impl Flow {
    /// The flow of a run that has not started: it runs on by itself only without a person.
    pub fn new(terms: Terms) -> Self {
        let advance = match terms.mode {
            Mode::Headless => Advance::RunOn,
            Mode::Interactive => Advance::Wait,
        };
        Self {
            terms,
            advance,
            wanted: None,
            confirmed: None,
            open: BTreeSet::new(),
            opening: None,
            abandoning: None,
            cancelling: None,
            leaving: None,
            ended: false,
        }
    }

    /// Whether [`super::Input::Continue`] could do something now, if no step runs.
    pub fn wants_more(&self) -> bool {
        let idle = self.opening.is_none() && self.abandoning.is_none() && !self.ended;
        let wish = match &self.leaving {
            Some(leaving) => !leaving.closing || self.open.is_empty(),
            None => self.wanted.is_some() || self.advance == Advance::RunOn,
        };
        idle && wish
    }
}
