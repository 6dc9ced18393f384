//! Where the steps are whose outcome nobody knows, and what the last look for evidence came to. What can be done about one the
//! core says.

use stepmark_core::progress::StepState;
use stepmark_core::record::Outcome;
use stepmark_core::{StepIndex, Timestamp};

use crate::screen::Screen;

/// The first step of the main flow that nobody knows the outcome of.
pub(crate) fn first(screen: &Screen) -> Option<StepIndex> {
    let wanted = |state: &StepState| *state == StepState::Unknown;
    screen.progress.first_main(screen.plan(), wanted)
}

/// What the last look for evidence of `step` came to, as a sentence: who looked at the same dialog again would else not know
/// that there was one.
pub(crate) fn last_look(screen: &Screen, step: StepIndex) -> Option<String> {
    let begun = screen.progress.step(step).started_at;
    let probe = screen.plan().probes_of(step).find_map(|probe| {
        let known = screen.progress.step(probe);
        let at = known.started_at.filter(|at| Some(*at) >= begun)?;
        let what = match known.outcome.as_ref()? {
            Outcome::Failed { failure } => format!("did not settle it: {}", failure.headline()),
            Outcome::Unknown { because } => format!("ended in doubt: {because}"),
            Outcome::Succeeded { .. } => return None,
        };
        let id = &screen.plan().step(probe).id;
        Some((at, format!("Probe {id} ran at {} and {what}", clock(at))))
    });
    let asked = screen.untold.get(&step).map(|(at, because)| {
        let when = at.map_or_else(String::new, |at| format!(" at {}", clock(at)));
        let text = format!("The server was asked{when} and could not tell: {because}");
        (at.unwrap_or(Timestamp::from_micros(0)), text)
    });
    let last = probe.into_iter().chain(asked).max_by_key(|(at, _)| *at);
    last.map(|(_, text)| format!("{}.", text.trim_end_matches('.')))
}

/// `22:14 UTC`.
fn clock(at: Timestamp) -> String {
    let clock = at.clock();
    format!("{} UTC", clock.get(..5).unwrap_or(&clock))
}
