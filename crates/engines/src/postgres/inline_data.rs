//! The inline data of a COPY, where they stand in the fence; a copy of them would be as large again. Does not look at them.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::sql_work::{SqlText, SqlWork};

/// A range of a work's text, and what keeps it in memory.
struct InlineData {
    work: Arc<SqlWork>,
    range: Range<usize>,
}

/// The bytes at `range` of the text of `work`, shared with it.
pub(crate) fn inline_data(work: &Arc<SqlWork>, range: Range<usize>) -> Bytes {
    Bytes::from_owner(InlineData {
        work: Arc::clone(work),
        range,
    })
}

impl AsRef<[u8]> for InlineData {
    fn as_ref(&self) -> &[u8] {
        match &self.work.text {
            SqlText::Fence { body, .. } => &body.text.as_bytes()[self.range.clone()],
            SqlText::Generated(_) => &[],
        }
    }
}
