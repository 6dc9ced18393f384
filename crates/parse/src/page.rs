//! Builds the document for rendering from Markdown events. Does not know what a step is.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use stepmark_core::plan::{Block, BlockKind, Container, Document, Inline, Span};

use crate::inlines::{Inlines, is_inline_end};

/// Containers nested deeper than this are left out of a block's list, which would grow with every level.
const CONTAINERS_MAX: usize = 64;

/// A document in the making.
#[derive(Default)]
pub(crate) struct Page {
    document: Document,
    around: Vec<Around>,
    /// The number of the next item in each open list; none for bullets.
    lists: Vec<Option<u64>>,
    open: Option<Open>,
    /// The paragraph or heading, in `document.blocks`, closed last.
    last_text: Option<usize>,
}

struct Around {
    /// None for a block quote.
    marker: Option<String>,
    used: bool,
}

/// A leaf block that is not closed yet.
enum Open {
    Paragraph { text: Inlines, span: Span },
    Heading { level: u8, text: Inlines },
    Code { language: String, text: String },
    Html(String),
    Table(OpenTable),
}

#[derive(Default)]
struct OpenTable {
    header: Vec<Vec<Inline>>,
    rows: Vec<Vec<Vec<Inline>>>,
    cell: Inlines,
    in_header: bool,
}

impl Page {
    /// Takes in the next event of the document.
    pub(crate) fn event(&mut self, event: &Event<'_>, span: &Span) {
        match event {
            Event::Start(tag) if !is_inline_end(tag.to_end()) => self.start(tag, span),
            Event::End(tag) if !is_inline_end(*tag) => self.end(*tag, span),
            Event::Rule => {
                self.close_paragraph();
                self.push(BlockKind::Rule, span.clone());
            }
            Event::TaskListMarker(ticked) => {
                let marker = if *ticked { "[x]" } else { "[ ]" };
                if let Some(item) = self.around.last_mut() {
                    item.marker = Some(marker.to_owned());
                }
                self.open_paragraph(span);
            }
            inside => self.inside(inside, span),
        }
    }

    /// The blocks so far.
    pub(crate) fn blocks(&mut self) -> &mut Vec<Block> {
        &mut self.document.blocks
    }

    /// The index of the paragraph or heading closed last.
    pub(crate) fn last_text(&self) -> Option<usize> {
        self.last_text
    }

    pub(crate) fn finish(mut self) -> Document {
        self.close_paragraph();
        self.document
    }

    fn start(&mut self, tag: &Tag<'_>, span: &Span) {
        if !matches!(tag, Tag::TableHead | Tag::TableRow | Tag::TableCell) {
            self.close_paragraph();
        }
        match tag {
            Tag::Paragraph => {
                self.open = Some(Open::Paragraph {
                    text: Inlines::default(),
                    span: span.clone(),
                });
            }
            Tag::Heading { level, .. } => {
                self.open = Some(Open::Heading {
                    level: *level as u8,
                    text: Inlines::default(),
                });
            }
            Tag::BlockQuote(_) => self.around.push(Around {
                marker: None,
                used: false,
            }),
            Tag::List(first) => self.lists.push(*first),
            Tag::Item => self.start_item(),
            Tag::CodeBlock(kind) => {
                self.open = Some(Open::Code {
                    language: language(kind),
                    text: String::with_capacity(span.len()),
                });
            }
            Tag::HtmlBlock => self.open = Some(Open::Html(String::with_capacity(span.len()))),
            Tag::Table(_) => self.open = Some(Open::Table(OpenTable::default())),
            Tag::TableHead | Tag::TableRow | Tag::TableCell => self.start_in_table(tag),
            _ => {}
        }
    }

    fn start_item(&mut self) {
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}.");
                *number += 1;
                marker
            }
            _ => "-".to_owned(),
        };
        self.around.push(Around {
            marker: Some(marker),
            used: false,
        });
    }

    fn start_in_table(&mut self, tag: &Tag<'_>) {
        let Some(Open::Table(table)) = &mut self.open else {
            return;
        };
        match tag {
            Tag::TableHead => table.in_header = true,
            Tag::TableRow => table.rows.push(Vec::new()),
            _ => table.cell = Inlines::default(),
        }
    }

    fn end(&mut self, tag: TagEnd, span: &Span) {
        match tag {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Table => {
                let kind = match self.open.take() {
                    Some(Open::Heading { level, text }) => {
                        let content = text.finish();
                        self.push_text(BlockKind::Heading { level, content }, span.clone());
                        return;
                    }
                    Some(Open::Code { language, text }) => BlockKind::Code { language, text },
                    Some(Open::Html(html)) => BlockKind::Html(html),
                    Some(Open::Table(OpenTable { header, rows, .. })) => {
                        BlockKind::Table { header, rows }
                    }
                    Some(Open::Paragraph { .. }) | None => return,
                };
                self.push(kind, span.clone());
            }
            TagEnd::Item => {
                self.close_paragraph();
                if self.around.last().is_some_and(|item| !item.used) {
                    self.push_text(BlockKind::Paragraph(Vec::new()), span.clone());
                }
                self.around.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.close_paragraph();
                self.around.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::TableHead | TagEnd::TableCell => self.end_in_table(tag),
            _ => {}
        }
    }

    fn end_in_table(&mut self, tag: TagEnd) {
        let Some(Open::Table(table)) = &mut self.open else {
            return;
        };
        if tag == TagEnd::TableHead {
            table.in_header = false;
            return;
        }
        let cell = std::mem::take(&mut table.cell).finish();
        if table.in_header {
            table.header.push(cell);
        } else if let Some(row) = table.rows.last_mut() {
            row.push(cell);
        }
    }

    fn inside(&mut self, event: &Event<'_>, span: &Span) {
        let open = self.open_paragraph(span);
        match open {
            Open::Paragraph { text, span: whole } => {
                whole.end = whole.end.max(span.end);
                text.event(event);
            }
            Open::Heading { text, .. } => text.event(event),
            Open::Table(table) => table.cell.event(event),
            Open::Code { text, .. } | Open::Html(text) => {
                if let Event::Text(piece) | Event::Html(piece) = event {
                    text.push_str(piece);
                }
            }
        }
    }

    /// What is open, or a paragraph that starts at `span`.
    fn open_paragraph(&mut self, span: &Span) -> &mut Open {
        self.open.get_or_insert_with(|| Open::Paragraph {
            text: Inlines::default(),
            span: span.clone(),
        })
    }

    fn close_paragraph(&mut self) {
        match self.open.take() {
            Some(Open::Paragraph { text, span }) => {
                self.push_text(BlockKind::Paragraph(text.finish()), span);
            }
            other => self.open = other,
        }
    }

    fn push_text(&mut self, kind: BlockKind, span: Span) {
        self.last_text = Some(self.document.blocks.len());
        self.push(kind, span);
    }

    fn push(&mut self, kind: BlockKind, span: Span) {
        let containers = self
            .around
            .iter_mut()
            .take(CONTAINERS_MAX)
            .map(|around| match &around.marker {
                None => Container::Quote,
                Some(marker) => Container::Item {
                    marker: marker.clone(),
                    first: !std::mem::replace(&mut around.used, true),
                },
            })
            .collect();
        if let Some(innermost) = self.around.last_mut() {
            innermost.used = true;
        }
        self.document.blocks.push(Block {
            containers,
            kind,
            span,
            step: None,
        });
    }
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Indented => String::new(),
        CodeBlockKind::Fenced(info) => info
            .split(|next: char| next.is_whitespace() || matches!(next, '{' | ',' | ':'))
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}
