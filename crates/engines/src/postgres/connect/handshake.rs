//! What a failed TLS handshake means, in words, and what to do about it.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

use crate::postgres::visible;

/// What rustls says, if the error is its.
pub(super) fn of(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref::<Error>()
}

/// The failure in words.
pub(super) fn message(error: &io::Error) -> String {
    let what = match of(error) {
        Some(Error::InvalidCertificate(problem)) => match certificate_problem(problem) {
            Some(problem) => return format!("the server\u{2019}s certificate {problem}"),
            None => problem.to_string(),
        },
        Some(Error::AlertReceived(alert)) if is_about_ours(*alert) => {
            return format!("the server does not accept our certificate: {alert:?}");
        }
        Some(Error::AlertReceived(alert)) => format!("the server broke it off: {alert:?}"),
        Some(other) => other.to_string(),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the server closed the connection".to_owned()
        }
        None => super::refusal::said(error),
    };
    format!("TLS handshake failed: {}", visible::line(&what))
}

/// What to do about it.
pub(super) fn hint(error: &io::Error) -> &'static str {
    match of(error) {
        Some(Error::AlertReceived(alert)) if is_about_ours(*alert) => {
            "check sslcert and sslkey: the server must know the issuer, and the dates must be right"
        }
        Some(Error::InvalidCertificate(problem)) => match problem {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "connect by a name that the certificate has, with hostaddr for the address, or use sslmode=verify-ca"
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                "have the certificate renewed; check the clock here, too"
            }
            CertificateError::Revoked
            | CertificateError::UnknownRevocationStatus
            | CertificateError::ExpiredRevocationList
            | CertificateError::ExpiredRevocationListContext { .. } => {
                "check that sslcrl holds the newest list of each issuer"
            }
            _ => "check that its issuer is in sslrootcert",
        },
        _ => "check that the server speaks TLS 1.2 or 1.3, and that nothing stands between",
    }
}

fn certificate_problem(problem: &CertificateError) -> Option<&'static str> {
    Some(match problem {
        CertificateError::UnknownIssuer => "is of no issuer in sslrootcert",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is of another host"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet"
        }
        CertificateError::Revoked => "is revoked",
        CertificateError::UnknownRevocationStatus => "is of an issuer without a list in sslcrl",
        CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. } => {
            "cannot be judged: the list in sslcrl has expired"
        }
        CertificateError::BadSignature => "is not signed by the issuer it names",
        _ => return None,
    })
}

/// Whether an alert is about the client's certificate: it comes from servers, which do not know ours to be wrong otherwise.
fn is_about_ours(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateRequired
    )
}
