//! A cluster, a database, a session, and what a fence printed.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};

use stepmark_core::output::OutputSink;
use stepmark_core::plan::{Body, Edit, Expectation, Position, SourceLine};
use stepmark_core::record::{ServerError, TargetIdentity};
use stepmark_core::runner::{OpenFailure, SqlEnded, SqlStop, WorkEnded};
use stepmark_engines::postgres::{
    Account, KeptRows, Observed, Opening, Session, SessionEvent, Settings, SqlDone, SqlText,
    SqlWork,
};
use stepmark_scratch::{Cluster, ClusterOptions, Listen, Programs};

/// Longer than anything takes that will come.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// The line of the runbook on which every fence here starts.
pub(crate) const FIRST_LINE: u32 = 100;

/// The cluster the running tests share; gone when none runs.
pub(crate) fn cluster() -> Arc<Cluster> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(start());
    *shared = Arc::downgrade(&cluster);
    cluster
}

fn start() -> Cluster {
    let options = ClusterOptions {
        listen: Listen::Loopback,
        ..ClusterOptions::default()
    };
    let options = options
        .setting("max_prepared_transactions", "4")
        .setting("lc_messages", "C");
    Cluster::start(&Programs::find_here().unwrap(), options).unwrap()
}

/// A database of a test's own.
pub(crate) struct Bench {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) database: String,
    pub(crate) url: String,
}

impl Bench {
    pub(crate) fn new(database: &str) -> Self {
        Self::on(cluster(), database)
    }

    /// On a cluster that no other test sees, for tests that change the whole server.
    pub(crate) fn alone(database: &str) -> Self {
        Self::on(Arc::new(start()), database)
    }

    /// A cluster of its own whose COMMITs wait for a standby that is not there, where `synchronous_commit` is on; it is
    /// so from the start, since a reload reaches the processes concerned at times nobody can see.
    pub(crate) fn without_standby(database: &str) -> Self {
        let programs = Programs::find_here().unwrap();
        let options = ClusterOptions::default()
            .setting("synchronous_standby_names", "nobody")
            .setting("synchronous_commit", "local");
        Self::on(
            Arc::new(Cluster::start(&programs, options).unwrap()),
            database,
        )
    }

    fn on(cluster: Arc<Cluster>, database: &str) -> Self {
        let url = cluster.create_database(database).unwrap();
        Self {
            cluster,
            database: database.to_owned(),
            url,
        }
    }

    pub(crate) fn open(&self) -> Running {
        Running::open(&self.url)
    }

    /// What a superuser sees from another session.
    pub(crate) fn ask(&self, sql: &str) -> String {
        self.cluster
            .execute(&self.database, sql)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// Waits until a query of another session says `t`.
    pub(crate) fn wait_until(&self, sql: &str) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while self.ask(sql) != "t" {
            assert!(std::time::Instant::now() < deadline, "never true: {sql}");
            std::thread::yield_now();
        }
    }

    /// What the real psql prints for a script, standard output and error together.
    pub(crate) fn psql(&self, script: &str) -> String {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, script.as_bytes()).unwrap();
        let psql = self.cluster.programs().bindir().join("psql");
        let command = format!(
            "exec {} -X -P pager=off -P expanded=auto -P columns=200 -v ON_ERROR_STOP=1 -d '{}' < {} 2>&1",
            psql.display(),
            self.url,
            file.path().display()
        );
        let output = Command::new("sh")
            .args(["-c", &command])
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

/// An open session and what it said by itself.
pub(crate) struct Running {
    pub(crate) session: Session,
    pub(crate) identity: TargetIdentity,
    /// Events, and `None` for the end of a work.
    events: mpsc::Receiver<Option<SessionEvent>>,
    over: mpsc::Sender<Option<SessionEvent>>,
    /// What its observer says, which depends on how quick the machine is where no test waits for it.
    seen: mpsc::Receiver<SessionEvent>,
}

impl Running {
    pub(crate) fn open(connect: &str) -> Self {
        Self::try_open(connect, &|_| None).unwrap()
    }

