//! What is written into a node. Does not escape it: each language does that in its own way.

use stepmark_core::plan::Step;

use crate::diagnostics::visible;

/// Titles are cut after this many characters.
const TITLE_CHARACTERS_MAX: usize = 60;

/// The lines of a node: `id (kind)`, the title where it says more than the id, and when it runs where that is not just in
/// its turn.
pub(super) fn label(step: &Step) -> Vec<String> {
    let mut lines = vec![visible(&format!("{} ({})", step.id, step.kind.word()))];
    let mut title: String = step.title.chars().take(TITLE_CHARACTERS_MAX).collect();
    if title.len() < step.title.len() {
        title.push('…');
    }
    if !title.is_empty() && title != step.id.as_str() {
        lines.push(visible(&title));
    }
    if let Some(variable) = &step.flow.when {
        lines.push(visible(&format!("when {variable}")));
    }
    if step.flow.always {
        lines.push("always".to_owned());
    }
    lines
}
