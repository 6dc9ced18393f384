//! One block as rows. Does not know the run: what changes is painted over the step header's row.

use std::borrow::Cow;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use stepmark_core::plan::{Block, BlockKind, Container, Document, Inline};

use super::{PageRow, RowKind, code, table};
use crate::palette::Palette;
use crate::risk::Gravity;
use crate::text::{clean, width, wrap};
use crate::{Glyphs, risk};

/// The rows of block `at`, with so many rows for variables below it.
pub(super) fn rows(
    document: &Document,
    at: usize,
    columns: usize,
    variables: usize,
    (palette, glyphs): (Palette, Glyphs),
) -> Vec<PageRow> {
    let Some(block) = document.blocks.get(at) else {
        return Vec::new();
    };
    let mut prefix = Prefix::of(block, palette, glyphs);
    let inner = columns.saturating_sub(prefix.columns).max(1);
    let mut rows = Vec::new();
    let before = at.checked_sub(1).and_then(|at| document.blocks.get(at));
    if before.is_some_and(|before| !is_tight(before, block)) {
        rows.push(PageRow {
            kind: RowKind::Blank,
            line: Line::default(),
            before: 0,
        });
    }
    if block.step.is_some() {
        rows.push(prefix.row(RowKind::StepHeader, Vec::new(), 0));
    }
    let text = match &block.kind {
        BlockKind::Heading { level, content } => {
            let style = palette.heading(*level);
            wrap(&runs(content, style, palette), inner)
        }
        BlockKind::Paragraph(content) => wrap(&runs(content, palette.plain(), palette), inner),
        BlockKind::Code { language, text } => code::lines(language, text, inner, (palette, glyphs)),
        BlockKind::Html(text) => code::bare(text, palette.dim(), inner, (palette, glyphs)),
        BlockKind::Table { header, rows } => table::lines(header, rows, inner, palette, glyphs),
        BlockKind::Rule => vec![vec![Span::styled(
            glyphs.horizontal().repeat(inner),
            palette.dim(),
        )]],
    };
    let gutter = usize::from(matches!(
        block.kind,
        BlockKind::Code { .. } | BlockKind::Html(_)
    ));
    let goes_on = glyphs.pick("┊ ", ": ");
    for spans in text {
        let first = spans.first().filter(|_| gutter > 0);
        let kind = match first.is_some_and(|span| span.content == goes_on) {
            true => RowKind::CodeGoesOn,
            false => RowKind::Text,
        };
        rows.push(prefix.row(kind, spans, gutter));
    }
    for spans in risks(block, inner, palette, glyphs) {
        rows.push(prefix.row(RowKind::Risk, spans, 1));
    }
    rows.extend((0..variables).map(|at| prefix.row(RowKind::Variable(at), Vec::new(), 0)));
    rows
}

/// The styled runs of inline content; behind a link stands where it leads.
pub(super) fn runs(
    content: &[Inline],
    base: Style,
    palette: Palette,
) -> Vec<(Cow<'_, str>, Style)> {
    content
        .iter()
        .flat_map(|inline| {
            let mut style = base;
            for (wanted, modifier) in [
                (inline.style.emphasis, Modifier::ITALIC),
                (inline.style.strong, Modifier::BOLD),
                (inline.style.strike, Modifier::CROSSED_OUT),
                (inline.style.link, Modifier::UNDERLINED),
            ] {
                if wanted {
                    style = style.add_modifier(modifier);
                }
            }
            if inline.style.code {
                style = style.patch(palette.inline_code());
            }
            let aside = inline.aside().map(Cow::Owned);
            let aside = aside.map(|aside| (aside, base.patch(palette.dim())));
            [(Cow::Borrowed(inline.text.as_str()), style)]
                .into_iter()
                .chain(aside)
        })
        .collect()
}

/// What SQL locks and destroys, where it is a step.
fn risks(
    block: &Block,
    columns: usize,
    palette: Palette,
    glyphs: Glyphs,
) -> Vec<Vec<Span<'static>>> {
    let BlockKind::Code { language, text } = &block.kind else {
        return Vec::new();
    };
    if language != "sql" || block.step.is_none() {
        return Vec::new();
    }
    let lines = risk::lines(text, glyphs.dot()).into_iter();
    lines
        .flat_map(|(gravity, text)| {
            let (sign, style) = match gravity {
                Gravity::Light => ("  ", palette.dim()),
                Gravity::Blocks => ("! ", palette.warn()),
                Gravity::Destroys => ("! ", palette.bad()),
            };
            let indent = columns.min(2);
            let text = wrap(&[(text.into(), style)], columns.saturating_sub(indent));
            text.into_iter().enumerate().map(move |(at, mut spans)| {
                let before = if at == 0 { sign } else { "  " };
                spans.insert(0, Span::styled(before, style));
                spans
            })
        })
        .collect()
}

/// Items of one list follow each other without a blank row.
fn is_tight(before: &Block, block: &Block) -> bool {
    let is_item = |container: &Container| matches!(container, Container::Item { .. });
    let starts_item = block
        .containers
        .iter()
        .any(|container| matches!(container, Container::Item { first: true, .. }));
    starts_item && before.containers.iter().any(is_item) && block.step.is_none()
}

struct Prefix {
    first: Option<Vec<Span<'static>>>,
    rest: Vec<Span<'static>>,
    columns: usize,
}

impl Prefix {
    fn of(block: &Block, palette: Palette, glyphs: Glyphs) -> Self {
        let mut prefix = Self {
            first: None,
            rest: Vec::new(),
            columns: 0,
        };
        let mut first = Vec::new();
        for container in &block.containers {
            let (start, rest, style) = match container {
                Container::Quote => {
                    let bar = glyphs.pick("▎ ", "| ").to_owned();
                    (bar.clone(), bar, palette.dim())
                }
                // A task that is a step shows its state instead of its box.
                Container::Item { marker, .. }
                    if marker.starts_with('[') && block.step.is_some() =>
                {
                    let indent = " ".repeat(width(marker) + 1);
                    (indent.clone(), indent, palette.plain())
                }
                Container::Item { marker, first } => {
                    let marker = match marker.as_str() {
                        "-" => glyphs.pick("•", "-").to_owned(),
                        marker => clean(marker).into_owned(),
                    };
                    let indent = " ".repeat(width(&marker) + 1);
                    match first {
                        true => (format!("{marker} "), indent, palette.accent()),
                        false => (indent.clone(), indent, palette.plain()),
                    }
                }
            };
            prefix.columns += width(&rest);
            first.push(Span::styled(start, style));
            prefix.rest.push(Span::styled(rest, style));
        }
        prefix.first = Some(first);
        prefix
    }

    /// The next row, with `gutter` spans of its own before its text.
    fn row(&mut self, kind: RowKind, spans: Vec<Span<'static>>, gutter: usize) -> PageRow {
        let mut line = self.take();
        let before = line.len() + gutter;
        line.extend(spans);
        PageRow {
            kind,
            line: Line::from(line),
            before,
        }
    }

    /// What stands before the next row: markers once, their indentation after that.
    fn take(&mut self) -> Vec<Span<'static>> {
        self.first.take().unwrap_or_else(|| self.rest.clone())
    }
}
