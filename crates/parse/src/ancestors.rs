//! Which steps come before which, through needs and through what they are attached to.

use std::collections::HashSet;

use stepmark_core::plan::Role;

/// All searches together take no more looks at steps than this.
const LOOKS_MAX: usize = 2_000_000;

/// A search over the edges of a plan in the making.
pub(crate) struct Ancestors<'a> {
    edges: &'a [Vec<usize>],
    roles: &'a [Role],
    looks: usize,
}

impl<'a> Ancestors<'a> {
    pub(crate) fn new(edges: &'a [Vec<usize>], roles: &'a [Role]) -> Self {
        Self {
            edges,
            roles,
            looks: 0,
        }
    }

    /// Whether `later` needs `earlier`, itself or through others; what is attached to a step comes after it. Says yes
    /// once it has looked at more steps than any runbook has.
    pub(crate) fn has(&mut self, later: usize, earlier: usize) -> bool {
        let mut seen = HashSet::new();
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
