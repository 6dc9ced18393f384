//! A line of a dialog that takes text.

use ratatui::layout::Rect;

use crate::dialog::{Dialog, Question};
use crate::screen::Screen;
use crate::text::{fit, width};

/// A line of a dialog that takes text.
#[derive(Debug)]
pub(crate) struct Field {
    /// Which of the dialog's fields it is.
    pub(crate) at: usize,
    /// The whole line, name included.
    pub(crate) area: Rect,
    /// What stands before the text: the name of what is asked for, where there are several things.
    pub(crate) label: String,
}

/// The fields of `dialog` that have room in the rows of `area`, the one that takes text among them.
pub(super) fn fields(screen: &Screen, dialog: &Dialog, area: Rect) -> Vec<Field> {
    let rows = usize::from(area.height).min(dialog.inputs.len());
    let first = (dialog.field + 1).saturating_sub(rows);
    let names: &[_] = match &dialog.question {
        Question::Tick { names, .. } => names,
        _ => &[],
    };
    let most = usize::from(area.width) / 2;
    let widest = names.iter().map(|name| width(name.as_str())).max();
    let columns = widest.unwrap_or(0).min(most);
    (first..first + rows)
        .zip(area.rows())
        .map(|(at, area)| Field {
            at,
            area,
            label: names.get(at).map_or_else(String::new, |name| {
                let name = fit(name.as_str(), columns, screen.glyphs.ellipsis());
                let pad = columns.saturating_sub(width(&name));
                format!("{name}{} ", " ".repeat(pad))
            }),
        })
        .collect()
}
