//! One step of the report: what it is, every attempt with the text that ran, and what came of it.

use std::fmt::Write as _;
use std::time::Duration;

use super::escape::{fenced, inline};
use crate::output::OutputSummary;
use crate::plan::StepKind;
use crate::record::{Outcome, Polls, Work};
use crate::report::phrase::failure_details;
use crate::report::{AttemptAccount, StepAccount, duration};

pub(super) fn step(out: &mut String, step: &StepAccount) {
    let (number, state) = (step.number, step.state);
    let _ = writeln!(
        out,
        "### {number}. {} — {state}\n",
        inline(step.id.as_str())
    );
    let _ = write!(out, "{}, {}", inline(&step.title), step.kind.word());
    if let Some(role) = &step.role {
        let _ = write!(out, ", {}", inline(role));
    }
    if let Some(line) = step.line {
        let _ = write!(out, ", line {line}");
        if let Some(file) = &step.file {
            let _ = write!(out, " of {}", inline(file));
        }
    }
    if let Some(took) = step.took_us {
        let _ = write!(out, ", {}", duration(Duration::from_micros(took)));
    }
    let _ = writeln!(out, ", SHA-256 `{}`\n", step.digest);
    if let Some(reason) = &step.reason {
        let word = if state == "skipped" {
            "Skipped"
        } else {
            "Reason"
        };
        let _ = writeln!(out, "{word}: {}\n", inline(reason));
    }
    for one in &step.attempts {
        attempt(out, step.kind, one, step.attempts.len() > 1);
    }
}

fn attempt(out: &mut String, kind: StepKind, one: &AttemptAccount, is_one_of_several: bool) {
    if is_one_of_several {
        let _ = writeln!(out, "#### Attempt {}\n", one.attempt);
    }
    for line in attempt_lines(one) {
        let _ = writeln!(out, "- {}", inline(&line));
    }
    out.push('\n');
    fenced(out, kind.word(), &one.text);
    if let Some(polls) = &one.polls {
        looks(out, polls);
    }
    match &one.outcome {
        Some(Outcome::Failed { failure }) => {
            let _ = writeln!(out, "**Failed:** {}\n", inline(&failure.headline()));
            let details = failure_details(failure);
            for (label, text) in &details {
                let _ = writeln!(out, "- {label}: {}", inline(text));
            }
            if !details.is_empty() {
                out.push('\n');
            }
        }
        Some(Outcome::Unknown { because }) => {
            let _ = writeln!(out, "**Unknown:** {}\n", inline(because));
        }
        Some(Outcome::Succeeded { .. }) => {}
        None => out.push_str("**No outcome is on record.**\n\n"),
    }
    if let Some(output) = one.output.as_ref().filter(|output| output.bytes > 0) {
        let _ = writeln!(out, "{}\n", inline(&output_words(output)));
        fenced(out, "text", &output.excerpt);
    }
}

/// What is known of an attempt, a line each.
pub(crate) fn attempt_lines(one: &AttemptAccount) -> Vec<String> {
    let mut lines = vec![match one.finished_at {
        Some(at) => format!(
            "started {}, outcome {}",
            one.started_at.readable(),
            at.readable()
        ),
        None => format!("started {}", one.started_at.readable()),
    }];
    lines.extend(
        one.connection
            .as_ref()
            .map(|name| format!("on connection {name}")),
    );
    lines.extend(one.work.as_ref().and_then(work_words));
    if let Some(Outcome::Succeeded {
        finding: Some(finding),
    }) = &one.outcome
    {
        lines.push(format!("seen: {}", finding.seen));
    }
    if let Some((count, digest)) = &one.generated {
        lines.push(format!("made {count} statements, SHA-256 {digest}"));
    }
    if let Some(id) = &one.transaction_id {
        lines.push(format!("transaction {id}"));
    }
    if let Some((resolution, evidence)) = &one.resolved {
        let (words, how) = (resolution.words(), evidence.phrase(*resolution));
        lines.push(format!("known afterwards: {words}, {how}"));
    }
    for capture in &one.captures {
        let value = capture.value.as_deref().unwrap_or("a secret");
        lines.push(format!("captured {} = {value}", capture.name));
    }
    lines
}

fn work_words(work: &Work) -> Option<String> {
    match work {
        Work::Sql {
            statements,
            finished,
            rows,
            tag,
        } => {
            let tag = tag
                .as_ref()
                .map_or(String::new(), |tag| format!(", last: {tag}"));
            Some(format!(
                "{finished} of {statements} statements finished, {rows} rows{tag}"
            ))
        }
        Work::Shell {
            exit: Some(code), ..
        } => Some(format!("exit code {code}")),
        Work::Shell {
            signal: Some(number),
            ..
        } => Some(format!("killed by signal {number}")),
        Work::Manual => Some("a person said it is done".to_owned()),
        Work::Shell { .. } | Work::None => None,
    }
}

/// Length and digest of an output, and where the whole of it is.
pub(crate) fn output_words(output: &OutputSummary) -> String {
    let whole = output.file.as_ref().map_or(String::new(), |file| {
        format!("; the end of it here, the whole in outputs/{file}")
    });
    format!(
        "Output: {} bytes, {} lines, SHA-256 {}{whole}",
        output.bytes, output.lines, output.digest
    )
}

fn looks(out: &mut String, polls: &Polls) {
    let _ = writeln!(out, "Looked {} times:\n", polls.count);
    for poll in &polls.seen {
        let moment = duration(Duration::from_micros(poll.after_us));
        let _ = writeln!(out, "- after {moment}: {}", inline(&poll.finding.seen));
    }
    if polls.left_out > 0 {
        let _ = writeln!(
            out,
            "- {} changes before the last are not listed",
            polls.left_out
        );
    }
    out.push('\n');
}
