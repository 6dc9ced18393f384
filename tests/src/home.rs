//! A home of a test's own: nothing of the person's environment or files is seen, and nothing is left behind.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::{Journal, Outcome, stepmark};

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
        let mut command = Command::new(stepmark());
        command
            .args(arguments)
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
    pub fn when_started(&self, stem: &str, count: usize) -> Journal {
        loop {
            let written = |run: &PathBuf| {
                let text = fs::read_to_string(run.join("journal.jsonl"));
                text.is_ok_and(|text| text.contains('\n'))
            };
            if let Some(run) = self.runs(stem).last().filter(|run| written(run)) {
                let journal = Journal::read(run);
                if journal.started().len() >= count {
                    return journal;
                }
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
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
