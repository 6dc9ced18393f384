//! Puts a step's environment together: what was carried, what is ambient, what the step asks for. Does not read or set any.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

use super::carried::Carried;
use super::exports::is_name;
use super::unstartable::Unstartable;

/// The variable by which a step's descendants are recognised, wherever they hide.
pub(super) const TAG: &str = "STEPMARK_ATTEMPT";
/// How its entry in an environment begins.
pub(super) const TAG_PREFIX: &str = "STEPMARK_ATTEMPT=";

/// What makes a shell read files or set options at its start; a step must not depend on it.
const STARTUP: [&str; 5] = ["BASH_ENV", "ENV", "ZDOTDIR", "BASHOPTS", "SHELLOPTS"];

/// The variables that libpq reads (PostgreSQL 18, "Environment Variables" of libpq); others that begin with PG are a
/// step's own, such as `PGDATA`. Never carried from step to step; a caller withholds them from steps whose connection
/// they could redirect.
pub const LIBPQ_VARIABLES: [&str; 43] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
    "PGAPPNAME",
    "PGSSLMODE",
    "PGREQUIRESSL",
    "PGSSLNEGOTIATION",
    "PGSSLCOMPRESSION",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCERTMODE",
    "PGSSLROOTCERT",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLSNI",
    "PGREQUIREPEER",
    "PGSSLMINPROTOCOLVERSION",
    "PGSSLMAXPROTOCOLVERSION",
    "PGMINPROTOCOLVERSION",
    "PGMAXPROTOCOLVERSION",
    "PGGSSENCMODE",
    "PGKRBSRVNAME",
    "PGGSSLIB",
    "PGGSSDELEGATION",
    "PGCONNECT_TIMEOUT",
    "PGCLIENTENCODING",
    "PGTARGETSESSIONATTRS",
    "PGLOADBALANCEHOSTS",
    "PGOAUTHDEBUG",
    "PGDATESTYLE",
    "PGTZ",
    "PGGEQO",
    "PGSYSCONFDIR",
    "PGLOCALEDIR",
];

/// Variables that belong to one process, and the prefix of functions that bash passes on.
const OF_ONE_PROCESS: [&str; 5] = ["PWD", "OLDPWD", "SHLVL", "_", "stepmark_status"];
const FUNCTION_PREFIX: &str = "BASH_FUNC_";

/// Whether `name` is never carried from one step to the next.
pub(super) fn is_never_carried(name: &str) -> bool {
    LIBPQ_VARIABLES.contains(&name)
        || name.starts_with("STEPMARK_")
        || OF_ONE_PROCESS.contains(&name)
        || STARTUP.contains(&name)
}

/// The whole environment of a step's process.
///
/// # Errors
/// A variable to set has a name or a value that no environment can hold.
pub(super) fn compose(
    ambient: impl IntoIterator<Item = (OsString, OsString)>,
    carried: Option<&Carried>,
    removed: &[String],
    set: &[(String, String)],
    tag: &str,
) -> Result<BTreeMap<OsString, OsString>, Unstartable> {
    let mut environment: BTreeMap<OsString, OsString> = ambient
        .into_iter()
        .filter(|(name, _)| is_ambient_wanted(name, carried))
        .collect();
    if let Some(carried) = carried {
        environment.extend(
            carried
                .variables
                .iter()
                .map(|(name, value)| (name.into(), value.clone())),
        );
    }
    environment.retain(|name, _| !is_removed(name, removed));
    for (name, value) in set {
        if let Some(because) = what_is_wrong(name, value) {
            return Err(Unstartable::VariableInvalid {
                name: name.clone(),
                because,
            });
        }
        environment.insert(name.into(), value.into());
    }
    for name in STARTUP {
        environment.remove(OsStr::new(name));
    }
    environment.insert(TAG.into(), tag.into());
    Ok(environment)
}

fn is_ambient_wanted(name: &OsStr, carried: Option<&Carried>) -> bool {
    let Some(carried) = carried else {
        return true;
    };
    match name.to_str() {
        Some(name) if is_name(name) => is_never_carried(name) || carried.withheld.contains(name),
        Some(name) => !name.starts_with(FUNCTION_PREFIX),
        None => true,
    }
}

fn is_removed(name: &OsStr, removed: &[String]) -> bool {
    let bytes = name.as_encoded_bytes();
    removed
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => bytes.starts_with(prefix.as_bytes()),
            None => bytes == pattern.as_bytes(),
        })
}

fn what_is_wrong(name: &str, value: &str) -> Option<&'static str> {
    if name.is_empty() || name.contains(['=', '\0']) {
        Some("its name is empty or holds `=` or a NUL byte")
    } else if value.contains('\0') {
        Some("its value holds a NUL byte")
    } else {
        None
    }
}

/// The names that this step's own settings kept from being carried.
pub(super) fn withheld(set: &[(String, String)]) -> BTreeSet<String> {
    set.iter()
        .map(|(name, _)| name.clone())
        .filter(|name| is_name(name) && !is_never_carried(name))
        .collect()
}
