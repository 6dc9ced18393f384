//! Diagnostics for people, as a compiler prints them. Does not decide what is one, and does not print.
//!
//! What is shown of a runbook has been made inert: each control or invisible character is one visible sign, so that
//! columns stay what they are; and passwords that are written down in steps are masked. Colours are plain sequences, for `anstream` to keep or to strip.

mod drawing;
mod excerpt;
mod json_text;
mod shown_source;
#[cfg(test)]
mod tests;
mod visible;

use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use stepmark_core::plan::{Sources, Span};
use stepmark_parse::{Diagnostic, Label, Severity};

pub(crate) use drawing::Drawing;
use excerpt::Excerpt;
pub(crate) use json_text::json_text;
use shown_source::ShownSource;
pub(crate) use visible::visible;

/// Places at most this many lines from the first one are shown together with it, others below it.
const NEAR_LINES_MAX: u32 = 8;

/// The diagnostics of the runbook at `path` with the lines they speak of, drawn for any terminal.
pub(crate) fn render(path: &Path, sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    draw(path, sources, diagnostics, diagnostics, Drawing::Ascii)
}

/// Those of `all` diagnostics of the runbook at `path` and what it includes that are `told` now, each with an empty line after
/// it. What is masked in the lines they show is known from all of them.
pub(crate) fn draw(
    path: &Path,
    sources: &Sources,
    all: &[Diagnostic],
    told: &[Diagnostic],
    drawing: Drawing,
) -> String {
    let shown = ShownSource::of(path, sources, all);
    let one = |diagnostic| draw_one(&shown, diagnostic, drawing);
    told.iter().map(one).collect()
}

fn draw_one(source: &ShownSource<'_>, diagnostic: &Diagnostic, drawing: Drawing) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let line = diagnostic.position.line;
    let (near, far): (Vec<&Label>, Vec<&Label>) = diagnostic.related.iter().partition(|label| {
        source.is_one_file(&label.span, &diagnostic.span)
            && label.position.line.abs_diff(line) <= NEAR_LINES_MAX
    });
    let message = match &diagnostic.label {
        Some(label) => label.as_str(),
        None => "",
    };
    let main = Place {
        span: &diagnostic.span,
        line,
        message,
    };
    let around: Vec<Place> = near.into_iter().map(Place::of).collect();
    let mut group = level
        .primary_title(visible(&diagnostic.message))
        .id(diagnostic.code.word())
        .element(snippet(source, &main, &around));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let mut groups: Vec<Group> = vec![group];
    for label in far {
        let place = Place {
            message: "",
            ..Place::of(label)
        };
        let title = Level::NOTE.secondary_title(visible(&label.message));
        groups.push(title.element(snippet(source, &place, &[])));
    }
    let renderer = Renderer::styled().decor_style(drawing.decor());
    format!("{}\n\n", renderer.render(&groups))
}

/// Somewhere in the source, and what to write beside it.
struct Place<'a> {
    span: &'a Span,
    line: u32,
    message: &'a str,
}

impl<'a> Place<'a> {
    fn of(label: &'a Label) -> Self {
        Self {
            span: &label.span,
            line: label.position.line,
            message: &label.message,
        }
    }
}

fn snippet<'a>(
    source: &ShownSource<'_>,
    main: &Place,
    around: &[Place],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let spans: Vec<&Span> = std::iter::once(main.span)
        .chain(around.iter().map(|place| place.span))
        .collect();
    let excerpt = Excerpt::of(source, &spans);
    let first_line = around
        .iter()
        .map(|place| place.line)
        .fold(main.line, u32::min);
    let mut marks = excerpt.marks.into_iter();
    let mut mark = || {
        marks
            .next()
            .expect("an excerpt has a mark for each span it was made of")
    };
    let label = |place: &Place| (!place.message.is_empty()).then(|| visible(place.message));
    let mut snippet = Snippet::source(excerpt.text)
        .path(visible(&source.path_of(main.span)))
        .line_start(usize::try_from(first_line).unwrap_or(usize::MAX))
        .annotation(AnnotationKind::Primary.span(mark()).label(label(main)));
    for place in around {
        snippet = snippet.annotation(AnnotationKind::Context.span(mark()).label(label(place)));
    }
    snippet
}
