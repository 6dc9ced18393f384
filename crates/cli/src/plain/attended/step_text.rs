//! A step as it is told before it is asked about: what will run where, its text, and what could be surprising about it.

use std::fmt::Write as _;
use std::time::Duration;

use stepmark_core::plan::{Confirm, Generated, Slot, Step, StepKind};
use stepmark_core::progress::{Binding, StepState};
use stepmark_core::record::Outcome;
use stepmark_core::report::duration;
use stepmark_core::{StepIndex, VariableName};

use super::known::Known;
use super::page::prose;
use crate::plain::one_line::{SECRET_SHOWN, one_line};

/// Lines of a text that are shown unasked; of more, the rest is shown on demand.
pub(super) const LINES_MAX: usize = 60;

/// The first line: which one of how many, its name, its title.
pub(super) fn headline(known: Known<'_>, step: StepIndex) -> String {
    let planned = known.step(step);
    let state = match known.state(step) {
        StepState::Pending => String::new(),
        state => format!(", {}", state.word()),
    };
    format!(
        "[{}] {} ({}{state}) {}\n",
        known.place(step),
        planned.id,
        planned.kind.word(),
        planned.title
    )
}

/// All that is told of a step; its text up to `lines_max` lines.
pub(super) fn step_text(known: Known<'_>, step: StepIndex, lines_max: usize) -> String {
    let mut text = headline(known, step);
    text.push_str(&place(known, step));
    text.push_str(&what(known, step, lines_max));
    text
}

/// What it is and does, apart from where; its text up to `lines_max` lines.
pub(super) fn what(known: Known<'_>, step: StepIndex, lines_max: usize) -> String {
    let planned = known.step(step);
    let mut text = before(known, step);
    text.push_str(&prose(known.plan, step));
    text.push_str(&body(planned, lines_max));
    text.push_str(&variables(known, planned));
    let risks = risks(known, planned);
    if !risks.is_empty() {
        let _ = writeln!(text, "  Mind: {}.", risks.join("; "));
    }
    if planned.kind == StepKind::Manual && !planned.flow.captures.is_empty() {
        let names = planned.flow.captures.iter().map(VariableName::as_str);
        let names: Vec<&str> = names.collect();
        let _ = writeln!(text, "  It asks for {} then.", names.join(", "));
    }
    text
}

/// Where it will run.
pub(super) fn place(known: Known<'_>, step: StepIndex) -> String {
    let planned = known.step(step);
    let Some(name) = &planned.connection else {
        return match planned.kind {
            StepKind::Manual => "  By hand: you do it, then say so.\n".to_owned(),
            StepKind::Sql | StepKind::Shell(_) => "  On this machine.\n".to_owned(),
        };
    };
    let target = known.target(name);
    let mut text = match planned.kind {
        StepKind::Manual => format!("  By hand, on {name}: {target}.\n"),
        StepKind::Shell(_) if !known.is_told_of(name) => "  On this machine.\n".to_owned(),
        StepKind::Shell(_) => {
            format!("  On this machine; PostgreSQL programs in it go to {name}: {target}.\n")
        }
        StepKind::Sql => {
            let transaction = known.transaction(name);
            let transaction = transaction.map_or_else(String::new, |words| format!("; {words}"));
            format!("  On {name}: {target}{transaction}.\n")
        }
    };
    if let Some(Generated::On(other)) = &planned.sql.generated {
        let _ = writeln!(
            text,
            "  Each value it returns is run as a statement on {other}: {}.",
            known.target(other)
        );
    }
    text
}

/// What became of it before, where it was tried.
fn before(known: Known<'_>, step: StepIndex) -> String {
    let found = known.progress.step(step);
    let Some(attempt) = found.attempt else {
        return String::new();
    };
    let how = match &found.outcome {
        Some(Outcome::Succeeded { .. }) => known.state(step).word().to_owned(),
        Some(Outcome::Failed { failure }) => format!("failed: {}", failure.headline()),
        Some(Outcome::Unknown { because }) => format!("in doubt: {because}"),
        None => "no outcome was recorded".to_owned(),
    };
    format!("  Attempt {attempt} before: {how}.\n")
}

fn body(planned: &Step, lines_max: usize) -> String {
    let mut text = String::new();
    let mut lines = planned.body.shown().lines();
    for line in lines.by_ref().take(lines_max) {
        let _ = writeln!(text, "    {line}");
    }
    match lines.count() {
        0 => {}
        more => {
            let _ = writeln!(text, "    ({more} more lines; 16 tells all)");
        }
    }
    text
}

/// The variables in its text, each once, with their values.
fn variables(known: Known<'_>, planned: &Step) -> String {
    let mut names: Vec<_> = planned.slots.iter().map(|slot: &Slot| &slot.name).collect();
    names.dedup();
    let mut told = Vec::new();
    let mut text = String::new();
    for name in names {
        if told.contains(&name) {
            continue;
        }
        told.push(name);
        let value = known
            .progress
            .binding(name)
            .map_or_else(|| "not captured yet".to_owned(), shown);
        let _ = writeln!(text, "  With {name} = {value}");
    }
    text
}

/// A value in one line; a secret is not shown.
pub(super) fn shown(binding: &Binding) -> String {
    let Binding::Known(value) = binding else {
        return SECRET_SHOWN.to_owned();
    };
    match value.is_empty() {
        true => "(empty)".to_owned(),
        false => one_line(value),
    }
}

/// What could be surprising about how it runs; what matters most comes first.
fn risks(known: Known<'_>, step: &Step) -> Vec<String> {
    let flow = &step.flow;
    let said = [
        (known.opening.is_production(), "this is PRODUCTION"),
        (
            flow.no_return,
            "there is no way back from here: nothing before it is undone afterwards",
        ),
        (matches!(step.confirm, Some(Confirm::Ask)), "it asks first"),
        (
            matches!(step.confirm, Some(Confirm::Typed(_))),
            "a text must be typed first",
        ),
        (step.required, "it cannot be skipped"),
        (flow.always, "it runs before the run ends, whatever happens"),
        (flow.live, "it touches the outside world"),
        (step.shell.interactive, "it gets the terminal"),
        (step.shell.background, "it stays up in the background"),
        (step.sql.transaction, "it runs in one transaction"),
    ];
    let mut risks: Vec<String> = said
        .into_iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, words)| words.to_owned())
        .collect();
    risks.extend(
        flow.when
            .iter()
            .map(|name| format!("it is needed only if {name} is true")),
    );
    risks.extend(
        flow.stops
            .map(|up| format!("it ends {} first", known.id(up))),
    );
    if let Some(wait) = flow.wait {
        let every = duration(wait.every);
        risks.push(match wait.steady.is_zero() {
            true => format!("it looks every {every} until its condition holds"),
            false => {
                let steady = duration(wait.steady);
                format!("it looks every {every} until its condition has held for {steady}")
            }
        });
    }
    if let Some(retry) = flow.retry {
        let times = if retry.count == 1 { "time" } else { "times" };
        risks.push(format!("it is tried again up to {} {times}", retry.count));
    }
    let time = |words: &str, length: Option<Duration>| {
        length.map(|length| format!("{words} {}", duration(length)))
    };
    risks.extend(time("it takes about", flow.estimate));
    risks.extend(time("it is cancelled after", step.timeout));
    risks.extend(time("it waits for a lock at most", step.sql.lock_timeout));
    risks
}
