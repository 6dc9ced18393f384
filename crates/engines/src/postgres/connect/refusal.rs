//! Why a server was not connected to, and what to do about it.

use std::io;
use std::time::Duration;

use stepmark_core::record::ServerRole;
use stepmark_core::runner::{OpenFailure, PasswordProblem};
use tokio_postgres::Error;

use super::handshake;
use crate::postgres::line::Loss;
use crate::postgres::settings::{SessionAttributes, Settings};
use crate::postgres::tls::TlsError;
use crate::postgres::visible;
use crate::postgres::wire::WireError;

const NOTHING_ANSWERS: &str =
    "nothing answers there: is the server up? --scratch starts a throwaway one";

/// The SQLSTATE of a password that is not taken.
const WRONG_PASSWORD: &str = "28P01";
const CLOSED: &str = "the server closed the connection while the session was starting";

/// Why one server was not connected to.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Certificates or keys are not usable.
    Tls(TlsError),
    /// The byte stream could not be opened.
    Wire(io::Error),
    /// The TLS handshake failed.
    Handshake(io::Error),
    /// The server broke TLS off once it had the client's certificate.
    Judged(io::Error),
    /// The server did not ask for the certificate that `sslcertmode=require` has it ask for.
    NotAsked,
    /// It did not answer in time.
    Silent(Duration),
    /// The server said no.
    Server {
        /// SQLSTATE.
        code: String,
        /// Its message, and detail.
        message: String,
    },
    /// The server asks for a password and there is none.
    NoPassword,
    /// Something else went wrong while starting the session.
    Start(String),
    /// The connection was lost before the session was ready.
    Lost(Loss),
    /// It does not take a setting that every session is to be given.
    Setting {
        /// Which.
        name: String,
        /// What it should be.
        value: String,
        /// The server's words.
        said: String,
    },
    /// It is not the kind of server that was asked for.
    Unacceptable {
        /// What was asked for.
        wanted: SessionAttributes,
        /// What it is.
        role: ServerRole,
        /// Whether it is read-only by default.
        read_only: bool,
    },
}

impl Refusal {
    pub(super) fn of_wire(error: WireError) -> Self {
        match error {
            WireError::Open(error) if is_end(&error) => Self::Start(CLOSED.to_owned()),
            WireError::Open(error) => Self::Wire(error),
            WireError::Handshake(error) => Self::Handshake(error),
        }
    }

    pub(super) fn of_start(error: Error) -> Self {
        if let Some(said) = error.as_db_error() {
            let detail = said
                .detail()
                .map(|detail| format!(" ({detail})"))
                .unwrap_or_default();
            return Self::Server {
                code: said.code().code().to_owned(),
                message: visible::line(&format!("{}{detail}", said.message())),
            };
        }
        let Some(cause) = error.into_source() else {
            return Self::Start(CLOSED.to_owned());
        };
        let text = cause.to_string();
        if text == "password missing" {
            return Self::NoPassword;
        }
        match cause.downcast::<io::Error>() {
            Ok(error) if is_end(&error) => Self::Start(CLOSED.to_owned()),
            // With TLS 1.3 a server judges the client's certificate after the client thinks that all is done.
            Ok(error) if handshake::of(&error).is_some() => Self::Judged(*error),
            Ok(error) => Self::Wire(*error),
            Err(_) => Self::Start(visible::line(&text)),
        }
    }

    pub(super) fn of_setting(name: &str, value: &str, error: &Error) -> Self {
        match error.as_db_error() {
            None => Self::Lost(Loss::of(error)),
            Some(said) => {
                let hint = said.hint().map(|hint| format!(" ({hint})"));
                Self::Setting {
                    name: visible::line(name),
                    value: visible::line(value),
                    said: visible::line(&format!(
                        "{}: {}{}",
                        said.code().code(),
                        said.message(),
                        hint.unwrap_or_default()
                    )),
                }
            }
        }
    }

    /// Whether the other choice of encryption might be accepted.
    pub(super) fn may_be_about_encryption(&self) -> bool {
        match self {
            Self::Tls(_) | Self::Handshake(_) => true,
            Self::Server { code, .. } => code.starts_with("28"),
            Self::Wire(_)
            | Self::Judged(_)
            | Self::NotAsked
            | Self::Silent(_)
            | Self::NoPassword
            | Self::Start(_)
            | Self::Lost(_)
            | Self::Setting { .. }
            | Self::Unacceptable { .. } => false,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Tls(error) => error.to_string(),
            Self::Wire(error) => said(error),
            Self::Handshake(error) | Self::Judged(error) => handshake::message(error),
            Self::NotAsked => {
                "the server did not ask for a certificate, and sslcertmode=require was asked for"
                    .to_owned()
            }
            Self::Silent(limit) => {
                format!("no answer within {} s (connect_timeout)", limit.as_secs())
            }
            Self::Server { code, message } => format!("{code}: {message}"),
            Self::NoPassword => "the server asks for a password and none is set".to_owned(),
            Self::Start(message) => message.clone(),
            Self::Lost(loss) => loss.message.clone(),
            Self::Setting { name, value, said } => {
                format!("the setting {name} = {value} is not accepted: {said}")
            }
            Self::Unacceptable {
                wanted,
                role,
                read_only,
            } => format!(
                "it is a {}{}, and target_session_attrs={} was asked for",
                role.word(),
                if *read_only { ", read-only" } else { "" },
                wanted.word()
            ),
        }
    }

