//! Colours that output asks for, made styles (ECMA-48, SGR). Every other escape sequence and control character is
//! dropped, whoever let it through. Does not carry a style from line to line: only the visible lines are ever read.

use std::borrow::Cow;

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use crate::text::{TAB_COLUMNS, is_harmful};
use crate::{Colour, hue};

/// One line of output as styled runs.
pub(crate) fn styled(line: &str, colour: Colour) -> Vec<Span<'static>> {
    let mut runs = Runs::default();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\u{1b}' => {
                let (sequence, after) = escape(rest);
                rest = after;
                if let Some(parameters) = sequence {
                    runs.style = apply(runs.style, parameters, colour);
                }
            }
            '\u{9b}' => {
                let (sequence, after) = control_sequence(rest);
                rest = after;
                if let Some(parameters) = sequence {
                    runs.style = apply(runs.style, parameters, colour);
                }
            }
            '\t' => runs.tab(),
            c if c.is_control() => {}
            c if is_harmful(c) => runs.push('\u{fffd}'),
            c => runs.push(c),
        }
    }
    runs.finish()
}

/// One line of output as bare text, columns as they are drawn.
pub(crate) fn plain(line: &str) -> Cow<'_, str> {
    if !line.contains(is_harmful) {
        return Cow::Borrowed(line);
    }
    let spans = styled(line, Colour::Never);
    Cow::Owned(spans.iter().map(|span| span.content.as_ref()).collect())
}

#[derive(Default)]
struct Runs {
    spans: Vec<Span<'static>>,
    text: String,
    text_style: Style,
    style: Style,
    /// Columns up to where the text was measured.
    columns: usize,
    /// Bytes of the text that are measured: a line may be all tabs, and a megabyte long.
    measured: usize,
}

impl Runs {
    fn push(&mut self, c: char) {
        if self.style != self.text_style {
            self.flush();
        }
        self.text.push(c);
    }

    fn tab(&mut self) {
        self.measure();
        for _ in 0..TAB_COLUMNS - self.columns % TAB_COLUMNS {
            self.push(' ');
        }
    }

    fn measure(&mut self) {
        self.columns += self.text[self.measured..].width();
        self.measured = self.text.len();
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.measure();
            self.measured = 0;
            let text = std::mem::take(&mut self.text);
            self.spans.push(Span::styled(text, self.text_style));
        }
        self.text_style = self.style;
    }

    fn finish(mut self) -> Vec<Span<'static>> {
        self.flush();
        self.spans
    }
}

/// What follows an ESC: the parameters if it is SGR, and the text behind the whole sequence.
fn escape(rest: &str) -> (Option<&str>, &str) {
    match rest.chars().next() {
        Some('[') => control_sequence(&rest[1..]),
        Some(']' | 'P' | 'X' | '^' | '_') => (None, after_string(&rest[1..])),
        Some(c @ ' '..='/') => {
            let behind = rest[c.len_utf8()..].trim_start_matches(|c| matches!(c, ' '..='/'));
            let end = behind.chars().next().map_or(0, char::len_utf8);
            (None, &behind[end..])
        }
        Some(c) if !c.is_control() => (None, &rest[c.len_utf8()..]),
        Some(_) | None => (None, rest),
    }
}

fn control_sequence(rest: &str) -> (Option<&str>, &str) {
    let end = rest.char_indices().find(|(_, c)| !matches!(c, ' '..='?'));
    match end {
        Some((at, 'm')) => (Some(&rest[..at]), &rest[at + 1..]),
        Some((at, '@'..='~')) => (None, &rest[at + 1..]),
        Some((at, _)) => (None, &rest[at..]),
        None => (None, ""),
    }
}

/// Skips an OSC, DCS, SOS, PM or APC string: up to BEL or ST, or to the line's end.
fn after_string(rest: &str) -> &str {
    for (at, c) in rest.char_indices() {
        match c {
            '\u{07}' | '\u{9c}' => return &rest[at + c.len_utf8()..],
            '\u{1b}' => {
                let behind = &rest[at + 1..];
                return behind.strip_prefix('\\').unwrap_or(&rest[at..]);
            }
            _ => {}
        }
    }
    ""
}

fn apply(style: Style, parameters: &str, colour: Colour) -> Style {
    if parameters
        .chars()
        .any(|c| !c.is_ascii_digit() && c != ';' && c != ':')
    {
        return style;
    }
    let mut style = style;
    let numbers: Vec<u16> = parameters
        .split([';', ':'])
        .map(|number| match number {
            "" => 0,
            number => number.parse().unwrap_or(u16::MAX),
        })
        .collect();
    let mut at = 0;
    while let Some(number) = numbers.get(at) {
        at += 1;
        match number {
            0 => style = Style::new(),
            38 | 48 => {
                let (found, used) = extended(&numbers[at..]);
                at += used;
                if let Some(found) = found.and_then(|found| hue::shown(found, colour)) {
                    style = match number {
                        38 => style.fg(found),
                        _ => style.bg(found),
                    };
                }
            }
            number => style = simple(style, *number, colour),
        }
    }
    style
}

fn simple(style: Style, number: u16, colour: Colour) -> Style {
    match number {
        1 => style.add_modifier(Modifier::BOLD),
        2 => style.add_modifier(Modifier::DIM),
        3 => style.add_modifier(Modifier::ITALIC),
        4 => style.add_modifier(Modifier::UNDERLINED),
        7 => style.add_modifier(Modifier::REVERSED),
        9 => style.add_modifier(Modifier::CROSSED_OUT),
        22 => style.remove_modifier(Modifier::BOLD | Modifier::DIM),
        23 => style.remove_modifier(Modifier::ITALIC),
        24 => style.remove_modifier(Modifier::UNDERLINED),
        27 => style.remove_modifier(Modifier::REVERSED),
        29 => style.remove_modifier(Modifier::CROSSED_OUT),
        39 => Style { fg: None, ..style },
        49 => Style { bg: None, ..style },
        _ if colour == Colour::Never => style,
        30..=37 => style.fg(sixteen(number - 30)),
        90..=97 => style.fg(sixteen(number - 90 + 8)),
        40..=47 => style.bg(sixteen(number - 40)),
        100..=107 => style.bg(sixteen(number - 100 + 8)),
        _ => style,
    }
}

/// `5;N` or `2;R;G;B`, and how many numbers that took.
fn extended(numbers: &[u16]) -> (Option<Color>, usize) {
    let byte = |number: u16| u8::try_from(number).ok();
    match numbers {
        [5, index, ..] => (byte(*index).map(Color::Indexed), 2),
        [2, red, green, blue, ..] => match (byte(*red), byte(*green), byte(*blue)) {
            (Some(red), Some(green), Some(blue)) => (Some(Color::Rgb(red, green, blue)), 4),
            _ => (None, 4),
        },
        _ => (None, numbers.len()),
    }
}

fn sixteen(index: u16) -> Color {
    hue::SIXTEEN[usize::from(index) % hue::SIXTEEN.len()]
}
