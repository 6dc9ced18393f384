//! What a run needs to be driven.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stepmark_core::ConnectionName;
use stepmark_core::plan::Plan;
use stepmark_core::record::{Event, Record, RunHeader};
use stepmark_core::runner::{Command, Terms};
use stepmark_engines::postgres::{Settings, TargetLock};
use stepmark_journal::HeldRun;

use crate::{Clock, EnvironmentAnswer, GivenInput};

/// What a run needs to be driven.
pub struct Setup {
    /// The runbook.
    pub plan: Plan,
    /// Who, what and how: the first record.
    pub header: RunHeader,
    /// The directory of the run, its lock held.
    pub held: HeldRun,
    /// What was recorded before, if the run is taken up again.
    pub past: Option<Past>,
    /// What is done first; nothing runs on by itself then.
    pub first: Option<Command>,
    /// The inputs, each with its value.
    pub inputs: Vec<GivenInput>,
    /// What was answered where the runbook names its environment.
    pub environment: Option<EnvironmentAnswer>,
    /// What was agreed by flags.
    pub terms: Terms,
    /// Where each connection leads.
    pub connections: BTreeMap<ConnectionName, Settings>,
    /// The folder in which the first shell step starts: the runbook's.
    pub folder: PathBuf,
    /// The `psql` program for `psql` fences.
    pub psql: PathBuf,
    /// Variables that every shell step gets beside its connection's.
    pub variables: Vec<(String, String)>,
    /// Whether the databases are locked against other runners.
    pub target_lock: TargetLock,
    /// Tells the time.
    pub clock: Clock,
}

/// What was recorded of a run that is taken up again, and what was found before that.
pub struct Past {
    /// Every record, in order.
    pub records: Vec<Record>,
    /// What was found and settled since: left-over processes, another text of the runbook.
    pub found: Vec<Event>,
}
