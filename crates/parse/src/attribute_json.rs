//! Reads Runme's `{"name":"x","interactive":"false"}`: one flat JSON object of strings, numbers and booleans. Nested
//! values are refused.

use stepmark_core::plan::Span;

use crate::attribute_syntax_error::AttributeSyntaxError;
use crate::invisible::shown;
use crate::written_attribute::WrittenAttribute;

const HELP: &str = "write `{key=value}`, or a JSON object of strings, numbers and booleans";

/// Reads the object whose `{` stands at `open`, and gives the offset after its `}`.
pub(crate) fn lex(
    text: &str,
    open: usize,
) -> Result<(Vec<WrittenAttribute>, usize), AttributeSyntaxError> {
    let mut lexer = JsonLexer { text, at: open + 1 };
    let mut attributes = Vec::new();
    loop {
        attributes.push(lexer.member()?);
        lexer.blanks();
        match lexer.peek() {
            Some('}') => return Ok((attributes, lexer.at + 1)),
            Some(',') => lexer.at += 1,
            other => return Err(lexer.unexpected(other)),
        }
    }
}

struct JsonLexer<'a> {
    text: &'a str,
    at: usize,
}

impl JsonLexer<'_> {
    fn member(&mut self) -> Result<WrittenAttribute, AttributeSyntaxError> {
        self.blanks();
        let (name, name_span) = self.string()?;
        self.blanks();
        if self.peek() != Some(':') {
            return Err(self.unexpected(self.peek()));
        }
        self.at += 1;
        self.blanks();
        let (value, value_span) = match self.peek() {
            Some('"') => self.string()?,
            _ => self.word()?,
        };
        Ok(WrittenAttribute {
            name,
            name_span,
            value: Some(value),
            value_span,
        })
    }

    fn word(&mut self) -> Result<(String, Span), AttributeSyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let end = rest
            .find(|next: char| !next.is_ascii_alphanumeric() && !matches!(next, '-' | '+' | '.'))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        if !matches!(word, "true" | "false") && word.parse::<f64>().is_err() {
            return Err(self.unexpected(self.peek()));
        }
        self.at += end;
        Ok((word.to_owned(), start..self.at))
    }

    fn string(&mut self) -> Result<(String, Span), AttributeSyntaxError> {
        if self.peek() != Some('"') {
            return Err(self.unexpected(self.peek()));
        }
        self.at += 1;
        let start = self.at;
        let mut value = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
            value.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok((value, start..self.at - 1));
                }
                Some(_) => value.push(self.escape()?),
                None => {
                    return Err(AttributeSyntaxError::new(
                        start - 1..start,
                        "quote is not closed",
                        HELP,
                    ));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, AttributeSyntaxError> {
        let start = self.at;
        let mut rest = self.text[start + 1..].chars();
        let escaped = match rest.next() {
            Some(same @ ('"' | '\\' | '/')) => Some(same),
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('u') => {
                let digits = self.text.get(start + 2..start + 6).unwrap_or("");
                let digits = if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    digits
                } else {
                    ""
                };
                self.at += digits.len();
                u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32)
            }
            _ => None,
        };
        self.at += 2;
        escaped.ok_or_else(|| {
            AttributeSyntaxError::new(start..start + 1, "unknown escape in a JSON string", HELP)
        })
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn unexpected(&self, found: Option<char>) -> AttributeSyntaxError {
        match found {
            Some(found) => AttributeSyntaxError::new(
                self.at..self.at + found.len_utf8(),
                format!(
                    "unexpected `{}` in JSON attributes",
                    shown(found.encode_utf8(&mut [0; 4]))
                ),
                HELP,
            ),
            None => {
                AttributeSyntaxError::new(self.at..self.at, "JSON attributes are not closed", HELP)
            }
        }
    }
}
