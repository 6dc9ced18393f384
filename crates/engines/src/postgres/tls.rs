//! What rustls is told for each `sslmode`: which certificates to trust and which to show. Does not connect.

mod any_certificate;
mod certificate;
mod client_certificate;
mod files;
mod known_issuer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use any_certificate::AnyCertificate;
use certificate::Certificate;
use client_certificate::ClientCertificate;
use known_issuer::KnownIssuer;
use rustls::client::{ServerCertVerifierBuilder, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::settings::{CertificateMode, Negotiation, Settings, SslMode};

/// What a client and a server that begin with TLS at once must agree on (PostgreSQL 17, "sslnegotiation").
const APPLICATION_PROTOCOL: &[u8] = b"postgresql";

/// How connections are encrypted.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) connector: MakeRustlsConnect,
    /// Whether TLS begins at once, without asking for it first.
    pub(crate) direct: bool,
    /// Set once a server asked for a certificate; none where it need not ask.
    must_ask: Option<Arc<AtomicBool>>,
}

/// Why TLS could not be set up; nothing was sent yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("root certificate file {0} does not exist, and sslmode={1} needs it")]
    NoRoots(String, &'static str),
    #[error("{0}: {1}")]
    File(String, String),
    #[error("sslrootcert=system needs sslmode=verify-full, and it is {0}")]
    WeakSystem(&'static str),
    #[error("sslnegotiation=direct needs sslmode=require or stronger, and it is {0}")]
    WeakDirect(&'static str),
    #[error("private key file {0} is open to group or others; chmod 0600 it")]
    KeyTooOpen(String),
    #[error(
        "private key file {0} is encrypted, and those are not read here, with sslpassword or without; openssl pkey -in {0} -out NEW_KEY writes one that is not"
    )]
    KeyEncrypted(String),
    #[error("sslcertmode=require needs a certificate in sslcert or ~/.postgresql/postgresql.crt")]
    NoCertificate,
    #[error("revocation lists are not looked at with sslrootcert=system")]
    ListsOfSystem,
    #[error(transparent)]
    Rustls(#[from] rustls::Error),
}

impl Tls {
    /// How these settings encrypt. As in libpq, a server's issuer is checked wherever root certificates are there, and
    /// only the `verify` modes insist on them.
    pub(crate) fn of(settings: &Settings) -> Result<Self, TlsError> {
        let mode = settings.ssl_mode;
        let direct = settings.negotiation == Negotiation::Direct;
        if direct && mode < SslMode::Require {
            return Err(TlsError::WeakDirect(mode.word()));
        }
        let asked = Arc::new(AtomicBool::new(false));
        let certificate = client_certificate(settings, Arc::clone(&asked))?;
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&settings.protocol_versions)?;
        let verified = match settings.root_certificates.as_deref() {
            Some("system") => {
                if mode != SslMode::VerifyFull {
                    return Err(TlsError::WeakSystem(mode.word()));
                }
                if settings.revocation_lists.is_some() || settings.revocation_directory.is_some() {
                    return Err(TlsError::ListsOfSystem);
                }
                builder.with_platform_verifier()?
            }
            Some(path) if Path::new(path).exists() => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(known_issuer(settings, path)?)),
            path if mode >= SslMode::VerifyCa => {
                let path = path.unwrap_or("~/.postgresql/root.crt");
                return Err(TlsError::NoRoots(path.to_owned(), mode.word()));
            }
            _ => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate::new(provider()))),
        };
        let mut config = verified.with_client_cert_resolver(Arc::new(certificate));
        config.enable_sni = settings.server_name_indication;
        if direct {
            config.alpn_protocols = vec![APPLICATION_PROTOCOL.to_vec()];
        }
        let must_ask = settings.certificate_mode == CertificateMode::Require;
        Ok(Self {
            connector: MakeRustlsConnect::new(config),
            direct,
            must_ask: must_ask.then_some(asked),
        })
    }

    /// Whether a server that ought to have asked for a certificate did not.
    pub(crate) fn was_not_asked(&self) -> bool {
        let asked = self.must_ask.as_ref();
        asked.is_some_and(|asked| !asked.load(Ordering::Relaxed))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn known_issuer(settings: &Settings, path: &str) -> Result<KnownIssuer, TlsError> {
    let roots = files::certificates(Path::new(path))?;
    let failed = |error: &dyn std::fmt::Display| TlsError::File(path.to_owned(), error.to_string());
    let store = root_store(&roots).map_err(|error| failed(&error))?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider());
    let verifier = with_revocation_lists(verifier, settings)?
        .build()
        .map_err(|error| failed(&error))?;
    Ok(KnownIssuer {
        inner: verifier,
        roots,
        checks_host: settings.ssl_mode == SslMode::VerifyFull,
    })
}

/// The roots that are in force now: webpki takes a root's word without looking at its dates.
fn root_store(roots: &[CertificateDer<'static>]) -> Result<RootCertStore, String> {
    let now = UnixTime::now();
    let timely =
        |root: &CertificateDer<'_>| Certificate::read(root).is_none_or(|root| root.is_timely(now));
    let mut store = RootCertStore::empty();
    for root in roots.iter().filter(|root| timely(root)) {
        store.add(root.clone()).map_err(|error| error.to_string())?;
    }
    match store.is_empty() {
        true => Err("its certificates have expired or are not valid yet".to_owned()),
        false => Ok(store),
    }
}

/// Lists of revoked certificates, where there are any: then each certificate must be on none, and every issuer's list
/// there and in force.
fn with_revocation_lists(
    builder: ServerCertVerifierBuilder,
    settings: &Settings,
) -> Result<ServerCertVerifierBuilder, TlsError> {
    let mut lists = Vec::new();
    if let Some(path) = &settings.revocation_lists {
        lists.extend(files::revocation_lists(path)?);
    }
    if let Some(path) = &settings.revocation_directory {
        lists.extend(files::revocation_directory(path)?);
    }
    Ok(match lists.is_empty() {
        true => builder,
        false => builder.with_crls(lists).enforce_revocation_expiration(),
    })
}

/// The client's certificate; one that does not exist is not shown, and the server decides, as in libpq.
fn client_certificate(
    settings: &Settings,
    asked: Arc<AtomicBool>,
) -> Result<ClientCertificate, TlsError> {
    let wanted = settings.certificate_mode != CertificateMode::Disable;
    let found = settings
        .client_certificate
        .as_ref()
        .filter(|(certificate, _)| wanted && certificate.exists());
    let Some((certificate, key)) = found else {
        return match settings.certificate_mode {
            CertificateMode::Require => Err(TlsError::NoCertificate),
            CertificateMode::Allow | CertificateMode::Disable => {
                Ok(ClientCertificate { key: None, asked })
            }
        };
    };
    let chain = files::certificates(certificate)?;
    let key = files::private_key(key)?;
    let certified = rustls::sign::CertifiedKey::from_der(chain, key, &provider())?;
    Ok(ClientCertificate {
        key: Some(Arc::new(certified)),
        asked,
    })
}
