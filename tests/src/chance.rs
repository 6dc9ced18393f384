//! Numbers without a pattern that are the same each time, so that a failure's round can be run again. Not random.

use std::time::Duration;

/// A sequence of numbers (Knuth's MMIX constants).
pub struct Chance(u64);

impl Chance {
    /// The sequence of this number.
    pub fn of(seed: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.below(1);
        chance
    }

    /// A number from 0 to below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// A time below `end`.
    pub fn moment(&mut self, end: Duration) -> Duration {
        let micros = u64::try_from(end.as_micros()).expect("a short time");
        Duration::from_micros(self.below(micros))
    }
}
