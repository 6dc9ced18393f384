//! Takes the commands out of a transcript: lines after `$ `, and `> ` lines where bash would still have been waiting.
//! A `> ` line after a command that looks complete may be output (`diff` prints such), so it is reported, not run.

#[cfg(test)]
mod tests;

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::shell_reader::ShellReader;
use crate::{Code, Diagnostic};

/// The commands of `transcript`, each line at its place in the source.
pub(crate) fn commands(transcript: &BodyText, diagnostics: &mut Diagnostics<'_>) -> BodyText {
    let mut commands = BodyText::default();
    let mut command: Option<ShellReader> = None;
    for (line, start) in transcript.source_lines() {
        let more = line.strip_prefix("> ").or((line == ">").then_some(""));
        if let Some(text) = line.strip_prefix("$ ") {
            commands.push_line(text, start + 2);
            command.insert(ShellReader::default()).line(text);
            continue;
        }
        if let (Some(text), Some(reader)) = (more, &mut command) {
            if reader.is_waiting() {
                commands.push_line(text, start + (line.len() - text.len()));
                reader.line(text);
                continue;
            }
            diagnostics.report(unclear(start..start + line.len()));
        }
        command = None;
    }
    commands
}

fn unclear(span: std::ops::Range<usize>) -> Diagnostic {
    Diagnostic::error(
        Code::ConsoleUnclear,
        span,
        "this line may be output or more of the command above",
    )
    .with_label("the command above looks complete")
    .with_help(
        "if it is part of the command, write the commands in a `bash` fence; if it is output, put an empty line before it",
    )
}
