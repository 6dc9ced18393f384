//! An input as the front matter declares it, and what its value may be. Does not find the value.

use super::{Pattern, Span};
use crate::VariableName;

/// An input as the front matter declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSpec {
    /// The variable it binds.
    pub name: VariableName,
    /// `description:`, shown at the prompt.
    pub description: Option<String>,
    /// `type:`
    pub kind: InputKind,
    /// `default:` as text.
    pub default: Option<String>,
    /// `pattern:`, a regular expression that the whole value must match.
    pub pattern: Option<Pattern>,
    /// `choices:`; empty for a free value.
    pub choices: Vec<String>,
    /// `secret:`: hidden at the prompt, masked everywhere, never on disk.
    pub secret: bool,
    /// `env:`: the environment variable it may come from.
    pub environment: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

impl InputSpec {
    /// What keeps `value` from being this input's, as the end of a sentence about it: `is not an integer`. Does not
    /// repeat the value, which may be secret.
    pub fn objection(&self, value: &str) -> Option<String> {
        if self.secret && value.len() < SECRET_BYTES_MIN {
            return Some(format!(
                "is shorter than {SECRET_BYTES_MIN} bytes: masking it would mangle every text"
            ));
        }
        if !self.kind.accepts(value) {
            return Some(format!("is not {}", self.kind.phrase()));
        }
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == value) {
            return Some(format!("is none of: {}", self.choices.join(", ")));
        }
        match &self.pattern {
            Some(pattern) if !pattern.is_all_of(value) => {
                Some(format!("does not match the pattern {}", pattern.text()))
            }
            Some(_) | None => None,
        }
    }
}

/// A shorter secret turns up in any text by chance.
pub const SECRET_BYTES_MIN: usize = 4;

/// What a value must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text without NUL.
    #[default]
    Text,
    /// A whole number, 64 bits with sign.
    Integer,
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl InputKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Text, Self::Integer, Self::Number, Self::Boolean];

    /// The word in `type:`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }

    /// What a value of it is.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Number => "a decimal number",
            Self::Boolean => "true or false",
        }
    }

    /// Whether `value` is one.
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Self::Text => !value.contains('\0'),
            Self::Integer => !value.starts_with('+') && value.parse::<i64>().is_ok(),
            Self::Number => is_decimal(value),
            Self::Boolean => matches!(value, "true" | "false"),
        }
    }
}

/// `-12`, `1.5`, `.5`, `1e-3`: what SQL and shells read as a number, without infinity and NaN.
fn is_decimal(value: &str) -> bool {
    let value = value.strip_prefix('-').unwrap_or(value);
    let (mantissa, exponent) = match value.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (value, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_reads = digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0;
    mantissa_reads
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_accept_what_sql_and_shells_read_alike() {
        let cases = [
            (InputKind::Integer, "-9223372036854775808", true),
            (InputKind::Integer, "9223372036854775808", false),
            (InputKind::Integer, "+1", false),
            (InputKind::Integer, "1.0", false),
            (InputKind::Integer, " 1", false),
            (InputKind::Integer, "", false),
            (InputKind::Number, "1.5", true),
            (InputKind::Number, "-.5e-3", true),
            (InputKind::Number, "5.", true),
            (InputKind::Number, ".", false),
            (InputKind::Number, "1e", false),
            (InputKind::Number, "nan", false),
            (InputKind::Number, "1.2.3", false),
            (InputKind::Boolean, "true", true),
            (InputKind::Boolean, "yes", false),
            (InputKind::Text, "", true),
            (InputKind::Text, "a\0", false),
        ];
        for (kind, value, accepted) in cases {
            assert_eq!(kind.accepts(value), accepted, "{} {value:?}", kind.word());
        }
    }

    #[test]
    fn objections_name_the_rule_and_not_the_value() {
        let mut spec = InputSpec {
            name: VariableName::new("x"),
            description: None,
            kind: InputKind::Integer,
            default: None,
            pattern: Some(Pattern::new("[1-9]").unwrap()),
            choices: vec!["1".to_owned(), "20".to_owned()],
            secret: false,
            environment: None,
            span: 0..0,
        };
        let objections = ["a", "2", "20", "1"].map(|value| spec.objection(value));
        assert_eq!(
            objections.each_ref().map(Option::as_deref),
            [
                Some("is not a whole number"),
                Some("is none of: 1, 20"),
                Some("does not match the pattern [1-9]"),
                None,
            ]
        );
        spec.pattern = None;
        assert_eq!(spec.objection("20"), None);
        spec.secret = true;
        let objection = spec.objection("20");
        assert!(objection.is_some_and(|text| text.starts_with("is shorter than 4 bytes")));
    }
}
