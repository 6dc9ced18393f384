//! The first screen: what will run where, before anything can run.

mod before;
mod inputs;
mod says;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Button;
use super::dialog::in_row;
use crate::action::Action;
use crate::screen::Screen;

/// The first screen: its lines and its buttons.
#[derive(Debug)]
pub(crate) struct FirstLayout {
    /// Where the text goes.
    pub(crate) text_area: Rect,
    /// The text, wrapped, all of it.
    pub(crate) text: Vec<Line<'static>>,
    /// Where it is said that nothing runs by itself.
    pub(crate) assurance: Rect,
    /// Begin and leave.
    pub(crate) buttons: Vec<Button>,
    /// Where it is said how many lines are below, where there are some.
    pub(crate) more: Rect,
}

impl FirstLayout {
    pub(super) fn of(screen: &Screen) -> Self {
        let size = screen.size;
        let margin = if size.width >= 60 { 2 } else { 0 };
        let footer = size.height.min(if size.height >= 12 { 4 } else { 1 });
        let top = u16::from(size.height >= 3);
        let text_area = Rect::new(
            margin.min(size.width),
            top,
            size.width.saturating_sub(2 * margin),
            size.height.saturating_sub(footer + top),
        );
        let row = Rect::new(
            text_area.x,
            (text_area.bottom() + if footer == 4 { 2 } else { 0 })
                .min(size.height.saturating_sub(1)),
            text_area.width,
            size.height.min(1),
        );
        let leave = match screen.keys.key(Action::Leave) {
            Some(key) => format!("[ Leave ({key}) ]"),
            None => "[ Leave ]".to_owned(),
        };
        let labels = [
            (Action::Begin, "[ Begin (Enter) ]".to_owned()),
            (Action::Leave, leave),
        ];
        let text = says::says(screen, usize::from(text_area.width));
        let buttons = in_row(row, labels.into_iter());
        let shown = screen.first_top + usize::from(text_area.height);
        let more = buttons.last().filter(|_| shown < text.len());
        Self {
            more: more.map_or(Rect::ZERO, |last| {
                let x = last.area.right().saturating_add(2);
                Rect {
                    x,
                    width: size.width.saturating_sub(x),
                    ..last.area
                }
            }),
            assurance: match footer {
                4 => Rect::new(row.x, row.y.saturating_sub(1), row.width, 1),
                _ => Rect::ZERO,
            },
            text,
            text_area,
            buttons,
        }
    }
}
