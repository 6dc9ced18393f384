//! The steps as a tree under their headings. Does not know where they stand: progress does.

use std::collections::HashMap;

use stepmark_core::StepIndex;
use stepmark_core::plan::{BlockKind, IdOrigin, Plan, Role, Step};

/// One row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeRow {
    /// How deep it stands, from 0.
    pub(crate) depth: usize,
    /// What it says.
    pub(crate) label: String,
    /// The step it is; none for a heading.
    pub(crate) step: Option<StepIndex>,
}

/// The rows of the tree and where each step stands in them.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) rows: Vec<TreeRow>,
    row_of: Vec<usize>,
}

impl Tree {
    /// The tree of `plan`. A heading that holds one step only is that step's row; the page's title has none.
    /// A step is called by its name where it was given one, else by a title of its own.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut tree = Self {
            rows: Vec::new(),
            row_of: vec![0; plan.steps.len()],
        };
        let counts = counts(plan);
        let attached = attached(plan);
        let mut open: Vec<usize> = Vec::new();
        for (index, step) in plan.indexed().filter(|(_, step)| step.is_main()) {
            let mut path: Vec<usize> = step
                .headings
                .iter()
                .copied()
                .filter(|heading| !is_title(plan, *heading))
                .collect();
            let alone = step
                .headings
                .last()
                .is_some_and(|heading| counts.get(heading) == Some(&1));
            if alone && path.last() == step.headings.last() {
                path.pop();
            }
            let same = path
                .iter()
                .zip(&open)
                .take_while(|(new, old)| new == old)
                .count();
            for (depth, heading) in path.iter().enumerate().skip(same) {
                tree.rows.push(TreeRow {
                    depth,
                    label: heading_text(plan, *heading),
                    step: None,
                });
            }
            let heading = step.headings.last().map(|at| heading_text(plan, *at));
            let has_own_title = heading.as_deref() != Some(step.title.as_str());
            let titled = alone || (has_own_title && step.id_origin == IdOrigin::Derived);
            let label = match titled && !step.title.is_empty() {
                true => step.title.clone(),
                false => step.id.to_string(),
            };
            tree.push_step(index, path.len(), label);
            for follower in attached.get(&index).into_iter().flatten() {
                let label = attached_label(plan.step(*follower));
                tree.push_step(*follower, path.len() + 1, label);
            }
            open = path;
        }
        tree
    }

    /// The row of a step.
    pub(crate) fn row_of(&self, step: StepIndex) -> usize {
        self.row_of.get(step.0).copied().unwrap_or(0)
    }

    /// The step `distance` steps after (or before) `from` in the tree, stopping at its ends.
    pub(crate) fn step_from(&self, from: StepIndex, distance: isize) -> Option<StepIndex> {
        let row = self.row_of(from);
        let steps = |row: &TreeRow| row.step;
        let count = distance.unsigned_abs();
        let last = count.checked_sub(1)?;
        let found = if distance > 0 {
            let after = self.rows.iter().skip(row + 1).filter_map(steps);
            after.take(last + 1).last()
        } else {
            let before = self.rows[..row].iter().rev().filter_map(steps);
            before.take(last + 1).last()
        };
        found.or(Some(from))
    }

    /// The first step of the tree.
    pub(crate) fn first(&self) -> Option<StepIndex> {
        self.rows.iter().find_map(|row| row.step)
    }

    /// The last step of the tree.
    pub(crate) fn last(&self) -> Option<StepIndex> {
        self.rows.iter().rev().find_map(|row| row.step)
    }

    fn push_step(&mut self, step: StepIndex, depth: usize, label: String) {
        self.row_of[step.0] = self.rows.len();
        self.rows.push(TreeRow {
            depth,
            label,
            step: Some(step),
        });
    }
}

fn counts(plan: &Plan) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    for step in plan.steps.iter().filter(|step| step.is_main()) {
        for heading in &step.headings {
            *counts.entry(*heading).or_default() += 1;
        }
    }
    counts
}

fn attached(plan: &Plan) -> HashMap<StepIndex, Vec<StepIndex>> {
    let mut attached: HashMap<StepIndex, Vec<StepIndex>> = HashMap::new();
    for (index, step) in plan.indexed() {
        match step.role {
            Role::Main => {}
            Role::RollbackOf(of) | Role::ProbeOf(of) => attached.entry(of).or_default().push(index),
        }
    }
    attached
}

/// What undoes or probes the step above it needs no name unless it was given one.
fn attached_label(step: &Step) -> String {
    match (step.id_origin, step.role) {
        (IdOrigin::Derived, Role::RollbackOf(_)) => "undo".to_owned(),
        (IdOrigin::Derived, Role::ProbeOf(_)) => "probe".to_owned(),
        (IdOrigin::Derived | IdOrigin::Named, _) => step.id.to_string(),
    }
}

fn is_title(plan: &Plan, heading: usize) -> bool {
    match plan.document.blocks.get(heading).map(|block| &block.kind) {
        Some(BlockKind::Heading { level: 1, .. }) => heading_text(plan, heading) == plan.title,
        Some(_) | None => false,
    }
}

fn heading_text(plan: &Plan, heading: usize) -> String {
    match plan.document.blocks.get(heading).map(|block| &block.kind) {
        Some(BlockKind::Heading { content, .. }) => {
            content.iter().map(|inline| inline.text.as_str()).collect()
        }
        Some(_) | None => String::new(),
    }
}
