//! An attribute as the lexers see it, with a span for each of its parts.

use stepmark_core::plan::{Attribute, Span};

/// One attribute, not yet understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenAttribute {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) value: Option<String>,
    /// Where the value stands, without its quotes; empty for a flag.
    pub(crate) value_span: Span,
}

impl WrittenAttribute {
    /// Name and value together.
    pub(crate) fn span(&self) -> Span {
        self.name_span.start..self.name_span.end.max(self.value_span.end)
    }

    /// The place of the value's bytes `from..to`; all of the value where escapes moved them.
    pub(crate) fn part_span(&self, from: usize, to: usize) -> Span {
        let length = self.value.as_ref().map_or(0, String::len);
        if length == self.value_span.len() {
            self.value_span.start + from..self.value_span.start + to
        } else {
            self.value_span.clone()
        }
    }
}

impl From<WrittenAttribute> for Attribute {
    fn from(written: WrittenAttribute) -> Self {
        Self {
            span: written.span(),
            name: written.name,
            value: written.value,
        }
    }
}
