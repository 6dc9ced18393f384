//! Where the runbook's connections lead, and whether anything answers there.

mod addresses;
mod declared;
mod given;
mod password;
mod probe;
#[cfg(test)]
mod tests;
mod url;

use std::collections::BTreeMap;
use std::env::VarError;

use stepmark_core::{ConnectionName, VariableName};
use stepmark_engines::postgres::{Account, Settings};

pub(crate) use declared::{resolve, resolve_scratch};
pub(crate) use given::resolve_given;
pub(crate) use probe::{complain, identify, probe, unreachable};

use super::operator::user_name;
use crate::{Complaint, Exit};

/// The connections of a run.
#[derive(Clone, Default)]
pub(crate) struct Connections {
    /// The settings of each.
    pub(crate) settings: BTreeMap<ConnectionName, Settings>,
    /// `NAME_host` and so on: the address of each as the other servers see it.
    pub(crate) addresses: BTreeMap<VariableName, String>,
}

/// What is known here of the surroundings: the environment, and the account we run under.
pub(crate) struct Surroundings<'a> {
    pub(crate) environment: &'a dyn Fn(&str) -> Result<String, VarError>,
    pub(crate) account: Account,
}

/// Reads the environment of this process.
pub(crate) fn environment(name: &str) -> Result<String, VarError> {
    std::env::var(name)
}

impl Surroundings<'static> {
    /// Those of this process.
    pub(crate) fn here() -> Self {
        Self {
            environment: &environment,
            account: Account {
                user: user_name(rustix::process::geteuid().as_raw()),
                home: std::env::var_os("HOME").map(std::path::PathBuf::from),
            },
        }
    }
}

impl Surroundings<'_> {
    /// A variable of the environment, if it has a value.
    fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name)
            .ok()
            .filter(|value| !value.is_empty())
    }

    /// The settings that `text` from `origin` gives, completed from the environment as libpq does.
    pub(crate) fn settings(&self, text: &str, origin: &str) -> Result<Settings, Complaint> {
        self.complete(Some((text, origin)))
    }

    /// The settings of the only connection there is: `url` is what `--connect` said, then `DATABASE_URL` is asked, then
    /// libpq's variables and files.
    pub(crate) fn only(&self, url: Option<&str>) -> Result<Settings, Complaint> {
        let database_url = self.variable("DATABASE_URL");
        self.complete(match (url, &database_url) {
            (Some(url), _) => Some((url, "--connect")),
            (None, Some(url)) => Some((url.as_str(), "DATABASE_URL")),
            (None, None) => None,
        })
    }

    fn complete(&self, connect: Option<(&str, &str)>) -> Result<Settings, Complaint> {
        let environment = |name: &str| self.variable(name);
        Settings::resolve(connect, &environment, &self.account).map_err(|error| {
            Complaint::new(Exit::Usage, error.to_string())
                .hint("a connection is a URL, postgresql://user@host:5432/database, or keywords, 'host=… dbname=…'")
        })
    }
}
