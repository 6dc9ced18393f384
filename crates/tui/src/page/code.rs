//! Code behind a gutter, highlighted, whole: a line too long goes on behind a broken gutter, since what is shown is what
//! runs. Does not judge the code.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;
use stepmark_sql::{Class, highlight};
use unicode_width::UnicodeWidthStr;

use super::shell_code;
use crate::Glyphs;
use crate::palette::Palette;
use crate::text::{TAB_COLUMNS, clean, width};

/// Longer code is not coloured.
const COLOURED_BYTES_MAX: usize = 256 * 1024;

/// Languages whose words and quotes are those of `bash`.
const SHELLS: [&str; 5] = ["bash", "sh", "shell", "zsh", "console"];

/// Bytes of a text that look alike.
type Stretch = (Range<usize>, Style);

/// Text that is drawn in one style.
type Run = (String, Style);

/// The lines of code in `language`.
pub(super) fn lines(
    language: &str,
    text: &str,
    columns: usize,
    (palette, glyphs): (Palette, Glyphs),
) -> Vec<Vec<Span<'static>>> {
    let stretches = match language {
        _ if text.len() > COLOURED_BYTES_MAX => Vec::new(),
        "sql" | "psql" | "postgresql" | "pgsql" => highlight(text),
        shell if SHELLS.contains(&shell) => shell_code::highlight(text),
        _ => Vec::new(),
    };
    let stretches = stretches.into_iter();
    let stretches: Vec<Stretch> = stretches
        .map(|(range, class)| (range, style(class, palette)))
        .collect();
    gutter(
        text,
        &stretches,
        palette.plain(),
        columns,
        (palette, glyphs),
    )
}

/// The lines of a text in one style.
pub(super) fn bare(
    text: &str,
    style: Style,
    columns: usize,
    look: (Palette, Glyphs),
) -> Vec<Vec<Span<'static>>> {
    gutter(text, &[], style, columns, look)
}

fn style(class: Class, palette: Palette) -> Style {
    match class {
        Class::Keyword => palette.keyword(),
        Class::String => palette.string(),
        Class::Number => palette.number(),
        Class::Comment => palette.comment(),
        Class::Variable => palette.variable(),
        Class::MetaCommand => palette.inline_code(),
        Class::CopyData => palette.dim(),
        Class::Identifier | Class::Operator | Class::Text => palette.plain(),
    }
}

fn gutter(
    text: &str,
    stretches: &[Stretch],
    otherwise: Style,
    columns: usize,
    (palette, glyphs): (Palette, Glyphs),
) -> Vec<Vec<Span<'static>>> {
    let gutter = [
        Span::styled(glyphs.pick("│ ", "| "), palette.dim()),
        Span::styled(glyphs.pick("┊ ", ": "), palette.dim()),
    ];
    let inner = columns.saturating_sub(2).max(1);
    let mut lines = Vec::new();
    let mut start = 0;
    let mut stretches = stretches;
    for whole in text.split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (runs, rest) = runs(line, start, stretches, otherwise);
        stretches = rest;
        start += whole.len();
        for (at, piece) in chop(runs, inner).into_iter().enumerate() {
            let mut spans = vec![gutter[at.min(1)].clone()];
            spans.extend(piece);
            lines.push(spans);
        }
    }
    lines
}

/// A line that begins at byte `start`, cut where its style changes and cleaned; and the stretches that go on after it.
fn runs<'a>(
    line: &str,
    start: usize,
    mut stretches: &'a [Stretch],
    otherwise: Style,
) -> (Vec<Run>, &'a [Stretch]) {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = 0;
    for (at, c) in line.char_indices() {
        let at = start + at;
        while let [(range, _), rest @ ..] = stretches
            && range.end <= at
        {
            stretches = rest;
        }
        let style = match stretches {
            [(range, style), ..] if range.contains(&at) => *style,
            _ => otherwise,
        };
        let mut bytes = [0; 4];
        let drawn = match c {
            '\t' => " ".repeat(TAB_COLUMNS - column % TAB_COLUMNS),
            c => clean(c.encode_utf8(&mut bytes)).into_owned(),
        };
        column += width(&drawn);
        match runs.last_mut() {
            Some((text, last)) if *last == style => text.push_str(&drawn),
            Some(_) | None => runs.push((drawn, style)),
        }
    }
    (runs, stretches)
}

/// Breaks a line into pieces of at most `columns`, wherever they end: code keeps its spaces.
fn chop(runs: Vec<Run>, columns: usize) -> Vec<Vec<Span<'static>>> {
    let mut pieces: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for (text, style) in runs {
        let whole = Span::styled(text, style);
        let mut part = String::new();
        for grapheme in whole.styled_graphemes(Style::new()) {
            let wide = grapheme.symbol.width();
            if used + wide > columns && used > 0 {
                push(&mut pieces, std::mem::take(&mut part), style);
                pieces.push(Vec::new());
                used = 0;
            }
            used += wide;
            part.push_str(grapheme.symbol);
        }
        push(&mut pieces, part, style);
    }
    pieces
}

fn push(pieces: &mut [Vec<Span<'static>>], text: String, style: Style) {
    if let Some(last) = pieces.last_mut().filter(|_| !text.is_empty()) {
        last.push(Span::styled(text, style));
    }
}
