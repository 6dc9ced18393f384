//! The runbook's prose before a step, as lines without markup. Does not wrap: terminals and screen readers do.

use std::fmt::Write as _;

use stepmark_core::StepIndex;
use stepmark_core::plan::{Block, BlockKind, Container, Inline, Plan};

/// What the runbook says before `step` and after the step before it.
pub(super) fn prose(plan: &Plan, step: StepIndex) -> String {
    let blocks = &plan.document.blocks;
    let Some(at) = blocks.iter().position(|block| block.step == Some(step)) else {
        return String::new();
    };
    let before = blocks[..at].iter().rposition(|block| block.step.is_some());
    let from = before.map_or(0, |before| before + 1);
    blocks[from..at].iter().map(block_text).collect()
}

fn block_text(block: &Block) -> String {
    let text = match &block.kind {
        // It is what the run is called, and was said.
        BlockKind::Heading { level: 1, .. } | BlockKind::Rule | BlockKind::Html(_) => {
            return String::new();
        }
        BlockKind::Heading { content, .. } => format!("{}:", words(content)),
        BlockKind::Paragraph(content) => words(content),
        BlockKind::Code { text, .. } => text.trim_end().to_owned(),
        BlockKind::Table { header, rows } => {
            let mut text = row(header);
            for cells in rows {
                let _ = write!(text, "\n{}", row(cells));
            }
            text
        }
    };
    let (first, others) = margins(&block.containers);
    let mut said = String::new();
    for (number, line) in text.lines().enumerate() {
        let margin = if number == 0 { &first } else { &others };
        let _ = writeln!(said, "{margin}{line}");
    }
    said
}

/// What stands before the first line and before the others, by what a block stands in.
fn margins(containers: &[Container]) -> (String, String) {
    let (mut first, mut others) = ("  ".to_owned(), "  ".to_owned());
    for container in containers {
        match container {
            Container::Quote => {
                first.push_str("> ");
                others.push_str("> ");
            }
            Container::Item {
                marker,
                first: is_first,
            } => {
                let blank = " ".repeat(marker.chars().count() + 1);
                match is_first {
                    true => {
                        let _ = write!(first, "{marker} ");
                    }
                    false => first.push_str(&blank),
                }
                others.push_str(&blank);
            }
        }
    }
    (first, others)
}

fn row(cells: &[Vec<Inline>]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| words(cell)).collect();
    cells.join(" | ")
}

fn words(content: &[Inline]) -> String {
    let said = |inline: &Inline| inline.text.clone() + &inline.aside().unwrap_or_default();
    content.iter().map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_between_two_steps_is_told_without_markup() {
        let book = "# Move\n\nFirst [**words**](docs/a.md).\n\n```sql {name=a}\nSELECT 1;\n```\n\n## Then\n\n\
            - one\n- two\n\n  more of two\n\n> a quote\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\n```text\nshown only\n```\n\n\
            ```sql {name=b}\nSELECT 2;\n```\n";
        let plan = stepmark_parse::parse(book.as_bytes(), "book").plan;
        assert_eq!(prose(&plan, StepIndex(0)), "  First words (docs/a.md).\n");
        assert_eq!(
            prose(&plan, StepIndex(1)),
            "  Then:\n  - one\n  - two\n    more of two\n  > a quote\n  x | y\n  1 | 2\n  shown only\n"
        );
    }
}
