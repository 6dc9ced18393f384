//! What a connection leads to.

use serde::{Deserialize, Serialize};

use crate::{ConnectionName, connect_flag};

/// The identity of a target, as the server itself states it at connect time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetIdentity {
    /// `system_identifier` of `pg_control_system()`; none where the role may not read it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub system_identifier: Option<String>,
    /// The database's name.
    pub database: String,
    /// Its oid.
    pub database_oid: u32,
    /// `session_user`.
    pub user: String,
    /// Host name, address or socket directory that was connected to.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `server_version` as shown by the server.
    pub server_version: String,
    /// Primary or standby.
    pub role: ServerRole,
    /// Process id of our backend.
    pub backend_pid: i32,
    /// When our backend started, as the server wrote it; with the pid it names one session for good.
    pub backend_start: String,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Whether a pooler stands between us and the backend: the process id it gave out is not the backend's.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub pooler: bool,
    /// Whether the session locked its database against other runners when it was opened.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub locked: bool,
}

/// Whether a server takes writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerRole {
    /// Takes writes.
    Primary,
    /// In recovery.
    Standby,
}

impl TargetIdentity {
    /// `--connect` as it is typed to lead there again, to the connection called `name` where a runbook has several.
    pub fn connect_flag(&self, name: Option<&ConnectionName>) -> String {
        let port = self.port.to_string();
        let settings = [
            ("host", self.host.as_str()),
            ("port", &port),
            ("dbname", &self.database),
            ("user", &self.user),
        ];
        connect_flag(name, &settings)
    }

    /// What differs between two sessions that should lead to the same place, in words; none when nothing does.
    /// Host and port may differ (a name that moved with its cluster), backend facts always do.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if let Some(difference) = self.elsewhere(other) {
            return Some(difference);
        }
        (self.database_oid != other.database_oid).then(|| {
            format!(
                "database {} was oid {} and is now oid {}: it was dropped and made again",
                self.database, self.database_oid, other.database_oid
            )
        })
    }

    /// The same, but a database that was dropped and made again under its name is the same place: a step before the
    /// first session may do that.
    pub fn elsewhere(&self, other: &Self) -> Option<String> {
        let pairs = [
            (
                "system identifier",
                self.system_identifier.as_deref().unwrap_or("unreadable"),
                other.system_identifier.as_deref().unwrap_or("unreadable"),
            ),
            ("database", &self.database, &other.database),
            ("user", &self.user, &other.user),
            ("role", self.role.word(), other.role.word()),
        ];
        pairs
            .into_iter()
            .find(|(_, was, is)| was != is)
            .map(|(what, was, is)| format!("{what} was {was} and is now {is}"))
    }
}

impl ServerRole {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Standby => "standby",
        }
    }
}
