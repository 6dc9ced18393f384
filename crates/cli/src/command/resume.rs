//! `stepmark resume` and `stepmark rollback`.

use stepmark_core::StepId;

use crate::app::{Purpose, take_up};
use crate::arguments::{ResumeArguments, RollbackArguments};
use crate::{Complaint, Exit};

/// Takes up an unfinished run.
pub(crate) fn resume(arguments: &ResumeArguments) -> Result<Exit, Complaint> {
    let resolve = arguments.resolve.clone();
    take_up(&arguments.take_up, &Purpose::GoOn(resolve))
}

/// Undoes what a run did.
pub(crate) fn rollback(arguments: &RollbackArguments) -> Result<Exit, Complaint> {
    let to = arguments.to.as_deref().map(StepId::new);
    take_up(&arguments.take_up, &Purpose::RollBack(to))
}
