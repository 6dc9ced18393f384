//! Looking at a running cluster with PostgreSQL's own programs. Changes nothing there.

use crate::program::Program;
use crate::run;
use crate::{Cluster, Result};

/// How long a dump waits for a lock that a step holds.
const LOCK_PATIENCE: &str = "--lock-wait-timeout=10s";

impl Cluster {
    /// The schema of a database as `pg_dump` writes it, without the tables that `ignored` patterns of psql name.
    ///
    /// # Errors
    /// [`crate::Error::Failed`] with what pg_dump said.
    pub fn dump_schema(&self, database: &str, ignored: &[String]) -> Result<String> {
        let mut command = self.command(Program::PgDump);
        command
            .args(["--schema-only", LOCK_PATIENCE, "-d", &self.url(database)])
            .args(
                ignored
                    .iter()
                    .map(|table| format!("--exclude-table={table}")),
            );
        let output = command
            .output()
            .map_err(|error| self.not_run(Program::PgDump, error))?;
        run::checked(Program::PgDump, &output)
    }

    /// The records of one kind in the WAL between two positions, one a line, as `pg_waldump` prints them; what of that
    /// stretch is gone, or not on disk yet, is left out.
    ///
    /// # Errors
    /// When the program is not installed.
    pub fn wal_records(&self, kind: &str, from: &str, to: &str) -> Result<String> {
        let mut command = self.command(Program::PgWaldump);
        command
            .arg("--path")
            .arg(self.home().data().join("pg_wal"))
            .args([
                format!("--rmgr={kind}"),
                format!("--start={from}"),
                format!("--end={to}"),
            ]);
        let output = command
            .output()
            .map_err(|error| self.not_run(Program::PgWaldump, error))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
