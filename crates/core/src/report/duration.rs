//! Durations as people read them.

use std::time::Duration;

/// A duration in at most two units: `340 ms`, `12.3 s`, `4 m 05 s`, `2 h 03 m`.
pub fn duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    let seconds = duration.as_secs();
    match seconds {
        _ if millis < 1_000 => format!("{millis} ms"),
        0..60 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        60..3_600 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} m", seconds / 3_600, seconds % 3_600 / 60),
    }
}
