//! The bottom: what a person was last told, or what is under way, and the keys that work now.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use stepmark_core::StepIndex;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::StepState;
use stepmark_core::report::sentence;
use stepmark_core::runner::{Activity, Refusal, may_start};
use tui_input::Input;

use super::put;
use crate::action::Action;
use crate::layout::Layout;
use crate::screen::{Screen, Tone};
use crate::search::{Found, Place, Search};
use crate::text::{clean, fit, fit_path, span, width, window};
use crate::undoing::{self, Undoing};
use crate::unknown::last_look;
use crate::{blockers, gauge, up_next, waiting};

/// Draws notice and keys, and says where the cursor stands if what is searched for is being typed.
pub(super) fn paint(screen: &Screen, layout: &Layout, buffer: &mut Buffer) -> Option<Position> {
    let area = layout.geometry.notice;
    let typing = screen
        .search
        .as_ref()
        .and_then(|search| Some((search, search.typing.as_ref()?)));
    let cursor = match typing {
        Some((search, input)) => sought(screen, search, input, area, buffer),
        None => {
            notice(screen, area, buffer);
            None
        }
    };
    let keys = layout.geometry.keys;
    for button in &layout.buttons {
        if !keys.intersects(button.area) {
            continue;
        }
        let (key, what) = button.label.split_once(' ').unwrap_or((&button.label, ""));
        let line = Line::from(vec![
            Span::styled(key, screen.palette.accent().patch(screen.palette.strong())),
            Span::styled(format!(" {what}"), screen.palette.plain()),
        ]);
        put(buffer, button.area, &line);
    }
    cursor
}

/// The line in which it is typed what to search for; before anything is typed it says what was sought last.
fn sought(
    screen: &Screen,
    search: &Search,
    input: &Input,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let place = match search.place {
        Place::Page => "search the runbook",
        Place::Output => "search the output",
    };
    let head = format!(" {place} / ");
    let columns = usize::from(area.width)
        .saturating_sub(width(&head) + 1)
        .max(1);
    let skipped = input.visual_scroll(columns);
    let typed = window(&clean(input.value()), skipped, columns);
    let again = match (input.value().is_empty(), search.text.is_empty()) {
        (true, false) => format!("(Enter for \u{201c}{}\u{201d} again)", search.text),
        (_, _) => String::new(),
    };
    let line = Line::from(vec![
        Span::styled(head.clone(), screen.palette.accent()),
        span(&typed, screen.palette.strong()),
        span(&again, screen.palette.dim()),
    ]);
    put(buffer, area, &line);
    let column = width(&head) + input.visual_cursor().saturating_sub(skipped);
    let x = area
        .x
        .saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
    let place = Position::new(x.min(area.right().saturating_sub(1)), area.y);
    (!area.is_empty()).then_some(place)
}

/// What a search that stands has come to.
fn found(screen: &Screen) -> Option<(String, Style)> {
    let search = screen.search.as_ref()?;
    let palette = screen.palette;
    let text = &search.text;
    if let Some(seek) = &search.seek {
        let percent = seek.percent();
        return Some((format!("/{text}: looking, {percent} %"), palette.accent()));
    }
    let place = match search.found {
        Some(Found::Line(line)) => format!("line {}", line + 1),
        Some(Found::Page(place)) => {
            let block = screen.plan().document.blocks.get(place.block);
            match block.and_then(|block| block.step) {
                Some(step) => format!("in {}", screen.plan().step(step).id),
                None => "found".to_owned(),
            }
        }
        None => String::new(),
    };
    let parts = [place.as_str(), search.said];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let style = if search.found.is_some() {
        palette.plain()
    } else {
        palette.warn()
    };
    Some((format!("/{text}: {}", parts.join(", ")), style))
}

/// The record that a run is read again up to.
fn replayed(screen: &Screen) -> Option<(String, Style)> {
    let replay = screen.replay.as_ref()?;
    let record = replay.record()?;
    let text = format!(
        "record {} of {}, {}: {}",
        replay.at,
        replay.records.len(),
        record.at.readable(),
        sentence(&record.event)
    );
    Some((clean(&text).into_owned(), screen.palette.accent()))
}

