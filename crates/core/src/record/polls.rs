//! What a `wait` step saw while it asked.

use serde::{Deserialize, Serialize};

use crate::plan::Finding;

/// What a `wait` step saw: how often it asked, and what changed on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polls {
    /// How often it asked.
    pub count: u64,
    /// The first finding, each that was another than the one before, and the last one; where there were more than
    /// [`POLLS_KEPT_MAX`], those in the middle are left out.
    pub seen: Vec<Poll>,
    /// How many changes were left out.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub left_out: u64,
}

/// One look of a `wait` step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// From the intent to the look's end, in microseconds.
    pub after_us: u64,
    /// What it found.
    pub finding: Finding,
}

/// So many looks are kept.
pub const POLLS_KEPT_MAX: usize = 32;

impl Polls {
    /// Takes one more look in.
    pub fn add(&mut self, poll: Poll) {
        self.count += 1;
        let full = self.seen.len() >= POLLS_KEPT_MAX;
        match self.seen.last() {
            Some(last) if last.finding == poll.finding => {}
            Some(_) if full => {
                self.left_out += 1;
                self.seen.pop();
                self.seen.push(poll);
            }
            Some(_) | None => self.seen.push(poll),
        }
    }

    /// The last finding.
    pub fn last(&self) -> Option<&Finding> {
        self.seen.last().map(|poll| &poll.finding)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_changed_and_last_looks_are_kept_and_no_more_than_the_limit() {
        let mut polls = Polls::default();
        let look = |after_us, seen: u64| Poll {
            after_us,
            finding: Finding {
                met: false,
                seen: seen.to_string(),
            },
        };
        for (at, value) in [5, 5, 4, 4, 5].into_iter().enumerate() {
            polls.add(look(at as u64, value));
        }
        let kept: Vec<(u64, &str)> = polls
            .seen
            .iter()
            .map(|poll| (poll.after_us, poll.finding.seen.as_str()))
            .collect();
        assert_eq!((polls.count, kept), (5, vec![(0, "5"), (2, "4"), (4, "5")]));
        for at in 0..100 {
            polls.add(look(at, at + 10));
        }
        let counts = (polls.count, polls.seen.len(), polls.left_out);
        assert_eq!(counts, (105, POLLS_KEPT_MAX, 71));
        assert_eq!(polls.last().unwrap().seen, "109");
    }
}
