//! Diagnostics as the workflow commands of GitHub Actions, which annotate lines. Does not know any other forge.

use stepmark_core::plan::Position;
use stepmark_parse::Diagnostic;

use super::Unreadable;
use crate::diagnostics::visible;

/// One diagnostic of the file shown as `file`.
pub(super) fn diagnostic(file: &str, diagnostic: &Diagnostic) -> String {
    let message = match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    command(
        diagnostic.severity.word(),
        file,
        diagnostic.position,
        diagnostic.code.word(),
        &message,
    )
}

/// A file that could not be read.
pub(super) fn unreadable(unreadable: &Unreadable) -> String {
    let file = unreadable.path.display().to_string();
    let position = Position { line: 1, column: 1 };
    command(
        "error",
        &file,
        position,
        "unreadable",
        &unreadable.message(),
    )
}

fn command(severity: &str, file: &str, position: Position, code: &str, message: &str) -> String {
    let Position { line, column } = position;
    let (file, title) = (property(file), property(code));
    let message: Vec<String> = message.lines().map(data).collect();
    let message = message.join("%0A");
    format!("::{severity} file={file},line={line},col={column},title={title}::{message}\n")
}

/// The text of a command: the runner undoes `%25`, `%0D` and `%0A` in it.
fn data(line: &str) -> String {
    visible(&line.replace('%', "%25").replace('\r', "%0D"))
}

/// The value of a property, in which `:` and `,` are undone, too.
fn property(value: &str) -> String {
    data(&value.replace('\n', " "))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_or_the_command_is_escaped() {
        let position = Position { line: 3, column: 7 };
        let line = command(
            "error",
            "a,b:c%\r\u{1b}.md",
            position,
            "code",
            "50%, a::b\n\rnext\u{202e}",
        );
        let expected = "::error file=a%2Cb%3Ac%25%0D\u{241b}.md,line=3,col=7,title=code::50%25, a::b%0A%0Dnext\u{fffd}\n";
        assert_eq!(line, expected);
    }
}
