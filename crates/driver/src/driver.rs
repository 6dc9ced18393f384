//! The driver's thread and the handle to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};

use stepmark_core::output::OutputReader;
use stepmark_core::progress::{Ending, Progress};
use stepmark_core::record::{Event, Outcome};
use stepmark_core::runner::{
    Command, Decision, Effect, Flow, Input, Notice, Report, SqlStop, WorkEnded, decide,
};
use stepmark_core::{ConnectionName, StepIndex};
use stepmark_engines::postgres::Settings;
use stepmark_engines::shell::Shells;
use stepmark_journal::{Journal, JournalError, LiveOutputs, RunDirectory};

use crate::deadlines::Deadlines;
use crate::engine_room::EngineRoom;
use crate::message::Message;
use crate::passfile::Passfile;
use crate::recorder::Recorder;
use crate::{DriverError, Ended, Feed, Setup};

/// A run under way.
pub struct Driver {
    messages: Sender<Message>,
    feed: Arc<Feed>,
    directory: RunDirectory,
    outputs: LiveOutputs,
    thread: JoinHandle<Result<Ended, DriverError>>,
}

impl Driver {
    /// Records the run's first record and drives it on a thread of its own.
    ///
    /// # Errors
    /// When the first record cannot be written; nothing was executed then.
    pub fn start(setup: Setup) -> Result<Self, DriverError> {
        let (messages, inbox) = mpsc::channel();
        let plan = Arc::new(setup.plan);
        let directory = setup.held.directory().clone();
        let journal = Journal::start(setup.held);
        let outputs = journal.outputs();
        let feed = Feed::new(Box::new(journal.outputs()));
        let mut recorder = Recorder {
            plan: Arc::clone(&plan),
            progress: Progress::new(&plan),
            journal,
            feed: Arc::clone(&feed),
            clock: setup.clock,
        };
        let journal_failed = |error| DriverError::Journal {
            error,
            unrecorded: None,
        };
        recorder
            .record(vec![Event::RunStarted(Box::new(setup.header))])
            .map_err(journal_failed)?;
        let room = EngineRoom {
            plan: Arc::clone(&plan),
            feed: Arc::clone(&feed),
            messages: messages.clone(),
            passfile: passfile(&setup.connections)?,
            directory: directory.clone(),
            connections: setup.connections,
            folder: setup.folder,
            psql: setup.psql,
            variables: setup.variables,
            sessions: BTreeMap::new(),
            shells: Shells::start()?,
            openings: 0,
            under_way: None,
        };
        let loop_ = Loop {
            recorder,
            flow: Flow::new(setup.terms),
            deadlines: Deadlines::default(),
            room,
            inbox,
        };
        let over = OverOnDrop(Arc::clone(&feed));
        let thread = thread::Builder::new()
            .name("driver".into())
            .spawn(move || {
                let _over = over;
                let mut loop_ = loop_;
                let ending = loop_.run().map_err(|error| loop_.last_words(error));
                let closed = loop_.close();
                Ok(Ended {
                    ending: ending?,
                    syncs: closed?,
                })
            })
            .expect("the system gives us one more thread");
        Ok(Self {
            messages,
            feed,
            directory,
            outputs,
            thread,
        })
    }

    /// Where records and glimpses are published.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// The run's directory.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// A reader of the run's outputs.
    pub fn outputs(&self) -> &dyn OutputReader {
        &self.outputs
    }

    /// A handle that commands and signals can be sent through; it outlives the run, and then nothing hears it.
    pub fn remote(&self) -> Remote {
        Remote(self.messages.clone())
    }

