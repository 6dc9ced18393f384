//! One block as rows. Does not know the run: what changes is painted over the step header's row.

use std::borrow::Cow;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use stepmark_core::plan::{Block, BlockKind, Container, Document, Inline};

use super::{PageRow, RowKind, table};
use crate::Glyphs;
use crate::palette::Palette;
use crate::text::{chop, clean, width, wrap};

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
        });
    }
    if block.step.is_some() {
        rows.push(PageRow {
            kind: RowKind::StepHeader,
            line: Line::from(prefix.take()),
        });
    }
    let text = match &block.kind {
        BlockKind::Heading { level, content } => {
            let style = palette.heading(*level);
            wrap(&runs(content, style, palette), inner)
        }
        BlockKind::Paragraph(content) => wrap(&runs(content, palette.plain(), palette), inner),
        BlockKind::Code { text, .. } => code(text, palette.plain(), inner, palette, glyphs),
        BlockKind::Html(text) => code(text, palette.dim(), inner, palette, glyphs),
        BlockKind::Table { header, rows } => table::lines(header, rows, inner, palette, glyphs),
        BlockKind::Rule => vec![vec![Span::styled(
            glyphs.horizontal().repeat(inner),
            palette.dim(),
        )]],
    };
    rows.extend(text.into_iter().map(|spans| {
        let mut line = prefix.take();
        line.extend(spans);
        PageRow {
            kind: RowKind::Text,
            line: Line::from(line),
        }
    }));
    rows.extend((0..variables).map(|at| PageRow {
        kind: RowKind::Variable(at),
        line: Line::from(prefix.take()),
    }));
    rows
}

/// The styled runs of inline content.
pub(super) fn runs(
    content: &[Inline],
    base: Style,
    palette: Palette,
) -> Vec<(Cow<'_, str>, Style)> {
    content
        .iter()
        .map(|inline| {
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
            (Cow::Borrowed(inline.text.as_str()), style)
        })
        .collect()
}

/// Code behind a gutter, whole: a line too long goes on behind a broken gutter, since what is shown is what runs.
fn code(
    text: &str,
    style: Style,
    columns: usize,
    palette: Palette,
    glyphs: Glyphs,
) -> Vec<Vec<Span<'static>>> {
    let gutter = [
        Span::styled(glyphs.pick("│ ", "| "), palette.dim()),
        Span::styled(glyphs.pick("┊ ", ": "), palette.dim()),
    ];
    let inner = columns.saturating_sub(2).max(1);
    text.lines()
        .flat_map(|line| chop(line, style, inner).into_iter().enumerate())
        .map(|(piece, span)| vec![gutter[piece.min(1)].clone(), span])
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

    /// What stands before the next row: markers once, their indentation after that.
    fn take(&mut self) -> Vec<Span<'static>> {
        self.first.take().unwrap_or_else(|| self.rest.clone())
    }
}
