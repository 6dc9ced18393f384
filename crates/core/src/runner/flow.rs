//! The volatile side of a run: what is wanted next and which sessions are open. Lost in a crash, on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::{Leaving, Rolling, WorkEnded};
use crate::plan::Confirm;
use crate::record::{Mode, Polls, Resolution, TargetIdentity};
use crate::{Attempt, ConnectionName, StepId, StepIndex, VariableName};

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
    /// The step that is tried again after a delay.
    pub retrying: Option<Retrying>,
    /// The step that is broken off half-way on purpose.
    pub cut: Option<Cut>,
    /// The `wait` step under way.
    pub waiting: Option<Waiting>,
    /// The step whose transaction the server is asked about.
    pub resolving: Option<Resolving>,
    /// The unknown step that evidence is being sought for.
    pub settling: Option<Settling>,
    /// The attempts that evidence was sought for; each is asked about by itself once.
    pub asked_about: BTreeSet<(StepIndex, Option<Attempt>)>,
    /// The rollback under way.
    pub rolling: Option<Rolling>,
    /// The background steps that are being ended.
    pub stopping: BTreeSet<StepIndex>,
    /// The `always` steps that were tried while the run is being put down.
    pub last_tried: BTreeSet<StepIndex>,
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
    /// The addresses of connections: `NAME_host` and so on.
    pub addresses: BTreeMap<VariableName, String>,
    /// Values given beforehand for variables that manual steps capture.
    pub captures: BTreeMap<VariableName, String>,
    /// What unknown steps did, as the operator said it beforehand, and how they know; taken out one by one before anything
    /// else happens.
    pub resolutions: BTreeMap<StepIndex, (Resolution, String)>,
    /// What a failed step is followed by, where no person is.
    pub on_failure: OnFailure,
    /// What was shown before the start: the first session of a connection must lead there.
    pub shown: BTreeMap<ConnectionName, TargetIdentity>,
    /// It is a rehearsal: questions are answered and manual steps ticked by it, and what is `live` or wants the terminal is
    /// passed over.
    pub rehearsal: bool,
}

/// What follows a failed step in a run without a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// The run is put down.
    #[default]
    Stop,
    /// What it did is undone first.
    RollBack,
}

impl Terms {
    /// Nothing agreed but whether a person is there.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            yes: false,
            typed: BTreeMap::new(),
            until: None,
            addresses: BTreeMap::new(),
            captures: BTreeMap::new(),
            resolutions: BTreeMap::new(),
            on_failure: OnFailure::Stop,
            shown: BTreeMap::new(),
            rehearsal: false,
        }
    }

    /// Whether `question` of the step called `id` is answered without a person.
    pub(super) fn answers(&self, id: &StepId, question: &Confirm) -> bool {
        match question {
            Confirm::Ask => self.yes || self.rehearsal,
            Confirm::Typed(text) => self.rehearsal || self.typed.get(id) == Some(text),
        }
    }

    /// Whether manual steps are ticked without a person.
    pub(super) fn ticks(&self) -> bool {
        self.yes || self.rehearsal
    }
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

/// A SQL step that is broken off half-way on purpose: a statement that fails stands in the place of the rest of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The step.
    pub step: StepIndex,
    /// How many bytes of its text are left.
    pub at: usize,
}

/// A step that failed and is tried again after a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retrying {
    /// The step.
    pub step: StepIndex,
    /// The attempt that failed last.
    pub attempt: Attempt,
    /// How often it was tried again by itself, the try to come included.
    pub tries: u32,
    /// How often it may be.
    pub count: u32,
    /// Whether the delay has passed and the next attempt is on its way or under way.
    pub due: bool,
}

/// An attempt whose transaction the server is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolving {
    /// The step.
    pub step: StepIndex,
    /// The attempt.
    pub attempt: Attempt,
}

/// An unknown step whose outcome is being settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settling {
    /// The step.
    pub step: StepIndex,
    /// What settles it.
    pub by: SettledBy,
}

/// What settles an unknown step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledBy {
    /// Whatever can tell: see [`super::Witness`].
    Evidence,
    /// Its probe, and nothing else.
    Probe,
    /// The operator.
    Said {
        /// What it did.
        resolution: Resolution,
        /// How they know.
        reason: String,
        /// Whether a flag said it beforehand, and not a person at the terminal.
        by_flag: bool,
    },
}

/// A `wait` step under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The step.
    pub step: StepIndex,
    /// What it saw so far.
    pub polls: Polls,
    /// Since when its condition holds, in microseconds from the intent.
    pub held_since_us: Option<u64>,
    /// Microseconds from the intent to the last look's end.
    pub elapsed_us: u64,
    /// How the last look ended.
    pub last: Option<WorkEnded>,
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
            retrying: None,
            cut: None,
            waiting: None,
            resolving: None,
            settling: None,
            asked_about: BTreeSet::new(),
            rolling: None,
            stopping: BTreeSet::new(),
            last_tried: BTreeSet::new(),
            leaving: None,
            ended: false,
        }
    }

    /// Whether a rollback goes on by itself: not while a person is asked.
    fn rolls_on(&self) -> bool {
        let rolling = self.rolling.as_ref();
        rolling.is_some_and(|rolling| rolling.asked.is_none())
    }

    /// Whether [`super::Input::Continue`] could do something now, if no step runs.
    pub fn wants_more(&self) -> bool {
        let idle = self.opening.is_none()
            && self.abandoning.is_none()
            && self.resolving.is_none()
            && self.stopping.is_empty()
            && !self.ended;
        let wish = match &self.leaving {
            Some(leaving) => !leaving.closing || self.open.is_empty(),
            None if self.settling.is_some() || !self.terms.resolutions.is_empty() => true,
            None if self.rolls_on() => true,
            None if self.retrying.is_some_and(|known| !known.due) => false,
            None => self.wanted.is_some() || self.advance == Advance::RunOn,
        };
        idle && wish
    }
}
