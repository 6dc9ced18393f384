//! A line of code (`LINE n: …`) with a caret, as libpq draws it: a window of the line around the place. The line number is the caller's.
//! Source: `reportErrorPosition` in libpq's fe-protocol3.c.

use unicode_width::UnicodeWidthChar;

use crate::postgres::visible;

/// Columns of a line that are shown.
const WINDOW_COLUMNS: usize = 60;
/// Columns that stay visible to the right of the caret, where there are any.
const RIGHT_COLUMNS_MIN: usize = 10;

/// The line of `text` around byte `offset` after `label`, and a caret under that character if `marked`.
pub(super) fn draw(label: &str, text: &str, offset: usize, marked: bool) -> String {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..]
        .find(['\n', '\r'])
        .map_or(text.len(), |newline| offset + newline);
    let characters: Vec<char> = text[start..end]
        .chars()
        .map(|character| {
            if visible::acts(character) {
                ' '
            } else {
                character
            }
        })
        .collect();
    let at = text[start..offset].chars().count();
    let window = Window::around(&characters, at);
    let mut drawn = format!("{label}: ");
    if window.cut_left {
        drawn += "...";
    }
    let prefix = drawn.len();
    drawn.extend(&characters[window.start..window.end]);
    if window.cut_right {
        drawn += "...";
    }
    drawn.push('\n');
    if marked {
        let columns = prefix + columns(&characters[window.start..at]);
        drawn.extend(std::iter::repeat_n(' ', columns));
        drawn += "^\n";
    }
    drawn
}

struct Window {
    start: usize,
    end: usize,
    cut_left: bool,
    cut_right: bool,
}

impl Window {
    fn around(characters: &[char], at: usize) -> Self {
        let mut window = Self {
            start: 0,
            end: characters.len(),
            cut_left: false,
            cut_right: false,
        };
        let screen: Vec<usize> = std::iter::once(0)
            .chain(characters.iter().scan(0, |sum, &character| {
                *sum += character.width().unwrap_or(1);
                Some(*sum)
            }))
            .collect();
        let shown = |window: &Self| screen[window.end] - screen[window.start];
        if shown(&window) <= WINDOW_COLUMNS {
            return window;
        }
        if WINDOW_COLUMNS >= screen[at] + RIGHT_COLUMNS_MIN {
            while shown(&window) > WINDOW_COLUMNS {
                window.end -= 1;
            }
            window.cut_right = true;
            return window;
        }
        while screen[at] + RIGHT_COLUMNS_MIN < screen[window.end] {
            window.end -= 1;
            window.cut_right = true;
        }
        while shown(&window) > WINDOW_COLUMNS {
            window.start += 1;
            window.cut_left = true;
        }
        window
    }
}

fn columns(characters: &[char]) -> usize {
    characters
        .iter()
        .map(|character| character.width().unwrap_or(1))
        .sum()
}
