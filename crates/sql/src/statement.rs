//! One statement of a split text: where it is and what psql would send for it.
//! Judgements on what it does are in the sibling modules, one subject each.

use std::borrow::Cow;
use std::ops::Range;

use crate::conformance::Conformance;
use crate::lexeme::Lexemes;
use crate::piece::Piece;
use crate::{Lexer, Sent, StatementKind, TokenKind};

/// A statement. `source` in its methods is always the text it was split from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bytes psql would send, closing `;` included, without the blanks and `--` comments
    /// ahead of it, which psql drops. (psql also drops blank lines inside; we keep them, so that
    /// error positions fit.)
    pub range: Range<usize>,
    /// The same with the comments ahead of it, for showing.
    pub extent: Range<usize>,
    /// Whether it was ended, by `;` or by a command such as `\g`, rather than by the text's end.
    pub terminated: bool,
    /// What its first part is.
    pub kind: StatementKind,
    /// How many statements `\;` joins in it; the server runs them as one implicit transaction.
    pub parts: u32,
    /// The rows of inline data, line ends included, that follow a `COPY … FROM STDIN`.
    pub copy_data: Option<Range<usize>>,
    /// What is inside `range` but not sent: backslashes of `\;` and `\:`, backslash commands.
    pub(crate) dropped: Vec<Range<usize>>,
    pub(crate) conformance: Conformance,
    /// What the script's own statements make of `standard_conforming_strings` for what follows.
    pub standard_conforming_after: bool,
    pub(crate) ends_in_semicolon: bool,
}

impl Statement {
    /// The text to send, with variables left as they are.
    pub fn sent<'a>(&self, source: &'a str) -> Cow<'a, str> {
        self.sent_with(source, []).into_text()
    }

    /// The text to send with `edits` made, each a range of `source` and what stands there instead; those outside the
    /// statement are passed over. The result maps positions back to `source`.
    pub fn sent_with<'a, 'e>(
        &self,
        source: &'a str,
        edits: impl IntoIterator<Item = (Range<usize>, &'e str)>,
    ) -> Sent<'a> {
        let dropped = self.dropped.iter().map(|range| (range.clone(), ""));
        let inside =
            |range: &Range<usize>| self.range.start <= range.start && range.end <= self.range.end;
        let made = edits.into_iter().filter(|(range, _)| inside(range));
        let mut edits: Vec<_> = dropped.chain(made).collect();
        edits.sort_by_key(|(range, _)| range.start);
        let conforming = self.conformance.at(self.range.start);
        Sent::new(source, self.range.clone(), &edits, conforming)
    }

    /// The range without the closing `;` and what blanks are before it.
    pub fn body(&self, source: &str) -> Range<usize> {
        let text = &source[self.range.clone()];
        let body = if self.ends_in_semicolon {
            text[..text.len() - 1].trim_ascii_end()
        } else {
            text
        };
        self.range.start..self.range.start + body.len()
    }

    /// What each of its parts is.
    pub fn kinds(&self, source: &str) -> Vec<StatementKind> {
        self.part_ranges(source)
            .into_iter()
            .map(|range| StatementKind::of(self.lexemes(source, range)))
            .collect()
    }

    pub(crate) fn pieces<'a>(&self, source: &'a str) -> Vec<Piece<'a>> {
        self.part_ranges(source)
            .into_iter()
            .map(|range| Piece::new(self.lexemes(source, range)))
            .collect()
    }

    fn lexemes<'a>(&self, source: &'a str, range: Range<usize>) -> Lexemes<'a> {
        Lexemes::new(Lexer::within(source, range, self.conformance))
    }

    fn part_ranges(&self, source: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(1);
        let mut start = self.range.start;
        if self.parts > 1 {
            for token in Lexer::within(source, self.range.clone(), self.conformance) {
                if token.kind == TokenKind::Escape && source[token.range.clone()].ends_with(';') {
                    ranges.push(start..token.range.start);
                    start = token.range.end;
                }
            }
        }
        ranges.push(start..self.range.end);
        ranges
    }
}
