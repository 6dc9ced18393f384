//! What a [`crate::Link`] has to tell.

use std::sync::Arc;

use stepmark_core::record::Record;
use stepmark_core::runner::Glimpse;

/// What a [`crate::Link`] has to tell.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// The records since the last call, oldest first.
    pub records: Vec<Arc<Record>>,
    /// What is true for the moment.
    pub glimpse: Glimpse,
    /// Whether nothing more will ever come, also when no last record could be written.
    pub over: bool,
}
