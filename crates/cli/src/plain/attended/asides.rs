//! What can be said while a step runs: cancel it, write a note, ask who is in the way, stop running on, leave.

use stepmark_core::runner::{Activity, Command};

use super::{Attended, print, watching};

/// What can be said.
const HELP: &str = "  Ctrl-C    cancel it; again is harder
  b         who is in its way
  n TEXT    write a note into the record
  w         stop running on after it
  q         cancel it and leave; asked for twice
";

impl Attended<'_> {
    /// Hears a line that was typed while a step runs.
    pub(super) fn aside(&mut self, line: &str) {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "" => {}
            "c" => self.cancel(),
            "b" => print(&match self.glimpse.watch.as_deref() {
                Some(watch) => watching::in_the_way(watch),
                None => "  nobody is seen to be in the way\n".to_owned(),
            }),
            "n" if !rest.trim().is_empty() => {
                let (step, text) = (self.progress().running(), rest.trim().to_owned());
                self.remote.command(Command::Note { step, text });
            }
            "w" => {
                self.remote.command(Command::Wait);
                print("  nothing runs on after this step\n");
            }
            "q" => self.leave_running(),
            "?" | "8" => print(&format!(
                "  What can be said while a step runs, each with Enter:\n{HELP}"
            )),
            _ => print("  A step is under way; ? and Enter tells what can be said to it.\n"),
        }
    }

    /// Cancels what is under way; a further press is harder.
    pub(super) fn cancel(&mut self) {
        print(match self.glimpse.activity {
            Activity::Cancelling(_, 1) => "\n  cancelling harder\n",
            Activity::Cancelling(..) => "\n  ending its session or killing its processes\n",
            Activity::Retrying { .. } => "\n  not trying again\n",
            Activity::Idle
            | Activity::Connecting(_)
            | Activity::Running(_)
            | Activity::Waiting(_)
            | Activity::Resolving(_)
            | Activity::Closing => "\n  cancelling; Ctrl-C again is harder\n",
        });
        self.remote.command(Command::Cancel);
    }

    fn leave_running(&mut self) {
        if std::mem::replace(&mut self.leaving, true) {
            print("  cancelling, and leaving\n");
            self.remote.command(Command::Stop);
        } else {
            print(
                "  q and Enter once more cancels what is under way and leaves; the record says how far it came\n",
            );
        }
    }
}
