//! How a TCP connection notices that the other side is gone: keepalives, and how long data may stay unacknowledged.

use std::time::Duration;

use super::SettingsError;
use super::collected::Collected;

/// What is set on a TCP socket; the system's own value where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SocketOptions {
    /// Whether keepalives are sent.
    pub(crate) keepalives: bool,
    /// After how long without traffic.
    pub(crate) idle: Option<Duration>,
    /// How long between those that are not answered.
    pub(crate) interval: Option<Duration>,
    /// How many may stay unanswered.
    pub(crate) count: Option<u32>,
    /// How long data may stay unacknowledged, in milliseconds.
    pub(crate) user_timeout: Option<u32>,
}

impl SocketOptions {
    pub(super) fn of(collected: &Collected) -> Result<Self, SettingsError> {
        let number = |name, expected| collected.typed(name, expected, whole);
        let seconds = |name| -> Result<Option<Duration>, SettingsError> {
            let seconds = number(name, "a number of seconds")?;
            Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
        };
        Ok(Self {
            keepalives: match collected.given("keepalives") {
                None => true,
                Some(_) => number("keepalives", "0 or 1")?.is_some(),
            },
            idle: seconds("keepalives_idle")?,
            interval: seconds("keepalives_interval")?,
            count: number("keepalives_count", "a number")?,
            user_timeout: number("tcp_user_timeout", "a number of milliseconds")?,
        })
    }
}

/// libpq: zero, less, or nothing is the system's own value.
fn whole(text: &str) -> Option<Option<u32>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    let number: i32 = text.trim().parse().ok()?;
    Some(u32::try_from(number).ok().filter(|&number| number > 0))
}
