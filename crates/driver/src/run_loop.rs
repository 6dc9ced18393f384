//! The loop of a run: it hears one thing after the other, has `decide` say what follows, records it, and only then does it.

use std::sync::mpsc::{Receiver, RecvTimeoutError};

use stepmark_core::plan::StepKind;
use stepmark_core::progress::Ending;
use stepmark_core::record::{Event, Outcome};
use stepmark_core::runner::{
    Activity, Command, Decision, Effect, Flow, Input, Notice, Refusal, Report, SqlStop, WorkEnded,
    decide,
};
use stepmark_core::{Attempt, ConnectionName, Digest, StepIndex};
use stepmark_engines::postgres::SqlDone;
use stepmark_engines::redact::without_written;
use stepmark_journal::JournalError;

use crate::engine_room::EngineRoom;
use crate::last_words::words;
use crate::message::{Message, WorkOver};
use crate::recorder::Recorder;
use crate::timers::{Due, Timers, What};
use crate::under_way::micros;
use crate::values::Values;
use crate::{DriverError, Feed, redacted};

/// A run's loop and all that it moves.
pub(crate) struct Loop {
    pub(crate) recorder: Recorder,
    pub(crate) flow: Flow,
    pub(crate) timers: Timers,
    pub(crate) room: EngineRoom,
    pub(crate) inbox: Receiver<Message>,
}

/// Of the statements that a step made, so many bytes go into the record.
const STATEMENTS_BYTES_MAX: usize = 32 * 1024;

