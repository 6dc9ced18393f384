//! Moving what is looked at: selection, scroll. Touches no facts.

use stepmark_core::StepIndex;

use crate::layout::Geometry;
use crate::page::PageAnchor;
use crate::screen::{Border, Pane, Screen, Split};

/// Selects a step and shows it, unless the operator has scrolled to where they read.
pub(super) fn select(screen: &mut Screen, step: StepIndex) {
    if screen.selected != Some(step) {
        screen.selected = Some(step);
        if !screen.reading {
            show_selected(screen);
        }
    }
}

/// Selects a step because the operator said so, which ends following.
pub(super) fn select_by_hand(screen: &mut Screen, step: Option<StepIndex>) {
    if let Some(step) = step
        && screen.selected != Some(step)
    {
        screen.following = false;
        screen.reading = false;
        select(screen, step);
    }
}

/// Whether something of `step` is on the page that is shown.
pub(super) fn is_seen(screen: &Screen, step: StepIndex) -> bool {
    let page = Geometry::of(screen).page;
    let document = &screen.opening.plan.document;
    let (columns, height) = (usize::from(page.width), usize::from(page.height));
    let seen = screen
        .page
        .window(document, screen.page_top, columns, height);
    let is_its = |place: &PageAnchor| document.blocks[place.block].step == Some(step);
    !page.is_empty() && seen.iter().any(is_its)
}

/// Scrolls tree and page so that the selected step is in sight, and not at all where it is already.
pub(super) fn show_selected(screen: &mut Screen) {
    let Some(step) = screen.selected else {
        return;
    };
    let geometry = Geometry::of(screen);
    let height = usize::from(geometry.tree.height);
    let row = screen.tree.row_of(step);
    if height > 0 {
        let above = row.saturating_sub(usize::from(height > 2));
        let below = (row + 2).saturating_sub(height);
        screen.tree_top = screen.tree_top.clamp(below.min(above), above);
    }
    if let Some(graph) = &screen.graph {
        let row = graph.row_of(&screen.opening.plan, step);
        let height = usize::from(geometry.graph.height);
        let below = (row + 2).saturating_sub(height);
        let above = row.saturating_sub(1);
        screen.graph_top = screen.graph_top.clamp(below.min(above), above);
    }
    if !geometry.page.is_empty() {
        show_on_page(screen, &geometry, step);
    }
    keep_in_range(screen);
}

fn show_on_page(screen: &mut Screen, geometry: &Geometry, step: StepIndex) {
    let columns = usize::from(geometry.page.width);
    let height = usize::from(geometry.page.height);
    let document = &screen.opening.plan.document;
    let start = screen.opening.plan.step(step).span.start;
    let near = document
        .blocks
        .partition_point(|block| block.span.start < start);
    let is_step = |at: &usize| document.blocks[*at].step == Some(step);
    let Some(block) = (near.saturating_sub(1)..document.blocks.len())
        .take(8)
        .find(is_step)
        .or_else(|| (0..document.blocks.len()).find(is_step))
    else {
        return;
    };
    let rows = screen.page.rows(document, block, columns).len();
    let first = PageAnchor { block, row: 0 };
    let end = PageAnchor {
        block,
        row: rows.saturating_sub(1),
    };
    let seen = screen
        .page
        .window(document, screen.page_top, columns, height);
    if seen.contains(&first) && seen.contains(&end) {
        return;
    }
    let heading = screen.opening.plan.step(step).headings.last().copied();
    let heading = heading.filter(|heading| *heading < block).map(|block| {
        let blank = screen.page.rows(document, block, columns);
        let row = usize::from(block > 0 && blank.len() > 1);
        PageAnchor { block, row }
    });
    let fits = |top: &PageAnchor| {
        let seen = screen.page.window(document, *top, columns, height);
        seen.contains(&end)
    };
    let context = height / 3;
    screen.page_top = heading.filter(fits).unwrap_or_else(|| {
        let room = height.saturating_sub(rows).max(context);
        screen
            .page
            .above(document, first, columns, room.min(context.max(1)))
    });
}

