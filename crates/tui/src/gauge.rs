//! How far the server says a command is, as a bar and in words. Pure.

use std::time::Duration;

use stepmark_core::runner::{ProgressUnit, ServerProgress};

use crate::Glyphs;
use crate::brief::brief;

/// Columns of the bar at most.
const BAR_COLUMNS_MAX: usize = 40;

/// What the command does now: `CREATE INDEX on public.orders: building index: scanning table`.
pub(crate) fn what(progress: &ServerProgress) -> String {
    let on = progress.relation.as_ref();
    let on = on.map_or_else(String::new, |relation| format!(" on {relation}"));
    let phase = progress.phase.as_ref();
    let phase = phase.map_or_else(String::new, |phase| format!(": {phase}"));
    format!("{}{on}{phase}", progress.command)
}

/// The bar with its percentage; none where the whole is not known.
pub(crate) fn bar(progress: &ServerProgress, columns: usize, glyphs: Glyphs) -> Option<String> {
    let permille = usize::from(progress.permille()?);
    let percent = format!("{} %", permille / 10);
    let room = columns
        .saturating_sub(percent.len() + 3)
        .min(BAR_COLUMNS_MAX);
    if room < 5 {
        return Some(percent);
    }
    let full = room * permille / 1_000;
    let bar = glyphs.pick("█", "#").repeat(full);
    let rest = glyphs.pick("░", ".").repeat(room - full);
    Some(format!("[{bar}{rest}] {percent}"))
}

/// How much is done, of how much: `1,204 of 3,410 blocks`.
pub(crate) fn counted(progress: &ServerProgress) -> String {
    let figure = |count: u64| match progress.unit {
        ProgressUnit::Bytes => bytes(count),
        ProgressUnit::Blocks
        | ProgressUnit::Rows
        | ProgressUnit::Tables
        | ProgressUnit::Lockers => grouped(count),
    };
    let unit = match progress.unit {
        ProgressUnit::Blocks => " blocks",
        ProgressUnit::Rows => " rows",
        ProgressUnit::Bytes => "",
        ProgressUnit::Tables => " tables",
        ProgressUnit::Lockers => " transactions waited for",
    };
    let done = figure(progress.done);
    match progress.total.filter(|total| *total > 0) {
        Some(total) => format!("{done} of {}{unit}", figure(total)),
        None => format!("{done}{unit} so far"),
    }
}

/// A time that is only guessed, without figures that pretend to know better.
pub(crate) fn guessed(left: Duration) -> String {
    let seconds = left.as_secs();
    let round = |seconds: u64, to: u64| Duration::from_secs(seconds.div_ceil(to) * to);
    let rounded = match seconds {
        0 => return "moments".to_owned(),
        1..60 => round(seconds, 5),
        _ => round(seconds, 60),
    };
    format!("about {}", brief(rounded))
}

/// With a comma between thousands.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// In the unit that leaves one to four digits before the point.
fn bytes(count: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut tenths = u128::from(count) * 10;
    let mut unit = None;
    for name in units {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1_024;
        unit = Some(name);
    }
    match unit {
        Some(unit) => format!("{}.{} {unit}", tenths / 10, tenths % 10),
        None => format!("{count} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_easily() {
        let counts: Vec<String> = [0, 999, 1_000, 1_234_567].map(grouped).into();
        assert_eq!(counts, ["0", "999", "1,000", "1,234,567"]);
        let sizes: Vec<String> = [0, 1_023, 1_024, 1_572_864, u64::MAX].map(bytes).into();
        assert_eq!(
            sizes,
            ["0 bytes", "1023 bytes", "1.0 KiB", "1.5 MiB", "15.9 EiB"]
        );
    }

    #[test]
    fn a_guess_is_rounded_up() {
        let said = [0, 1, 58, 60, 61, 3_600, 5_400].map(|left| guessed(Duration::from_secs(left)));
        let expected = [
            "moments",
            "about 5 s",
            "about 1 m",
            "about 1 m",
            "about 2 m",
            "about 1 h",
            "about 1 h 30 m",
        ];
        assert_eq!(said, expected);
    }
}
