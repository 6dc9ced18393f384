//! A driver without I/O: it records, applies and answers effects as a test tells it to.

use std::sync::Arc;

use crate::output::OutputSummary;
use crate::plan::{
    Body, Document, IdOrigin, Interpreter, Plan, Role, ShellTerms, SqlTerms, Step, StepFlow,
    StepKind,
};
use crate::progress::{Progress, StepState};
use crate::record::{
    Event, Failure, InputOrigin, Mode, Operator, Outcome, Record, RunHeader, ServerError,
    ServerRole, TargetIdentity, TransactionEnd, TransactionStatus,
};
use crate::runner::{
    Command, Decision, Effect, Flow, Input, OpenFailure, Refusal, Report, ShellEnded, SqlEnded,
    SqlStop, Terms, WorkEnded, decide,
};
use crate::{Attempt, ConnectionName, Digest, StepId, StepIndex, Timestamp, VariableName};

/// One line of a test's plan: id, kind word, and what it needs (by place).
pub(super) fn plan(steps: &[(&str, &str, &[usize])]) -> Plan {
    let steps = steps
        .iter()
        .map(|(id, word, needs)| step(id, word, needs))
        .collect();
    Plan::new(
        "test".into(),
        Digest::of("test"),
        steps,
        Document::default(),
    )
}

fn step(id: &str, word: &str, needs: &[usize]) -> Step {
    let kind = match word {
        "sql" => StepKind::Sql,
        "bash" => StepKind::Shell(Interpreter::Bash),
        "manual" => StepKind::Manual,
        other => panic!("no kind {other}"),
    };
    let connection = (kind == StepKind::Sql).then(ConnectionName::default);
    Step {
        id: StepId::new(id),
        id_origin: IdOrigin::Named,
        title: id.into(),
        headings: Vec::new(),
        kind,
        role: Role::Main,
        body: Arc::new(Body {
            text: id.into(),
            lines: Vec::new(),
            masked: None,
            file: None,
        }),
        digest: Digest::of(id),
        connection,
        needs: needs.iter().copied().map(StepIndex).collect(),
        required: false,
        confirm: None,
        timeout: None,
        expectation: None,
        flow: StepFlow::default(),
        sql: SqlTerms::default(),
        shell: ShellTerms::default(),
        slots: Vec::new(),
        attributes: Vec::new(),
        span: 0..0,
    }
}

pub(super) struct Rig {
    pub(super) plan: Plan,
    pub(super) progress: Progress,
    pub(super) flow: Flow,
    pub(super) log: Vec<Event>,
    pub(super) effects: Vec<Effect>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) target: TargetIdentity,
}

impl Rig {
    pub(super) fn new(plan: Plan, mode: Mode) -> Self {
        let terms = Terms::new(mode);
        Self {
            progress: Progress::new(&plan),
            plan,
            flow: Flow::new(terms),
            log: Vec::new(),
            effects: Vec::new(),
            refusals: Vec::new(),
            target: target("7001"),
        }
    }

    /// Feeds one input and everything that follows from it without the outside world.
    pub(super) fn feed(&mut self, input: Input) -> &mut Self {
        self.take(input);
        for _ in 0..100 {
            if !self.flow.wants_more() || self.progress.running().is_some() {
                return self;
            }
            self.take(Input::Continue);
        }
        panic!("the flow never comes to rest");
    }

    fn take(&mut self, input: Input) {
        let Decision {
            events,
            effects,
            refusal,
        } = decide(&self.plan, &self.progress, &mut self.flow, input);
        for event in events {
            self.record(event);
        }
        self.effects.extend(effects);
        self.refusals.extend(refusal);
    }

    pub(super) fn record(&mut self, event: Event) {
        let record = Record {
            seq: self.progress.last_seq() + 1,
            at: Timestamp::from_micros(0),
            event: event.clone(),
        };
        self.progress.apply(&self.plan, &record);
        self.log.push(event);
    }

    pub(super) fn command(&mut self, command: Command) -> &mut Self {
        self.feed(Input::Command(command))
    }

    pub(super) fn start(&mut self, step: usize) -> &mut Self {
        self.command(Command::Start(StepIndex(step)))
    }

    /// The session that was asked for opens.
    pub(super) fn open(&mut self) -> &mut Self {
        let target = Box::new(self.target.clone());
        self.feed(Input::Report(Report::Opened {
            connection: ConnectionName::default(),
            target,
        }))
    }

