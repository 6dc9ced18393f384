//! Reads a moment as journals spell it, without a general parser. Does not read other spellings.

use stepmark_core::Timestamp;

const SHAPE: &[u8; 27] = b"0000-00-00T00:00:00.000000Z";
const SECOND: i64 = 1_000_000;

/// `2026-11-20T02:14:05.000000Z`; nothing for any other spelling, and for what is no moment.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let bytes: &[u8; 27] = text.as_bytes().try_into().ok()?;
    let fits = bytes.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        sign => byte == sign,
    });
    fits.then_some(())?;
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let is_moment = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    is_moment.then(|| Timestamp::from_micros(seconds * SECOND + number(20, 26)))
}

fn days_in(year: i64, month: i64) -> i64 {
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leaps => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the Gregorian calendar, with years that begin in March so that the leap day is the last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let century = year.div_euclid(400);
    let of_century = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = of_century * 365 + of_century / 4 - of_century / 100 + of_year;
    century * 146_097 + days - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_moment_is_read_as_the_general_parser_reads_it(micros in -62_167_219_200_000_000_i64..253_402_207_200_000_000) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(parse(&at.to_string()), Some(at));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "2026-02-29T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-01-01T24:00:00.000000Z",
            "2026-01-01T00:00:60.000000Z",
            "2026-01-01T00:00:00.000000z",
            "2026-01-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
