//! The tokens of one part of a statement that carry meaning: no blanks, comments, or backslashes.

use crate::{Lexer, TokenKind};

/// A meaningful token with its nesting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexeme<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    /// How many parentheses are open around it; both parentheses of a pair have the outer count.
    pub(crate) depth: u32,
}

impl Lexeme<'_> {
    /// Whether it is this keyword, given in lower case. A quoted identifier is none.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is one of these keywords.
    pub(crate) fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }
}

/// An iterator over lexemes.
#[derive(Clone, Debug)]
pub(crate) struct Lexemes<'a> {
    lexer: Lexer<'a>,
    depth: u32,
}

impl<'a> Lexemes<'a> {
    pub(crate) fn new(lexer: Lexer<'a>) -> Self {
        Self { lexer, depth: 0 }
    }
}

impl<'a> Iterator for Lexemes<'a> {
    type Item = Lexeme<'a>;

    fn next(&mut self) -> Option<Lexeme<'a>> {
        loop {
            let token = self.lexer.next()?;
            let text = self.lexer.text_of(&token);
            match token.kind {
                TokenKind::Space
                | TokenKind::LineComment
                | TokenKind::BlockComment
                | TokenKind::Escape
                | TokenKind::MetaCommand => continue,
                TokenKind::CloseParenthesis => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            let lexeme = Lexeme {
                kind: token.kind,
                text,
                depth: self.depth,
            };
            if token.kind == TokenKind::OpenParenthesis {
                self.depth += 1;
            }
            return Some(lexeme);
        }
    }
}
