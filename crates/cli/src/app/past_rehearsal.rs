//! What is known of a rehearsal that is over, and how that is told before the next run. Verifies no log.

use stepmark_core::record::{Conclusion, Event, Record, RehearsalPart, RunHeader};
use stepmark_core::report::duration;
use stepmark_core::{Digest, Timestamp};
use stepmark_journal::{RunDirectory, read_each, read_opening};

/// A rehearsal that came to a conclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastRehearsal {
    at: Timestamp,
    /// Of all texts: its own, and those it includes.
    runbook: Digest,
    /// The versions of its servers, each once.
    versions: Vec<String>,
    holds: bool,
    /// Of how many steps the undo was proven, and of how many it should have been.
    proven: (usize, usize),
}

/// What the rehearsal in `directory` concluded; none for a run that is none, or did not come so far.
pub(crate) fn concluded(directory: &RunDirectory) -> Option<Conclusion> {
    let opening = read_opening(&directory.journal(), 1);
    let is_rehearsal = |record: &Record| matches!(&record.event, Event::RunStarted(header) if header.rehearsal.is_some());
    if !opening.first().is_some_and(is_rehearsal) {
        return None;
    }
    let mut found = None;
    // What stands before damage is as good a guide as any; `verify` looks for damage.
    let _ = read_each(&directory.journal(), |record, _| {
        if let Event::RehearsalConcluded(conclusion) = record.event {
            found = Some(*conclusion);
        }
    });
    found
}

impl PastRehearsal {
    /// What a run that began `at` concluded. A first part that holds is no conclusion of the whole.
    pub(super) fn of(at: Timestamp, header: &RunHeader, conclusion: &Conclusion) -> Option<Self> {
        let rehearsal = header.rehearsal.as_ref()?;
        if rehearsal.part == RehearsalPart::UpToNoReturn && conclusion.holds {
            return None;
        }
        let mut versions: Vec<String> = Vec::new();
        for cluster in &rehearsal.clusters {
            if !versions.contains(&cluster.version) {
                versions.push(cluster.version.clone());
            }
        }
        Some(Self {
            at,
            runbook: header.texts(),
            versions,
            holds: conclusion.holds,
            proven: conclusion.tally(),
        })
    }

    /// What `known` rehearsals say of the exact texts.
    pub(super) fn words(known: &[Self], texts: Digest, now: Timestamp) -> String {
        let newest = |same: bool| {
            let of = known.iter().filter(|it| (it.runbook == texts) == same);
            of.max_by_key(|it| it.at)
        };
        match (newest(true), newest(false)) {
            (Some(past), _) => past.sentence(now),
            (None, Some(other)) => format!(
                "never rehearsed with this exact text; another one was, {}",
                ago(other.at, now)
            ),
            (None, None) => "never rehearsed".to_owned(),
        }
    }

    fn sentence(&self, now: Timestamp) -> String {
        let (proven, due) = self.proven;
        let undo = match due {
            0 => "no undo to prove".to_owned(),
            due => format!("undo proven for {proven} of {due}"),
        };
        let verdict = match self.holds {
            true => undo,
            false => format!("and it DID NOT HOLD: {undo}"),
        };
        let versions = self.versions.join(" and ");
        format!(
            "rehearsed {} on PostgreSQL {versions}, {verdict}",
            ago(self.at, now)
        )
    }
}

/// `3 days ago`.
fn ago(then: Timestamp, now: Timestamp) -> String {
    let passed = now.since(then);
    match passed.as_secs() / 86_400 {
        0 if passed.as_secs() < 60 => "just now".to_owned(),
        0 => format!("{} ago", duration(passed)),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn past(text: &str, at: i64, holds: bool) -> PastRehearsal {
        PastRehearsal {
            at: Timestamp::from_micros(at),
            runbook: Digest::of(text),
            versions: vec!["15.18".to_owned()],
            holds,
            proven: (if holds { 7 } else { 5 }, 7),
        }
    }

    #[track_caller]
    fn check(known: &[PastRehearsal], expected: &str) {
        let now = Timestamp::from_micros(10 * DAY);
        let texts = Digest::of("this");
        assert_eq!(PastRehearsal::words(known, texts, now), expected);
    }

    #[test]
    fn the_newest_rehearsal_of_this_exact_text_is_told() {
        check(&[], "never rehearsed");
        let other = past("other", 9 * DAY, true);
        check(
            std::slice::from_ref(&other),
            "never rehearsed with this exact text; another one was, yesterday",
        );
        let good = past("this", 7 * DAY, true);
        check(
            &[other.clone(), good.clone()],
            "rehearsed 3 days ago on PostgreSQL 15.18, undo proven for 7 of 7",
        );
        let bad = past("this", 8 * DAY, false);
        check(
            &[good, bad, other],
            "rehearsed 2 days ago on PostgreSQL 15.18, and it DID NOT HOLD: undo proven for 5 of 7",
        );
    }
}
