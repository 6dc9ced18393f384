//! The text of a runbook as it may be shown: without the passwords that are written down in its steps.

use std::path::Path;

use stepmark_core::plan::{Sources, Span};
use stepmark_parse::{Code, Diagnostic, masked_secret};

use super::visible;
use crate::app::shown_path;

/// A runbook with what it includes, and where passwords stand in it.
pub(super) struct ShownSource<'a> {
    /// The runbook's path as a person named it.
    path: &'a Path,
    pub(super) sources: &'a Sources,
    /// In order; none touches the next.
    secrets: Vec<Span>,
}

impl<'a> ShownSource<'a> {
    /// The runbook at `path`; `all` that there is to say of it tells where its passwords are.
    pub(super) fn of(path: &'a Path, sources: &'a Sources, all: &[Diagnostic]) -> Self {
        let is_secret = |one: &&Diagnostic| one.code == Code::SecretInRunbook;
        let found = all.iter().filter(is_secret).map(|one| one.span.clone());
        let mut found: Vec<Span> = found.collect();
        found.sort_unstable_by_key(|span| (span.start, span.end));
        let mut secrets: Vec<Span> = Vec::with_capacity(found.len());
        for span in found {
            match secrets.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                Some(_) | None => secrets.push(span),
            }
        }
        Self {
            path,
            sources,
            secrets,
        }
    }

    /// The path of the file that holds `span`.
    pub(super) fn path_of(&self, span: &Span) -> String {
        let file = self.sources.file_at(span.start);
        let path = shown_path(self.path, self.sources, file);
        path.display().to_string()
    }

    /// Whether both spans are in one file.
    pub(super) fn is_one_file(&self, one: &Span, other: &Span) -> bool {
        let start = |span: &Span| self.sources.file_at(span.start).span.start;
        start(one) == start(other)
    }

    /// What is shown of `range`, which lies within one line and begins and ends between characters. Of a password that begins
    /// or goes on in it, no more than a sign is.
    pub(super) fn shown(&self, range: Span) -> String {
        let mut shown = String::with_capacity(range.len());
        let text = self.sources.row();
        let mut at = range.start;
        let first = self
            .secrets
            .partition_point(|secret| secret.end <= range.start);
        let secrets = self.secrets[first..].iter();
        for secret in secrets.take_while(|secret| secret.start < range.end) {
            let (start, end) = (secret.start.max(at), secret.end.min(range.end));
            shown.push_str(&visible(&text[at..start]));
            shown.push_str(&masked_secret(&text[start..end]));
            at = end;
        }
        shown.push_str(&visible(&text[at..range.end]));
        shown
    }
}