    pub(crate) fn try_open(
        connect: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenFailure> {
        Self::try_open_with(settings(connect, environment))
    }

    pub(crate) fn try_open_with(settings: Settings) -> Result<Self, OpenFailure> {
        Self::try_open_for(settings, Opening::named("stepmark test"))
    }

    pub(crate) fn try_open_for(settings: Settings, opening: Opening) -> Result<Self, OpenFailure> {
        let (over, events) = mpsc::channel();
        let sender = over.clone();
        let (saw, seen) = mpsc::channel();
        let heard = move |event| match event {
            SessionEvent::Watched(_) | SessionEvent::Blind { .. } => drop(saw.send(event)),
            SessionEvent::Lost { .. } | SessionEvent::CommitReady { .. } => {
                drop(sender.send(Some(event)));
            }
        };
        let (session, identity) = Session::open(settings, opening, Box::new(heard))?;
        Ok(Self {
            session,
            identity,
            events,
            over,
            seen,
        })
    }

    /// Runs a fence to its end.
    pub(crate) fn run(&self, sql: &str) -> Ran {
        self.start(sql, None).wait()
    }

    /// Starts a fence.
    pub(crate) fn start(&self, sql: &str, expectation: Option<Expectation>) -> Started {
        self.begin(SqlWork {
            expectation,
            ..fence(sql)
        })
    }

    /// Starts any work.
    pub(crate) fn begin(&self, work: SqlWork) -> Started {
        let printed = Arc::new(Printed::default());
        let (sender, done) = mpsc::channel();
        let sink: Arc<dyn OutputSink> = printed.clone();
        self.session
            .run(work, sink, Box::new(move |end| sender.send(end).unwrap()));
        Started { done, printed }
    }

    /// Runs any work to its end, and lets it commit when it says that it is ready to.
    pub(crate) fn work(&self, work: SqlWork) -> Ran {
        let over = self.over.clone();
        let printed = Arc::new(Printed::default());
        let (sender, done) = mpsc::channel();
        let ended = move |end| {
            sender.send(end).unwrap();
            over.send(None).unwrap();
        };
        self.session.run(work, printed.clone(), Box::new(ended));
        while let Some(event) = self.events.recv().unwrap() {
            assert!(
                matches!(event, SessionEvent::CommitReady { .. }),
                "{event:?}"
            );
            self.session.commit();
        }
        Started { done, printed }.wait()
    }

    /// What the session says next by itself.
    pub(crate) fn event(&self) -> SessionEvent {
        self.events.recv().unwrap().expect("no work is over")
    }

    /// Whether the session has said nothing since it was last asked.
    pub(crate) fn is_silent(&self) -> bool {
        self.events.try_recv().is_err()
    }

    /// Waits until the observer sees what `wanted` takes something from.
    pub(crate) fn sees<T>(&self, wanted: impl Fn(&Observed) -> Option<T>) -> T {
        loop {
            match self.seen.recv_timeout(PATIENCE).unwrap() {
                SessionEvent::Watched(observed) => {
                    if let Some(found) = wanted(&observed) {
                        return found;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Why the observer says it cannot see; waits for it.
    pub(crate) fn blind(&self) -> String {
        match self.seen.recv_timeout(PATIENCE).unwrap() {
            SessionEvent::Blind { message } => message,
            other => panic!("{other:?}"),
        }
    }

    /// What the observer has said since it was last asked.
    pub(crate) fn seen(&self) -> Vec<SessionEvent> {
        self.seen.try_iter().collect()
    }

    /// Why a work is not begun at all.
    pub(crate) fn refusal(&self, work: SqlWork) -> String {
        match self.begin(work).wait_any() {
            WorkEnded::Unstartable { message } => message,
            other => panic!("{other:?}"),
        }
    }
}

/// A fence that is just run.
pub(crate) fn fence(sql: &str) -> SqlWork {
    SqlWork::fence(body(sql))
}

/// Statements that another step made.
pub(crate) fn made(statements: &[&str]) -> SqlWork {
    SqlWork {
        text: SqlText::Generated(statements.iter().map(ToString::to_string).collect()),
        ..fence("")
    }
}

/// A fence with texts in the place of references.
pub(crate) fn filled(sql: &str, values: &[(&str, &str)]) -> SqlWork {
    let mut edits: Vec<Edit> = values
        .iter()
        .flat_map(|(reference, value)| {
            sql.match_indices(reference).map(|(at, found)| Edit {
                range: at..at + found.len(),
                text: (*value).to_owned(),
            })
        })
        .collect();
    edits.sort_by_key(|edit| edit.range.start);
    SqlWork {
        text: SqlText::Fence {
            body: body(sql).into(),
            edits,
        },
        ..fence("")
    }
}

/// A fence on its way.
pub(crate) struct Started {
    done: mpsc::Receiver<SqlDone>,
    printed: Arc<Printed>,
}

impl Started {
    pub(crate) fn wait(self) -> Ran {
        let done = self.done.recv().unwrap();
        match done.ended {
            WorkEnded::Sql(ended) => Ran {
                ended,
                generated: done.generated,
                rows: done.rows,
                printed: self.printed.0.lock().unwrap().clone(),
            },
            other => panic!("{other:?}"),
        }
    }

    /// Whether it has printed anything yet.
    pub(crate) fn has_printed(&self) -> bool {
        !self.printed.0.lock().unwrap().is_empty()
    }

    pub(crate) fn wait_any(self) -> WorkEnded {
        self.done.recv().unwrap().ended
    }
}

/// What a fence did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) ended: SqlEnded,
    pub(crate) generated: Option<Vec<String>>,
    pub(crate) rows: Option<KeptRows>,
    pub(crate) printed: String,
}

impl Ran {
    /// The server's error.
    pub(crate) fn error(&self) -> &ServerError {
        match &self.ended.stop {
            Some(SqlStop::Refused(error)) => error,
            other => panic!("{other:?}, printed {}", self.printed),
        }
    }

    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.ended.stop, None, "{}", self.printed);
        self
    }
}

/// Settings as nobody in particular has them.
pub(crate) fn settings(connect: &str, environment: &dyn Fn(&str) -> Option<String>) -> Settings {
    let account = Account {
        user: Some("nobody".to_owned()),
        home: Some(PathBuf::from("/nonexistent")),
    };
    Settings::resolve(Some((connect, "--connect")), environment, &account).unwrap()
}

#[derive(Default)]
struct Printed(Mutex<String>);

impl OutputSink for Printed {
    fn write(&self, text: String) {
        self.0.lock().unwrap().push_str(&text);
    }
}

pub(crate) fn body(text: &str) -> Body {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let lines = starts
        .zip(FIRST_LINE..)
        .map(|(text_start, line)| SourceLine {
            text_start,
            position: Position { line, column: 1 },
        })
        .collect();
    Body {
        text: text.to_owned(),
        lines,
        masked: None,
        file: None,
    }
}
