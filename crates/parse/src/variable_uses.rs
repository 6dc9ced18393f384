//! Whether each variable is declared once, and there when it is used; and where the declared ones stand. Substitutes
//! nothing.

use std::collections::HashMap;

use stepmark_core::VariableName;
use stepmark_core::plan::{FrontMatter, Slot, Span};

use crate::ancestors::Ancestors;
use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::nearest::nearest;
use crate::variable_name::name_objection;
use crate::{Code, Diagnostic};

/// What a connection's address gives: `NAME_host` and so on.
const ADDRESS: [&str; 4] = ["host", "port", "dbname", "user"];
/// Undeclared names beyond this number get no suggestion, which would cost a look at every name each.
const SUGGESTIONS_MAX: usize = 50;

/// Where a variable comes from.
#[derive(Clone, Debug)]
struct Origin {
    /// The step that captures it.
    step: Option<usize>,
    span: Option<Span>,
    what: String,
}

/// Reports variables that are declared twice, not at all, or captured by a step that the user does not need. Gives for each
/// draft the places in its text where a declared one stands.
pub(crate) fn check(
    drafts: &[Draft],
    ancestors: &mut Ancestors<'_>,
    front: &FrontMatter,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Vec<Slot>> {
    let mut uses = Uses {
        origins: declared(drafts, front, diagnostics),
        ancestors,
        undeclared: 0,
    };
    drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| {
            if let Some((name, span)) = &draft.attributes.when {
                uses.check(at, name, span, true, diagnostics);
            }
            let variables = draft.sql.variables.iter();
            variables
                .filter(|used| {
                    uses.check(
                        at,
                        &used.name,
                        &used.span,
                        used.must_be_declared(),
                        diagnostics,
                    )
                })
                .map(|used| Slot {
                    range: used.range.clone(),
                    name: VariableName::new(used.name.as_str()),
                    form: used.form,
                })
                .collect()
        })
        .collect()
}

struct Uses<'a, 'e> {
    origins: HashMap<String, Origin>,
    ancestors: &'a mut Ancestors<'e>,
    undeclared: usize,
}

impl Uses<'_, '_> {
    /// Whether the variable that draft `at` uses at `span` is declared; reports one that is not and `must` be, and one that
    /// has no value yet.
    fn check(
        &mut self,
        at: usize,
        name: &str,
        span: &Span,
        must: bool,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        let Some(origin) = self.origins.get(name) else {
            if must {
                self.undeclared += 1;
                let near = (self.undeclared <= SUGGESTIONS_MAX)
                    .then(|| suggestion(name, &self.origins))
                    .flatten();
                diagnostics.report(unknown(name, span, near));
            }
            return false;
        };
        if let Some(step) = origin.step
            && !self.ancestors.has(at, step)
        {
            let message =
                format!("`{name}` is captured by a step that does not come before this one");
            let diagnostic = Diagnostic::error(Code::UndeclaredVariable, span.clone(), message)
                .with_help("add `needs=` with the step that captures it");
            diagnostics.report(match &origin.span {
                Some(place) => diagnostic.with_related(place.clone(), "captured here"),
                None => diagnostic,
            });
        }
        true
    }
}

fn declared(
    drafts: &[Draft],
    front: &FrontMatter,
    diagnostics: &mut Diagnostics<'_>,
) -> HashMap<String, Origin> {
    let mut origins: HashMap<String, Origin> = HashMap::new();
    let names: Vec<(&str, Option<Span>)> = match front.connections.as_slice() {
        [] => vec![("default", None)],
        specs => specs
            .iter()
            .map(|spec| (spec.name.as_str(), Some(spec.span.clone())))
            .collect(),
    };
    for (connection, span) in names {
        for part in ADDRESS {
            let origin = Origin {
                step: None,
                span: span.clone(),
                what: format!("an address of connection `{connection}`"),
            };
            origins.insert(format!("{connection}_{part}"), origin);
        }
    }
    let inputs = front.inputs.iter().map(|input| {
        let origin = Origin {
            step: None,
            span: Some(input.span.clone()),
            what: "an input".to_owned(),
        };
        (input.name.to_string(), origin)
    });
    let captures = drafts.iter().enumerate().flat_map(|(at, draft)| {
        draft.attributes.captures.iter().map(move |(name, span)| {
            let origin = Origin {
                step: Some(at),
                span: Some(span.clone()),
                what: "a capture".to_owned(),
            };
            (name.clone(), origin)
        })
    });
    for (name, origin) in inputs.chain(captures) {
        let Some(first) = origins.get(&name) else {
            origins.insert(name, origin);
            continue;
        };
        let diagnostic = Diagnostic::error(
            Code::DuplicateVariable,
            origin.span.unwrap_or_default(),
            format!("`{name}` is {} already", first.what),
        )
        .with_help("give one of them another name");
        diagnostics.report(match &first.span {
            Some(span) => diagnostic.with_related(span.clone(), "declared here"),
            None => diagnostic,
        });
    }
    origins
}

fn suggestion<'o>(name: &str, origins: &'o HashMap<String, Origin>) -> Option<&'o str> {
    let mut known: Vec<&str> = origins.keys().map(String::as_str).collect();
    known.sort_unstable();
    nearest(name, known)
}

fn unknown(name: &str, span: &Span, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::UndeclaredVariable,
        span.clone(),
        format!("no input or capture is called `{name}`"),
    );
    match near {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None if name_objection(name).is_some() => {
            diagnostic.with_help("write the value itself: no input can have that name")
        }
        None => diagnostic.with_help(format!(
            "declare it in the front matter, under `inputs:`: `{name}: {{ default: value }}`"
        )),
    }
}
