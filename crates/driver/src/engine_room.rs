//! The engines at work: open sessions, running shells, outputs in the making. Performs effects, decides nothing.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Instant;

use stepmark_core::output::{OutputId, OutputSummary};
use stepmark_core::plan::{Plan, StepKind};
use stepmark_core::record::TransactionEnd;
use stepmark_core::runner::WorkEnded;
use stepmark_core::{Attempt, ConnectionName, RunId, StepIndex};
use stepmark_engines::postgres::{Session, SessionEvent, Settings, SqlDone, SqlWork};
use stepmark_engines::shell::{LIBPQ_VARIABLES, ShellRun, ShellWork, Shells};
use stepmark_journal::{Journal, JournalError, OutputWriter, RunDirectory};

use crate::message::Message;
use crate::passfile::Passfile;
use crate::sink::Sink;
use crate::{Feed, attempt_lock};

/// The engines at work.
pub(crate) struct EngineRoom {
    pub(crate) plan: Arc<Plan>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) messages: Sender<Message>,
    pub(crate) directory: RunDirectory,
    pub(crate) connections: BTreeMap<ConnectionName, Settings>,
    pub(crate) folder: PathBuf,
    pub(crate) psql: PathBuf,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) passfile: Option<Passfile>,
    pub(crate) sessions: BTreeMap<ConnectionName, Session>,
    pub(crate) shells: Shells,
    /// How many sessions were asked for; only the last one asked for is taken.
    pub(crate) openings: u64,
    pub(crate) under_way: Option<UnderWay>,
}

/// An attempt that has started and not ended.
pub(crate) struct UnderWay {
    step: StepIndex,
    attempt: Attempt,
    started: Instant,
    output: OutputWriter,
    shell: Option<ShellRun>,
}

impl EngineRoom {
    pub(crate) fn open(&mut self, name: &ConnectionName) {
        let settings = self
            .connections
            .get(name)
            .expect("the plan's connections were resolved before the run")
            .clone();
        self.openings += 1;
        let opening = self.openings;
        let application = application_name(self.directory.run());
        let (messages, name) = (self.messages.clone(), name.clone());
        let opener = move || {
            let (lost_to, lost_name) = (messages.clone(), name.clone());
            let events = Box::new(move |event: SessionEvent| match event {
                SessionEvent::Lost { message } => {
                    // The driver may have ended in the meantime; then nobody needs to know.
                    let _ = lost_to.send(Message::Lost(lost_name.clone(), message));
                }
                SessionEvent::CommitReady { .. } => {}
            });
            let opened = Session::open(settings, &application, events);
            let opened = opened.map(Box::new).map_err(Box::new);
            let _ = messages.send(Message::Opened(opening, name, opened));
        };
        thread::Builder::new()
            .name("open".into())
            .spawn(opener)
            .expect("the system gives us one more thread");
    }

    pub(crate) fn close(&mut self, name: &ConnectionName) {
        let (messages, told) = (self.messages.clone(), name.clone());
        let done: Box<dyn FnOnce(Option<TransactionEnd>) + Send> = Box::new(move |end| {
            let _ = messages.send(Message::Closed(told, end));
        });
        match self.sessions.remove(name) {
            Some(session) => session.close(done),
            None => done(None),
        }
    }

    pub(crate) fn abandon(&self, name: &ConnectionName) {
        let (messages, told) = (self.messages.clone(), name.clone());
        let session = self
            .sessions
            .get(name)
            .expect("a transaction is open on an open session");
        session.abandon(Box::new(move |end| {
            let _ = messages.send(Message::Abandoned(told, end));
        }));
    }

    pub(crate) fn perform(&mut self, journal: &Journal, step: StepIndex, attempt: Attempt) {
        let plan = Arc::clone(&self.plan);
        let planned = plan.step(step);
        let id = OutputId {
            step: planned.id.clone(),
            attempt,
        };
        let output = journal.output(id, step.0 + 1);
        let sink = Arc::new(Sink {
            writer: output.clone(),
            feed: Arc::clone(&self.feed),
            messages: self.messages.clone(),
            step,
            refusal_told: AtomicBool::new(false),
        });
        let messages = self.messages.clone();
        let done = Box::new(move |ended: WorkEnded| {
            let _ = messages.send(Message::Ended(step, attempt, ended));
        });
        let started = Instant::now();
        let mut shell = None;
        match (planned.kind, &planned.connection) {
            (StepKind::Sql, Some(connection)) => match self.sessions.get(connection) {
                Some(session) => {
                    let work = SqlWork {
                        expectation: planned.expectation.clone(),
                        ..SqlWork::fence(planned.body.clone())
                    };
                    session.run(work, sink, Box::new(move |end: SqlDone| done(end.ended)));
                }
                None => done(gone(connection)),
            },
            (StepKind::Shell(_), _) => {
                shell = match self.shell_work(step, attempt) {
                    Ok(work) => Some(self.shells.run(work, sink, done)),
                    Err(message) => {
                        done(WorkEnded::Unstartable { message });
                        None
                    }
                };
            }
            (StepKind::Sql, None) | (StepKind::Manual, _) => {
                done(WorkEnded::Unstartable {
                    message: "this step has nothing that could be executed".into(),
                });
            }
        }
        self.under_way = Some(UnderWay {
            step,
            attempt,
            started,
            output,
            shell,
        });
    }

