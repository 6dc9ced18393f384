//! What stands under the mouse. Pure: the layout says where things are.

use ratatui::layout::Position;

use crate::action::Action;
use crate::layout::Layout;
use crate::screen::{Border, Pane, Screen, View};
use crate::target::Target;
use crate::up_next;

/// What stands at `position`; a dialog hides everything under it.
pub(crate) fn hit(screen: &Screen, layout: &Layout, position: Position) -> Option<Target> {
    if let Some(dialog) = &layout.dialog {
        let button = dialog.buttons.iter().find(|b| b.area.contains(position));
        let field = dialog.fields.iter().find(|f| f.area.contains(position));
        return button
            .map(|button| button.action)
            .or_else(|| dialog.link(screen, position))
            .map(Target::Action)
            .or(field.map(|field| Target::Field(field.at)))
            .or_else(|| dialog.is_more(screen, position).then_some(Target::More))
            .or_else(|| dialog.area.contains(position).then_some(Target::Dialog));
    }
    if let Some(first) = &layout.first {
        let button = first.buttons.iter().find(|b| b.area.contains(position));
        let is_more = first.more.contains(position);
        return button
            .map(|button| Target::Action(button.action))
            .or_else(|| is_more.then_some(Target::More));
    }
    if let Some(button) = layout.buttons.iter().find(|b| b.area.contains(position)) {
        return Some(Target::Action(button.action));
    }
    let geometry = &layout.geometry;
    if geometry.notice.contains(position) && screen.notice.is_none() && screen.search.is_none() {
        return up_next::elsewhere(screen)
            .filter(|_| !screen.is_replay())
            .map(Target::Step);
    }
    let rules = [geometry.tree_rule, geometry.page_rule, geometry.output_rule];
    if geometry.shows_one_pane() && rules.iter().any(|rule| rule.contains(position)) {
        return Some(Target::Action(Action::NextPane));
    }
    if geometry.tree.contains(position) {
        let row = layout.tree_rows.start + usize::from(position.y - geometry.tree.y);
        let step = screen.tree.rows.get(row).and_then(|row| row.step);
        return Some(step.map_or(Target::Pane(Pane::Tree), Target::Step));
    }
    if geometry.graph.contains(position) {
        let row = screen.graph_top + usize::from(position.y - geometry.graph.y);
        let row = screen.graph.as_ref().and_then(|graph| graph.rows.get(row));
        let node = row.and_then(|row| row.node);
        return node.map(|(step, _)| Target::Step(step));
    }
    if geometry.page.contains(position) {
        let row = usize::from(position.y - geometry.page.y);
        let block = layout.page_rows.get(row).map(|place| place.block);
        let step = block.and_then(|block| screen.plan().document.blocks[block].step);
        return Some(step.map_or(Target::Pane(Pane::Page), Target::Step));
    }
    if geometry.divider.contains(position) {
        return Some(Target::Border(Border::Tree, Pane::Tree));
    }
    if screen.view == View::Panes
        && !geometry.divider.is_empty()
        && geometry.output_rule.contains(position)
    {
        return Some(Target::Border(Border::Output, Pane::Output));
    }
    let panes = [
        (geometry.tree_rule, Pane::Tree),
        (geometry.page_rule, Pane::Page),
        (geometry.output_rule, Pane::Output),
        (geometry.output, Pane::Output),
    ];
    panes
        .into_iter()
        .find(|(area, _)| area.contains(position))
        .map(|(_, pane)| Target::Pane(pane))
}
