//! A terminal screen as an SVG picture. Does not run anything: it is given a screen.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

const CELL_WIDTH: f64 = 8.4;
const CELL_HEIGHT: f64 = 18.0;
const MARGIN: f64 = 14.0;
const TITLE_BAR: f64 = 30.0;
const BACKGROUND: &str = "#11151c";
const FOREGROUND: &str = "#d5dae3";

/// The sixteen colours of a terminal, a quiet dark theme.
const PALETTE: [&str; 16] = [
    "#2b313b", "#e06c75", "#8cc570", "#e0b15f", "#61a5ef", "#c586d8", "#56b6c2", "#c5ccd8",
    "#626d7d", "#ff858d", "#a5de8a", "#f5cb7f", "#82bdff", "#dba1ee", "#74d0dc", "#ffffff",
];

/// How a run of cells looks.
#[derive(Clone, PartialEq)]
struct Style {
    foreground: String,
    background: Option<String>,
    bold: bool,
    italic: bool,
    underline: bool,
    dim: bool,
}

/// The screen as a standalone SVG with a window's title bar.
pub fn svg(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let width = f64::from(columns.get()) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f64::from(rows.get()) * CELL_HEIGHT + 2.0 * MARGIN + TITLE_BAR;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"9\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (at, colour) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        let x = 20 + 20 * at;
        let _ = writeln!(
            out,
            "<circle cx=\"{x}\" cy=\"18\" r=\"6\" fill=\"{colour}\"/>"
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"23\" fill=\"#8a94a4\" text-anchor=\"middle\">{}</text>",
        width / 2.0,
        escaped(title)
    );
    for row in 0..rows.get() {
        one_row(&mut out, screen, row, columns.get());
    }
    out.push_str("</svg>\n");
    out
}

fn one_row(out: &mut String, screen: &Screen, row: u16, columns: u16) {
    let mut column = 0;
    while column < columns {
        let style = style(screen.cell(row, column));
        let start = column;
        let mut text = String::new();
        while column < columns && self::style(screen.cell(row, column)) == style {
            let cell = screen.cell(row, column);
            let contents = cell.map_or("", Cell::contents);
            let continues = cell.is_some_and(Cell::is_wide_continuation);
            if !continues {
                text.push_str(if contents.is_empty() { " " } else { contents });
            }
            column += 1;
        }
        run(out, (row, start, column - start), &text, &style);
    }
}

fn run(out: &mut String, (row, column, cells): (u16, u16, u16), text: &str, style: &Style) {
    let x = MARGIN + f64::from(column) * CELL_WIDTH;
    let y = TITLE_BAR + MARGIN + f64::from(row) * CELL_HEIGHT;
    let width = f64::from(cells) * CELL_WIDTH;
    if let Some(background) = &style.background {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{background}\"/>"
        );
    }
    let lead = text.len() - text.trim_start().len();
    let shown = text.trim();
    if shown.is_empty() {
        return;
    }
    let x = x + CELL_WIDTH * lead as f64;
    let width = width - CELL_WIDTH * (text.chars().count() - shown.chars().count()) as f64;
    let mut attributes = String::new();
    for (wanted, attribute) in [
        (style.bold, " font-weight=\"bold\""),
        (style.italic, " font-style=\"italic\""),
        (style.underline, " text-decoration=\"underline\""),
        (style.dim, " opacity=\"0.65\""),
    ] {
        if wanted {
            attributes.push_str(attribute);
        }
    }
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{}\" textLength=\"{width:.1}\" xml:space=\"preserve\"{attributes}>{}</text>",
        y + 13.5,
        style.foreground,
        escaped(shown)
    );
}

fn style(cell: Option<&Cell>) -> Style {
    let colour = |colour: Color| match colour {
        Color::Default => None,
        Color::Idx(index) => Some(indexed(index)),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    };
    let (mut foreground, mut background) = cell.map_or((None, None), |cell| {
        (colour(cell.fgcolor()), colour(cell.bgcolor()))
    });
    if cell.is_some_and(Cell::inverse) {
        let swapped = foreground.unwrap_or_else(|| FOREGROUND.to_owned());
        foreground = Some(background.unwrap_or_else(|| BACKGROUND.to_owned()));
        background = Some(swapped);
    }
    Style {
        foreground: foreground.unwrap_or_else(|| FOREGROUND.to_owned()),
        background,
        bold: cell.is_some_and(Cell::bold),
        italic: cell.is_some_and(Cell::italic),
        underline: cell.is_some_and(Cell::underline),
        dim: cell.is_some_and(Cell::dim),
    }
}

/// A colour of the 256-colour palette (xterm's cube and greys beyond the first sixteen).
fn indexed(index: u8) -> String {
    if let Some(colour) = PALETTE.get(usize::from(index)) {
        return (*colour).to_owned();
    }
    if index >= 232 {
        let level = 8 + 10 * (index - 232);
        return format!("#{level:02x}{level:02x}{level:02x}");
    }
    let cube = index - 16;
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let (red, green, blue) = (level(cube / 36), level(cube / 6 % 6), level(cube % 6));
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