    pub(crate) fn cancel(&self, step: StepIndex, force: u8) {
        let Some(under_way) = self.under_way.as_ref().filter(|known| known.step == step) else {
            return;
        };
        if let Some(shell) = &under_way.shell {
            shell.cancel(force);
            return;
        }
        let connection = self.plan.step(step).connection.as_ref();
        if let Some(session) = connection.and_then(|name| self.sessions.get(name)) {
            session.cancel(force);
        }
    }

    /// The output of the attempt that just ended, synced, and how long it took in microseconds.
    pub(crate) fn finish(&mut self) -> Result<(OutputSummary, u64), JournalError> {
        let under_way = self
            .under_way
            .take()
            .expect("an engine reports the end of what was performed");
        let took = under_way.started.elapsed().as_micros();
        let summary = under_way.output.finish()?;
        Ok((summary, u64::try_from(took).unwrap_or(u64::MAX)))
    }

    /// The step whose work is under way.
    pub(crate) fn step_under_way(&self) -> Option<StepIndex> {
        self.under_way.as_ref().map(|under_way| under_way.step)
    }

    /// The output that the running attempt writes to.
    pub(crate) fn output_id(&self) -> Option<OutputId> {
        self.under_way.as_ref().map(|under_way| OutputId {
            step: self.plan.step(under_way.step).id.clone(),
            attempt: under_way.attempt,
        })
    }

    fn shell_work(&self, step: StepIndex, attempt: Attempt) -> Result<ShellWork, String> {
        let planned = self.plan.step(step);
        let StepKind::Shell(interpreter) = planned.kind else {
            return Err("this step is not for a shell".into());
        };
        let lock = attempt_lock::take(&self.directory, &planned.id, attempt)
            .map_err(|error| format!("the lock of this attempt cannot be made: {error}"))?;
        let mut variables = self.variables.clone();
        let work = work_folder(&self.directory)
            .map_err(|error| format!("$STEPMARK_WORK cannot be made: {error}"))?;
        variables.push(("STEPMARK_RUN".into(), self.directory.run().to_string()));
        variables.push(("STEPMARK_STEP".into(), planned.id.to_string()));
        variables.push(("STEPMARK_WORK".into(), work.display().to_string()));
        let mut removed = Vec::new();
        let settings = planned
            .connection
            .as_ref()
            .and_then(|name| self.connections.get(name));
        if let Some(settings) = settings {
            removed.extend(LIBPQ_VARIABLES.map(str::to_owned));
            variables.extend(settings.shell_environment());
            variables.push(("DATABASE_URL".into(), settings.display_url()));
            if let Some(passfile) = &self.passfile {
                let path = passfile.path().display().to_string();
                variables.push(("PGPASSFILE".into(), path));
            }
        }
        Ok(ShellWork {
            interpreter,
            text: planned.body.text.clone(),
            variables,
            removed,
            psql_variables: Vec::new(),
            expectation: None,
            captures: 0,
            folder: self.folder.clone(),
            state: self.directory.state(),
            lock: Some(lock),
            psql: self.psql.clone(),
        })
    }
}

/// The private folder of the run that steps may keep files in, made when the first one needs it.
fn work_folder(directory: &RunDirectory) -> io::Result<PathBuf> {
    let path = directory.state().join("work");
    let made = DirBuilder::new().mode(0o700).recursive(true).create(&path);
    made.map(|()| path)
}

fn gone(connection: &ConnectionName) -> WorkEnded {
    WorkEnded::Unstartable {
        message: format!(
            "the session of connection {connection} is gone; run the step again to open a new one"
        ),
    }
}

/// PostgreSQL cuts `application_name` at 63 bytes; ours is far below.
fn application_name(run: &RunId) -> String {
    format!("stepmark/{run}")
}
