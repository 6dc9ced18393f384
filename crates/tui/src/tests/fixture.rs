//! A run that is played by hand: the real decisions, an engine that says what the test wants, and a screen that hears it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use stepmark_core::output::{OutputId, OutputLength, OutputReader, OutputSummary};
use stepmark_core::plan::Plan;
use stepmark_core::progress::Progress;
use stepmark_core::record::{
    Capture, Event, Mode, Operator, Outcome, Polls, Positions, Record, RunHeader, ServerError,
    ServerRole, TargetIdentity, TransactionStatus, Work,
};
use stepmark_core::runner::{
    Activity, Command, Effect, Flow, Glimpse, Input, Notice, Report, ShellEnded, SqlEnded, SqlStop,
    Terms, Watch, WorkEnded, after_death, decide,
};
use stepmark_core::{ConnectionName, RunId, StepId, StepIndex, Timestamp};

use super::sample;
use crate::copying::Copying;
use crate::layout::layout;
use crate::message::Message;
use crate::paint::paint;
use crate::screen::Screen;
use crate::update::{replay, search, update};
use crate::wish::Wish;
use crate::{News, Opening, Reach, Settings, TargetLine};

/// A run and the screen over it.
pub(super) struct Play {
    pub(super) screen: Screen,
    pub(super) sent: Vec<Command>,
    pub(super) lines: Lines,
    /// What was recorded.
    pub(super) records: Vec<Arc<Record>>,
    /// What was to be copied.
    pub(super) copied: Vec<Copying>,
    progress: Progress,
    flow: Flow,
    glimpse: Glimpse,
    micros: i64,
}

/// What an attempt found, beside its outcome.
#[derive(Default)]
pub(super) struct Found {
    pub(super) work: Option<Work>,
    pub(super) captures: Vec<Capture>,
    pub(super) polls: Option<Polls>,
    pub(super) positions: Option<Positions>,
    pub(super) transaction: Option<TransactionStatus>,
}

/// What steps printed, in memory, and which ranges were asked for.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) of: BTreeMap<OutputId, Vec<String>>,
    pub(super) asked: std::sync::Mutex<Vec<Range<u64>>>,
}

impl OutputReader for Lines {
    fn length(&self, id: &OutputId) -> OutputLength {
        let lines = self.of.get(id).map_or(0, Vec::len);
        OutputLength {
            bytes: 0,
            lines: lines.try_into().unwrap(),
        }
    }

    fn lines(&self, id: &OutputId, range: Range<u64>, line_bytes_max: usize) -> Vec<String> {
        self.asked.lock().unwrap().push(range.clone());
        let (first, end) = (range.start as usize, range.end as usize);
        let all = self.of.get(id).map_or(&[][..], Vec::as_slice);
        let cut = |line: &String| line.chars().take(line_bytes_max).collect();
        all[first.min(all.len())..end.min(all.len())]
            .iter()
            .map(cut)
            .collect()
    }
}

