//! The first screen.

use ratatui::buffer::Buffer;

use super::{IsChosen, button, put, row_of};
use crate::action::Action;
use crate::layout::FirstLayout;
use crate::screen::Screen;
use crate::text::more_lines;

/// Draws the first screen.
pub(super) fn paint(screen: &Screen, layout: &FirstLayout, buffer: &mut Buffer) {
    let height = usize::from(layout.text_area.height);
    let shown = layout.text.iter().skip(screen.first_top).take(height);
    for (at, line) in shown.enumerate() {
        put(buffer, row_of(layout.text_area, at), line);
    }
    let (done, all) = screen.progress.tally(screen.plan());
    let assurance = match done {
        0 if screen.before.taken_up.is_some() => {
            "Nothing runs by itself: each step waits for you.".to_owned()
        }
        0 => "Nothing has run yet, and opening runs nothing: each step waits for you.".to_owned(),
        _ => format!("{done} of {all} steps are done; the others wait for you."),
    };
    let line = ratatui::text::Line::styled(assurance, screen.palette.strong());
    put(buffer, layout.assurance, &line);
    for found in &layout.buttons {
        let chosen = match found.action {
            Action::Begin => IsChosen::Yes,
            _ => IsChosen::No,
        };
        button(screen, found, chosen, buffer);
    }
    let hidden = layout.text.len().saturating_sub(screen.first_top + height);
    if hidden > 0 {
        let text = format!("{} (Down)", more_lines(hidden));
        put(
            buffer,
            layout.more,
            &ratatui::text::Line::styled(text, screen.palette.dim()),
        );
    }
}
