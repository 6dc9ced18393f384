//! The text of a runbook as it may be shown: without the passwords that are written down in its steps.

use stepmark_core::plan::Span;
use stepmark_parse::masked_secret;

use super::visible;

/// A runbook and where passwords stand in it.
pub(super) struct ShownSource<'a> {
    pub(super) text: &'a str,
    /// In order.
    pub(super) secrets: Vec<&'a Span>,
}

impl ShownSource<'_> {
    /// What is shown of `range`, which lies within one line and begins and ends between characters. Of a password that begins
    /// or goes on in it, no more than a sign is.
    pub(super) fn shown(&self, range: Span) -> String {
        let mut shown = String::with_capacity(range.len());
        let mut at = range.start;
        for secret in &self.secrets {
            let (start, end) = (secret.start.max(at), secret.end.min(range.end));
            if start < end {
                shown.push_str(&visible(&self.text[at..start]));
                shown.push_str(&masked_secret(&self.text[start..end]));
                at = end;
            }
        }
        shown.push_str(&visible(&self.text[at..range.end]));
        shown
    }
}
