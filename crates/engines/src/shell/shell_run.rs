//! A step under way, as the one who started it holds it. Does not end it when dropped.

use tokio::sync::mpsc::UnboundedSender;

/// A step under way.
#[derive(Clone, Debug)]
pub struct ShellRun(pub(super) UnboundedSender<u8>);

impl ShellRun {
    /// Stops the step and everything it started: 1 sends SIGINT, 2 SIGTERM, 3 SIGKILL; each goes on to the next by itself
    /// after its grace ([`super::Graces`]). The end is told when nothing is left alive. Does nothing after the end.
    pub fn cancel(&self, force: u8) {
        // A step that has ended does not listen any more.
        let _ = self.0.send(force);
    }
}
