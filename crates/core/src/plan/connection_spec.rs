//! A connection as the front matter declares it.

use super::Span;
use crate::ConnectionName;

/// A connection as the front matter declares it; where it leads is resolved when the run is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSpec {
    /// Its name.
    pub name: ConnectionName,
    /// `url:`, in which `$NAME` and `${NAME}` stand for environment variables.
    pub url: Option<String>,
    /// `like:`: the same server as that connection's.
    pub like: Option<ConnectionName>,
    /// `database:` instead of the one of `url` or `like`.
    pub database: Option<String>,
    /// `settings:` in order, applied at every connect.
    pub settings: Vec<(String, String)>,
    /// `peer_host:`: its host as the other servers see it.
    pub peer_host: Option<String>,
    /// `peer_port:`: its port as the other servers see it.
    pub peer_port: Option<u16>,
    /// Where it is declared.
    pub span: Span,
}
