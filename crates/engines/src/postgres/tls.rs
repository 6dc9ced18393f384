//! What rustls is told for each `sslmode`: which certificates to trust and which to show. Does not connect.

mod any_certificate;
mod any_host_name;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use any_certificate::AnyCertificate;
use any_host_name::AnyHostName;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::settings::{Settings, SslMode};

/// Why TLS could not be set up; nothing was sent yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("root certificate file {0} does not exist, and sslmode={1} needs it")]
    NoRoots(String, &'static str),
    #[error("{0}: {1}")]
    Certificate(String, String),
    #[error("sslrootcert=system needs sslmode=verify-full, and it is {0}")]
    WeakSystem(&'static str),
    #[error("private key file {0} is open to group or others; chmod 0600 it")]
    KeyTooOpen(String),
    #[error(transparent)]
    Rustls(#[from] rustls::Error),
}

/// The connector for these settings. As in libpq, `require` checks the issuer when a root certificate is there,
/// and weaker modes check nothing.
pub(crate) fn connector(settings: &Settings) -> Result<MakeRustlsConnect, TlsError> {
    let mut config = match settings.root_certificates.as_deref() {
        Some("system") => system(settings)?,
        roots => with_roots(settings, roots)?,
    };
    config.enable_sni = settings.server_name_indication;
    Ok(MakeRustlsConnect::new(config))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn system(settings: &Settings) -> Result<ClientConfig, TlsError> {
    if settings.ssl_mode != SslMode::VerifyFull {
        return Err(TlsError::WeakSystem(settings.ssl_mode.word()));
    }
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?;
    Ok(match client_identity(settings)? {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(identity)),
        None => builder.with_no_client_auth(),
    })
}

fn with_roots(settings: &Settings, roots: Option<&str>) -> Result<ClientConfig, TlsError> {
    let verified = settings.ssl_mode >= SslMode::VerifyCa;
    let roots = roots.filter(|path| {
        verified || (settings.ssl_mode == SslMode::Require && Path::new(path).exists())
    });
    let builder =
        ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let builder = match roots {
        None if verified => {
            let missing = "~/.postgresql/root.crt".to_owned();
            return Err(TlsError::NoRoots(missing, settings.ssl_mode.word()));
        }
        None => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate::new(provider()))),
        Some(path) => {
            if !Path::new(path).exists() {
                return Err(TlsError::NoRoots(path.to_owned(), settings.ssl_mode.word()));
            }
            let verifier = WebPkiServerVerifier::builder_with_provider(
                Arc::new(root_store(path)?),
                provider(),
            )
            .build()
            .map_err(|error| TlsError::Certificate(path.to_owned(), error.to_string()))?;
            match settings.ssl_mode {
                SslMode::VerifyFull => builder.with_webpki_verifier(verifier),
                SslMode::Disable
                | SslMode::Allow
                | SslMode::Prefer
                | SslMode::Require
                | SslMode::VerifyCa => builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(AnyHostName::new(verifier))),
            }
        }
    };
    Ok(match client_identity(settings)? {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(identity)),
        None => builder.with_no_client_auth(),
    })
}

fn root_store(path: &str) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(Path::new(path))? {
        roots
            .add(certificate)
            .map_err(|error| TlsError::Certificate(path.to_owned(), error.to_string()))?;
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |error: &dyn std::fmt::Display| {
        TlsError::Certificate(path.display().to_string(), error.to_string())
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .map_err(|error| failed(&error))?
        .collect();
    let found = found.map_err(|error| failed(&error))?;
    match found.is_empty() {
        true => Err(failed(&"holds no certificate in PEM form")),
        false => Ok(found),
    }
}

fn client_identity(
    settings: &Settings,
) -> Result<Option<rustls::sign::SingleCertAndKey>, TlsError> {
    let Some((certificate, key)) = &settings.client_certificate else {
        return Ok(None);
    };
    let shown = key.display().to_string();
    let failed =
        |error: &dyn std::fmt::Display| TlsError::Certificate(shown.clone(), error.to_string());
    let metadata = std::fs::metadata(key).map_err(|error| failed(&error))?;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.permissions().mode() & forbidden != 0 {
        return Err(TlsError::KeyTooOpen(shown));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(&error))?;
    let certified =
        rustls::sign::CertifiedKey::from_der(certificates(certificate)?, key, &provider())?;
    Ok(Some(rustls::sign::SingleCertAndKey::from(certified)))
}
