//! Attributes and words on fences and lines that are no steps, or that have no effect where they stand.

use stepmark_core::plan::Span;

use crate::attribute_list;
use crate::attribute_table::attribute_called;
use crate::diagnostics::Diagnostics;
use crate::fence::Fence;
use crate::written_attribute::WrittenAttribute;
use crate::{AttributeTarget, Code, Diagnostic};

/// Words with which other tools keep a fence from running.
const NOT_RUN: [&str; 6] = ["ignore", "skip", "no_run", "no-run", "norun", "noexec"];

/// Whether the attributes in `list` say that what they stand on is prose.
pub(crate) fn says_skip(source: &str, list: Span) -> bool {
    attribute_list::read(source, list).is_ok_and(|attributes| is_skipped(&attributes))
}

/// Whether the attributes in `list` name a program to run what they stand on through.
pub(crate) fn names_interpreter(source: &str, list: Span) -> bool {
    attribute_list::read(source, list).is_ok_and(|attributes| {
        !is_skipped(&attributes)
            && attributes
                .iter()
                .any(|attribute| attribute.name == "interpreter")
    })
}

fn is_skipped(attributes: &[WrittenAttribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| matches!(attribute.name.as_str(), "skip" | "ignore"))
}

/// Reports the attributes in `list` on a `target` that is no step. What is no attribute list at all is somebody else's
/// notation and left alone.
pub(crate) fn check_attributes(
    source: &str,
    list: Span,
    target: AttributeTarget,
    diagnostics: &mut Diagnostics<'_>,
) {
    let Ok(attributes) = attribute_list::read(source, list.clone()) else {
        return;
    };
    if is_skipped(&attributes) {
        return;
    }
    if attributes
        .iter()
        .any(|attribute| attribute_called(&attribute.name).is_some())
    {
        let help = match target {
            AttributeTarget::OtherFence => {
                "fences run in: sql, psql, bash, sh, zsh, shell, console"
            }
            _ => {
                "attributes stand after a fence's language, or in a comment that ends a task's line"
            }
        };
        diagnostics.report(
            Diagnostic::warning(
                Code::AttributesWithoutStep,
                list,
                "these attributes belong to no step",
            )
            .with_help(help),
        );
    }
}

/// Reports words after a step's language that are not attributes.
pub(crate) fn check_info(source: &str, fence: &Fence, diagnostics: &mut Diagnostics<'_>) {
    let rest = fence.rest.clone();
    let text = &source[rest.clone()];
    if text.is_empty() {
        return;
    }
    let says_no = text
        .split(|next: char| !next.is_alphanumeric() && !matches!(next, '-' | '_'))
        .any(|word| NOT_RUN.contains(&word.to_ascii_lowercase().as_str()));
    let diagnostic = if let Some(brace) = text.find('{') {
        Diagnostic::error(
            Code::AttributeSyntax,
            rest.start..rest.start + brace,
            "text between the language and the attributes",
        )
        .with_help("attributes stand directly after the language: `sql {name=x}`")
    } else if says_no {
        Diagnostic::error(Code::FenceUnclear, rest, "is this fence to run or not?")
            .with_help("write `{skip}` after the language if it is not, remove the words if it is")
    } else {
        Diagnostic::warning(
            Code::FenceTextIgnored,
            rest,
            "text after the language has no effect",
        )
        .with_help("attributes are written in braces: `{name=x}`")
    };
    diagnostics.report(diagnostic);
}
