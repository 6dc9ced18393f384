//! How much is measured, from the command line. Does not measure.

use std::fmt;

/// How much is measured.
pub(crate) struct Plan {
    scale: f64,
    pub(crate) rounds: usize,
    wanted: Vec<String>,
}

impl Plan {
    /// As `arguments` say: `--scale 0.1`, `--rounds 7`, and words that the names of comparisons hold.
    pub(crate) fn of(arguments: impl Iterator<Item = String>) -> Self {
        let mut plan = Self {
            scale: 1.0,
            rounds: 7,
            wanted: Vec::new(),
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let value = arguments.next().and_then(|value| value.parse::<f64>().ok());
                let value = value.filter(|value| *value > 0.0);
                value.unwrap_or_else(|| panic!("{argument} needs a number above 0"))
            };
            match argument.as_str() {
                "--scale" => plan.scale = number(),
                "--rounds" => plan.rounds = (number() as usize).max(1),
                // Cargo says so to every benchmark.
                "--bench" => {}
                _ => plan.wanted.push(argument),
            }
        }
        plan
    }

    /// Whether a comparison called `name` is made.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|word| name.contains(word))
    }

    /// `full` in the size that is measured, at least 1.
    pub(crate) fn sized(&self, full: usize) -> usize {
        ((full as f64 * self.scale) as usize).max(1)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "medians of {} rounds, contenders in turn; {} of the full size; whole processes, release build",
            self.rounds, self.scale
        )
    }
}
