//! Text made fit for cells: cleaned of control characters, measured, cut and wrapped. Does not know what it says.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span, StyledGrapheme};
use unicode_width::UnicodeWidthStr;

/// Columns a tab advances to, as terminals have it.
pub(crate) const TAB_COLUMNS: usize = 8;

/// Whether a character must not be drawn: it would move the cursor, or turn text around so that what is
/// shown is not what runs (bidirectional controls, "Trojan Source", CVE-2021-42574).
pub(crate) fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// `text` with tabs and line ends as spaces, and control characters as pictures of themselves: what is there is seen.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    // Every tab stop is a multiple of the same, so that only what stands behind the last one counts.
    let mut last_stop = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let column = width(&cleaned[last_stop..]);
                let spaces = TAB_COLUMNS - column % TAB_COLUMNS;
                cleaned.extend(std::iter::repeat_n(' ', spaces));
                last_stop = cleaned.len();
            }
            '\n' => cleaned.push(' '),
            c if is_harmful(c) => cleaned.push(picture(c)),
            c => cleaned.push(c),
        }
    }
    Cow::Owned(cleaned)
}

/// A visible sign for a harmful character (Unicode block "Control Pictures", where there is one).
fn picture(c: char) -> char {
    match u32::from(c) {
        0x7f => '\u{2421}',
        code if code < 0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    }
}

/// Columns `text` takes when each of its graphemes is drawn into cells of its own, as ratatui does.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let span = Span::raw(text);
    let wide = |grapheme: StyledGrapheme<'_>| grapheme.symbol.width();
    span.styled_graphemes(Style::new()).map(wide).sum()
}

/// `text` in at most `columns`, ending in `ellipsis` where it was cut.
pub(crate) fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    let text = clean(text);
    if width(&text) <= columns {
        return text.into_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in Span::raw(text.as_ref()).styled_graphemes(Style::new()) {
        let wide = grapheme.symbol.width();
        if used + wide > room {
            break;
        }
        used += wide;
        kept.push_str(grapheme.symbol);
    }
    if columns > 0 {
        kept.push_str(ellipsis);
    }
    kept
}

/// `text`, which may end in a path, in at most `columns`: of the path the end stays, since the name of the file is what one
/// types, and of what is before it the beginning.
pub(crate) fn fit_path(text: &str, columns: usize, ellipsis: &str) -> String {
    let text = clean(text);
    if width(&text) <= columns {
        return text.into_owned();
    }
    let at = text.rfind('/').filter(|at| text[*at..].len() > 1);
    let Some(at) = at else {
        return fit(&text, columns, ellipsis);
    };
    let path = text[..at].rfind(' ').map_or(0, |space| space + 1);
    let (head, path) = text.split_at(path);
    let name = &text[at..];
    let least = width(name) + width(ellipsis);
    let head = fit(head, columns.saturating_sub(least), ellipsis);
    let room = columns.saturating_sub(width(&head) + width(ellipsis));
    let mut end = String::new();
    let mut used = 0;
    for c in path.chars().rev() {
        let wide = width(c.encode_utf8(&mut [0; 4]));
        if used + wide > room {
            break;
        }
        used += wide;
        end.insert(0, c);
    }
    fit(&format!("{head}{ellipsis}{end}"), columns, "")
}

/// What is seen of `text` in `columns` from the column `first` on. Of a character that is cut at the left its columns stay, so
/// that what follows keeps its place.
pub(crate) fn window(text: &str, first: usize, columns: usize) -> String {
    let mut seen = String::new();
    let mut at = 0;
    for grapheme in Span::raw(text).styled_graphemes(Style::new()) {
        let end = at + grapheme.symbol.width();
        match () {
            () if end > first + columns => break,
            () if at >= first => seen.push_str(grapheme.symbol),
            () => seen.extend(std::iter::repeat_n(' ', end.saturating_sub(first))),
        }
        at = end;
    }
    seen
}

/// `1 more line`, `2 more lines`.
pub(crate) fn more_lines(count: usize) -> String {
    match count {
        1 => "1 more line".to_owned(),
        count => format!("{count} more lines"),
    }
}

