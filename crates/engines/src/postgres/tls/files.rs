//! The files that TLS settings name: certificates, revocation lists, the client's key. Does not decide which.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};

use super::TlsError;

/// The certificates in a PEM file; at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    all(path, "holds no certificate in PEM form")
}

/// The revocation lists in a PEM file; at least one.
pub(super) fn revocation_lists(
    path: &Path,
) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
    all(path, "holds no revocation list in PEM form")
}

/// The revocation lists in a directory as `openssl rehash` names them: `HASH.rN`.
pub(super) fn revocation_directory(
    path: &Path,
) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
    let entries = std::fs::read_dir(path).map_err(|error| unread(path, &error))?;
    let mut lists = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unread(path, &error))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let number = extension.and_then(|extension| extension.strip_prefix('r'));
        if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
            lists.extend(revocation_lists(&path)?);
        }
    }
    Ok(lists)
}

/// The client's key, under libpq's rule: nobody but its owner may read it, or root's group where it is root's.
pub(super) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let metadata = std::fs::metadata(path).map_err(|error| unread(path, &error))?;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.permissions().mode() & forbidden != 0 {
        return Err(TlsError::KeyTooOpen(path.display().to_string()));
    }
    let text = read(path)?;
    let marked = |mark: &[u8]| text.windows(mark.len()).any(|window| window == mark);
    if marked(b"BEGIN ENCRYPTED PRIVATE KEY") || marked(b"Proc-Type: 4,ENCRYPTED") {
        return Err(TlsError::KeyEncrypted(path.display().to_string()));
    }
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| failed(path, &error))
}

fn all<T: PemObject>(path: &Path, none: &str) -> Result<Vec<T>, TlsError> {
    let text = read(path)?;
    let found: Result<Vec<T>, _> = T::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| failed(path, &error))?;
    match found.is_empty() {
        true => Err(failed(path, &none)),
        false => Ok(found),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| unread(path, &error))
}

/// What the system says, without Rust's `(os error 2)`.
fn unread(path: &Path, error: &std::io::Error) -> TlsError {
    let text = error.to_string();
    failed(path, &text.split(" (os error").next().unwrap_or(&text))
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> TlsError {
    TlsError::File(path.display().to_string(), error.to_string())
}
