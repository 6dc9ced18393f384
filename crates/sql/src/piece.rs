//! One part of a statement as a list of lexemes that can be looked at by index.

use crate::TokenKind;
use crate::lexeme::{Lexeme, Lexemes};

/// The lexemes of one part.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    lexemes: Vec<Lexeme<'a>>,
}

impl<'a> Piece<'a> {
    pub(crate) fn new(lexemes: Lexemes<'a>) -> Self {
        Self {
            lexemes: lexemes
                .filter(|lexeme| lexeme.kind != TokenKind::Semicolon || lexeme.depth > 0)
                .collect(),
        }
    }

    pub(crate) fn lexemes(&self) -> &[Lexeme<'a>] {
        &self.lexemes
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Lexeme<'a>> {
        self.lexemes.get(at)
    }

    /// Whether the lexeme `at` is this keyword.
    pub(crate) fn is(&self, at: usize, keyword: &str) -> bool {
        self.get(at).is_some_and(|lexeme| lexeme.is(keyword))
    }

    /// Whether these keywords stand next to each other from `at` on.
    pub(crate) fn are(&self, at: usize, keywords: &[&str]) -> bool {
        keywords
            .iter()
            .enumerate()
            .all(|(index, keyword)| self.is(at + index, keyword))
    }

    /// Whether the part starts with these keywords.
    pub(crate) fn starts(&self, keywords: &[&str]) -> bool {
        self.are(0, keywords)
    }

    /// The first place from `from` on, outside parentheses, of this keyword.
    pub(crate) fn find(&self, from: usize, keyword: &str) -> Option<usize> {
        (from..self.lexemes.len())
            .find(|&at| self.lexemes[at].depth == 0 && self.lexemes[at].is(keyword))
    }

    /// Whether these keywords stand next to each other anywhere outside parentheses.
    pub(crate) fn has(&self, keywords: &[&str]) -> bool {
        (0..self.lexemes.len()).any(|at| self.lexemes[at].depth == 0 && self.are(at, keywords))
    }

    /// Whether a function of this name is called anywhere in it.
    pub(crate) fn calls(&self, functions: &[&str]) -> bool {
        self.lexemes
            .windows(2)
            .any(|pair| pair[1].kind == TokenKind::OpenParenthesis && pair[0].is_any(functions))
    }

    /// Whether the option `name` is switched off anywhere in parentheses: `name = false` or
    /// `name false`, and the other spellings of false.
    pub(crate) fn switches_off(&self, name: &str) -> bool {
        self.option(name)
            .is_some_and(|value| is_value(value, &["false", "off", "0", "no"]))
    }

    /// Whether the option `name` stands in parentheses.
    pub(crate) fn names_option(&self, name: &str) -> bool {
        self.lexemes
            .iter()
            .any(|lexeme| lexeme.depth > 0 && lexeme.is(name))
    }

    /// Whether the option `name` stands in parentheses and is not switched off.
    pub(crate) fn switches_on(&self, name: &str) -> bool {
        self.names_option(name) && !self.switches_off(name)
    }

    /// The place after the list in parentheses at `at`, or `at` if there is none.
    pub(crate) fn after_options(&self, at: usize) -> usize {
        match self.get(at) {
            Some(open) if open.kind == TokenKind::OpenParenthesis => (at..self.lexemes.len())
                .find(|&close| {
                    let lexeme = &self.lexemes[close];
                    lexeme.kind == TokenKind::CloseParenthesis && lexeme.depth == open.depth
                })
                .map_or(self.lexemes.len(), |close| close + 1),
            _ => at,
        }
    }

    fn option(&self, name: &str) -> Option<&Lexeme<'a>> {
        let at = self
            .lexemes
            .iter()
            .position(|lexeme| lexeme.depth > 0 && lexeme.is(name))?;
        let value = self.get(at + 1)?;
        if value.text == "=" {
            return self.get(at + 2);
        }
        Some(value)
    }
}

fn is_value(lexeme: &Lexeme<'_>, values: &[&str]) -> bool {
    let bare = lexeme.text.trim_matches('\'');
    values.iter().any(|value| bare.eq_ignore_ascii_case(value))
}
