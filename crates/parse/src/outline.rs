//! What one walk over the document gathers.

use stepmark_core::plan::Document;

use crate::draft::Draft;
use crate::flow_event::FlowEvent;
use crate::include::PlacedInclude;

/// The page, the steps on it, and the shape they stand in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outline {
    /// The first heading of level 1.
    pub(crate) title: Option<String>,
    pub(crate) document: Document,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) flow: Vec<FlowEvent>,
    /// What is to be taken in, in document order.
    pub(crate) includes: Vec<PlacedInclude>,
}
