//! What stands around an included file, and what its steps get from it. Does not move them.

use std::sync::Arc;

use stepmark_core::plan::{Container, Span, StepKind};

use crate::draft::Draft;
use crate::role_attribute::RoleWord;

/// What stands around an included file.
#[derive(Clone, Default)]
pub(crate) struct Around {
    /// The file itself; none for the runbook.
    pub(crate) file: Option<Arc<str>>,
    /// Before the ids of its steps: `backup.`
    pub(crate) prefix: String,
    pub(crate) on: Option<(String, Span)>,
    /// As indices of blocks of what is joined.
    pub(crate) headings: Vec<usize>,
    pub(crate) level: u8,
    pub(crate) containers: Vec<Container>,
}

impl Around {
    /// Gives a step of the file the names it has among the others.
    pub(crate) fn settle(&self, draft: &mut Draft) {
        draft.file.clone_from(&self.file);
        let attributes = &mut draft.attributes;
        // A rollback goes where what it undoes went.
        let follows = attributes
            .role
            .as_ref()
            .is_some_and(|role| role.word == RoleWord::Rollback);
        if attributes.on.is_none() && draft.kind != StepKind::Manual && !follows {
            attributes.on.clone_from(&self.on);
        }
        if self.prefix.is_empty() {
            return;
        }
        let prefix = |id: &mut String| id.insert_str(0, &self.prefix);
        if draft.slug.is_empty() {
            "step".clone_into(&mut draft.slug);
        }
        prefix(&mut draft.slug);
        let ids = [
            &mut attributes.name,
            &mut attributes.same,
            &mut attributes.stop,
        ];
        for (id, _) in ids.into_iter().flatten() {
            prefix(id);
        }
        for (id, _) in attributes.needs.iter_mut().flatten() {
            prefix(id);
        }
        if let Some(role) = &mut attributes.role {
            prefix(&mut role.id);
        }
    }
}
