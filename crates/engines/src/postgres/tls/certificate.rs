//! What our own rules read of a certificate: whose it is, when it holds, its key. Proves nothing about its issuer.

use std::net::IpAddr;

use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use x509_cert::Certificate as Parsed;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectAltName};

/// `commonName` (X.520).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// `id-kp-serverAuth` (RFC 5280, 4.2.1.12).
const SERVER_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// A certificate that could be read.
pub(super) struct Certificate(Parsed);

impl Certificate {
    pub(super) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        Parsed::from_der(der).ok().map(Self)
    }

    /// Whether `now` is between its dates.
    pub(super) fn is_timely(&self, now: UnixTime) -> bool {
        !self.is_early(now) && !self.is_expired(now)
    }

    /// Whether its time has not come.
    pub(super) fn is_early(&self, now: UnixTime) -> bool {
        let validity = &self.0.tbs_certificate.validity;
        now.as_secs() < validity.not_before.to_unix_duration().as_secs()
    }

    /// Whether its time is over.
    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        let validity = &self.0.tbs_certificate.validity;
        now.as_secs() > validity.not_after.to_unix_duration().as_secs()
    }

    /// Whether it may be a server's: it says nothing of what it is for, or says that.
    pub(super) fn may_serve(&self) -> bool {
        match self.0.tbs_certificate.get::<ExtendedKeyUsage>() {
            Ok(Some((_, usage))) => usage.0.contains(&SERVER_AUTHENTICATION),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Its public key.
    pub(super) fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'static>> {
        let info = &self.0.tbs_certificate.subject_public_key_info;
        info.to_der().ok().map(SubjectPublicKeyInfoDer::from)
    }

    /// Whether it is of this host, as libpq has it: an alternative name of the same kind, or any DNS name written like the
    /// address; the common name where no alternative name is of the host's kind.
    /// Source: `pgtls_verify_peer_name_matches_certificate_guts` in PostgreSQL 15's fe-secure-openssl.c.
    pub(super) fn is_of(&self, host: &ServerName<'_>) -> bool {
        let (text, address) = match host {
            ServerName::DnsName(name) => (name.as_ref().to_owned(), None),
            ServerName::IpAddress(address) => {
                let address = IpAddr::from(*address);
                (address.to_string(), Some(address))
            }
            _ => return false,
        };
        let mut may_be_common_name = true;
        let names = match self.0.tbs_certificate.get::<SubjectAltName>() {
            Ok(found) => found.map(|(_, names)| names.0).unwrap_or_default(),
            Err(_) => return false,
        };
        for name in &names {
            match (name, address) {
                (GeneralName::DnsName(name), _) => {
                    may_be_common_name &= address.is_some();
                    if fits(name.as_str(), &text) {
                        return true;
                    }
                }
                (GeneralName::IpAddress(bytes), Some(address)) => {
                    may_be_common_name = false;
                    if is_address(bytes.as_bytes(), address) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        may_be_common_name && self.common_name().is_some_and(|name| fits(&name, &text))
    }

    fn common_name(&self) -> Option<String> {
        let parts = &self.0.tbs_certificate.subject.0;
        let attribute = parts
            .iter()
            .flat_map(|part| part.0.iter())
            .find(|attribute| attribute.oid == COMMON_NAME)?;
        String::from_utf8(attribute.value.value().to_vec()).ok()
    }
}

fn is_address(bytes: &[u8], address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets() == bytes,
        IpAddr::V6(address) => address.octets() == bytes,
    }
}

/// Whether a name of a certificate, where `*.` stands for one label, is the host's.
fn fits(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(rest) = name.strip_prefix('*').filter(|rest| rest.len() > 1) else {
        return false;
    };
    let Some((label, _)) = host.split_once('.') else {
        return false;
    };
    rest.starts_with('.') && !label.is_empty() && rest.eq_ignore_ascii_case(&host[label.len()..])
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_one_label() {
        let cases = [
            ("db.example", "DB.example", true),
            ("*.example", "db.example", true),
            ("*.example", "a.db.example", false),
            ("*.example", "example", false),
            ("*.example", ".example", false),
            ("*", "db", false),
            ("*b.example", "db.example", false),
            ("db.*", "db.example", false),
        ];
        for (name, host, expected) in cases {
            assert_eq!(fits(name, host), expected, "{name} {host}");
        }
    }
}
