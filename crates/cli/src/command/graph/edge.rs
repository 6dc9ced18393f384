//! What ties two steps together.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Plan, Role};

/// A tie between two steps, drawn from the one that comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: StepIndex,
    pub(super) to: StepIndex,
    pub(super) kind: EdgeKind,
}

/// What `to` is for `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EdgeKind {
    /// It needs it.
    Needs,
    /// It undoes it.
    Rollback,
    /// It tells whether its effect is there.
    Probe,
}

impl EdgeKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::Rollback => "rollback",
            Self::Probe => "probe",
        }
    }
}

/// Every edge of `plan`, by the place of the step it leads to.
pub(super) fn edges(plan: &Plan) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (to, step) in plan.indexed() {
        let needs = step.needs.iter().map(|&from| (from, EdgeKind::Needs));
        let attached = match step.role {
            Role::Main => None,
            Role::RollbackOf(from) => Some((from, EdgeKind::Rollback)),
            Role::ProbeOf(from) => Some((from, EdgeKind::Probe)),
        };
        let all = needs.chain(attached);
        edges.extend(all.map(|(from, kind)| Edge { from, to, kind }));
    }
    edges
}
