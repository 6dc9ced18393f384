//! From flags to the terms of a run.

use std::collections::BTreeMap;

use stepmark_core::StepId;
use stepmark_core::plan::Plan;
use stepmark_core::record::Mode;
use stepmark_core::runner::{OnFailure, Terms};

use crate::arguments::{OnFailureArgument, TermArguments};
use crate::{Complaint, Exit};

/// The terms that `arguments` ask for; step names are checked against `plan`.
pub(crate) fn terms(
    plan: &Plan,
    arguments: &TermArguments,
    mode: Mode,
) -> Result<Terms, Complaint> {
    let index = |id: &str| {
        plan.index_of(&StepId::new(id)).ok_or_else(|| {
            Complaint::new(Exit::Usage, format!("there is no step called {id}"))
                .details(plan.steps.iter().take(40).map(|step| step.id.to_string()))
        })
    };
    let mut typed = BTreeMap::new();
    for given in &arguments.confirm {
        let Some((step, text)) = given.split_once('=') else {
            return Err(
                Complaint::new(Exit::Usage, format!("--confirm {given} has no `=`"))
                    .hint("write --confirm STEP=TEXT"),
            );
        };
        let found = index(step)?;
        if plan.step(found).confirm.is_none() {
            let message = format!("--confirm {given}: step {step} asks nothing");
            return Err(Complaint::new(Exit::Usage, message)
                .hint("nothing was executed; leave the flag out, or give the step `confirm`"));
        }
        typed.insert(StepId::new(step), text.to_owned());
    }
    let until = arguments.until.as_deref().map(index).transpose()?;
    Ok(Terms {
        yes: arguments.yes,
        typed,
        until,
        on_failure: match arguments.on_failure {
            OnFailureArgument::Stop => OnFailure::Stop,
            OnFailureArgument::Rollback => OnFailure::RollBack,
        },
        ..Terms::new(mode)
    })
}
