//! Watches how a server asks to authenticate, so that one that asks for something else than `require_auth` has it gets
//! no answer. Follows the first messages only, up to AuthenticationOk. Does not answer.

use std::io;

use crate::postgres::settings::RequiredAuthentication;

/// Type byte, length, and the code of an authentication request.
const BEGINNING_BYTES: usize = 9;
/// Type byte and length.
const HEADER_BYTES: usize = 5;

/// Lets authentication requests by that are allowed.
pub(super) struct Gate {
    required: RequiredAuthentication,
    /// The first bytes of the message under way.
    beginning: Vec<u8>,
    /// Bytes of it that have come.
    seen: usize,
    /// Whether the server has let us prove who we are.
    proven: bool,
}

impl Gate {
    pub(super) fn new(required: RequiredAuthentication) -> Self {
        Self {
            required,
            beginning: Vec::with_capacity(BEGINNING_BYTES),
            seen: 0,
            proven: false,
        }
    }

    /// Sees what came; whether authentication is over.
    pub(super) fn watch(&mut self, bytes: &[u8]) -> io::Result<bool> {
        for &byte in bytes {
            if self.beginning.len() < BEGINNING_BYTES {
                self.beginning.push(byte);
            }
            self.seen += 1;
            if self.seen == BEGINNING_BYTES && self.request()? {
                return Ok(true);
            }
            if self.seen >= HEADER_BYTES && self.seen == message_bytes(&self.beginning) {
                self.beginning.clear();
                self.seen = 0;
            }
        }
        Ok(false)
    }

    /// Judges the message whose beginning is there; whether it ends authentication.
    fn request(&mut self) -> io::Result<bool> {
        let [b'R', _, _, _, _, code @ ..] = self.beginning.as_slice() else {
            return Ok(false);
        };
        let code = <[u8; 4]>::try_from(code).map_or(0, u32::from_be_bytes);
        let method = match code {
            0 if self.proven => return Ok(true),
            0 => "none",
            3 => "password",
            5 => "md5",
            7 | 8 => "gss",
            9 => "sspi",
            10..=12 => "scram-sha-256",
            _ => return Ok(false),
        };
        if !self.required.allows(method) {
            let asks = match method {
                "none" => "the server lets us in without authentication".to_owned(),
                method => format!("the server asks for authentication by {method}"),
            };
            let required = &self.required.written;
            return Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                format!("{asks}, and require_auth={required} forbids that"),
            ));
        }
        self.proven |= matches!(code, 3 | 5 | 8 | 12);
        Ok(code == 0)
    }
}

/// The length of a message with this header, type byte included.
fn message_bytes(header: &[u8]) -> usize {
    let length = header
        .get(1..HEADER_BYTES)
        .and_then(|length| <[u8; 4]>::try_from(length).ok())
        .map_or(0, u32::from_be_bytes);
    usize::try_from(length).map_or(HEADER_BYTES, |length| (length + 1).max(HEADER_BYTES))
}
