//! What is still to be said after the journal's first error: how the step under way came to its end, which nothing records.

use stepmark_core::runner::{Command, SqlStop, WorkEnded};

use crate::message::{Message, WorkOver};
use crate::run_loop::{Loop, OWN_SENDER};
use crate::{DriverError, redacted};

impl Loop {
    /// After a journal error: lets the step under way come to its end, which is then told and not recorded. A stop or a
    /// signal still cancels it.
    pub(crate) fn last_words(&mut self, error: DriverError) -> DriverError {
        let DriverError::Journal { error, unrecorded } = error else {
            return error;
        };
        let Some(step) = self.room.step_under_way() else {
            return DriverError::Journal { error, unrecorded };
        };
        if self.room.is_idle() {
            return DriverError::Journal { error, unrecorded };
        }
        let mut force = 0;
        loop {
            match self.inbox.recv().expect(OWN_SENDER) {
                Message::Ended(ended, attempt, _)
                    if self.room.backgrounds.holds(ended, attempt) => {}
                Message::Ended(_, _, over) => {
                    let id = &self.recorder.plan.step(step).id;
                    let ended = match *over {
                        WorkOver::Sql(done) => done.ended,
                        WorkOver::Other(ended) => ended,
                    };
                    let ended = redacted::work(&mut self.room.vault, &[], ended);
                    let unrecorded = Some(format!("{id}: {}", words(&ended)));
                    return DriverError::Journal { error, unrecorded };
                }
                Message::Signal(_) | Message::Command(Command::Cancel | Command::Stop) => {
                    force = (force + 1).min(3);
                    self.room.cancel(step, force);
                }
                // A COMMIT that cannot be announced any more, and what would stay up beside a run that is not recorded.
                Message::CommitReady(..) | Message::WentUp(..) => self.room.cancel(step, 1),
                Message::Panicked => return DriverError::Journal { error, unrecorded },
                Message::Command(_)
                | Message::TerminalFree
                | Message::Watched(_)
                | Message::Blind(..)
                | Message::Conclude(..)
                | Message::Resolved(..)
                | Message::OutputRefused(_)
                | Message::Opened(..)
                | Message::Abandoned(..)
                | Message::Closed(..)
                | Message::Lost(..) => {}
            }
        }
    }
}

/// How work ended, for a message that stands in for a record.
pub(crate) fn words(ended: &WorkEnded) -> String {
    match ended {
        WorkEnded::Sql(sql) => match &sql.stop {
            None => format!("all {} statements finished", sql.statements),
            Some(SqlStop::Refused(error)) => format!("{} {}", error.sqlstate, error.message),
            Some(SqlStop::RolledBack) => "its transaction was rolled back".to_owned(),
            Some(SqlStop::Lost { message, .. }) => format!("the connection was lost: {message}"),
        },
        WorkEnded::Shell(shell) => match (shell.exit, shell.signal) {
            (Some(code), _) => format!("exit code {code}"),
            (None, signal) => format!("killed by signal {}", signal.unwrap_or(0)),
        },
        WorkEnded::Unstartable { message } => message.clone(),
    }
}
