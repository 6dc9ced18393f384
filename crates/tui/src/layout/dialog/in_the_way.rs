//! Everything that is known of those who are in the way of the running step.

use stepmark_core::runner::Blocker;

use super::says::Said;
use crate::blockers::{name, state, tree};
use crate::brief::whole;
use crate::screen::Screen;
use crate::sight::Sight;

/// The blockers as they are now, a paragraph each.
pub(super) fn says(screen: &Screen) -> Vec<Said> {
    let plain = screen.palette.plain();
    let Some(sight) = screen
        .sight
        .as_ref()
        .filter(|sight| !sight.watch.blockers.is_empty())
    else {
        return vec![(
            "Nobody is in the way any more.".to_owned(),
            screen.palette.good(),
        )];
    };
    let mut said = Vec::new();
    if let Some(waits) = sight.waits_for(screen.now) {
        said.push((
            format!("{} waits for {waits}.", sight.watch.connection),
            plain,
        ));
    }
    for (depth, blocker) in tree(&sight.watch.blockers) {
        said.push((String::new(), plain));
        one(screen, sight, (depth, blocker), &mut said);
    }
    said
}

fn one(screen: &Screen, sight: &Sight, (depth, blocker): (usize, &Blocker), said: &mut Vec<Said>) {
    let palette = screen.palette;
    let ago = sight.ago(screen.now);
    let indent = " ".repeat(2 * depth.min(8));
    let whom = match depth {
        0 => format!("blocks {}", sight.watch.connection),
        _ => format!("blocks pid {}", blocker.blocks),
    };
    said.push((
        format!("{indent}{}, which {whom}", name(blocker)),
        palette.strong(),
    ));
    let age = blocker.transaction_age.map(|age| whole(age + ago));
    let facts = [
        ("user", blocker.user.clone()),
        ("application", blocker.application.clone()),
        ("from", blocker.client.clone()),
        ("state", state(blocker, ago)),
        ("transaction", age.map(|age| format!("{age} old"))),
        (
            "query",
            blocker.query.as_ref().map(|query| query.trim().to_owned()),
        ),
    ];
    for (what, fact) in facts {
        if let Some(fact) = fact.filter(|fact| !fact.is_empty()) {
            said.push((format!("{indent}  {what}: {fact}"), palette.plain()));
        }
    }
}
