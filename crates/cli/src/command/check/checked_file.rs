//! A file, read and parsed. Does not run it and does not print.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use stepmark_core::plan::{Plan, Position, Sources, Span};
use stepmark_parse::{Code, Diagnostic, Severity};

use super::Unreadable;
use crate::app::{shown_path, with_included};

/// What tells one diagnostic from another: its file and place, its kind, its message.
pub(crate) type Finding = (String, u32, u32, Code, String);

/// A file, read and parsed, with what it includes.
pub(crate) struct CheckedFile {
    /// Its path as it was given.
    pub(crate) path: PathBuf,
    /// Its path as it is shown.
    pub(crate) shown: String,
    /// Its text and those it includes; bytes that are no UTF-8 are `�`, and a diagnostic says so.
    pub(crate) sources: Sources,
    /// What it says.
    pub(crate) plan: Plan,
    /// What is wrong with it, in source order.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl CheckedFile {
    /// Reads the file at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Unreadable> {
        let bytes = fs::read(path).map_err(|error| Unreadable::new(path, &error))?;
        let (sources, parsed) = with_included(path, bytes);
        Ok(Self {
            path: path.to_owned(),
            shown: path.display().to_string(),
            sources,
            plan: parsed.plan,
            diagnostics: parsed.diagnostics,
        })
    }

    /// The path, as it is shown, of the file that holds `span`.
    pub(crate) fn shown_at(&self, span: &Span) -> String {
        let file = self.sources.file_at(span.start);
        let path = shown_path(&self.path, &self.sources, file);
        path.display().to_string()
    }

    /// Whether a file without steps is one that was meant to have some. Pages of other programs have front matter of their
    /// own, which says nothing of that.
    pub(crate) fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(|found| {
            let front_matter = found.code.word().starts_with("front-matter");
            found.severity == Severity::Error && !front_matter
        })
    }

    /// What is wrong with it, but for what is `told` of an included file already; that is told from here on.
    pub(crate) fn new_findings(&self, told: &mut HashSet<Finding>) -> Vec<Diagnostic> {
        let found = self.diagnostics.iter().filter(|found| {
            let Position { line, column } = found.position;
            let file = self.shown_at(&found.span);
            told.insert((file, line, column, found.code, found.message.clone()))
        });
        found.cloned().collect()
    }

    /// How many diagnostics are of `severity`.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        let found = self.diagnostics.iter();
        found.filter(|found| found.severity == severity).count()
    }
}
