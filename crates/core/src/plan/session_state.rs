//! What a step leaves behind in its session, which a new session would not have.

/// A kind of state that lives in a session and dies with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SessionState {
    /// A setting: `SET` without LOCAL.
    Setting,
    /// Another role: `SET ROLE`, `SET SESSION AUTHORIZATION`.
    Role,
    /// A temporary table, view or sequence.
    TemporaryObject,
    /// `LISTEN`.
    Listen,
    /// A prepared statement.
    PreparedStatement,
    /// A cursor `WITH HOLD`.
    Cursor,
    /// A session-level advisory lock.
    AdvisoryLock,
    /// A library loaded by `LOAD`.
    Library,
}

impl SessionState {
    /// In words, in the plural.
    pub fn words(self) -> &'static str {
        match self {
            Self::Setting => "settings (SET)",
            Self::Role => "a role (SET ROLE)",
            Self::TemporaryObject => "temporary tables",
            Self::Listen => "LISTEN",
            Self::PreparedStatement => "prepared statements",
            Self::Cursor => "cursors WITH HOLD",
            Self::AdvisoryLock => "advisory locks",
            Self::Library => "loaded libraries",
        }
    }
}
