//! What follows: [`decide`] turns an [`Input`] into a [`Decision`]. Does not do anything: the driver does.

mod background;
mod command;
mod decide;
mod decision;
mod effect;
mod flow;
mod glimpse;
mod input;
mod lasting;
mod leaving;
mod outcome;
mod password_problem;
mod permitted;
mod recovery;
mod refusal;
mod rehearsing;
mod report;
mod reporting;
mod resolving;
mod retrying;
mod rollback;
mod session_state;
mod starting;
#[cfg(test)]
mod tests;
mod ticking;
mod unknown;
mod values;
mod waiting;
mod watch;
mod ways;

pub use command::Command;
pub use decide::decide;
pub use decision::Decision;
pub use effect::Effect;
pub use flow::{
    Advance, Cancelling, Cut, Flow, OnFailure, Resolving, Retrying, SettledBy, Settling, Terms,
    Waiting,
};
pub use glimpse::{Activity, Glimpse, Notice, WaitGlimpse};
pub use input::Input;
pub use leaving::{Leaving, verdict};
pub use password_problem::PasswordProblem;
pub use permitted::{Permitted, may_skip, may_start, permitted};
pub use recovery::after_death;
pub use refusal::Refusal;
pub use rehearsing::why_not;
pub use report::{OpenFailure, Report, Setting, ShellEnded, SqlEnded, SqlStop, WorkEnded};
pub use rollback::{RollbackPlan, Rolling, may_roll_back, rollback_plan};
pub use watch::{BLOCKERS_MAX, Blocker, ProgressUnit, ServerProgress, WaitsFor, Watch};
pub use ways::{Ways, Witness, witness};
