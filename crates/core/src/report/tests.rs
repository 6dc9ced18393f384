//! Tests of the readings.

use std::time::Duration;

use super::duration;

#[test]
fn durations_read_in_at_most_two_units() {
    let table = [
        (0, "0 ms"),
        (999, "999 ms"),
        (1_000, "1.0 s"),
        (59_960, "59.9 s"),
        (60_000, "1 m 00 s"),
        (3_599_000, "59 m 59 s"),
        (7_380_000, "2 h 03 m"),
    ];
    for (millis, text) in table {
        assert_eq!(duration(Duration::from_millis(millis)), text);
    }
}
