//! Connection settings as libpq resolves them: connection string, service file, `PG*` variables, defaults, password
//! file; each value remembers where it came from. Does not connect, and reads no environment: it is an argument.

mod account;
mod address;
mod collected;
mod connection_string;
mod endpoint;
mod error;
mod for_children;
mod host_order;
mod keyword;
mod passfile;
mod required_authentication;
mod service_file;
mod session_attributes;
mod socket_options;
mod ssl_mode;
#[cfg(test)]
mod tests;
mod tls_choices;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::SupportedProtocolVersion;
use stepmark_core::runner::Setting;
use tokio_postgres::config::ChannelBinding;

pub use account::Account;
pub use address::Address;
use collected::Collected;
pub use endpoint::Endpoint;
pub use error::SettingsError;
use keyword::{KEYWORDS, Support};
use passfile::Passfile;
pub(crate) use required_authentication::RequiredAuthentication;
pub use session_attributes::SessionAttributes;
pub(crate) use socket_options::SocketOptions;
pub use ssl_mode::SslMode;
pub(crate) use tls_choices::{CertificateMode, Negotiation};

/// What stands in for a password wherever settings are shown.
const SECRET_SHOWN: &str = "\u{2039}set\u{203a}";
/// What stands where there is none.
const SECRET_ABSENT: &str = "\u{2039}none\u{203a}";
/// Where the settings of a session come from.
const SESSION_ORIGIN: &str = "settings: of the runbook";

/// Where and how to connect, with the origin of every value.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The servers to try, in order; never empty.
    pub(crate) endpoints: Vec<Endpoint>,
    /// The role to connect as.
    pub(crate) user: String,
    /// The database.
    pub(crate) database: String,
    /// How much encryption.
    pub(crate) ssl_mode: SslMode,
    /// The file of root certificates, `system` for the platform's; none where neither is there.
    pub(crate) root_certificates: Option<String>,
    /// The client's certificate and key.
    pub(crate) client_certificate: Option<(PathBuf, PathBuf)>,
    /// Whether the client's certificate is shown.
    pub(crate) certificate_mode: CertificateMode,
    /// The file of revoked certificates.
    pub(crate) revocation_lists: Option<PathBuf>,
    /// The directory of such files.
    pub(crate) revocation_directory: Option<PathBuf>,
    /// How TLS begins.
    pub(crate) negotiation: Negotiation,
    /// The versions of TLS that may be spoken; never empty.
    pub(crate) protocol_versions: Vec<&'static SupportedProtocolVersion>,
    /// Whether the host name is sent in the TLS handshake.
    pub(crate) server_name_indication: bool,
    /// Whether SCRAM must be bound to the TLS channel.
    pub(crate) channel_binding: ChannelBinding,
    /// Which ways to authenticate the server may ask for; any where none is named.
    pub(crate) required_authentication: Option<RequiredAuthentication>,
    /// Which of several servers is acceptable.
    pub(crate) session_attributes: SessionAttributes,
    /// How long one server may take to answer; none waits as long as the system does.
    pub(crate) connect_timeout: Option<Duration>,
    /// What is set on TCP sockets.
    pub(crate) socket_options: SocketOptions,
    /// `application_name`, if one was given.
    pub(crate) application_name: Option<String>,
    /// Command-line options for the server.
    pub(crate) options: Option<String>,
    /// PostgreSQL settings and values that every new session is given, in order.
    pub(crate) session_settings: Vec<(String, String)>,
    /// The password file in which passwords are looked up; none where one was given.
    passfile: Option<PathBuf>,
    collected: Collected,
}

impl Settings {
    /// Resolves `connect` (a URL, keyword list or database name, and where it was given), then the service file, then
    /// `environment`, then defaults; the password last of all from the password file.
    ///
    /// # Errors
    /// A keyword or value libpq would refuse, or whose promise is not kept here; a service that is not defined.
    pub fn resolve(
        connect: Option<(&str, &str)>,
        environment: &dyn Fn(&str) -> Option<String>,
        account: &Account,
    ) -> Result<Self, SettingsError> {
        let mut collected = Collected::default();
        if let Some((text, origin)) = connect {
            collected.add_string(text, origin)?;
        }
        collected.add_service(environment, account)?;
        collected.add_environment(environment);
        collected.check()?;
        collected.add_defaults(account)?;
        let mut settings = Self::of(collected)?;
        settings.find_certificates(account);
        settings.find_passwords(account);
        Ok(settings)
    }

