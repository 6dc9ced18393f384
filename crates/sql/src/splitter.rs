//! The state psql keeps between tokens: nesting, function bodies, what is in the query buffer.
//! It decides where statements end; how characters form tokens is the lexer's part.

use std::ops::Range;

use crate::copy_data::CopyData;
use crate::foreseen::Foreseen;
use crate::{
    Lexer, Problem, ProblemKind, Split, Statement, StatementKind, Token, TokenKind, Variable, steps,
};

/// Commands that send what is in the query buffer, as `;` does.
const SENDING_COMMANDS: [&str; 8] = [
    "g",
    "gx",
    "gset",
    "gexec",
    "gdesc",
    "crosstabview",
    "watch",
    "parse",
];

/// A statement in the making: psql's query buffer.
#[derive(Debug, Default)]
struct Buffer {
    /// Where the stretch starts, `--` comments included, which psql drops ahead of a statement.
    extent_start: Option<usize>,
    /// Where the text to send starts.
    start: Option<usize>,
    end: usize,
    has_content: bool,
    parts: u32,
    dropped: Vec<Range<usize>>,
    parentheses: Vec<usize>,
    /// Where each BEGIN or CASE of a function body started that is not ended.
    bodies: Vec<Range<usize>>,
    words: usize,
    /// Marks of the first four words, as far as they are those of CREATE OR REPLACE FUNCTION.
    leading: [u8; 4],
}

pub(crate) struct Splitter<'a> {
    text: &'a str,
    foreseen: Foreseen,
    /// Where the line ends on which the setting was last seen to change.
    line_end: usize,
    lexer: Lexer<'a>,
    buffer: Buffer,
    split: Split,
}

impl<'a> Splitter<'a> {
    pub(crate) fn new(text: &'a str, standard_conforming: bool) -> Self {
        Self {
            text,
            foreseen: Foreseen::starting(standard_conforming),
            line_end: 0,
            lexer: Lexer::new(text, standard_conforming),
            buffer: Buffer::default(),
            split: Split::default(),
        }
    }

    pub(crate) fn run(mut self) -> Split {
        while let Some(token) = self.lexer.next() {
            self.take(token);
        }
        self.end_of_text();
        if let Some(nul) = self.text.find('\0') {
            self.problem(ProblemKind::Nul, nul..nul + 1);
        }
        self.split
            .problems
            .sort_by_key(|problem| problem.range.start);
        self.split
    }

    fn take(&mut self, token: Token) {
        if !token.closed {
            self.unclosed(&token);
        }
        match token.kind {
            TokenKind::Space => {}
            TokenKind::LineComment => self.buffer.comment(&token.range, self.buffer.start),
            TokenKind::BlockComment => {
                self.buffer.comment(&token.range, Some(token.range.start));
            }
            TokenKind::Semicolon => {
                if self.buffer.parentheses.is_empty() && self.buffer.bodies.is_empty() {
                    self.finish(token.range.end, true);
                } else {
                    self.buffer.content(&token.range);
                }
            }
            TokenKind::MetaCommand => self.meta_command(token.range),
            TokenKind::Escape => self.escape(&token.range),
            TokenKind::Variable(form) => {
                self.buffer.content(&token.range);
                let variable = Variable::read(self.text, token.range, form);
                self.split.variables.push(variable);
            }
            TokenKind::Word => {
                let word = &self.text[token.range.clone()];
                self.buffer.word(word, &token.range);
                self.buffer.content(&token.range);
            }
            TokenKind::OpenParenthesis => {
                self.buffer.parentheses.push(token.range.start);
                self.buffer.content(&token.range);
            }
            TokenKind::CloseParenthesis => {
                self.buffer.parentheses.pop();
                self.buffer.content(&token.range);
            }
            TokenKind::String
            | TokenKind::QuotedIdentifier
            | TokenKind::DollarString
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Operator
            | TokenKind::Punctuation => self.buffer.content(&token.range),
        }
    }

    fn escape(&mut self, range: &Range<usize>) {
        let backslash = range.start..range.start + 1;
        self.buffer.content(range);
        self.buffer.dropped.push(backslash);
        if self.text[range.clone()].ends_with(';') {
            self.buffer.parts += 1;
            self.buffer.words = 0;
        }
    }

    fn meta_command(&mut self, range: Range<usize>) {
        let command = &self.text[range.start + 1..range.end];
        let name = command
            .split(|character: char| character.is_ascii_whitespace() || character == '\\')
            .next()
            .unwrap_or_default();
        let kind = ProblemKind::MetaCommand {
            name: name.to_owned(),
        };
        if self.buffer.start.is_none() {
            self.set_aside();
        } else if SENDING_COMMANDS.contains(&name) {
            self.finish(self.buffer.end, true);
        } else if matches!(name, "r" | "reset") {
            self.set_aside();
        } else {
            self.buffer.dropped.push(range.clone());
        }
        self.problem(kind, range);
    }

    /// Takes what is in the buffer for empty, and starts anew.
    fn set_aside(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        if let Some(start) = buffer.extent_start {
            self.split.empty.push(start..buffer.end);
        }
    }

