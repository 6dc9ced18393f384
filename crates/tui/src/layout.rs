//! What stands where: a pure reading of the screen. Does not draw.

mod button;
mod dialog;
mod first;
mod geometry;
mod keys;
mod offer;
mod output_title;
mod setting_lines;

use std::ops::Range;

pub(crate) use button::Button;
pub(crate) use dialog::{DialogLayout, Field};
pub(crate) use first::FirstLayout;
pub(crate) use geometry::{Geometry, PAGE_MARGIN};
pub(crate) use offer::{Offer, offer};
pub(crate) use output_title::{OutputTitle, note_that_fits};
use ratatui::layout::Rect;

use crate::page::{PageAnchor, RowKind};
use crate::screen::{Screen, Stage};
use crate::text::width;

/// What stands where.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) geometry: Geometry,
    /// The tree's rows in the window.
    pub(crate) tree_rows: Range<usize>,
    /// The page's rows in the window.
    pub(crate) page_rows: Vec<PageAnchor>,
    /// Everything that can be clicked to do something, the dialog's and first screen's buttons apart.
    pub(crate) buttons: Vec<Button>,
    /// The first screen, until it was left.
    pub(crate) first: Option<FirstLayout>,
    /// The dialog, while one is open.
    pub(crate) dialog: Option<DialogLayout>,
}

/// Where everything stands on a screen of this size.
pub(crate) fn layout(screen: &Screen) -> Layout {
    let geometry = Geometry::of(screen);
    let first = (screen.stage == Stage::First).then(|| FirstLayout::of(screen));
    let tree_end = screen.tree_top + usize::from(geometry.tree.height);
    let tree_rows =
        screen.tree_top.min(screen.tree.rows.len())..tree_end.min(screen.tree.rows.len());
    let page_rows = screen.page.window(
        &screen.plan().document,
        screen.page_top,
        usize::from(geometry.page.width),
        usize::from(geometry.page.height),
    );
    let mut buttons = keys::buttons(screen, geometry.keys);
    buttons.extend(run_button(screen, &geometry, &page_rows));
    buttons.extend(OutputTitle::of(screen).button(screen, geometry.output_rule));
    Layout {
        tree_rows,
        page_rows,
        buttons,
        first,
        dialog: DialogLayout::of(screen),
        geometry,
    }
}

/// The button on the selected step's header row, where that is in the window.
fn run_button(screen: &Screen, geometry: &Geometry, rows: &[PageAnchor]) -> Option<Button> {
    let selected = screen.selected?;
    let Offer::Button(action, label) = offer(screen, selected) else {
        return None;
    };
    let at = rows.iter().position(|place| {
        let block = screen.plan().document.blocks.get(place.block);
        block.is_some_and(|block| block.step == Some(selected))
            && screen
                .block_rows(place.block, geometry.page.width)
                .get(place.row)
                .is_some_and(|row| row.kind == RowKind::StepHeader)
    })?;
    let label = format!("[ {label} ]");
    let wide = u16::try_from(width(&label)).unwrap_or(u16::MAX);
    let page = geometry.page;
    let y = page.y.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
    let x = page.right().saturating_sub(wide).max(page.x);
    let area = Rect::new(x, y, wide, 1).intersection(page);
    (!area.is_empty()).then_some(Button {
        area,
        action,
        label,
    })
}