    /// What the collected values say by themselves, without any file.
    fn of(collected: Collected) -> Result<Self, SettingsError> {
        let is_random = collected.typed("load_balance_hosts", "disable or random", random)?;
        let mut endpoints = endpoints(&collected)?;
        if is_random {
            host_order::shuffle(&mut endpoints);
        }
        Ok(Self {
            endpoints,
            user: collected.text("user").to_owned(),
            database: collected.text("dbname").to_owned(),
            ssl_mode: collected.typed("sslmode", SslMode::EXPECTED, SslMode::parse)?,
            root_certificates: None,
            client_certificate: None,
            certificate_mode: collected.typed(
                "sslcertmode",
                CertificateMode::EXPECTED,
                CertificateMode::parse,
            )?,
            revocation_lists: None,
            revocation_directory: collected.given("sslcrldir").map(PathBuf::from),
            negotiation: collected.typed(
                "sslnegotiation",
                Negotiation::EXPECTED,
                Negotiation::parse,
            )?,
            protocol_versions: collected.typed(
                "ssl_max_protocol_version",
                "not older than ssl_min_protocol_version",
                |newest| {
                    let oldest = collected.text("ssl_min_protocol_version");
                    tls_choices::protocol_versions(oldest, newest)
                },
            )?,
            server_name_indication: collected.text("sslsni") != "0",
            channel_binding: collected.typed(
                "channel_binding",
                "disable, prefer or require",
                channel_binding,
            )?,
            required_authentication: collected.typed(
                "require_auth",
                RequiredAuthentication::EXPECTED,
                RequiredAuthentication::parse,
            )?,
            session_attributes: collected.typed(
                "target_session_attrs",
                SessionAttributes::EXPECTED,
                SessionAttributes::parse,
            )?,
            connect_timeout: collected.typed("connect_timeout", "a number of seconds", timeout)?,
            socket_options: SocketOptions::of(&collected)?,
            application_name: collected.given("application_name").map(str::to_owned),
            options: collected.given("options").map(str::to_owned),
            session_settings: Vec::new(),
            passfile: None,
            collected,
        })
    }

    /// The same, with a limit on how long a server may take to answer where none was given.
    #[must_use]
    pub fn waiting_at_most(mut self, limit: Duration) -> Self {
        self.connect_timeout.get_or_insert(limit);
        self
    }

    /// The same, with PostgreSQL settings (names and values) that every new session is given.
    #[must_use]
    pub fn with_session_settings(mut self, settings: Vec<(String, String)>) -> Self {
        self.session_settings = settings;
        self
    }

    /// The same, with a password for every server that has none, which `origin` gave.
    #[must_use]
    pub fn with_password(mut self, password: &str, origin: &str) -> Self {
        for endpoint in &mut self.endpoints {
            endpoint.password.get_or_insert_with(|| password.to_owned());
        }
        self.collected.put("password", SECRET_SHOWN, origin);
        self.passfile = None;
        self
    }

    /// The same servers and role, but the database `name`, which `origin` asked for. A password that came from the
    /// password file is looked up anew, since its lines may be of one database.
    #[must_use]
    pub fn with_database(mut self, name: &str, origin: &str) -> Self {
        name.clone_into(&mut self.database);
        self.collected.put("dbname", name, origin);
        if let Some(path) = self.passfile.clone() {
            for endpoint in &mut self.endpoints {
                endpoint.password = None;
            }
            self.look_up_passwords(&path);
        }
        self
    }

    /// Whether libpq knows a connection setting of this name.
    pub fn is_keyword(name: &str) -> bool {
        keyword::find(name).is_some()
    }

    /// Each setting in force and where it came from, in libpq's order, and then those of the session; a password is
    /// shown as `‹set›`.
    pub fn report(&self) -> Vec<Setting> {
        let of_session = self.session_settings.iter().map(|(name, value)| Setting {
            name: super::visible::line(name),
            value: super::visible::line(value),
            origin: SESSION_ORIGIN.to_owned(),
        });
        KEYWORDS
            .iter()
            .filter_map(|keyword| {
                let (value, origin) = self.collected.get(keyword.name)?;
                let value = match (keyword.support, value.is_empty()) {
                    (Support::Secret, true) => SECRET_ABSENT,
                    (Support::Secret, false) => SECRET_SHOWN,
                    (Support::Used | Support::Only(_) | Support::Unused, _) => value,
                };
                let origin = match keyword.support {
                    Support::Unused => format!("{origin}, not acted on"),
                    Support::Used | Support::Secret | Support::Only(_) => origin.to_owned(),
                };
                Some(Setting {
                    name: keyword.name.to_owned(),
                    value: super::visible::line(value),
                    origin: super::visible::line(&origin),
                })
            })
            .chain(of_session)
            .collect()
    }

    /// Where this leads, as text.
    pub fn address(&self) -> Address {
        Address {
            host: self.joined(|endpoint| endpoint.host.clone()),
            port: self.joined(|endpoint| endpoint.port.to_string()),
            dbname: self.database.clone(),
            user: self.user.clone(),
        }
    }

