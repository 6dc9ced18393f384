//! What the observer sees of a SQL step at work: what it waits for, who is in its way, how far the server says it is.

use stepmark_core::runner::Blocker;

use super::Said;
use crate::action::Action;
use crate::layout::Geometry;
use crate::screen::Screen;
use crate::sight::Sight;
use crate::text::fit;
use crate::{blockers, gauge};

/// Blockers that are listed; the dialog has all of them.
const BLOCKERS_LISTED: usize = 3;

/// With fewer rows for the output each blocker gets one, and its query none.
const ROOMY_ROWS: u16 = 12;

/// Says what is seen, in lines of `columns` where that matters.
pub(super) fn say(screen: &Screen, sight: &Sight, columns: usize, said: &mut Said) {
    let palette = screen.palette;
    if let Some(waits) = sight.waits_for(screen.now) {
        let style = match sight.watch.blockers.is_empty() {
            true => palette.plain(),
            false => palette.warn(),
        };
        said.say(format!("  waits for {waits}"), style);
    }
    let rows = blockers::tree(&sight.watch.blockers);
    for (depth, blocker) in rows.iter().take(BLOCKERS_LISTED) {
        blocked_by(screen, sight, (*depth, blocker), columns, said);
    }
    match rows.len().saturating_sub(BLOCKERS_LISTED) {
        0 => {}
        more => said.say(
            format!(
                "  and {more} more in the way: {} shows all",
                screen.keys.named(Action::Blockers)
            ),
            palette.warn(),
        ),
    }
    let Some((progress, left)) = sight.progress(screen.now) else {
        return;
    };
    said.say(format!("  {}", gauge::what(progress)), palette.plain());
    if let Some(bar) = gauge::bar(progress, columns.saturating_sub(2), screen.glyphs) {
        said.say(format!("  {bar}"), palette.accent());
    }
    let left = left.map_or_else(String::new, |left| {
        format!(", {} left", gauge::guessed(left))
    });
    said.say(
        format!("  {}{left}", gauge::counted(progress)),
        palette.plain(),
    );
}

/// One who is in the way, and the beginning of what it runs or ran last, a row each.
fn blocked_by(
    screen: &Screen,
    sight: &Sight,
    (depth, blocker): (usize, &Blocker),
    columns: usize,
    said: &mut Said,
) {
    let indent = " ".repeat(4 + 2 * depth);
    let sign = match depth {
        0 => "blocked by ",
        _ => screen.glyphs.pick("└ ", "` "),
    };
    let line = blockers::line(blocker, sight.ago(screen.now));
    let line = format!("{indent}{sign}{line}");
    if Geometry::of(screen).output.height < ROOMY_ROWS {
        let line = fit(&line, columns.saturating_sub(2), screen.glyphs.ellipsis());
        said.say(line, screen.palette.warn());
        return;
    }
    said.say(line, screen.palette.warn());
    if let Some(query) = &blocker.query {
        let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = fit(
            &line,
            columns.saturating_sub(indent.len() + 2),
            screen.glyphs.ellipsis(),
        );
        said.say(format!("{indent}  {text}"), screen.palette.dim());
    }
}