    /// Waits for the run's end.
    ///
    /// # Errors
    /// When the journal failed.
    pub fn join(self) -> Result<Ended, DriverError> {
        match self.thread.join() {
            Ok(ended) => ended,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Sends commands and signals to a run.
#[derive(Clone)]
pub struct Remote(Sender<Message>);

impl Remote {
    /// Asks for something.
    pub fn command(&self, command: Command) {
        // After the run's end nobody listens, and nothing is left to ask for.
        let _ = self.0.send(Message::Command(command));
    }

    /// Passes a signal on.
    pub fn signal(&self, number: i32) {
        let _ = self.0.send(Message::Signal(number));
    }
}

/// Tells readers that nothing more will come, also when the driver's thread panics.
struct OverOnDrop(Arc<Feed>);

impl Drop for OverOnDrop {
    fn drop(&mut self) {
        self.0.over();
    }
}

struct Loop {
    recorder: Recorder,
    flow: Flow,
    deadlines: Deadlines,
    room: EngineRoom,
    inbox: Receiver<Message>,
}

impl Loop {
    fn run(&mut self) -> Result<Ending, DriverError> {
        loop {
            while self.flow.wants_more() && self.recorder.progress.running().is_none() {
                self.step(Input::Continue, None)?;
            }
            if let Some(ending) = self.recorder.progress.ending() {
                return Ok(ending.clone());
            }
            if let Some((step, attempt)) = self.deadlines.passed() {
                self.step(Input::TimedOut { step, attempt }, None)?;
                continue;
            }
            let message = match self.deadlines.next() {
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

    fn hear(&mut self, message: Message) -> Result<(), DriverError> {
        let report = match message {
            Message::Command(command) => {
                return self.step(Input::Command(command.clone()), Some(command));
            }
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
                let notice = Notice::OpenFailed(connection.clone(), (*failure).clone());
                self.recorder.feed.notice(notice);
                Report::OpenFailed {
                    connection,
                    failure,
                }
            }
            Message::OutputRefused(step) => {
                // What it still does could not be recorded, so it had better not do it.
                self.room.cancel(step, 1);
                return Ok(());
            }
            Message::Ended(step, attempt, ended) => {
                self.deadlines.clear();
                if let WorkEnded::Sql(sql) = &ended
                    && matches!(sql.stop, Some(SqlStop::Lost { .. }))
                {
                    self.forget_session(step);
                }
                let (output, duration_us) = self.room.finish().map_err(|error| {
                    let id = &self.recorder.plan.step(step).id;
                    let lost = format!("{id}: {}", words(&ended));
                    journal_failed(&self.recorder.feed, error, Some(lost))
                })?;
                Report::Ended {
                    step,
                    attempt,
                    ended,
                    duration_us,
                    output,
                }
            }
            Message::Abandoned(connection, end) => Report::Abandoned { connection, end },
            Message::Closed(connection, end) => Report::Closed { connection, end },
            Message::Lost(connection, message) => {
                self.room.sessions.remove(&connection);
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

    fn forget_session(&mut self, step: StepIndex) {
        if let Some(connection) = &self.recorder.plan.step(step).connection {
            self.room.sessions.remove(connection);
        }
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
        recorder
            .record(events)
            .map_err(|error| journal_failed(&recorder.feed, error, unrecorded))?;
        for effect in effects {
            self.perform(effect);
        }
        let feed = &self.recorder.feed;
        if let Some(refusal) = refusal {
            feed.notice(Notice::Refused(command, refusal));
        }
        let activity = self.flow.activity(&self.recorder.progress);
        feed.activity(activity, self.room.output_id());
        Ok(())
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open(connection) => self.room.open(&connection),
            Effect::Close(connection) => self.room.close(&connection),
            Effect::Abandon(connection) => self.room.abandon(&connection),
            Effect::Perform { step, attempt } => {
                self.room.perform(&self.recorder.journal, step, attempt);
            }
            Effect::Cancel { step, force } => self.room.cancel(step, force),
            Effect::Arm {
                step,
                attempt,
                after,
            } => self.deadlines.arm(step, attempt, after),
            Effect::Poll { .. }
            | Effect::Conclude { .. }
            | Effect::Retry { .. }
            | Effect::RunGenerated { .. }
            | Effect::Commit { .. }
            | Effect::End => {}
        }
    }

    /// Stops what steps left running, ends sessions, writes the journal's head and frees its lock.
    fn close(self) -> Result<u64, DriverError> {
        let Self { recorder, room, .. } = self;
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

    /// After a journal error: lets the step under way come to its end, which is then told and not recorded. A stop or a
    /// signal still cancels it.
    fn last_words(&mut self, error: DriverError) -> DriverError {
        let DriverError::Journal { error, unrecorded } = error else {
            return error;
        };
        let Some(step) = self.room.step_under_way() else {
            return DriverError::Journal { error, unrecorded };
        };
        let mut force = 0;
        loop {
            match self.inbox.recv().expect(OWN_SENDER) {
                Message::Ended(_, _, ended) => {
                    let id = &self.recorder.plan.step(step).id;
                    let unrecorded = Some(format!("{id}: {}", words(&ended)));
                    return DriverError::Journal { error, unrecorded };
                }
                Message::Signal(_) | Message::Command(Command::Cancel | Command::Stop) => {
                    force = (force + 1).min(3);
                    self.room.cancel(step, force);
                }
                Message::Command(_)
                | Message::OutputRefused(_)
                | Message::Opened(..)
                | Message::Abandoned(..)
                | Message::Closed(..)
                | Message::Lost(..) => {}
            }
        }
    }
}

const OWN_SENDER: &str = "the driver holds a sender of its own inbox";

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

/// How work ended, for a message that stands in for a record.
fn words(ended: &WorkEnded) -> String {
    match ended {
        WorkEnded::Sql(sql) => match &sql.stop {
            None => format!("all {} statements finished", sql.statements),
            Some(SqlStop::Refused(error)) => format!("{} {}", error.sqlstate, error.message),
            Some(SqlStop::RolledBack) => "its transaction was rolled back".to_owned(),
            Some(SqlStop::Lost { message, .. }) => format!("the connection was lost: {message}"),
        },
        WorkEnded::Shell(shell) => match (shell.exit, shell.signal) {
            (Some(code), _) => format!("exit code {code}"),
            (None, signal) => format!("killed by signal {}", signal.unwrap_or(0)),
        },
        WorkEnded::Unstartable { message } => message.clone(),
    }
}

/// The password file for shell steps, where a connection has a password.
fn passfile(
    connections: &BTreeMap<ConnectionName, Settings>,
) -> Result<Option<Passfile>, DriverError> {
    let lines: String = connections
        .values()
        .filter_map(Settings::passfile_lines)
        .collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let written = Passfile::write(&lines);
    written.map(Some).map_err(DriverError::Passfile)
}