    /// The session that was asked for cannot be opened.
    pub(super) fn open_fails(&mut self) -> &mut Self {
        let failure = Box::new(OpenFailure {
            message: "nothing answers".into(),
            hint: None,
            password: None,
            settings: Vec::new(),
        });
        self.feed(Input::Report(Report::OpenFailed {
            connection: ConnectionName::default(),
            failure,
        }))
    }

    pub(super) fn close(&mut self, end: Option<TransactionEnd>) -> &mut Self {
        self.feed(Input::Report(Report::Closed {
            connection: ConnectionName::default(),
            end,
        }))
    }

    pub(super) fn ended(&mut self, step: usize, ended: WorkEnded) -> &mut Self {
        let step = StepIndex(step);
        let attempt = self.progress.step(step).attempt.unwrap_or(Attempt(1));
        let output = OutputSummary::empty();
        self.feed(Input::Report(Report::Ended {
            step,
            attempt,
            ended,
            duration_us: 5,
            output,
        }))
    }

    pub(super) fn sql(&mut self, step: usize, ended: SqlEnded) -> &mut Self {
        self.ended(step, WorkEnded::Sql(ended))
    }

    pub(super) fn exit(&mut self, step: usize, code: i32) -> &mut Self {
        let ended = ShellEnded {
            exit: Some(code),
            signal: None,
            state_lost: None,
            ..ShellEnded::default()
        };
        self.ended(step, WorkEnded::Shell(ended))
    }

    pub(super) fn states(&self) -> Vec<&'static str> {
        (0..self.plan.steps.len())
            .map(|at| self.progress.step(StepIndex(at)).state.word())
            .collect()
    }

    pub(super) fn state(&self, step: usize) -> &StepState {
        &self.progress.step(StepIndex(step)).state
    }

    /// The effects since the last call.
    pub(super) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}

pub(super) fn target(system: &str) -> TargetIdentity {
    TargetIdentity {
        system_identifier: Some(system.into()),
        database: "shop".into(),
        database_oid: 5,
        user: "app".into(),
        host: "/run".into(),
        port: 5432,
        server_version: "15.18".into(),
        role: ServerRole::Primary,
        backend_pid: 42,
        backend_start: "2026-11-20 02:14:05+00".into(),
        pooler: false,
        locked: false,
        tls: false,
    }
}

pub(super) fn fine(transaction: TransactionStatus) -> SqlEnded {
    SqlEnded {
        statements: 1,
        finished: 1,
        transaction,
        ..SqlEnded::default()
    }
}

pub(super) fn refused(sqlstate: &str, transaction: TransactionStatus) -> SqlEnded {
    let error = ServerError {
        severity: "ERROR".into(),
        sqlstate: sqlstate.into(),
        message: "no".into(),
        ..ServerError::default()
    };
    let stop = Some(SqlStop::Refused(Box::new(error)));
    SqlEnded {
        statements: 1,
        stop,
        transaction,
        ..SqlEnded::default()
    }
}

pub(super) fn name(text: &str) -> VariableName {
    VariableName::new(text)
}

pub(super) fn headless(plan: Plan) -> Rig {
    let mut rig = Rig::new(plan, Mode::Headless);
    rig.flow.terms.yes = true;
    rig
}

/// Records an input as the driver does at the start.
pub(super) fn give(rig: &mut Rig, input: &str, value: Option<&str>) {
    rig.record(Event::InputGiven {
        name: name(input),
        value: value.map(str::to_owned),
        origin: InputOrigin::Flag,
    });
}

pub(super) fn shell(exit: i32) -> ShellEnded {
    ShellEnded {
        exit: Some(exit),
        ..ShellEnded::default()
    }
}

pub(super) fn outcome(rig: &Rig, step: usize) -> Option<&Outcome> {
    rig.progress.step(StepIndex(step)).outcome.as_ref()
}

pub(super) fn failure(rig: &Rig, step: usize) -> &Failure {
    match outcome(rig, step) {
        Some(Outcome::Failed { failure }) => failure,
        other => panic!("{other:?}"),
    }
}

/// What is known of a run, as far as a test cares.
pub(super) fn header() -> RunHeader {
    RunHeader {
        version: "0".into(),
        title: "test".into(),
        path: "/test.md".into(),
        runbook: Digest::of("test"),
        included: Vec::new(),
        steps: 1,
        operator: Operator {
            user: "ada".into(),
            uid: 1000,
            sudo_user: None,
            host: "here".into(),
            tty: None,
            ssh_client: None,
        },
        mode: Mode::Interactive,
        previous: None,
        rehearsal: None,
        scratch: false,
    }
}
