//! The table locks of PostgreSQL that somebody may have to wait for.

/// A table lock stronger than what plain reading and writing takes, weakest first (PostgreSQL, "Explicit Locking").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// Keeps out other changes of the table's definition, VACUUM and ANALYZE.
    ShareUpdateExclusive,
    /// Keeps out writing.
    Share,
    /// Keeps out writing.
    ShareRowExclusive,
    /// Keeps out all but plain reading.
    Exclusive,
    /// Keeps out everything.
    AccessExclusive,
}

impl LockMode {
    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What it stops others from doing, as the end of a sentence.
    pub fn stops(self) -> &'static str {
        match self {
            Self::ShareUpdateExclusive => "other schema changes and VACUUM",
            Self::Share | Self::ShareRowExclusive => "writes",
            Self::Exclusive => "writes and FOR UPDATE",
            Self::AccessExclusive => "reads and writes",
        }
    }
}
