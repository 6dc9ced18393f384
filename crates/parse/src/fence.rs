//! The opening and closing lines of a fence, read from the source's own bytes: the Markdown parser has already
//! unescaped what it hands out.

use stepmark_core::plan::Span;

use crate::line_index::LineIndex;

/// A fence's info string, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    /// The opening line, from the fence characters on.
    pub(crate) opening: Span,
    /// The fence characters.
    pub(crate) marker: Span,
    /// The first word, up to a blank, `{`, `,` or `:`.
    pub(crate) language: Span,
    /// What follows the language, without blanks around it; starts with `{` where there are attributes.
    pub(crate) rest: Span,
    /// Whether there is a closing line.
    pub(crate) closed: bool,
}

impl Fence {
    /// Reads the fence at `span`, whose text ends at `text_end` (none for no text).
    pub(crate) fn read(
        source: &str,
        span: &Span,
        text_end: Option<usize>,
        index: &LineIndex<'_>,
    ) -> Self {
        let line_end = index.line_end(span.start).min(span.end);
        let indent = source[span.start..line_end].find(['`', '~']).unwrap_or(0);
        let start = span.start + indent;
        let line = &source[start..line_end];
        let character = line.chars().next().unwrap_or('`');
        let length = line.chars().take_while(|next| *next == character).count();
        let info = without_blanks(source, start + length..line_end);
        let word = source[info.clone()]
            .find(|next: char| next.is_whitespace() || matches!(next, '{' | ',' | ':'))
            .unwrap_or(info.len());
        let language = info.start..info.start + word;
        let after_text = text_end.unwrap_or(line_end).max(line_end);
        let last = source.get(after_text..span.end).unwrap_or("").trim_ascii();
        let closed = last.len() >= length && last.chars().all(|next| next == character);
        Self {
            opening: start..line_end,
            marker: start..start + length,
            rest: without_blanks(source, language.end..info.end),
            language,
            closed: closed && length > 0,
        }
    }

    /// Where the attribute list stands, if there is one.
    pub(crate) fn attributes(&self, source: &str) -> Option<Span> {
        source[self.rest.clone()]
            .starts_with('{')
            .then(|| self.rest.clone())
    }
}

/// The line of `text`, the body of a fence, that CommonMark has close it and the Markdown parser does not: it wants no tab
/// after the fence characters.
pub(crate) fn closing_line(text: &str, marker: &str) -> Option<Span> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = at..at + line.trim_end().len();
        at += line.len();
        let indented = line.trim_start_matches(' ');
        if line.len() - indented.len() > 3 || !indented.starts_with(marker) {
            continue;
        }
        let after = indented.trim_start_matches(&marker[..1]);
        if after.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            return Some(span);
        }
    }
    None
}

/// `span` without the spaces and tabs at its ends, the only blanks CommonMark takes off an info string.
fn without_blanks(source: &str, span: Span) -> Span {
    let blank = [' ', '\t', '\r'];
    let text = &source[span.clone()];
    let start = span.start + (text.len() - text.trim_start_matches(blank).len());
    start..start + text.trim_matches(blank).len()
}

/// `span` without the blanks at its ends.
pub(crate) fn trimmed(source: &str, span: Span) -> Span {
    let text = &source[span.clone()];
    let start = span.start + (text.len() - text.trim_start().len());
    let end = start + text.trim().len();
    start..end
}
