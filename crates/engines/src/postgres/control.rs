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
    permitted: bool,
    requests: usize,
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

    /// The COMMIT that the work under way waits to send may be sent.
    pub(crate) fn permit_commit(&self) {
        let mut state = self.lock();
        state.permitted |= state.working;
        self.called.notify_one();
    }

    /// Waits until COMMIT may be sent, or someone asks for the work to stop, which goes first; whether it may be sent.
    pub(crate) async fn commit_permitted(&self) -> bool {
        loop {
            {
                let state = self.lock();
                if state.asked > 0 || state.permitted {
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
