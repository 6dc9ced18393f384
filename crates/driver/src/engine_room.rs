//! The engines at work: open sessions, running shells, outputs in the making. Performs effects, decides nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use stepmark_core::output::{OutputId, OutputSummary};
use stepmark_core::plan::{Plan, StepKind};
use stepmark_core::record::{TargetIdentity, TransactionEnd};
use stepmark_core::runner::{OpenFailure, Watch, WorkEnded};
use stepmark_core::{Attempt, ConnectionName, RunId, StepIndex};
use stepmark_engines::postgres::{
    GivenUp, Opening, Predecessor, Session, SessionEvent, Settings, SqlDone, SqlWork, TargetLock,
    transaction_fate,
};
use stepmark_engines::redact::Redactor;
use stepmark_engines::shell::{ShellMode, Shells};
use stepmark_journal::{Journal, JournalError, RunDirectory};

use crate::Feed;
use crate::backgrounds::Backgrounds;
use crate::message::{Message, WorkOver};
use crate::passfile::Passfile;
use crate::promise::Promise;
use crate::sink::Sink;
use crate::sql_work::{Compared, made};
use crate::under_way::{UnderWay, Worker, micros};
use crate::values::Values;
use crate::vault::Vault;

/// How long a lost COMMIT's transaction may go on, and its server may take to start again, before the step stays unknown.
const FATE_PATIENCE: Duration = Duration::from_secs(60);

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
    pub(crate) compared: Compared,
    pub(crate) vault: Vault,
    /// How many sessions were asked for; only the last one asked for is taken.
    pub(crate) openings: u64,
    /// Gives up that one.
    pub(crate) opening: GivenUp,
    pub(crate) target_lock: TargetLock,
    pub(crate) under_way: Option<UnderWay>,
    pub(crate) backgrounds: Backgrounds,
}

