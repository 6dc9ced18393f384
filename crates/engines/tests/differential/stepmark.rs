//! A script run by our engine, as a step's fence.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use stepmark_core::output::OutputSink;
use stepmark_core::plan::{Body, Position, SourceLine};
use stepmark_core::runner::{SqlStop, WorkEnded};
use stepmark_engines::postgres::{Account, Opening, Session, Settings, SqlWork};
use stepmark_scratch::Cluster;

use crate::server_log::{Logged, Mark};

/// Longer than any statement may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the engine did.
pub(crate) struct Ran {
    pub(crate) printed: String,
    pub(crate) ended: WorkEnded,
    pub(crate) logged: Vec<Logged>,
}

impl Ran {
    /// Whether it stopped before its end.
    pub(crate) fn stopped(&self) -> bool {
        match &self.ended {
            WorkEnded::Sql(ended) => ended.stop.is_some(),
            _ => true,
        }
    }

    /// The SQLSTATE it reported.
    pub(crate) fn sqlstate(&self) -> Option<&str> {
        match &self.ended {
            WorkEnded::Sql(ended) => match &ended.stop {
                Some(SqlStop::Refused(error)) => Some(&error.sqlstate),
                _ => None,
            },
            _ => None,
        }
    }

    /// Why it did not begin.
    pub(crate) fn refusal(&self) -> Option<&str> {
        match &self.ended {
            WorkEnded::Unstartable { message } => Some(message),
            _ => None,
        }
    }
}

/// Runs `script` in `database`, and ends the session.
pub(crate) fn run(cluster: &Cluster, database: &str, script: &str) -> Ran {
    let account = Account {
        user: Some("nobody".to_owned()),
        home: Some(PathBuf::from("/nonexistent")),
    };
    let url = cluster.url(database);
    let settings = Settings::resolve(Some((&url, "--connect")), &|_| None, &account).unwrap();
    let (session, _) =
        Session::open(settings, Opening::named("stepmark"), Box::new(|_| {})).unwrap();
    let printed = Arc::new(Printed::default());
    let mark = Mark::now(cluster);
    let (sender, ended) = mpsc::channel();
    session.run(
        SqlWork::fence(body(script)),
        printed.clone() as Arc<dyn OutputSink>,
        Box::new(move |end| sender.send(end.ended).unwrap()),
    );
    let ended = ended.recv_timeout(PATIENCE).unwrap();
    let logged = mark.since(cluster, database);
    let (sender, closed) = mpsc::channel();
    session.close(Box::new(move |_| sender.send(()).unwrap()));
    closed.recv_timeout(PATIENCE).unwrap();
    let printed = std::mem::take(&mut *printed.0.lock().unwrap());
    Ran {
        printed,
        ended,
        logged,
    }
}

#[derive(Default)]
struct Printed(Mutex<String>);

impl OutputSink for Printed {
    fn write(&self, text: String) {
        self.0.lock().unwrap().push_str(&text);
    }
}

fn body(text: &str) -> Body {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let lines = starts.zip(1..).map(|(text_start, line)| SourceLine {
        text_start,
        position: Position { line, column: 1 },
    });
    Body {
        text: text.to_owned(),
        lines: lines.collect(),
        masked: None,
        file: None,
    }
}