impl Loop {
    /// Goes on until the run's last record.
    pub(crate) fn run(&mut self) -> Result<Ending, DriverError> {
        loop {
            while self.flow.wants_more() && self.recorder.progress.running().is_none() {
                self.step(Input::Continue, None)?;
            }
            if let Some(ending) = self.recorder.progress.ending() {
                return Ok(ending.clone());
            }
            if let Some(due) = self.timers.passed() {
                self.due(due)?;
                continue;
            }
            let message = match self.timers.next() {
                Some(patience) => match self.inbox.recv_timeout(patience) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => unreachable!("{OWN_SENDER}"),
                },
                None => self.inbox.recv().expect(OWN_SENDER),
            };
            self.hear(message)?;
        }
    }

    fn due(&mut self, due: Due) -> Result<(), DriverError> {
        let Due {
            what,
            step,
            attempt,
        } = due;
        match what {
            What::Timeout => self.step(Input::TimedOut { step, attempt }, None),
            What::Retry => self.step(Input::RetryDue { step, attempt }, None),
            What::Look => {
                if self.room.idle_attempt(step, attempt).is_some() {
                    let values = self.values();
                    self.room.work(&values);
                }
                Ok(())
            }
        }
    }

    fn values(&self) -> Values {
        Values::now(&self.recorder.progress, &self.flow, &self.room.vault)
    }

    fn hear(&mut self, message: Message) -> Result<(), DriverError> {
        let report = match message {
            Message::Command(command) => return self.command(command),
            Message::Signal(number) => return self.step(Input::Signal(number), None),
            // An earlier opening was given up for a later one; its session ends as it is dropped.
            Message::Opened(opening, ..) if opening != self.room.openings => return Ok(()),
            Message::Opened(_, connection, Ok(opened)) => {
                let (session, target) = *opened;
                self.room.sessions.insert(connection.clone(), session);
                let target = Box::new(target);
                Report::Opened { connection, target }
            }
            Message::Opened(_, connection, Err(failure)) => {
                let failure = redacted::refusal(self.room.vault.redactor(), *failure);
                let notice = Notice::OpenFailed(connection.clone(), failure.clone());
                self.recorder.feed.notice(notice);
                let failure = Box::new(failure);
                Report::OpenFailed {
                    connection,
                    failure,
                }
            }
            // It has said why; the step is unknown when the run is taken up.
            Message::Panicked => panic!("what worked for a step panicked"),
            Message::OutputRefused(step) => {
                // What it still does could not be recorded, so it had better not do it.
                self.room.cancel(step, 1);
                return Ok(());
            }
            Message::WentUp(step, attempt) => {
                self.room.went_up(step, attempt);
                Report::WentUp { step, attempt }
            }
            Message::TerminalFree => {
                let values = self.values();
                self.room.terminal_free(&values);
                return Ok(());
            }
            Message::Watched(watch) => {
                let works = self.room.works_on(&watch.connection);
                let redactor = self.room.vault.redactor();
                let watch = works.then(|| redacted::watch(redactor, watch));
                self.recorder.feed.watch(watch);
                return Ok(());
            }
            Message::Blind(connection, why) => {
                let why = redacted::text(self.room.vault.redactor(), &why);
                let notice = Notice::Blind(connection, why);
                self.recorder.feed.notice(notice);
                return Ok(());
            }
            Message::Ended(step, attempt, over) if self.room.backgrounds.holds(step, attempt) => {
                self.background_over((step, attempt), *over)?
            }
            Message::Ended(step, attempt, over) => self.work_over((step, attempt), *over)?,
            Message::Conclude(step, attempt) => match self.conclude(step, attempt)? {
                Some(report) => report,
                None => return Ok(()),
            },
            Message::CommitReady(connection, transaction_id) => {
                return self.commit_ready(connection, transaction_id);
            }
            Message::Resolved(step, attempt, fate) => {
                let redactor = self.room.vault.redactor();
                let fate = fate.map_err(|because| redacted::text(redactor, &because));
                if let Err(because) = &fate {
                    let step = self.recorder.plan.step(step).id.clone();
                    let notice = Notice::Untold(step, because.clone());
                    self.recorder.feed.notice(notice);
                }
                Report::Resolved {
                    step,
                    attempt,
                    fate,
                }
            }
            Message::Abandoned(connection, end) => Report::Abandoned { connection, end },
            Message::Closed(connection, end) => Report::Closed { connection, end },
            Message::Lost(connection, message) => {
                self.room.sessions.remove(&connection);
                let message = redacted::text(self.room.vault.redactor(), &message);
                let notice = Notice::Lost(connection.clone(), message.clone());
                self.recorder.feed.notice(notice);
                Report::Lost {
                    connection,
                    message,
                }
            }
        };
        self.step(Input::Report(report), None)
    }

    /// A COMMIT waits to be sent. One that cannot be announced is not: the transaction is rolled back, and the step comes to
    /// its end, which is waited for.
    fn commit_ready(
        &mut self,
        connection: ConnectionName,
        transaction_id: Option<String>,
    ) -> Result<(), DriverError> {
        let Some(under_way) = &self.room.under_way else {
            return Ok(());
        };
        // Records overtake output in the journal's queue, and the announcement follows what was printed before.
        under_way.output.flush();
        let (step, attempt) = (under_way.step, under_way.attempt);
        let report = Report::CommitReady {
            step,
            attempt,
            connection,
            transaction_id,
        };
        let announced = self.step(Input::Report(report), None);
        if announced.is_err() {
            self.room.cancel(step, 1);
        }
        announced
    }

    /// Hears the operator. What they typed is recorded, so secrets in it are masked, and cannot be captured.
    fn command(&mut self, command: Command) -> Result<(), DriverError> {
        let redactor = self.room.vault.redactor();
        let command = match command {
            Command::Note { step, text } => Command::Note {
                step,
                text: redacted::text(redactor, &text),
            },
            Command::Skip { step, reason } => Command::Skip {
                step,
                reason: redacted::text(redactor, &reason),
            },
            Command::Waive { connection, reason } => Command::Waive {
                connection,
                reason: redacted::text(redactor, &reason),
            },
            Command::Resolve {
                step,
                resolution,
                reason,
            } => Command::Resolve {
                step,
                resolution,
                reason: redacted::text(redactor, &reason),
            },
            Command::Tick { step, values } => {
                let names = &self.recorder.plan.step(step).flow.captures;
                let secret = values.iter().position(|value| redactor.is_in(value));
                if let Some(name) = secret.and_then(|at| names.get(at)).cloned() {
                    let why = "holds a secret, which no record may";
                    let command = Command::Tick { step, values };
                    let refusal = Refusal::BadValue { name, why };
                    let notice = Notice::Refused(Some(command), refusal);
                    self.recorder.feed.notice(notice);
                    return Ok(());
                }
                Command::Tick { step, values }
            }
            Command::Compared(comparison) => {
                Command::Compared(Box::new(redacted::comparison(redactor, *comparison)))
            }
            Command::Conclude(conclusion) => {
                Command::Conclude(Box::new(redacted::conclusion(redactor, *conclusion)))
            }
            Command::Start(_)
            | Command::RunOn
            | Command::Wait
            | Command::BreakOff { .. }
            | Command::Confirm { .. }
            | Command::Cancel
            | Command::Abandon(_)
            | Command::Settle(_)
            | Command::Probe(_)
            | Command::RollBack { .. }
            | Command::StopBackground(_)
            | Command::Leave
            | Command::Stop => command,
        };
        self.step(Input::Command(command.clone()), Some(command))
    }

    /// An engine's work is over: that is the end of the attempt, or of one look, or its statements are to be recorded.
    fn work_over(
        &mut self,
        (step, attempt): (StepIndex, Attempt),
        over: WorkOver,
    ) -> Result<Report, DriverError> {
        let SqlDone {
            ended,
            generated,
            rows,
        } = match over {
            WorkOver::Sql(done) => done,
            WorkOver::Other(ended) => SqlDone::empty_handed(ended),
        };
        let lost = matches!(
            &ended,
            WorkEnded::Sql(sql) if matches!(sql.stop, Some(SqlStop::Lost { .. }))
        );
        self.room.worker_ended(lost);
        if let Some(rows) = rows {
            self.room.compared.keep(step, rows);
        }
        let planned = self.recorder.plan.step(step);
        let names = &planned.flow.captures;
        let ended = redacted::work(&mut self.room.vault, names, ended);
        if let Some(statements) = generated {
            return Ok(self.generated((step, attempt), statements));
        }
        if planned.flow.wait.is_some()
            && let Some(under_way) = &self.room.under_way
        {
            let elapsed = under_way.elapsed();
            under_way.sink.end_look(elapsed);
            return Ok(Report::Polled {
                step,
                attempt,
                ended,
                elapsed_us: micros(elapsed),
            });
        }
        self.timers.clear();
        self.recorder.feed.watch(None);
        let (output, duration_us) = self.room.finish().map_err(|error| {
            let id = &self.recorder.plan.step(step).id;
            let lost = format!("{id}: {}", words(&ended));
            journal_failed(&self.recorder.feed, error, Some(lost))
        })?;
        Ok(Report::Ended {
            step,
            attempt,
            ended,
            duration_us,
            output,
        })
    }

    /// A background step that was up has ended.
    fn background_over(
        &mut self,
        (step, attempt): (StepIndex, Attempt),
        over: WorkOver,
    ) -> Result<Report, DriverError> {
        let ended = match over {
            WorkOver::Sql(done) => done.ended,
            WorkOver::Other(ended) => ended,
        };
        let ended = redacted::work(&mut self.room.vault, &[], ended);
        let finished = self.room.backgrounds.finish(step).map_err(|error| {
            let id = &self.recorder.plan.step(step).id;
            let lost = format!("{id}: {}", words(&ended));
            journal_failed(&self.recorder.feed, error, Some(lost))
        })?;
        let (output, duration_us) = finished.expect("a step that is up has an output");
        Ok(Report::Ended {
            step,
            attempt,
            ended,
            duration_us,
            output,
        })
    }

    fn generated(
        &mut self,
        (step, attempt): (StepIndex, Attempt),
        statements: Vec<String>,
    ) -> Report {
        let texts = statements.iter().map(String::as_str);
        let id = &self.recorder.plan.step(step).id;
        self.room.vault.learn(id, StepKind::Sql, texts);
        let redactor = self.room.vault.redactor();
        let mut digest = Digest::stream();
        let mut shown = Vec::new();
        let mut bytes = 0;
        for statement in &statements {
            let masked = redacted::text(redactor, &without_written(StepKind::Sql, statement));
            digest.update(masked.as_bytes());
            digest.update(b"\0");
            bytes += masked.len();
            if bytes <= STATEMENTS_BYTES_MAX {
                shown.push(masked);
            }
        }
        let count = statements.len() as u64;
        if let Some(under_way) = &mut self.room.under_way {
            under_way.made = Some(statements);
            under_way.sink.know(redactor);
            // Records overtake output in the journal's queue, and who hears of the list must find it.
            under_way.output.flush();
        }
        Report::Generated {
            step,
            attempt,
            count,
            digest: digest.finish(),
            statements: shown,
        }
    }

    /// Puts the output of an attempt on disk that no engine works for; none while one does.
    fn conclude(
        &mut self,
        step: StepIndex,
        attempt: Attempt,
    ) -> Result<Option<Report>, DriverError> {
        if self.room.idle_attempt(step, attempt).is_none() {
            return Ok(None);
        }
        self.timers.clear();
        let (output, duration_us) = self
            .room
            .finish()
            .map_err(|error| journal_failed(&self.recorder.feed, error, None))?;
        Ok(Some(Report::Concluded {
            step,
            attempt,
            duration_us,
            output,
        }))
    }

    /// Decides, records, syncs, applies, publishes; only then performs.
    fn step(&mut self, input: Input, command: Option<Command>) -> Result<(), DriverError> {
        let recorder = &mut self.recorder;
        let Decision {
            events,
            effects,
            refusal,
        } = decide(&recorder.plan, &recorder.progress, &mut self.flow, input);
        let unrecorded = unrecorded(&events);
        let masked = events
            .into_iter()
            .map(|event| redacted::intent(&mut self.room.vault, event));
        recorder
            .record(masked.collect())
            .map_err(|error| journal_failed(&recorder.feed, error, unrecorded))?;
        for effect in effects {
            self.perform(effect);
        }
        let feed = &self.recorder.feed;
        if let Some(refusal) = refusal {
            feed.notice(Notice::Refused(command, refusal));
        }
        let activity = self.flow.activity(&self.recorder.progress);
        let goes_on = self.flow.wants_more() && self.recorder.progress.running().is_none();
        // Nothing is over for a reader while the next decision follows at once.
        if activity != Activity::Idle || !goes_on {
            feed.activity(activity, self.room.output_id());
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open(connection) => {
                let known = self.recorder.progress.connection(&connection);
                let before = known.map(|known| &known.target);
                self.room.open(&connection, before);
            }
            Effect::Close(connection) => self.room.close(&connection),
            Effect::Abandon(connection) => self.room.abandon(&connection),
            Effect::Perform { step, attempt } => {
                let values = self.values();
                let journal = &self.recorder.journal;
                self.room.perform(journal, (step, attempt), &values);
            }
            Effect::Poll {
                step,
                attempt,
                after,
            } => self.arm(What::Look, step, attempt, after),
            Effect::Conclude { step, attempt } => {
                // Heard by the loop itself, like everything that ends an attempt.
                let _ = self.room.messages.send(Message::Conclude(step, attempt));
            }
            Effect::Retry {
                step,
                attempt,
                after,
            } => self.arm(What::Retry, step, attempt, after),
            Effect::Resolve {
                step,
                attempt,
                connection,
                transaction_id,
            } => {
                let known = self.recorder.progress.connection(&connection);
                let target = known.map(|known| known.target.clone());
                self.room
                    .resolve((step, attempt), &connection, target, transaction_id);
            }
            Effect::RunGenerated { .. } => self.room.run_made(),
            Effect::Commit { .. } => self.room.commit(),
            Effect::StopBackground { step } => self.room.backgrounds.cancel(step, 1),
            Effect::Cancel { step, force } => self.room.cancel(step, force),
            Effect::Arm {
                step,
                attempt,
                after,
            } => self.arm(What::Timeout, step, attempt, after),
            Effect::End => {}
        }
    }

    fn arm(&mut self, what: What, step: StepIndex, attempt: Attempt, after: std::time::Duration) {
        let due = Due {
            what,
            step,
            attempt,
        };
        self.timers.arm(due, after);
    }

    /// Stops what steps left running, ends sessions, writes the journal's head and frees its lock.
    pub(crate) fn close(self) -> Result<u64, DriverError> {
        let Self { recorder, room, .. } = self;
        room.opening.give_up();
        room.shells.stop();
        drop(room);
        match recorder.journal.close() {
            Ok(_) => Ok(recorder.journal.syncs()),
            Err(error) => Err(DriverError::Journal {
                error,
                unrecorded: None,
            }),
        }
    }
}

pub(crate) const OWN_SENDER: &str = "the driver holds a sender of its own inbox";

fn journal_failed(feed: &Feed, error: JournalError, unrecorded: Option<String>) -> DriverError {
    feed.notice(Notice::JournalFailed(error.to_string()));
    DriverError::Journal { error, unrecorded }
}

/// The outcome that is lost when these events cannot be recorded, for the message.
fn unrecorded(events: &[Event]) -> Option<String> {
    events.iter().find_map(|event| match event {
        Event::StepFinished { step, outcome, .. } => Some(match outcome {
            Outcome::Succeeded { .. } => format!("{step} succeeded"),
            Outcome::Failed { failure } => format!("{step} failed: {}", failure.headline()),
            Outcome::Unknown { because } => format!("{step} is unknown: {because}"),
        }),
        _ => None,
    })
}
