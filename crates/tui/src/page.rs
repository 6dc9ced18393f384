//! The runbook as rows, block by block and only where somebody looks: nothing here is linear in the document.
//! A place on the page is a block and a row of it, so no height beyond the window is ever computed.

mod anchor;
mod code;
mod find;
mod render;
mod row;
mod shell_code;
mod table;
mod variables;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub(crate) use anchor::PageAnchor;
pub(crate) use row::{PageRow, RowKind};
use stepmark_core::plan::Document;
pub(crate) use variables::{PageVariable, PageVariables, VariableOrigin};

use crate::Glyphs;
use crate::palette::Palette;

/// Rendered blocks kept at a time; beyond, all are forgotten and made again when looked at.
const BLOCKS_KEPT_MAX: usize = 1_024;

/// A page of one width. Remembers the blocks it rendered, which is invisible from outside.
#[derive(Debug)]
pub(crate) struct Page {
    palette: Palette,
    glyphs: Glyphs,
    pub(crate) variables: PageVariables,
    kept: RefCell<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    columns: usize,
    blocks: HashMap<usize, Rc<[PageRow]>>,
}

impl Page {
    pub(crate) fn new(palette: Palette, glyphs: Glyphs, variables: PageVariables) -> Self {
        Self {
            palette,
            glyphs,
            variables,
            kept: RefCell::default(),
        }
    }

    /// The rows of one block, the blank one before it included.
    pub(crate) fn rows(&self, document: &Document, block: usize, columns: usize) -> Rc<[PageRow]> {
        let mut kept = self.kept.borrow_mut();
        if kept.columns != columns || kept.blocks.len() > BLOCKS_KEPT_MAX {
            kept.columns = columns;
            kept.blocks.clear();
        }
        let rows = kept.blocks.entry(block).or_insert_with(|| {
            let step = document.blocks.get(block).and_then(|block| block.step);
            let variables = self.variables.of(step).len();
            let look = (self.palette, self.glyphs);
            render::rows(document, block, columns, variables, look).into()
        });
        Rc::clone(rows)
    }

    /// How many blocks are kept rendered.
    #[cfg(test)]
    pub(crate) fn rendered(&self) -> usize {
        self.kept.borrow().blocks.len()
    }

    /// The places from `top` on that fill `height` rows, fewer at the page's end.
    pub(crate) fn window(
        &self,
        document: &Document,
        top: PageAnchor,
        columns: usize,
        height: usize,
    ) -> Vec<PageAnchor> {
        let mut places = Vec::with_capacity(height);
        for block in top.block..document.blocks.len() {
            let first = if block == top.block { top.row } else { 0 };
            let count = self.rows(document, block, columns).len();
            let room = height - places.len();
            places.extend(
                (first..count)
                    .take(room)
                    .map(|row| PageAnchor { block, row }),
            );
            if places.len() >= height {
                break;
            }
        }
        places
    }

    /// The place `count` rows above `from`, or the page's start.
    pub(crate) fn above(
        &self,
        document: &Document,
        from: PageAnchor,
        columns: usize,
        count: usize,
    ) -> PageAnchor {
        let mut place = from;
        let mut left = count;
        loop {
            if place.row >= left {
                place.row -= left;
                return place;
            }
            let Some(block) = place.block.checked_sub(1) else {
                return PageAnchor::default();
            };
            left -= place.row;
            place = PageAnchor {
                block,
                row: self.rows(document, block, columns).len(),
            };
        }
    }

    /// The place `count` rows below `from`, but never beyond the last that still fills the window.
    pub(crate) fn below(
        &self,
        document: &Document,
        from: PageAnchor,
        columns: usize,
        (count, height): (usize, usize),
    ) -> PageAnchor {
        let last = self.last(document, columns, height);
        let mut place = from;
        let mut left = count;
        while place < last {
            let rows = self.rows(document, place.block, columns).len();
            if place.row + left < rows {
                place.row += left;
                break;
            }
            left -= rows.saturating_sub(place.row);
            place = PageAnchor {
                block: place.block + 1,
                row: 0,
            };
        }
        place.min(last)
    }

    /// The place from which the page's last row stands at the window's bottom.
    pub(crate) fn last(&self, document: &Document, columns: usize, height: usize) -> PageAnchor {
        let end = PageAnchor {
            block: document.blocks.len(),
            row: 0,
        };
        self.above(document, end, columns, height)
    }
}
