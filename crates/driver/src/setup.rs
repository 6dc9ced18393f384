//! What a run needs to be driven.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stepmark_core::ConnectionName;
use stepmark_core::plan::Plan;
use stepmark_core::record::RunHeader;
use stepmark_core::runner::Terms;
use stepmark_engines::postgres::{Settings, TargetLock};
use stepmark_journal::HeldRun;

use crate::{Clock, EnvironmentAnswer, GivenInput};

/// What a run needs to be driven.
pub struct Setup {
    /// The runbook.
    pub plan: Plan,
    /// Who, what and how: the first record.
    pub header: RunHeader,
    /// The directory that was made for the run, its lock held.
    pub held: HeldRun,
    /// The inputs, each with its value.
    pub inputs: Vec<GivenInput>,
    /// What was answered where the runbook names a production environment.
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
