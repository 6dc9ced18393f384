//! Where the dialog and its buttons stand, and what it says.

mod closing;
mod field;
mod in_the_way;
mod nobody_knows;
mod says;
mod undo;
mod values;

use std::borrow::Cow;

pub(crate) use field::Field;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::Button;
use crate::action::Action;
use crate::dialog::{Choice, Dialog, Question};
use crate::screen::Screen;
use crate::text::{fit, hang, width};

/// The widest a dialog gets, in columns.
const COLUMNS_MAX: u16 = 68;

/// The widest the help and the values get: what a key does, and where a connection leads, goes on one line where it can.
const LISTING_COLUMNS_MAX: u16 = 76;

/// Columns that a step's name takes in a button at most.
const NAME_COLUMNS_MAX: usize = 32;

/// Rows a dialog keeps for its frame, its buttons and some of its text, however many fields it has.
const ROWS_BESIDE_FIELDS: u16 = 9;

/// Where the dialog stands.
#[derive(Debug)]
pub(crate) struct DialogLayout {
    /// Everything, frame included.
    pub(crate) area: Rect,
    /// Where the text goes.
    pub(crate) text_area: Rect,
    /// The text's lines, wrapped, all of them.
    pub(crate) text: Vec<Line<'static>>,
    /// What a click on each of the lines does, where it does something.
    links: Vec<Option<Action>>,
    /// Where typed text goes, a row each; empty where none is asked for.
    pub(crate) fields: Vec<Field>,
    /// Its buttons.
    pub(crate) buttons: Vec<Button>,
}

impl DialogLayout {
    pub(super) fn of(screen: &Screen) -> Option<Self> {
        let dialog = screen.dialog.as_ref()?;
        let size = screen.size;
        let most = match dialog.question {
            Question::Help | Question::Values | Question::OpenFailed { .. } => LISTING_COLUMNS_MAX,
            _ => COLUMNS_MAX,
        };
        let columns = size.width.saturating_sub(4).min(most);
        let inner_columns = columns.saturating_sub(4);
        let (text, links) = lines(screen, dialog, usize::from(inner_columns));
        let field_rows = u16::try_from(dialog.inputs.len())
            .unwrap_or(u16::MAX)
            .min(size.height.saturating_sub(ROWS_BESIDE_FIELDS).max(1));
        let input_rows = if dialog.takes_text() {
            field_rows + 1
        } else {
            0
        };
        let labels = rows_of(labels(screen, dialog), inner_columns);
        let button_rows = u16::try_from(labels.len()).unwrap_or(1);
        let button_rows = button_rows.min(size.height / 3).max(1);
        let wanted = u16::try_from(text.len())
            .unwrap_or(u16::MAX)
            .saturating_add(input_rows + 3 + button_rows);
        let height = wanted.min(size.height);
        let area = Rect::new(
            size.width.saturating_sub(columns) / 2,
            size.height.saturating_sub(height) / 2,
            columns,
            height,
        );
        let inner = Rect::new(
            area.x + 2.min(area.width),
            area.y + 1.min(area.height),
            inner_columns,
            area.height.saturating_sub(2),
        );
        let text_height = inner.height.saturating_sub(input_rows + 1 + button_rows);
        let bottom = inner.bottom().saturating_sub(button_rows).max(inner.y);
        let fields = Rect::new(
            inner.x,
            bottom.saturating_sub(field_rows + 1),
            inner.width,
            field_rows,
        );
        let rows = Rect::new(inner.x, bottom, inner.width, button_rows).intersection(inner);
        let buttons = rows
            .rows()
            .zip(labels)
            .flat_map(|(row, labels)| in_row(row, labels.into_iter()))
            .collect();
        Some(Self {
            area,
            text_area: Rect {
                height: text_height,
                ..inner
            },
            text,
            links,
            fields: field::fields(screen, dialog, fields.intersection(inner)),
            buttons,
        })
    }
}

/// What each button does and says.
fn labels(screen: &Screen, dialog: &Dialog) -> Vec<(Action, String)> {
    let buttons = dialog.buttons();
    let label = |(action, label, key): &Choice| {
        let label = named(screen, dialog, *action).map_or((*label).into(), Cow::Owned);
        (*action, format!("[ {label} ({key}) ]"))
    };
    buttons.iter().map(label).collect()
}

/// What the button of `action` says where that names a step: the row that the text marks may have scrolled away.
fn named(screen: &Screen, dialog: &Dialog, action: Action) -> Option<String> {
    match (action, &dialog.question) {
        (Action::UndoDown, Question::Undo { down: Some(step) }) => {
            let id = screen.plan().step(*step).id.as_str();
            let id = fit(id, NAME_COLUMNS_MAX, screen.glyphs.ellipsis());
            Some(format!("Down to {id}"))
        }
        _ => None,
    }
}

impl DialogLayout {
    /// Whether `position` is where the frame says that there are more lines.
    pub(crate) fn is_more(&self, screen: &Screen, position: Position) -> bool {
        let top = screen.dialog.as_ref().map_or(0, |dialog| dialog.top);
        let is_below = top + usize::from(self.text_area.height) < self.text.len();
        is_below && self.area.contains(position) && position.y + 1 == self.area.bottom()
    }

    /// What a click at `position` in the text does.
    pub(crate) fn link(&self, screen: &Screen, position: Position) -> Option<Action> {
        let dialog = screen.dialog.as_ref()?;
        let row = position.y.checked_sub(self.text_area.y)?;
        let at = self.text_area.contains(position).then_some(row)?;
        self.links.get(dialog.top + usize::from(at)).copied()?
    }
}

/// The text in lines of `columns`, and what a click on each of them does.
fn lines(
    screen: &Screen,
    dialog: &Dialog,
    columns: usize,
) -> (Vec<Line<'static>>, Vec<Option<Action>>) {
    let said = says::says(screen, dialog, columns);
    let links = says::links(screen, dialog, columns).into_iter();
    let links = links.chain(std::iter::repeat(None));
    let lines = said.iter().zip(links).flat_map(|((text, style), link)| {
        let lines = hang(text, *style, columns, says::hanging(dialog));
        lines.into_iter().map(move |line| (line, link))
    });
    lines.unzip()
}

/// Labels in as many rows as it takes to have each whole, if `columns` allow.
fn rows_of(labels: Vec<(Action, String)>, columns: u16) -> Vec<Vec<(Action, String)>> {
    let mut rows: Vec<Vec<(Action, String)>> = vec![Vec::new()];
    let mut at = 0;
    for (action, label) in labels {
        let wide = width(&label);
        if at > 0 && at + wide > usize::from(columns) {
            rows.push(Vec::new());
            at = 0;
        }
        at += wide + 2;
        if let Some(row) = rows.last_mut() {
            row.push((action, label));
        }
    }
    rows
}

/// Buttons beside each other from the left; those that do not fit are cut or left out.
pub(super) fn in_row(row: Rect, labels: impl Iterator<Item = (Action, String)>) -> Vec<Button> {
    let mut buttons = Vec::new();
    let mut x = row.x;
    for (action, label) in labels {
        let wide = u16::try_from(width(&label)).unwrap_or(u16::MAX);
        let area = Rect::new(x, row.y, wide, row.height).intersection(row);
        if !area.is_empty() {
            buttons.push(Button {
                area,
                action,
                label,
            });
        }
        x = x.saturating_add(wide).saturating_add(2);
    }
    buttons
}
