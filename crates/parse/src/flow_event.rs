//! The shape that decides which step follows which: steps, and the lists and items around them.

/// Something met while walking the document. Steps are indices into the drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlowEvent {
    /// A list starts.
    ListStart,
    /// A list ends.
    ListEnd,
    /// An item of a list starts.
    ItemStart,
    /// An item ends.
    ItemEnd,
    /// The item just started is this task.
    Task(usize),
    /// A fence.
    Fence(usize),
}
