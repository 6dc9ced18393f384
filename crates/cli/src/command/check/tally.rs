//! How much was found in all files together.

use stepmark_parse::{Diagnostic, Severity};

/// Files, errors and warnings so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    files: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl Tally {
    /// One more file, of which these were `found`.
    pub(super) fn add(&mut self, found: &[Diagnostic]) {
        let count = |severity| found.iter().filter(|one| one.severity == severity).count();
        self.files += 1;
        self.errors += count(Severity::Error);
        self.warnings += count(Severity::Warning);
    }

    pub(super) fn add_unreadable(&mut self) {
        self.files += 1;
        self.errors += 1;
    }

    /// `3 files, 2 errors, 1 warning`
    pub(super) fn summary(self) -> String {
        let counted = [
            (self.files, "file"),
            (self.errors, "error"),
            (self.warnings, "warning"),
        ];
        counted
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .join(", ")
    }
}
