//! The values found so far and their origins; the first origin to give a value wins. Does not know their meaning.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::connection_string::{self, Pair};
use super::endpoint::SOCKET_DIRECTORIES;
use super::keyword::{self, KEYWORDS, Support};
use super::service_file;
use super::{Account, SettingsError};

/// Where distributions put the system-wide service file, after `PGSYSCONFDIR`.
const SYSTEM_DIRECTORIES: [&str; 2] = ["/etc/postgresql-common", "/etc"];

#[derive(Clone, Default)]
pub(super) struct Collected {
    values: BTreeMap<&'static str, (String, String)>,
}

impl Collected {
    /// Value and origin of a keyword, if it has any.
    pub(super) fn get(&self, name: &str) -> Option<(&str, &str)> {
        let (value, origin) = self.values.get(name)?;
        Some((value, origin))
    }

    /// The value; empty when there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).map_or("", |(value, _)| value)
    }

    /// The value, unless it is empty, which libpq takes for none.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The value read by `parse`.
    pub(super) fn typed<T>(
        &self,
        name: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, SettingsError> {
        self.parsed(name, self.text(name), expected, parse)
    }

    /// A part of the value read by `parse`.
    pub(super) fn parsed<T>(
        &self,
        name: &'static str,
        text: &str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, SettingsError> {
        parse(text).ok_or_else(|| SettingsError::BadValue {
            keyword: name,
            value: text.to_owned(),
            expected,
            origin: self
                .get(name)
                .map_or("default", |(_, origin)| origin)
                .to_owned(),
        })
    }

    /// Sets a value whatever was there.
    pub(super) fn put(&mut self, name: &'static str, value: &str, origin: &str) {
        self.values
            .insert(name, (value.to_owned(), origin.to_owned()));
    }

    pub(super) fn add_string(&mut self, text: &str, origin: &str) -> Result<(), SettingsError> {
        let pairs = connection_string::parse(text).map_err(|problem| SettingsError::Malformed {
            problem,
            origin: origin.to_owned(),
        })?;
        let mut own = Self::default();
        for (name, value) in pairs {
            let keyword = known(&name, origin)?;
            own.put(keyword, &value, origin);
        }
        self.add_missing(own);
        Ok(())
    }

    pub(super) fn add_service(
        &mut self,
        environment: &dyn Fn(&str) -> Option<String>,
        account: &Account,
    ) -> Result<(), SettingsError> {
        for name in ["service", "servicefile"] {
            self.add_variable(name, environment);
        }
        let Some(name) = self.given("service").map(str::to_owned) else {
            return Ok(());
        };
        let (files, required) = match self.given("servicefile") {
            Some(file) => (vec![PathBuf::from(file)], true),
            None => (service_files(environment, account), false),
        };
        let mut looked = Vec::new();
        for path in files {
            let Some(text) = read(&path, required)? else {
                continue;
            };
            if let Some(pairs) = section(&path, &text, &name)? {
                return self.add_section(pairs, &format!("{} [{name}]", path.display()));
            }
            looked.push(path);
        }
        let origin = self
            .get("service")
            .map_or("", |(_, origin)| origin)
            .to_owned();
        Err(SettingsError::ServiceNotFound {
            name,
            origin,
            looked,
        })
    }

    fn add_section(&mut self, pairs: Vec<Pair>, origin: &str) -> Result<(), SettingsError> {
        let mut own = Self::default();
        for (name, value) in pairs {
            own.put(known(&name, origin)?, &value, origin);
        }
        self.add_missing(own);
        Ok(())
    }

    pub(super) fn add_environment(&mut self, environment: &dyn Fn(&str) -> Option<String>) {
        for keyword in KEYWORDS {
            self.add_variable(keyword.name, environment);
        }
    }

    fn add_variable(&mut self, name: &str, environment: &dyn Fn(&str) -> Option<String>) {
        let Some(keyword) = keyword::find(name).filter(|keyword| !keyword.variable.is_empty())
        else {
            return;
        };
        if let Some(value) = environment(keyword.variable) {
            self.add(keyword.name, value, keyword.variable);
        }
    }

    /// Refuses values of keywords that take only some.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        for keyword in KEYWORDS {
            let Support::Only(accepted) = keyword.support else {
                continue;
            };
            let Some((value, origin)) = self
                .get(keyword.name)
                .filter(|(value, _)| !value.is_empty())
            else {
                continue;
            };
            if !accepted
                .iter()
                .any(|known| known.eq_ignore_ascii_case(value))
            {
                return Err(SettingsError::Unsupported {
                    keyword: keyword.name,
                    value: value.to_owned(),
                    origin: origin.to_owned(),
                });
            }
        }
        Ok(())
    }

    pub(super) fn add_defaults(&mut self, account: &Account) -> Result<(), SettingsError> {
        if self.given("user").is_none() {
            let user = account.user.clone().ok_or(SettingsError::NoUser)?;
            self.put("user", &user, "operating-system user");
        }
        if self.given("dbname").is_none() {
            let user = self.text("user").to_owned();
            self.put("dbname", &user, "default: the user\u{2019}s name");
        }
        if self.given("host").is_none() && self.given("hostaddr").is_none() {
            let (host, origin) = Self::default_host();
            self.put("host", &host, origin);
        }
        // Trusting everyone the platform trusts says nothing without the host's name (libpq 16, "sslrootcert").
        let ssl_mode = match self.text("sslrootcert") {
            "system" => "verify-full",
            _ => "prefer",
        };
        for (name, value) in [
            ("port", "5432"),
            ("sslmode", ssl_mode),
            ("channel_binding", "prefer"),
            ("target_session_attrs", "any"),
            ("connect_timeout", "0"),
        ] {
            if self.given(name).is_none() {
                self.put(name, value, "default");
            }
        }
        Ok(())
    }

    /// The directory in which a socket is looked for when nothing names a host; `localhost` where neither is there.
    pub(super) fn default_host() -> (String, &'static str) {
        match SOCKET_DIRECTORIES
            .iter()
            .find(|directory| Path::new(directory).is_dir())
        {
            Some(directory) => ((*directory).to_owned(), "default: socket directory"),
            None => ("localhost".to_owned(), "default"),
        }
    }

    fn add(&mut self, name: &'static str, value: String, origin: &str) {
        self.values
            .entry(name)
            .or_insert_with(|| (value, origin.to_owned()));
    }

    fn add_missing(&mut self, other: Self) {
        for (name, (value, origin)) in other.values {
            self.add(name, value, &origin);
        }
    }
}