    /// The servers to try, in order.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The role to connect as.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Whether any server has a password.
    pub(crate) fn has_password(&self) -> bool {
        self.endpoints
            .iter()
            .any(|endpoint| endpoint.password.is_some())
    }

    fn find_certificates(&mut self, account: &Account) {
        let existing = |name: &str| account.file(name).filter(|path| path.exists());
        self.root_certificates = match self.collected.given("sslrootcert") {
            Some(given) => Some(given.to_owned()),
            None => existing(".postgresql/root.crt").map(|path| path.display().to_string()),
        };
        let certificate = match self.collected.given("sslcert") {
            Some(given) => Some(PathBuf::from(given)),
            None => existing(".postgresql/postgresql.crt"),
        };
        let key = match self.collected.given("sslkey") {
            Some(given) => Some(PathBuf::from(given)),
            None => account.file(".postgresql/postgresql.key"),
        };
        self.client_certificate = certificate.zip(key);
        self.revocation_lists = match self.collected.given("sslcrl") {
            Some(given) => Some(PathBuf::from(given)),
            None => existing(".postgresql/root.crl"),
        };
    }

    fn find_passwords(&mut self, account: &Account) {
        if let Some(password) = self.collected.given("password") {
            let password = password.to_owned();
            for endpoint in &mut self.endpoints {
                endpoint.password = Some(password.clone());
            }
            return;
        }
        let asked_for = self.collected.given("passfile").map(PathBuf::from);
        self.passfile = asked_for.or_else(|| account.file(".pgpass"));
        if let Some(path) = self.passfile.clone() {
            self.look_up_passwords(&path);
        }
    }

    fn look_up_passwords(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let absent = match Passfile::read(path) {
            Passfile::Read(text) => {
                for endpoint in &mut self.endpoints {
                    let found = passfile::password(&text, endpoint, &self.database, &self.user);
                    if let Some((password, line)) = found {
                        endpoint.password = Some(password);
                        let origin = format!("{shown} line {line}");
                        self.collected.put("password", SECRET_SHOWN, &origin);
                    }
                }
                format!("{shown} has no line for it")
            }
            Passfile::Absent => format!("{shown} does not exist"),
            Passfile::Ignored(reason) => format!("{shown} {reason}"),
        };
        if !self.has_password() {
            self.collected.put("password", "", &absent);
        }
    }
}

fn channel_binding(text: &str) -> Option<ChannelBinding> {
    match text {
        "disable" => Some(ChannelBinding::Disable),
        "prefer" => Some(ChannelBinding::Prefer),
        "require" => Some(ChannelBinding::Require),
        _ => None,
    }
}

/// Whether `load_balance_hosts` asks for a random order.
fn random(text: &str) -> Option<bool> {
    match text {
        "" | "disable" => Some(false),
        "random" => Some(true),
        _ => None,
    }
}

/// libpq: zero or less waits for ever.
fn timeout(text: &str) -> Option<Option<Duration>> {
    let seconds: i64 = text.trim().parse().ok()?;
    Some(
        u64::try_from(seconds)
            .ok()
            .filter(|&seconds| seconds > 0)
            .map(Duration::from_secs),
    )
}

fn endpoints(collected: &Collected) -> Result<Vec<Endpoint>, SettingsError> {
    let list = |name: &str| -> Vec<String> {
        match collected.given(name) {
            Some(text) => text
                .split(',')
                .map(|entry| entry.trim().to_owned())
                .collect(),
            None => Vec::new(),
        }
    };
    let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    let count = hosts.len().max(addresses.len());
    for (what, entries) in [("host", &hosts), ("hostaddr", &addresses)] {
        if !entries.is_empty() && entries.len() != count {
            return Err(SettingsError::CountMismatch {
                what,
                count: entries.len(),
                hosts: count,
            });
        }
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(SettingsError::CountMismatch {
            what: "port",
            count: ports.len(),
            hosts: count,
        });
    }
    let mut endpoints = Vec::with_capacity(count);
    for index in 0..count {
        let address = match addresses.get(index).filter(|text| !text.is_empty()) {
            Some(text) => Some(collected.parsed("hostaddr", text, "an IP address", |text| {
                text.parse::<IpAddr>().ok()
            })?),
            None => None,
        };
        let host = hosts.get(index).filter(|host| !host.is_empty()).cloned();
        let fallback = || match address {
            Some(address) => address.to_string(),
            None => Collected::default_host().0,
        };
        let port = ports
            .get(index)
            .or(ports.first())
            .filter(|text| !text.is_empty());
        let port = port.map_or("5432", String::as_str);
        endpoints.push(Endpoint {
            host: host.unwrap_or_else(fallback),
            address,
            port: collected.parsed("port", port, "a number from 1 to 65535", |text| {
                text.parse::<u16>().ok().filter(|&port| port > 0)
            })?,
            password: None,
        });
    }
    Ok(endpoints)
}
