//! The runbook in the window: what the page rendered, and over it the state of each step and the selected one's bar.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use stepmark_core::StepIndex;
use stepmark_core::plan::{Confirm, Step};
use stepmark_core::progress::StepState;

use super::{IsChosen, button, mark, put, row_of, variable};
use crate::action::Action;
use crate::brief::brief;
use crate::layout::{Layout, Offer, offer};
use crate::page::RowKind;
use crate::screen::Screen;
use crate::search::{Found, Place, highlighted};
use crate::text::{fit, span, width};

/// Draws the rows in the window.
pub(super) fn paint(screen: &Screen, layout: &Layout, buffer: &mut Buffer) {
    let area = layout.geometry.page;
    if area.is_empty() {
        return;
    }
    for (at, place) in layout.page_rows.iter().enumerate() {
        let rows = screen.block_rows(place.block, area.width);
        let Some(row) = rows.get(place.row) else {
            continue;
        };
        let step = screen.plan().document.blocks[place.block].step;
        let spot = row_of(area, at);
        match (row.kind, step) {
            (RowKind::StepHeader, Some(step)) => {
                header(screen, step, &row.line, spot, buffer);
            }
            (RowKind::Variable(at), step) => {
                if let Some(found) = screen.page.variables.of(step).get(at) {
                    variable::paint(screen, found, &row.line, spot, buffer);
                }
            }
            (
                RowKind::StepHeader
                | RowKind::Text
                | RowKind::CodeGoesOn
                | RowKind::Risk
                | RowKind::Blank,
                _,
            ) => match screen
                .search
                .as_ref()
                .filter(|search| search.marks(Place::Page))
            {
                Some(search) => {
                    let style = mark(screen, search.found == Some(Found::Page(*place)));
                    let line = highlighted(&row.line, row.before, &search.needle, style);
                    put(buffer, spot, &line);
                }
                None => put(buffer, spot, &row.line),
            },
        }
        if step.is_some() && step == screen.selected && row.kind != RowKind::Blank {
            let bar = Rect {
                x: spot.x.saturating_sub(crate::layout::PAGE_MARGIN),
                width: 1,
                ..spot
            };
            let style = screen.palette.accent();
            put(buffer, bar, &Line::styled(screen.glyphs.bar(), style));
        }
    }
    let runs = [
        Action::Run,
        Action::Retry,
        Action::Cancel,
        Action::EndBackground,
    ];
    for found in &layout.buttons {
        if area.intersects(found.area) && runs.contains(&found.action) {
            button(screen, found, IsChosen::Yes, buffer);
        }
    }
}

/// What is special about how `step` runs; what matters most comes first, since the end may be cut off.
fn cautions(step: &Step) -> Vec<String> {
    let mut cautions = Vec::new();
    match &step.confirm {
        Some(Confirm::Ask) => cautions.push("asks first".to_owned()),
        Some(Confirm::Typed(_)) => cautions.push("asks for a text".to_owned()),
        None => {}
    }
    if step.required {
        cautions.push("required".to_owned());
    }
    let flow = &step.flow;
    cautions.extend(flow.when.iter().map(|name| format!("only if {name}")));
    if flow.always {
        cautions.push("always runs".to_owned());
    }
    if step.shell.interactive {
        cautions.push("gets the terminal".to_owned());
    }
    if step.shell.background {
        cautions.push("stays up".to_owned());
    }
    if step.sql.transaction {
        cautions.push("one transaction".to_owned());
    }
    if let Some(wait) = flow.wait {
        cautions.push(format!("looks every {}", brief(wait.every)));
        if !wait.steady.is_zero() {
            cautions.push(format!("must hold {}", brief(wait.steady)));
        }
    }
    if let Some(retry) = flow.retry {
        cautions.push(match retry.count {
            1 => "1 retry".to_owned(),
            count => format!("{count} retries"),
        });
    }
    if let Some(estimate) = flow.estimate {
        cautions.push(format!("about {}", brief(estimate)));
    }
    if let Some(timeout) = step.timeout {
        cautions.push(format!("at most {}", brief(timeout)));
    }
    cautions
}

fn header(screen: &Screen, step: StepIndex, before: &Line<'_>, area: Rect, buffer: &mut Buffer) {
    let palette = screen.palette;
    let dot = screen.glyphs.dot();
    let planned = screen.plan().step(step);
    let state = &screen.progress.step(step).state;
    let mut parts = Vec::new();
    if *state != StepState::Pending {
        parts.push(match screen.elapsed(step) {
            _ if screen.is_lost(step) => "lost with its session".to_owned(),
            Some(took) if *state == StepState::Up => format!("up for {took}"),
            Some(took) => match planned
                .flow
                .estimate
                .filter(|_| *state == StepState::Running)
            {
                Some(estimate) => format!("{} {took} of ~{}", state.word(), brief(estimate)),
                None => format!("{} {took}", state.word()),
            },
            None => state.word().to_owned(),
        });
    }
    parts.push(planned.kind.word().to_owned());
    parts.extend(planned.connection.iter().map(|name| format!("on {name}")));
    if *state == StepState::Pending {
        parts.extend(cautions(planned));
    }
    let right = match offer(screen, step) {
        Offer::Button(_, label) => width(label) + 4,
        Offer::Words(words) => {
            let words = fit(
                &words,
                usize::from(area.width) / 2,
                screen.glyphs.ellipsis(),
            );
            let wide = u16::try_from(width(&words)).unwrap_or(u16::MAX);
            let at = Rect {
                x: area.right().saturating_sub(wide),
                width: wide.min(area.width),
                ..area
            };
            put(buffer, at, &Line::styled(words.as_str(), palette.dim()));
            width(&words)
        }
    };
    let mut line = before.clone();
    let glyph = screen.glyphs.state(state);
    line.push_span(Span::styled(format!("{glyph} "), palette.state(state)));
    let room = usize::from(area.width).saturating_sub(line.width() + right + 1);
    let id = fit(planned.id.as_str(), room, screen.glyphs.ellipsis());
    let id = Line::from(span(&id, palette.strong()));
    let id = match screen
        .search
        .as_ref()
        .filter(|search| search.marks(Place::Page))
    {
        Some(search) => highlighted(&id, 0, &search.needle, palette.found()),
        None => id,
    };
    line.extend(id);
    let room = usize::from(area.width).saturating_sub(line.width() + right + 1);
    let rest = format!("{dot}{}", parts.join(dot));
    let rest = fit(&rest, room, screen.glyphs.ellipsis());
    line.push_span(Span::styled(rest, palette.dim()));
    let left = Rect {
        width: area
            .width
            .saturating_sub(u16::try_from(right).unwrap_or(u16::MAX)),
        ..area
    };
    put(buffer, left, &line);
}
