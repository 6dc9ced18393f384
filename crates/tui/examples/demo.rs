//! The screen over a pretended run, to look at it: `cargo run -p stepmark-tui --example demo`. Nothing is executed.
//! Decisions are the real ones; the engine only pretends.

mod sample;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stepmark_core::output::{OutputId, OutputLength, OutputReader, OutputSummary};
use stepmark_core::plan::{Plan, Position};
use stepmark_core::progress::Progress;
use stepmark_core::record::{Event, TransactionEnd};
use stepmark_core::record::{
    Mode, Operator, Record, RunHeader, ServerError, ServerRole, TargetIdentity, TransactionStatus,
};
use stepmark_core::runner::{
    Command, Effect, Flow, Glimpse, Input, Notice, Report, ShellEnded, SqlEnded, SqlStop, Terms,
    WorkEnded, decide,
};
use stepmark_core::{Attempt, ConnectionName, Digest, RunId, StepIndex, Timestamp};
use stepmark_tui::{Link, News, Opening, Reach, Settings, TargetLine, run};
use tokio::sync::Notify;

type Lines = Arc<Mutex<BTreeMap<OutputId, Vec<String>>>>;

struct Shared {
    lines: Lines,
}

impl OutputReader for Shared {
    fn length(&self, id: &OutputId) -> OutputLength {
        let lines = self.lines.lock().expect("nobody panics with it");
        let count = lines.get(id).map_or(0, Vec::len);
        OutputLength {
            bytes: 0,
            lines: u64::try_from(count).unwrap_or(u64::MAX),
        }
    }

    fn lines(&self, id: &OutputId, range: Range<u64>, _line_bytes_max: usize) -> Vec<String> {
        let lines = self.lines.lock().expect("nobody panics with it");
        let first = usize::try_from(range.start).unwrap_or(usize::MAX);
        let count = usize::try_from(range.end - range.start).unwrap_or(0);
        let all = lines.get(id).into_iter().flatten();
        all.skip(first).take(count).cloned().collect()
    }
}

struct Canned {
    commands: Sender<Input>,
    news: Arc<Mutex<News>>,
    shared: Shared,
}

impl Link for Canned {
    fn news(&mut self) -> News {
        let mut news = self.news.lock().expect("nobody panics with it");
        News {
            records: std::mem::take(&mut news.records),
            glimpse: news.glimpse.clone(),
            over: news.over,
        }
    }

    fn send(&self, command: Command) {
        let _ = self.commands.send(Input::Command(command));
    }

    fn terminal_free(&self) {}

    fn keep(&self, _: &str, _: &str) -> Result<String, String> {
        Err("nothing is written by the demo".to_owned())
    }

    fn output(&self) -> &dyn OutputReader {
        &self.shared
    }
}

struct Pretender {
    plan: Plan,
    progress: Progress,
    flow: Flow,
    inputs: Sender<Input>,
    news: Arc<Mutex<News>>,
    lines: Lines,
    wake: Arc<Notify>,
    cancelled: Arc<Mutex<bool>>,
    glimpse: Glimpse,
}

impl Pretender {
    fn attend(mut self, inputs: &Receiver<Input>) {
        let operator = Operator {
            user: "mira".to_owned(),
            uid: 1000,
            sudo_user: None,
            host: "db1".to_owned(),
            tty: None,
            ssh_client: None,
        };
        self.record(Event::RunStarted(Box::new(RunHeader {
            version: "0.1.0".to_owned(),
            title: self.plan.title.clone(),
            path: "orders-status.md".to_owned(),
            runbook: self.plan.digest,
            included: Vec::new(),
            steps: 8,
            operator,
            mode: Mode::Interactive,
            previous: None,
            rehearsal: None,
            scratch: false,
        })));
        while let Ok(input) = inputs.recv() {
            self.decide(input);
            while self.flow.wants_more() && self.progress.running().is_none() {
                self.decide(Input::Continue);
            }
            if self.flow.ended {
                return;
            }
        }
    }

    fn decide(&mut self, input: Input) {
        let command = match &input {
            Input::Command(command) => Some(command.clone()),
            _ => None,
        };
        let decision = decide(&self.plan, &self.progress, &mut self.flow, input);
        for event in decision.events {
            self.record(event);
        }
        if let Some(refusal) = decision.refusal {
            Glimpse::add(&mut self.glimpse.notices, Notice::Refused(command, refusal));
        }
        self.glimpse.activity = self.flow.activity(&self.progress);
        self.news.lock().expect("nobody panics with it").glimpse = self.glimpse.clone();
        self.wake.notify_one();
        for effect in decision.effects {
            self.perform(effect);
        }
    }

