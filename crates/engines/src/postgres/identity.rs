//! Asks a new session where it leads, in one round trip. Does not compare identities: core does.

use stepmark_core::record::{ServerRole, TargetIdentity};
use tokio_postgres::{Client, Error, SimpleQueryMessage, SimpleQueryRow};

use super::settings::Endpoint;

/// How `TargetIdentity::backend_start` is written, for `to_char()`.
pub(crate) const BACKEND_START_FORMAT: &str = "YYYY-MM-DD HH24:MI:SS.US";

/// The role may lack EXECUTE on `pg_control_system()`, which PostgreSQL checks when a query starts, whatever branch is
/// taken later; `query_to_xml` runs its text only when it is called.
const QUERY: &str = r"SELECT
 pg_catalog.current_database(),
 (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()),
 session_user,
 pg_catalog.current_setting('server_version'),
 pg_catalog.pg_is_in_recovery(),
 pg_catalog.current_setting('transaction_read_only'),
 pg_catalog.pg_backend_pid(),
 (SELECT pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
    FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()),
 CASE WHEN pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
   THEN pg_catalog.substring(pg_catalog.query_to_xml(
     'SELECT system_identifier FROM pg_catalog.pg_control_system()', true, true, '')::pg_catalog.text,
     '>([0-9]+)</system_identifier>') END";

/// What a server says of a new session.
pub(crate) struct Introduction {
    /// Where it leads.
    pub(crate) identity: TargetIdentity,
    /// Whether transactions are read-only by default.
    pub(crate) read_only: bool,
}

/// Asks; `tls` says whether the connection is encrypted.
pub(crate) async fn ask(
    client: &Client,
    endpoint: &Endpoint,
    tls: bool,
) -> Result<Introduction, Error> {
    let messages = client.simple_query(QUERY).await?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let text = |column: usize| row.and_then(|row| cell(row, column)).unwrap_or_default();
    Ok(Introduction {
        identity: TargetIdentity {
            database: super::visible::line(text(0)),
            database_oid: text(1).parse().unwrap_or_default(),
            user: super::visible::line(text(2)),
            server_version: super::visible::line(text(3)),
            role: match text(4) {
                "t" => ServerRole::Standby,
                _ => ServerRole::Primary,
            },
            backend_pid: text(6).parse().unwrap_or_default(),
            backend_start: text(7).to_owned(),
            system_identifier: row.and_then(|row| cell(row, 8)).map(str::to_owned),
            host: endpoint.host.clone(),
            port: endpoint.port,
            tls,
            pooler: false,
            locked: false,
        },
        read_only: text(5) == "on",
    })
}

fn cell(row: &SimpleQueryRow, column: usize) -> Option<&str> {
    row.try_get(column).ok().flatten()
}
