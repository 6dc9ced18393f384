//! Sees a step's standard output go by, on behalf of its expectation and its captures. Keeps no more of it than they do, and
//! nothing where there is neither.

use std::io;

use stepmark_core::plan::{Captured, CapturedValue, Expectation, Finding, TextCaptor, TextJudge};

use super::handed_out::VARIABLE;
use super::shell_mode::ShellMode;

const UNREAD: &str = "the output could not be read to its end";

/// What looks at a step's standard output.
#[derive(Debug)]
pub(super) struct Watch {
    judge: Option<TextJudge>,
    captor: Option<TextCaptor>,
}

/// What a watch came to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What the expectation saw, if there is one that looks at the output.
    pub(super) finding: Option<Finding>,
    /// What was captured, if anything was to be.
    pub(super) captured: Option<Captured>,
}

impl Watch {
    /// Nothing has been seen yet.
    pub(super) fn new(expectation: Option<&Expectation>, captures: usize) -> Self {
        Self {
            judge: expectation.and_then(TextJudge::new),
            captor: (captures > 0).then(|| TextCaptor::new(captures)),
        }
    }

    /// The next bytes, as the process wrote them.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if let Some(judge) = &mut self.judge {
            judge.push(bytes);
        }
        if let Some(captor) = &mut self.captor {
            captor.push(bytes);
        }
    }

    /// What was seen, at the end of the output.
    pub(super) fn seen(self) -> Seen {
        Seen {
            finding: self.judge.map(|judge| judge.finding()),
            captured: self.captor.map(|captor| {
                let values = captor.values()?;
                Ok(values.into_iter().map(CapturedValue::Plain).collect())
            }),
        }
    }

    /// What holds when the end of the output never comes: nothing is met by what was not read.
    pub(super) fn unread(&self) -> Seen {
        Seen {
            finding: self.judge.as_ref().map(|_| Finding {
                met: false,
                seen: UNREAD.to_owned(),
            }),
            captured: self.captor.as_ref().map(|_| Err(UNREAD.to_owned())),
        }
    }
}

impl Seen {
    /// Takes what the step handed out in place of what it printed, if it handed out anything.
    pub(super) fn hand_out(&mut self, handed_out: io::Result<Option<Captured>>, mode: ShellMode) {
        match handed_out {
            Ok(Some(captured)) => self.captured = Some(captured),
            Ok(None) if mode == ShellMode::Terminal => {
                self.captured = Some(Err(format!("nothing was written to ${VARIABLE}")));
            }
            Ok(None) => {}
            Err(error) => {
                self.captured = Some(Err(format!("${VARIABLE} cannot be read: {error}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Seen, UNREAD, Watch};
    use stepmark_core::plan::{Expectation, Finding};

    #[test]
    fn output_that_was_not_read_meets_nothing() {
        let Seen { finding, captured } = Watch::new(Some(&Expectation::Empty), 1).unread();
        let seen = UNREAD.to_owned();
        assert_eq!(finding, Some(Finding { met: false, seen }));
        assert_eq!(captured, Some(Err(UNREAD.to_owned())));
        let Seen { finding, captured } = Watch::new(Some(&Expectation::Holds), 0).unread();
        assert_eq!((finding, captured), (None, None));
    }
}
