//! Whether each variable is declared once, and there when it is used. Substitutes nothing.

use std::collections::HashMap;

use stepmark_core::plan::{FrontMatter, Role, Span};

use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::nearest::nearest;
use crate::variable_name::name_objection;
use crate::{Code, Diagnostic};

/// What a connection's address gives: `NAME_host` and so on.
const ADDRESS: [&str; 4] = ["host", "port", "dbname", "user"];
/// Looking for captures takes no more looks at steps than this.
const LOOKS_MAX: usize = 2_000_000;
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

/// Reports variables that are declared twice, not at all, or captured by a step that the user does not need.
pub(crate) fn check(
    drafts: &[Draft],
    edges: &[Vec<usize>],
    roles: &[Role],
    front: &FrontMatter,
    diagnostics: &mut Diagnostics<'_>,
) {
    let origins = declared(drafts, front, diagnostics);
    let mut search = Search {
        edges,
        roles,
        looks: 0,
    };
    let mut undeclared = 0;
    for (at, draft) in drafts.iter().enumerate() {
        let when = draft.attributes.when.iter();
        let uses = draft
            .sql
            .variables
            .iter()
            .map(|used| (&used.name, &used.span, used.declared))
            .chain(when.map(|(name, span)| (name, span, true)));
        for (name, span, must) in uses {
            match origins.get(name.as_str()) {
                None if must => {
                    undeclared += 1;
                    let near = (undeclared <= SUGGESTIONS_MAX)
                        .then(|| suggestion(name, &origins))
                        .flatten();
                    diagnostics.report(unknown(name, span, near));
                }
                Some(Origin {
                    step: Some(step),
                    span: place,
                    ..
                }) if !search.reaches(at, *step) => {
                    let message = format!(
                        "`{name}` is captured by a step that does not come before this one"
                    );
                    let diagnostic =
                        Diagnostic::error(Code::UndeclaredVariable, span.clone(), message)
                            .with_help("add `needs=` with the step that captures it");
                    diagnostics.report(match place {
                        Some(place) => diagnostic.with_related(place.clone(), "captured here"),
                        None => diagnostic,
                    });
                }
                None | Some(_) => {}
            }
        }
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

struct Search<'a> {
    edges: &'a [Vec<usize>],
    roles: &'a [Role],
    looks: usize,
}

impl Search<'_> {
    /// Whether `later` needs `earlier`, itself or through others; what is attached to a step comes after it. Says yes
    /// once it has looked at more steps than any runbook has.
    fn reaches(&mut self, later: usize, earlier: usize) -> bool {
        let mut seen = std::collections::HashSet::new();
        let mut todo = self.before(later);
        while let Some(at) = todo.pop() {
            self.looks += 1;
            if at == earlier || self.looks > LOOKS_MAX {
                return true;
            }
            if seen.insert(at) {
                todo.extend(self.before(at));
            }
        }
        false
    }

    fn before(&self, at: usize) -> Vec<usize> {
        let attached = match self.roles[at] {
            Role::RollbackOf(step) | Role::ProbeOf(step) => Some(step.0),
            Role::Main => None,
        };
        self.edges[at].iter().copied().chain(attached).collect()
    }
}
