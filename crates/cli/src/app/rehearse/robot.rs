//! Sits where a person would: gives a run one command after the other, and waits for what comes of each. Decides nothing.

use std::time::Duration;

use stepmark_core::StepIndex;
use stepmark_core::plan::Plan;
use stepmark_core::progress::{Progress, StepState};
use stepmark_core::record::{Event, Record, TransactionStatus};
use stepmark_core::runner::{Activity, Command, Notice};
use stepmark_driver::{Cursor, Driver, Remote};

/// The longest time between two looks, in case a wake was missed.
const PATIENCE: Duration = Duration::from_secs(1);

/// What came of a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// What was waited for.
    Done,
    /// It was not carried out, for this reason.
    Refused(String),
    /// The run is over: somebody stopped it, or its log could not be written.
    Over,
}

/// What a refusal does to a wait: of the command that is waited for, or of what a run does by itself.
#[derive(Clone, Copy)]
enum OnRefusal {
    /// It ends it.
    End,
    /// Nothing.
    GoOn,
}

/// Commands a run.
pub(super) struct Robot<'a> {
    plan: &'a Plan,
    progress: Progress,
    cursor: Cursor,
    remote: Remote,
    notice_seen: u64,
    is_over: bool,
    is_idle: bool,
    /// The records since they were last taken.
    fresh: Vec<Event>,
}

impl<'a> Robot<'a> {
    pub(super) fn of(plan: &'a Plan, driver: &Driver) -> Self {
        Self {
            plan,
            progress: Progress::new(plan),
            cursor: driver.feed().cursor(),
            remote: driver.remote(),
            notice_seen: 0,
            is_over: false,
            is_idle: false,
            fresh: Vec::new(),
        }
    }

