//! `--schema-from`: the schema of a real database, for a cluster of the rehearsal. Reads there; writes nothing, and takes no
//! rows, subscriptions or passwords along.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use stepmark_core::ConnectionName;
use stepmark_engines::postgres::Settings;
use stepmark_engines::shell::LIBPQ_VARIABLES;
use stepmark_scratch::Programs;

use super::super::scratch::{Fixture, complain};
use super::super::{Runbook, Surroundings, resolve};
use crate::{Complaint, Exit};

/// The roles of a server, as statements that make those which are not there.
const ROLES: &str = "
SELECT format('SELECT %L WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %L) \\gexec',
  format('CREATE ROLE %I %s%s%s%s', rolname, CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
    CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END, CASE WHEN rolreplication THEN ' REPLICATION' ELSE '' END,
    concat(CASE WHEN rolcreatedb THEN ' CREATEDB' END, CASE WHEN rolcreaterole THEN ' CREATEROLE' END,
      CASE WHEN rolbypassrls THEN ' BYPASSRLS' END, CASE WHEN NOT rolinherit THEN ' NOINHERIT' END)), rolname)
FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname;";
/// And who is a member of which.
const MEMBERSHIPS: &str = "SELECT format('GRANT %I TO %I;', role.rolname, member.rolname) FROM pg_catalog.pg_auth_members AS m
JOIN pg_catalog.pg_roles AS role ON role.oid = m.roleid JOIN pg_catalog.pg_roles AS member ON member.oid = m.member
WHERE member.rolname !~ '^pg_' ORDER BY 1;";
/// The largest tables, as far as the server knows.
const SIZES: &str = "SELECT format('%I.%I', nspname, relname), reltuples::bigint FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'
ORDER BY reltuples DESC, 1;";
/// With a user mapping a foreign table would lead to the real server behind it.
const NO_WAY_OUT: &str = "
DO $rehearsal$ DECLARE mapping record; BEGIN
  FOR mapping IN SELECT srvname, CASE WHEN umuser = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(umuser)) END AS who
    FROM pg_catalog.pg_user_mapping JOIN pg_catalog.pg_foreign_server AS s ON s.oid = umserver LOOP
    EXECUTE format('DROP USER MAPPING FOR %s SERVER %I', mapping.who, mapping.srvname);
  END LOOP;
END $rehearsal$;
";
/// Where an address comes from, for messages.
const ORIGIN: &str = "--schema-from";
/// So many tables are named.
const TABLES_NAMED_MAX: usize = 6;

/// The schema of a real database.
pub(super) struct Schema {
    /// What sets a cluster up with it.
    pub(super) fixture: Fixture,
    /// Its tables, the largest first, with the rows that its server estimates; negative where it does not know.
    pub(super) rows: Vec<(String, i64)>,
}

/// The schemas that `flags` ask for, by connection.
pub(super) fn schemas(
    runbook: &Runbook,
    flags: &[String],
) -> Result<BTreeMap<ConnectionName, Schema>, Complaint> {
    let mut schemas = BTreeMap::new();
    for flag in flags {
        let (name, settings) = led(runbook, flag)?;
        if schemas.contains_key(&name) {
            let message = format!("--schema-from is given twice for {name}");
            return Err(Complaint::new(Exit::Usage, message));
        }
        let schema = schema(&name, &settings)?;
        schemas.insert(name, schema);
    }
    Ok(schemas)
}

