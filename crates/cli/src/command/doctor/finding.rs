//! One thing the doctor looked at.

use std::fmt::Write as _;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Fine,
    /// Not there, and only some things need it.
    Note,
    /// In the way.
    Missing,
}

/// One thing that was looked at.
pub(super) struct Finding {
    pub(super) state: State,
    pub(super) what: String,
    pub(super) more: String,
    pub(super) details: Vec<String>,
    pub(super) hint: Option<String>,
}

impl Finding {
    pub(super) fn new(state: State, what: &str, more: impl Into<String>) -> Self {
        Self {
            state,
            what: what.to_owned(),
            more: more.into(),
            details: Vec::new(),
            hint: None,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn text(&self) -> String {
        let word = match self.state {
            State::Fine => "ok     ",
            State::Note => "note   ",
            State::Missing => "MISSING",
        };
        let mut text = format!("{word}  {:<14} {}\n", self.what, self.more);
        for line in &self.details {
            let _ = writeln!(text, "{:25}{line}", "");
        }
        if let Some(hint) = self.hint.as_ref().filter(|_| self.state != State::Fine) {
            for line in hint.lines() {
                let _ = writeln!(text, "{:25}{line}", "");
            }
        }
        text
    }
}
