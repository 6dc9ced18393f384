//! Warns of steps that take data away for good. What the runbook made itself is its own to take away.

use std::collections::HashSet;

use stepmark_core::plan::Role;
use stepmark_sql::{ChangeKind, Object};

use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::sql_facts::PlacedChange;
use crate::{Code, Diagnostic};

/// Reports each step of the main flow that loses data, unless a `rollback=` names it or it is `no-return`.
pub(crate) fn check(drafts: &[Draft], roles: &[Role], diagnostics: &mut Diagnostics<'_>) {
    let undone: HashSet<usize> = roles
        .iter()
        .filter_map(|role| match role {
            Role::RollbackOf(step) => Some(step.0),
            Role::Main | Role::ProbeOf(_) => None,
        })
        .collect();
    let mut made: HashSet<&Object> = HashSet::new();
    for (at, draft) in drafts.iter().enumerate() {
        if roles[at] != Role::Main {
            continue;
        }
        let answered = undone.contains(&at) || draft.attributes.flow.no_return;
        if let Some((what, placed)) = first_loss(&draft.sql.changes, &mut made)
            && !answered
        {
            diagnostics.report(
                Diagnostic::warning(
                    Code::DestructiveWithoutRollback,
                    placed.span.clone(),
                    format!("no step brings back what {what} takes away"),
                )
                .with_help(help(draft)),
            );
        }
    }
}

fn help(draft: &Draft) -> String {
    let named = draft.attributes.name.as_ref();
    let id = named.map_or("ID", |(name, _)| name.as_str());
    let name = match named {
        Some(_) => String::new(),
        None => "name it `name=ID`, and ".to_owned(),
    };
    format!(
        "{name}add a step with `rollback={id}` that undoes it, or say `no-return` if nothing can"
    )
}

/// The first of `changes` that loses data which were there before the runbook; `made` is what was made before, and grows.
fn first_loss<'d>(
    changes: &'d [PlacedChange],
    made: &mut HashSet<&'d Object>,
) -> Option<(&'static str, &'d PlacedChange)> {
    let mut found = None;
    let made_here: HashSet<&Object> = changes
        .iter()
        .filter(|placed| makes(placed))
        .map(|placed| &placed.change.object)
        .collect();
    for placed in changes {
        let object = &placed.change.object;
        match placed.change.kind {
            ChangeKind::Made | ChangeKind::MadeForUse => {
                made.insert(object);
                continue;
            }
            ChangeKind::DroppedIfThere if made_here.contains(object) => continue,
            ChangeKind::Dropped
            | ChangeKind::DroppedIfThere
            | ChangeKind::Truncated
            | ChangeKind::Deleted
            | ChangeKind::Overwritten => {}
        }
        let whole = object.whole();
        let schema = whole.as_ref().and_then(Object::whole);
        let own = [Some(object), whole.as_ref(), schema.as_ref()]
            .into_iter()
            .flatten()
            .any(|object| made.contains(object));
        if let Some(what) = placed.change.loss().filter(|_| !own && found.is_none()) {
            found = Some((what, placed));
        }
    }
    found
}

fn makes(placed: &PlacedChange) -> bool {
    matches!(
        placed.change.kind,
        ChangeKind::Made | ChangeKind::MadeForUse
    )
}