impl std::fmt::Debug for Collected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_secret = |name: &str| {
            keyword::find(name).is_some_and(|keyword| keyword.support == Support::Secret)
        };
        let shown = self.values.iter().filter(|(name, _)| !is_secret(name));
        f.debug_map().entries(shown).finish()
    }
}

fn known(name: &str, origin: &str) -> Result<&'static str, SettingsError> {
    keyword::find(name)
        .map(|keyword| keyword.name)
        .ok_or_else(|| SettingsError::UnknownKeyword {
            keyword: name.to_owned(),
            origin: origin.to_owned(),
        })
}

fn service_files(environment: &dyn Fn(&str) -> Option<String>, account: &Account) -> Vec<PathBuf> {
    let own = account.file(".pg_service.conf");
    let system = match environment("PGSYSCONFDIR") {
        Some(directory) => vec![PathBuf::from(directory)],
        None => SYSTEM_DIRECTORIES.iter().map(PathBuf::from).collect(),
    };
    let system = system
        .into_iter()
        .map(|directory| directory.join("pg_service.conf"));
    own.into_iter().chain(system).collect()
}

fn read(path: &Path, required: bool) -> Result<Option<String>, SettingsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if !required && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError::Unreadable {
            path: path.to_owned(),
            error,
        }),
    }
}

fn section(path: &Path, text: &str, name: &str) -> Result<Option<Vec<Pair>>, SettingsError> {
    service_file::section(text, name).map_err(|problem| SettingsError::Malformed {
        problem,
        origin: path.display().to_string(),
    })
}
