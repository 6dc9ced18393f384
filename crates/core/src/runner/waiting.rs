//! A `wait` step: one intent, look after look until its condition holds and goes on holding.

use std::time::Duration;

use super::{
    Decision, Effect, Flow, ShellEnded, SqlEnded, SqlStop, WaitGlimpse, Waiting, WorkEnded,
};
use crate::plan::{Finding, Plan};
use crate::record::Poll;
use crate::{Attempt, StepIndex};

/// One look is over: the step looks again, or is concluded.
pub(super) fn looked(
    plan: &Plan,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    ended: WorkEnded,
    elapsed_us: u64,
) -> Decision {
    let cancelled = flow.cancelling.is_some_and(|known| known.step == step);
    let (Some(waiting), Some(wait)) = (&mut flow.waiting, plan.step(step).flow.wait) else {
        return Decision::none();
    };
    waiting.elapsed_us = elapsed_us;
    let found = finding(&ended);
    waiting.last = Some(ended);
    let conclude = Decision::effect(Effect::Conclude { step, attempt });
    let Some(finding) = found.filter(|_| !cancelled) else {
        return conclude;
    };
    let met = finding.met;
    waiting.polls.add(Poll {
        after_us: elapsed_us,
        finding,
    });
    let steady_us = micros(wait.steady);
    let after = match met {
        false => {
            waiting.held_since_us = None;
            wait.every
        }
        true => {
            let since = *waiting.held_since_us.get_or_insert(elapsed_us);
            let held_us = elapsed_us - since;
            if held_us >= steady_us {
                return conclude;
            }
            wait.every.min(Duration::from_micros(steady_us - held_us))
        }
    };
    Decision::effect(Effect::Poll {
        step,
        attempt,
        after,
    })
}

/// The session of a step that waits between two looks is gone: the wait ends with it.
pub(super) fn lost(
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    message: String,
) -> Decision {
    if let Some(waiting) = &mut flow.waiting {
        waiting.last = Some(WorkEnded::Sql(SqlEnded {
            stop: Some(SqlStop::Lost {
                message,
                in_doubt: false,
            }),
            ..SqlEnded::default()
        }));
    }
    Decision::effect(Effect::Conclude { step, attempt })
}

/// What one look found; none for one that ends the wait: an error, a process that was killed or never began.
fn finding(ended: &WorkEnded) -> Option<Finding> {
    match ended {
        WorkEnded::Sql(sql) if sql.stop.is_none() => sql.finding.clone(),
        WorkEnded::Shell(ShellEnded {
            exit: Some(0),
            finding,
            ..
        }) => Some(finding.clone().unwrap_or_else(|| exit_code(0))),
        WorkEnded::Shell(ShellEnded {
            exit: Some(code), ..
        }) => Some(exit_code(*code)),
        WorkEnded::Sql(_) | WorkEnded::Shell(_) | WorkEnded::Unstartable { .. } => None,
    }
}

impl Waiting {
    /// How far it is, for readers.
    pub(super) fn glimpse(&self) -> WaitGlimpse {
        WaitGlimpse {
            step: self.step,
            looks: self.polls.count,
            seen: self.polls.last().cloned(),
            held: self
                .held_since_us
                .map(|since| Duration::from_micros(self.elapsed_us - since)),
        }
    }
}

fn exit_code(code: i32) -> Finding {
    Finding {
        met: code == 0,
        seen: format!("exit code {code}"),
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
