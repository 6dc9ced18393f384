//! Attribute lists where they stand: after a fence's language, and in a comment.

use stepmark_core::plan::Span;

use crate::attribute_lexer;
use crate::attribute_syntax_error::AttributeSyntaxError;
use crate::fence::trimmed;
use crate::written_attribute::WrittenAttribute;

/// Reads the list that is all of `span`.
pub(crate) fn read(
    source: &str,
    span: Span,
) -> Result<Vec<WrittenAttribute>, AttributeSyntaxError> {
    let end = span.end;
    let (attributes, after) = attribute_lexer::lex(source, span)?;
    let rest = trimmed(source, after..end);
    if rest.is_empty() {
        Ok(attributes)
    } else {
        Err(AttributeSyntaxError::new(
            rest,
            "text after the attributes",
            "nothing may follow the closing `}`",
        ))
    }
}

/// Where the list of a comment such as `<!-- {name=x} -->` stands, when all that `span` holds is one.
pub(crate) fn in_comment(source: &str, span: &Span) -> Option<Span> {
    let inside = source[span.clone()]
        .trim_end()
        .strip_prefix("<!--")?
        .strip_suffix("-->")?;
    let start = span.start + "<!--".len();
    let list = trimmed(source, start..start + inside.len());
    source[list.clone()].starts_with('{').then_some(list)
}
