//! What `--resolve` says that unknown steps did. Records nothing: the run does, once the old session is proven gone.

use std::collections::BTreeMap;

use stepmark_core::plan::Plan;
use stepmark_core::progress::{Progress, StepState};
use stepmark_core::record::Resolution;
use stepmark_core::{StepId, StepIndex};

use crate::{Complaint, Exit};

/// How it is written.
const HINT: &str = "write --resolve STEP=done:REASON, or --resolve STEP=not-done:REASON";

/// What each of `given` says of a step whose outcome is unknown in `progress`.
pub(super) fn resolutions(
    given: &[String],
    plan: &Plan,
    progress: &Progress,
) -> Result<BTreeMap<StepIndex, (Resolution, String)>, Complaint> {
    let mut found = BTreeMap::new();
    for text in given {
        let (id, resolution, reason) = understood(text)?;
        let step = unknown_step(id, plan, progress)?;
        if found
            .insert(step, (resolution, reason.to_owned()))
            .is_some()
        {
            let message = format!("--resolve {id} is given twice");
            return Err(Complaint::new(Exit::Usage, message).hint("say once what it did"));
        }
    }
    if !found.is_empty() && progress.next_undo().is_some() {
        return Err(Complaint::new(
            Exit::Usage,
            "this run is being rolled back, and --resolve settles steps of a run that goes on",
        )
        .hint("leave --resolve out: the rollback goes on, and undoes unknown steps too"));
    }
    Ok(found)
}

/// Step, what it did, and how that is known.
fn understood(text: &str) -> Result<(&str, Resolution, &str), Complaint> {
    let wrong = |what: &str| {
        Err(Complaint::new(Exit::Usage, format!("--resolve {text}: {what}")).hint(HINT))
    };
    let Some((id, rest)) = text.split_once('=') else {
        return wrong("it has no `=`");
    };
    let (word, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let resolution = match word {
        "done" => Resolution::Done,
        "not-done" => Resolution::NotDone,
        _ => return wrong("a step was `done` or `not-done`"),
    };
    match reason.trim() {
        "" => wrong("the reason is missing; it is recorded"),
        reason => Ok((id, resolution, reason)),
    }
}

fn unknown_step(id: &str, plan: &Plan, progress: &Progress) -> Result<StepIndex, Complaint> {
    let unknown = || {
        let steps = plan.indexed();
        let unknown = steps.filter(|(index, _)| progress.step(*index).state == StepState::Unknown);
        let ids: Vec<&str> = unknown.map(|(_, step)| step.id.as_str()).collect();
        match ids.is_empty() {
            true => "no step of this run is unknown; leave --resolve out".to_owned(),
            false => format!("unknown in this run: {}", ids.join(", ")),
        }
    };
    let Some(step) = plan.index_of(&StepId::new(id)) else {
        let message = format!("--resolve {id}: there is no step called {id}");
        return Err(Complaint::new(Exit::Usage, message).hint(unknown()));
    };
    match &progress.step(step).state {
        StepState::Unknown => Ok(step),
        state => {
            let message = format!(
                "--resolve {id}: step {id} is {}, and not unknown",
                state.word()
            );
            Err(Complaint::new(Exit::Usage, message).hint(unknown()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_is_said() {
        let plan = stepmark_parse::parse(b"```bash {name=a}\ntrue\n```\n", "book").plan;
        let progress = Progress::new(&plan);
        let said = |text: &str| {
            resolutions(&[text.to_owned()], &plan, &progress)
                .unwrap_err()
                .message
        };
        assert_eq!(said("a"), "--resolve a: it has no `=`");
        assert_eq!(
            said("a=yes:x"),
            "--resolve a=yes:x: a step was `done` or `not-done`"
        );
        assert_eq!(
            said("a=done: "),
            "--resolve a=done: : the reason is missing; it is recorded"
        );
        assert_eq!(said("b=done:x"), "--resolve b: there is no step called b");
        assert_eq!(
            said("a=done:x"),
            "--resolve a: step a is pending, and not unknown"
        );
        assert_eq!(understood("a=not-done:b: c=d").unwrap().2, "b: c=d");
    }
}
