//! The rows of a step's last result, kept so that another step can be compared with them.

/// The rows of a step's last result, as far as they were kept.
#[derive(Debug, Default)]
pub struct KeptRows {
    /// Each row as its cells' texts; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}
