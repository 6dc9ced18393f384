//! The diagnostics found so far, each given its line and column in one pass at the end. Does not decide what is one.

use stepmark_core::plan::Sources;

use crate::Diagnostic;
use crate::line_index::LineIndex;

/// A growing list of diagnostics over a runbook and what it includes.
pub(crate) struct Diagnostics<'a> {
    index: LineIndex<'a>,
    found: Vec<Diagnostic>,
}

impl<'a> Diagnostics<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        let starts = sources.files().iter().map(|file| file.span.start);
        Self {
            index: LineIndex::new(sources.row(), starts),
            found: Vec::new(),
        }
    }

    /// Lines and columns of the source.
    pub(crate) fn index(&self) -> &LineIndex<'a> {
        &self.index
    }

    /// Adds `diagnostic`; its positions are filled in at the end.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// All of them, in source order.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found;
        found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        // A file that is included twice has each of its mistakes twice.
        found.dedup();
        let mut offsets: Vec<usize> = found
            .iter()
            .flat_map(|diagnostic| {
                let related = diagnostic.related.iter().map(|label| label.span.start);
                related.chain([diagnostic.span.start])
            })
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        let positions = self.index.positions(offsets.iter().copied());
        let position = |offset: usize| positions[offsets.partition_point(|&other| other < offset)];
        for diagnostic in &mut found {
            diagnostic.position = position(diagnostic.span.start);
            for label in &mut diagnostic.related {
                label.position = position(label.span.start);
            }
        }
        found
    }
}
