//! How the screen is divided. Depends on its size, on what is open, and on how many connections there are.

use ratatui::layout::Rect;

use crate::screen::{Pane, Screen, Split, View};

/// Screens narrower than this, or lower than [`LOW`], show one pane at a time.
const NARROW: u16 = 56;
/// See [`NARROW`].
const LOW: u16 = 10;
/// The tree's columns at least and at most; between, a share of the width.
const TREE_COLUMNS: (u16, u16) = (24, 44);
/// The least columns and rows that a border leaves on either side.
const PANE_COLUMNS_MIN: u16 = 16;
/// See [`PANE_COLUMNS_MIN`].
const PANE_ROWS_MIN: u16 = 3;
/// Columns kept free at the page's left, for the bar that marks the current step.
pub(crate) const PAGE_MARGIN: u16 = 2;

/// The parts of the screen; those that are not shown are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Geometry {
    /// Title, run and elapsed time.
    pub(crate) title: Rect,
    /// A row for each connection shown.
    pub(crate) connections: Rect,
    /// The rule above the tree, with its name.
    pub(crate) tree_rule: Rect,
    /// The tree's rows.
    pub(crate) tree: Rect,
    /// The line between the tree and the rest.
    pub(crate) divider: Rect,
    /// The rule above the page, with its name.
    pub(crate) page_rule: Rect,
    /// The page's text, margins apart.
    pub(crate) page: Rect,
    /// The rule above the output, with its name.
    pub(crate) output_rule: Rect,
    /// The output's rows.
    pub(crate) output: Rect,
    /// The rule above the graph, with its name.
    pub(crate) graph_rule: Rect,
    /// The graph's rows.
    pub(crate) graph: Rect,
    /// What a person was last told.
    pub(crate) notice: Rect,
    /// The keys that work now.
    pub(crate) keys: Rect,
    /// Whether the operator asked for the output alone.
    is_output_alone: bool,
}

impl Geometry {
    /// The parts of `screen`.
    pub(crate) fn of(screen: &Screen) -> Self {
        let mut rest = screen.size;
        let high = screen.size.height;
        let wanted = u16::try_from(screen.opening.targets.len()).unwrap_or(u16::MAX);
        let mut geometry = Self {
            keys: take_bottom(&mut rest, u16::from(high >= 3)),
            notice: take_bottom(&mut rest, u16::from(high >= 5)),
            title: take_top(&mut rest, u16::from(high >= 4)),
            connections: take_top(&mut rest, wanted.min(high / 8)),
            ..Self::default()
        };
        match screen.view {
            View::Output => {
                geometry.is_output_alone = true;
                geometry.output_rule = take_top(&mut rest, 1);
                geometry.output = indented(rest);
            }
            View::Graph => {
                geometry.graph_rule = take_top(&mut rest, 1);
                geometry.graph = rest;
            }
            View::Panes if screen.size.width < NARROW || screen.size.height < LOW => {
                geometry.one_pane(screen.focus, rest);
            }
            View::Panes => geometry.three_panes(rest, screen.split),
        }
        geometry
    }

    /// Whether the panes do not fit beside each other, and one of them is shown.
    pub(crate) fn shows_one_pane(&self) -> bool {
        let is_alone = self.graph_rule.is_empty() && self.divider.is_empty();
        is_alone && !self.is_output_alone
    }

    fn one_pane(&mut self, focus: Pane, area: Rect) {
        let mut rest = area;
        let rule = take_top(&mut rest, u16::from(area.height >= 3));
        match focus {
            Pane::Tree => (self.tree_rule, self.tree) = (rule, rest),
            Pane::Page => (self.page_rule, self.page) = (rule, inside_margins(rest)),
            Pane::Output => (self.output_rule, self.output) = (rule, indented(rest)),
        }
    }

    fn three_panes(&mut self, area: Rect, split: Split) {
        let columns = match split.tree {
            None => (area.width * 3 / 10).clamp(TREE_COLUMNS.0, TREE_COLUMNS.1),
            Some(share) => {
                let most = area.width.saturating_sub(PANE_COLUMNS_MIN + 1);
                Split::part(share, area.width).clamp(PANE_COLUMNS_MIN, most)
            }
        };
        let mut left = area;
        left.width = columns;
        let mut right = Rect::new(
            left.right() + 1,
            area.y,
            area.width.saturating_sub(columns + 1),
            area.height,
        );
        self.divider = Rect::new(left.right(), area.y, 1, area.height);
        self.tree_rule = take_top(&mut left, 1);
        self.tree = left;
        // The rule above the output counts as part of it.
        let output_height = match split.output {
            None => area.height * 2 / 5,
            Some(share) => {
                let most = area.height.saturating_sub(PANE_ROWS_MIN);
                Split::part(share, area.height).clamp(PANE_ROWS_MIN, most)
            }
        };
        self.output = indented(take_bottom(&mut right, output_height.saturating_sub(1)));
        self.output_rule = take_bottom(&mut right, 1);
        self.page_rule = take_top(&mut right, 1);
        self.page = inside_margins(right);
    }
}

fn inside_margins(area: Rect) -> Rect {
    Rect {
        x: area.x + PAGE_MARGIN.min(area.width),
        width: area.width.saturating_sub(PAGE_MARGIN + 1),
        ..area
    }
}

fn indented(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(1),
        ..area
    }
}

fn take_top(rest: &mut Rect, height: u16) -> Rect {
    let height = height.min(rest.height);
    let taken = Rect { height, ..*rest };
    rest.y += height;
    rest.height -= height;
    taken
}

fn take_bottom(rest: &mut Rect, height: u16) -> Rect {
    let height = height.min(rest.height);
    rest.height -= height;
    Rect {
        y: rest.bottom(),
        height,
        ..*rest
    }
}