fn notice(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let palette = screen.palette;
    let (text, style) = match &screen.notice {
        Some((Tone::Note, text)) => (text.clone(), palette.good()),
        Some((Tone::Warning, text)) => (text.clone(), palette.warn()),
        Some((Tone::Alarm, text)) => (text.clone(), palette.alarm()),
        None => found(screen)
            .or_else(|| replayed(screen))
            .unwrap_or_else(|| standing(screen)),
    };
    let columns = usize::from(area.width).saturating_sub(2);
    let ellipsis = screen.glyphs.ellipsis();
    let text = match &screen.notice {
        Some((Tone::Note, text)) => fit_path(text, columns, ellipsis),
        Some(_) | None => fit(&text, columns, ellipsis),
    };
    put(buffer, area, &Line::styled(format!(" {text}"), style));
}

/// What the running step is seen to wait for, or how far it is.
fn watched(screen: &Screen) -> Option<(String, Style)> {
    let sight = screen.sight.as_ref()?;
    let id = &screen.plan().step(screen.progress.running()?).id;
    let blockers = &sight.watch.blockers;
    if let Some(first) = blockers.first() {
        let who = blockers::name(first);
        let more = match blockers.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let since = sight.waits_since(screen.now).unwrap_or_default();
        let waits = sight.watch.waits_for.as_ref();
        let lock = waits.and_then(|waits| waits.lock.as_ref());
        let lock = lock.map_or_else(String::new, |lock| format!(": {lock}"));
        let key = screen.keys.named(Action::Blockers);
        let text = format!("{id} is blocked{since} by {who}{more} ({key} shows all){lock}");
        return Some((text, screen.palette.warn()));
    }
    let (progress, left) = sight.progress(screen.now)?;
    let percent = progress.permille();
    let percent = percent.map(|permille| format!("{} %", permille / 10));
    let left = left.map(|left| format!("{} left", gauge::guessed(left)));
    let mut parts: Vec<String> = percent.into_iter().chain(left).collect();
    parts.push(gauge::what(progress));
    let text = format!("{id}: {}", parts.join(", "));
    Some((text, screen.palette.accent()))
}

/// What is up in the background where nothing is left to run.
fn still_up(screen: &Screen) -> Option<String> {
    let mut up = screen.up();
    let first = up.next().filter(|_| screen.progress.next().is_none())?;
    let id = &screen.plan().step(first).id;
    let end = screen.keys.named(Action::EndBackground);
    Some(match up.count() {
        0 => format!("{id} is still up: {end} ends it, and so does leaving"),
        more => format!("{id} and {more} more are still up: {end} ends one, leaving ends all"),
    })
}

/// What a rollback waits for.
fn undo_waits(screen: &Screen, undoing: Undoing) -> (String, Style) {
    let planned = screen.plan().step(undoing.step);
    let id = &planned.id;
    if undoing.stopped && is_in_failed_transaction(screen, undoing.step) {
        let text = format!(
            "{id} did not undo, and its transaction {}",
            rolled_back_first(screen)
        );
        return (text, screen.palette.bad());
    }
    let key = |action| screen.keys.named(action);
    match (undoing.stopped, planned.kind) {
        (true, _) => (
            format!(
                "{id} did not undo: {} tries again, {} skips it with a reason",
                key(Action::Retry),
                key(Action::Skip)
            ),
            screen.palette.bad(),
        ),
        (false, StepKind::Manual) => (
            format!("{id} is for a person: do it, then tick it (Enter)"),
            screen.palette.warn(),
        ),
        (false, StepKind::Sql | StepKind::Shell(_)) => (
            format!(
                "next to undo: {id} (Enter, or {} for all that is left)",
                key(Action::Undo)
            ),
            screen.palette.warn(),
        ),
    }
}

/// What becomes of a failed transaction, and by which key.
fn rolled_back_first(screen: &Screen) -> String {
    let key = screen.keys.named(Action::Abandon);
    format!("can only be rolled back: {key} does that")
}

/// Whether `step` would start inside a transaction that takes nothing any more.
fn is_in_failed_transaction(screen: &Screen, step: StepIndex) -> bool {
    let may = may_start(screen.plan(), &screen.progress, step);
    matches!(may, Err(Refusal::TransactionFailed { .. }))
}

