//! The lexical rules of psql (`psqlscan.l` and `psqlscanslash.l`, version 15), token by token.
//!
//! Tokens cover the text without gaps, and none depends on the one before, so lexing can start at
//! any token's start. Statement ends, COPY data and nesting are the splitter's concern.
//!
//! psql feeds its lexer one line at a time, and so loses the link between a string and its
//! continuation on the next line; measured on 15.18, `E'a'⏎'b\'` continues as a plain string.
//! The same is done here. Only a lone carriage return continues a string in its own mode.

use std::ops::Range;

use crate::conformance::Conformance;
use crate::{Token, TokenKind, VariableForm, steps};

/// Commands whose whole rest of the line is one argument, backslashes included. The rest of the
/// line after a command that does not exist is thrown away likewise.
const WHOLE_LINE_COMMANDS: [&str; 7] = ["copy", "h", "help", "ef", "ev", "sf", "sv"];

/// How a quote is written inside a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// Doubled.
    Plain,
    /// Doubled, or after a backslash.
    Backslash,
    /// Not at all: the next quote ends it, and one more starts another string.
    Bits,
}

/// An iterator over the tokens of a text.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    position: usize,
    conformance: Conformance,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of `text`. `standard_conforming` is the session's
    /// `standard_conforming_strings`: whether a backslash is an ordinary character in `'…'`.
    pub fn new(text: &'a str, standard_conforming: bool) -> Self {
        let conformance = Conformance::always(standard_conforming);
        Self::within(text, 0..text.len(), conformance)
    }

    /// Lexes only `range`, which must start and end between tokens.
    pub(crate) fn within(text: &'a str, range: Range<usize>, conformance: Conformance) -> Self {
        Self {
            text: &text[..range.end],
            position: range.start,
            conformance,
        }
    }

    /// Where the next token starts.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// How strings are read that start at or after the position.
    pub(crate) fn conformance(&self) -> Conformance {
        self.conformance
    }

    /// Has strings read in another way from now on.
    pub(crate) fn conform(&mut self, conformance: Conformance) {
        self.conformance = conformance;
    }

    /// Goes on at `position`.
    pub(crate) fn jump(&mut self, position: usize) {
        self.position = position;
    }

    /// The text of a token of this lexer.
    pub(crate) fn text_of(&self, token: &Token) -> &'a str {
        &self.text[token.range.clone()]
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The end of the run of bytes from `from` on that satisfy `wanted`.
    fn run(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let length = rest
            .iter()
            .position(|&byte| !wanted(byte))
            .unwrap_or(rest.len());
        steps::add(length + 1);
        from + length
    }

    fn token(&self, start: usize, first: u8) -> (TokenKind, usize, bool) {
        let next = self.byte(start + 1);
        let done = |kind, end| (kind, end, true);
        match first {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => {
                done(TokenKind::Space, self.run(start, is_space))
            }
            b'-' if next == Some(b'-') => done(TokenKind::LineComment, self.line_end(start)),
            b'/' if next == Some(b'*') => self.block_comment(start),
            b'\'' => self.string(start + 1, self.plain_quoting(start)),
            b'"' => self.quoted_identifier(start + 1),
            b'e' | b'E' if next == Some(b'\'') => self.string(start + 2, Quoting::Backslash),
            b'b' | b'B' | b'x' | b'X' if next == Some(b'\'') => {
                self.string(start + 2, Quoting::Bits)
            }
            b'n' | b'N' if next == Some(b'\'') => self.string(start + 2, self.plain_quoting(start)),
            b'u' | b'U' if next == Some(b'&') => match self.byte(start + 2) {
                Some(b'\'') => self.string(start + 3, Quoting::Plain),
                Some(b'"') => self.quoted_identifier(start + 3),
                _ => done(TokenKind::Word, start + 1),
            },
            0xEF if start == 0 && self.text.starts_with('\u{feff}') => {
                done(TokenKind::Space, self.run(3, is_space))
            }
            _ if is_word_start(first) => done(TokenKind::Word, self.run(start, is_word)),
            b'0'..=b'9' => done(TokenKind::Number, self.number(start)),
            b'.' if next.is_some_and(|byte| byte.is_ascii_digit()) => {
                done(TokenKind::Number, self.number(start))
            }
            b'.' if next == Some(b'.') => done(TokenKind::Operator, start + 2),
            b'$' => self.dollar(start),
            b'(' => done(TokenKind::OpenParenthesis, start + 1),
            b')' => done(TokenKind::CloseParenthesis, start + 1),
            b';' => done(TokenKind::Semicolon, start + 1),
            b':' => self.colon(start),
            b'\\' if matches!(next, Some(b';' | b':')) => done(TokenKind::Escape, start + 2),
            b'\\' => done(TokenKind::MetaCommand, self.meta_command(start)),
            _ if is_operator(first) => done(TokenKind::Operator, self.operator(start)),
            _ => done(TokenKind::Punctuation, start + 1),
        }
    }

    /// The end of the comment or command that starts at `from`; either newline ends it.
    fn line_end(&self, from: usize) -> usize {
        self.run(from, |byte| !matches!(byte, b'\n' | b'\r'))
    }

    fn block_comment(&self, start: usize) -> (TokenKind, usize, bool) {
        let mut depth = 1_usize;
        let mut at = start + 2;
        loop {
            at = self.run(at, |byte| !matches!(byte, b'*' | b'/'));
            match (self.byte(at), self.byte(at + 1)) {
                (None, _) => return (TokenKind::BlockComment, self.text.len(), false),
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return (TokenKind::BlockComment, at, true);
                    }
                }
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
    }

    fn plain_quoting(&self, start: usize) -> Quoting {
        if self.conformance.at(start) {
            Quoting::Plain
        } else {
            Quoting::Backslash
        }
    }

    /// The string whose contents start at `from`.
    fn string(&self, from: usize, quoting: Quoting) -> (TokenKind, usize, bool) {
        let mut at = from;
        loop {
            at = self.run(at, |byte| !matches!(byte, b'\'' | b'\\'));
            match self.byte(at) {
                None => return (TokenKind::String, self.text.len(), false),
                Some(b'\\') if quoting == Quoting::Backslash => {
                    at += 1;
                    at += self.text[at..].chars().next().map_or(0, char::len_utf8);
                }
                Some(b'\\') => at += 1,
                Some(_) if quoting != Quoting::Bits && self.byte(at + 1) == Some(b'\'') => at += 2,
                Some(_) => match self.continuation(at + 1) {
                    Some(quote) => at = quote + 1,
                    None => return (TokenKind::String, at + 1, true),
                },
            }
        }
    }

    /// Where a string that closed before `from` opens again: after blanks and comments with a
    /// carriage return among them, on what psql reads as the same line.
    fn continuation(&self, from: usize) -> Option<usize> {
        let mut at = from;
        let mut carriage_returned = false;
        loop {
            match self.byte(at)? {
                b'\'' if carriage_returned => return Some(at),
                b'\r' => {
                    carriage_returned = true;
                    at += 1;
                }
                b' ' | b'\t' | b'\x0c' => {
                    at = self.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
                }
                b'-' if self.byte(at + 1) == Some(b'-') => at = self.line_end(at),
                _ => return None,
            }
        }
    }

    fn quoted_identifier(&self, from: usize) -> (TokenKind, usize, bool) {
        let mut at = from;
        loop {
            at = self.run(at, |byte| byte != b'"');
            match (self.byte(at), self.byte(at + 1)) {
                (None, _) => return (TokenKind::QuotedIdentifier, self.text.len(), false),
                (_, Some(b'"')) => at += 2,
                _ => return (TokenKind::QuotedIdentifier, at + 1, true),
            }
        }
    }

    fn dollar(&self, start: usize) -> (TokenKind, usize, bool) {
        if self
            .byte(start + 1)
            .is_some_and(|byte| byte.is_ascii_digit())
        {
            let end = self.run(start + 1, |byte| byte.is_ascii_digit());
            return (TokenKind::Parameter, self.name_stuck_to(end), true);
        }
        let tag_end = match self.byte(start + 1) {
            Some(byte) if is_word_start(byte) => self.run(start + 1, is_name),
            _ => start + 1,
        };
        if self.byte(tag_end) != Some(b'$') {
            return (TokenKind::Punctuation, start + 1, true);
        }
        let body = tag_end + 1;
        let delimiter = &self.text[start..body];
        let found = self.text[body..].find(delimiter);
        let end = found.map_or(self.text.len(), |at| body + at + delimiter.len());
        steps::add(end - body);
        (TokenKind::DollarString, end, found.is_some())
    }

    fn colon(&self, start: usize) -> (TokenKind, usize, bool) {
        let name = |from: usize| self.run(from, is_name);
        let closed = |from: usize, close: u8| {
            let end = name(from);
            (end > from && self.byte(end) == Some(close)).then_some(end + 1)
        };
        let (form, end) = match self.byte(start + 1) {
            Some(b':' | b'=') => return (TokenKind::Operator, start + 2, true),
            Some(b'\'') => (VariableForm::Literal, closed(start + 2, b'\'')),
            Some(b'"') => (VariableForm::Identifier, closed(start + 2, b'"')),
            Some(b'{') if self.byte(start + 2) == Some(b'?') => {
                (VariableForm::Test, closed(start + 3, b'}'))
            }
            Some(byte) if is_name(byte) => (VariableForm::Plain, Some(name(start + 1))),
            _ => (VariableForm::Plain, None),
        };
        match end {
            Some(end) => (TokenKind::Variable(form), end, true),
            None => (TokenKind::Punctuation, start + 1, true),
        }
    }

    /// Operators stop where a comment starts.
    fn operator(&self, start: usize) -> usize {
        let rest = &self.text.as_bytes()[start..];
        let length = (0..rest.len())
            .find(|&at| {
                let pair = &rest[at..rest.len().min(at + 2)];
                !is_operator(rest[at]) || pair == b"--" || pair == b"/*"
            })
            .unwrap_or(rest.len());
        steps::add(length + 1);
        start + length
    }

    /// As in psql 15: a sign after `e` is taken even without digits, and a name that sticks to a
    /// number goes with it. The server refuses both, but for `0x1F` and `1_000` since 16.
    fn number(&self, start: usize) -> usize {
        let digit = |byte: u8| byte.is_ascii_digit();
        let mut end = self.run(start, digit);
        if self.byte(end) == Some(b'.') && self.byte(end + 1) != Some(b'.') {
            end = self.run(end + 1, digit);
        }
        let exponent = matches!(self.byte(end), Some(b'e' | b'E'));
        if exponent && matches!(self.byte(end + 1), Some(b'+' | b'-')) {
            let digits = self.run(end + 2, digit);
            if digits == end + 2 {
                return digits;
            }
            end = digits;
        }
        self.name_stuck_to(end)
    }

    fn name_stuck_to(&self, number_end: usize) -> usize {
        match self.byte(number_end) {
            Some(byte) if is_word_start(byte) => self.run(number_end, is_word),
            _ => number_end,
        }
    }

    /// The end of a backslash command: the line's end, or where `\\` or the next command begins.
    fn meta_command(&self, start: usize) -> usize {
        let name_end = self.run(start + 1, |byte| !is_space(byte) && byte != b'\\');
        let arguments = self.run(name_end, |byte| is_space(byte) && byte != b'\n');
        let trimmed = |end: usize| {
            let blanks = self.text.as_bytes()[name_end..end].iter().rev();
            end - blanks.take_while(|&&byte| is_space(byte)).count()
        };
        let whole_line = || trimmed(self.run(name_end, |byte| byte != b'\n'));
        let name = &self.text[start + 1..name_end];
        let plausible = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '?');
        if !plausible || WHOLE_LINE_COMMANDS.contains(&name) || self.byte(arguments) == Some(b'|') {
            return whole_line();
        }
        let mut at = arguments;
        loop {
            at = self.run(at, |byte| {
                !matches!(byte, b'\'' | b'"' | b'`' | b'\\' | b'\n')
            });
            match self.byte(at) {
                Some(b'\\') if self.byte(at + 1) == Some(b'\\') => return at + 2,
                Some(quote @ (b'\'' | b'"' | b'`')) => match self.argument_end(at + 1, quote) {
                    Some(end) => at = end,
                    None => return whole_line(),
                },
                _ => return trimmed(at),
            }
        }
    }

    /// The end of a quoted argument whose contents start at `from`, if it ends on this line.
    fn argument_end(&self, from: usize, quote: u8) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.run(at, |byte| byte != quote && !matches!(byte, b'\\' | b'\n'));
            match self.byte(at)? {
                b'\n' => return None,
                b'\\' if quote == b'\'' && self.byte(at + 1) != Some(b'\n') => {
                    at += 1;
                    at += self.text[at..].chars().next()?.len_utf8();
                }
                b'\\' => at += 1,
                _ => return Some(at + 1),
            }
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.position;
        let first = self.byte(start)?;
        steps::add(1);
        let (kind, end, closed) = self.token(start, first);
        self.position = end;
        Some(Token {
            kind,
            range: start..end,
            closed,
        })
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn is_word(byte: u8) -> bool {
    is_name(byte) || byte == b'$'
}

/// What a variable's name, and a dollar quote's tag after its first character, may hold.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn is_operator(byte: u8) -> bool {
    b"~!@#^&|`?+-*/%<>=".contains(&byte)
}
