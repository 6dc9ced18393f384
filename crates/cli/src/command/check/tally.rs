//! How much was found in all files together.

use stepmark_parse::Severity;

use super::CheckedFile;

/// Files, errors and warnings so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    files: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl Tally {
    pub(super) fn add(&mut self, file: &CheckedFile) {
        self.files += 1;
        self.errors += file.count(Severity::Error);
        self.warnings += file.count(Severity::Warning);
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
