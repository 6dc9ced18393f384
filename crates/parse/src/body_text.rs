//! The text of a step in the making, each line remembering its place in the source.

use std::sync::Arc;

use stepmark_core::plan::{Body, SourceLine, Span};

use crate::line_index::LineIndex;

/// Where a line of the text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    text_start: usize,
    source_start: usize,
    /// Blanks at the line's start that stand for part of a tab, and are not in the source as such.
    made_up: usize,
}

/// Text gathered piece by piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BodyText {
    text: String,
    lines: Vec<Line>,
    masked: Option<String>,
}

impl BodyText {
    /// An empty text with room for `bytes`.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            lines: Vec::new(),
            masked: None,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Has `masked` shown instead of the text.
    pub(crate) fn mask(&mut self, masked: String) {
        self.masked = Some(masked);
    }

    /// What is shown instead of the text, if that holds passwords.
    pub(crate) fn masked(&self) -> Option<&str> {
        self.masked.as_deref()
    }

    /// Adds `piece`, which stands at `span` of `source`; a piece of another length is made up.
    pub(crate) fn push(&mut self, piece: &str, span: &Span, source: &str) {
        let verbatim = piece.len() == span.len();
        let mut offset = 0;
        for line in piece.split_inclusive('\n') {
            if self.text.is_empty() || self.text.ends_with('\n') {
                let at = span.start + if verbatim { offset } else { 0 };
                let blank_crlf = line == "\n" && at > 0 && source.as_bytes()[at - 1] == b'\r';
                self.lines.push(Line {
                    text_start: self.text.len(),
                    source_start: at - usize::from(blank_crlf),
                    made_up: if verbatim { 0 } else { line.len() },
                });
            }
            self.text.push_str(line);
            offset += line.len();
        }
    }

    /// Adds a whole line, which stands at `start` of the source.
    pub(crate) fn push_line(&mut self, line: &str, start: usize) {
        self.lines.push(Line {
            text_start: self.text.len(),
            source_start: start,
            made_up: 0,
        });
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The lines with the place of each in the source, line ends excluded.
    pub(crate) fn source_lines(&self) -> impl Iterator<Item = (&str, usize)> {
        self.lines.iter().enumerate().map(|(at, line)| {
            let end = self
                .lines
                .get(at + 1)
                .map_or(self.text.len(), |next| next.text_start);
            let text = &self.text[line.text_start..end];
            (text.strip_suffix('\n').unwrap_or(text), line.source_start)
        })
    }

    /// The source of the text's bytes `range`.
    pub(crate) fn source_span(&self, range: &Span) -> Span {
        let start = self.source_offset(range.start);
        start..self.source_offset(range.end).max(start)
    }

    /// The finished body, of an included `file` if it stands in one.
    pub(crate) fn into_body(self, file: Option<Arc<str>>, index: &LineIndex<'_>) -> Body {
        let lines = self
            .lines
            .iter()
            .map(|line| SourceLine {
                text_start: line.text_start,
                position: index.position(line.source_start),
            })
            .collect();
        Body {
            text: self.text,
            lines,
            masked: self.masked,
            file,
        }
    }

    fn source_offset(&self, offset: usize) -> usize {
        let at = self.lines.partition_point(|line| line.text_start <= offset);
        match at.checked_sub(1).map(|last| self.lines[last]) {
            Some(line) => {
                line.source_start + (offset - line.text_start).saturating_sub(line.made_up)
            }
            None => 0,
        }
    }
}