/// Which connection a flag is for, and where its schema is: `NAME=URL`, or `NAME` for where the runbook itself leads.
fn led(runbook: &Runbook, flag: &str) -> Result<(ConnectionName, Settings), Complaint> {
    let servers = runbook.servers().into_iter();
    let known: Vec<ConnectionName> = servers.map(|(name, _)| name).collect();
    let named = |name: &str| known.iter().find(|known| known.as_str() == name).cloned();
    if let Some((name, url)) = flag.split_once('=')
        && let Some(name) = named(name)
    {
        return Ok((name, Surroundings::here().settings(url, ORIGIN)?));
    }
    if let Some(name) = named(flag) {
        let connections = resolve(runbook, &[], &Surroundings::here())?;
        let settings = connections.settings.get(&name).cloned();
        return settings
            .map(|settings| (name, settings))
            .ok_or_else(|| unused(flag));
    }
    let first = flag.split_once('=').map(|(first, _)| first);
    let is_address = first.map_or(flag.contains("://"), |first| {
        first.contains("://") || Settings::is_keyword(first)
    });
    match known.as_slice() {
        [only] if is_address => Ok((only.clone(), Surroundings::here().settings(flag, ORIGIN)?)),
        _ => {
            let names: Vec<&str> = known.iter().map(ConnectionName::as_str).collect();
            let message =
                format!("--schema-from {flag} names no connection that has a server of its own");
            Err(Complaint::new(Exit::Usage, message).hint(format!(
                "write --schema-from NAME=URL, with one of: {}",
                names.join(", ")
            )))
        }
    }
}

fn unused(name: &str) -> Complaint {
    Complaint::new(Exit::Usage, format!("no step uses connection {name}"))
}

fn schema(name: &ConnectionName, settings: &Settings) -> Result<Schema, Complaint> {
    let programs = Programs::find_here().map_err(|error| complain(&error))?;
    let psql = |query: &str| {
        let mut command = Command::new(programs.psql());
        command.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-F",
            "\t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            query,
        ]);
        printed(command, "psql", name, settings)
    };
    // One query a call: of several psql shows the last result alone before its version 15.
    let roles = psql(ROLES)? + &psql(MEMBERSHIPS)?;
    let sizes = psql(SIZES)?;
    let mut dump = Command::new(programs.pg_dump());
    dump.args([
        "--schema-only",
        "--no-subscriptions",
        "--lock-wait-timeout=10s",
    ]);
    let dump = printed(dump, "pg_dump", name, settings)?;
    let row = |line: &str| {
        let (table, rows) = line.split_once('\t')?;
        Some((table.to_owned(), rows.parse().ok()?))
    };
    Ok(Schema {
        fixture: Fixture {
            name: settings.display_url(),
            sql: format!("{roles}\n{dump}\n{NO_WAY_OUT}"),
        },
        rows: sizes.lines().filter_map(row).collect(),
    })
}

/// What a program printed that was led to `settings`; the password goes by its environment, which only we can read.
fn printed(
    mut command: Command,
    program: &str,
    name: &ConnectionName,
    settings: &Settings,
) -> Result<String, Complaint> {
    for variable in LIBPQ_VARIABLES {
        command.env_remove(variable);
    }
    command
        .envs(settings.shell_environment())
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    if let Some(password) = settings.passwords().next() {
        command.env("PGPASSWORD", password);
    }
    let complaint = |what: String| {
        let message = format!("the schema for {name} cannot be copied: {what}");
        Complaint::new(Exit::Refused, message)
    };
    let output = command
        .output()
        .map_err(|error| complaint(format!("{program}: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(complaint(format!("{program} failed"))
        .details(said.lines().take(8).map(str::to_owned))
        .hint("nothing was executed; it takes a role that may read the schema, and programs that are not older than that server"))
}

impl Schema {
    /// How large the real tables are, for a person who must know how small the rehearsal is.
    pub(super) fn sizes(&self) -> String {
        let known = self.rows.iter().filter(|(_, rows)| *rows > 0);
        let named: Vec<String> = known
            .take(TABLES_NAMED_MAX)
            .map(|(table, rows)| format!("{table} about {}", grouped(*rows)))
            .collect();
        let tables = match self.rows.len() {
            1 => "1 table".to_owned(),
            count => format!("{count} tables"),
        };
        match named.is_empty() {
            true => format!("{tables}, all empty here; its server has no estimate of their rows"),
            false => format!("{tables}, all empty here; rows there: {}", named.join(", ")),
        }
    }
}

/// `1234567` as `1,234,567`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(
            [5, 999, 1_000, 1_234_567].map(grouped),
            ["5", "999", "1,000", "1,234,567"]
        );
    }
}
