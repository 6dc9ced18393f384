//! A statement as it goes to the server, and the way back from a position in it to the source. What it is, is judged
//! here where values were put in: a verb may be one of them.

use std::borrow::Cow;
use std::ops::Range;

use crate::{StatementKind, byte_offset, split};

/// The text to send for a statement; borrowed where it is the source's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<'a> {
    text: Cow<'a, str>,
    source: Range<usize>,
    /// What was replaced: its place in the source, and the place of its replacement in the text.
    edits: Vec<(Range<usize>, Range<usize>)>,
    standard_conforming: bool,
}

impl<'a> Sent<'a> {
    /// A text that is sent as it is, all of it in one query. `standard_conforming` is as in [`split`].
    pub fn whole(text: &'a str, standard_conforming: bool) -> Self {
        Self::new(text, 0..text.len(), &[], standard_conforming)
    }

    /// `source[range]` with each of `edits`, in order and disjoint, replaced.
    pub(crate) fn new(
        source: &'a str,
        range: Range<usize>,
        edits: &[(Range<usize>, &str)],
        standard_conforming: bool,
    ) -> Self {
        if edits.is_empty() {
            return Self {
                text: Cow::Borrowed(&source[range.clone()]),
                source: range,
                edits: Vec::new(),
                standard_conforming,
            };
        }
        let mut text = String::with_capacity(range.len());
        let mut placed = Vec::with_capacity(edits.len());
        let mut from = range.start;
        for (replaced, replacement) in edits {
            text.push_str(&source[from..replaced.start]);
            let start = text.len();
            // A negative number after a minus would begin a comment, and let a literal further on end it.
            if text.ends_with('-') && replacement.starts_with('-') {
                text.push(' ');
            }
            text.push_str(replacement);
            placed.push((replaced.clone(), start..text.len()));
            from = replaced.end;
        }
        text.push_str(&source[from..range.end]);
        Self {
            text: Cow::Owned(text),
            source: range,
            edits: placed,
            standard_conforming,
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, given away.
    pub fn into_text(self) -> Cow<'a, str> {
        self.text
    }

    /// What each part of the text is, those left out that hold nothing.
    pub fn kinds(&self) -> Vec<StatementKind> {
        let split = split(&self.text, self.standard_conforming);
        let statements = split.statements.iter();
        statements.flat_map(|it| it.kinds(&self.text)).collect()
    }

    /// The name of a part of the text that cannot run inside a transaction block.
    pub fn cannot_run_in_transaction(&self) -> Option<&'static str> {
        let split = split(&self.text, self.standard_conforming);
        let mut statements = split.statements.iter();
        statements.find_map(|it| it.cannot_run_in_transaction(&self.text))
    }

    /// The byte offset in the source of the byte `offset` of the text; a replaced variable's
    /// value is where the variable is. `None` past the text's end.
    pub fn source_offset(&self, offset: usize) -> Option<usize> {
        if offset > self.text.len() {
            return None;
        }
        let after = self.edits.partition_point(|(_, sent)| sent.start <= offset);
        let Some((replaced, sent)) = after.checked_sub(1).map(|last| &self.edits[last]) else {
            return Some(self.source.start + offset);
        };
        if offset < sent.end {
            return Some(replaced.start);
        }
        Some(replaced.end + (offset - sent.end))
    }

    /// The byte offset in the source of an error position as PostgreSQL gives it: 1-based, in
    /// characters of the text.
    pub fn source_of_position(&self, position: usize) -> Option<usize> {
        self.source_offset(byte_offset(&self.text, position)?)
    }
}
