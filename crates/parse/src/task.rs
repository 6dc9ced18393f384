//! A task-list item while its first paragraph is read: what the person is asked, and the comment with attributes.

use pulldown_cmark::Event;
use stepmark_core::plan::Span;

use crate::attribute_list;
use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::fence::trimmed;
use crate::{Code, Diagnostic};

/// A task whose text is not ended yet.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// The whole item.
    pub(crate) item: Span,
    /// `[ ]` or `[x]`.
    pub(crate) marker: Span,
    pub(crate) ticked: bool,
    text_end: usize,
    comment: Option<Comment>,
}

#[derive(Clone, Debug)]
struct Comment {
    whole: Span,
    list: Span,
    /// Whether the line was seen to end after it.
    ends_line: bool,
    /// Whether something else was seen to follow it there.
    followed: bool,
}

impl Task {
    pub(crate) fn new(item: Span, marker: Span, ticked: bool) -> Self {
        Self {
            item,
            text_end: marker.end,
            marker,
            ticked,
            comment: None,
        }
    }

    /// Takes in an event of the task's first paragraph.
    pub(crate) fn inside(&mut self, event: &Event<'_>, span: &Span, source: &str) {
        match event {
            Event::Start(_) => {
                self.follow_comment();
                return;
            }
            Event::End(_) => {}
            Event::SoftBreak | Event::HardBreak => {
                if let Some(comment) = &mut self.comment {
                    comment.ends_line = true;
                }
            }
            Event::InlineHtml(_) if self.comment.is_none() => {
                self.comment = attribute_list::in_comment(source, span).map(|list| Comment {
                    whole: span.clone(),
                    list,
                    ends_line: false,
                    followed: false,
                });
            }
            Event::Text(text) if text.trim().is_empty() => {}
            _ => self.follow_comment(),
        }
        self.text_end = self.text_end.max(span.end);
    }

    /// Where the attributes stand. A comment with more text after it on its line is reported: it may be that text's.
    pub(crate) fn attributes(&self, diagnostics: &mut Diagnostics<'_>) -> Option<Span> {
        let comment = self.comment.as_ref()?;
        if comment.followed {
            diagnostics.report(
                Diagnostic::error(
                    Code::AttributeSyntax,
                    comment.whole.clone(),
                    "the comment with attributes does not end its line",
                )
                .with_help("move it to the end of the line"),
            );
        }
        Some(comment.list.clone())
    }

    /// The source of the task's text, line by line, without the comment.
    pub(crate) fn body(&self, source: &str) -> BodyText {
        let mut body = BodyText::default();
        let end = source[self.text_end..]
            .find('\n')
            .map_or(source.len(), |length| self.text_end + length);
        let mut at = self.marker.end;
        for line in source[self.marker.end..end].split_inclusive('\n') {
            let span = at..at + line.len();
            at = span.end;
            let before = match &self.comment {
                Some(comment) if span.contains(&comment.whole.start) => {
                    span.start..comment.whole.start
                }
                Some(comment)
                    if comment.whole.start < span.start && span.start < comment.whole.end =>
                {
                    continue;
                }
                _ => span,
            };
            let text = trimmed(source, before);
            if !text.is_empty() {
                if !body.text().is_empty() {
                    body.push("\n", &(text.start..text.start), source);
                }
                body.push(&source[text.clone()], &text, source);
            }
        }
        body
    }

    fn follow_comment(&mut self) {
        if let Some(comment) = &mut self.comment {
            comment.followed |= !comment.ends_line;
        }
    }
}
