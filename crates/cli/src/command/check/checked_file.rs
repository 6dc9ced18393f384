//! A file, read and parsed. Does not run it and does not print.

use std::fs;
use std::path::Path;

use stepmark_core::plan::Plan;
use stepmark_parse::{Diagnostic, Severity};

use super::Unreadable;

/// A file and what was found in it.
pub(crate) struct CheckedFile {
    /// Its path as it is shown.
    pub(crate) shown: String,
    /// Its text; bytes that are no UTF-8 are `�`, and a diagnostic says so.
    pub(crate) source: String,
    /// What it says.
    pub(crate) plan: Plan,
    /// What is wrong with it, in source order.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl CheckedFile {
    /// Reads the file at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Unreadable> {
        let bytes = fs::read(path).map_err(|error| Unreadable::new(path, &error))?;
        let parsed = stepmark_parse::parse(&bytes, &stem(path));
        Ok(Self {
            shown: path.display().to_string(),
            source: match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            },
            plan: parsed.plan,
            diagnostics: parsed.diagnostics,
        })
    }

    /// Whether a file without steps is one that was meant to have some. Pages of other programs have front matter of their
    /// own, which says nothing of that.
    pub(crate) fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(|found| {
            let front_matter = found.code.word().starts_with("front-matter");
            found.severity == Severity::Error && !front_matter
        })
    }

    /// How many diagnostics are of `severity`.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        let found = self.diagnostics.iter();
        found.filter(|found| found.severity == severity).count()
    }
}

/// The file's name without its ending, by which its runs are kept.
fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
