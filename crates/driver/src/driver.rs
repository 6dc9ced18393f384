//! The driver's thread and the handle to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use stepmark_core::ConnectionName;
use stepmark_core::progress::{Binding, Progress};
use stepmark_core::record::Event;
use stepmark_core::runner::{Advance, Command, Flow};
use stepmark_engines::postgres::{GivenUp, Settings};
use stepmark_engines::shell::Shells;
use stepmark_journal::{Journal, LiveOutputs, RunDirectory};

use crate::backgrounds::Backgrounds;
use crate::engine_room::EngineRoom;
use crate::message::Message;
use crate::passfile::Passfile;
use crate::recorder::Recorder;
use crate::run_loop::Loop;
use crate::sql_work::Compared;
use crate::timers::Timers;
use crate::vault::Vault;
use crate::{DriverError, Ended, EnvironmentAnswer, Feed, GivenInput, Setup, redacted};

/// A run under way.
pub struct Driver {
    messages: Sender<Message>,
    feed: Arc<Feed>,
    directory: RunDirectory,
    outputs: LiveOutputs,
    thread: JoinHandle<Result<Ended, DriverError>>,
}

impl Driver {
    /// Records that the run begins, or is taken up again, and drives it on a thread of its own.
    ///
    /// # Errors
    /// When that cannot be recorded; nothing was executed then.
    pub fn start(setup: Setup) -> Result<Self, DriverError> {
        let (messages, inbox) = mpsc::channel();
        let plan = Arc::new(setup.plan);
        let directory = setup.held.directory().clone();
        let journal = Journal::start(setup.held).map_err(DriverError::Thread)?;
        let earlier = setup.past.as_ref().map_or(&[][..], |past| &past.records);
        let outputs = journal.outputs().after(earlier);
        let feed = Feed::new(Box::new(journal.outputs().after(earlier)));
        let mut recorder = Recorder {
            plan: Arc::clone(&plan),
            progress: Progress::new(&plan),
            journal,
            feed: Arc::clone(&feed),
            clock: setup.clock,
            unreserved: false,
        };
        let journal_failed = |error| DriverError::Journal {
            error,
            unrecorded: None,
        };
        let vault = Vault::new(&setup.inputs, &setup.connections, &plan.steps);
        let mut first = match setup.past {
            Some(past) => recorder.take_up(past, setup.header),
            None => vec![Event::RunStarted(Box::new(setup.header))],
        };
        first.extend(setup.environment.map(answered));
        let known = |input: &GivenInput| {
            let bound = recorder.progress.binding(&input.name);
            matches!(bound, Some(Binding::Known(value)) if *value == input.value)
        };
        let inputs = setup.inputs.into_iter().filter(|input| !known(input));
        first.extend(inputs.map(|input| given(&vault, input)));
        recorder.record(first).map_err(journal_failed)?;
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
            compared: Compared::new(&plan),
            vault,
            openings: 0,
            opening: GivenUp::default(),
            target_lock: setup.target_lock,
            under_way: None,
            backgrounds: Backgrounds::default(),
        };
        let mut terms = setup.terms;
        for (_, reason) in terms.resolutions.values_mut() {
            *reason = redacted::text(room.vault.redactor(), reason);
        }
        let mut flow = Flow::new(terms);
        if let Some(command) = setup.first {
            flow.advance = Advance::Wait;
            let _ = messages.send(Message::Command(command));
        }
        let loop_ = Loop {
            recorder,
            flow,
            timers: Timers::default(),
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
            .map_err(DriverError::Thread)?;
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
    pub fn outputs(&self) -> &LiveOutputs {
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

    /// Says that the screen has let go of the terminal, for the step that [`Event::TerminalLent`] names. It comes back with
    /// [`Event::TerminalReturned`].
    pub fn terminal_free(&self) {
        // After the run's end nobody waits for it.
        let _ = self.0.send(Message::TerminalFree);
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

fn answered(answer: EnvironmentAnswer) -> Event {
    Event::EnvironmentConfirmed {
        environment: answer.environment,
        answer: answer.answer,
        by_flag: answer.by_flag,
    }
}

/// What is recorded of an input: a secret's value is not, and no other input may carry one in.
fn given(vault: &Vault, input: GivenInput) -> Event {
    let shown = || redacted::text(vault.redactor(), &input.value);
    Event::InputGiven {
        value: (!input.secret).then(shown),
        name: input.name,
        origin: input.origin,
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
