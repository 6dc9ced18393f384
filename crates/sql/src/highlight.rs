//! Code as a list of classed stretches, from the same lexer that splits it.

use std::ops::Range;

use crate::conformance::Conformance;
use crate::keywords::is_keyword;
use crate::{Class, Lexer, Token, TokenKind, split};

/// The classes of `text`, in order and without gaps or empty stretches; neighbours of the same
/// class `Text` are one. Takes strings as `standard_conforming_strings = on` does.
pub fn highlight(text: &str) -> Vec<(Range<usize>, Class)> {
    let mut stretches = Vec::new();
    let mut from = 0;
    for data in split(text, true)
        .statements
        .into_iter()
        .filter_map(|statement| statement.copy_data)
    {
        code(text, from..data.start, &mut stretches);
        let marker = text[data.end..].split('\n').next().unwrap_or("");
        from = data.end + marker.len();
        push(&mut stretches, data.start..from, Class::CopyData);
    }
    code(text, from..text.len(), &mut stretches);
    stretches
}

fn code(text: &str, range: Range<usize>, stretches: &mut Vec<(Range<usize>, Class)>) {
    for token in Lexer::within(text, range, Conformance::always(true)) {
        let class = class_of(text, &token);
        push(stretches, token.range, class);
    }
}

fn push(stretches: &mut Vec<(Range<usize>, Class)>, range: Range<usize>, class: Class) {
    if range.is_empty() {
        return;
    }
    match stretches.last_mut() {
        Some((last, Class::Text)) if class == Class::Text => last.end = range.end,
        _ => stretches.push((range, class)),
    }
}

fn class_of(text: &str, token: &Token) -> Class {
    match token.kind {
        TokenKind::LineComment | TokenKind::BlockComment => Class::Comment,
        TokenKind::String | TokenKind::DollarString => Class::String,
        TokenKind::QuotedIdentifier => Class::Identifier,
        TokenKind::Word if is_bare_keyword(text, token) => Class::Keyword,
        TokenKind::Number | TokenKind::Parameter => Class::Number,
        TokenKind::Operator => Class::Operator,
        TokenKind::Escape | TokenKind::MetaCommand => Class::MetaCommand,
        TokenKind::Variable(_) => Class::Variable,
        TokenKind::Word
        | TokenKind::Space
        | TokenKind::OpenParenthesis
        | TokenKind::CloseParenthesis
        | TokenKind::Semicolon
        | TokenKind::Punctuation => Class::Text,
    }
}

/// A keyword that is not part of a dotted name such as `t.name`.
fn is_bare_keyword(text: &str, token: &Token) -> bool {
    let dotted =
        text[..token.range.start].ends_with('.') || text[token.range.end..].starts_with('.');
    !dotted && is_keyword(&text[token.range.clone()])
}