impl EngineRoom {
    /// Has a session opened; `before` is where the last one of this connection led, in this process or an earlier one.
    pub(crate) fn open(&mut self, name: &ConnectionName, before: Option<&TargetIdentity>) {
        let settings = self
            .connections
            .get(name)
            .expect("the plan's connections were resolved before the run")
            .clone();
        self.openings += 1;
        let opening = self.openings;
        self.opening.give_up();
        self.opening = GivenUp::default();
        let terms = Opening {
            predecessor: before.and_then(Predecessor::of),
            lock: self.target_lock,
            given_up: self.opening.clone(),
            ..Opening::named(&application_name(self.directory.run()))
        };
        let (messages, name) = (self.messages.clone(), name.clone());
        let refused = (messages.clone(), name.clone());
        let opener = move || {
            let (news, of) = (messages.clone(), name.clone());
            let events = Box::new(move |event: SessionEvent| {
                let message = match event {
                    SessionEvent::Lost { message } => Message::Lost(of.clone(), message),
                    SessionEvent::Watched(observed) => Message::Watched(Watch {
                        connection: of.clone(),
                        waits_for: observed.waits_for,
                        blockers: observed.blockers,
                        progress: observed.progress,
                    }),
                    SessionEvent::Blind { message } => Message::Blind(of.clone(), message),
                    SessionEvent::CommitReady { transaction_id } => {
                        Message::CommitReady(of.clone(), transaction_id)
                    }
                };
                // The driver may have ended in the meantime; then nobody needs to know.
                let _ = news.send(message);
            });
            let opened = Session::open(settings, terms, events);
            let opened = opened.map(Box::new).map_err(Box::new);
            let _ = messages.send(Message::Opened(opening, name, opened));
        };
        let started = thread::Builder::new().name("open".into()).spawn(opener);
        if let Err(error) = started {
            let (messages, name) = refused;
            let failure = OpenFailure {
                message: format!("no new thread could be started: {error}"),
                hint: Some("see `ulimit -u`".to_owned()),
                password: None,
                settings: Vec::new(),
            };
            let _ = messages.send(Message::Opened(opening, name, Err(Box::new(failure))));
        }
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

    /// Has the server asked what became of a transaction; the answer comes as a message.
    pub(crate) fn resolve(
        &self,
        (step, attempt): (StepIndex, Attempt),
        connection: &ConnectionName,
        target: Option<TargetIdentity>,
        transaction_id: String,
    ) {
        let messages = self.messages.clone();
        let settings = self.connections.get(connection).cloned();
        let asker = move || {
            let fate = match (settings, target) {
                (Some(settings), Some(target)) => {
                    transaction_fate(&settings, &target, &transaction_id, FATE_PATIENCE)
                }
                _ => Err("nothing is known of its connection".to_owned()),
            };
            // The driver may have ended in the meantime; then the step stays unknown on record.
            let _ = messages.send(Message::Resolved(step, attempt, fate));
        };
        let started = thread::Builder::new().name("fate".into()).spawn(asker);
        if let Err(error) = started {
            let fate = Err(format!(
                "no new thread could be started: {error}; see `ulimit -u`"
            ));
            let _ = self.messages.send(Message::Resolved(step, attempt, fate));
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

    /// Begins an attempt: its output, and the work for it.
    pub(crate) fn perform(
        &mut self,
        journal: &Journal,
        (step, attempt): (StepIndex, Attempt),
        values: &Values,
    ) {
        let planned = self.plan.step(step);
        let id = OutputId {
            step: planned.id.clone(),
            attempt,
        };
        let output = journal.output(id, step.0 + 1);
        let redactor = match planned.kind {
            // Shells mask each of their streams before they bring them together.
            StepKind::Shell(_) => &Redactor::default(),
            StepKind::Sql | StepKind::Manual => self.vault.redactor(),
        };
        let sink = Arc::new(Sink::new(
            output.clone(),
            Arc::clone(&self.feed),
            self.messages.clone(),
            step,
            (redactor, planned.flow.wait.is_some()),
        ));
        self.under_way = Some(UnderWay {
            step,
            attempt,
            started: Instant::now(),
            output,
            sink,
            lock: None,
            worker: Worker::Nobody,
            made: None,
        });
        // An interactive step waits until the screen has let go of the terminal.
        if !planned.shell.interactive {
            self.work(values);
        }
    }

    /// The terminal is free: the step that waits for it begins.
    pub(crate) fn terminal_free(&mut self, values: &Values) {
        let waits = self.under_way.as_ref().is_some_and(|under_way| {
            let interactive = self.plan.step(under_way.step).shell.interactive;
            interactive && matches!(under_way.worker, Worker::Nobody)
        });
        if waits {
            self.work(values);
        }
    }

    /// The process of the attempt under way is there and stays up beside what comes.
    pub(crate) fn went_up(&mut self, step: StepIndex, attempt: Attempt) {
        if let Some(under_way) = self.under_way.take_if(|known| known.is(step, attempt)) {
            self.backgrounds.add(under_way);
        }
    }

    /// Has an engine do the work of the attempt under way, or one look of it.
    pub(crate) fn work(&mut self, values: &Values) {
        let Some(under_way) = &self.under_way else {
            return;
        };
        let plan = Arc::clone(&self.plan);
        let index = under_way.step;
        let planned = plan.step(index);
        let worker = match (planned.kind, &planned.connection) {
            (StepKind::Sql, Some(connection)) => {
                match self.compared.fence(index, planned, values) {
                    Ok(work) => self.on_session(connection, work),
                    Err(message) => self.unstartable(message),
                }
            }
            (StepKind::Shell(_), _) => match self.shell_work(values) {
                Ok(work) => self.in_shell(work),
                Err(message) => self.unstartable(message),
            },
            (StepKind::Sql, None) | (StepKind::Manual, _) => {
                self.unstartable("this step has nothing that could be executed".to_owned())
            }
        };
        self.set_worker(worker);
    }

    /// Sends the statements that the attempt under way made.
    pub(crate) fn run_made(&mut self) {
        let Some(under_way) = &mut self.under_way else {
            return;
        };
        let statements = under_way.made.take().unwrap_or_default();
        let plan = Arc::clone(&self.plan);
        let planned = plan.step(under_way.step);
        let worker = match planned.made_for() {
            Some(connection) => self.on_session(connection, made(planned, statements)),
            None => self.unstartable("nothing says where these statements run".to_owned()),
        };
        self.set_worker(worker);
    }

    /// Sends the COMMIT that waits.
    pub(crate) fn commit(&self) {
        if let Some(session) = self.working_session() {
            session.commit();
        }
    }

    fn on_session(&self, connection: &ConnectionName, work: SqlWork) -> Worker {
        let Some(session) = self.sessions.get(connection) else {
            return self.unstartable(format!(
                "the session of connection {connection} is gone; run the step again to open a new one"
            ));
        };
        let over = self.teller();
        let sink = Arc::clone(&self.attempt_under_way().sink);
        let done = Box::new(move |done: SqlDone| over(WorkOver::Sql(done)));
        session.run(work, sink, done);
        Worker::Session(connection.clone())
    }

    fn in_shell(&self, work: stepmark_engines::shell::ShellWork) -> Worker {
        let over = self.teller();
        let under_way = self.attempt_under_way();
        let sink = Arc::clone(&under_way.sink);
        let done = Box::new(move |ended: WorkEnded| over(WorkOver::Other(ended)));
        if work.mode != ShellMode::Background {
            return Worker::Shell(self.shells.run(work, sink, done));
        }
        let (step, attempt) = (under_way.step, under_way.attempt);
        let messages = self.messages.clone();
        let started = Box::new(move || {
            let _ = messages.send(Message::WentUp(step, attempt));
        });
        Worker::Shell(self.shells.run_telling(work, sink, started, done))
    }

    fn unstartable(&self, message: String) -> Worker {
        let over = self.teller();
        over(WorkOver::Other(WorkEnded::Unstartable { message }));
        Worker::Ended
    }

    /// What tells the driver that the work for the attempt under way is over.
    fn teller(&self) -> impl FnOnce(WorkOver) + Send + use<> {
        let under_way = self.attempt_under_way();
        let (step, attempt) = (under_way.step, under_way.attempt);
        let promise = Promise::new(self.messages.clone(), step, attempt);
        move |over| promise.keep(over)
    }

    fn attempt_under_way(&self) -> &UnderWay {
        self.under_way
            .as_ref()
            .expect("work is only begun for an attempt under way")
    }

    fn set_worker(&mut self, worker: Worker) {
        if let Some(under_way) = &mut self.under_way {
            under_way.worker = worker;
        }
    }

    fn working_session(&self) -> Option<&Session> {
        match &self.under_way.as_ref()?.worker {
            Worker::Session(name) => self.sessions.get(name),
            Worker::Nobody | Worker::Shell(_) | Worker::Ended => None,
        }
    }

    /// Whether that connection's session works for the attempt under way.
    pub(crate) fn works_on(&self, connection: &ConnectionName) -> bool {
        let worker = self.under_way.as_ref().map(|under_way| &under_way.worker);
        matches!(worker, Some(Worker::Session(name)) if name == connection)
    }

    /// The engine's work for the attempt under way is over; a session that was lost is forgotten.
    pub(crate) fn worker_ended(&mut self, session_lost: bool) {
        let Some(under_way) = &mut self.under_way else {
            return;
        };
        let worker = std::mem::replace(&mut under_way.worker, Worker::Nobody);
        if let (Worker::Session(name), true) = (worker, session_lost) {
            self.sessions.remove(&name);
        }
    }

    pub(crate) fn cancel(&self, step: StepIndex, force: u8) {
        let Some(under_way) = self.under_way.as_ref().filter(|known| known.step == step) else {
            // It went up while it was being cancelled, or its output is refused.
            return self.backgrounds.cancel(step, force);
        };
        if let Worker::Shell(shell) = &under_way.worker {
            shell.cancel(force);
        } else if let Some(session) = self.working_session() {
            session.cancel(force);
        }
    }

    /// The output of the attempt that just ended, synced, and how long it took in microseconds.
    pub(crate) fn finish(&mut self) -> Result<(OutputSummary, u64), JournalError> {
        let under_way = self
            .under_way
            .take()
            .expect("an engine reports the end of what was performed");
        let took = micros(under_way.elapsed());
        under_way.sink.finish();
        let summary = under_way.output.finish()?;
        Ok((summary, took))
    }

    /// The attempt under way, if it is this one and no engine works for it.
    pub(crate) fn idle_attempt(&self, step: StepIndex, attempt: Attempt) -> Option<&UnderWay> {
        let under_way = self.under_way.as_ref()?;
        let idle = matches!(under_way.worker, Worker::Nobody);
        (idle && under_way.is(step, attempt)).then_some(under_way)
    }

    /// Whether no engine works for the attempt under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way
            .as_ref()
            .is_none_or(|under_way| matches!(under_way.worker, Worker::Nobody))
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
}

/// PostgreSQL cuts `application_name` at 63 bytes; ours is far below.
fn application_name(run: &RunId) -> String {
    format!("stepmark/{run}")
}
