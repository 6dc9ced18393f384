//! One server to try. Does not connect.

use std::net::IpAddr;

/// One server to try, of possibly several.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name, address, or the directory of a Unix socket (absolute, or `@name` for an abstract one).
    pub host: String,
    /// The address to connect to, where `hostaddr` gave one; the name is then only checked against the certificate.
    pub address: Option<IpAddr>,
    /// Port, also part of a socket's file name.
    pub port: u16,
    /// The password for it, from wherever it came.
    pub(crate) password: Option<String>,
}

/// The directories in which PostgreSQL's builds put their socket by default.
pub(super) const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

impl Endpoint {
    /// Whether it is a Unix socket.
    pub fn is_socket(&self) -> bool {
        self.address.is_none() && (self.host.starts_with('/') || self.host.starts_with('@'))
    }

    /// The path of the Unix socket.
    pub(crate) fn socket_path(&self) -> String {
        format!("{}/.s.PGSQL.{}", self.host, self.port)
    }

    /// How to name it to a person: `db1:5432`, `/tmp/.s.PGSQL.5432`.
    pub fn shown(&self) -> String {
        match (self.is_socket(), self.host.contains(':')) {
            (true, _) => self.socket_path(),
            (false, true) => format!("[{}]:{}", self.host, self.port),
            (false, false) => format!("{}:{}", self.host, self.port),
        }
    }

    /// The host names under which a password file may list it; the default socket counts as `localhost`.
    pub(super) fn passfile_hosts(&self) -> Vec<&str> {
        match SOCKET_DIRECTORIES.contains(&self.host.as_str()) {
            true => vec!["localhost", &self.host],
            false => vec![&self.host],
        }
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("host", &self.host)
            .field("address", &self.address)
            .field("port", &self.port)
            .field("password", &self.password.as_ref().map(|_| "‹set›"))
            .finish()
    }
}
