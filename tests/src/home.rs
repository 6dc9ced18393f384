//! A home of a test's own: nothing of the person's environment or files is seen, and nothing is left behind.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::{Journal, Outcome, eventually, found, stepmark};

/// A private folder with runbooks in it, and the binary run from there.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "it makes a folder")]
    pub fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// An empty one below `parent`.
    pub fn within(parent: &Path) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("stepmark-test-")
            .tempdir_in(parent)
            .expect("a temporary folder");
        Self { folder }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into it and returns its path.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).expect("a file in our own folder");
        path
    }

    /// The binary with `arguments`, ready to be changed further; stdin is empty.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.hermetic(stepmark().as_os_str());
        command.args(arguments);
        command
    }

    /// Another program, with nothing but what [`Self::command`] gives the binary, which it finds in `$STEPMARK`.
    pub fn program(&self, name: &str) -> Command {
        let mut command = self.hermetic(OsStr::new(name));
        command.env("STEPMARK", stepmark());
        command
    }

    fn hermetic(&self, program: &OsStr) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .stdin(Stdio::null());
        // A test run under `nohup` or in the background of a script would hand its ignored signals down.
        // SAFETY: signal() is async-signal-safe (POSIX, "Signal Concepts"), and SIG_DFL runs no code of ours.
        unsafe {
            command.pre_exec(|| {
                for number in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
                    libc::signal(number, libc::SIG_DFL);
                }
                Ok(())
            });
        }
        command
    }

    /// Runs the binary to its end.
    pub fn stepmark(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments))
    }

    /// Starts the binary and leaves it running, its output piped.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts")
    }

    /// The directories of all runs of the runbook called `stem`, oldest first.
    pub fn runs(&self, stem: &str) -> Vec<PathBuf> {
        let folder = self.path().join(".stepmark").join(stem);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut runs: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        runs.sort();
        runs
    }

    /// The journal of the newest run of `stem`.
    ///
    /// # Panics
    /// When there is none.
    pub fn journal(&self, stem: &str) -> Journal {
        let runs = self.runs(stem);
        Journal::read(runs.last().expect("a run directory"))
    }

    /// Waits until the newest run of `stem` has started `count` attempts, and returns its journal.
    ///
    /// # Panics
    /// After 30 s.
    #[track_caller]
    pub fn when_started(&self, stem: &str, count: usize) -> Journal {
        found(&format!("{count} attempts of {stem}"), || {
            let run = self.runs(stem).pop()?;
            let text = fs::read_to_string(run.join("journal.jsonl")).ok()?;
            let journal = text.contains('\n').then(|| Journal::read(&run))?;
            (journal.started().len() >= count).then_some(journal)
        })
    }

    /// Waits until there is a file called `name`, which a step makes.
    ///
    /// # Panics
    /// After 30 s.
    #[track_caller]
    pub fn when_made(&self, name: &str) {
        eventually(name, || self.path().join(name).exists());
    }

    /// Runs `arguments` as far as a step that makes the file `name`, and kills the runner there with SIGKILL.
    ///
    /// # Panics
    /// When that file is not there within 30 s.
    #[track_caller]
    pub fn killed(&self, arguments: &[&str], name: &str) {
        self.killed_by(self.command(arguments), name);
    }

    /// Runs `command` as far as a step that makes the file `name`, and kills the runner there with SIGKILL.
    ///
    /// # Panics
    /// When that file is not there within 30 s.
    #[track_caller]
    pub fn killed_by(&self, mut command: Command, name: &str) {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        self.when_made(name);
        child.kill().expect("our child");
        child.wait().expect("our child");
    }

    /// Every file below the folder but runbooks, for tests of what is left behind.
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut todo = vec![self.path().to_owned()];
        while let Some(folder) = todo.pop() {
            for entry in fs::read_dir(folder).expect("our own folder").flatten() {
                let path = entry.path();
                match path.is_dir() {
                    true => todo.push(path),
                    false
                        if path
                            .extension()
                            .is_some_and(|end| end == "md" || end == "sql") => {}
                    false => found.push(path),
                }
            }
        }
        found.sort();
        found
    }
}
