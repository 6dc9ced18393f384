//! Where a connection leads, in words.

use stepmark_core::record::TargetIdentity;

/// As the server itself said it: `database shop as app at db.example:5432, PostgreSQL 15.13, primary`.
pub(super) fn target(identity: &TargetIdentity) -> String {
    let version = identity.server_version.split_whitespace().next();
    format!(
        "database {} as {} at {}:{}, PostgreSQL {}, {}",
        identity.database,
        identity.user,
        identity.host,
        identity.port,
        version.unwrap_or("?"),
        identity.role.word()
    )
}
