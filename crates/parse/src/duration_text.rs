//! Durations as attributes write them: `500ms`, `30s`, `5m`, `2h`, `1h30m`.

use std::time::Duration;

/// Units in falling order, each in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// The duration `text` says: whole numbers with units, each unit at most once and in falling order. None for zero,
/// for what has no unit, and beyond 1000 hours.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut units = UNITS.as_slice();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|next: char| !next.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|next: char| !next.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let at = units
            .iter()
            .position(|(unit, _)| *unit == &rest[..letters])?;
        total = total.checked_add(number.checked_mul(units[at].1)?)?;
        rest = &rest[letters..];
        units = &units[at + 1..];
    }
    (1..=1000 * 3_600_000)
        .contains(&total)
        .then(|| Duration::from_millis(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_fall_and_zero_is_none() {
        let cases = [
            ("500ms", Some(500)),
            ("30s", Some(30_000)),
            ("5m", Some(300_000)),
            ("2h", Some(7_200_000)),
            ("1h30m", Some(5_400_000)),
            ("1m500ms", Some(60_500)),
            ("1000h", Some(3_600_000_000)),
            ("", None),
            ("0s", None),
            ("30", None),
            ("s", None),
            ("30m1h", None),
            ("1s1s", None),
            ("-1s", None),
            ("1.5s", None),
            ("1 s", None),
            ("3d", None),
            ("1001h", None),
            ("99999999999999999999h", None),
            ("5124095576030431h", None),
            ("٣s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                duration(text),
                expected.map(Duration::from_millis),
                "{text:?}"
            );
        }
    }
}
