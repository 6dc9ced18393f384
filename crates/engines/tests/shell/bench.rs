//! What the tests run steps on: folders of their own, and a sink that can be waited for.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use stepmark_core::output::OutputSink;
use stepmark_core::plan::Interpreter;
use stepmark_core::runner::{ShellEnded, WorkEnded};
use stepmark_engines::redact::Redactor;
use stepmark_engines::shell::{Graces, ShellRun, ShellWork, Shells};
use tempfile::TempDir;

/// Long enough to be a hang, whatever the machine does besides.
pub(crate) const HANG: Duration = Duration::from_secs(120);

/// A run's folders and its shells.
pub(crate) struct Bench {
    pub(crate) shells: Shells,
    pub(crate) sink: Arc<Lines>,
    folder: TempDir,
}

/// A step under way.
pub(crate) struct Started {
    pub(crate) run: ShellRun,
    ended: Receiver<WorkEnded>,
}

/// Keeps what is written and wakes who waits for it.
#[derive(Default)]
pub(crate) struct Lines {
    text: Mutex<String>,
    written: Condvar,
}

impl OutputSink for Lines {
    fn write(&self, text: String) {
        self.text.lock().unwrap().push_str(&text);
        self.written.notify_all();
    }
}

impl Lines {
    /// Waits until `count` occurrences of `wanted` were written.
    #[track_caller]
    pub(crate) fn wait_for(&self, wanted: &str, count: usize) {
        let text = self.text.lock().unwrap();
        let (text, timeout) = self
            .written
            .wait_timeout_while(text, HANG, |text| text.matches(wanted).count() < count)
            .unwrap();
        assert!(!timeout.timed_out(), "no {wanted:?} in {text:?}");
    }

    pub(crate) fn take(&self) -> String {
        std::mem::take(&mut self.text.lock().unwrap())
    }
}

impl Started {
    /// Lets a step go on that reads, or is about to read, a line from the fifo `gate`.
    #[track_caller]
    pub(crate) fn let_through(&self, gate: &Path) {
        use std::os::unix::fs::OpenOptionsExt;
        let nonblock = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let mut writer = None;
        eventually("someone reads the gate", || {
            if let Ok(ended) = self.ended.try_recv() {
                panic!("the step ended before it came to the gate: {ended:?}");
            }
            let opened = OpenOptions::new()
                .write(true)
                .custom_flags(nonblock)
                .open(gate);
            writer = opened.ok();
            writer.is_some()
        });
        writer.unwrap().write_all(b"\n").unwrap();
    }

    #[track_caller]
    pub(crate) fn end(&self) -> WorkEnded {
        self.ended.recv_timeout(HANG).expect("the step ends")
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Graces::STANDARD)
    }

    pub(crate) fn with(graces: Graces) -> Self {
        Self {
            shells: Shells::start_with(graces).unwrap(),
            sink: Arc::default(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The folder that steps start in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder().join("state")
    }

    pub(crate) fn fifo(&self, name: &str) -> PathBuf {
        let path = self.folder().join(name);
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        path
    }

    pub(crate) fn work(&self, interpreter: Interpreter, text: impl Into<String>) -> ShellWork {
        ShellWork {
            interpreter,
            text: text.into(),
            psql: "psql".into(),
            variables: Vec::new(),
            removed: Vec::new(),
            psql_variables: Vec::new(),
            expectation: None,
            captures: Vec::new(),
            program: Vec::new(),
            mode: stepmark_engines::shell::ShellMode::Foreground,
            starts_in: None,
            folder: self.folder().to_owned(),
            state: self.state(),
            redactor: Redactor::new([]),
            lock: None,
        }
    }

    /// A fence that `program`, with its arguments, reads.
    pub(crate) fn script(&self, program: &[&str], text: &str) -> ShellWork {
        let mut work = self.work(Interpreter::Other, text);
        work.program = program.iter().map(|&word| word.to_owned()).collect();
        work
    }

    pub(crate) fn start(&self, work: ShellWork) -> Started {
        self.start_into(work, self.sink.clone())
    }

    pub(crate) fn start_into(&self, work: ShellWork, sink: Arc<dyn OutputSink>) -> Started {
        let (sender, ended) = mpsc::channel();
        let done = Box::new(move |end| sender.send(end).unwrap());
        Started {
            run: self.shells.run(work, sink, done),
            ended,
        }
    }

    pub(crate) fn run_work(&self, work: ShellWork) -> (WorkEnded, String) {
        let ended = self.start(work).end();
        (ended, self.sink.take())
    }

    pub(crate) fn run(&self, interpreter: Interpreter, text: &str) -> (WorkEnded, String) {
        self.run_work(self.work(interpreter, text))
    }

    /// Runs a step that has to succeed, and says what it printed.
    #[track_caller]
    pub(crate) fn ok(&self, interpreter: Interpreter, text: &str) -> String {
        let (ended, printed) = self.run(interpreter, text);
        assert_eq!(ended, exit(0), "{printed}");
        printed
    }
}

pub(crate) fn exit(code: i32) -> WorkEnded {
    WorkEnded::Shell(ShellEnded {
        exit: Some(code),
        ..ShellEnded::default()
    })
}

pub(crate) fn killed(signal: i32) -> WorkEnded {
    WorkEnded::Shell(ShellEnded {
        signal: Some(signal),
        ..ShellEnded::default()
    })
}

/// Looks again and again until `holds`, which nothing announces.
#[track_caller]
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + HANG;
    while !holds() {
        assert!(Instant::now() < until, "never: {what}");
        std::thread::yield_now();
    }
}

/// The numbers of living processes with `word` among their arguments.
pub(crate) fn alive(word: &str) -> Vec<i32> {
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &i32| {
            std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| {
                line.split(|&byte| byte == 0)
                    .any(|part| part == word.as_bytes())
            })
        })
        .collect()
}

/// Whether zsh is there; says so on the terminal, past the capture of test output, when it is not.
pub(crate) fn zsh_is_there() -> bool {
    let is_there = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("zsh").is_file())
    });
    if !is_there {
        let mut terminal = std::io::stderr();
        terminal
            .write_all(b"NOT TESTED: zsh is not installed\n")
            .unwrap();
    }
    is_there
}

/// The shells to test with; bash and sh must be there.
pub(crate) fn shells() -> Vec<Interpreter> {
    let mut shells = vec![Interpreter::Bash, Interpreter::Sh];
    if zsh_is_there() {
        shells.push(Interpreter::Zsh);
    }
    shells
}