    /// Where the run stands.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// What was recorded since the last call.
    pub(super) fn take_fresh(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.fresh)
    }

    /// Starts a step and waits until it is over, or up.
    pub(super) fn start(&mut self, step: StepIndex) -> Came {
        self.command(&Command::Start(step), |known, since| {
            known.is_over_with(step, since)
        })
    }

    /// Starts a step that is broken off after the first `at` bytes of its text.
    pub(super) fn break_off(&mut self, step: StepIndex, at: usize) -> Came {
        self.command(&Command::BreakOff { step, at }, |known, since| {
            known.is_over_with(step, since)
        })
    }

    /// Starts a step and cancels it when it has run for `after`.
    pub(super) fn cancel_after(&mut self, step: StepIndex, after: Duration) -> Came {
        self.look(Duration::ZERO);
        let since = self.progress.last_seq();
        let began = self.command(&Command::Start(step), |known, since| {
            known.progress.running() == Some(step) && known.progress.step(step).intent_seq > since
                || known.is_over_with(step, since)
        });
        if began != Came::Done {
            return began;
        }
        let from = std::time::Instant::now();
        while let Some(left) = after.checked_sub(from.elapsed()) {
            if self.is_over_with(step, since) {
                return Came::Done;
            }
            if self.is_over {
                return Came::Over;
            }
            self.look(left);
        }
        self.remote.command(Command::Cancel);
        self.wait(OnRefusal::GoOn, |known| known.is_over_with(step, since))
    }

    /// Undoes what was done since `step`, itself included, and waits until that is over or has failed.
    pub(super) fn undo(&mut self, step: StepIndex) -> Came {
        let command = Command::RollBack { to: Some(step) };
        let undo: Vec<StepIndex> = self.plan.undo_of(step).collect();
        self.command(&command, |known, since| {
            let progress = &known.progress;
            let began = progress.last_seq() > since && progress.rollback().is_some();
            let stuck = |step: StepIndex| {
                matches!(
                    progress.step(step).state,
                    StepState::Failed | StepState::Unknown
                )
            };
            let touched = undo.iter().any(|undo| {
                progress.step(*undo).intent_seq > since
                    || progress.step(*undo).state == StepState::Skipped
                    || progress.step(*undo).state == StepState::NotNeeded
            });
            known.is_idle && began && touched && progress.next_undo().is_none_or(stuck)
        })
    }

    /// Rolls back the transactions that are open.
    pub(super) fn abandon_all(&mut self) -> Came {
        let open = |known: &Self| {
            let mut connections = known.progress.connections();
            let found = connections.find(|(_, it)| it.transaction != TransactionStatus::Idle);
            found.map(|(name, _)| name.clone())
        };
        while let Some(name) = open(self) {
            let command = Command::Abandon(name.clone());
            let came = self.command(&command, |known, _| open(known).as_ref() != Some(&name));
            if came != Came::Done {
                return came;
            }
        }
        Came::Done
    }

    /// Has something recorded that the rehearsal found.
    pub(super) fn record(&mut self, command: &Command) -> Came {
        self.command(command, |known, since| known.progress.last_seq() > since)
    }

    /// Puts the run down and waits for its end.
    pub(super) fn leave(&mut self) {
        if matches!(
            self.command(&Command::Leave, |_, _| false),
            Came::Refused(_)
        ) {
            self.remote.command(Command::Stop);
            let _ = self.wait(OnRefusal::GoOn, |_| false);
        }
    }

    fn command(&mut self, command: &Command, done: impl Fn(&Self, u64) -> bool) -> Came {
        self.look(Duration::ZERO);
        if self.is_over {
            return Came::Over;
        }
        let since = self.progress.last_seq();
        self.remote.command(command.clone());
        self.wait(OnRefusal::End, |known| done(known, since))
    }

    /// Waits until `done`.
    fn wait(&mut self, on_refusal: OnRefusal, done: impl Fn(&Self) -> bool) -> Came {
        loop {
            let refusal = self.look(PATIENCE);
            if done(self) {
                return Came::Done;
            }
            if let (OnRefusal::End, Some(refusal)) = (on_refusal, refusal) {
                return Came::Refused(refusal);
            }
            if self.is_over {
                return Came::Over;
            }
        }
    }

    /// Waits for news for as long as `patience`, and takes it in. What was refused, if something was.
    fn look(&mut self, patience: Duration) -> Option<String> {
        let (mut records, mut glimpse) = self.cursor.news();
        if records.is_empty() && glimpse.notices_after(self.notice_seen).next().is_none() {
            self.is_over |= self.cursor.wait(patience);
            (records, glimpse) = self.cursor.news();
        }
        for record in &records {
            self.take(record);
        }
        let mut refusal = None;
        for (number, notice) in glimpse.notices_after(self.notice_seen) {
            self.notice_seen = *number;
            refusal = match notice {
                Notice::Refused(_, why) => Some(why.message()),
                Notice::OpenFailed(connection, failure) => {
                    Some(format!("connection {connection}: {}", failure.message))
                }
                Notice::JournalFailed(why) => Some(why.clone()),
                Notice::Untold(..)
                | Notice::Blind(..)
                | Notice::Lost(..)
                | Notice::Unreserved(_) => refusal,
            };
        }
        self.is_idle = glimpse.activity == Activity::Idle;
        refusal
    }

    fn take(&mut self, record: &Record) {
        self.progress.apply(self.plan, record);
        self.fresh.push(record.event.clone());
    }

    /// Whether `step` came to an outcome, or was passed over, after the record `since`, and is not tried again by itself.
    fn is_over_with(&self, step: StepIndex, since: u64) -> bool {
        let known = self.progress.step(step);
        self.is_idle
            && match known.state {
                StepState::Running | StepState::Pending => false,
                StepState::Skipped | StepState::NotNeeded => self.progress.last_seq() > since,
                StepState::Up
                | StepState::Held
                | StepState::Succeeded
                | StepState::Failed
                | StepState::Undone { .. }
                | StepState::RolledBack
                | StepState::Unknown => known.intent_seq > since,
            }
    }
}
