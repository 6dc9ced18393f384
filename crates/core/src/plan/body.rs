//! The text of a step and where each of its lines stands in the runbook.

use std::sync::Arc;

use super::Position;

/// Where one line of a body comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Byte offset of the line's start in the body's text.
    pub text_start: usize,
    /// Where that first character stands in the runbook.
    pub position: Position,
}

/// The exact text of a step. Fences in lists lose their indentation, so each line remembers where it stood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The text as it is executed.
    pub text: String,
    /// The lines of `text`, in order; empty for a text that is in no file.
    pub lines: Vec<SourceLine>,
    /// The text with the passwords that are written down in it masked, if there are any.
    pub masked: Option<String>,
    /// The included file it stands in, by its path from the runbook's folder; none for the runbook itself.
    pub file: Option<Arc<str>>,
}

impl Body {
    /// The text as it is shown to people.
    pub fn shown(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.text)
    }

    /// The place in the runbook of the byte at `offset` of the text; the last line's end for offsets beyond it.
    pub fn position(&self, offset: usize) -> Option<Position> {
        let at = self.lines.partition_point(|line| line.text_start <= offset);
        let line = self.lines.get(at.checked_sub(1)?)?;
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(line.text_start..end)?;
        let columns = u32::try_from(before.chars().count()).unwrap_or(u32::MAX);
        Some(Position {
            line: line.position.line,
            column: line.position.column.saturating_add(columns),
        })
    }

    /// `line 103`, and of which file where it is not the runbook itself: the place of the byte at `offset`.
    pub fn line_words(&self, offset: usize) -> Option<String> {
        let position = self.position(offset)?;
        Some(match &self.file {
            Some(file) => format!("line {} of {file}", position.line),
            None => format!("line {}", position.line),
        })
    }

    /// The line of its file, from 1, on which the text starts.
    pub fn first_line(&self) -> Option<u32> {
        self.lines.first().map(|line| line.position.line)
    }
}
