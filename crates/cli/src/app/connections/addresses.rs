//! The variables that say where a connection leads, as the other servers see it.

use stepmark_core::{ConnectionName, VariableName};
use stepmark_engines::postgres::Settings;

/// Its host and port as the other servers see them, where they differ.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
}

/// `NAME_host`, `NAME_port`, `NAME_dbname` and `NAME_user`; the host of a Unix socket is its directory.
pub(super) fn addresses(
    name: &ConnectionName,
    settings: &Settings,
    peer: Peer,
) -> [(VariableName, String); 4] {
    let address = settings.address();
    let port = peer.port.map(|port| port.to_string());
    [
        ("host", peer.host.unwrap_or(address.host)),
        ("port", port.unwrap_or(address.port)),
        ("dbname", address.dbname),
        ("user", address.user),
    ]
    .map(|(part, value)| (VariableName::new(format!("{name}_{part}")), value))
}
