//! `requires:` of front matter: bounds on the server's version, and programs. Looks for neither.

use stepmark_core::plan::{Comparison, Requirements, VersionBound};

use super::entries::Entries;
use super::yaml::Node;
use crate::diagnostics::Diagnostics;
use crate::{Code, Diagnostic, invisible};

/// Longest first, so that `>=` is not read as `>`.
const COMPARISONS: [(&str, Comparison); 5] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
    ("=", Comparison::Exactly),
];

/// The requirements in `node`.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics<'_>) -> Requirements {
    let keys = Entries::of(node, "`requires`", &["postgres", "tools"], diagnostics);
    let mut requirements = Requirements::default();
    if let Some((text, span)) = keys.text("postgres", diagnostics) {
        let bounds = bounds(&text);
        requirements.postgres_span = Some(span.clone());
        let problem = match &bounds {
            None => Some(format!("`{}` bounds no version", invisible::shown(&text))),
            Some(bounds) if !is_satisfiable(bounds) => {
                Some(format!("no version is `{}`", invisible::shown(&text)))
            }
            Some(_) => None,
        };
        if let Some(problem) = problem {
            diagnostics.report(
                Diagnostic::error(Code::FrontMatterValue, span, problem).with_help(
                    "write `postgres: \">=12\"`, or several bounds that must all hold: `\">=12 <18\"`",
                ),
            );
        }
        requirements.postgres = bounds.unwrap_or_default();
    }
    for (tool, span) in keys.texts("tools", diagnostics) {
        let is_name = !tool.is_empty()
            && !tool.starts_with('-')
            && !tool.contains(|next: char| next.is_whitespace() || next == '/');
        if is_name {
            requirements.tools.push((tool, span));
            continue;
        }
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span,
                format!("`{}` is no program's name", invisible::shown(&tool)),
            )
            .with_help("write the name it has in PATH, without folder and options"),
        );
    }
    requirements
}

/// Bounds with blanks or commas between them: `>=12 <18`, `15.4`.
fn bounds(text: &str) -> Option<Vec<VersionBound>> {
    let mut rest = text.trim();
    let mut bounds = Vec::new();
    while !rest.is_empty() {
        let comparison = COMPARISONS.iter().find_map(|(sign, comparison)| {
            Some((rest.strip_prefix(sign)?.trim_start(), *comparison))
        });
        let (after, comparison) = comparison.unwrap_or((rest, Comparison::Exactly));
        let end = after
            .find([' ', '\t', ',', '<', '>', '='])
            .unwrap_or(after.len());
        let (major, minor) = match after[..end].split_once('.') {
            Some((major, minor)) => (major, Some(number(minor)?)),
            None => (&after[..end], None),
        };
        bounds.push(VersionBound {
            comparison,
            major: number(major)?,
            minor,
        });
        rest = after[end..].trim_start_matches([' ', '\t', ',']);
    }
    (!bounds.is_empty()).then_some(bounds)
}

fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Whether some version satisfies all of `bounds`. Each of them allows versions without a gap, so if any does, the lowest that
/// the one that begins last allows does.
pub(crate) fn is_satisfiable(bounds: &[VersionBound]) -> bool {
    let lowest = bounds.iter().map(lowest_allowed).max().unwrap_or_default();
    bounds.iter().all(|bound| bound.allows(lowest.0, lowest.1))
}

fn lowest_allowed(bound: &VersionBound) -> (u32, u32) {
    let (major, minor) = (bound.major, bound.minor);
    match (bound.comparison, minor) {
        (Comparison::AtLeast | Comparison::Exactly, _) => (major, minor.unwrap_or(0)),
        (Comparison::Above, Some(minor)) => (major, minor.saturating_add(1)),
        (Comparison::Above, None) => (major.saturating_add(1), 0),
        (Comparison::AtMost | Comparison::Below, _) => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_and_contradictions_seen() {
        let cases = [
            (">=12", Some(true)),
            (">=12 <18", Some(true)),
            (">= 12, < 18", Some(true)),
            (">=12<18", Some(true)),
            ("15", Some(true)),
            ("15.4", Some(true)),
            (">15.4 <15.6", Some(true)),
            (">15.4 <15.5", Some(false)),
            (">=18 <12", Some(false)),
            ("=15 =16", Some(false)),
            (">15 <16", Some(false)),
            ("<12", Some(true)),
            ("<=15.4 >=15.4", Some(true)),
            ("<15.4 >=15.4", Some(false)),
            (">14.7 <=15 <15.1", Some(true)),
            ("", None),
            (">=", None),
            ("twelve", None),
            ("12.3.4", None),
            (">=12 and <18", None),
            ("=>12", None),
            ("99999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                bounds(text).map(|bounds| is_satisfiable(&bounds)),
                expected,
                "{text}"
            );
        }
    }
}