    fn record(&mut self, event: Event) {
        let record = Record {
            seq: self.progress.last_seq() + 1,
            at: now(),
            event,
        };
        self.progress.apply(&self.plan, &record);
        let mut news = self.news.lock().expect("nobody panics with it");
        news.records.push(Arc::new(record));
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open(connection) => {
                let report = Report::Opened {
                    connection,
                    target: Box::new(identity()),
                };
                let _ = self.inputs.send(Input::Report(report));
            }
            Effect::Close(connection) => {
                let open = self.progress.connection(&connection);
                let end = open
                    .filter(|known| known.transaction != TransactionStatus::Idle)
                    .map(|_| TransactionEnd::RolledBack);
                let report = Report::Closed { connection, end };
                let _ = self.inputs.send(Input::Report(report));
            }
            Effect::Abandon(connection) => {
                let end = TransactionEnd::RolledBack;
                let report = Report::Abandoned { connection, end };
                let _ = self.inputs.send(Input::Report(report));
            }
            Effect::Perform { step, attempt } => self.pretend(step, attempt),
            Effect::Cancel { .. } => {
                *self.cancelled.lock().expect("nobody panics with it") = true;
            }
            Effect::Poll { .. }
            | Effect::Conclude { .. }
            | Effect::Retry { .. }
            | Effect::Resolve { .. }
            | Effect::RunGenerated { .. }
            | Effect::StopBackground { .. }
            | Effect::Commit { .. }
            | Effect::Arm { .. }
            | Effect::End => {}
        }
    }

    fn pretend(&self, step: StepIndex, attempt: Attempt) {
        let id = OutputId {
            step: self.plan.step(step).id.clone(),
            attempt,
        };
        let (lines, wake, inputs) = (
            Arc::clone(&self.lines),
            Arc::clone(&self.wake),
            self.inputs.clone(),
        );
        let cancelled = Arc::clone(&self.cancelled);
        *cancelled.lock().expect("nobody panics with it") = false;
        std::thread::spawn(move || {
            let say = |text: String| {
                let mut lines = lines.lock().expect("nobody panics with it");
                lines.entry(id.clone()).or_default().push(text);
                wake.notify_one();
            };
            let is_cancelled = || *cancelled.lock().expect("nobody panics with it");
            let started = SystemTime::now();
            let name = id.step.as_str();
            let count = if name == "backfill" { 20 } else { 3 };
            for at in 1..=count {
                if is_cancelled() {
                    break;
                }
                say(format!(
                    "\u{1b}[32mok\u{1b}[0m  {name} line {at}\t\u{1b}[2J{}",
                    "wide ".repeat(30)
                ));
                std::thread::sleep(Duration::from_millis(100));
            }
            let ended = match name {
                "free-space" | "backfill" => WorkEnded::Shell(ShellEnded {
                    exit: (!is_cancelled()).then_some(0),
                    signal: is_cancelled().then_some(15),
                    state_lost: None,
                    ..ShellEnded::default()
                }),
                name => WorkEnded::Sql(sql(name, attempt)),
            };
            let took = started.elapsed().unwrap_or_default();
            let _ = inputs.send(Input::Report(Report::Ended {
                step,
                attempt,
                ended,
                duration_us: u64::try_from(took.as_micros()).unwrap_or(0),
                output: OutputSummary::empty(),
            }));
        });
    }
}

fn sql(name: &str, attempt: Attempt) -> SqlEnded {
    let mut ended = SqlEnded {
        statements: 1,
        finished: 1,
        tag: Some("ALTER TABLE".to_owned()),
        ..SqlEnded::default()
    };
    match name {
        "begin" | "add-column" => ended.transaction = TransactionStatus::Open,
        "commit" => ended.ends.push(TransactionEnd::Committed),
        "validate" if attempt == Attempt(1) => {
            ended.finished = 0;
            ended.tag = None;
            ended.stop = Some(SqlStop::Refused(Box::new(ServerError {
                severity: "ERROR".to_owned(),
                sqlstate: "23514".to_owned(),
                message: "check constraint \"orders_status_not_null\" of relation \"orders\" is violated by some row".to_owned(),
                detail: Some("Failing row contains (4711, null).".to_owned()),
                hint: Some("Run the backfill again.".to_owned()),
                position: Some(Position { line: 61, column: 13 }),
                ..ServerError::default()
            })));
        }
        _ => {}
    }
    ended
}

fn identity() -> TargetIdentity {
    TargetIdentity {
        system_identifier: Some("7312345678901234567".to_owned()),
        database: "shop".to_owned(),
        database_oid: 16_384,
        user: "app".to_owned(),
        host: "127.0.0.1".to_owned(),
        port: 5432,
        server_version: "17.2 (Debian 17.2-1)".to_owned(),
        role: ServerRole::Primary,
        backend_pid: 4711,
        backend_start: "2026-11-20 02:14:05+00".to_owned(),
        pooler: false,
        locked: false,
        tls: true,
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since.unwrap_or_default().as_micros();
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

fn main() {
    let plan = sample::plan();
    let (inputs, received) = channel();
    let news = Arc::new(Mutex::new(News::default()));
    let wake = Arc::new(Notify::new());
    let lines = Lines::default();
    let pretender = Pretender {
        progress: Progress::new(&plan),
        plan: plan.clone(),
        flow: Flow::new(Terms::new(Mode::Interactive)),
        inputs: inputs.clone(),
        news: Arc::clone(&news),
        lines: Arc::clone(&lines),
        wake: Arc::clone(&wake),
        cancelled: Arc::default(),
        glimpse: Glimpse::default(),
    };
    std::thread::spawn(move || pretender.attend(&received));
    let opening = Opening {
        plan,
        targets: vec![TargetLine {
            connection: ConnectionName::default(),
            reach: Reach::Identified(Box::new(identity())),
            settings: Vec::new(),
        }],
        run: RunId::new("20261120T021405Z-7f3a9c"),
        path: "runbooks/orders-status.md".to_owned(),
        log: "~/.local/state/stepmark/20261120T021405Z-7f3a9c".to_owned(),
        scratch: false,
        rehearsed: None,
        first: None,
    };
    let link = Canned {
        commands: inputs,
        news,
        shared: Shared { lines },
    };
    let digest = Digest::of("demo").short();
    match run(opening, link, wake, Settings::default()) {
        Ok(departure) => println!("left: {departure:?} ({digest})"),
        Err(error) => println!("error: {error}"),
    }
}
