//! Gathers runs of text in one style each. Does not know blocks.

use pulldown_cmark::{Event, Tag, TagEnd};
use stepmark_core::plan::{Inline, InlineStyle};

/// Text in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inlines {
    runs: Vec<Inline>,
    outer: Vec<InlineStyle>,
    style: InlineStyle,
}

impl Inlines {
    /// Takes in an event inside a paragraph, heading or cell.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => {
                self.outer.push(self.style);
                match tag {
                    Tag::Emphasis => self.style.emphasis = true,
                    Tag::Strong => self.style.strong = true,
                    Tag::Strikethrough => self.style.strike = true,
                    Tag::Link { .. } | Tag::Image { .. } => self.style.link = true,
                    _ => {}
                }
            }
            Event::End(_) => self.style = self.outer.pop().unwrap_or_default(),
            Event::Text(text) => self.push(text, self.style),
            Event::Code(text) => self.push(
                text,
                InlineStyle {
                    code: true,
                    ..self.style
                },
            ),
            Event::InlineHtml(html) if html.starts_with("<!--") => {}
            Event::InlineHtml(html) if is_line_break(html) => self.push("\n", self.style),
            Event::InlineHtml(html) => self.push(html, self.style),
            Event::SoftBreak => self.push(" ", self.style),
            Event::HardBreak => self.push("\n", self.style),
            _ => {}
        }
    }

    /// The runs gathered, blanks at the end removed.
    pub(crate) fn finish(mut self) -> Vec<Inline> {
        while let Some(last) = self.runs.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            self.runs.pop();
        }
        self.runs
    }

    fn push(&mut self, text: &str, style: InlineStyle) {
        match self.runs.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => {
                if self.runs.is_empty() {
                    self.runs.reserve_exact(1);
                }
                self.runs.push(Inline {
                    text: text.to_owned(),
                    style,
                });
            }
        }
    }
}

/// Whether what `tag` ends stands inside a paragraph, heading or cell.
pub(crate) fn is_inline_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// The text of `runs` on one line.
pub(crate) fn plain_text(runs: &[Inline]) -> String {
    let mut text = String::new();
    for word in runs
        .iter()
        .map(|run| run.text.as_str())
        .collect::<String>()
        .split_whitespace()
    {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

fn is_line_break(html: &str) -> bool {
    let name = html
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim_end_matches('/');
    name.trim().eq_ignore_ascii_case("br")
}
