//! What became of a step, in lines that stand below its output. Does not judge: the records do.

mod details;
mod watched;

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Line;
use stepmark_core::StepIndex;
use stepmark_core::progress::{Binding, StepProgress, StepState};
use stepmark_core::record::{Failure, Outcome, ServerError, Work};
use stepmark_core::report::duration;

use crate::screen::Screen;
use crate::text::hang;
use crate::value;

/// The lines that say what became of `step`; while it runs, only how far it is.
pub(crate) fn lines(screen: &Screen, step: StepIndex, columns: usize) -> Vec<Line<'static>> {
    let known = screen.progress.step(step);
    let mut said = Said::default();
    headline(screen, step, &mut said);
    if let Some(Outcome::Failed { failure }) = &known.outcome
        && matches!(known.state, StepState::Failed)
    {
        failed(screen, failure, known, &mut said);
    }
    if known.state == StepState::Running
        && let Some(sight) = &screen.sight
    {
        watched::say(screen, sight, columns, &mut said);
    }
    details::say(screen, step, known, &mut said);
    said.lines
        .into_iter()
        .flat_map(|(text, style)| hang(&text, style, columns, 2))
        .collect()
}

#[derive(Default)]
struct Said {
    lines: Vec<(Cow<'static, str>, Style)>,
}

impl Said {
    fn say(&mut self, text: impl Into<Cow<'static, str>>, style: Style) {
        self.lines.push((text.into(), style));
    }
}

fn headline(screen: &Screen, step: StepIndex, said: &mut Said) {
    let known = screen.progress.step(step);
    let palette = screen.palette;
    let glyph = screen.glyphs.state(&known.state);
    let style = palette.state(&known.state);
    let dot = screen.glyphs.dot();
    let by_hand = known.work == Some(Work::Manual);
    let took = known.duration.filter(|_| !by_hand).map(duration);
    let work = known.work.as_ref().and_then(|work| did(work, dot));
    let tail = |text: String| match &work {
        Some(work) => format!("{text}{dot}{work}"),
        None => text,
    };
    match &known.state {
        StepState::Pending | StepState::Running => {}
        StepState::Succeeded => {
            let took = took.map_or_else(String::new, |took| format!(" in {took}"));
            said.say(tail(format!("{glyph} done{took}")), style);
            if let Some(Outcome::Succeeded {
                finding: Some(finding),
            }) = &known.outcome
            {
                said.say(format!("  check: {}", finding.seen), palette.plain());
            }
        }
        StepState::Up => {
            let time = screen.elapsed(step).unwrap_or_default();
            said.say(format!("{glyph} up in the background for {time}"), style);
        }
        StepState::RolledBack => said.say(tail(format!("{glyph} rolled back")), style),
        StepState::Held => {
            let took = took.map_or_else(String::new, |took| format!(" in {took}"));
            said.say(tail(format!("{glyph} held, ran{took}")), style);
            let why = "  Its transaction is still open: COMMIT makes it done, ROLLBACK undoes it.";
            said.say(why, palette.plain());
        }
        StepState::Failed => {
            let took = took.map_or_else(String::new, |took| format!(" after {took}"));
            let why = match &known.outcome {
                Some(Outcome::Failed { failure }) => failure.headline(),
                Some(Outcome::Succeeded { .. } | Outcome::Unknown { .. }) | None => String::new(),
            };
            said.say(format!("{glyph} failed{took}: {why}"), style);
        }
        StepState::Undone { end, by } => {
            let by = by
                .as_ref()
                .map_or_else(String::new, |by| format!(" by step {by}"));
            let text = format!("{glyph} undone: its transaction was {}{by}", end.word());
            said.say(text, style);
        }
        StepState::Unknown => {
            let because = match &known.outcome {
                Some(Outcome::Unknown { because }) => because.clone(),
                Some(Outcome::Succeeded { .. } | Outcome::Failed { .. }) | None => {
                    "its outcome was never recorded".to_owned()
                }
            };
            said.say(format!("{glyph} unknown: {because}"), style);
        }
        StepState::Skipped => {
            let reason = known.skip_reason.as_deref().unwrap_or("no reason given");
            said.say(format!("{glyph} skipped: {reason}"), style);
        }
        StepState::NotNeeded => {
            let why = not_needed(screen, known);
            said.say(format!("{glyph} not needed{why}"), style);
        }
    }
}

fn not_needed(screen: &Screen, known: &StepProgress) -> String {
    let Some((name, value)) = &known.not_needed else {
        return String::new();
    };
    match (value, screen.progress.binding(name)) {
        (Some(value), _) => format!(": {name} is {}", value::short(value, screen.glyphs)),
        (None, Some(secret @ Binding::Secret)) => {
            format!(": {name} is {}", value::shown(secret, screen.glyphs))
        }
        (None, Some(Binding::Known(_)) | None) => format!(": {name} has no value"),
    }
}

fn failed(screen: &Screen, failure: &Failure, known: &StepProgress, said: &mut Said) {
    let palette = screen.palette;
    let error = match failure {
        Failure::Server(error) => Some(error),
        Failure::Cancelled { error } | Failure::TimedOut { error, .. } => error.as_ref(),
        Failure::Exit { .. }
        | Failure::Killed { .. }
        | Failure::EndedEarly { .. }
        | Failure::Check(_)
        | Failure::Capture { .. }
        | Failure::RolledBack
        | Failure::Lost { .. }
        | Failure::NotDone { .. }
        | Failure::Unstartable { .. } => None,
    };
    if let Some(error) = error {
        server(screen, error, said);
    }
    if let Failure::Capture { .. } = failure {
        let what = "  It did its work; only what it should capture is missing. Running it again does the work again.";
        said.say(what, palette.plain());
    }
    if let Some(Work::Sql {
        statements,
        finished,
        ..
    }) = &known.work
        && *statements > 1
    {
        said.say(
            format!("  {finished} of {statements} statements had finished before"),
            palette.plain(),
        );
    }
    if let Some(Work::Shell {
        state_lost: Some(why),
        ..
    }) = &known.work
    {
        said.say(
            format!("  variables and directory were not carried on: {why}"),
            palette.plain(),
        );
    }
}

fn server(screen: &Screen, error: &ServerError, said: &mut Said) {
    let palette = screen.palette;
    let parts = [
        ("detail", &error.detail),
        ("hint", &error.hint),
        ("context", &error.context),
        ("constraint", &error.constraint),
    ];
    for (name, text) in parts {
        if let Some(text) = text {
            said.say(format!("  {name}: {text}"), palette.plain());
        }
    }
    if let Some(place) = error.position {
        let path = error.file.as_ref().unwrap_or(&screen.opening.path);
        said.say(
            format!("  at {path}:{}:{}", place.line, place.column),
            palette.accent(),
        );
    }
}

fn did(work: &Work, dot: &str) -> Option<String> {
    match work {
        Work::Sql {
            statements,
            rows,
            tag,
            ..
        } => {
            let mut parts: Vec<String> = tag.iter().cloned().collect();
            if *statements > 1 {
                parts.push(format!("{statements} statements"));
            }
            match rows {
                0 => {}
                1 => parts.push("1 row".to_owned()),
                rows => parts.push(format!("{rows} rows")),
            }
            (!parts.is_empty()).then(|| parts.join(dot))
        }
        Work::Shell { state_lost, .. } => state_lost
            .as_ref()
            .map(|why| format!("next shell step: {why}")),
        Work::Manual => Some("ticked by hand".to_owned()),
        Work::None => None,
    }
}
