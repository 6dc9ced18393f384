//! Drafts to steps: ids, roles and edges. Does not know Markdown.

use std::collections::HashMap;
use std::sync::Arc;

use stepmark_core::plan::{
    Expectation, FrontMatter, IdOrigin, RetryAfter, Role, Slot, Span, Step, StepKind,
};
use stepmark_core::{ConnectionName, StepId, StepIndex};

use crate::ancestors::Ancestors;
use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::flow_event::FlowEvent;
use crate::ids::Ids;
use crate::line_index::LineIndex;
use crate::nearest::nearest;
use crate::role_attribute::RoleWord;
use crate::{
    Code, Diagnostic, combinations, cycles, destruction, siblings, step_connections, variable_uses,
};

/// Circles beyond this number are taken apart without being told.
const CYCLES_MAX: usize = 20;
/// Unknown ids beyond this number get no suggestion, which would cost a look at every id each.
const SUGGESTIONS_MAX: usize = 50;

/// The steps of a plan, in document order, with edges that form no circle.
pub(crate) fn connect(
    drafts: Vec<Draft>,
    flow: &[FlowEvent],
    front: &FrontMatter,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Step> {
    let ids = Ids::assign(&drafts, diagnostics);
    let mut lookup = Lookup {
        named: &ids.named,
        diagnostics,
        unknown: 0,
    };
    let roles: Vec<Role> = drafts
        .iter()
        .map(|draft| lookup.role(draft, &drafts))
        .collect();
    let explicit: Vec<Option<Vec<usize>>> = drafts
        .iter()
        .map(|draft| lookup.needs(draft, &drafts))
        .collect();
    let stops: Vec<Option<usize>> = drafts
        .iter()
        .map(|draft| lookup.stops(draft, &drafts))
        .collect();
    let expectations: Vec<Option<Expectation>> = drafts
        .iter()
        .map(|draft| lookup.expectation(draft, &drafts))
        .collect();
    for draft in &drafts {
        combinations::check(draft, diagnostics);
    }
    combinations::check_runme(&drafts, diagnostics);
    let connections = step_connections::resolve(&drafts, &roles, &front.connections, diagnostics);
    let mut edges = siblings::needs(&drafts, flow, &explicit, diagnostics);
    for cycle in cycles::break_cycles(&mut edges, CYCLES_MAX) {
        diagnostics.report(cycle_diagnostic(&cycle, &drafts, &ids, &explicit));
    }
    let mut ancestors = Ancestors::new(&edges, &roles);
    let slots = variable_uses::check(&drafts, &mut ancestors, front, diagnostics);
    check_stops(&drafts, &stops, &mut ancestors, diagnostics);
    check_same(&drafts, &expectations, &mut ancestors, diagnostics);
    destruction::check(&drafts, &roles, diagnostics);
    let resolved = roles
        .into_iter()
        .zip(edges)
        .zip(connections.into_iter().zip(expectations))
        .zip(slots.into_iter().zip(stops))
        .map(
            |(((role, needs), (connection, expectation)), (slots, stops))| Resolved {
                role,
                needs,
                connection,
                expectation,
                slots,
                stops,
            },
        );
    drafts
        .into_iter()
        .zip(ids.of)
        .zip(resolved)
        .map(|((draft, id), resolved)| step(draft, id, resolved, diagnostics.index()))
        .collect()
}

/// What a draft says about others, with those found.
struct Resolved {
    role: Role,
    needs: Vec<usize>,
    connection: Option<ConnectionName>,
    expectation: Option<Expectation>,
    slots: Vec<Slot>,
    stops: Option<usize>,
}

/// Reports each `stop=` that names a step which need not have started before.
fn check_stops(
    drafts: &[Draft],
    stops: &[Option<usize>],
    ancestors: &mut Ancestors<'_>,
    diagnostics: &mut Diagnostics<'_>,
) {
    for (at, stopped) in stops.iter().enumerate() {
        let (Some(stopped), Some((id, span))) = (stopped, &drafts[at].attributes.stop) else {
            continue;
        };
        if !ancestors.has(at, *stopped) {
            diagnostics.report(
                Diagnostic::error(
                    Code::WrongRole,
                    span.clone(),
                    format!("`{id}` does not come before this step, so it need not be up"),
                )
                .with_related(drafts[*stopped].first_line.clone(), "the step")
                .with_help(format!("add `needs={id}`")),
            );
        }
    }
}

/// Reports each `same=` that names a step which need not have run before: there would be no rows to compare with.
fn check_same(
    drafts: &[Draft],
    expectations: &[Option<Expectation>],
    ancestors: &mut Ancestors<'_>,
    diagnostics: &mut Diagnostics<'_>,
) {
    for (at, expectation) in expectations.iter().enumerate() {
        let Some(Expectation::SameAs(other)) = expectation else {
            continue;
        };
        let Some((id, span)) = &drafts[at].attributes.same else {
            continue;
        };
        if !ancestors.has(at, other.0) {
            diagnostics.report(
                Diagnostic::error(
                    Code::WrongRole,
                    span.clone(),
                    format!("`{id}` does not come before this step, so it has no rows yet"),
                )
                .with_related(drafts[other.0].first_line.clone(), "the step")
                .with_help(format!("add `needs={id}`")),
            );
        }
    }
}

fn step(
    draft: Draft,
    (id, id_origin): (StepId, IdOrigin),
    resolved: Resolved,
    index: &LineIndex<'_>,
) -> Step {
    let Resolved {
        role,
        needs,
        connection,
        expectation,
        slots,
        stops,
    } = resolved;
    let after = combinations::retry_after(&draft).unwrap_or(RetryAfter::Contention);
    let mut attributes = draft.attributes;
    attributes.flow.stops = stops.map(StepIndex);
    attributes.sql.leaves = draft.sql.leaves;
    attributes.sql.atomic = draft.sql.atomic;
    attributes.sql.asks_only = draft.sql.asks_only;
    attributes.sql.leads_out = draft.sql.leads_out;
    if let Some(retry) = &mut attributes.flow.retry {
        retry.after = after;
    }
    Step {
        id,
        id_origin,
        title: draft.title,
        headings: draft.headings,
        kind: draft.kind,
        role,
        digest: Step::digest_of(
            draft.kind,
            connection.as_ref(),
            &attributes.shell.program,
            draft.body.text(),
        ),
        body: Arc::new(draft.body.into_body(draft.file, index)),
        connection,
        needs: needs.into_iter().map(StepIndex).collect(),
        required: attributes.required,
        confirm: attributes.confirm,
        timeout: attributes.timeout,
        expectation,
        flow: attributes.flow,
        sql: attributes.sql,
        shell: attributes.shell,
        slots,
        attributes: attributes.attributes,
        span: draft.span,
    }
}

fn is_probe(draft: &Draft) -> bool {
    let role = draft.attributes.role.as_ref();
    role.is_some_and(|role| role.word == RoleWord::Probe)
}

struct Lookup<'a, 'b> {
    named: &'a HashMap<String, usize>,
    diagnostics: &'a mut Diagnostics<'b>,
    unknown: usize,
}

impl Lookup<'_, '_> {
    fn role(&mut self, draft: &Draft, drafts: &[Draft]) -> Role {
        let Some(role) = &draft.attributes.role else {
            return Role::Main;
        };
        let Some(target) = self.find(&role.id, &role.span) else {
            return Role::Main;
        };
        if drafts[target].attributes.role.is_some() {
            self.diagnostics.report(wrong_role(
                format!("`{}` is not a step of the main flow", role.id),
                role.span.clone(),
                &drafts[target],
            ));
        }
        role.word.role_for(StepIndex(target))
    }

    fn needs(&mut self, draft: &Draft, drafts: &[Draft]) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        for (id, span) in draft.attributes.needs.as_ref()? {
            let Some(target) = self.find(id, span) else {
                continue;
            };
            if draft.attributes.role.is_none() && drafts[target].attributes.role.is_some() {
                self.diagnostics.report(wrong_role(
                    format!("`{id}` is not in the main flow, so nothing in it can wait for it"),
                    span.clone(),
                    &drafts[target],
                ));
                continue;
            }
            found.push(target);
        }
        Some(found)
    }

    /// The background step that `stop=` names.
    fn stops(&mut self, draft: &Draft, drafts: &[Draft]) -> Option<usize> {
        let (id, span) = draft.attributes.stop.as_ref()?;
        let target = self.find(id, span)?;
        if drafts[target].attributes.shell.background {
            return Some(target);
        }
        self.diagnostics.report(
            Diagnostic::error(
                Code::WrongRole,
                span.clone(),
                format!("`{id}` does not stay up in the background"),
            )
            .with_related(drafts[target].first_line.clone(), "the step")
            .with_help("mark that step `background`, or remove `stop`"),
        );
        None
    }

    /// What the step's result must be, with the step of `same=` found.
    fn expectation(&mut self, draft: &Draft, drafts: &[Draft]) -> Option<Expectation> {
        let attributes = &draft.attributes;
        if let Some((id, span)) = &attributes.same
            && let Some(other) = self.find(id, span)
        {
            if drafts[other].kind == StepKind::Sql {
                return Some(Expectation::SameAs(StepIndex(other)));
            }
            self.diagnostics.report(
                Diagnostic::error(
                    Code::WrongRole,
                    span.clone(),
                    format!("`{id}` is no SQL step, so it has no rows"),
                )
                .with_help("refer to a `sql` step"),
            );
        }
        match &attributes.expect {
            Some(expectation) => Some(expectation.clone()),
            None => (attributes.is_check() || is_probe(draft)).then_some(Expectation::Holds),
        }
    }

    fn find(&mut self, id: &str, span: &Span) -> Option<usize> {
        if let Some(found) = self.named.get(id) {
            return Some(*found);
        }
        self.unknown += 1;
        let near = (self.unknown <= SUGGESTIONS_MAX)
            .then(|| {
                let mut known: Vec<&str> = self.named.keys().map(String::as_str).collect();
                known.sort_unstable();
                nearest(id, known)
            })
            .flatten();
        let diagnostic = Diagnostic::error(
            Code::UnknownId,
            span.clone(),
            format!("no step is named `{id}`"),
        );
        self.diagnostics.report(match near {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
            None => diagnostic.with_help(format!(
                "give that step `{{name={id}}}`; ids made from headings change with the text and cannot be referred to"
            )),
        });
        None
    }
}

