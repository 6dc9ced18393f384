//! How far a `wait` step is, in words. Knows what the last glimpse said, and no more.

use stepmark_core::runner::WaitGlimpse;

use crate::brief::{brief, whole};
use crate::screen::Screen;

/// How often it has looked.
pub(crate) fn looks(glimpse: &WaitGlimpse) -> String {
    match glimpse.looks {
        0 => "the first look is under way".to_owned(),
        1 => "1 look".to_owned(),
        looks => format!("{looks} looks"),
    }
}

/// For how long its condition holds already, of how long; none while it does not, or need not.
pub(crate) fn holds(screen: &Screen, glimpse: &WaitGlimpse) -> Option<String> {
    let steady = screen.plan().step(glimpse.step).flow.wait?.steady;
    let held = glimpse.held.filter(|_| !steady.is_zero())?;
    Some(format!("holds for {} of {}", whole(held), brief(steady)))
}

/// The status line's words for it; what could be cut off comes last.
pub(crate) fn sentence(screen: &Screen, glimpse: &WaitGlimpse) -> String {
    let id = &screen.plan().step(glimpse.step).id;
    let mut parts = vec![looks(glimpse)];
    parts.extend(holds(screen, glimpse));
    parts.extend(glimpse.seen.as_ref().map(|finding| finding.seen.clone()));
    format!("waiting for {id}: {}", parts.join(", "))
}
