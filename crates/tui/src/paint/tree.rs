//! The steps under their headings, each with its state and how long it took.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use stepmark_core::StepIndex;
use stepmark_core::plan::Role;
use stepmark_core::progress::StepState;

use super::{put, row_of};
use crate::brief::brief;
use crate::layout::Layout;
use crate::screen::{Pane, Screen};
use crate::text::{fit, span, width};
use crate::tree::TreeRow;
use crate::undoing;

/// Columns of a row beside its indentation, its label and its time: marker, sign, and what keeps these apart.
const FRAME_COLUMNS: usize = 5;

/// What a step needs is not said in less room.
const BRANCH_COLUMNS_MIN: usize = 6;

/// Draws the rows in the window.
pub(super) fn paint(screen: &Screen, layout: &Layout, buffer: &mut Buffer) {
    let area = layout.geometry.tree;
    if area.is_empty() {
        return;
    }
    for (at, row) in layout.tree_rows.clone().enumerate() {
        let place = row_of(area, at);
        match (&screen.tree.rows[row], screen.tree.rows[row].step) {
            (tree_row, Some(step)) => step_row(screen, tree_row, step, place, buffer),
            (tree_row, None) => heading(screen, tree_row, place, buffer),
        }
    }
}

fn heading(screen: &Screen, row: &TreeRow, area: Rect, buffer: &mut Buffer) {
    let indent = " ".repeat(1 + 2 * row.depth);
    let room = usize::from(area.width).saturating_sub(indent.len());
    let label = fit(&row.label, room, screen.glyphs.ellipsis());
    let line = Line::from(vec![
        Span::raw(indent),
        Span::styled(label, screen.palette.strong()),
    ]);
    put(buffer, area, &line);
}

/// What a step of the main flow needs, where that is not just the step before it.
fn branch(screen: &Screen, step: StepIndex) -> Option<String> {
    let plan = screen.plan();
    let planned = plan.step(step);
    let main = |at: &usize| plan.step(StepIndex(*at)).is_main();
    let before = (0..step.0).rev().find(main).map(StepIndex);
    let is_usual = match planned.needs.as_slice() {
        [] => before.is_none(),
        [need] => Some(*need) == before,
        _ => false,
    };
    if is_usual || !planned.is_main() {
        return None;
    }
    let needs = planned.needs.iter();
    let ids: Vec<&str> = needs.map(|need| plan.step(*need).id.as_str()).collect();
    let needs = match ids.is_empty() {
        true => "nothing".to_owned(),
        false => ids.join(", "),
    };
    Some(format!("{} {needs}", screen.glyphs.needs()))
}

/// How long the runbook says it will take; of a step of the main flow, since no other is waited for yet.
fn estimated(screen: &Screen, step: StepIndex) -> String {
    let planned = screen.plan().step(step);
    let estimate = planned.flow.estimate.filter(|_| planned.is_main());
    estimate.map_or_else(String::new, |time| format!("~{}", brief(time)))
}

/// How long a step has been at it of how long it should take, where `columns` have room for both.
fn of_estimate(took: String, estimate: &str, columns: usize) -> String {
    let both = format!("{took} of {estimate}");
    match !estimate.is_empty() && width(&both) <= columns {
        true => both,
        false => took,
    }
}

/// How long the step took, has been at it or should take, whichever there is to say; of two things, both where `columns` have
/// room for them.
fn time(screen: &Screen, step: StepIndex, columns: usize) -> String {
    let state = &screen.progress.step(step).state;
    let took = screen.elapsed(step).unwrap_or_default();
    match state {
        StepState::Pending => estimated(screen, step),
        StepState::Skipped | StepState::NotNeeded => String::new(),
        _ if screen.is_lost(step) => "lost".to_owned(),
        StepState::Running => of_estimate(took, &estimated(screen, step), columns),
        _ => took,
    }
}

/// The step's id where its heading stands for it, as far as there is room: everything else calls it by that.
fn beside_title(screen: &Screen, row: &TreeRow, step: StepIndex, columns: usize) -> String {
    let planned = screen.plan().step(step);
    let id = format!("{}{}", screen.glyphs.dot(), planned.id);
    let is_said = row.label == planned.id.as_str() || !planned.is_main();
    match is_said || width(&id) > columns {
        true => String::new(),
        false => id,
    }
}

fn step_row(screen: &Screen, row: &TreeRow, step: StepIndex, area: Rect, buffer: &mut Buffer) {
    let palette = screen.palette;
    let planned = screen.plan().step(step);
    let state = &screen.progress.step(step).state;
    let selected = screen.selected == Some(step);
    let role = match planned.role {
        Role::Main => None,
        Role::RollbackOf(_) => Some(screen.glyphs.undoes()),
        Role::ProbeOf(_) => Some("?"),
    };
    // What belongs to another step has a state of its own only once it runs or is about to.
    let is_due = undoing::is_due(screen, step);
    let at_rest = *state == StepState::Pending && !is_due;
    let (glyph, style) = match role.filter(|_| at_rest) {
        Some(sign) => (sign, palette.dim()),
        None => (screen.glyphs.state(state), palette.state(state)),
    };
    let sign = role.filter(|_| !at_rest);
    let sign = sign.map_or_else(String::new, |sign| format!("{sign} "));
    let waiting = *state == StepState::Pending && !screen.progress.needs_satisfied(step);
    let label_style = match ((planned.is_main() || is_due) && !waiting, state) {
        (false, StepState::Pending) | (_, StepState::Skipped | StepState::NotNeeded) => {
            palette.dim()
        }
        (false, _) | (true, _) => palette.plain(),
    };
    let label = format!("{sign}{}", row.label);
    let beside = 2 * row.depth + width(&label) + FRAME_COLUMNS;
    let took = time(screen, step, usize::from(area.width).saturating_sub(beside));
    let marker = match selected {
        true => screen.glyphs.pick("›", ">"),
        false => " ",
    };
    let indent = " ".repeat(2 * row.depth);
    let columns = usize::from(area.width);
    let before = 1 + indent.len() + 2;
    let after = if took.is_empty() { 0 } else { width(&took) + 1 };
    let room = columns.saturating_sub(before + after + 1);
    let label = fit(&label, room, screen.glyphs.ellipsis());
    let room = room.saturating_sub(width(&label) + 1);
    let id = beside_title(screen, row, step, room);
    let room = room.saturating_sub(width(&id));
    let branch = branch(screen, step).filter(|_| room >= BRANCH_COLUMNS_MIN);
    let branch = branch.map_or_else(String::new, |text| {
        format!(" {}", fit(&text, room, screen.glyphs.ellipsis()))
    });
    let line = Line::from(vec![
        Span::raw(marker),
        Span::raw(indent),
        Span::styled(glyph, style),
        Span::raw(" "),
        Span::styled(label, label_style),
        span(&id, palette.dim()),
        Span::styled(branch, palette.dim()),
    ]);
    put(buffer, area, &line);
    if after > 0 && after < columns {
        let wide = u16::try_from(after).unwrap_or(u16::MAX);
        let at = Rect {
            x: area.right() - wide,
            width: wide,
            ..area
        };
        put(buffer, at, &Line::styled(format!("{took} "), palette.dim()));
    }
    if selected {
        let style = match screen.focus {
            Pane::Tree => palette.selected(),
            Pane::Page | Pane::Output => palette.strong(),
        };
        buffer.set_style(area, style);
    }
}
