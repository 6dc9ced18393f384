//! What runs before this one say of a step: how long it usually takes, and whether its exact text ever succeeded. A fold
//! of records, and readers that feed it. Does not verify logs: what is learnt here guides, and proves nothing.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepmark_core::plan::{Plan, Step, StepKind};
use stepmark_core::record::{Event, Outcome, Record, RunHeader};
use stepmark_core::{Attempt, Digest, StepId, Timestamp};
use stepmark_journal::{RunDirectory, read_each};

use super::past_rehearsal::PastRehearsal;
use super::{FirstRecord, Folders, find_run};

/// So many of the newest runs are looked at, and of the newest rehearsals.
const RUNS_MAX: usize = 50;
/// Longer journals are passed over: nobody waits for them before a run.
const JOURNAL_BYTES_MAX: u64 = 16 << 20;

/// How long steps took that succeeded, by their id and their exact work.
type Durations = HashMap<(StepId, Digest), Vec<Duration>>;

/// What runs before this one say of steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    durations: Durations,
    /// Those of rehearsals, whose tables may be small; they count where there are no others.
    rehearsed_durations: Durations,
    succeeded: HashSet<Digest>,
    rehearsals: Vec<PastRehearsal>,
    /// The first record of the run that is being taken in, and when it was made.
    header: Option<(Timestamp, RunHeader)>,
    /// The intents of the run that is being taken in.
    begun: HashMap<(StepId, Attempt), Digest>,
}

impl History {
    /// Of the newest runs in `root`, the folder of one runbook's runs.
    pub(crate) fn of_runbook(root: &Path) -> Self {
        let runs = RunDirectory::list(root).unwrap_or_default();
        let mut history = Self::default();
        history.take_newest(runs.iter().rev().map(RunDirectory::journal));
        history
    }

    /// This one of the runs in `root`, and of the newest others that this machine remembers, whatever their runbook.
    pub(crate) fn with_others(&self, folders: &Folders, root: &Path) -> Self {
        let mut history = self.clone();
        let known = find_run::known_runs(folders);
        let others = known.values().rev();
        let others = others.filter(|path| path.parent() != Some(root));
        history.take_newest(others.map(|path| path.join("journal.jsonl")));
        history
    }

    /// Takes in the first of `journals`, newest first: so many runs, and as many rehearsals.
    fn take_newest(&mut self, journals: impl Iterator<Item = PathBuf>) {
        let (mut runs, mut rehearsals) = (0, 0);
        for journal in journals {
            let count = match FirstRecord::of(&journal).is_rehearsal {
                true => &mut rehearsals,
                false => &mut runs,
            };
            if *count < RUNS_MAX {
                *count += 1;
                self.take_run(&journal);
            }
            if runs == RUNS_MAX && rehearsals == RUNS_MAX {
                break;
            }
        }
    }

    fn take_run(&mut self, journal: &Path) {
        let is_short = journal
            .symlink_metadata()
            .is_ok_and(|found| found.len() <= JOURNAL_BYTES_MAX);
        if is_short {
            // What stands before damage is as good a guide as any.
            let _ = read_each(journal, |record, _| self.take(&record));
            self.begun.clear();
            self.header = None;
        }
    }

    /// Takes one record in; those of a run in order, one run after the other.
    pub(crate) fn take(&mut self, record: &Record) {
        match &record.event {
            Event::RunStarted(header) => self.header = Some((record.at, (**header).clone())),
            Event::RehearsalConcluded(conclusion) => {
                let header = self.header.as_ref();
                let past =
                    header.and_then(|(at, header)| PastRehearsal::of(*at, header, conclusion));
                self.rehearsals.extend(past);
            }
            Event::StepStarted {
                step,
                attempt,
                digest,
                ..
            } => {
                self.begun.insert((step.clone(), *attempt), *digest);
            }
            Event::StepFinished {
                step,
                attempt,
                outcome: Outcome::Succeeded { .. },
                duration_us,
                ..
            } => {
                if let Some(digest) = self.begun.remove(&(step.clone(), *attempt)) {
                    self.succeeded.insert(digest);
                    let is_rehearsal = self
                        .header
                        .as_ref()
                        .is_some_and(|(_, it)| it.rehearsal.is_some());
                    let durations = match is_rehearsal {
                        true => &mut self.rehearsed_durations,
                        false => &mut self.durations,
                    };
                    durations
                        .entry((step.clone(), digest))
                        .or_default()
                        .push(Duration::from_micros(*duration_us));
                }
            }
            _ => {}
        }
    }

