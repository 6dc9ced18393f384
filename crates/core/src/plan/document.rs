//! The page a runbook is, flat and ready to be rendered. Does not know sizes or colours.

use super::Span;
use crate::StepIndex;

/// The runbook as a list of leaf blocks in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A leaf block and what it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The block quotes and list items around it, outermost first.
    pub containers: Vec<Container>,
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the source.
    pub span: Span,
    /// The step this block is, if it is one.
    pub step: Option<StepIndex>,
}

/// Something a block stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Container {
    /// A block quote.
    Quote,
    /// A list item. `marker` is drawn before its first block (`first`); later blocks are indented by its width.
    Item {
        /// `•`-worthy bullets are `-`; ordered items are `3.`; tasks are `[ ]` or `[x]`.
        marker: String,
        /// Whether this block is the item's first.
        first: bool,
    },
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A code block; what runs is in the step, this is what is shown.
    Code {
        /// First word of the info string; empty for none.
        language: String,
        /// The lines.
        text: String,
    },
    /// A table.
    Table {
        /// Header cells.
        header: Vec<Vec<Inline>>,
        /// Rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A horizontal rule.
    Rule,
    /// Raw HTML, shown as text and never run.
    Html(String),
}

/// A run of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// The text; `\n` is a hard break.
    pub text: String,
    /// How it looks.
    pub style: InlineStyle,
    /// Where the link or image that ends with it leads, unless its text says so.
    pub target: Option<Box<str>>,
}

impl Inline {
    /// What is said behind the text to who cannot follow a link: ` (docs/a.md)`.
    pub fn aside(&self) -> Option<String> {
        let gap = if self.text.is_empty() { "" } else { " " };
        let target = self.target.as_ref()?;
        Some(format!("{gap}({target})"))
    }
}

/// How a run of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InlineStyle {
    /// `*emphasis*`
    pub emphasis: bool,
    /// `**strong**`
    pub strong: bool,
    /// `~~struck~~`
    pub strike: bool,
    /// `` `code` ``
    pub code: bool,
    /// The text of a link or image.
    pub link: bool,
}
