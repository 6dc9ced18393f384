//! The output in the window, and below its last line what became of the step.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use stepmark_core::progress::StepState;
use unicode_width::UnicodeWidthStr;

use super::{mark, put, row_of};
use crate::screen::Screen;
use crate::search::{Found, Place, highlighted};
use crate::sgr;
use crate::text::width;

/// Draws the rows in the window.
pub(super) fn paint(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let (rows, outcome) = screen.output_rows(area.width);
    if rows == 0 {
        put(buffer, area, &empty(screen));
        return;
    }
    let view = &screen.output;
    let first = view.first_row(rows, u64::from(area.height));
    for at in 0..area.height {
        let row = first + u64::from(at);
        let spot = row_of(area, usize::from(at));
        if row < view.lines {
            let index = row.checked_sub(view.range.start);
            let line = index
                .and_then(|index| usize::try_from(index).ok())
                .and_then(|index| view.window.get(index));
            if let Some(line) = line {
                let line = Line::from(sgr::styled(line, screen.palette.colour));
                let line = match screen
                    .search
                    .as_ref()
                    .filter(|search| search.marks(Place::Output))
                {
                    Some(search) => {
                        let style = mark(screen, search.found == Some(Found::Line(row)));
                        highlighted(&line, 0, &search.needle, style)
                    }
                    None => line,
                };
                wide_line(screen, line.spans, spot, buffer);
            }
        } else if let Some(line) = usize::try_from(row - view.lines)
            .ok()
            .and_then(|index| outcome.get(index))
        {
            put(buffer, spot, line);
        }
    }
}

/// Draws a line from the scrolled column on, with a sign at each end where it goes on.
fn wide_line(screen: &Screen, spans: Vec<Span<'static>>, area: Rect, buffer: &mut Buffer) {
    let left = screen.output.left;
    let all: usize = spans.iter().map(|span| width(&span.content)).sum();
    put(buffer, area, &Line::from(from_column(spans, left)));
    let sign = |text| Line::styled(text, screen.palette.accent());
    if left > 0 && all > 0 && area.x > 0 {
        let margin = Rect::new(area.x - 1, area.y, 1, 1);
        put(buffer, margin, &sign(screen.glyphs.pick("‹", "<")));
    }
    if all > left + usize::from(area.width) {
        let last = Rect::new(area.right() - 1, area.y, 1, 1);
        put(buffer, last, &sign(screen.glyphs.pick("›", ">")));
    }
}

fn empty(screen: &Screen) -> Line<'static> {
    let text = match screen
        .output_step()
        .map(|step| &screen.progress.step(step).state)
    {
        Some(StepState::Running | StepState::Up) => "nothing printed so far",
        Some(_) | None => "what a step prints appears here",
    };
    Line::styled(text, screen.palette.dim())
}

/// What stands at `column` and after; a wide character cut in two leaves a space.
fn from_column(spans: Vec<Span<'static>>, column: usize) -> Vec<Span<'static>> {
    if column == 0 {
        return spans;
    }
    let mut skip = column;
    let mut kept = Vec::new();
    for span in spans {
        let wide = width(&span.content);
        if wide <= skip {
            skip -= wide;
            continue;
        }
        let mut text = String::new();
        for grapheme in span.styled_graphemes(Style::new()) {
            let wide = grapheme.symbol.width();
            if skip == 0 {
                text.push_str(grapheme.symbol);
            } else if wide > skip {
                text.push(' ');
                skip = 0;
            } else {
                skip -= wide;
            }
        }
        kept.push(Span::styled(text, span.style));
    }
    kept
}
