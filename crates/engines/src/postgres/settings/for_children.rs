//! The settings as child processes need them: `PG*` variables, a password file's lines, a URL to show.
//! The password goes into the file only; writing it is the caller's work.

use std::fmt::Write as _;
use std::path::Path;

use super::passfile;
use super::{Endpoint, Settings};

/// Variables that carry a given setting over to a child as it is.
const CARRIED: [(&str, &str); 13] = [
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLCRL", "sslcrl"),
    ("PGSSLCRLDIR", "sslcrldir"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGSSLSNI", "sslsni"),
    ("PGOPTIONS", "options"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGCHANNELBINDING", "channel_binding"),
];

/// The same, where older libpqs do not know the keyword: they pass over the variable, but stumble over a service file.
const CARRIED_BY_VARIABLE: [(&str, &str); 3] = [
    ("PGSSLCERTMODE", "sslcertmode"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGREQUIREAUTH", "require_auth"),
];

/// The other variables that [`Settings::shell_environment`] gives, and the keyword of each.
const OF_EVERY_SERVICE: [(&str, &str); 7] = [
    ("PGHOST", "host"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGDATABASE", "dbname"),
    ("PGSSLMODE", "sslmode"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGAPPNAME", "application_name"),
];

impl Settings {
    /// The `PG*` variables that lead a child to the same place; without the password, see [`Settings::passfile_lines`].
    pub fn shell_environment(&self) -> Vec<(String, String)> {
        let mut variables = vec![
            (
                "PGHOST".to_owned(),
                self.joined(|endpoint| endpoint.host.clone()),
            ),
            (
                "PGPORT".to_owned(),
                self.joined(|endpoint| endpoint.port.to_string()),
            ),
            ("PGUSER".to_owned(), self.user.clone()),
            ("PGDATABASE".to_owned(), self.database.clone()),
            ("PGSSLMODE".to_owned(), self.ssl_mode.word().to_owned()),
        ];
        if let Some(timeout) = self.connect_timeout {
            variables.push((
                "PGCONNECT_TIMEOUT".to_owned(),
                timeout.as_secs().to_string(),
            ));
        }
        if let Some(name) = &self.application_name {
            variables.push(("PGAPPNAME".to_owned(), name.clone()));
        }
        for (variable, keyword) in CARRIED.into_iter().chain(CARRIED_BY_VARIABLE) {
            if let Some(value) = self.collected.given(keyword) {
                variables.push((variable.to_owned(), value.to_owned()));
            }
        }
        self.add_session_settings(&mut variables);
        variables
    }

    /// The section `[name]` of a service file (libpq, "The Connection Service File") that leads to the same place, with the
    /// password file to look in; never a password.
    pub fn service_section(&self, name: &str, passfile: Option<&Path>) -> String {
        let mut section = format!("[{name}]\n");
        for (variable, value) in self.shell_environment() {
            let carried = CARRIED.iter().chain(&OF_EVERY_SERVICE);
            let keyword = carried.clone().find(|(known, _)| *known == variable);
            if let Some((_, keyword)) = keyword {
                let _ = writeln!(section, "{keyword}={value}");
            }
        }
        if let Some(passfile) = passfile {
            let _ = writeln!(section, "passfile={}", passfile.display());
        }
        section
    }

    /// Session settings reach children as `-c` in `PGOPTIONS`, behind what stands there already.
    fn add_session_settings(&self, variables: &mut Vec<(String, String)>) {
        if self.session_settings.is_empty() {
            return;
        }
        let at = variables.iter().position(|(name, _)| name == "PGOPTIONS");
        let given = at.map(|at| variables.remove(at).1);
        let options = self
            .session_settings
            .iter()
            .map(|(name, value)| format!("-c {name}={}", escaped(value)));
        let options: Vec<String> = given.into_iter().chain(options).collect();
        variables.push(("PGOPTIONS".to_owned(), options.join(" ")));
    }

    /// The passwords it holds, one for each server at most, so that they can be masked. One that is also the name of the
    /// role or the database is no secret, and masking it would mangle what is shown.
    pub fn passwords(&self) -> impl Iterator<Item = &str> {
        self.endpoints
            .iter()
            .filter_map(|endpoint| endpoint.password.as_deref())
            .filter(|password| *password != self.user && *password != self.database)
    }

    /// What a password file (mode 0600, named by `PGPASSFILE`) must hold so that children get in: a line for each
    /// server, each with its newline; none without a password. For this role, any database of the server.
    pub fn passfile_lines(&self) -> Option<String> {
        let mut lines = String::new();
        for endpoint in &self.endpoints {
            let Some(password) = &endpoint.password else {
                continue;
            };
            let port = endpoint.port.to_string();
            for host in endpoint.passfile_hosts() {
                lines += &passfile::line(host, &port, "*", &self.user, password);
                lines.push('\n');
            }
        }
        (!lines.is_empty()).then_some(lines)
    }

    /// A URL that says where this leads, without the password.
    pub fn display_url(&self) -> String {
        let servers: Vec<String> = self
            .endpoints
            .iter()
            .map(
                |endpoint| match (endpoint.is_socket(), endpoint.host.contains(':')) {
                    (true, _) => format!("{}:{}", encode(&endpoint.host), endpoint.port),
                    (false, true) => format!("[{}]:{}", endpoint.host, endpoint.port),
                    (false, false) => format!("{}:{}", endpoint.host, endpoint.port),
                },
            )
            .collect();
        let encoded = |text: &str| encode(text);
        crate::postgres::visible::line(&format!(
            "postgresql://{}@{}/{}",
            encoded(&self.user),
            servers.join(","),
            encoded(&self.database)
        ))
    }

    pub(super) fn joined(&self, part: impl Fn(&Endpoint) -> String) -> String {
        self.endpoints
            .iter()
            .map(part)
            .collect::<Vec<_>>()
            .join(",")
    }
}

/// A value as `options` takes it: a backslash before each blank and backslash (libpq, "options").
fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        if character == '\\' || character.is_ascii_whitespace() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' | '/' | '@' | ':' | '?' | '#' | '&' | '[' | ']' | ' ' => {
                encoded += &format!("%{:02X}", u32::from(character));
            }
            _ => encoded.push(character),
        }
    }
    encoded
}
