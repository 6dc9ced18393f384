//! Checks the server's certificate against the root certificates, and its host name where `sslmode=verify-full` asks for
//! that, as libpq with OpenSSL does where rustls alone would not: a certificate that is itself in the file of roots is
//! known, roots have a time of their own, and a host may be named by the common name.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::certificate::Certificate;

/// Checks the issuer, and perhaps the host name. webpki checks the name last, so a name error means that all else was right.
#[derive(Debug)]
pub(super) struct KnownIssuer {
    pub(super) inner: Arc<WebPkiServerVerifier>,
    /// The certificates in the file of roots.
    pub(super) roots: Vec<CertificateDer<'static>>,
    /// Whether the certificate must be of the host.
    pub(super) checks_host: bool,
}

impl KnownIssuer {
    /// A certificate that is in the file of roots needs no other issuer.
    fn check_known(certificate: &Certificate, now: UnixTime) -> Result<(), Error> {
        let problem = if certificate.is_early(now) {
            CertificateError::NotValidYet
        } else if certificate.is_expired(now) {
            CertificateError::Expired
        } else if !certificate.may_serve() {
            CertificateError::InvalidPurpose
        } else {
            return Ok(());
        };
        Err(problem.into())
    }

    fn check_issued(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let verified =
            self.inner
                .verify_server_cert(end_entity, intermediates, server_name, &[], now);
        match verified {
            Ok(_)
            | Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl ServerCertVerifier for KnownIssuer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(certificate) = Certificate::read(end_entity) else {
            return Err(CertificateError::BadEncoding.into());
        };
        match self.roots.contains(end_entity) {
            true => Self::check_known(&certificate, now)?,
            false => self.check_issued(end_entity, intermediates, server_name, now)?,
        }
        if self.checks_host && !certificate.is_of(server_name) {
            return Err(CertificateError::NotValidForName.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
