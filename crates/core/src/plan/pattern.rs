//! A regular expression as a runbook writes it. Matching takes linear time, whatever the expression.

use regex_lite::Regex;
use thiserror::Error;

/// A regular expression, compiled; equal to another with the same text.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    somewhere: Regex,
    whole: Regex,
}

/// Why a text is no regular expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct PatternError(String);

impl Pattern {
    /// Compiles `text`.
    ///
    /// # Errors
    /// When it is no regular expression, or one too large.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let compile =
            |text: &str| Regex::new(text).map_err(|error| PatternError(error.to_string()));
        Ok(Self {
            somewhere: compile(text)?,
            whole: compile(&format!(r"\A(?:{text})\z"))?,
            text: text.to_owned(),
        })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a part of `value` matches.
    pub fn is_in(&self, value: &str) -> bool {
        self.somewhere.is_match(value)
    }

    /// Whether all of `value` matches.
    pub fn is_all_of(&self, value: &str) -> bool {
        self.whole.is_match(value)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_not_the_whole_and_alternatives_stay_together() {
        let cases = [
            ("a|ab", "ab", true, true),
            ("a|b", "xb", true, false),
            ("^[a-z]+$", "abc", true, true),
            ("[0-9]+", "v12", true, false),
            ("", "x", true, false),
            ("é", "café", true, false),
        ];
        for (text, value, somewhere, whole) in cases {
            let pattern = Pattern::new(text).unwrap();
            assert_eq!(
                (pattern.is_in(value), pattern.is_all_of(value)),
                (somewhere, whole),
                "{text} on {value}"
            );
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in ["(", "[a", "a{2", "*", "(?<n", ")a("] {
            assert!(Pattern::new(text).is_err(), "{text}");
        }
    }
}
