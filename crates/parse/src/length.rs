//! Steps that are too long for the log, in which every intent holds the whole text that is run. Cuts nothing.

use stepmark_core::plan::Span;

use crate::diagnostics::Diagnostics;
use crate::{Code, Diagnostic};

/// The longest text of a step, in bytes as the log spells it. A line of the journal holds at most 32 MiB
/// (`stepmark_journal::LINE_BYTES_MAX`); the rest is for values and for what stands around the text.
pub(crate) const LOGGED_BYTES_MAX: usize = 28 << 20;

/// Refuses `text`, the step whose fence opens at `opening`, when the log cannot hold it.
pub(crate) fn check(text: &str, opening: &Span, diagnostics: &mut Diagnostics<'_>) {
    let logged = logged_bytes(text);
    if logged <= LOGGED_BYTES_MAX {
        return;
    }
    let message = format!(
        "this step takes {} MiB in the log, and a step may take {} MiB at most",
        logged.div_ceil(1 << 20),
        LOGGED_BYTES_MAX >> 20
    );
    diagnostics.report(
        Diagnostic::error(Code::StepTooLong, opening.clone(), message).with_help(
            "put its data into a file beside the runbook, and load that with `\\copy … from` in a `psql` fence",
        ),
    );
}

/// The length of `text` as the log spells it: JSON in ASCII only, as RFC 8259 (section 7) escapes it.
fn logged_bytes(text: &str) -> usize {
    let of = |character: char| match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' | '\u{7f}' => 1,
        _ => 6 * character.len_utf16(),
    };
    // Text that is short however it is spelled need not be looked at.
    match text.len() <= LOGGED_BYTES_MAX / 6 {
        true => text.len(),
        false => text.chars().map(of).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LOGGED_BYTES_MAX, logged_bytes};

    #[test]
    fn a_length_is_that_of_the_spelling_in_the_log() {
        let filler = "x".repeat(LOGGED_BYTES_MAX / 6);
        for (text, bytes) in [("é", 6), ("😀", 12), ("\t\"", 4), ("\u{1}", 6), ("~", 1)] {
            let whole = filler.clone() + text;
            assert_eq!(logged_bytes(&whole), filler.len() + bytes, "{text:?}");
        }
    }
}