impl Play {
    /// The sample runbook on a terminal of this size, first screen showing.
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        Self::of(sample::plan(), Settings::default(), columns, rows)
    }

    pub(super) fn of(plan: Plan, settings: Settings, columns: u16, rows: u16) -> Self {
        let opening = opening(plan);
        Self::opened(opening, settings, columns, rows)
    }

    pub(super) fn opened(opening: Opening, settings: Settings, columns: u16, rows: u16) -> Self {
        let mut play = Self {
            progress: Progress::new(&opening.plan),
            screen: Screen::new(opening, settings),
            sent: Vec::new(),
            lines: Lines::default(),
            records: Vec::new(),
            copied: Vec::new(),
            flow: Flow::new(Terms::new(Mode::Interactive)),
            glimpse: Glimpse::default(),
            micros: 1_795_000_000_000_000,
        };
        play.tell(Message::Resized(columns, rows));
        let header = play.header();
        let news = play.record(vec![Event::RunStarted(Box::new(header))]);
        play.hear(news);
        play.shown();
        play
    }

    /// The same, with the first screen left behind.
    pub(super) fn begun(columns: u16, rows: u16) -> Self {
        let mut play = Self::new(columns, rows);
        play.press(KeyCode::Enter);
        play
    }

    /// Presses a key and carries the commands it leads to.
    pub(super) fn press(&mut self, code: KeyCode) {
        self.tell(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    pub(super) fn control(&mut self, c: char) {
        let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
        self.tell(Message::Key(key));
    }

    pub(super) fn keys(&mut self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
    }

    pub(super) fn mouse(&mut self, kind: MouseEventKind, at: Position) {
        self.tell(Message::Mouse(MouseEvent {
            kind,
            column: at.x,
            row: at.y,
            modifiers: KeyModifiers::NONE,
        }));
    }

    pub(super) fn click(&mut self, at: Position) {
        self.mouse(MouseEventKind::Down(MouseButton::Left), at);
    }

    /// The screen hears `message`; what it sends is kept, and not carried out.
    pub(super) fn tell(&mut self, message: Message) -> Vec<Wish> {
        let wishes = update(&mut self.screen, message);
        for wish in &wishes {
            match wish {
                Wish::Send(command) => self.sent.push(command.clone()),
                Wish::Copy(copying) => self.copied.push(copying.clone()),
                Wish::Suspend | Wish::Quit => {}
            }
        }
        wishes
    }

    /// The run carries out what was sent, and the screen hears of it; the engine opens sessions but finishes nothing.
    pub(super) fn carry(&mut self) {
        for command in std::mem::take(&mut self.sent) {
            let news = self.decide(Input::Command(command));
            self.hear(news);
        }
    }

    /// Carries, then shows what came of it.
    pub(super) fn carry_and_show(&mut self) {
        self.carry();
        self.shown();
    }

    /// The running step ends like this; the screen hears of it but shows nothing yet.
    pub(super) fn end(&mut self, ended: WorkEnded) {
        let news = self.ended(ended);
        self.hear(news);
    }

    /// The news of the running step's end, unheard.
    pub(super) fn ended(&mut self, ended: WorkEnded) -> News {
        let step = self.progress.running().expect("a step runs");
        let attempt = self.progress.step(step).attempt.expect("it was started");
        self.micros += 1_500_000;
        self.decide(Input::Report(Report::Ended {
            step,
            attempt,
            ended,
            duration_us: 1_500_000,
            output: OutputSummary::empty(),
        }))
    }

    pub(super) fn hear(&mut self, news: News) {
        self.tell(Message::Tick(Timestamp::from_micros(self.micros)));
        self.tell(Message::News(news));
    }

    /// These facts are recorded, and shown.
    pub(super) fn happened(&mut self, events: Vec<Event>) {
        let news = self.record(events);
        self.hear(news);
        self.shown();
    }

    /// The news that these facts were recorded, unheard.
    pub(super) fn told(&mut self, events: Vec<Event>) -> News {
        self.record(events)
    }

    /// The runner is gone, and another one takes the run up; the screen is that one's.
    pub(super) fn taken_up(&mut self, found: Vec<Event>) {
        let mut events = after_death(self.screen.plan(), &self.progress);
        events.extend(found);
        let mut header = self.header();
        header.operator.user = "otto".to_owned();
        events.push(Event::RunResumed {
            header: Box::new(header),
        });
        self.micros += 86_400_000_000;
        self.flow = Flow::new(Terms::new(Mode::Interactive));
        self.happened(events);
    }

    /// The step was started, and ended like this.
    pub(super) fn finished(&mut self, id: &str, outcome: Outcome, found: Found) {
        self.happened(vec![self.started(id)]);
        self.ends(id, outcome, found);
    }

    /// The step, which was started, ended like this.
    pub(super) fn ends(&mut self, id: &str, outcome: Outcome, found: Found) {
        let attempt = self.progress.step(self.step(id)).attempt;
        let attempt = attempt.expect("it was started");
        self.micros += 1_500_000;
        self.happened(vec![Event::StepFinished {
            step: StepId::new(id),
            attempt,
            outcome,
            work: found.work.unwrap_or(Work::None),
            transaction: found.transaction.or(Some(TransactionStatus::Idle)),
            duration_us: 1_500_000,
            output: OutputSummary::empty(),
            captures: found.captures,
            polls: found.polls,
            positions: found.positions.map(Box::new),
        }]);
    }

    pub(super) fn started(&self, id: &str) -> Event {
        let index = self.step(id);
        let step = self.screen.plan().step(index);
        Event::StepStarted {
            step: step.id.clone(),
            attempt: self.progress.step(index).next_attempt(),
            kind: step.kind,
            text: step.body.text.clone(),
            digest: step.digest,
            connection: step.connection.clone(),
        }
    }

    /// The driver says what is under way.
    pub(super) fn is_under_way(&mut self, activity: Activity) {
        self.glimpse.activity = activity;
        self.happened(Vec::new());
    }

    /// The observer sees this.
    pub(super) fn sees(&mut self, watch: Option<Watch>) {
        self.glimpse.watch = watch.map(Arc::new);
        self.happened(Vec::new());
    }

    /// The observer sees nothing from the next news on.
    pub(super) fn watch_over(&mut self) {
        self.glimpse.watch = None;
    }

    /// The process of the running step is there.
    pub(super) fn goes_up(&mut self) {
        let step = self.progress.running().expect("a step runs");
        let attempt = self.progress.step(step).attempt.expect("it was started");
        let news = self.decide(Input::Report(Report::WentUp { step, attempt }));
        self.hear(news);
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        Glimpse::add(&mut self.glimpse.notices, notice);
        let news = News {
            glimpse: self.glimpse.clone(),
            ..News::default()
        };
        self.hear(news);
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        self.micros += seconds * 1_000_000;
        self.tell(Message::Tick(Timestamp::from_micros(self.micros)));
    }

    /// Everything told so far stands on the terminal.
    pub(super) fn shown(&mut self) {
        self.draw();
        self.tell(Message::Shown);
    }

    /// Runs the selected step to this end, and shows it.
    pub(super) fn run(&mut self, ended: WorkEnded) {
        self.press(KeyCode::Enter);
        self.carry();
        self.end(ended);
        self.shown();
    }

    pub(super) fn print(&mut self, step: &str, attempt: u32, lines: &[&str]) {
        let id = OutputId {
            step: StepId::new(step),
            attempt: stepmark_core::Attempt(attempt),
        };
        let all = self.lines.of.entry(id).or_default();
        all.extend(lines.iter().map(|line| (*line).to_owned()));
    }

    pub(super) fn draw(&mut self) -> Buffer {
        self.screen.look(&self.lines);
        let mut buffer = Buffer::empty(self.screen.size);
        paint(&self.screen, &layout(&self.screen), &mut buffer);
        buffer
    }

    /// The search in the output goes on to its end.
    pub(super) fn seek(&mut self) {
        while search::is_seeking(&self.screen) {
            search::seek(&mut self.screen, &self.lines);
        }
    }

    /// The run so far, read again on a screen of the same size.
    pub(super) fn read_again(mut self) -> Self {
        let size = self.screen.size;
        self.screen = Screen::new(self.screen.opening.clone(), Settings::default());
        self.tell(Message::Resized(size.width, size.height));
        replay::open(&mut self.screen, self.records.clone());
        self
    }

    /// The screen as text, a line a row.
    pub(super) fn text(&mut self) -> String {
        text(&self.draw())
    }

    /// Where `label` is drawn; its first cell.
    pub(super) fn find(&mut self, label: &str) -> Option<Position> {
        let buffer = self.draw();
        let wide = u16::try_from(crate::text::width(label)).unwrap();
        let area = buffer.area;
        area.positions().find(|at| {
            at.x + wide <= area.right()
                && (0..wide)
                    .map(|x| buffer[(at.x + x, at.y)].symbol())
                    .collect::<String>()
                    == label
        })
    }

    pub(super) fn step(&self, id: &str) -> StepIndex {
        self.screen.plan().index_of(&StepId::new(id)).unwrap()
    }

    fn decide(&mut self, input: Input) -> News {
        let command = match &input {
            Input::Command(command) => Some(command.clone()),
            _ => None,
        };
        let mut news = News::default();
        let mut inputs = vec![(command, input)];
        while let Some((command, input)) = inputs.pop() {
            let decision = decide(self.screen.plan(), &self.progress, &mut self.flow, input);
            news.records.extend(self.record(decision.events).records);
            if let Some(refusal) = decision.refusal {
                let notice = Notice::Refused(command, refusal);
                Glimpse::add(&mut self.glimpse.notices, notice);
            }
            for effect in decision.effects {
                if let Effect::Open(connection) = effect {
                    let target = Box::new(identity());
                    let report = Report::Opened { connection, target };
                    inputs.push((None, Input::Report(report)));
                } else if let Effect::Close(connection) = effect {
                    let report = Report::Closed {
                        connection,
                        end: None,
                    };
                    inputs.push((None, Input::Report(report)));
                }
            }
            if inputs.is_empty() && self.flow.wants_more() && self.progress.running().is_none() {
                inputs.push((None, Input::Continue));
            }
        }
        self.glimpse.activity = self.flow.activity(&self.progress);
        news.glimpse = self.glimpse.clone();
        news
    }

    fn record(&mut self, events: Vec<Event>) -> News {
        let mut news = News {
            glimpse: self.glimpse.clone(),
            ..News::default()
        };
        for event in events {
            let record = Record {
                seq: self.progress.last_seq() + 1,
                at: Timestamp::from_micros(self.micros),
                event,
            };
            self.progress.apply(self.screen.plan(), &record);
            let record = Arc::new(record);
            self.records.push(Arc::clone(&record));
            news.records.push(record);
        }
        news
    }

    fn header(&self) -> RunHeader {
        RunHeader {
            version: "0.1.0".to_owned(),
            title: self.screen.plan().title.clone(),
            path: self.screen.opening.path.clone(),
            runbook: self.screen.plan().digest,
            included: Vec::new(),
            steps: 8,
            operator: Operator {
                user: "mira".to_owned(),
                uid: 1000,
                sudo_user: None,
                host: "db1".to_owned(),
                tty: None,
                ssh_client: None,
            },
            mode: Mode::Interactive,
            previous: None,
            rehearsal: None,
            scratch: false,
        }
    }
}

/// The buffer's text, a line a row, without spaces at line ends.
pub(super) fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut x = buffer.area.left();
        while x < buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(crate::text::width(symbol)).unwrap().max(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

pub(super) fn opening(plan: Plan) -> Opening {
    Opening {
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
    }
}

pub(super) fn identity() -> TargetIdentity {
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

pub(super) fn exit(code: i32) -> WorkEnded {
    WorkEnded::Shell(ShellEnded {
        exit: Some(code),
        ..ShellEnded::default()
    })
}

pub(super) fn sql(tag: &str, transaction: TransactionStatus) -> WorkEnded {
    WorkEnded::Sql(SqlEnded {
        statements: 1,
        finished: 1,
        tag: Some(tag.to_owned()),
        transaction,
        ..SqlEnded::default()
    })
}

pub(super) fn refused(transaction: TransactionStatus) -> WorkEnded {
    WorkEnded::Sql(SqlEnded {
        statements: 3,
        finished: 2,
        stop: Some(SqlStop::Refused(Box::new(ServerError {
            severity: "ERROR".to_owned(),
            sqlstate: "42701".to_owned(),
            message: "column \"status\" of relation \"orders\" already exists".to_owned(),
            detail: Some("It was added by a run before this one.".to_owned()),
            hint: Some("Skip this step if its type is text.".to_owned()),
            position: Some(stepmark_core::plan::Position {
                line: 31,
                column: 14,
            }),
            ..ServerError::default()
        }))),
        transaction,
        ..SqlEnded::default()
    })
}
