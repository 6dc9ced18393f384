//! Durations as briefly as they can be said, for lines where columns are few.

use std::time::Duration;

use stepmark_core::report::duration;

/// `2 s`, `1.5 s`, `30 m`: a duration without units that are zero.
pub(crate) fn brief(length: Duration) -> String {
    if length.subsec_millis() == 0 && length.as_secs() < 60 {
        return format!("{} s", length.as_secs());
    }
    let text = duration(length);
    let short = text.strip_suffix(" 00 s").or(text.strip_suffix(" 00 m"));
    short.unwrap_or(&text).to_owned()
}

/// The same in whole seconds, for what is counted while one looks: it does not flicker.
pub(crate) fn whole(length: Duration) -> String {
    brief(Duration::from_secs(length.as_secs()))
}

/// In whole minutes, for what stands for long and must not have the screen drawn each second.
pub(crate) fn minutes(length: Duration) -> String {
    match length.as_secs() / 60 {
        0 => "< 1 m".to_owned(),
        minutes @ 1..60 => format!("{minutes} m"),
        minutes => format!("{} h {:02} m", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_are_zero_are_left_out() {
        let cases = [
            (0, "0 s"),
            (500, "500 ms"),
            (1_500, "1.5 s"),
            (2_000, "2 s"),
            (60_000, "1 m"),
            (75_000, "1 m 15 s"),
            (3_600_000, "1 h"),
        ];
        for (millis, expected) in cases {
            assert_eq!(brief(Duration::from_millis(millis)), expected);
        }
        assert_eq!(whole(Duration::from_millis(12_900)), "12 s");
    }
}
