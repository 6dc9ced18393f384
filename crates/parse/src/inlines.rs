//! Gathers runs of text in one style each. Does not know blocks.

use pulldown_cmark::{Event, Tag, TagEnd};
use stepmark_core::plan::{Inline, InlineStyle};

/// Text in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inlines {
    runs: Vec<Inline>,
    outer: Vec<InlineStyle>,
    style: InlineStyle,
    /// The links and images that are open, innermost last.
    links: Vec<OpenLink>,
    /// Whether what comes next is no part of the run before, though it may look the same.
    is_apart: bool,
}

/// A link or image whose end was not read yet.
#[derive(Clone, Debug)]
struct OpenLink {
    target: Box<str>,
    text: String,
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
                    Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                        self.style.link = true;
                        self.is_apart = true;
                        self.links.push(OpenLink {
                            target: dest_url.as_ref().into(),
                            text: String::new(),
                        });
                    }
                    _ => {}
                }
            }
            Event::End(tag) => {
                if matches!(tag, TagEnd::Link | TagEnd::Image) {
                    self.end_link();
                }
                self.style = self.outer.pop().unwrap_or_default();
            }
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
            if !last.text.is_empty() || last.target.is_some() {
                break;
            }
            self.runs.pop();
        }
        self.runs
    }

    fn push(&mut self, text: &str, style: InlineStyle) {
        for link in &mut self.links {
            link.text.push_str(text);
        }
        match self.runs.last_mut() {
            Some(last) if last.style == style && !self.is_apart => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => {
                if self.runs.is_empty() {
                    self.runs.reserve_exact(1);
                }
                self.is_apart = false;
                self.runs.push(Inline {
                    text: text.to_owned(),
                    style,
                    target: None,
                });
            }
        }
    }

    /// Notes where the link that ends here leads, on its last run; on one of its own where it has no text, or where an image
    /// inside it leads elsewhere.
    fn end_link(&mut self) {
        let Some(OpenLink { target, text }) = self.links.pop() else {
            return;
        };
        self.is_apart = true;
        if target.is_empty() || *text == *target {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if !text.is_empty() && last.target.is_none() => last.target = Some(target),
            Some(_) | None => self.runs.push(Inline {
                text: String::new(),
                style: self.style,
                target: Some(target),
            }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &str) {
        let mut inlines = Inlines::default();
        let mut events = pulldown_cmark::Parser::new(markdown);
        events.next();
        for event in events {
            match event {
                Event::End(TagEnd::Paragraph) => break,
                event => inlines.event(&event),
            }
        }
        let said = inlines.finish().into_iter().map(|run| {
            let aside = run.aside().unwrap_or_default();
            format!("[{}{aside}]", run.text)
        });
        assert_eq!(said.collect::<String>(), expected, "{markdown}");
    }

    #[test]
    fn a_link_says_where_it_leads_unless_its_text_does() {
        check(
            "see [docs](docs/a.md) first",
            "[see ][docs (docs/a.md)][ first]",
        );
        check("<https://a.example>", "[https://a.example]");
        check("[a](x)[b](y)", "[a (x)][b (y)]");
        check("<http://a>[b](y)", "[http://a][b (y)]");
        check("[a **b**](x)", "[a ][b (x)]");
        check("[a][r]\n\n[r]: there", "[a (there)]");
        check("![](plan.png)", "[(plan.png)]");
        check("![plan](plan.png)", "[plan (plan.png)]");
        check("[![plan](plan.png)](b)", "[plan (plan.png)][(b)]");
        check("[](x)", "[(x)]");
        check("[a]()", "[a]");
    }
}