    /// What it says of the password, if it is about that at all.
    fn password(&self) -> Option<PasswordProblem> {
        match self {
            Self::NoPassword => Some(PasswordProblem::Missing),
            Self::Server { code, .. } if code == WRONG_PASSWORD => Some(PasswordProblem::Wrong),
            Self::Tls(_)
            | Self::Wire(_)
            | Self::Handshake(_)
            | Self::Judged(_)
            | Self::NotAsked
            | Self::Silent(_)
            | Self::Server { .. }
            | Self::Start(_)
            | Self::Lost(_)
            | Self::Setting { .. }
            | Self::Unacceptable { .. } => None,
        }
    }

    fn hint(&self, settings: &Settings) -> Option<String> {
        let hint = match self {
            Self::NotAsked => {
                "set clientcert or cert for this user in pg_hba.conf, or leave sslcertmode out"
            }
            Self::Tls(_) => "correct sslmode, sslrootcert, sslcert or sslkey",
            Self::Handshake(error) | Self::Judged(error) => handshake::hint(error),
            Self::Wire(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => NOTHING_ANSWERS,
                io::ErrorKind::PermissionDenied => "this account may not use that socket",
                io::ErrorKind::InvalidData => "check host and port",
                io::ErrorKind::Unsupported => {
                    "have ssl turned on in the server; sslmode=prefer or disable goes without encryption"
                }
                io::ErrorKind::ConnectionAborted => {
                    "correct require_auth, or the server\u{2019}s pg_hba.conf if it is the server that is wrong"
                }
                _ => "check host, port and network",
            },
            Self::Silent(_) => "check host, port and firewall, or raise connect_timeout",
            Self::NoPassword => "give a password with PGPASSWORD, ~/.pgpass or the URL",
            Self::Server { code, .. } => return server_hint(code, settings.has_password()),
            Self::Setting { .. } => {
                "correct it under `settings:` of this connection in the front matter"
            }
            Self::Start(_) | Self::Lost(_) => return None,
            Self::Unacceptable { .. } => "name another host, or ask for less",
        };
        Some(hint.to_owned())
    }
}

/// Whether the other side is gone.
fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}

/// What the system says, without Rust's `(os error 111)`.
pub(super) fn said(error: &io::Error) -> String {
    let text = error.to_string();
    visible::line(text.split(" (os error").next().unwrap_or(&text))
}

fn server_hint(code: &str, has_password: bool) -> Option<String> {
    let hint = match code {
        WRONG_PASSWORD if has_password => {
            "the password is wrong, or the role does not exist: correct it where the settings below say it came from"
        }
        WRONG_PASSWORD => "give a password with PGPASSWORD, ~/.pgpass or the URL",
        "28000" => {
            "the role does not exist, may not log in, or pg_hba.conf does not admit it from here: check user, database, sslmode and sslcert"
        }
        "3D000" => "name an existing database in the URL or with PGDATABASE; psql -l lists them",
        "53300" => "the server has no free connection: try again when others have left",
        "57P03" => "the server is starting up or shutting down: try again in a moment",
        "42501" => "the role may not connect to this database: ask for GRANT CONNECT",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// One failure of all servers that were tried.
pub(super) fn failure(refusals: &[(String, Refusal)], settings: &Settings) -> OpenFailure {
    let message = refusals
        .iter()
        .map(|(server, refusal)| format!("cannot connect to {server}: {}", refusal.message()))
        .collect::<Vec<_>>()
        .join("; ");
    let of_password: Vec<PasswordProblem> = refusals
        .iter()
        .filter_map(|(_, refusal)| refusal.password())
        .collect();
    let is_missing = of_password.contains(&PasswordProblem::Missing);
    OpenFailure {
        message,
        password: match is_missing {
            true => Some(PasswordProblem::Missing),
            false => of_password.first().copied(),
        },
        hint: refusals
            .last()
            .and_then(|(_, refusal)| refusal.hint(settings)),
        settings: settings.report(),
    }
}
