//! What inputs and captures are worth, and where each came from; below, where every connection leads and which run it is,
//! which the rows at the top may have no room for. Never shows a secret: the run's records hold none.

use std::collections::HashSet;

use stepmark_core::VariableName;

use super::says::Said;
use crate::paint::target_text;
use crate::screen::Screen;
use crate::value;

/// A paragraph for each input, each capture and each connection, and one for the run.
pub(super) fn says(screen: &Screen) -> Vec<Said> {
    let plain = screen.palette.plain();
    let mut said = values(screen);
    said.push((String::new(), plain));
    for target in &screen.opening.targets {
        let name = &target.connection;
        let text = format!("{name}  {}", target_text(screen, name));
        said.push((text, plain));
    }
    let opening = &screen.opening;
    said.push((format!("run {}", opening.run), plain));
    said.push((format!("recorded in {}", opening.log), plain));
    said
}

fn values(screen: &Screen) -> Vec<Said> {
    let palette = screen.palette;
    let captures = captures(screen);
    if screen.inputs.is_empty() && captures.is_empty() {
        let text = "This runbook has no inputs and captures nothing.";
        return vec![(text.to_owned(), palette.plain())];
    }
    let inputs = screen.inputs.iter().map(|(name, _)| name);
    let columns = value::columns(inputs.chain(captures.iter().map(|(name, _)| *name)));
    let mut said = Vec::new();
    for (name, origin) in &screen.inputs {
        let origin = format!("from {}", origin.phrase());
        let text = value::line(screen, name, columns, &origin);
        said.push((text, palette.plain()));
    }
    if !said.is_empty() && !captures.is_empty() {
        said.push((String::new(), palette.plain()));
    }
    for (name, step) in captures {
        let is_bound = screen.progress.binding(name).is_some();
        let style = if is_bound {
            palette.plain()
        } else {
            palette.dim()
        };
        let text = value::line(screen, name, columns, &format!("captured by {step}"));
        said.push((text, style));
    }
    said
}

/// Each variable that a step captures, with the first that does.
fn captures(screen: &Screen) -> Vec<(&VariableName, &str)> {
    let mut known = HashSet::new();
    let steps = screen.plan().steps.iter();
    steps
        .flat_map(|step| {
            let names = step.flow.captures.iter();
            names.map(|name| (name, step.id.as_str()))
        })
        .filter(|(name, _)| known.insert(*name))
        .collect()
}