    /// How long a step with this id and this exact work usually took when it succeeded: the median. None for a step that a
    /// person does, whose time says little.
    pub(crate) fn usual(&self, step: &Step) -> Option<Duration> {
        let is_manual = step.kind == StepKind::Manual;
        let key = (step.id.clone(), step.digest);
        let known = self.durations.get(&key);
        let known = known.or_else(|| self.rehearsed_durations.get(&key));
        median(known.filter(|_| !is_manual)?)
    }

    /// Gives every step without an estimate its usual duration as one.
    pub(crate) fn estimate(&self, plan: &mut Plan) {
        for step in &mut plan.steps {
            step.flow.estimate = step.flow.estimate.or_else(|| self.usual(step));
        }
    }

    /// When these exact texts of the runbook at `path` were rehearsed last, and how that came out.
    pub(crate) fn rehearsed(&self, path: &str, texts: Digest, now: Timestamp) -> String {
        PastRehearsal::words(&self.rehearsals, path, texts, now)
    }

    /// The steps of the main flow whose exact work never succeeded in any run that is known.
    pub(crate) fn untried(&self, plan: &Plan) -> Vec<StepId> {
        let steps = plan.steps.iter().filter(|step| step.is_main());
        steps
            .filter(|step| step.kind != StepKind::Manual && !self.succeeded.contains(&step.digest))
            .map(|step| step.id.clone())
            .collect()
    }
}

/// The middle one; of two in the middle, half their sum.
fn median(durations: &[Duration]) -> Option<Duration> {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        count if count % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2),
    }
}

#[cfg(test)]
mod tests {
    use stepmark_core::output::OutputSummary;
    use stepmark_core::record::{Failure, Work};

    use super::*;
    use crate::app::Runbook;

    fn ran(history: &mut History, step: &Step, seconds: u64, is_good: bool) {
        let (id, attempt) = (step.id.clone(), Attempt(1));
        let started = Event::StepStarted {
            step: id.clone(),
            attempt,
            kind: step.kind,
            text: step.body.text.clone(),
            digest: step.digest,
            connection: None,
        };
        let outcome = match is_good {
            true => Outcome::Succeeded { finding: None },
            false => Outcome::Failed {
                failure: Failure::Exit { code: 1 },
            },
        };
        let finished = Event::StepFinished {
            step: id,
            attempt,
            outcome,
            work: Work::None,
            transaction: None,
            duration_us: seconds * 1_000_000,
            output: OutputSummary::empty(),
            captures: Vec::new(),
            polls: None,
            positions: None,
        };
        for event in [started, finished] {
            let at = Timestamp::from_micros(0);
            history.take(&Record { seq: 1, at, event });
        }
    }

    #[test]
    fn medians_are_of_the_same_work_that_succeeded() {
        let book =
            |text: &str| Runbook::of_text(&format!("```bash {{name=a}}\n{text}\n```\n")).plan;
        let (now, before) = (book("true"), book("false"));
        let mut history = History::default();
        for seconds in [50, 1, 3] {
            ran(&mut history, &now.steps[0], seconds, true);
        }
        ran(&mut history, &now.steps[0], 900, false);
        ran(&mut history, &before.steps[0], 900, false);
        assert_eq!(history.usual(&now.steps[0]), Some(Duration::from_secs(3)));
        ran(&mut history, &now.steps[0], 5, true);
        assert_eq!(history.usual(&now.steps[0]), Some(Duration::from_secs(4)));
        assert_eq!(history.untried(&now), []);
        assert_eq!(history.untried(&before), [StepId::new("a")]);
        let mut plan = now.clone();
        history.estimate(&mut plan);
        assert_eq!(plan.steps[0].flow.estimate, Some(Duration::from_secs(4)));
    }
}
