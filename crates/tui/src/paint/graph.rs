//! Which step needs which, each with where it stands.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use stepmark_core::StepIndex;
use stepmark_core::progress::StepState;

use super::{put, row_of};
use crate::graph::GraphRow;
use crate::screen::Screen;
use crate::text::{fit, span};

/// Draws the rows in the window.
pub(super) fn paint(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let Some(graph) = screen.graph.as_ref().filter(|_| !area.is_empty()) else {
        return;
    };
    let rows = graph.rows.iter().skip(screen.graph_top);
    let selected = screen
        .selected
        .map(|step| graph.row_of(screen.plan(), step));
    for (at, row) in rows.take(usize::from(area.height)).enumerate() {
        let place = row_of(area, at);
        put(buffer, place, &line(screen, row, usize::from(area.width)));
        if selected == Some(screen.graph_top + at) {
            buffer.set_style(place, screen.palette.selected());
        }
    }
}

fn line(screen: &Screen, row: &GraphRow, columns: usize) -> Line<'static> {
    let palette = screen.palette;
    let Some((step, lane)) = row.node else {
        return Line::styled(format!(" {}", row.lanes), palette.dim());
    };
    let state = &screen.progress.step(step).state;
    let before: String = row.lanes.chars().take(2 * lane).collect();
    let after: String = row.lanes.chars().skip(2 * lane + 1).collect();
    let planned = screen.plan().step(step);
    let mut line = Line::from(vec![
        Span::styled(format!(" {before}"), palette.dim()),
        Span::styled(screen.glyphs.state(state), palette.state(state)),
        Span::styled(format!("{after}  "), palette.dim()),
        span(planned.id.as_str(), palette.strong()),
    ]);
    let room = columns.saturating_sub(line.width());
    let notes = notes(screen, step, &row.unseen);
    let notes = fit(&notes, room, screen.glyphs.ellipsis());
    line.push_span(Span::styled(notes, palette.dim()));
    line
}

fn notes(screen: &Screen, step: StepIndex, unseen: &[StepIndex]) -> String {
    let plan = screen.plan();
    let planned = plan.step(step);
    let state = &screen.progress.step(step).state;
    let mut notes = vec![planned.kind.word().to_owned()];
    if *state != StepState::Pending {
        notes.push(match screen.elapsed(step) {
            Some(took) => format!("{} {took}", state.word()),
            None => state.word().to_owned(),
        });
    }
    notes.extend(
        planned
            .flow
            .when
            .iter()
            .map(|name| format!("only if {name}")),
    );
    if planned.flow.no_return {
        notes.push("point of no return".to_owned());
    }
    let named = |what: &str, steps: Vec<StepIndex>| {
        let ids: Vec<&str> = steps
            .iter()
            .map(|step| plan.step(*step).id.as_str())
            .collect();
        (!ids.is_empty()).then(|| format!("{what} {}", ids.join(", ")))
    };
    notes.extend(named("needs", unseen.to_vec()));
    notes.extend(named("undone by", plan.undo_of(step).collect()));
    notes.extend(named("probed by", plan.probes_of(step).collect()));
    let dot = screen.glyphs.dot();
    notes.iter().map(|note| format!("{dot}{note}")).collect()
}
