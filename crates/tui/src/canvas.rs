//! The cells of the frame that stands on the terminal, so that one that looks the same is not drawn again. Does not know the
//! terminal.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::layout::layout;
use crate::paint::paint;
use crate::screen::Screen;

/// The frame drawn last.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    shown: Option<Frame>,
    spare: Buffer,
}

/// A frame: its cells, and where the cursor stands in it if text is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) cells: Buffer,
    pub(crate) cursor: Option<Position>,
}

impl Canvas {
    /// The frame that shows `screen`; none where it is the one drawn last.
    pub(crate) fn frame(&mut self, screen: &Screen) -> Option<&Frame> {
        let mut cells = std::mem::take(&mut self.spare);
        cells.resize(Rect::ZERO);
        cells.resize(screen.size);
        let cursor = paint(screen, &layout(screen), &mut cells);
        match &self.shown {
            Some(shown) if shown.cells == cells && shown.cursor == cursor => {
                self.spare = cells;
                None
            }
            Some(_) | None => {
                let before = self.shown.replace(Frame { cells, cursor });
                self.spare = before.map_or_else(Buffer::default, |frame| frame.cells);
                self.shown.as_ref()
            }
        }
    }

    /// What was drawn stands nowhere any more: the next frame is drawn whatever it looks like.
    pub(crate) fn forget(&mut self) {
        self.shown = None;
    }
}
