//! Errors and notices as psql prints them, with the place in the runbook. Does not judge them.

use std::fmt::Write as _;

use stepmark_core::plan::Body;
use tokio_postgres::error::{DbError, ErrorPosition};

use super::caret;
use crate::postgres::visible;

/// An error or notice and what it is about.
pub(crate) struct Diagnostic<'a> {
    pub(crate) error: &'a DbError,
    /// What it is about.
    pub(crate) subject: Subject<'a>,
}

/// What an error or notice is about.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// Nothing, or a place in a text: it is a notice.
    Notice(Option<&'a Place<'a>>),
    /// A query of our own, which is in no runbook.
    Ours,
    /// A place in a text.
    Place(&'a Place<'a>),
}

/// A place in a fence.
pub(crate) struct Place<'a> {
    pub(crate) body: &'a Body,
    /// Byte offset in the body's text.
    pub(crate) offset: usize,
    /// Whether the server pointed at this character, or it is only the statement's start.
    pub(crate) exact: bool,
}

impl Place<'_> {
    /// The line in the runbook and a caret; in a text that is in no file, lines count from its start.
    pub(crate) fn draw(&self) -> String {
        let text = &self.body.text;
        let label = match self.body.position(self.offset) {
            Some(position) => match &self.body.file {
                Some(file) => format!("{} LINE {}", visible::line(file), position.line),
                None => format!("LINE {}", position.line),
            },
            None => format!("LINE {}", line_of(text, self.offset)),
        };
        caret::draw(&label, text, self.offset, self.exact)
    }
}

impl Diagnostic<'_> {
    /// The text. An error shows its SQLSTATE and where it happened; a notice only what psql shows by default.
    pub(crate) fn text(&self) -> String {
        let error = self.error;
        let is_error = !matches!(self.subject, Subject::Notice(_));
        let code = match is_error {
            true => format!("{}: ", error.code().code()),
            false => String::new(),
        };
        let mut text = format!(
            "{}:  {code}{}\n",
            visible::line(error.severity()),
            visible::text(error.message())
        );
        let internal = match error.position() {
            Some(ErrorPosition::Internal { position, query }) => Some((*position, query.as_str())),
            Some(ErrorPosition::Original(_)) | None => None,
        };
        if let Subject::Place(place) | Subject::Notice(Some(place)) = self.subject {
            text += &place.draw();
        }
        let mut add = |label: &str, value: Option<&str>| {
            if let Some(value) = value {
                writeln!(text, "{label}:  {}", visible::text(value))
                    .expect("writing to a string does not fail");
            }
        };
        add("DETAIL", error.detail());
        add("HINT", error.hint());
        if let Some((position, query)) = internal {
            add("QUERY", Some(query));
            let position = usize::try_from(position).unwrap_or(usize::MAX);
            if let Some(offset) = stepmark_sql::byte_offset(query, position) {
                let label = format!("QUERY LINE {}", line_of(query, offset));
                text += &caret::draw(&label, query, offset, true);
            }
        }
        if is_error && let Some(context) = error.where_() {
            writeln!(text, "CONTEXT:  {}", visible::text(context))
                .expect("writing to a string does not fail");
        }
        text
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}
