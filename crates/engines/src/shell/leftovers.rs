//! What steps left behind. Only counts.

/// What [`super::Shells::stop`] found still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Processes of steps that were still alive and had to be ended.
    pub ended: usize,
    /// Processes that could not be ended, for instance because they belong to another user.
    pub survived: usize,
    /// Bytes that came through a step's pipes after its end; they are in no output.
    pub bytes_late: u64,
}
