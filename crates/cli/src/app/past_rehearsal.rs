//! What is known of a rehearsal that is over, and how that is told before the next run. Verifies no log.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde_json::Value;
use stepmark_core::record::{Conclusion, RehearsalPart, RunHeader};
use stepmark_core::report::duration;
use stepmark_core::{Digest, Timestamp};
use stepmark_journal::{LINE_BYTES_MAX, RunDirectory};

use super::FirstRecord;

/// A conclusion is looked for in so much of a journal's end at first, in bytes: it has a few words for each step.
const WINDOW_BYTES: u64 = 8 * 1024;
/// And in no more than so much.
const WINDOW_BYTES_MAX: u64 = 2 * LINE_BYTES_MAX as u64;

/// A rehearsal that came to a conclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastRehearsal {
    at: Timestamp,
    /// The runbook's path from the root.
    path: String,
    /// Of all texts: its own, and those it includes.
    runbook: Digest,
    /// The versions of its servers, each once.
    versions: Vec<String>,
    holds: bool,
    /// Of how many steps the undo was proven, and of how many it should have been.
    proven: (usize, usize),
}

/// What the rehearsal in `directory` concluded; none for a run that is none, that did not come so far, or that is the first
/// part of one which went on.
pub(crate) fn concluded(directory: &RunDirectory) -> Option<Conclusion> {
    let journal = directory.journal();
    let first = FirstRecord::of(&journal);
    if !first.is_rehearsal {
        return None;
    }
    let found = last_conclusion(&journal)?;
    is_of_the_whole(first.part, &found).then_some(found)
}

/// A first part that holds is followed by the second, which says what both come to.
fn is_of_the_whole(part: Option<RehearsalPart>, conclusion: &Conclusion) -> bool {
    part != Some(RehearsalPart::UpToNoReturn) || !conclusion.holds
}

/// The last conclusion in the journal at `path`, looked for from its end.
fn last_conclusion(path: &Path) -> Option<Conclusion> {
    let file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let mut window = WINDOW_BYTES;
    loop {
        let start = length.saturating_sub(window);
        let mut bytes = vec![0; usize::try_from(length - start).ok()?];
        file.read_exact_at(&mut bytes, start).ok()?;
        let found = bytes.rsplit(|byte| *byte == b'\n').find_map(|line| {
            let record: Value = serde_json::from_slice(line).ok()?;
            let is_it = record["type"] == "rehearsal_concluded";
            is_it.then(|| serde_json::from_value(record).ok())?
        });
        if found.is_some() || start == 0 || window >= WINDOW_BYTES_MAX {
            return found;
        }
        window *= 8;
    }
}

impl PastRehearsal {
    /// What a run that began `at` concluded; none where that is not of the whole.
    pub(super) fn of(at: Timestamp, header: &RunHeader, conclusion: &Conclusion) -> Option<Self> {
        let rehearsal = header.rehearsal.as_ref()?;
        if !is_of_the_whole(Some(rehearsal.part), conclusion) {
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
            path: header.path.clone(),
            runbook: header.texts(),
            versions,
            holds: conclusion.holds,
            proven: conclusion.tally(),
        })
    }

    /// What `known` rehearsals say of the exact texts of the runbook at `path`.
    pub(super) fn words(known: &[Self], path: &str, texts: Digest, now: Timestamp) -> String {
        let newest = |wanted: &dyn Fn(&Self) -> bool| {
            let of = known.iter().filter(|it| wanted(it));
            of.max_by_key(|it| it.at)
        };
        let same = newest(&|it| it.runbook == texts);
        match (same, newest(&|it| it.path == path)) {
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
            path: "/book.md".to_owned(),
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
        assert_eq!(
            PastRehearsal::words(known, "/book.md", texts, now),
            expected
        );
    }

    #[test]
    fn the_last_conclusion_counts_but_not_that_of_a_first_part_that_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let found = |text: &str| {
            std::fs::write(&path, text).unwrap();
            last_conclusion(&path).map(|found| found.holds)
        };
        let concluded = |holds: bool| {
            format!("{{\"v\":1,\"type\":\"rehearsal_concluded\",\"holds\":{holds},\"steps\":[]}}\n")
        };
        let end = "{\"v\":1,\"type\":\"run_finished\",\"verdict\":\"succeeded\"}\n";
        assert_eq!(found(end), None);
        assert_eq!(found(&(concluded(true) + end)), Some(true));
        let both = concluded(true) + &concluded(false) + end;
        assert_eq!(found(&both), Some(false));
        assert_eq!(found(&(concluded(true) + "{\"torn")), Some(true));
        let long = format!(
            "{{\"v\":1,\"type\":\"note_added\",\"text\":\"{}\"}}\n",
            "x".repeat(100_000)
        );
        assert_eq!(found(&(concluded(true) + &long)), Some(true));
        let of = |holds| Conclusion {
            holds,
            because: Vec::new(),
            steps: Vec::new(),
        };
        let (first, last) = (RehearsalPart::UpToNoReturn, RehearsalPart::ToTheEnd);
        assert!(!is_of_the_whole(Some(first), &of(true)));
        assert!(is_of_the_whole(Some(first), &of(false)));
        assert!(is_of_the_whole(Some(last), &of(true)));
    }

    #[test]
    fn the_newest_rehearsal_of_this_exact_text_is_told() {
        check(&[], "never rehearsed");
        let other = past("other", 9 * DAY, true);
        check(
            std::slice::from_ref(&other),
            "never rehearsed with this exact text; another one was, yesterday",
        );
        let neighbour = PastRehearsal {
            path: "/neighbour.md".to_owned(),
            ..other.clone()
        };
        check(&[neighbour], "never rehearsed");
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
