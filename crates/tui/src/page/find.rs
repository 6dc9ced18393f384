//! Matches of a search on the page. A match may go on from row to row of a paragraph; it counts where it begins.

use stepmark_core::plan::{Block, BlockKind, Inline, Plan};

use super::{Page, PageAnchor, RowKind};
use crate::needle::Needle;
use crate::search::{Direction, Hit};

impl Page {
    /// The match nearest to `from` in a direction, `from` itself included where `inclusive`; around the page's end if need be.
    pub(crate) fn find(
        &self,
        plan: &Plan,
        needle: &Needle,
        (from, inclusive): (PageAnchor, bool),
        columns: usize,
        direction: Direction,
    ) -> Option<Hit<PageAnchor>> {
        let count = plan.document.blocks.len();
        let start = from.block.min(count.checked_sub(1)?);
        let places = |block: usize| {
            let rows = self.matches(plan, needle, block, columns);
            rows.into_iter().map(move |row| PageAnchor { block, row })
        };
        let is_ahead = |place: &PageAnchor| match direction {
            _ if *place == from => inclusive,
            Direction::On => *place > from,
            Direction::Back => *place < from,
        };
        match direction {
            Direction::On => {
                let ahead = (start..count).flat_map(places).find(is_ahead);
                let around = || (0..=start).flat_map(places).next();
                Hit::of(ahead, around)
            }
            Direction::Back => {
                let places = |block: usize| places(block).rev();
                let ahead = (0..=start).rev().flat_map(places).find(is_ahead);
                let around = || (start..count).rev().flat_map(places).next();
                Hit::of(ahead, around)
            }
        }
    }

    /// The rows of a block in which matches begin, in order.
    fn matches(&self, plan: &Plan, needle: &Needle, block: usize, columns: usize) -> Vec<usize> {
        let Some(found) = plan.document.blocks.get(block) else {
            return Vec::new();
        };
        let step = found.step.map(|step| plan.step(step).id.as_str());
        // Rendering is what costs: where the block has no match, it is not rendered.
        let in_header = step.is_some_and(|id| needle.is_in(id));
        if !in_header && !is_in(found, needle) {
            return Vec::new();
        }
        let rows = self.rows(&plan.document, block, columns);
        let mut text = String::new();
        let mut starts = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            match (row.kind, step) {
                (RowKind::CodeGoesOn, _) => {}
                (RowKind::Blank | RowKind::Variable(_) | RowKind::Risk, _) => continue,
                (RowKind::StepHeader | RowKind::Text, _) if text.is_empty() => {}
                (RowKind::StepHeader | RowKind::Text, _) => text.push(' '),
            }
            starts.push((text.len(), at));
            match (row.kind, step) {
                (RowKind::StepHeader, Some(id)) => {
                    text.push_str(id);
                    text.push('\n');
                }
                _ => text.push_str(&row.text()),
            }
        }
        let mut matches: Vec<usize> = needle
            .ranges(&text)
            .into_iter()
            .filter_map(|range| {
                let after = starts.partition_point(|(start, _)| *start <= range.start);
                starts.get(after.checked_sub(1)?).map(|(_, row)| *row)
            })
            .collect();
        matches.dedup();
        matches
    }
}

/// Whether a match stands in the text of a block.
fn is_in(block: &Block, needle: &Needle) -> bool {
    let inline = |content: &[Inline]| {
        let mut text = String::new();
        for inline in content {
            text.push_str(&inline.text);
            text.extend(inline.aside());
        }
        needle.is_in(&text.replace('\n', " "))
    };
    match &block.kind {
        BlockKind::Heading { content, .. } | BlockKind::Paragraph(content) => inline(content),
        BlockKind::Code { text, .. } | BlockKind::Html(text) => needle.is_in(text),
        BlockKind::Table { header, rows } => {
            let mut cells = header.iter().chain(rows.iter().flatten());
            cells.any(|cell| inline(cell))
        }
        BlockKind::Rule => false,
    }
}
