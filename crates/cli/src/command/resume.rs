//! `stepmark resume` and `stepmark rollback`.

use stepmark_core::StepId;

use crate::app::{Purpose, take_up};
use crate::arguments::{RollbackArguments, TakeUpArguments};
use crate::{Complaint, Exit};

/// Takes up an unfinished run.
pub(crate) fn resume(arguments: &TakeUpArguments) -> Result<Exit, Complaint> {
    take_up(arguments, &Purpose::GoOn)
}

/// Undoes what a run did.
pub(crate) fn rollback(arguments: &RollbackArguments) -> Result<Exit, Complaint> {
    let to = arguments.to.as_deref().map(StepId::new);
    take_up(&arguments.take_up, &Purpose::RollBack(to))
}
