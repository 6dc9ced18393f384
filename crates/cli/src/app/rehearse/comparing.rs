//! The director's eyes: the state before, the state after, who left the difference, and which tables were locked.

use stepmark_core::StepId;
use stepmark_core::StepIndex;
use stepmark_core::plan::StepKind;
use stepmark_core::record::{Comparison, DIFFERENCES_MAX, Difference, HalfWay, RehearsalPart};
use stepmark_core::runner::Command;

use super::director::{Director, Doubt, Over};
use super::findings::not_run;
use super::locks::exclusive;
use super::state::{Differing, Found, State};

/// How long servers may take to put away what a step left to them, such as the workers of a subscription, before a
/// difference counts.
const SETTLING: std::time::Duration = std::time::Duration::from_millis(1_500);

impl Director<'_> {
    /// Looks at the clusters now; false where that cannot be done, which is told.
    pub(super) fn look(&mut self) -> bool {
        match State::take(self.clusters, self.ignored, self.last.as_ref()) {
            Ok(state) => {
                self.last = Some(state);
                true
            }
            Err(why) => {
                self.shown.trouble(&why);
                self.findings
                    .because(format!("the clusters could not be compared: {why}"));
                false
            }
        }
    }

    /// Looks at the clusters after a step of the main flow, and at what that has locked.
    pub(super) fn look_after_step(&mut self) -> bool {
        let before = self.last.clone();
        let is_looked = self.look();
        if let Some(before) = before.filter(|_| is_looked) {
            self.locks(&before);
        }
        is_looked
    }

    /// Remembers the state before `step` is run. Inside a transaction that is the state before it, which others see.
    pub(super) fn remember(&mut self, step: StepIndex) -> bool {
        let previous = self.order.last().copied();
        let must_look = self.last.is_none() || previous.is_some_and(|index| self.may_change(index));
        if must_look && !self.is_in_transaction() && !self.look_after_step() {
            return false;
        }
        if let Some(last) = &self.last {
            self.before.insert(step, last.clone());
        }
        true
    }

    /// Whether `step` was run, and is not only ticked.
    fn may_change(&self, step: StepIndex) -> bool {
        self.robot.progress().step(step).attempt.is_some()
            && self.plan.step(step).kind != StepKind::Manual
    }

    /// What is otherwise than `before`, once the servers had time to put things away; none where nobody could look.
    pub(super) fn settled(&mut self, before: &State) -> Option<Found> {
        if !self.look() {
            return None;
        }
        let found = before.difference(self.last.as_ref()?);
        let is_told = |(place, differing): (&String, &Differing)| {
            let left = self.left.get(place);
            left.is_some_and(|left| left.change.is_like(&differing.change))
        };
        if found.all().all(is_told) {
            return Some(found);
        }
        std::thread::sleep(SETTLING);
        if !self.look() {
            return None;
        }
        Some(before.difference(self.last.as_ref()?))
    }

    /// What of `found` nobody else was blamed for yet is left by `step`; those places.
    pub(super) fn blame(&mut self, step: StepIndex, found: &Found) -> Vec<String> {
        let id = &self.plan.step(step).id;
        let mut own = Vec::new();
        for (place, differing) in found.all() {
            let left = self.left.entry(place.clone()).or_default();
            if !left.change.is_like(&differing.change) {
                left.change.clone_from(&differing.change);
                left.by.push(id.clone());
                own.push(place.clone());
            }
        }
        own
    }

    /// Says of `step`, which was just undone, whether everything is as before it; `own` is what nobody else left. What it
    /// left, where it should not have.
    pub(super) fn judge(
        &mut self,
        step: StepIndex,
        half_way: Option<HalfWay>,
        found: &Found,
        own: &[String],
    ) -> Result<Option<Doubt>, Over> {
        let id = self.id(step).clone();
        let comparison = self.comparison(vec![id.clone()], half_way, found, |place| {
            own.contains(place)
        });
        let comparison = self.record(comparison)?;
        let is_last = self.part == RehearsalPart::ToTheEnd;
        self.shown.compared(&id, &comparison, is_last);
        let mut undo = self.plan.undo_of(step);
        let is_run = undo.all(|undo| not_run(self.plan, undo).is_none());
        let Some(first) = comparison.differences.first() else {
            if is_run {
                self.findings.proven(step, None);
            }
            return Ok(None);
        };
        let more = match comparison.differences.len() as u64 + comparison.more - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let after = half_way.map_or(String::new(), |how| format!(", {}", how.words()));
        Ok(is_run.then(|| Doubt {
            why: format!("{} {}{more}{after}", first.place, first.what),
            places: own.to_vec(),
        }))
    }

    /// Nothing takes away any more what the undo of `step` left.
    pub(super) fn broken(&mut self, step: StepIndex, doubt: Doubt) {
        let (id, why) = (self.id(step), &doubt.why);
        let line = format!("the undo of step {id} does not bring back what was there: {why}");
        self.findings.because(line);
        self.findings.broken(step, doubt.why);
    }

    /// Compares all with the beginning; whether nothing differs. Of the `doubts` those are left that came true.
    pub(super) fn everything(
        &mut self,
        first: &State,
        undone: Vec<StepId>,
        doubts: &mut Vec<(StepIndex, Doubt)>,
    ) -> Result<bool, Over> {
        let Some(found) = self.settled(first) else {
            return Ok(false);
        };
        let comparison = self.comparison(undone, None, &found, |_| true);
        let comparison = self.record(comparison)?;
        self.shown.everything(&comparison);
        let remains = |place: &String| found.all().any(|(other, _)| other == place);
        for (step, doubt) in std::mem::take(doubts) {
            match doubt.places.iter().any(remains) {
                true => doubts.push((step, doubt)),
                false => self.findings.proven(step, Some(doubt.why)),
            }
        }
        let doubted = |step: &StepIndex| doubts.iter().any(|(other, _)| other == step);
        for difference in &comparison.differences {
            // What is wrong with an undo was said already.
            let by = difference
                .left_by
                .iter()
                .filter_map(|id| self.plan.index_of(id));
            let by: Vec<StepIndex> = by.filter(|step| !doubted(step)).collect();
            let who = match by.as_slice() {
                [] if !difference.left_by.is_empty() => continue,
                [] => "nobody can tell which step left it".to_owned(),
                steps => format!("left by {}", self.left_by(steps)),
            };
            let (place, what) = (&difference.place, &difference.what);
            self.findings.because(format!("{place} {what}: {who}"));
        }
        Ok(comparison.is_same())
    }

    /// Who of `steps` left something, and why no undo has taken it away.
    fn left_by(&self, steps: &[StepIndex]) -> String {
        let one = |step: &StepIndex| {
            let id = self.id(*step);
            let mut undo = self.plan.undo_of(*step).peekable();
            if undo.peek().is_none() {
                return format!("step {id}, which declares no undo");
            }
            match undo.find_map(|undo| not_run(self.plan, undo)) {
                Some(why) => format!("step {id}, whose undo was not rehearsed: {}", why.words()),
                None => format!("step {id}"),
            }
        };
        steps.iter().map(one).collect::<Vec<_>>().join(" and ")
    }

    fn comparison(
        &self,
        undone: Vec<StepId>,
        half_way: Option<HalfWay>,
        found: &Found,
        counts: impl Fn(&String) -> bool,
    ) -> Comparison {
        let (databases, tables) = self.last.as_ref().map_or((0, 0), State::size);
        let all: Vec<Difference> = found
            .all()
            .filter(|(place, _)| counts(place))
            .map(|(place, differing)| Difference {
                place: place.clone(),
                what: differing.what.clone(),
                lines: differing.lines.clone(),
                left_by: self
                    .left
                    .get(place)
                    .map_or_else(Vec::new, |left| left.by.clone()),
            })
            .collect();
        let more = all.len().saturating_sub(DIFFERENCES_MAX) as u64;
        Comparison {
            undone,
            half_way,
            databases,
            tables,
            differences: all.into_iter().take(DIFFERENCES_MAX).collect(),
            more,
            notes: found
                .notes()
                .iter()
                .take(DIFFERENCES_MAX)
                .cloned()
                .collect(),
        }
    }

    /// Has a comparison recorded; as it is on record, without secrets.
    fn record(&mut self, comparison: Comparison) -> Result<Comparison, Over> {
        let _ = self.robot.take_fresh();
        let came = self
            .robot
            .record(&Command::Compared(Box::new(comparison.clone())));
        self.over(came)?;
        let recorded = self
            .robot
            .take_fresh()
            .into_iter()
            .find_map(|event| match event {
                stepmark_core::record::Event::StateCompared(recorded) => Some(*recorded),
                _ => None,
            });
        Ok(recorded.unwrap_or(comparison))
    }

    /// Finds in the WAL which tables the step that ran last has locked against everybody, since the state `before` it. Soon
    /// after, as servers do not keep their WAL for long.
    pub(super) fn locks(&mut self, before: &State) {
        let (Some(step), Some(last)) = (self.order.last(), &self.last) else {
            return;
        };
        let ends = before.positions().into_iter().zip(last.positions());
        for (at, (from, to)) in ends.enumerate().filter(|(_, (from, to))| from != to) {
            let records = self.clusters[at].cluster.wal_records("Standby", from, to);
            for lock in exclusive(&records.unwrap_or_default()) {
                if let Some(name) = before.relation(at, &lock.database, &lock.relation) {
                    self.findings.locked(*step, name);
                }
            }
        }
    }
}
