//! Shell checks that end in a `grep` whose exit code says other than it seems to: `grep` exits 0 when it wrote a line, and
//! 1 when it wrote none. Judges only what is certainly misleading, and only a command that can be read for sure.

#[cfg(test)]
mod tests;

use std::ops::Range;

use stepmark_core::plan::Expectation;

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::shell_pipeline::{Grep, ShellPipeline, only_pipeline};
use crate::shell_reader::ShellReader;
use crate::step_attributes::StepAttributes;
use crate::{Code, Diagnostic};

const WITHOUT_GREP: &str = "to say that no line matches, write `expect=empty` on the step and `sed -n '/PATTERN/p'` for the grep: its exit code is 0 whether it finds something or not";

/// Reports the first such command of a check.
pub(crate) fn check(
    body: &BodyText,
    attributes: &StepAttributes,
    diagnostics: &mut Diagnostics<'_>,
) {
    if !attributes.is_check() || !body.text().contains("grep") {
        return;
    }
    if let Some((range, message, help)) = misleading(body.text(), attributes.expect.as_ref()) {
        let span = body.source_span(&range);
        diagnostics.report(Diagnostic::warning(Code::CheckInverted, span, message).with_help(help));
    }
}

type Misleading = (Range<usize>, &'static str, &'static str);

fn misleading(text: &str, expect: Option<&Expectation>) -> Option<Misleading> {
    let mut commands = commands(text);
    let last = commands.pop()?;
    let passed_over = commands.into_iter().find_map(|command| {
        let pipeline = only_pipeline(text, command)?;
        (pipeline.negated && pipeline.is_whole && pipeline.grep().is_some()).then_some((
            pipeline.range,
            "this line can fail nothing: the shell passes over the exit code of what starts with `!`",
            "make it the last line, or write `if grep …; then exit 1; fi`",
        ))
    });
    passed_over.or_else(|| judged(&only_pipeline(text, last)?, expect))
}

fn judged(pipeline: &ShellPipeline, expect: Option<&Expectation>) -> Option<Misleading> {
    let Grep {
        inverted,
        counts,
        quiet,
    } = pipeline.grep()?;
    let (message, help) = match expect {
        _ if pipeline.negated => (
            "this holds as well when grep cannot read what it is to search",
            WITHOUT_GREP,
        ),
        Some(Expectation::Empty) if !quiet && !pipeline.redirected => (
            "this can never hold: without output grep exits 1, and a check needs exit 0 too",
            "write `sed -n '/PATTERN/p'` for the grep: its exit code is 0 whether it finds something or not",
        ),
        Some(Expectation::Equals(text)) if counts && text.trim() == "0" => (
            "this can never hold: when it counts 0 grep exits 1, and a check needs exit 0 too",
            "write `expect=empty` and `sed -n '/PATTERN/p'`, which exits 0 either way and shows the lines",
        ),
        None if inverted && !pipeline.filters => (
            "this holds as soon as one line does not match, whatever the others say",
            WITHOUT_GREP,
        ),
        Some(_) | None => return None,
    };
    Some((pipeline.range.clone(), message, help))
}

/// The commands at the top of a script, each with the lines that it goes on over.
fn commands(text: &str) -> Vec<Range<usize>> {
    let mut commands: Vec<Range<usize>> = Vec::new();
    let mut reader = ShellReader::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let goes_on = reader.is_waiting();
        reader.line(line.trim_end_matches(['\n', '\r']));
        match commands.last_mut() {
            Some(command) if goes_on => command.end = range.end,
            _ if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
            _ => commands.push(range),
        }
    }
    commands
}
