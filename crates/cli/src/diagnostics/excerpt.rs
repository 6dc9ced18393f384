//! The lines of a runbook that some spans stand on, fit to be shown. Does not cut long lines: the renderer does.

use stepmark_core::plan::Span;

use super::ShownSource;

/// Whole lines, made visible, and where the spans are in them.
pub(super) struct Excerpt {
    /// The lines, each with its newline.
    pub(super) text: String,
    /// The spans in `text`, in the order they were asked for; none goes beyond the line it starts on.
    pub(super) marks: Vec<Span>,
}

impl Excerpt {
    /// The lines from the first to the last that a span starts on.
    pub(super) fn of(shown: &ShownSource<'_>, spans: &[&Span]) -> Self {
        let source = shown.sources.row();
        let starts = || spans.iter().map(|span| floor(source, span.start));
        let first = line_start(source, starts().min().unwrap_or(0));
        let last = starts().max().unwrap_or(0);
        let end = source[last..]
            .find('\n')
            .map_or(source.len(), |at| last + at);
        let mut text = String::with_capacity(end - first + 1);
        let mut marks = vec![0..0; spans.len()];
        let mut line_start = first;
        for line in source[first..end].split('\n') {
            let unended = line.strip_suffix('\r').unwrap_or(line);
            let content = unended.strip_prefix(BYTE_ORDER_MARK).unwrap_or(unended);
            let before = line_start + unended.len() - content.len();
            let here = line_start..=line_start + line.len();
            for (mark, span) in marks.iter_mut().zip(spans) {
                let start = floor(source, span.start);
                if here.contains(&start) {
                    let within = |offset: usize| {
                        let offset = floor(source, offset).clamp(before, before + content.len());
                        text.len() + shown.shown(before..offset).len()
                    };
                    *mark = within(start)..within(span.end.max(start));
                }
            }
            text.push_str(&shown.shown(before..before + content.len()));
            text.push('\n');
            line_start += line.len() + 1;
        }
        Self { text, marks }
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

fn floor(source: &str, offset: usize) -> usize {
    source.floor_char_boundary(offset)
}

fn line_start(source: &str, offset: usize) -> usize {
    source[..offset].rfind('\n').map_or(0, |at| at + 1)
}
