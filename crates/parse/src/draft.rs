//! A step before ids, roles and edges are known.

use std::sync::Arc;

use stepmark_core::plan::{Span, StepKind};

use crate::body_text::BodyText;
use crate::sql_facts::SqlFacts;
use crate::step_attributes::StepAttributes;

/// A step as far as it can be read by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) title: String,
    /// What its id is made from when it has no name.
    pub(crate) slug: String,
    /// The headings it stands under, as indices of blocks.
    pub(crate) headings: Vec<usize>,
    pub(crate) kind: StepKind,
    pub(crate) body: BodyText,
    /// The included file it stands in, by its path from the runbook's folder; none for the runbook itself.
    pub(crate) file: Option<Arc<str>>,
    pub(crate) attributes: StepAttributes,
    /// What its statements are, if it is SQL.
    pub(crate) sql: SqlFacts,
    pub(crate) span: Span,
    /// The line a diagnostic about the step as a whole points at.
    pub(crate) first_line: Span,
}
