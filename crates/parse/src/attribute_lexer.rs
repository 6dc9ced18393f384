//! Reads `{name=x timeout=30s required confirm="type me"}` from the source's own bytes. Knows no attribute, and
//! leaves JSON objects to its sibling.

#[cfg(test)]
mod tests;

use stepmark_core::plan::Span;

use crate::attribute_json;
use crate::attribute_syntax_error::AttributeSyntaxError;
use crate::invisible::shown;
use crate::written_attribute::WrittenAttribute;

/// Longer lists are refused: nobody writes them, and each finding in one counts columns from the line's start.
const LIST_BYTES_MAX: usize = 16 * 1024;

/// Reads the list that starts at `span.start`, where a `{` stands, and must end within `span`. Also gives the offset
/// after its `}`.
pub(crate) fn lex(
    source: &str,
    span: Span,
) -> Result<(Vec<WrittenAttribute>, usize), AttributeSyntaxError> {
    if span.len() > LIST_BYTES_MAX {
        return Err(AttributeSyntaxError::new(
            span.start..span.start + 1,
            format!("attributes are longer than {LIST_BYTES_MAX} bytes"),
            "make them shorter",
        ));
    }
    let text = &source[..span.end];
    let inside = &text[span.start + 1..];
    if inside.trim_ascii_start().starts_with('"') {
        return attribute_json::lex(text, span.start);
    }
    AttributeLexer {
        text,
        open: span.start,
        at: span.start + 1,
    }
    .run()
}

struct AttributeLexer<'a> {
    text: &'a str,
    open: usize,
    at: usize,
}

impl AttributeLexer<'_> {
    fn run(mut self) -> Result<(Vec<WrittenAttribute>, usize), AttributeSyntaxError> {
        let mut attributes = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None => return Err(self.unclosed()),
                Some('}') => return Ok((attributes, self.at + 1)),
                Some(_) => attributes.push(self.attribute()?),
            }
        }
    }

    fn attribute(&mut self) -> Result<WrittenAttribute, AttributeSyntaxError> {
        let name_span = self.name()?;
        let mut attribute = WrittenAttribute {
            name: self.text[name_span.clone()].to_owned(),
            value: None,
            value_span: name_span.end..name_span.end,
            name_span,
        };
        if self.peek() == Some('=') {
            self.at += 1;
            let (value, span) = if self.peek() == Some('"') {
                self.quoted()?
            } else {
                self.bare()?
            };
            attribute.value = Some(value);
            attribute.value_span = span;
        }
        match self.peek() {
            None | Some('}') => {}
            Some(next) if next.is_ascii_whitespace() => {}
            Some(next) => {
                return Err(self.unexpected(next, "put a blank between two attributes"));
            }
        }
        Ok(attribute)
    }

    fn name(&mut self) -> Result<Span, AttributeSyntaxError> {
        let start = self.at;
        match self.peek() {
            Some(first) if first.is_ascii_alphabetic() => {}
            Some('=') => {
                return Err(self.unexpected('=', "write `key=value` without blanks around the `=`"));
            }
            Some(other) => {
                return Err(self.unexpected(
                    other,
                    "an attribute is `key=value`, `key=\"value\"` or a bare word",
                ));
            }
            None => return Err(self.unclosed()),
        }
        self.take_while(|next| next.is_ascii_alphanumeric() || matches!(next, '-' | '_'));
        Ok(start..self.at)
    }

    fn bare(&mut self) -> Result<(String, Span), AttributeSyntaxError> {
        let start = self.at;
        self.take_while(|next| !next.is_ascii_whitespace() && !matches!(next, '}' | '"'));
        if self.peek() == Some('"') {
            return Err(self.unexpected(
                '"',
                "put the whole value in quotes; a quote inside is `\\\"`",
            ));
        }
        if start == self.at {
            return Err(AttributeSyntaxError::new(
                start - 1..start,
                "no value after `=`",
                "write the value directly after the `=`, `\"\"` for an empty one",
            ));
        }
        Ok((self.text[start..self.at].to_owned(), start..self.at))
    }

    fn quoted(&mut self) -> Result<(String, Span), AttributeSyntaxError> {
        let quote = self.at;
        self.at += 1;
        let start = self.at;
        let mut value = String::new();
        loop {
            let plain = self.at;
            self.take_while(|next| !matches!(next, '"' | '\\'));
            value.push_str(&self.text[plain..self.at]);
            match self.peek() {
                None => {
                    return Err(AttributeSyntaxError::new(
                        quote..quote + 1,
                        "quote is not closed",
                        "close it with `\"`",
                    ));
                }
                Some('"') => {
                    self.at += 1;
                    return Ok((value, start..self.at - 1));
                }
                Some(_) => value.push(self.escape()?),
            }
        }
    }

    fn escape(&mut self) -> Result<char, AttributeSyntaxError> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(escaped @ ('"' | '\\')) => {
                self.at += 1;
                Ok(escaped)
            }
            next => Err(AttributeSyntaxError::new(
                start..self.at + next.map_or(0, char::len_utf8),
                "unknown escape in quotes",
                "a backslash is written `\\\\`, a quote `\\\"`; there are no other escapes",
            )),
        }
    }

    fn blanks(&mut self) {
        self.take_while(|next| next.is_ascii_whitespace());
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|next| !keep(next)).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn unexpected(&self, found: char, help: &'static str) -> AttributeSyntaxError {
        AttributeSyntaxError::new(
            self.at..self.at + found.len_utf8(),
            format!(
                "unexpected `{}` in attributes",
                shown(found.encode_utf8(&mut [0; 4]))
            ),
            help,
        )
    }

    fn unclosed(&self) -> AttributeSyntaxError {
        AttributeSyntaxError::new(
            self.open..self.open + 1,
            "attributes are not closed",
            "close them with `}`",
        )
    }
}
