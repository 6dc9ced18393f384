//! How fast the server gets on with a command, and so how long it will take. Pure: the time is an argument.

use std::collections::VecDeque;
use std::time::Duration;

use stepmark_core::Timestamp;
use stepmark_core::runner::{ProgressUnit, ServerProgress};

/// So many changes are remembered; the rate is that between the first and the last of them.
const SAMPLES_MAX: usize = 32;

/// Nothing is estimated from a shorter time.
const OBSERVED_MIN: Duration = Duration::from_secs(3);

/// Longer than this is not worth saying.
const LEFT_MAX: Duration = Duration::from_secs(99 * 3600);

/// How fast one phase of one command gets on.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    of: Phase,
    samples: VecDeque<(Timestamp, u64)>,
}

/// What must stay the same for two figures to be comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Phase {
    command: String,
    phase: Option<String>,
    relation: Option<String>,
    unit: ProgressUnit,
}

impl Phase {
    fn of(progress: &ServerProgress) -> Self {
        Self {
            command: progress.command.clone(),
            phase: progress.phase.clone(),
            relation: progress.relation.clone(),
            unit: progress.unit,
        }
    }
}

impl Pace {
    /// Takes in how far the server is; what was known of another phase, or of one that began anew, is dropped.
    pub(crate) fn observed(
        before: Option<Self>,
        progress: &ServerProgress,
        now: Timestamp,
    ) -> Self {
        let of = Phase::of(progress);
        let same = before.filter(|pace| pace.of == of && pace.last() <= progress.done);
        let mut pace = same.unwrap_or_else(|| Self {
            of,
            samples: VecDeque::new(),
        });
        if pace.samples.is_empty() || pace.last() < progress.done {
            if pace.samples.len() == SAMPLES_MAX {
                pace.samples.pop_front();
            }
            pace.samples.push_back((now, progress.done));
        }
        pace
    }

    /// How long the phase will take from `now` on at the rate seen so far; none while that says nothing yet.
    pub(crate) fn left(&self, progress: &ServerProgress, now: Timestamp) -> Option<Duration> {
        let rest = progress.total?.checked_sub(progress.done)?;
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let observed = last.0.since(first.0);
        let done = last.1.checked_sub(first.1).filter(|done| *done > 0)?;
        if observed < OBSERVED_MIN {
            return None;
        }
        let micros = u128::from(rest) * observed.as_micros() / u128::from(done);
        let whole = Duration::from_micros(u64::try_from(micros).ok()?);
        let left = whole.saturating_sub(now.since(last.0));
        (left <= LEFT_MAX).then_some(left)
    }

    fn last(&self) -> u64 {
        self.samples.back().map_or(0, |(_, done)| *done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(phase: &str, done: u64, total: Option<u64>) -> ServerProgress {
        ServerProgress {
            command: "CREATE INDEX".to_owned(),
            phase: Some(phase.to_owned()),
            relation: Some("public.orders".to_owned()),
            done,
            total,
            unit: ProgressUnit::Blocks,
        }
    }

    /// The time left after these figures were seen at these seconds, asked for at `now`.
    fn left(seen: &[(i64, u64)], total: Option<u64>, now: i64) -> Option<u64> {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let mut pace = None;
        for (second, done) in seen {
            let progress = progress("scanning", *done, total);
            pace = Some(Pace::observed(pace, &progress, at(*second)));
        }
        let (_, done) = seen.last()?;
        let left = pace?.left(&progress("scanning", *done, total), at(now));
        left.map(|left| left.as_secs())
    }

    /// What was seen when, the whole, when it is asked, and the seconds left.
    type Case<'a> = (&'a [(i64, u64)], Option<u64>, i64, Option<u64>);

    #[test]
    fn the_time_left_follows_from_the_rate_that_was_seen() {
        let cases: [Case<'_>; 9] = [
            (&[(0, 100), (10, 200)], Some(1_000), 10, Some(80)),
            (&[(0, 100), (10, 200)], Some(1_000), 30, Some(60)),
            (&[(0, 100), (10, 200)], Some(1_000), 200, Some(0)),
            (&[(0, 100), (2, 200)], Some(1_000), 2, None),
            (&[(0, 100)], Some(1_000), 60, None),
            (&[(0, 100), (10, 100)], Some(1_000), 10, None),
            (&[(0, 100), (10, 200)], None, 10, None),
            (&[(0, 100), (10, 200)], Some(150), 10, None),
            (&[(0, 0), (10, 1)], Some(u64::MAX), 10, None),
        ];
        for (seen, total, now, expected) in cases {
            assert_eq!(
                left(seen, total, now),
                expected,
                "{seen:?} of {total:?} at {now}"
            );
        }
    }

    #[test]
    fn a_phase_that_begins_anew_is_estimated_anew() {
        assert_eq!(left(&[(0, 0), (10, 500), (20, 10)], Some(1_000), 20), None);
        assert_eq!(
            left(&[(0, 0), (10, 500), (20, 10), (30, 20)], Some(1_000), 30),
            Some(980)
        );
    }

    #[test]
    fn another_phase_is_estimated_anew() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let pace = Pace::observed(None, &progress("scanning", 0, Some(100)), at(0));
        let pace = Pace::observed(Some(pace), &progress("scanning", 50, Some(100)), at(10));
        let sorting = progress("sorting", 60, Some(100));
        let pace = Pace::observed(Some(pace), &sorting, at(11));
        assert_eq!(pace.left(&sorting, at(20)), None);
    }

    #[test]
    fn a_rate_of_long_ago_is_forgotten() {
        let slow = (0..100).map(|second| (second, second as u64));
        let fast = (100..200).map(|second| (second, 100 + (second as u64 - 100) * 100));
        let seen: Vec<(i64, u64)> = slow.chain(fast).collect();
        assert_eq!(left(&seen, Some(20_000), 199), Some(100));
    }
}