    fn finish(&mut self, end: usize, terminated: bool) {
        if !self.buffer.has_content {
            self.buffer
                .extent_start
                .get_or_insert(end.saturating_sub(1));
            self.buffer.end = end;
            return self.set_aside();
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let start = buffer.start.expect("content sets the start");
        buffer.dropped.retain(|dropped| dropped.end <= end);
        let mut statement = Statement {
            range: start..end,
            extent: buffer.extent_start.unwrap_or(start)..end,
            terminated,
            kind: StatementKind::Other,
            parts: buffer.parts + 1,
            copy_data: None,
            dropped: buffer.dropped,
            conformance: self.lexer.conformance(),
            standard_conforming_after: self.foreseen.now(),
            ends_in_semicolon: end > buffer.end,
        };
        let kinds = statement.kinds(self.text);
        statement.kind = kinds.first().copied().unwrap_or(StatementKind::Other);
        if kinds.contains(&StatementKind::CopyFromStdin) {
            self.copy_data(&mut statement);
        }
        if kinds.iter().any(|&kind| Foreseen::concerns(kind)) {
            self.foresee(&mut statement, &kinds);
        }
        self.split.statements.push(statement);
    }

    /// psql asks for the setting when it begins a line, so that the rest of this line is read as before.
    fn foresee(&mut self, statement: &mut Statement, kinds: &[StatementKind]) {
        let before = self.foreseen.now();
        let pieces = statement.pieces(self.text);
        for (&kind, piece) in kinds.iter().zip(&pieces) {
            self.foreseen.take(kind, piece);
        }
        let after = self.foreseen.now();
        statement.standard_conforming_after = after;
        if before != after {
            let now = self.lexer.position();
            if self.line_end <= now {
                let rest = self.text[now..].split_inclusive('\n').next();
                self.line_end = now + rest.map_or(0, str::len);
                steps::add(self.line_end - now);
            }
            let conformance = self.lexer.conformance().becoming(now, after, self.line_end);
            self.lexer.conform(conformance);
        }
    }

    fn copy_data(&mut self, statement: &mut Statement) {
        if statement.parts > 1 {
            self.problem(ProblemKind::CopyAmongParts, statement.range.clone());
        }
        let after = self.lexer.position();
        let rest = self.text[after..]
            .split_inclusive('\n')
            .next()
            .unwrap_or("");
        steps::add(rest.len());
        self.rest_of_copy_line(after, rest);
        let data = CopyData::find(self.text, after + rest.len());
        if !data.ended {
            self.problem(ProblemKind::CopyDataUnended, statement.range.clone());
        }
        statement.copy_data = Some(data.rows);
        self.lexer.jump(data.resume);
    }

    fn rest_of_copy_line(&mut self, after: usize, rest: &str) {
        let stray = rest.trim_ascii();
        if stray.is_empty() {
            return;
        }
        let start = after + rest.len() - rest.trim_ascii_start().len();
        let range = start..start + stray.len();
        if stray.starts_with("--") {
            self.split.empty.push(range);
        } else {
            self.problem(ProblemKind::TextAfterCopy, range);
        }
    }

    fn end_of_text(&mut self) {
        if let Some(&open) = self.buffer.parentheses.first() {
            self.problem(ProblemKind::UnclosedParenthesis, open..open + 1);
        }
        if let Some(begin) = self.buffer.bodies.first().cloned() {
            self.problem(ProblemKind::UnterminatedBody, begin);
        }
        if self.buffer.has_content {
            self.finish(self.buffer.end, false);
        } else {
            self.set_aside();
        }
    }

    fn unclosed(&mut self, token: &Token) {
        let text = &self.text[token.range.clone()];
        let (kind, delimiter_bytes) = match token.kind {
            TokenKind::QuotedIdentifier => {
                let at = text.find('"').unwrap_or(0);
                (ProblemKind::UnterminatedIdentifier, at + 1)
            }
            TokenKind::DollarString => {
                let tag = text[1..].find('$').unwrap_or(0);
                let delimiter = text[..tag + 2].to_owned();
                (ProblemKind::UnterminatedDollarQuote { delimiter }, tag + 2)
            }
            TokenKind::BlockComment => (ProblemKind::UnterminatedComment, 2),
            _ => {
                let at = text.find('\'').unwrap_or(0);
                (ProblemKind::UnterminatedString, at + 1)
            }
        };
        let start = token.range.start;
        self.problem(kind, start..start + delimiter_bytes);
    }

    fn problem(&mut self, kind: ProblemKind, range: Range<usize>) {
        self.split.problems.push(Problem { kind, range });
    }
}

impl Buffer {
    /// Takes a comment in; `start` is where the text to send starts if it is sent.
    fn comment(&mut self, range: &Range<usize>, start: Option<usize>) {
        self.extent_start.get_or_insert(range.start);
        self.start = self.start.or(start);
        self.end = range.end;
    }

    fn content(&mut self, range: &Range<usize>) {
        self.comment(range, Some(range.start));
        self.has_content = true;
    }

    /// Follows psql's guess at `BEGIN ATOMIC … END` bodies, which it takes for nested only in a
    /// statement that starts with CREATE [OR REPLACE] FUNCTION or PROCEDURE.
    fn word(&mut self, word: &str, range: &Range<usize>) {
        const MARKS: [(&str, u8); 5] = [
            ("create", b'c'),
            ("or", b'o'),
            ("replace", b'r'),
            ("function", b'f'),
            ("procedure", b'f'),
        ];
        if self.words == 0 {
            self.leading = [0; 4];
        }
        if let Some(slot) = self.leading.get_mut(self.words) {
            let mark = MARKS
                .iter()
                .find(|(name, _)| word.eq_ignore_ascii_case(name));
            *slot = mark.map_or(0, |&(_, mark)| mark);
        }
        self.words += 1;
        if !self.parentheses.is_empty()
            || !(self.leading.starts_with(b"cf") || self.leading == *b"corf")
        {
            return;
        }
        if word.eq_ignore_ascii_case("begin")
            || (word.eq_ignore_ascii_case("case") && !self.bodies.is_empty())
        {
            self.bodies.push(range.clone());
        } else if word.eq_ignore_ascii_case("end") {
            self.bodies.pop();
        }
    }
}

#[cfg(test)]
mod tests;
