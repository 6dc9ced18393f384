//! A Markdown table as rows: columns as wide as they need to be, or wrapped where the page is narrower.

use ratatui::style::Style;
use ratatui::text::Span;
use stepmark_core::plan::Inline;

use super::render::runs;
use crate::Glyphs;
use crate::palette::Palette;
use crate::text::{clean, width, wrap};

type Cells = Vec<Vec<Inline>>;

/// Columns between two cells.
const GAP: usize = 2;

/// The lines of a table.
pub(super) fn lines(
    header: &Cells,
    rows: &[Cells],
    columns: usize,
    palette: Palette,
    glyphs: Glyphs,
) -> Vec<Vec<Span<'static>>> {
    let widths = widths(header, rows, columns, palette);
    let mut lines = row(header, &widths, palette.strong(), palette);
    let rule = widths
        .iter()
        .map(|wide| glyphs.horizontal().repeat(*wide))
        .collect::<Vec<_>>()
        .join(&" ".repeat(GAP));
    lines.push(vec![Span::styled(rule, palette.dim())]);
    for cells in rows {
        lines.extend(row(cells, &widths, palette.plain(), palette));
    }
    lines
}

fn widths(header: &Cells, rows: &[Cells], columns: usize, palette: Palette) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).chain([header.len()]).max();
    let mut widths = vec![1; count.unwrap_or(0)];
    for cells in std::iter::once(header).chain(rows) {
        for (wide, cell) in widths.iter_mut().zip(cells) {
            let runs = runs(cell, palette.plain(), palette);
            let text: usize = runs.iter().map(|(text, _)| width(&clean(text))).sum();
            *wide = text.max(*wide);
        }
    }
    let gaps = GAP * widths.len().saturating_sub(1);
    let room = columns.saturating_sub(gaps);
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max().filter(|wide| **wide > 1);
        let Some(widest) = widest else { break };
        *widest -= 1;
    }
    widths
}

fn row(cells: &Cells, widths: &[usize], base: Style, palette: Palette) -> Vec<Vec<Span<'static>>> {
    let wrapped: Vec<Vec<Vec<Span<'static>>>> = widths
        .iter()
        .enumerate()
        .map(|(at, wide)| match cells.get(at) {
            Some(cell) => wrap(&runs(cell, base, palette), *wide),
            None => Vec::new(),
        })
        .collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|line| {
            let mut spans = Vec::new();
            for (at, wide) in widths.iter().enumerate() {
                let cell = wrapped[at].get(line).cloned().unwrap_or_default();
                let used: usize = cell.iter().map(Span::width).sum();
                spans.extend(cell);
                let last = at + 1 == widths.len();
                let pad = if last {
                    0
                } else {
                    wide.saturating_sub(used) + GAP
                };
                spans.push(Span::raw(" ".repeat(pad)));
            }
            spans
        })
        .collect()
}
