//! `target_session_attrs`: which of several servers is acceptable.

use stepmark_core::record::ServerRole;

/// `target_session_attrs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionAttributes {
    /// The first that answers.
    #[default]
    Any,
    /// One whose sessions are read-write by default and which is not a standby.
    ReadWrite,
    /// One whose sessions are not.
    ReadOnly,
    /// One that is not a standby.
    Primary,
    /// A standby.
    Standby,
    /// A standby, else whatever answers.
    PreferStandby,
}

impl SessionAttributes {
    pub(super) const EXPECTED: &str =
        "any, read-write, read-only, primary, standby or prefer-standby";

    /// libpq's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::ReadWrite => "read-write",
            Self::ReadOnly => "read-only",
            Self::Primary => "primary",
            Self::Standby => "standby",
            Self::PreferStandby => "prefer-standby",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [
            Self::Any,
            Self::ReadWrite,
            Self::ReadOnly,
            Self::Primary,
            Self::Standby,
            Self::PreferStandby,
        ]
        .into_iter()
        .find(|attributes| attributes.word() == text)
    }

    /// Whether a server that says this of itself is acceptable; `PreferStandby` is asked as `Standby` first.
    pub(crate) fn accept(self, role: ServerRole, read_only: bool) -> bool {
        match self {
            Self::Any | Self::PreferStandby => true,
            Self::ReadWrite => !read_only && role == ServerRole::Primary,
            Self::ReadOnly => read_only || role == ServerRole::Standby,
            Self::Primary => role == ServerRole::Primary,
            Self::Standby => role == ServerRole::Standby,
        }
    }
}