/// A run of text in one style, cleaned.
pub(crate) fn span(text: &str, style: Style) -> Span<'static> {
    Span::styled(clean(text).into_owned(), style)
}

/// Breaks runs of text into lines of at most `columns`, at spaces where there are any, and at every `\n`.
pub(crate) fn wrap(runs: &[(Cow<'_, str>, Style)], columns: usize) -> Vec<Vec<Span<'static>>> {
    if columns == 0 {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut line = OpenLine::default();
    for (text, style) in runs {
        for (at, piece) in text.split('\n').enumerate() {
            let piece = piece.strip_suffix('\r').unwrap_or(piece);
            if at > 0 {
                lines.push(line.take());
            }
            let piece = clean(piece);
            let span = Span::raw(piece.as_ref());
            for grapheme in span.styled_graphemes(*style) {
                line.push(grapheme.symbol, grapheme.style, columns, &mut lines);
            }
        }
    }
    lines.push(line.take());
    lines
}

/// Breaks a line of one style. What goes on below keeps its indentation, and `more` columns.
pub(crate) fn hang(text: &str, style: Style, columns: usize, more: usize) -> Vec<Line<'static>> {
    let own = text.len() - text.trim_start_matches(' ').len();
    let own = if own * 2 > columns { 0 } else { own };
    let more = if (own + more) * 2 > columns { 0 } else { more };
    let body = [(Cow::Borrowed(text.trim_start_matches(' ')), style)];
    let lines = wrap(&body, columns.saturating_sub(own + more));
    let indented = |(at, mut spans): (usize, Vec<Span<'static>>)| {
        let indent = if at == 0 { own } else { own + more };
        spans.insert(0, Span::raw(" ".repeat(indent)));
        Line::from(spans)
    };
    lines.into_iter().enumerate().map(indented).collect()
}

/// Breaks one line of code into pieces of at most `columns`, wherever they end: code keeps its spaces.
pub(crate) fn chop(text: &str, style: Style, columns: usize) -> Vec<Span<'static>> {
    if columns == 0 {
        return Vec::new();
    }
    let text = clean(text);
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for grapheme in Span::raw(text.as_ref()).styled_graphemes(style) {
        let wide = grapheme.symbol.width();
        if used + wide > columns && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(grapheme.symbol);
        }
    }
    pieces
        .into_iter()
        .map(|piece| Span::styled(piece, style))
        .collect()
}

#[derive(Default)]
struct OpenLine {
    cells: Vec<(String, Style)>,
    columns: usize,
    last_space: Option<usize>,
}

impl OpenLine {
    fn push(
        &mut self,
        symbol: &str,
        style: Style,
        columns: usize,
        lines: &mut Vec<Vec<Span<'static>>>,
    ) {
        let wide = symbol.width();
        if self.columns + wide > columns && !self.cells.is_empty() {
            if symbol == " " {
                lines.push(self.take());
                return;
            }
            lines.push(self.take_to_space());
        }
        if symbol == " " {
            self.last_space = Some(self.cells.len());
        }
        self.columns += wide;
        self.cells.push((symbol.to_owned(), style));
    }

    fn take(&mut self) -> Vec<Span<'static>> {
        let cells = std::mem::take(self).cells;
        joined(&cells)
    }

    fn take_to_space(&mut self) -> Vec<Span<'static>> {
        let Some(space) = self.last_space else {
            return self.take();
        };
        let rest = self.cells.split_off(space + 1);
        self.cells.pop();
        let line = self.take();
        self.columns = rest.iter().map(|(symbol, _)| symbol.width()).sum();
        self.cells = rest;
        line
    }
}

fn joined(cells: &[(String, Style)]) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (symbol, style) in cells {
        match spans.last_mut() {
            Some(last) if last.style == *style => last.content.to_mut().push_str(symbol),
            Some(_) | None => spans.push(Span::styled(symbol.clone(), *style)),
        }
    }
    spans
}
