//! The small choices about TLS: `sslcertmode`, `sslnegotiation` and the protocol's versions.

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};

/// `sslcertmode`: whether the client shows its certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CertificateMode {
    /// Never.
    Disable,
    /// To a server that asks, if there is one.
    #[default]
    Allow,
    /// There must be one, and the server must ask for it.
    Require,
}

impl CertificateMode {
    pub(super) const EXPECTED: &str = "disable, allow or require";

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "disable" => Some(Self::Disable),
            "" | "allow" => Some(Self::Allow),
            "require" => Some(Self::Require),
            _ => None,
        }
    }
}

/// `sslnegotiation`: how TLS begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Negotiation {
    /// The server is asked first.
    #[default]
    Asked,
    /// At once; servers know that since PostgreSQL 17.
    Direct,
}

impl Negotiation {
    pub(super) const EXPECTED: &str = "postgres or direct";

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "postgres" => Some(Self::Asked),
            "direct" => Some(Self::Direct),
            _ => None,
        }
    }
}

/// The versions of TLS from `oldest` to `newest`, both as libpq names them or empty; none where nothing lies between.
/// Older ones than 1.2 are never spoken.
pub(super) fn protocol_versions(
    oldest: &str,
    newest: &str,
) -> Option<Vec<&'static SupportedProtocolVersion>> {
    let mut versions = Vec::new();
    if !oldest.eq_ignore_ascii_case("TLSv1.3") {
        versions.push(&TLS12);
    }
    if !newest.eq_ignore_ascii_case("TLSv1.2") {
        versions.push(&TLS13);
    }
    (!versions.is_empty()).then_some(versions)
}
