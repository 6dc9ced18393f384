//! What inputs and captures are worth, and where each came from. Never shows a secret: the run's records hold none.

use stepmark_core::VariableName;
use stepmark_core::progress::Binding;

use super::says::Said;
use crate::screen::Screen;
use crate::text::width;
use crate::value;

/// Columns that names are padded to at most.
const NAME_COLUMNS_MAX: usize = 24;

/// A paragraph for each input and each capture.
pub(super) fn says(screen: &Screen) -> Vec<Said> {
    let palette = screen.palette;
    let captures = captures(screen);
    if screen.inputs.is_empty() && captures.is_empty() {
        let text = "This runbook has no inputs and captures nothing.";
        return vec![(text.to_owned(), palette.plain())];
    }
    let inputs = screen.inputs.iter().map(|(name, _)| name);
    let names = inputs.chain(captures.iter().map(|(name, _)| name));
    let columns = names.map(|name| width(name.as_str())).max().unwrap_or(0);
    let columns = columns.min(NAME_COLUMNS_MAX);
    let mut said = Vec::new();
    for (name, origin) in &screen.inputs {
        let text = line(screen, name, columns, &format!("from {}", origin.phrase()));
        said.push((text, palette.plain()));
    }
    if !said.is_empty() && !captures.is_empty() {
        said.push((String::new(), palette.plain()));
    }
    for (name, step) in captures {
        let is_bound = screen.progress.binding(&name).is_some();
        let style = if is_bound {
            palette.plain()
        } else {
            palette.dim()
        };
        let text = line(screen, &name, columns, &format!("captured by {step}"));
        said.push((text, style));
    }
    said
}

fn line(screen: &Screen, name: &VariableName, columns: usize, origin: &str) -> String {
    let worth = match screen.progress.binding(name) {
        Some(Binding::Secret) => "secret, set".to_owned(),
        Some(known @ Binding::Known(_)) => value::shown(known, screen.glyphs).into_owned(),
        None => "no value yet".to_owned(),
    };
    let pad = " ".repeat(columns.saturating_sub(width(name.as_str())));
    let dot = screen.glyphs.dot();
    format!("{name}{pad}  {worth}{dot}{origin}")
}

/// Each variable that a step captures, with the first that does.
fn captures(screen: &Screen) -> Vec<(VariableName, String)> {
    let mut found: Vec<(VariableName, String)> = Vec::new();
    for step in &screen.plan().steps {
        for name in &step.flow.captures {
            if !found.iter().any(|(known, _)| known == name) {
                found.push((name.clone(), step.id.to_string()));
            }
        }
    }
    found
}
