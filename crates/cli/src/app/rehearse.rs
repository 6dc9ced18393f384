//! A rehearsal: the runbook on throwaway clusters, up to the point of no return, all the way back, and then to the end.

mod alone;
mod barrier;
mod broken_off;
mod comparing;
mod director;
mod findings;
mod locks;
mod made_up;
mod opening;
mod part;
mod robot;
mod schema_from;
mod shown;
mod state;

use std::collections::BTreeMap;
use std::path::PathBuf;

use stepmark_core::ConnectionName;
use stepmark_core::RunId;
use stepmark_core::record::{Conclusion, RehearsalPart};

use self::barrier::Barrier;
use self::director::{Over, Reached};
use self::findings::Findings;
use self::part::Part;
use self::schema_from::{Schema, schemas};
use self::shown::Shown;
use super::scratch::{Fixture, complain};
use super::{Inputs, Runbook, Scratch};
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// What is asked of a rehearsal.
pub(crate) struct Wish {
    /// The Markdown file.
    pub(crate) file: PathBuf,
    /// Values of inputs, as `--set` takes them.
    pub(crate) set: Vec<String>,
    /// Whose schema is copied from a real database.
    pub(crate) schema_from: Vec<String>,
    /// Whether each step with an undo is also tried on its own.
    pub(crate) every_step: bool,
    /// Whether the clusters stay.
    pub(crate) keep: bool,
    /// Where the run directories go.
    pub(crate) log_dir: Option<PathBuf>,
    /// Whether stdout is for the result alone.
    pub(crate) json: bool,
}

/// What came of a rehearsal that was not stopped.
pub(crate) struct Rehearsed {
    /// What it comes to.
    pub(crate) conclusion: Conclusion,
    /// Its runs, in order.
    pub(crate) runs: Vec<RunId>,
    /// The clusters that go on.
    pub(crate) kept: Vec<KeptCluster>,
}

/// A cluster that goes on.
pub(crate) struct KeptCluster {
    /// How to end it.
    pub(crate) end: String,
    /// Where the connections that lead there do.
    pub(crate) urls: Vec<(ConnectionName, String)>,
}

/// A rehearsal and all that its parts share.
struct Rehearsal<'a> {
    wish: &'a Wish,
    runbook: &'a Runbook,
    inputs: &'a Inputs,
    schemas: &'a BTreeMap<ConnectionName, Schema>,
    barrier: &'a Barrier,
    signals: &'a Signals,
}

/// Rehearses; none when it was stopped.
pub(crate) fn rehearse(wish: &Wish) -> Result<Option<Rehearsed>, Complaint> {
    let signals = Signals::hear()?;
    let runbook = Runbook::load(&wish.file)?;
    let inputs = made_up::gathered(&runbook, &wish.set)?;
    let schemas = schemas(&runbook, &wish.schema_from)?;
    let barrier = Barrier::of(&runbook.plan);
    // From here on there is something that must not be left behind.
    signals.hold();
    let rehearsal = Rehearsal {
        wish,
        runbook: &runbook,
        inputs: &inputs,
        schemas: &schemas,
        barrier: &barrier,
        signals: &signals,
    };
    rehearsal.carry_out()
}

impl Rehearsal<'_> {
    fn carry_out(&self) -> Result<Option<Rehearsed>, Complaint> {
        let ids = self.runbook.plan.steps.iter().map(|step| &step.id);
        let mut shown = Shown::new(self.wish.json, ids);
        let mut findings = Findings::default();
        let mut scratch = self.start()?;
        shown.say(&opening::opening(self, &scratch));
        shown.heading(&self.first_heading());
        let mut runs = Vec::new();
        let mut first = Part::begin(self, &scratch, RehearsalPart::UpToNoReturn, None)?;
        let reached = first.there_and_back(&mut findings, &mut shown)?;
        runs.push(first.run());
        let Ok(reached) = reached else {
            return Ok(None);
        };
        if matches!(reached, Reached::End) {
            shown.note("the clusters are made anew, so that the rest can be seen all the same");
            drop(scratch);
            scratch = self.start()?;
        }
        if matches!(reached, Reached::End | Reached::Beginning) {
            shown.heading(match self.wish.every_step {
                true => "to the end, each step with an undo also on its own",
                false => "to the end",
            });
            let after = runs.first().cloned();
            let mut last = Part::begin(self, &scratch, RehearsalPart::ToTheEnd, after)?;
            let came = last.all_the_way(&mut findings, &mut shown)?;
            runs.push(last.run());
            if came == Err(Over) {
                return Ok(None);
            }
        }
        let kept = match self.wish.keep {
            true => keep(scratch)?,
            false => {
                drop(scratch);
                Vec::new()
            }
        };
        Ok(Some(Rehearsed {
            conclusion: findings.conclusion(&self.runbook.plan, self.barrier),
            runs,
            kept,
        }))
    }

    fn first_heading(&self) -> String {
        match self.barrier.first() {
            Some(step) => format!(
                "up to the point of no return, {}",
                self.runbook.plan.step(step).id
            ),
            None => "to the end, since no step is a point of no return".to_owned(),
        }
    }

    /// Starts the clusters; a signal that came meanwhile ends them again.
    fn start(&self) -> Result<Scratch, Complaint> {
        let go_on = || match self.signals.is_held_back() {
            true => Err(Complaint::new(
                Exit::Stopped,
                "stopped while the clusters were being started; they are gone",
            )),
            false => Ok(()),
        };
        let fixtures: BTreeMap<ConnectionName, Fixture> = self
            .schemas
            .iter()
            .map(|(name, schema)| (name.clone(), schema.fixture.clone()))
            .collect();
        Scratch::start_with_schemas(self.runbook, &fixtures, self.inputs, &go_on)
    }
}

/// Leaves the clusters to whoever wants to look inside.
fn keep(scratch: Scratch) -> Result<Vec<KeptCluster>, Complaint> {
    let keep_one = |started: super::scratch::Started| {
        let url = |(name, database): &(ConnectionName, String)| {
            (name.clone(), started.cluster.url(database))
        };
        let urls = started.databases.iter().map(url).collect();
        let kept = started.cluster.keep().map_err(|error| complain(&error))?;
        let end = kept.end;
        Ok(KeptCluster { end, urls })
    };
    scratch.into_started().into_iter().map(keep_one).collect()
}
