//! Where an attribute list stops making sense.

use stepmark_core::plan::Span;

use crate::{Code, Diagnostic};

/// Why an attribute list cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttributeSyntaxError {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

impl AttributeSyntaxError {
    pub(crate) fn new(span: Span, message: impl Into<String>, help: &'static str) -> Self {
        Self {
            span,
            message: message.into(),
            help,
        }
    }
}

impl From<AttributeSyntaxError> for Diagnostic {
    fn from(error: AttributeSyntaxError) -> Self {
        Self::error(Code::AttributeSyntax, error.span, error.message).with_help(error.help)
    }
}
