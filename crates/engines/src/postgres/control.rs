//! Who has asked for the work under way to stop or to commit, and which requests are still on their way. Sends none
//! itself.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Shared between a session's thread and those who cancel.
#[derive(Debug, Default)]
pub(crate) struct Control {
    state: Mutex<State>,
    ended: Condvar,
    settled: Notify,
    called: Notify,
}

#[derive(Debug, Default)]
struct State {
    working: bool,
    ended: bool,
    asked: u8,
    commit: Commit,
    requests: usize,
}

/// Where the COMMIT of a work stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Commit {
    /// None waits.
    #[default]
    NotReady,
    /// One waits.
    Ready,
    /// It may be sent.
    Permitted,
}

impl Control {
    /// A fence was ordered; from now on it can be asked to stop.
    pub(crate) fn start(&self) {
        *self.lock() = State {
            working: true,
            ..State::default()
        };
    }

    /// How hard someone has asked for the work under way to stop; 0 for not at all.
    pub(crate) fn asked(&self) -> u8 {
        self.lock().asked
    }

    /// Someone asks for the work under way to stop. Whether there is any; then [`Self::request_over`] must follow.
    pub(crate) fn ask(&self, force: u8) -> bool {
        let mut state = self.lock();
        if state.working {
            state.asked = state.asked.max(force);
            state.requests += 1;
        }
        self.called.notify_one();
        state.working
    }

    /// From now on the COMMIT of the work under way waits, and can be permitted.
    pub(crate) fn commit_is_ready(&self) {
        self.lock().commit = Commit::Ready;
    }

    /// The COMMIT that waits may be sent; nothing when none waits.
    pub(crate) fn permit_commit(&self) {
        let mut state = self.lock();
        if state.commit == Commit::Ready {
            state.commit = Commit::Permitted;
        }
        self.called.notify_one();
    }

    /// Waits until COMMIT may be sent, or someone asks for the work to stop, which goes first; whether it may be sent.
    pub(crate) async fn commit_permitted(&self) -> bool {
        loop {
            {
                let state = self.lock();
                if state.asked > 0 || state.commit == Commit::Permitted {
                    return state.asked == 0;
                }
            }
            self.called.notified().await;
        }
    }

    /// A request has had its effect, or never will.
    pub(crate) fn request_over(&self) {
        self.lock().requests -= 1;
        self.settled.notify_one();
    }

    /// Waits until the work has ended, at most `patience`; whether it has.
    pub(crate) fn wait_for_end(&self, patience: Duration) -> bool {
        let waited = self
            .ended
            .wait_timeout_while(self.lock(), patience, |state| !state.ended);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.ended
    }

    /// The work has ended: nobody needs to ask again.
    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.ended.notify_all();
    }

    /// Ends the work once no request is on its way any more, so that none can hit what comes next.
    pub(crate) async fn finish(&self) {
        self.end();
        loop {
            {
                let mut state = self.lock();
                if state.requests == 0 {
                    state.working = false;
                    return;
                }
            }
            self.settled.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(acts: &[fn(&Control)]) -> Option<bool> {
        let control = Control::default();
        control.start();
        acts.iter().for_each(|act| act(&control));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let first_look = async {
            tokio::select! {
                biased;
                permitted = control.commit_permitted() => Some(permitted),
                () = std::future::ready(()) => None,
            }
        };
        runtime.unwrap().block_on(first_look)
    }

    #[test]
    fn a_commit_needs_a_permission_after_it_is_ready_and_no_cancel() {
        let ready: fn(&Control) = Control::commit_is_ready;
        let permit: fn(&Control) = Control::permit_commit;
        let cancel: fn(&Control) = |control| assert!(control.ask(1));
        assert_eq!(permitted(&[ready, permit]), Some(true));
        assert_eq!(permitted(&[permit]), None);
        assert_eq!(permitted(&[ready]), None);
        assert_eq!(permitted(&[permit, ready]), None);
        assert_eq!(permitted(&[ready, permit, cancel]), Some(false));
        assert_eq!(permitted(&[cancel, ready, permit]), Some(false));
    }
}
