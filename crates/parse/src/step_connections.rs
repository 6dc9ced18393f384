//! Which connection each step works on. Resolves names, not addresses.

use stepmark_core::ConnectionName;
use stepmark_core::plan::{ConnectionSpec, Interpreter, Role, StepKind};

use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::front_matter::unknown_connection;
use crate::{Code, Diagnostic};

/// The connection of each draft. A SQL step that names none of several is reported and gets the first.
pub(crate) fn resolve(
    drafts: &[Draft],
    roles: &[Role],
    declared: &[ConnectionSpec],
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Option<ConnectionName>> {
    let default = [ConnectionName::default()];
    let names: Vec<&ConnectionName> = match declared {
        [] => default.iter().collect(),
        specs => specs.iter().map(|spec| &spec.name).collect(),
    };
    let named: Vec<Option<&ConnectionName>> = drafts
        .iter()
        .map(|draft| {
            if let Some((name, span)) = &draft.attributes.generated_on {
                find(&names, name, span, diagnostics);
            }
            let (name, span) = draft.attributes.on.as_ref()?;
            find(&names, name, span, diagnostics).or(names.first().copied())
        })
        .collect();
    let inherited = |at: usize| match roles[at] {
        Role::RollbackOf(undone) => named.get(undone.0).copied().flatten(),
        Role::Main | Role::ProbeOf(_) => None,
    };
    drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| {
            if draft.kind == StepKind::Manual {
                return None;
            }
            let given = named[at].or_else(|| inherited(at));
            match (given, names.as_slice()) {
                (Some(name), _) => Some(name.clone()),
                (None, [only]) => Some((*only).clone()),
                (None, several) => match draft.kind {
                    StepKind::Sql | StepKind::Shell(Interpreter::Psql) => {
                        diagnostics.report(unnamed(draft, several));
                        several.first().map(|first| (*first).clone())
                    }
                    StepKind::Shell(_) | StepKind::Manual => None,
                },
            }
        })
        .collect()
}

fn find<'n>(
    names: &[&'n ConnectionName],
    name: &str,
    span: &stepmark_core::plan::Span,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<&'n ConnectionName> {
    let found = names.iter().find(|known| known.as_str() == name).copied();
    if found.is_none() {
        let known = names.iter().map(|name| name.as_str());
        let diagnostic = unknown_connection(name, span.clone(), known);
        let is_default = |only: &&ConnectionName| **only == ConnectionName::default();
        diagnostics.report(match names {
            [only] if is_default(only) => {
                diagnostic.with_help("the only connection is `default`; remove `on=`")
            }
            _ => diagnostic,
        });
    }
    found
}

fn unnamed(draft: &Draft, several: &[&ConnectionName]) -> Diagnostic {
    let names: Vec<&str> = several.iter().map(|name| name.as_str()).collect();
    Diagnostic::error(
        Code::ConnectionUnnamed,
        draft.first_line.clone(),
        "this step does not say which connection it works on",
    )
    .with_help(format!("add `on=` with one of: {}", names.join(", ")))
}
