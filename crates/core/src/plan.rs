//! What a runbook says: its steps, their order, and the document they stand in. Does not parse: `stepmark-parse` makes it.

mod attribute;
mod body;
mod captor;
mod confirm;
mod connection_spec;
mod document;
mod expectation;
mod front_matter;
mod input_spec;
mod judge;
mod pattern;
mod rehearsal_spec;
mod requirements;
mod session_state;
mod shell_terms;
mod slot;
mod source_file;
mod sources;
mod span;
mod sql_terms;
mod step;
mod step_flow;
mod step_kind;
mod text_judge;

use std::collections::HashMap;

pub use attribute::Attribute;
pub use body::{Body, SourceLine};
pub use captor::{CAPTURE_BYTES_MAX, Captured, CapturedValue, RowCaptor, TextCaptor};
pub use confirm::Confirm;
pub use connection_spec::ConnectionSpec;
pub use document::{Block, BlockKind, Container, Document, Inline, InlineStyle};
pub use expectation::{Expectation, Finding};
pub use front_matter::FrontMatter;
pub use input_spec::{InputKind, InputSpec, SECRET_BYTES_MIN};
pub use judge::Judge;
pub use pattern::{Pattern, PatternError};
pub use rehearsal_spec::{RehearsalCluster, RehearsalSpec};
pub use requirements::{Comparison, Requirements, VersionBound};
pub use session_state::SessionState;
pub use shell_terms::ShellTerms;
pub use slot::{Bound, Edit, Slot, SlotForm, SlotProblem, edits, replaced};
pub use source_file::SourceFile;
pub use sources::Sources;
pub use span::{Position, Span};
pub use sql_terms::{Generated, SqlTerms};
pub use step::{IdOrigin, Role, Step};
pub use step_flow::{Retry, RetryAfter, StepFlow, Wait};
pub use step_kind::{Interpreter, StepKind};
pub use text_judge::TextJudge;

use crate::{ConnectionName, Digest, StepId, StepIndex};

/// A runbook, understood: what would run, in which order, and the page it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The first heading of level 1, else the file's stem.
    pub title: String,
    /// SHA-256 of the runbook's exact bytes.
    pub digest: Digest,
    /// The steps in document order; a [`StepIndex`] points here.
    pub steps: Vec<Step>,
    /// The page, for rendering.
    pub document: Document,
    /// What stands in the front matter.
    pub front: FrontMatter,
    by_id: HashMap<StepId, StepIndex>,
    dependants: Vec<Vec<StepIndex>>,
    attached: HashMap<StepIndex, Vec<StepIndex>>,
}

impl Plan {
    /// Puts a plan together. Where two steps have one id the first keeps it; the parser reports that as an error.
    ///
    /// # Panics
    /// When a step's `needs` point outside `steps`.
    pub fn new(title: String, digest: Digest, steps: Vec<Step>, document: Document) -> Self {
        let mut by_id = HashMap::with_capacity(steps.len());
        let mut dependants = vec![Vec::new(); steps.len()];
        let mut attached: HashMap<StepIndex, Vec<StepIndex>> = HashMap::new();
        for (at, step) in steps.iter().enumerate() {
            if let Role::RollbackOf(of) | Role::ProbeOf(of) = step.role {
                attached.entry(of).or_default().push(StepIndex(at));
            }
            by_id.entry(step.id.clone()).or_insert(StepIndex(at));
            for need in &step.needs {
                dependants[need.0].push(StepIndex(at));
            }
        }
        Self {
            title,
            digest,
            steps,
            document,
            front: FrontMatter::default(),
            by_id,
            dependants,
            attached,
        }
    }

    /// The same plan with what stands in the front matter.
    #[must_use]
    pub fn with_front(mut self, front: FrontMatter) -> Self {
        self.front = front;
        self
    }

    /// The step at `index`.
    ///
    /// # Panics
    /// When `index` is of another plan.
    pub fn step(&self, index: StepIndex) -> &Step {
        &self.steps[index.0]
    }

    /// Where the step called `id` stands.
    pub fn index_of(&self, id: &StepId) -> Option<StepIndex> {
        self.by_id.get(id).copied()
    }

    /// The steps that need `index` directly.
    pub fn dependants(&self, index: StepIndex) -> &[StepIndex] {
        &self.dependants[index.0]
    }

    /// Every step with its place, in document order.
    pub fn indexed(&self) -> impl Iterator<Item = (StepIndex, &Step)> {
        self.steps
            .iter()
            .enumerate()
            .map(|(at, step)| (StepIndex(at), step))
    }

    /// The steps that undo `index`, in document order.
    pub fn undo_of(&self, index: StepIndex) -> impl Iterator<Item = StepIndex> {
        self.attached(index, Role::RollbackOf(index))
    }

    /// The steps that tell whether the effect of `index` is there, in document order.
    pub fn probes_of(&self, index: StepIndex) -> impl Iterator<Item = StepIndex> {
        self.attached(index, Role::ProbeOf(index))
    }

    fn attached(&self, index: StepIndex, role: Role) -> impl Iterator<Item = StepIndex> {
        let attached = self.attached.get(&index).into_iter().flatten().copied();
        attached.filter(move |other| self.step(*other).role == role)
    }

    /// Whether `later` needs `earlier`, directly or through others; a step descends from itself.
    pub fn descends(&self, later: StepIndex, earlier: StepIndex) -> bool {
        let mut seen = std::collections::HashSet::new();
        let mut todo = vec![later];
        while let Some(index) = todo.pop() {
            if index == earlier {
                return true;
            }
            if seen.insert(index) {
                todo.extend(self.step(index).needs.iter().copied());
            }
        }
        false
    }

    /// The connections that steps of the main flow use, in order of first use.
    pub fn connections(&self) -> Vec<ConnectionName> {
        let mut names: Vec<ConnectionName> = Vec::new();
        for step in &self.steps {
            if let Some(name) = &step.connection
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names
    }
}
