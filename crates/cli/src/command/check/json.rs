//! Diagnostics for programs: one JSON object each. `docs/checking.md` lists the members.

use serde_json::{Value, json};
use stepmark_core::plan::{Position, Span};
use stepmark_parse::{Diagnostic, Label};

use super::{CheckedFile, Unreadable};

/// One diagnostic of `file`, or of one that it includes.
pub(super) fn diagnostic(file: &CheckedFile, diagnostic: &Diagnostic) -> Value {
    let source = file.sources.row();
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .map(|label| related(file, label))
        .collect();
    json!({
        "file": file.shown_at(&diagnostic.span),
        "line": diagnostic.position.line,
        "column": diagnostic.position.column,
        "end": place(end(source, &diagnostic.span, diagnostic.position)),
        "severity": diagnostic.severity.word(),
        "code": diagnostic.code.word(),
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "related": related,
    })
}

/// A file that could not be read; it has no line.
pub(super) fn unreadable(unreadable: &Unreadable) -> Value {
    json!({
        "file": unreadable.path.display().to_string(),
        "line": null,
        "column": null,
        "end": null,
        "severity": "error",
        "code": "unreadable",
        "message": unreadable.message(),
        "label": null,
        "help": null,
        "related": [],
    })
}

fn related(file: &CheckedFile, label: &Label) -> Value {
    let source = file.sources.row();
    json!({
        "file": file.shown_at(&label.span),
        "line": label.position.line,
        "column": label.position.column,
        "end": place(end(source, &label.span, label.position)),
        "message": label.message,
    })
}

fn place(position: Position) -> Value {
    json!({ "line": position.line, "column": position.column })
}

/// The place just after `span`, which starts at `start`.
fn end(source: &str, span: &Span, start: Position) -> Position {
    let from = source.floor_char_boundary(span.start);
    let to = source.floor_char_boundary(span.end).max(from);
    source[from..to]
        .chars()
        .fold(start, |position, character| match character {
            '\n' => Position {
                line: position.line.saturating_add(1),
                column: 1,
            },
            _ => Position {
                column: position.column.saturating_add(1),
                ..position
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_counts_lines_and_characters() {
        let source = "äb\ncd\n";
        let start = Position { line: 1, column: 1 };
        let ends = [
            (0..2, 1, 2),
            (0..3, 1, 3),
            (0..4, 2, 1),
            (0..5, 2, 2),
            (0..99, 3, 1),
        ];
        for (span, line, column) in ends {
            assert_eq!(
                end(source, &span, start),
                Position { line, column },
                "{span:?}"
            );
        }
    }
}
