//! How a run of the binary came out.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

/// How a run of the binary came out.
#[derive(Debug)]
pub struct Outcome {
    /// Exit code; 128 and the signal's number when it was killed.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl Outcome {
    /// Runs `command` to its end.
    pub fn of(mut command: Command) -> Self {
        let output = command.output().expect("the binary starts");
        let killed = || 128 + output.status.signal().unwrap_or(0);
        Self {
            code: output.status.code().unwrap_or_else(killed),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts the exit code, and shows everything when it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Asserts that each of `words` stands in stdout or stderr.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(
                self.stdout.contains(word) || self.stderr.contains(word),
                "not said: {word:?}\n--- stdout\n{}\n--- stderr\n{}",
                self.stdout,
                self.stderr
            );
        }
        self
    }
}
