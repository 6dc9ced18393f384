//! `standard_conforming_strings` along a text: whether a backslash is an ordinary character in `'…'`.

/// The setting, and the one place where it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conformance {
    first: bool,
    /// From this byte on it is the other way round.
    switched_at: usize,
}

impl Conformance {
    /// The same everywhere.
    pub(crate) fn always(conforming: bool) -> Self {
        Self {
            first: conforming,
            switched_at: usize::MAX,
        }
    }

    /// What holds for a string that starts at byte `start`.
    pub(crate) fn at(self, start: usize) -> bool {
        self.first != (start >= self.switched_at)
    }

    /// As it is at `now`, and `conforming` from `later` on.
    pub(crate) fn becoming(self, now: usize, conforming: bool, later: usize) -> Self {
        let first = self.at(now);
        let switched_at = if first == conforming {
            usize::MAX
        } else {
            later
        };
        Self { first, switched_at }
    }
}
