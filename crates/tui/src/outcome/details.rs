//! The finer points of what became of a step: what it bound, what it saw while it asked, what it made, and which
//! transaction it announced. Does not say how it ended: the lines above do.

use stepmark_core::StepIndex;
use stepmark_core::progress::{StepProgress, StepState};
use stepmark_core::record::{Outcome, Polls, Position, Positions};
use stepmark_core::report::duration;
use stepmark_core::runner::{Activity, WaitGlimpse};

use super::Said;
use crate::brief::{brief, whole};
use crate::screen::Screen;
use crate::text::width;
use crate::{value, waiting};

/// Answers of a `wait` step that are listed from its start; the record has more.
const LOOKS_FIRST: usize = 2;
/// Answers that are listed from its end.
const LOOKS_LAST: usize = 3;

/// Says what there is to say of `step` beside how it ended.
pub(super) fn say(screen: &Screen, step: StepIndex, known: &StepProgress, said: &mut Said) {
    if let Activity::Waiting(glimpse) = &screen.glimpse.activity
        && glimpse.step == step
        && known.state == StepState::Running
    {
        so_far(screen, glimpse, known, said);
    }
    if matches!(known.state, StepState::Succeeded | StepState::Held) {
        captured(screen, step, said);
    }
    if let Some(evidence) = screen.settled.get(&step) {
        let text = format!("  its outcome was unknown; {evidence}");
        said.say(text, screen.palette.plain());
    }
    if screen.plan().step(step).shell.interactive && known.outcome.is_some() {
        let text = "  it had the terminal; what was printed there is not kept";
        said.say(text, screen.palette.plain());
    }
    if let Some(polls) = &known.polls {
        looks(screen, polls, said);
    }
    match known.generated {
        None => {}
        Some(1) => said.say("  generated 1 statement", screen.palette.plain()),
        Some(count) => said.say(
            format!("  generated {count} statements"),
            screen.palette.plain(),
        ),
    }
    positions(screen, known, said);
    if let Some(id) = &known.transaction_id {
        transaction(screen, id, known, said);
    }
}

fn so_far(screen: &Screen, glimpse: &WaitGlimpse, known: &StepProgress, said: &mut Said) {
    let palette = screen.palette;
    let planned = screen.plan().step(glimpse.step);
    let glyph = screen.glyphs.state(&known.state);
    let every = planned.flow.wait.map(|wait| brief(wait.every));
    let every = every.map_or_else(String::new, |every| format!(", one every {every}"));
    let looks = waiting::looks(glimpse);
    said.say(
        format!("{glyph} waiting: {looks}{every}"),
        palette.state(&known.state),
    );
    if let Some(finding) = &glimpse.seen {
        said.say(format!("  {}", finding.seen), palette.plain());
    }
    if let Some(holds) = waiting::holds(screen, glimpse) {
        said.say(format!("  {holds}"), palette.good());
    }
    let elapsed = known.started_at.zip(screen.now);
    if let (Some((started, now)), Some(timeout)) = (elapsed, planned.timeout) {
        let (passed, most) = (whole(now.since(started)), brief(timeout));
        said.say(
            format!("  waited {passed} of at most {most}"),
            palette.plain(),
        );
    }
}

fn captured(screen: &Screen, step: StepIndex, said: &mut Said) {
    for name in &screen.plan().step(step).flow.captures {
        if let Some(binding) = screen.progress.binding(name) {
            let value = value::shown(binding, screen.glyphs);
            said.say(
                format!("  captured: {name} = {value}"),
                screen.palette.plain(),
            );
        }
    }
}

fn looks(screen: &Screen, polls: &Polls, said: &mut Said) {
    let palette = screen.palette;
    let times = match polls.count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    said.say(format!("  looked {times}"), palette.plain());
    let left_out = usize::try_from(polls.left_out).unwrap_or(usize::MAX);
    // A line that says one is left out takes the room of the one.
    let hidden = match polls.seen.len() > LOOKS_FIRST + LOOKS_LAST + 1 {
        true => LOOKS_FIRST..polls.seen.len() - LOOKS_LAST,
        false => 0..0,
    };
    let time = |at: usize| duration(std::time::Duration::from_micros(polls.seen[at].after_us));
    let widest = (0..polls.seen.len()).map(|at| width(&time(at))).max();
    let widest = widest.unwrap_or(0);
    for (at, poll) in polls.seen.iter().enumerate() {
        if at == hidden.start && !hidden.is_empty() {
            let more = hidden.len().saturating_add(left_out);
            let ellipsis = screen.glyphs.ellipsis();
            said.say(
                format!("    {ellipsis} {more} more changes between"),
                palette.dim(),
            );
        }
        if !hidden.contains(&at) {
            let seen = &poll.finding.seen;
            said.say(
                format!("    {:>widest$}  {seen}", time(at)),
                palette.plain(),
            );
        }
    }
}

/// The points for point-in-time recovery.
fn positions(screen: &Screen, known: &StepProgress, said: &mut Said) {
    let at = |position: &Position| {
        format!(
            "{}, next transaction {}",
            position.lsn, position.next_transaction_id
        )
    };
    let plain = screen.palette.plain();
    let Positions {
        before,
        after,
        transaction_id,
    } = &known.positions;
    for (what, position) in [("before", before), ("after", after)] {
        if let Some(position) = position {
            said.say(format!("  WAL {what}: {}", at(position)), plain);
        }
    }
    if let Some(id) = transaction_id {
        said.say(format!("  in transaction {id}, open after it"), plain);
    }
}

fn transaction(screen: &Screen, id: &str, known: &StepProgress, said: &mut Said) {
    let palette = screen.palette;
    match (&known.state, &known.outcome) {
        (StepState::Unknown, Some(Outcome::Unknown { .. }) | None) => {
            said.say(
                format!(
                    "  COMMIT of transaction {id} was announced; ask the server what became of it:"
                ),
                palette.plain(),
            );
            said.say(
                format!("  SELECT pg_xact_status('{id}');"),
                palette.accent(),
            );
        }
        _ => said.say(format!("  transaction {id}"), palette.plain()),
    }
}
