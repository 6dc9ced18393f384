//! One thing that is wrong with a runbook. Does not render itself: the cli does.

use stepmark_core::plan::{Position, Span};

use crate::{Code, Label, Severity};

/// What was found, where, and what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the runbook may still be run.
    pub severity: Severity,
    /// The kind of finding, stable across versions.
    pub code: Code,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// Where, in bytes of the source.
    pub span: Span,
    /// Where `span` starts, for people.
    pub position: Position,
    /// A few words to stand beside the span; none when the message says it all.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What to type instead, or to do.
    pub help: Option<String>,
}

const UNPLACED: Position = Position { line: 1, column: 1 };

impl Diagnostic {
    pub(crate) fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message.into())
    }

    pub(crate) fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message.into())
    }

    #[must_use]
    pub(crate) fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) fn with_related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            position: UNPLACED,
            message: message.into(),
        });
        self
    }

    fn new(severity: Severity, code: Code, span: Span, message: String) -> Self {
        Self {
            severity,
            code,
            message,
            span,
            position: UNPLACED,
            label: None,
            related: Vec::new(),
            help: None,
        }
    }
}
