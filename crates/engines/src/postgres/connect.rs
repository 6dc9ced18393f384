//! From settings to an authenticated session that has said where it leads: servers in order, encryption as `sslmode`
//! has it. Does not try again later, and explains failures only through [`refusal`].

mod handshake;
mod refusal;

use std::io;

use refusal::Refusal;
use stepmark_core::quote::literal;
use stepmark_core::record::TargetIdentity;
use stepmark_core::runner::OpenFailure;
use tokio_postgres::config::{SslMode as RawSslMode, SslNegotiation};
use tokio_postgres::{Client, Config};

use super::identity;
use super::line::{Line, Loss};
use super::settings::{Endpoint, SessionAttributes, Settings, SocketOptions, SslMode};
use super::tap::{AlreadyEncrypted, Sightings, Tap};
use super::tls::Tls;
use super::wire::{Encryption, Wire};

/// A session that is ready for its first statement.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) line: Line,
    pub(crate) sightings: Sightings,
    pub(crate) identity: TargetIdentity,
    /// How the same server is reached again, to cancel.
    pub(crate) route: Route,
}

/// How to reach exactly the server a session leads to.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) encryption: Encryption,
    pub(crate) socket_options: SocketOptions,
}

/// Tries the servers in order until one is acceptable.
pub(crate) async fn connect(
    settings: &Settings,
    application_name: &str,
) -> Result<Connected, OpenFailure> {
    let wanted: &[SessionAttributes] = match settings.session_attributes {
        SessionAttributes::PreferStandby => &[SessionAttributes::Standby, SessionAttributes::Any],
        ref other => std::slice::from_ref(other),
    };
    let mut refusals = Vec::new();
    for &attributes in wanted {
        refusals.clear();
        for endpoint in &settings.endpoints {
            let attempt = Attempt {
                settings,
                application_name,
                attributes,
                endpoint,
            };
            match attempt.run().await {
                Ok(connected) => return Ok(connected),
                Err(refusal) => refusals.push((endpoint.shown(), refusal)),
            }
        }
    }
    Err(refusal::failure(&refusals, settings))
}

struct Attempt<'a> {
    settings: &'a Settings,
    application_name: &'a str,
    attributes: SessionAttributes,
    endpoint: &'a Endpoint,
}

impl Attempt<'_> {
    async fn run(&self) -> Result<Connected, Refusal> {
        let mode = match self.endpoint.is_socket() {
            true => SslMode::Disable,
            false => self.settings.ssl_mode,
        };
        let encrypted = || Tls::of(self.settings).map_err(Refusal::Tls);
        match mode {
            SslMode::Disable => self.once(Encryption::None).await,
            SslMode::Allow => match self.once(Encryption::None).await {
                Err(refusal) if refusal.may_be_about_encryption() => {
                    self.once(Encryption::Required(encrypted()?)).await
                }
                result => result,
            },
            SslMode::Prefer => {
                let first = match encrypted() {
                    Ok(tls) => self.once(Encryption::Offered(tls)).await,
                    Err(refusal) => Err(refusal),
                };
                match first {
                    Err(refusal) if refusal.may_be_about_encryption() => {
                        self.once(Encryption::None).await.map_err(|_| refusal)
                    }
                    result => result,
                }
            }
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
                self.once(Encryption::Required(encrypted()?)).await
            }
        }
    }

    async fn once(&self, encryption: Encryption) -> Result<Connected, Refusal> {
        let Some(limit) = self.settings.connect_timeout else {
            return self.unlimited(encryption).await;
        };
        tokio::time::timeout(limit, self.unlimited(encryption))
            .await
            .unwrap_or_else(|_| Err(Refusal::Silent(limit)))
    }

    async fn unlimited(&self, encryption: Encryption) -> Result<Connected, Refusal> {
        let mut endpoint = self.endpoint.clone();
        let socket_options = self.settings.socket_options.clone();
        let sightings = Sightings::default();
        let wire = Wire::open(&mut endpoint, &encryption, &socket_options)
            .await
            .map_err(Refusal::of_wire)?
            .requiring(self.settings.required_authentication.as_ref())
            .noting(&sightings);
        let encrypted = wire.is_encrypted();
        let tap = Tap::new(wire, sightings.clone());
        let (client, connection) = self
            .config(encrypted)
            .connect_raw(tap, AlreadyEncrypted)
            .await
            .map_err(Refusal::of_start)?;
        if encrypted && encryption.tls().is_some_and(Tls::was_not_asked) {
            return Err(Refusal::NotAsked);
        }
        let mut line = Line::new(connection);
        let mut introduction = line
            .drive(identity::ask(&client, &endpoint, encrypted), &mut |_| {})
            .await
            .map_err(Refusal::Lost)?
            .map_err(|error| Refusal::Lost(Loss::of(&error)))?;
        let (role, read_only) = (introduction.identity.role, introduction.read_only);
        if !self.attributes.accept(role, read_only) {
            return Err(Refusal::Unacceptable {
                wanted: self.attributes,
                role,
                read_only,
            });
        }
        let given_out = sightings.look().backend.map(|(pid, _)| pid);
        // PostgreSQL gives out the pid that it has itself; a pooler gives out one of its own.
        introduction.identity.pooler =
            given_out.is_some_and(|pid| pid != introduction.identity.backend_pid);
        self.apply_session_settings(&client, &mut line).await?;
        Ok(Connected {
            client,
            line,
            sightings,
            identity: introduction.identity,
            route: Route {
                encryption: route_encryption(encryption, encrypted),
                endpoint,
                socket_options,
            },
        })
    }

    /// Sets what every session is given, one query each, so that an error names its setting.
    async fn apply_session_settings(
        &self,
        client: &Client,
        line: &mut Line,
    ) -> Result<(), Refusal> {
        for (name, value) in &self.settings.session_settings {
            let query = format!(
                "SELECT pg_catalog.set_config({}, {}, false)",
                literal(name),
                literal(value)
            );
            line.drive(client.simple_query(&query), &mut |_| {})
                .await
                .map_err(Refusal::Lost)?
                .map_err(|error| Refusal::of_setting(name, value, &error))?;
        }
        Ok(())
    }

    fn config(&self, encrypted: bool) -> Config {
        let mut config = Config::new();
        config
            .user(&self.settings.user)
            .dbname(&self.settings.database)
            .channel_binding(self.settings.channel_binding)
            .ssl_mode(match encrypted {
                true => RawSslMode::Require,
                false => RawSslMode::Disable,
            })
            .ssl_negotiation(SslNegotiation::Direct)
            .application_name(
                self.settings
                    .application_name
                    .as_deref()
                    .unwrap_or(self.application_name),
            );
        if let Some(password) = &self.endpoint.password {
            config.password(password);
        }
        if let Some(options) = &self.settings.options {
            config.options(options);
        }
        config
    }
}

/// A cancel request is encrypted when the session is.
fn route_encryption(used: Encryption, encrypted: bool) -> Encryption {
    match used {
        Encryption::Offered(tls) | Encryption::Required(tls) if encrypted => {
            Encryption::Required(tls)
        }
        Encryption::None | Encryption::Offered(_) | Encryption::Required(_) => Encryption::None,
    }
}

impl Route {
    /// A new byte stream to the same server.
    pub(crate) async fn open(&self) -> io::Result<Wire> {
        let mut endpoint = self.endpoint.clone();
        Ok(Wire::open(&mut endpoint, &self.encryption, &self.socket_options).await?)
    }
}
