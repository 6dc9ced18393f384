//! What is copied: what the open dialog says, the selected step's text, or the output where that has the keys. Does not copy:
//! the loop does.

use stepmark_core::plan::StepKind;

use super::act;
use crate::copying::{Copying, Source};
use crate::layout::layout;
use crate::screen::{Pane, Screen, Tone, View};
use crate::wish::Wish;

/// Copies what has the keys: what the open dialog says, else the output or the step.
pub(super) fn copy(screen: &mut Screen) -> Vec<Wish> {
    if screen.dialog.is_some() {
        return dialog(screen);
    }
    let is_output = match screen.view {
        View::Output => true,
        View::Panes => screen.focus == Pane::Output,
        View::Graph => false,
    };
    let copying = match is_output {
        true => output(screen),
        false => step(screen),
    };
    match copying {
        Ok(copying) => vec![Wish::Copy(copying)],
        Err(why) => {
            act::warn(screen, why);
            Vec::new()
        }
    }
}

fn dialog(screen: &Screen) -> Vec<Wish> {
    let Some(layout) = layout(screen).dialog else {
        return Vec::new();
    };
    let mut text = String::new();
    for line in layout.text {
        text.extend(line.spans.iter().map(|span| span.content.as_ref()));
        text.push('\n');
    }
    vec![Wish::Copy(Copying {
        what: "what this says".to_owned(),
        name: "dialog".to_owned(),
        source: Source::Text(text),
    })]
}

fn output(screen: &Screen) -> Result<Copying, &'static str> {
    let nothing = "nothing was printed that could be copied";
    let id = screen.output.id.clone().ok_or(nothing)?;
    let summary = screen
        .output_step()
        .and_then(|step| screen.progress.step(step).output.as_ref());
    let whole = summary.and_then(|summary| summary.file.as_ref());
    let whole = whole.map(|file| format!("{}/{file}", screen.opening.log));
    Ok(Copying {
        what: format!("the output of {}", id.step),
        name: format!("output-{}", id.step),
        source: Source::Output(id, whole),
    })
}

fn step(screen: &Screen) -> Result<Copying, &'static str> {
    let step = screen.selected.ok_or("this runbook has no steps")?;
    let planned = screen.plan().step(step);
    let what = match planned.kind {
        StepKind::Manual => "what is to be done in",
        StepKind::Sql | StepKind::Shell(_) => "the text of",
    };
    Ok(Copying {
        what: format!("{what} {}", planned.id),
        name: format!("step-{}", planned.id),
        source: Source::Text(planned.body.shown().to_owned()),
    })
}

/// Says what became of it.
pub(super) fn copied(screen: &mut Screen, outcome: Result<String, String>) {
    screen.notice = Some(match outcome {
        Ok(text) => (Tone::Note, text),
        Err(text) => (Tone::Warning, text),
    });
}