/// The first step that failed, or whose outcome nobody knows, and what can be done about it.
fn in_the_way(screen: &Screen) -> Option<String> {
    let plan = screen.plan();
    let failed = |state: &StepState| matches!(state, StepState::Failed | StepState::Unknown);
    let step = screen.progress.first_main(plan, failed)?;
    let id = &plan.step(step).id;
    let required = plan.step(step).required;
    let retry = screen.keys.named(Action::Retry);
    Some(match (&screen.progress.step(step).state, required) {
        (StepState::Unknown, _) => match last_look(screen, step) {
            Some(look) => format!("{id}: Enter settles it, nobody knows it yet. {look}"),
            None => format!("{id}: nobody knows whether it took effect; Enter settles that"),
        },
        _ if is_in_failed_transaction(screen, step) => {
            format!(
                "{id} failed, and its transaction {}",
                rolled_back_first(screen)
            )
        }
        _ if screen.progress.step(step).again => {
            let run_on = screen.keys.named(Action::RunOn);
            format!("{id} failed before: {retry} tries it again, and so does running on ({run_on})")
        }
        (_, true) => format!("{id} failed: {retry} tries it again"),
        (_, false) => {
            let skip = screen.keys.named(Action::Skip);
            format!("{id} failed: {retry} tries it again, {skip} skips it with a reason")
        }
    })
}

fn standing(screen: &Screen) -> (String, Style) {
    let palette = screen.palette;
    let plan = screen.plan();
    let ellipsis = screen.glyphs.ellipsis();
    let cancel = screen.keys.named(Action::Cancel);
    match &screen.glimpse.activity {
        Activity::Connecting(name) => {
            return (format!("connecting to {name}{ellipsis}"), palette.accent());
        }
        Activity::Cancelling(step, force) => {
            let id = &plan.step(*step).id;
            let text = match force {
                1 => format!("cancelling {id}{ellipsis} {cancel} again insists"),
                2 => format!("cancelling {id}, insisting{ellipsis} {cancel} again kills"),
                _ => format!("killing {id}{ellipsis}"),
            };
            return (text, palette.warn());
        }
        Activity::Closing => return (format!("putting the run down{ellipsis}"), palette.accent()),
        Activity::Waiting(glimpse) => {
            return (waiting::sentence(screen, glimpse), palette.accent());
        }
        Activity::Retrying { step, tries, count } => {
            let id = &plan.step(*step).id;
            let text = format!("{id} failed; try {tries} of {count} follows ({cancel} stops that)");
            return (text, palette.warn());
        }
        Activity::Resolving(step) => {
            let id = &plan.step(*step).id;
            let text = format!("asking the server what became of {id}{ellipsis}");
            return (text, palette.warn());
        }
        Activity::Running(_) | Activity::Idle => {}
    }
    if let Some(seen) = watched(screen) {
        return seen;
    }
    if let Some(step) = screen.progress.running() {
        let took = screen.elapsed(step).unwrap_or_default();
        let text = format!("running {} for {took}", plan.step(step).id);
        return (text, palette.accent());
    }
    if let Some(text) = undoing::closing(screen) {
        return (text, palette.good());
    }
    if let Some(stopped) = undoing::under_way(screen) {
        return undo_waits(screen, stopped);
    }
    if screen.progress.is_complete(plan) && !plan.steps.is_empty() {
        let leave = screen.keys.named(Action::Leave);
        let text = format!("every step is done; {leave} leaves and finishes the run");
        return (text, palette.good());
    }
    if let Some(text) = in_the_way(screen) {
        return (text, palette.bad());
    }
    if let Some(up) = still_up(screen) {
        return (up, palette.accent());
    }
    let lost = screen
        .selected
        .filter(|step| screen.is_in_lost_session(*step));
    if let Some(step) = lost {
        let id = &plan.step(step).id;
        let text = format!("{id} waits: what steps had left in its session is lost (Enter)");
        return (text, palette.warn());
    }
    let next = up_next::elsewhere(screen).map(|step| format!("next: {}", plan.step(step).id));
    (next.unwrap_or_default(), palette.dim())
}