/// Scrolls `pane` by `rows`, down where positive.
pub(super) fn scroll(screen: &mut Screen, pane: Pane, rows: isize) {
    let geometry = Geometry::of(screen);
    let count = rows.unsigned_abs();
    match pane {
        Pane::Tree => {
            screen.reading = true;
            screen.tree_top = screen.tree_top.saturating_add_signed(rows);
        }
        Pane::Page => {
            screen.reading = true;
            let document = &screen.opening.plan.document;
            let columns = usize::from(geometry.page.width);
            let height = usize::from(geometry.page.height);
            screen.page_top = match rows > 0 {
                true => screen
                    .page
                    .below(document, screen.page_top, columns, (count, height)),
                false => screen.page.above(document, screen.page_top, columns, count),
            };
        }
        Pane::Output => {
            let (all, _) = screen.output_rows(geometry.output.width);
            let height = u64::from(geometry.output.height);
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            match rows > 0 {
                true => screen.output.down(count, all, height),
                false => screen.output.up(count, all, height),
            }
        }
    }
    keep_in_range(screen);
}

/// The rows of a pane's window, less one so that a page up or down keeps a line in sight.
pub(super) fn page_rows(screen: &Screen, pane: Pane) -> isize {
    let geometry = Geometry::of(screen);
    let height = match pane {
        Pane::Tree => geometry.tree.height,
        Pane::Page => geometry.page.height,
        Pane::Output => geometry.output.height,
    };
    isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1)
}

/// Goes to the start or the end of a pane.
pub(super) fn to_end(screen: &mut Screen, pane: Pane, end: End) {
    let geometry = Geometry::of(screen);
    match (pane, end) {
        (Pane::Tree, End::First) => {
            let first = screen.tree.first();
            select_by_hand(screen, first);
        }
        (Pane::Tree, End::Last) => {
            let last = screen.tree.last();
            select_by_hand(screen, last);
        }
        (Pane::Page, End::First) => {
            screen.reading = true;
            screen.page_top = PageAnchor::default();
        }
        (Pane::Page, End::Last) => {
            screen.reading = true;
            screen.page_top = screen.page.last(
                &screen.opening.plan.document,
                usize::from(geometry.page.width),
                usize::from(geometry.page.height),
            );
        }
        (Pane::Output, End::First) => {
            screen.output.top = Some(0);
            screen.output.left = 0;
        }
        (Pane::Output, End::Last) => screen.output.top = None,
    }
}

/// An end of a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Its start.
    First,
    /// Its end.
    Last,
}

/// The rows of the graph's window, less one.
pub(super) fn graph_rows(screen: &Screen) -> isize {
    let height = Geometry::of(screen).graph.height;
    isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1)
}

/// Moves a border by columns or rows.
pub(super) fn move_border(screen: &mut Screen, border: Border, by: i16) {
    let geometry = Geometry::of(screen);
    let now = match border {
        Border::Tree => geometry.divider.x,
        Border::Output => geometry.output.height + 1,
    };
    put_border(screen, border, now.saturating_add_signed(by));
}

/// Puts a border so that steps or output get so many columns or rows, rules included.
pub(super) fn put_border(screen: &mut Screen, border: Border, part: u16) {
    let geometry = Geometry::of(screen);
    if geometry.divider.is_empty() {
        return;
    }
    match border {
        Border::Tree => screen.split.tree = Some(Split::share(part, screen.size.width)),
        Border::Output => {
            screen.split.output = Some(Split::share(part, geometry.divider.height));
        }
    }
    if !screen.reading {
        show_selected(screen);
    }
    keep_in_range(screen);
}

/// Brings every scroll position back to where there is something to see.
pub(super) fn keep_in_range(screen: &mut Screen) {
    let geometry = Geometry::of(screen);
    let last = screen
        .tree
        .rows
        .len()
        .saturating_sub(usize::from(geometry.tree.height));
    screen.tree_top = screen.tree_top.min(last);
    let rows = screen.graph.as_ref().map_or(0, |graph| graph.rows.len());
    let last = rows.saturating_sub(usize::from(geometry.graph.height));
    screen.graph_top = screen.graph_top.min(last);
    let columns = usize::from(geometry.page.width);
    let height = usize::from(geometry.page.height);
    let document = &screen.opening.plan.document;
    let last = screen.page.last(document, columns, height);
    screen.page_top = screen.page_top.min(last);
    let rows = screen
        .page
        .rows(document, screen.page_top.block, columns)
        .len();
    screen.page_top.row = screen.page_top.row.min(rows.saturating_sub(1));
}