fn wrong_role(message: String, span: Span, target: &Draft) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::WrongRole, span, message);
    match &target.attributes.role {
        Some(role) => diagnostic
            .with_related(
                role.span.clone(),
                format!("`{}=` takes it out", role.word.name()),
            )
            .with_help("refer to a step of the main flow"),
        None => diagnostic,
    }
}

fn cycle_diagnostic(
    cycle: &[usize],
    drafts: &[Draft],
    ids: &Ids,
    explicit: &[Option<Vec<usize>>],
) -> Diagnostic {
    let id = |at: usize| -> &StepId { &ids.of[at].0 };
    let chain: Vec<&str> = cycle
        .iter()
        .chain(cycle.first())
        .map(|&at| id(at).as_str())
        .collect();
    let place = |at: usize, need: usize| -> (Span, String) {
        let said = drafts[at]
            .attributes
            .needs
            .iter()
            .flatten()
            .find(|(name, _)| explicit[at].is_some() && name == id(need).as_str());
        match said {
            Some((_, span)) => (span.clone(), format!("`{}` needs `{}`", id(at), id(need))),
            None => (
                drafts[at].first_line.clone(),
                format!(
                    "`{}` comes after `{}`, as nothing else is said",
                    id(at),
                    id(need)
                ),
            ),
        }
    };
    let mut places = cycle
        .iter()
        .zip(cycle.iter().skip(1).chain(cycle.first()))
        .map(|(&at, &need)| place(at, need));
    let (span, label) = places.next().unwrap_or_default();
    let first = Diagnostic::error(
        Code::Cycle,
        span,
        format!("steps need each other: {}", chain.join(" -> ")),
    )
    .with_label(label)
    .with_help("take one of them out of the circle, with another `needs=` or `needs=none`");
    places.fold(first, |diagnostic, (span, message)| {
        diagnostic.with_related(span, message)
    })
}
