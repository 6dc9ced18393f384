//! Where a connection leads, as text for a runbook's variables. Does not hold the password.

/// Where a connection leads, in libpq's words; host and port are lists with commas where there are several servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Host names, addresses, or directories of sockets.
    pub host: String,
    /// Port numbers, one for each host.
    pub port: String,
    /// The database.
    pub dbname: String,
    /// The role.
    pub user: String,
}
