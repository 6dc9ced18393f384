//! What steps had left in a session that is gone: run again, or gone on without.

use stepmark_core::runner::Refusal;

use super::{act, view};
use crate::dialog::{Dialog, Question};
use crate::screen::Screen;
use crate::wish::Wish;

/// Says why something was not done; what a lost session lacks is asked about.
pub(super) fn refused(screen: &mut Screen, refusal: Refusal) {
    match refusal {
        Refusal::SessionStateMissing { connection, steps } if screen.dialog.is_none() => {
            screen.unshown = true;
            act::ask(screen, Question::StateMissing { connection, steps });
        }
        refusal => act::refused(screen, &refusal),
    }
}

/// Selects the first of the steps that the dialog names.
pub(super) fn run_again(screen: &mut Screen) -> Vec<Wish> {
    let Some(Dialog {
        question: Question::StateMissing { steps, .. },
        ..
    }) = screen.dialog.take()
    else {
        return Vec::new();
    };
    let first = steps
        .first()
        .and_then(|(step, _)| screen.plan().index_of(step));
    view::select_by_hand(screen, first);
    Vec::new()
}

/// Asks for a reason to go on without; for the connection that the dialog names, else the selected step's, else the first.
pub(super) fn waive(screen: &mut Screen) -> Vec<Wish> {
    let named = match screen.dialog.take().map(|dialog| dialog.question) {
        Some(Question::StateMissing { connection, .. }) => Some(connection),
        Some(_) | None => {
            let lacking = screen.progress.lacking(screen.selected_connection());
            lacking.cloned()
        }
    };
    match named {
        Some(_) if !screen.permitted().waive => {
            act::is_running(screen);
        }
        Some(connection) => act::ask(screen, Question::Waive { connection }),
        None => act::warn(screen, "nothing was lost with a session"),
    }
    Vec::new()
}
