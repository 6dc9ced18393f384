//! `sslmode`: how much encryption and proof of the server's identity is asked for.

/// `sslmode`, weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only when the server insists.
    Allow,
    /// Encrypted when the server can.
    #[default]
    Prefer,
    /// Always encrypted; the certificate is checked only if a root certificate is there.
    Require,
    /// Always encrypted, the certificate's issuer checked.
    VerifyCa,
    /// Always encrypted, issuer and host name checked.
    VerifyFull,
}

impl SslMode {
    pub(super) const EXPECTED: &str = "disable, allow, prefer, require, verify-ca or verify-full";

    /// libpq's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [
            Self::Disable,
            Self::Allow,
            Self::Prefer,
            Self::Require,
            Self::VerifyCa,
            Self::VerifyFull,
        ]
        .into_iter()
        .find(|mode| mode.word() == text)
    }
}
