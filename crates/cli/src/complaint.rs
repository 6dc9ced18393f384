//! One clear message: what is wrong, where, what to type next.

use std::fmt::Write as _;

use crate::Exit;

/// Why a command was not carried out.
#[derive(Debug)]
pub struct Complaint {
    /// What happened, a lower-case fragment.
    pub message: String,
    /// Lines of evidence, shown indented.
    pub details: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// The exit code that goes with it.
    pub exit: Exit,
}

impl Complaint {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            details: Vec::new(),
            hint: None,
            exit,
        }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub(crate) fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// The message as it is printed, without colour.
    pub fn text(&self) -> String {
        let mut text = format!("error: {}\n", self.message);
        for line in &self.details {
            let _ = writeln!(text, "  {line}");
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "hint: {hint}");
        }
        text
    }

    pub(crate) fn print(&self) {
        crate::say::say_on_stderr(&stepmark_engines::sanitize::sanitize(&self.text()));
    }
}
